package desk

import (
	"context"
	"slices"
	"time"

	"parley/node"
)

// What a map that follows this desk is shown: what begins within a week, those
// that begin first as far as the room goes. Memory is bounded by the room,
// whatever the desk holds. A notice takes one of it for each window of a volume
// and one for each KiB of its text.
const (
	ahead      = 7 * 24 * time.Hour
	room       = 20_000
	lookEvery  = time.Minute // for what comes into the week by itself
	mostInView = 10_000      // notices
)

// picture is what is shown, by key, and what was looked at and is not shown. The
// notices themselves are not kept.
type picture struct {
	d      *Desk
	room   int
	known  map[string]seat
	taken  int   // of the room
	edge   int64 // what begins later is not looked at
	looked int64 // when the index was last looked through
	short  bool  // there is more in the week than the room takes
}

// seat is what one notice takes of the room.
type seat struct {
	takes int
	shown bool
}

// FollowNotices calls show with the notices that begin within a week, by key:
// with all of them first, and then with those that came, changed or, nil, went.
// What changed is taken from the feed whenever the node says that something did,
// and what comes nearer from the index: neither reads what stayed as it was. What
// is in a compartment that desk.yaml does not open to clients is not among them
// (SEC-07).
func (d *Desk) FollowNotices(ctx context.Context, show func(changed map[string]*node.Stated)) error {
	ctx = node.WithSight(ctx, d.clientsSee)
	p := &picture{d: d, room: room, known: map[string]seat{}}
	pos, err := d.FeedPos(ctx)
	if err != nil {
		return err
	}
	changed, err := p.look(ctx)
	if err != nil {
		return err
	}
	show(changed)
	for {
		again := d.Changed() // before looking: what changes meanwhile is looked at next
		next, changed, err := p.follow(ctx, pos)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			d.Log.Warn("follow notices", "err", err)
		}
		if len(changed) > 0 {
			show(changed)
		}
		if next > pos {
			pos = next
			continue // there may be more
		}
		select {
		case <-ctx.Done():
			return nil
		case <-again:
		case <-time.After(lookEvery):
		}
	}
}

// follow takes up what changed after a position of the feed and, now and then,
// what has come nearer.
func (p *picture) follow(ctx context.Context, pos int64) (int64, map[string]*node.Stated, error) {
	list, err := p.d.Feed(ctx, pos, 500)
	if err != nil {
		return pos, nil, err
	}
	next := pos
	var keys []string
	for _, e := range list {
		keys, next = append(keys, e.Matters...), e.Pos
	}
	slices.Sort(keys)
	changed, err := p.take(ctx, slices.Compact(keys))
	if err != nil {
		return pos, changed, err
	}
	if now := p.now(); now >= p.looked+lookEvery.Milliseconds() || now < p.looked || p.taken > p.room+p.room/8 {
		more, err := p.look(ctx)
		for key, s := range more {
			changed[key] = s
		}
		return next, changed, err
	}
	return next, changed, nil
}

// take reads those of some matters that changed which lie in the picture, or lay
// there.
func (p *picture) take(ctx context.Context, keys []string) (map[string]*node.Stated, error) {
	changed := map[string]*node.Stated{}
	var read []node.Lying
	for _, key := range keys {
		l, lies := p.d.Lies(key, noticeModule, p.now(), p.edge)
		_, known := p.known[key]
		switch {
		case lies:
			read = append(read, l)
		case known:
			p.leave(key, changed)
		}
	}
	return changed, p.read(ctx, read, changed)
}

// look goes through the index: what begins first is read as far as the room goes,
// where it is not known yet, and what lies beyond leaves.
func (p *picture) look(ctx context.Context) (map[string]*node.Stated, error) {
	changed := map[string]*node.Stated{}
	now := p.now()
	edge := now + ahead.Milliseconds()
	list, more, err := p.d.Lying(ctx, noticeModule, now, edge, mostInView)
	if err != nil {
		return changed, err
	}
	if more {
		edge = list[len(list)-1].From - 1 // others may begin with the last
	}
	lies := make(map[string]int64, len(list))
	taken := 0
	for part := range slices.Chunk(list, readAtOnce) {
		fresh := slices.DeleteFunc(slices.Clone(part), func(l node.Lying) bool { _, known := p.known[l.Key]; return known })
		if err := p.read(ctx, fresh, changed); err != nil {
			return changed, err
		}
		for _, l := range part {
			if taken += p.known[l.Key].takes; taken > p.room {
				edge, more = min(edge, l.From-1), true
				break
			}
			lies[l.Key] = l.From
		}
		if taken > p.room {
			break
		}
	}
	for key := range p.known {
		if from, ok := lies[key]; !ok || from > edge {
			p.leave(key, changed)
		}
	}
	p.edge, p.looked = edge, now
	p.say(more)
	return changed, nil
}

// read reads some notices, and seats them.
func (p *picture) read(ctx context.Context, list []node.Lying, changed map[string]*node.Stated) error {
	for part := range slices.Chunk(list, readAtOnce) {
		keys := make([]string, len(part))
		for i, l := range part {
			keys[i] = l.Key
		}
		found, err := p.d.Stated(ctx, keys)
		if err != nil {
			return err
		}
		says := make(map[string]*node.Stated, len(found))
		for i, s := range found {
			if s.Open {
				says[s.Key] = &found[i]
			}
		}
		for _, l := range part {
			p.leave(l.Key, changed)
			s := seat{takes: 1}
			if now := says[l.Key]; now != nil {
				s.shown, s.takes, changed[l.Key] = true, l.Parts+len(now.Body)/1024, now
			}
			p.known[l.Key] = s
			p.taken += s.takes
		}
	}
	return nil
}

// leave takes one out of the picture.
func (p *picture) leave(key string, changed map[string]*node.Stated) {
	s, known := p.known[key]
	if !known {
		return
	}
	p.taken -= s.takes
	delete(p.known, key)
	if delete(changed, key); s.shown {
		changed[key] = nil
	}
}

// say notes in the log when the room begins or ceases to be too small.
func (p *picture) say(short bool) {
	if short != p.short {
		p.d.Log.Warn("maps that follow this desk are shown what begins first", "all_of_the_week", !short, "until", time.UnixMilli(p.edge).UTC())
	}
	p.short = short
}

func (p *picture) now() int64 { return p.d.Now().UnixMilli() }

package cot

import (
	"cmp"
	"container/heap"
	"slices"
	"sync"
)

// picture is what every client is brought to, and what came and went in it
// lately, so that a client that is up to date is told of changes alone. The zero
// value is empty and ready.
type picture struct {
	by    map[string]*shown   // by uid
	of    map[string][]*shown // by the key of the item
	ends  ending
	log   []string // uids, as they came or went
	first int      // how many entries of the log were forgotten
}

// shown is an area with its encodings, made when first wanted.
type shown struct {
	area
	at         int64
	place      int // among what ends
	once       [2]sync.Once
	xml, proto []byte
}

// change is what came or, nil, went.
type change struct {
	uid string
	now *shown
}

// remembered is how many changes a client may be behind before it is compared
// with the whole picture.
const remembered = 4096

// put brings an item into the picture in the place of the one of its key. What is
// there unchanged stays as it is.
func (p *picture) put(it Item, now int64) {
	if p.by == nil {
		p.by, p.of = map[string]*shown{}, map[string][]*shown{}
	}
	var next []*shown
	keep := map[*shown]bool{}
	for _, a := range areas(it) {
		x := p.by[a.uid]
		switch {
		case x == nil && a.volume.Until <= now:
			continue
		case x == nil:
			x = &shown{area: a, at: now}
			p.by[a.uid] = x
			heap.Push(&p.ends, x)
			p.note(a.uid)
		}
		next, keep[x] = append(next, x), true
	}
	for _, x := range p.of[it.Key] {
		if !keep[x] {
			p.remove(x)
		}
	}
	p.of[it.Key] = next
	if len(next) == 0 {
		delete(p.of, it.Key)
	}
}

// drop takes an item out.
func (p *picture) drop(key string) {
	for _, x := range p.of[key] {
		p.remove(x)
	}
	delete(p.of, key)
}

// end takes out what is over by a time, and reports whether anything was.
func (p *picture) end(now int64) bool {
	before := len(p.ends)
	for len(p.ends) > 0 && p.ends[0].volume.Until <= now {
		x := p.ends[0]
		p.remove(x)
		left := slices.DeleteFunc(p.of[x.item.Key], func(y *shown) bool { return y == x })
		if p.of[x.item.Key] = left; len(left) == 0 {
			delete(p.of, x.item.Key)
		}
	}
	return len(p.ends) < before
}

func (p *picture) remove(x *shown) {
	if p.by[x.uid] == x {
		heap.Remove(&p.ends, x.place)
		delete(p.by, x.uid)
		p.note(x.uid)
	}
}

func (p *picture) note(uid string) {
	if len(p.log) >= 2*remembered {
		p.first += len(p.log) - remembered
		p.log = slices.Clone(p.log[len(p.log)-remembered:])
	}
	p.log = append(p.log, uid)
}

// since gives what came or went after a mark, what went first; or, when the mark
// is none or too old, the whole picture in the order of uids.
func (p *picture) since(mark int) (list []change, all bool, next int) {
	next = p.first + len(p.log) + 1 // 0 is no mark
	if all = mark <= p.first; all {
		for uid, x := range p.by {
			list = append(list, change{uid, x})
		}
		slices.SortFunc(list, func(a, b change) int { return cmp.Compare(a.uid, b.uid) })
		return list, true, next
	}
	for _, uid := range p.log[mark-1-p.first:] {
		list = append(list, change{uid, p.by[uid]})
	}
	slices.SortStableFunc(list, func(a, b change) int {
		return cmp.Or(cmp.Compare(btoi(a.now != nil), btoi(b.now != nil)), cmp.Compare(a.uid, b.uid))
	})
	return list, false, next
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// bytes gives an area in one of the two encodings.
func (x *shown) bytes(proto bool) []byte {
	if proto {
		x.once[1].Do(func() { x.proto = x.fit(x.at, maxProto, event.proto) })
		return x.proto
	}
	x.once[0].Do(func() { x.xml = x.fit(x.at, maxXML, event.xml) })
	return x.xml
}

// kind gives the CoT type that it is drawn as.
func (x *shown) kind() string {
	if len(x.ring) > 0 {
		return typeArea
	}
	return typeCircle
}

// ending is what is shown, that which ends first at the top.
type ending []*shown

func (e ending) Len() int           { return len(e) }
func (e ending) Less(i, j int) bool { return e[i].volume.Until < e[j].volume.Until }
func (e ending) Swap(i, j int) {
	e[i], e[j] = e[j], e[i]
	e[i].place, e[j].place = i, j
}

// Push puts one at the end, for the heap.
func (e *ending) Push(x any) {
	s := x.(*shown)
	s.place = len(*e)
	*e = append(*e, s)
}

// Pop takes the last, for the heap.
func (e *ending) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	(*e)[last] = nil
	*e = (*e)[:last]
	return x
}

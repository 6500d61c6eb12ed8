package node

import (
	"context"
	"fmt"
	"slices"

	"parley/cell"
	"parley/cell/hotline"
	"parley/store"
)

// Watch is what the Watch screen shows: what must be answered, what this desk
// owes, what it waits for, and what it should know (ui, SUP-04).
type Watch struct {
	Now       int64              `json:"now"`
	Pos       int64              `json:"pos"`
	OnWatch   map[string]*OnDuty `json:"on_watch"`
	AnswerNow []Item             `json:"answer_now"`
	Owed      []Item             `json:"owed"`
	Waiting   []Item             `json:"waiting"`
	Info      []Item             `json:"info"`
	Alarms    []Alarm            `json:"alarms"`
	Links     []Link             `json:"links"`
	OnCall    []OnCall           `json:"on_call"` // for each level of the ladder that this desk climbs
}

// OnDuty says who is on watch at a desk, by role (HOT-01). Taken says that an
// officer has taken the watch, and did not only stand in the roster. Officer is
// a code, of this desk's own watch alone.
type OnDuty struct {
	Role      string   `json:"role"`
	Authority string   `json:"authority"`
	Languages []string `json:"languages"`
	From      int64    `json:"from"`
	To        int64    `json:"to"`
	Taken     bool     `json:"taken"`
	Officer   string   `json:"officer"`
}

// OnCall is whom this desk's roster names for a level of the ladder now, by code.
type OnCall struct {
	Level    string   `json:"level"`
	Officers []string `json:"officers"`
}

// Link is the way to another desk as this desk sees it.
type Link struct {
	Desk      string  `json:"desk"`
	Via       string  `json:"via"`
	State     string  `json:"state"`
	Since     int64   `json:"since"`
	HeadAgeMS int64   `json:"head_age_ms"`
	HeldHere  int     `json:"held_here"`
	SkewMS    int64   `json:"skew_ms"`
	Cause     cell.T3 `json:"cause"`
}

// infoSpan is how long an ended matter stays under "for information".
const infoSpan = 12 * 3600 * 1000

// Watch gives the Watch screen at the present time.
func (n *Node) Watch(ctx context.Context) (Watch, error) {
	w := Watch{Now: n.now(), OnWatch: map[string]*OnDuty{}, AnswerNow: []Item{}, Owed: []Item{}, Waiting: []Item{}, Info: []Item{}, Alarms: []Alarm{}, Links: []Link{}, OnCall: []OnCall{}}
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(pos), 0) FROM feed`).Scan(&w.Pos); err != nil {
			return err
		}
		open, err := n.list(ctx, tx, `open = 1 ORDER BY rank, at, key`, 500)
		if err != nil {
			return err
		}
		for _, it := range open {
			w.sort(it, n.Desk(), w.Now)
		}
		w.Info, err = n.list(ctx, tx, `open = 0 AND dirty = 0 AND at >= ? AND kind <> '`+hotline.RuleChannel+`' ORDER BY at DESC, key DESC`, 50, w.Now-infoSpan)
		if err != nil {
			return err
		}
		if w.Alarms, err = n.alarms(ctx, tx, open, w.Now); err != nil {
			return err
		}
		if n.looker(ctx, tx).blind() {
			return nil
		}
		if err := n.onWatch(ctx, tx, &w); err != nil {
			return err
		}
		w.Links, err = n.linkView(ctx, tx, w.Now)
		return err
	})
	if err != nil {
		return w, fmt.Errorf("read the watch: %w", err)
	}
	return w, nil
}

// soon is how near a routine receipt falls due when it moves from what is owed
// to what must be answered now.
const soon = 30 * 60 * 1000

// sort puts an open matter into the queue: answer now when an officer here has
// to take it before long or is late, owed when this desk owes anything else.
func (w *Watch) sort(it Item, me string, now int64) {
	urgent, owed, others := false, false, false
	for _, x := range it.Waiting {
		late := x.Due != 0 && now >= x.Due
		take := x.For == cell.NeedReceived && (it.Precedence != cell.Routine || x.Due-now <= soon)
		switch {
		case x.Desk != me:
			others = true
		case take || late || x.For == cell.NeedClarify || x.For == hotline.NeedPresence:
			urgent = true
		case x.For != cell.NeedDelivered:
			owed = true
		}
	}
	switch {
	case urgent:
		w.AnswerNow = append(w.AnswerNow, it)
	case owed:
		w.Owed = append(w.Owed, it)
	case others:
		w.Waiting = append(w.Waiting, it)
	default:
		w.Info = append(w.Info, it)
	}
}

// list folds the first matters that a condition selects and that are seen.
func (n *Node) list(ctx context.Context, tx *store.Tx, where string, limit int, args ...any) ([]Item, error) {
	out := []Item{}
	l := n.looker(ctx, tx)
	if l.blind() {
		return out, nil
	}
	hidden, kinds, err := l.hidden()
	if err != nil {
		return nil, err
	}
	args = append(kinds, args...)
	for from := 0; ; from += limit {
		rows, err := tx.Query(ctx, `SELECT key FROM matter WHERE `+hidden+where+fmt.Sprintf(` LIMIT %d OFFSET %d`, limit, from), args...)
		if err != nil {
			return nil, err
		}
		keys, err := texts(rows)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			m, st, err := n.stateOf(ctx, tx, key)
			if err != nil {
				return nil, err
			}
			if ok, err := l.matter(m.Ref); err != nil {
				return nil, err
			} else if !ok {
				continue
			}
			it := n.item(m, st)
			if it.Contested, err = l.contests(it.Contested); err != nil {
				return nil, err
			}
			out = append(out, it)
			if len(out) == limit {
				return out, nil
			}
		}
		if len(keys) < limit {
			return out, nil
		}
	}
}

// Matters lists matters, newest first. state is "open", "ended" or "all";
// module and code may be empty; before is the key of the last one shown.
func (n *Node) Matters(ctx context.Context, state, module, code, before string, limit int) (items []Item, more bool, err error) {
	if limit <= 0 || limit > 500 {
		limit = 100
	}
	where, args := `kind <> '' AND kind <> '`+hotline.RuleChannel+`'`, []any{}
	switch state {
	case "", "all":
	case "open":
		where += ` AND open = 1`
	case "ended":
		where += ` AND open = 0`
	default:
		return nil, false, cell.Invalidf("/state", "%q is not open, ended or all", state)
	}
	if module != "" {
		where, args = where+` AND kind LIKE ?`, append(args, module+".%")
	}
	if code != "" {
		t, ok := byCode(n.Config.Charter, code)
		if !ok {
			return nil, false, cell.Invalidf("/code", "%q is no template of the charter", code)
		}
		where, args = where+` AND kind = ?`, append(args, t.Kind)
	}
	if before != "" {
		where, args = where+` AND (at, key) < (SELECT at, key FROM matter WHERE key = ?)`, append(args, before)
	}
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		if ok, err := n.mayStart(ctx, tx, before); err != nil || !ok {
			items = []Item{}
			return err
		}
		items, err = n.list(ctx, tx, where+` ORDER BY at DESC, key DESC`, limit+1, args...)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("list matters: %w", err)
	}
	if len(items) > limit {
		return items[:limit], true, nil
	}
	return items, false, nil
}

// mayStart reports whether a list may go on after a matter: one that is not
// seen is nowhere in it, as one that is not held.
func (n *Node) mayStart(ctx context.Context, tx *store.Tx, before string) (bool, error) {
	l := n.looker(ctx, tx)
	if before == "" || l == nil {
		return true, nil
	}
	ref, err := cell.ParseRef(before)
	if err != nil {
		return false, nil
	}
	return l.matter(ref)
}

// onWatch fills in who has the watch at each desk: by the watch that an officer
// took, else by the desk's roster.
func (n *Node) onWatch(ctx context.Context, tx *store.Tx, w *Watch) error {
	for _, d := range n.Config.Charter.Desks() {
		w.OnWatch[d] = nil
	}
	var failed error
	here := n.here(ctx, tx, &failed)
	for _, m := range here.Find(hotline.KindWatch, w.Now-8*24*3600*1000) {
		b, ok := m.Body.(hotline.Watch)
		if !ok || m.Cancelled != nil || w.Now < b.From || w.Now >= b.To || w.OnWatch[m.Opener()] != nil {
			continue
		}
		on := onDuty(hotline.Slot(b), true)
		if m.Opener() == n.Desk() {
			on.Officer = m.Head.By.Officer
		}
		w.OnWatch[m.Opener()] = on
	}
	rosters := here.Find(hotline.KindRoster, w.Now-hotline.RosterAhead)
	for d, on := range w.OnWatch {
		if on != nil {
			continue
		}
		for _, s := range hotline.Rostered(rosters, d) {
			if s.Role == "watch" && s.From <= w.Now && w.Now < s.To {
				w.OnWatch[d] = onDuty(s, false)
			}
		}
	}
	for _, c := range hotline.CalledNow(here) {
		w.OnCall = append(w.OnCall, OnCall(c))
	}
	return failed
}

func onDuty(s hotline.Slot, taken bool) *OnDuty {
	return &OnDuty{Role: s.Role, Authority: s.Authority, Languages: s.Languages, From: s.From, To: s.To, Taken: taken}
}

// linkView joins what the link finds with what was declared (HOT-16).
func (n *Node) linkView(ctx context.Context, tx *store.Tx, now int64) ([]Link, error) {
	out := []Link{}
	for _, d := range n.Config.Charter.Others(n.Desk()) {
		l := Link{Desk: d, Via: "direct", State: hotline.Up, Cause: cell.T3{}}
		if !n.Config.Charter.Linked(n.Desk(), d) {
			l.Via = n.relay(d)
		}
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM outbox WHERE peer = ? AND desk = ? AND receipt = 0`, d, n.Desk()).Scan(&l.HeldHere)
		if err != nil {
			return nil, err
		}
		m, st, err := n.stateOf(ctx, tx, cell.Ref{ID: hotline.ChannelID(n.Desk(), d)}.String())
		if err != nil {
			return nil, err
		}
		l.State, l.Since = st.Name, st.Since
		if hs := m.Records; len(hs) > 0 {
			l.Cause = n.Config.Charter.Text(hs[len(hs)-1].Record)
		}
		n.linkNow(&l, now)
		out = append(out, l)
	}
	return out, nil
}

func (n *Node) relay(to string) string {
	for _, s := range n.Config.Charter.Desks() {
		if n.Config.Charter.Linked(n.Desk(), s) && n.Config.Charter.Linked(s, to) {
			return s
		}
	}
	return ""
}

// linkNow overlays what the link finds at this moment, which a probe records
// only once it has stood for a while.
func (n *Node) linkNow(l *Link, now int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	next := l.Desk
	if l.Via != "direct" {
		next = l.Via
	}
	if s := n.links[next]; s == nil || !s.up {
		if !slices.Contains([]string{hotline.Suspended, hotline.Severed, hotline.Withdrawn}, l.State) {
			l.State = hotline.TechDown
		}
		if s != nil {
			l.Since = s.since
		}
	} else if l.State == hotline.TechDown && l.Via == "direct" {
		l.State, l.Since = hotline.Up, s.since
	}
	for name, v := range n.views[next] {
		if name.Desk == l.Desk {
			l.HeadAgeMS = max(0, now-v.at)
		}
	}
}

func (n *Node) linkAlarms(now int64) []Alarm {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []Alarm
	for _, d := range n.Config.Charter.Others(n.Desk()) {
		if s := n.links[d]; s != nil && !s.up && s.since > 0 && now-s.since >= downFor {
			out = append(out, Alarm{ID: fmt.Sprintf("link/%s/%d", d, s.since), Kind: AlarmLink, Level: cell.Immediate, Since: s.since, args: map[string]string{"desk": d}})
		}
	}
	return out
}

// unanswered reports whether an open matter is a presence check, and whether it
// is late: it alarms in its own words.
func unanswered(it Item, w cell.Wait, now int64) (check, late bool) {
	return it.Kind == hotline.KindPresence, w.Due != 0 && now >= w.Due
}

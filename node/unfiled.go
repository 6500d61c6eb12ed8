package node

import (
	"errors"
	"slices"
	"sync"

	"parley/cell"
)

// How long the node waits before it tries an act of its own again that was refused:
// twice as long each time. What is no duty, such as a rung of the ladder while a
// channel is suspended, is soon taken, and soon tried.
const (
	firstAgain = 1_000
	soonAgain  = 5_000
	lastAgain  = 3_600_000
)

// unfiled are the acts that the node has to file by itself and that its own rules
// refused: each is tried again later and later, and what it was for is left alone
// until then. Nothing of it is kept: after a restart each is tried at once.
type unfiled struct {
	mu   sync.Mutex
	acts map[string]*waiting // by the key of the draft
}

// waiting is one of them.
type waiting struct {
	draft  cell.Draft
	why    string // the rule, or the place in the act
	since  int64
	next   int64           // when it is tried again
	rest   int64           // how long that was after it was tried
	behind map[string]bool // keys of the matters whose own drafts wait for it
}

// early reports whether an act was refused so lately that it is not tried yet.
func (u *unfiled) early(key string, now int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	w, ok := u.acts[key]
	return ok && now < w.next
}

// refused notes that an act was refused, and reports whether that is new.
func (u *unfiled) refused(d cell.Draft, why string, now int64) (fresh bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	w, known := u.acts[d.Key]
	if !known {
		w = &waiting{since: now, behind: map[string]bool{}}
		if u.acts == nil {
			u.acts = map[string]*waiting{}
		}
		u.acts[d.Key] = w
	}
	fresh = !known || w.why != why
	most := int64(soonAgain)
	if d.Owed {
		most = lastAgain
	}
	w.rest = min(max(firstAgain, 2*w.rest), most)
	w.draft, w.why, w.next = d, why, now+w.rest
	return fresh
}

// filed forgets an act that is filed, and reports whether it was refused before.
func (u *unfiled) filed(key string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	_, ok := u.acts[key]
	delete(u.acts, key)
	return ok
}

// wait notes that the act of a matter waits for others.
func (u *unfiled) wait(d cell.Draft) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, k := range d.After {
		if w, ok := u.acts[k]; ok {
			w.behind[d.About.String()] = true
		}
	}
}

// resting gives the matters that are left alone until what was refused in them is
// tried again.
func (u *unfiled) resting(now int64) map[string]bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	out := map[string]bool{}
	for _, w := range u.acts {
		if now >= w.next {
			continue
		}
		for m := range w.behind {
			out[m] = true
		}
		if !w.draft.About.IsZero() {
			out[w.draft.About.String()] = true
		}
	}
	return out
}

// sweep forgets the acts that should have been tried again and are due no longer.
func (u *unfiled) sweep(due []cell.Draft, now int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for key, w := range u.acts {
		if now >= w.next && !slices.ContainsFunc(due, func(d cell.Draft) bool { return d.Key == key }) {
			delete(u.acts, key)
		}
	}
}

// whyRefused gives the rule by which an act was refused, or the place in it that is
// wrong; ok is false for any other failure.
func whyRefused(err error) (why string, ok bool) {
	if r, is := errors.AsType[*cell.Refused](err); is && len(r.Breaches) > 0 {
		return r.Breaches[0].Rule, true
	}
	if x, is := errors.AsType[*cell.Invalid](err); is {
		return x.At, true
	}
	return "", false
}

// unfiledAlarms tells the desk's officers which duties of its node were refused.
func (n *Node) unfiledAlarms() (out []Alarm) {
	n.unfiled.mu.Lock()
	defer n.unfiled.mu.Unlock()
	for key, w := range n.unfiled.acts {
		if !w.draft.Owed {
			continue
		}
		code := w.draft.Kind
		if t, ok := n.Config.Charter.Template(w.draft.Kind); ok {
			code = t.Code
		}
		a := Alarm{ID: AlarmUnfiled + "/" + key, Kind: AlarmUnfiled, Level: cell.Immediate, Since: w.since, args: map[string]string{"code": code, "rule": w.why}}
		if !w.draft.About.IsZero() {
			a.Matter = w.draft.About.String()
		}
		out = append(out, a)
	}
	return out
}

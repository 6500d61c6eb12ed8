package node

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"parley/cell"
	"parley/geo"
)

// view leaves of what a module's query reads from that which is seen: matters
// and records, also beside others, and the module's own tables where all of it
// is in one basket. States stay what they are: they are worked out from
// everything (SEC-07).
func (l *looker) view(v cell.View, q cell.Query, failed *error) cell.View {
	if l == nil {
		return v
	}
	look := func(ok bool, err error) bool { *failed = errors.Join(*failed, err); return ok && err == nil }
	strip := func(m cell.Matter) cell.Matter {
		m, err := l.strip(m)
		*failed = errors.Join(*failed, err)
		return m
	}
	all := func(list []cell.Matter) []cell.Matter {
		var out []cell.Matter
		for _, m := range list {
			if look(l.matter(m.Ref)) {
				out = append(out, strip(m))
			}
		}
		return out
	}
	find, records, near, state, open := v.Find, v.Records, v.Near, v.State, v.Open
	v.Find = func(kind string, since int64) []cell.Matter { return all(find(kind, since)) }
	v.Records = func(from, until int64) []cell.Held {
		return slices.DeleteFunc(records(from, until), func(h cell.Held) bool { return !look(l.record(h)) })
	}
	seen := func(list []cell.OpenMatter) (out []cell.OpenMatter) {
		for _, m := range list {
			if look(l.matter(m.Ref)) {
				out = append(out, cell.OpenMatter{Matter: strip(m.Matter), State: m.State})
			}
		}
		return out
	}
	openIn := v.OpenIn
	v.Open = func() []cell.OpenMatter { return seen(open()) }
	v.OpenIn = func(state string) []cell.OpenMatter { return seen(openIn(state)) }
	during := v.During
	v.During = func(from, until int64, most int, kinds ...string) ([]cell.Matter, bool) {
		list, more := during(from, until, most, kinds...)
		return all(list), more
	}
	duringBy := v.DuringBy
	v.DuringBy = func(desk string, from, until int64, most int, kinds ...string) ([]cell.Matter, bool) {
		list, more := duringBy(desk, from, until, most, kinds...)
		return all(list), more
	}
	v.Near.MayMeet = func(r cell.Ref) []cell.Matter { return all(near.MayMeet(r)) }
	v.Near.Follow = func(r cell.Ref) []cell.Matter { return all(near.Follow(r)) }
	v.Near.Reach = func(vs []geo.Volume, m geo.Margins) []cell.Matter { return all(near.Reach(vs, m)) }
	v.Near.Find = func(kind string) []cell.Matter { return all(near.Find(kind)) }
	v.Near.Matter = func(r cell.Ref) (cell.Matter, cell.State, bool) {
		m, s, ok := near.Matter(r)
		if !ok || !look(l.matter(r)) {
			return cell.Matter{Ref: r}, cell.State{}, false
		}
		return strip(m), s, true
	}
	v.State = func(m cell.Matter) cell.State {
		full, err := l.n.matter(l.ctx, l.tx, m.Ref.String())
		*failed = errors.Join(*failed, err)
		return state(full)
	}
	if mod, ok := l.n.moduleOf(q); !ok || !l.kind(mod.Name+".") {
		v.Tx = nothing{v.Tx}
	}
	return v
}

// moduleOf finds the module that a query is of.
func (n *Node) moduleOf(q cell.Query) (cell.Module, bool) {
	for _, m := range n.Modules {
		if slices.ContainsFunc(m.Queries, func(o cell.Query) bool { return o.Path == q.Path }) {
			return m, true
		}
	}
	return cell.Module{}, false
}

// nothing is a transaction in which every table is empty.
type nothing struct{ cell.Tx }

// Query asks for the same columns and gives no row.
func (n nothing) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return n.Tx.Query(ctx, `SELECT * FROM (`+query+`) AS nothing WHERE 1 = 0`, args...)
}

// entry leaves of one position of the feed what is seen; the position stays.
func (l *looker) entry(e *FeedEntry) error {
	if l == nil {
		return nil
	}
	var failed error
	e.Records = slices.DeleteFunc(e.Records, func(s string) bool {
		c, err := cell.ParseCite(s)
		ok, err2 := l.cite(c)
		failed = errors.Join(failed, err, err2)
		return !ok
	})
	e.Matters = slices.DeleteFunc(e.Matters, func(s string) bool {
		ref, err := cell.ParseRef(s)
		ok, err2 := l.matter(ref)
		failed = errors.Join(failed, err, err2)
		return !ok
	})
	return failed
}

// bare are the kinds of alarms that say nothing of what is held: of links and
// journals, and that the glass was broken. They are shown to every officer.
var bare = []string{AlarmLink, AlarmRestoring, AlarmEquivocation, AlarmRollback}

// alarms leaves those that name no matter and no record but such as are seen.
func (l *looker) alarms(list []Alarm) ([]Alarm, error) {
	if l == nil {
		return list, nil
	}
	var failed error
	return slices.DeleteFunc(list, func(a Alarm) bool {
		if slices.Contains(bare, a.Kind) || atTheDoor(a.Kind) {
			return false
		}
		ok := !l.blind()
		if ref, err := cell.ParseRef(a.Matter); err == nil && a.Matter != "" {
			ok, err = l.matter(ref)
			failed = errors.Join(failed, err)
		}
		if c, err := cell.ParseCite(a.args["record"]); err == nil && ok {
			h, held, err := l.n.record(l.ctx, l.tx, c)
			if err == nil && held { // of one that was refused nothing is held
				ok, err = l.record(h)
			}
			failed = errors.Join(failed, err)
		}
		return !ok
	}), failed
}

// contests leaves what is said of records that are seen.
func (l *looker) contests(list []Contest) ([]Contest, error) {
	if l == nil {
		return list, nil
	}
	var failed error
	return slices.DeleteFunc(list, func(x Contest) bool {
		c, err := cell.ParseCite(x.Record)
		ok, err2 := l.cite(c)
		failed = errors.Join(failed, err, err2)
		return !ok
	}), failed
}

// strip leaves of a matter's records those that are seen.
func (l *looker) strip(m cell.Matter) (cell.Matter, error) {
	if l == nil {
		return m, nil
	}
	var failed error
	unseen := func(h cell.Held) bool {
		ok, err := l.record(h)
		if err != nil {
			failed = err
		}
		return !ok
	}
	m.Records = slices.DeleteFunc(slices.Clone(m.Records), unseen)
	m.Columns = slices.Clone(m.Columns)
	for i, c := range m.Columns {
		own := *c
		own.Facts = slices.DeleteFunc(slices.Clone(c.Facts), unseen)
		m.Columns[i] = &own
	}
	return m, failed
}

// hidden gives the kinds of matters that are not seen, as a condition of SQL:
// so that a page is full of what is.
func (l *looker) hidden() (where string, args []any, err error) {
	if l == nil {
		return "", nil, nil
	}
	rows, err := l.tx.Query(l.ctx, `SELECT DISTINCT kind FROM matter`)
	if err != nil {
		return "", nil, fmt.Errorf("list kinds: %w", err)
	}
	kinds, err := texts(rows)
	if err != nil {
		return "", nil, fmt.Errorf("list kinds: %w", err)
	}
	for _, k := range kinds {
		if own, ok := l.n.Modules.Kind(k); (!ok || len(own.Follows) == 0) && !l.kind(k) {
			args = append(args, k)
		}
	}
	if len(args) == 0 {
		return "", nil, nil
	}
	return "kind NOT IN (?" + strings.Repeat(", ?", len(args)-1) + ") AND ", args, nil
}

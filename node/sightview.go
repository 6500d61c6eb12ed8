package node

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"parley/cell"
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
	v.Open = func() []cell.OpenMatter {
		var out []cell.OpenMatter
		for _, m := range open() {
			if look(l.matter(m.Ref)) {
				out = append(out, cell.OpenMatter{Matter: strip(m.Matter), State: m.State})
			}
		}
		return out
	}
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

package node

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
)

// compose makes the record of an act: the officer's part with its defaults,
// signed where it asks for that, and judged; then serial, prev and seen.
func (b *batch) compose(ctx context.Context, a Act, k cell.Kind, body jsontext.Value) (cell.Held, error) {
	h, past, err := b.prepare(ctx, a, k, body)
	if err != nil {
		return cell.Held{}, err
	}
	if h, past, err = b.withHand(ctx, a, k, h, past); err != nil {
		return cell.Held{}, err
	}
	if h, err = b.n.sign(h, past); err != nil {
		return cell.Held{}, err
	}
	if h, err = b.handOver(ctx, h); err != nil {
		return cell.Held{}, err
	}
	if h, err = b.attest(ctx, h); err != nil {
		return cell.Held{}, err
	}
	return h, b.judge(ctx, h, past, k)
}

// prepare gives the officer's part with its defaults, and what it is judged by.
func (b *batch) prepare(ctx context.Context, a Act, k cell.Kind, body jsontext.Value) (h cell.Held, past cell.Past, err error) {
	n := b.n
	c := n.Config.Charter
	id, err := b.newID()
	if err != nil {
		return h, past, err
	}
	if a.About.IsZero() {
		a.About = n.aboutOf(k, body)
	}
	h = cell.Held{Gen: n.gen, Index: n.tree.Head().Size + int64(len(b.entries)), Record: cell.Record{
		V: cell.Version, Cell: c.Cell, Charter: c.Hash, Desk: n.Desk(), ID: id, Kind: k.Name, Status: c.Status,
		Precedence: a.Precedence, At: n.now(), Until: a.Until, By: a.By, To: slices.Clone(a.To), About: a.About,
		Cites: a.Cites, Body: body,
	}}
	if h.By.Role == "" {
		h.By = cell.By{Officer: "watch", Role: "watch"}
	}
	if t, ok := c.Template(k.Name); ok {
		if h.Precedence == "" {
			h.Precedence = t.Precedence
		}
	}
	var m cell.Matter
	if !a.About.IsZero() {
		if m, err = b.about(ctx, a.About); err != nil {
			return h, past, err
		}
		if a.Precedence == "" && (h.Precedence == "" || follows(k) && m.Precedence().Rank() < h.Precedence.Rank()) {
			h.Precedence = m.Precedence()
		}
		if len(h.Cites) == 0 && m.Version != nil {
			h.Cites = []cell.Cite{m.Version.Cite()}
			if len(k.Follows) > 0 && m.Version != m.Head { // what the record is judged by
				h.Cites = append(h.Cites, m.Head.Cite())
			}
		}
		if m.Derived != nil && len(h.Cites) == 0 && len(k.Follows) > 0 {
			h.Cites = slices.Clone(m.Derived.Causes)
		}
	}
	t, _ := c.Template(k.Name)
	status, cites := c.StatusFor(t, m)
	if h.Status = status; len(h.Cites) == 0 {
		h.Cites = cites
	}
	if h.Precedence == "" {
		h.Precedence = cell.Routine
	}
	if alone := k.Home || k.Stays && a.About.IsZero(); len(h.To) == 0 && !alone {
		h.To = n.defaultAudience(m)
		if a.About.IsZero() {
			h.To = n.unsupervised(k, h.To)
		}
	}
	if k.LifeSafety { // HOT-05: it forks to the supervisor at once
		h.To = append(h.To, slices.DeleteFunc(c.Supervisors(), func(d string) bool { return d == n.Desk() })...)
	}
	slices.Sort(h.To)
	h.To = slices.Compact(h.To)
	if h.Body, _, err = n.Modules.Body(k.Name, h.Record.Body); err != nil {
		return h, past, err
	}
	if d, via := n.noWay(h.To); d != "" && h.By.Role != cell.ByNode().Role {
		return h, past, &cell.Refused{Breaches: []cell.Breach{{Rule: "cell.no-way", At: "/to",
			Why: "no link leads to " + d + ": address " + via + " too, which passes it on"}}}
	}
	past, err = b.past(ctx, h, m)
	return h, past, err
}

// aboutOf gives the matter that a body belongs to by what it says.
func (n *Node) aboutOf(k cell.Kind, body jsontext.Value) cell.Ref {
	m, ok := n.Modules.Of(k.Name)
	if !ok || m.About == nil {
		return cell.Ref{}
	}
	b, _, err := n.Modules.Body(k.Name, body)
	if err != nil {
		return cell.Ref{} // refused with its place in a moment
	}
	return m.About(n.Desk(), b, n.Config.Charter)
}

// defaultAudience is everybody who holds the matter, and every member when
// there is none. What follows from one matter goes no further than it.
// noWay finds an addressee that this desk has no link with and for whom no
// addressed desk can pass the record on, and names a desk that could.
func (n *Node) noWay(to []string) (desk, via string) {
	c := n.Config.Charter
	for _, d := range to {
		passes := func(r string) bool { return c.Linked(n.Desk(), r) && c.Linked(r, d) }
		if c.Linked(n.Desk(), d) || slices.ContainsFunc(to, passes) {
			continue
		}
		if r := n.relay(d); r != "" {
			return d, r
		}
	}
	return "", ""
}

// withRelays adds to an audience the desks without which it cannot be reached.
func (n *Node) withRelays(to []string) []string {
	out := slices.Clone(to)
	for d, via := n.noWay(out); d != ""; d, via = n.noWay(out) {
		out = append(out, via)
	}
	return out
}

// follows reports whether a record of this kind travels as fast as the matter
// that it is about: acks, revisions and corrections do.
func follows(k cell.Kind) bool { return k.Revises || strings.HasPrefix(k.Name, "cell.") }

func (n *Node) defaultAudience(m cell.Matter) []string {
	aud := m.Audience()
	standing := m.Derived != nil && m.Derived.Parent.IsZero()
	if standing || len(aud) == 0 {
		return n.Config.Charter.Others(n.Desk())
	}
	return slices.DeleteFunc(slices.Clone(aud), func(d string) bool { return d == n.Desk() })
}

func (b *batch) about(ctx context.Context, ref cell.Ref) (cell.Matter, error) {
	m, err := b.n.matter(ctx, b.Tx, ref.String())
	if err != nil {
		return m, err
	}
	if len(m.Records) == 0 && m.Derived == nil {
		return m, fmt.Errorf("%w: no matter %s is held at this desk", cell.ErrNotFound, ref)
	}
	return m, nil
}

// past gives what an act is judged by.
func (b *batch) past(ctx context.Context, h cell.Held, m cell.Matter) (cell.Past, error) {
	past := cell.Past{Cited: map[cell.Cite]cell.Held{}, Says: m.Body}
	for _, c := range h.Cites {
		x, ok, err := b.n.record(ctx, b.Tx, c)
		if err != nil {
			return past, err
		}
		if !ok {
			return past, cell.Invalidf("/cites", "record %s is not held at this desk", c)
		}
		past.Cited[c] = x
	}
	for _, x := range m.Records {
		if x.Desk == h.Desk {
			past.Own = append(past.Own, x)
		}
	}
	return past, nil
}

// judge refuses a local act that breaks a rule.
func (b *batch) judge(ctx context.Context, h cell.Held, past cell.Past, k cell.Kind) error {
	n := b.n
	breaches := cell.Judge(h, n.Modules, past, n.Config.Charter)
	closed, err := b.closed(ctx, h, k)
	if err != nil {
		return err
	}
	if breaches = append(breaches, closed...); len(breaches) > 0 {
		return &cell.Refused{Breaches: breaches}
	}
	return nil
}

// closed asks the modules whether the act may go out now (HOT-17).
func (b *batch) closed(ctx context.Context, h cell.Held, k cell.Kind) ([]cell.Breach, error) {
	if k.LifeSafety || h.By.Role == "node" {
		return nil, nil
	}
	var out []cell.Breach
	var err error
	for _, m := range b.n.Modules {
		if m.Holds != nil {
			out = append(out, m.Holds(b.situation(ctx, &err), h, k)...)
		}
	}
	return out, err
}

// situation is the desk's for a local act. What the modules find is kept for
// the acts after it in the same transaction, until a record touches a matter
// that stood before.
func (b *batch) situation(ctx context.Context, failed *error) cell.Situation {
	s := b.n.situation(ctx, b.Tx, failed)
	find := s.Find
	s.Find = func(kind string, since int64) []cell.Matter {
		if since != 0 {
			return find(kind, since)
		}
		list, ok := b.found[kind]
		if !ok {
			if b.found == nil {
				b.found = map[string][]cell.Matter{}
			}
			list = find(kind, 0)
			b.found[kind] = list
		}
		return list
	}
	return s
}

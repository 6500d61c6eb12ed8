package incident

import (
	"cmp"
	"slices"

	"parley/cell"
)

// The states of a fact.
const (
	FactProposed  = "proposed"
	FactAgreed    = "agreed"
	FactContested = "contested"
)

// facts gives the facts that were proposed of a report, the oldest first, each
// with the latest word of every party. Two proposals under one code stand side
// by side: none replaces another (INC-05).
func facts(m cell.Matter, c *cell.Charter) []FactLine {
	var out []FactLine
	for _, h := range m.Said(KindFact, "") {
		f, ok := h.Body.(Fact)
		if !ok {
			continue
		}
		x := FactLine{Ref: h.Cite().String(), Hash: h.Hash, Fact: f.Fact, Text: f.Text.T3(), From: h.Desk, At: h.At, By: map[string]string{}}
		for _, d := range m.Audience() {
			if c.Role(d) == cell.Party {
				x.By[d] = wordOn(m, h, d)
			}
		}
		x.State = stateOf(x.By)
		out = append(out, x)
	}
	return out
}

// wordOn gives the latest word of a party on a fact, by its journal. Who
// proposes a fact agrees to it.
func wordOn(m cell.Matter, fact cell.Held, desk string) string {
	word := ""
	if desk == fact.Desk {
		word = Agrees
	}
	for _, h := range m.Records { // in the order of the journals
		if a, ok := h.Body.(Agree); ok && h.Desk == desk && m.Counts(h) && slices.Contains(h.Cites, fact.Cite()) {
			word = a.Agrees
		}
	}
	return word
}

// stateOf: a fact is agreed when every party agrees, and contested when one
// contests it.
func stateOf(by map[string]string) string {
	agree := 0
	for _, w := range by {
		switch w {
		case Contests:
			return FactContested
		case Agrees:
			agree++
		}
	}
	if agree == len(by) && agree > 0 {
		return FactAgreed
	}
	return FactProposed
}

// steps gives the stages that a report has reached, each with who took it.
func steps(v cell.View, m cell.Matter) []Step {
	out := []Step{step(v, m, *m.Head, StateReported)}
	for kind, stage := range map[string]string{KindEntry: StateMonitored, KindFinding: StateFinding, KindAttribution: StateAttributed, KindClose: StateClosed} {
		for i, h := range m.Said(kind, "") {
			if kind != KindEntry || i == 0 { // the first entry: the rest are in the timelines
				out = append(out, step(v, m, h, stage))
			}
		}
	}
	slices.SortFunc(out, func(a, b Step) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Ref, b.Ref)) })
	return out
}

func step(v cell.View, m cell.Matter, h cell.Held, stage string) Step {
	s := Step{Stage: stage, By: h.Desk, At: h.At, Ref: h.Cite().String(), To: []string{}, Text: v.Charter.Text(h.Record), Dissent: []Dissent{}}
	switch b := h.Body.(type) {
	case Finding:
		s.Standard = b.Standard
	case Attribution:
		s.To = cell.List(b.To)
	}
	if h.Ref() == m.Ref {
		return s // stands on the report itself are acks of it
	}
	for _, p := range m.Said(cell.KindPosition, "") {
		b, ok := p.Body.(cell.Position)
		if ok && p.Cites[0] == h.Cite() && b.Position != cell.Agrees && b.Position != cell.Noted { // an ack cites what it answers
			s.Dissent = append(s.Dissent, Dissent{Ref: p.Cite().String(), Desk: p.Desk, At: p.At, Position: b.Position, Text: cell.List(b.Text)})
		}
	}
	return s
}

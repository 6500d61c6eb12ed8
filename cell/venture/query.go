package venture

import (
	"context"
	"slices"

	"parley/cell"
)

// View is a venture as the screen shows it.
type View struct {
	cell.Line
	Contested   bool             `json:"contested"` // the proposal broke a rule, and counts for nothing
	Title       cell.Text3       `json:"title"`
	Field       string           `json:"field"`
	Sides       []string         `json:"sides"`
	Stages      map[string]Stage `json:"stages"` // by desk: each side, and the supervisor when it said something
	Gate        Gate             `json:"gate"`
	PausedSince int64            `json:"paused_since"` // 0: not paused
	Disclosure  string           `json:"disclosure"`
	Benefit     []Benefit        `json:"benefit"` // as declared
}

// Stage is where a desk stands with a venture by its own word.
type Stage struct {
	Stage string      `json:"stage"`
	At    int64       `json:"at"`
	Text  []cell.Free `json:"text"`
}

// Gate is the gate that a venture hangs on, as this desk sees it, and what a
// step beyond it cites.
type Gate struct {
	Key    string   `json:"key"` // "" when it hangs on none
	Number string   `json:"number"`
	State  string   `json:"state"` // "" while it is not held here
	Seen   bool     `json:"seen"`
	Signed []string `json:"signed"` // the newest opening signature of each desk, as citations
}

// Count is how many ventures are in a state.
type Count struct {
	Stage string `json:"stage"`
	Count int    `json:"count"`
}

// Open is what of a venture may be read in public (VEN-02).
type Open struct {
	Title cell.Text3 `json:"title"`
	Field string     `json:"field"`
	Sides []string   `json:"sides"`
	State string     `json:"state"`
	Since int64      `json:"since"`
}

// Screen is the answer of the query.
type Screen struct {
	Ventures []View  `json:"ventures"`
	Pipeline []Count `json:"pipeline"` // every state of the way in its order, also those without a venture
	Public   []Open  `json:"public"`
}

func query(_ context.Context, v cell.View) (any, error) {
	out := Screen{Ventures: []View{}, Public: []Open{}}
	count := map[string]int{}
	for _, m := range v.Find(KindProposal, 0) {
		p, ok := m.Body.(Proposal)
		if !ok || m.Head == nil {
			continue
		}
		x := view(v, m, p)
		out.Ventures = append(out.Ventures, x)
		count[x.State]++
		if p.Disclosure == Public && !x.Contested && x.State != cell.StateCancelled {
			out.Public = append(out.Public, Open{p.Title, p.Field, p.Sides, x.State, x.Since})
		}
	}
	for _, s := range append(stages(), StatePaused, StageEnded) {
		out.Pipeline = append(out.Pipeline, Count{s, count[s]})
	}
	return out, nil
}

func view(v cell.View, m cell.Matter, p Proposal) View {
	x := View{Line: v.Line(m), Contested: !m.Stands(), Title: p.Title, Field: p.Field, Sides: p.Sides, Stages: map[string]Stage{},
		Gate: gate(v, p.Gate), Disclosure: p.Disclosure, Benefit: cell.List(p.Benefit)}
	for _, d := range m.Audience() {
		said := m.Said(KindStep, d)
		stage, at := stageOf(m, d)
		s := Stage{stage, at, []cell.Free{}}
		if n := len(said); n > 0 {
			if b, ok := said[n-1].Body.(Step); ok && len(b.Text) > 0 {
				s.Text = b.Text
			}
		}
		if len(said) > 0 || slices.Contains(p.Sides, d) {
			x.Stages[d] = s
		}
	}
	if x.State == StatePaused {
		x.PausedSince = x.Since
	}
	return x
}

// gate gives the gate of a venture, with the signatures to cite.
func gate(v cell.View, key string) Gate {
	g := Gate{Key: key, Signed: []string{}}
	m, st, ok := see(v.Near, key)
	if !ok {
		return g
	}
	g.Number, g.State, g.Seen = m.Number(v.Charter), st.Name, true
	newest := map[string]cell.Held{}
	for _, h := range m.Records {
		if h.Kind == kindGateSign && m.Counts(h) {
			newest[h.Desk] = h
		}
	}
	for _, d := range v.Charter.Desks() {
		if b, ok := newest[d].Body.(opensGate); ok && b.OpensGate() {
			g.Signed = append(g.Signed, newest[d].Cite().String())
		}
	}
	return g
}

package roadmap

import (
	"context"

	"parley/cell"
)

// Road is the answer of the query.
type Road struct {
	Phases []Phase `json:"phases"` // in the order of the charter
	DDay   []Day   `json:"dday"`
}

// Phase is a phase with its gates, the oldest first.
type Phase struct {
	ID    string  `json:"id"`
	Name  cell.T3 `json:"name"`
	Gates []Shown `json:"gates"`
}

// Shown is a gate as the screen shows it: what it waits for, and who blocks it.
type Shown struct {
	cell.Line
	Title      cell.Text3        `json:"title"`
	Deciders   []string          `json:"deciders"`
	DDay       string            `json:"dday"`
	Conditions []Found           `json:"conditions"`
	Signed     map[string]Signed `json:"signed"`   // by desk, its latest word
	Blocks     []Block           `json:"blocks"`   // what its conditions wait for, then the signatures
	Earliest   int64             `json:"earliest"` // the latest of the dates that run, 0: none
}

// Signed is a deciding desk's latest word.
type Signed struct {
	At     int64  `json:"at"`
	Open   string `json:"open"`
	Record string `json:"record"` // which a step that hangs on the gate cites
}

// Day is a declaration of D-day.
type Day struct {
	cell.Line
	Day      int64 `json:"day"`      // as it says now
	InForce  int64 `json:"in_force"` // the day that all parties agreed to, 0: none
	AgreedAt int64 `json:"agreed_at"`
}

func road(_ context.Context, v cell.View) (any, error) {
	out := Road{Phases: []Phase{}, DDay: []Day{}}
	gates := v.Find(KindGate, 0)
	for _, p := range v.Charter.Phases {
		x := Phase{ID: p.ID, Name: p.Name, Gates: []Shown{}}
		for _, m := range gates {
			if g, ok := m.Body.(Gate); ok && g.Phase == p.ID && m.Head != nil {
				x.Gates = append(x.Gates, shown(v, m, g))
			}
		}
		out.Phases = append(out.Phases, x)
	}
	for _, m := range v.Find(KindDDay, 0) {
		d, ok := m.Body.(DDay)
		if !ok || m.Head == nil {
			continue
		}
		x := Day{Line: v.Line(m), Day: d.Day}
		x.InForce, x.AgreedAt, _ = agreedDay(m, v.Charter)
		out.DDay = append(out.DDay, x)
	}
	return out, nil
}

func shown(v cell.View, m cell.Matter, g Gate) Shown {
	k := v.Case(m)
	x := Shown{Line: v.Line(m), Title: g.Title, Deciders: cell.List(g.Deciders), DDay: g.DDay, Conditions: find(k, g),
		Signed: map[string]Signed{}, Blocks: []Block{}}
	for _, f := range x.Conditions {
		x.Earliest = max(x.Earliest, f.Due)
		if !f.Met {
			x.Blocks = append(x.Blocks, f.Blocks...)
		}
	}
	for _, d := range g.Deciders {
		h, ok := k.Last(KindSign, d)
		if !ok {
			continue
		}
		x.Signed[d] = Signed{h.At, h.Body.(Sign).Open, h.Cite().String()}
	}
	for _, w := range x.Waiting {
		if w.For == NeedSignature {
			x.Blocks = append(x.Blocks, Block{w.Desk, w.For, x.Key, w.Due})
		}
	}
	return x
}

package deconfliction

import (
	"context"

	"parley/cell"
)

// The flags of a notice, computed from the receipt by an officer (DEC-03).
const (
	FlagNone       = ""
	FlagShort      = "short-notice" // received later than the agreed lead before the start
	FlagPostFacto  = "post-facto"   // received after the start
	FlagUnreceived = "unreceived"   // no officer of the counterpart has received it
)

// Filed is a notice as the screen shows it.
type Filed struct {
	cell.Line
	Live      bool          `json:"live"` // not ended, withdrawn or contested
	Activity  string        `json:"activity"`
	Area      cell.Area     `json:"area"`
	Window    cell.Span     `json:"window"`
	Height    []cell.Height `json:"height"`
	LeadMS    int64         `json:"lead_ms"`        // start − receipt by an officer of the counterpart; -1 while unreceived
	SoFarMS   int64         `json:"lead_so_far_ms"` // start − now: the most that it can still become, while unreceived
	AgreedMS  int64         `json:"lead_agreed_ms"` // the charter's, for the type
	Flag      string        `json:"flag"`
	Conflicts []string      `json:"conflicts"` // keys of those that are open
	Text      cell.T3       `json:"text"`
}

// Clash is a conflict as the screen shows it.
type Clash struct {
	cell.Line
	Facts     Conflict  `json:"facts"`
	Between   []string  `json:"between"` // keys of the two notices
	Text      cell.T3   `json:"text"`
	Proposals []Offered `json:"proposals"`
}

// Offered is a proposal, and what was said to it.
type Offered struct {
	Ref        string        `json:"ref"` // of the record, which an answer cites first
	Hash       string        `json:"hash"`
	By         string        `json:"by"`
	At         int64         `json:"at"`
	Notice     string        `json:"notice"`
	Desk       string        `json:"desk"`
	Window     []cell.Span   `json:"window"`
	Height     []cell.Height `json:"height"`
	AcceptedBy []string      `json:"accepted_by"` // beside the desk that proposed, which agrees by proposing
	DeclinedBy []string      `json:"declined_by"`
	Text       cell.T3       `json:"text"`
}

// Board is the answer of the query.
type Board struct {
	Notices   []Filed `json:"notices"`
	Conflicts []Clash `json:"conflicts"`
}

func board(_ context.Context, v cell.View) (any, error) {
	out := Board{Notices: []Filed{}, Conflicts: []Clash{}}
	key := map[cell.Cite]string{}
	notices := v.Find(KindNotice, 0)
	for _, m := range notices {
		if m.Head != nil {
			key[m.Head.Cite()] = m.Ref.String()
		}
	}
	unsettled := map[string][]string{} // by the key of a notice
	for _, m := range v.Find(RuleConflict, 0) {
		if m.Derived == nil {
			continue
		}
		x := clashOf(v, m)
		for _, c := range m.Derived.Causes {
			x.Between = append(x.Between, key[c])
			if x.Open {
				unsettled[key[c]] = append(unsettled[key[c]], x.Key)
			}
		}
		out.Conflicts = append(out.Conflicts, x)
	}
	for _, m := range notices {
		if _, ok := m.Body.(Notice); ok && m.Head != nil {
			f := filed(v, m)
			f.Conflicts = append(f.Conflicts, unsettled[f.Key]...)
			out.Notices = append(out.Notices, f)
		}
	}
	return out, nil
}

func filed(v cell.View, m cell.Matter) Filed {
	n := says(m)
	t, _ := v.Charter.Activity(n.Activity)
	f := Filed{Line: v.Line(m), Activity: n.Activity, Area: n.Area, Window: n.Window, Height: cell.List(n.Height),
		AgreedMS: t.Lead.Millis(), Conflicts: []string{}, Text: v.Text(m)}
	f.Live = f.Open && m.Stands()
	f.LeadMS, f.Flag = Lead(m, v.Charter)
	if f.Flag == FlagUnreceived {
		f.SoFarMS = n.Window.From - v.Now
	}
	return f
}

// Lead gives the lead time of a notice in milliseconds, from the receipt by an
// officer of the counterpart to the start of the window, with the flag that
// follows from the lead agreed for its type; -1 while nobody has received what
// it says now. Where there are several counterparts the last to receive counts
// (DEC-03).
func Lead(m cell.Matter, c *cell.Charter) (ms int64, flag string) {
	at, ok := received(m, c)
	if !ok {
		return -1, FlagUnreceived
	}
	n := says(m)
	t, _ := c.Activity(n.Activity)
	switch ms = n.Window.From - at; {
	case ms < 0:
		return ms, FlagPostFacto
	case ms < t.Lead.Millis():
		return ms, FlagShort
	}
	return ms, FlagNone
}

func clashOf(v cell.View, m cell.Matter) Clash {
	x := Clash{Line: v.Line(m), Facts: cell.Computed[Conflict](m.Derived), Between: []string{}, Proposals: []Offered{}, Text: v.Text(m)}
	for _, o := range offers(v.Case(m)) {
		p := Offered{Ref: o.rec.Cite().String(), Hash: o.rec.Hash, By: o.rec.Desk, At: o.rec.At, Notice: o.says.Notice, Desk: o.says.Desk,
			Window: cell.List(o.says.Window), Height: cell.List(o.says.Height),
			AcceptedBy: []string{}, DeclinedBy: cell.List(o.declined), Text: v.Charter.Text(o.rec.Record)}
		for _, d := range o.agreed {
			if d != p.By {
				p.AcceptedBy = append(p.AcceptedBy, d)
			}
		}
		x.Proposals = append(x.Proposals, p)
	}
	return x
}

package hotline

import (
	"context"

	"parley/cell"
)

// rosterShown is how far ahead the roster is drawn.
const rosterShown = 7 * day

// RosterScreen is who has the watch at each desk in the next seven days.
type RosterScreen struct {
	From   int64        `json:"from"`
	To     int64        `json:"to"`
	Desks  []RosterDesk `json:"desks"`
	OnCall []OnCall     `json:"on_call"` // at this desk, now
}

// RosterDesk is one desk's rota: its slots, and what they leave uncovered.
type RosterDesk struct {
	Desk      string        `json:"desk"`
	Slots     []SlotLine    `json:"slots"`
	Gaps      []cell.Span   `json:"gaps"`
	Languages []LanguageGap `json:"languages"`
}

// SlotLine is one slot with where it is filed. Taken says that an officer has
// taken it, and did not only plan it. Officers are codes, of this desk's own
// slots alone.
type SlotLine struct {
	Slot
	Key      string   `json:"key"`
	Taken    bool     `json:"taken"`
	Officers []string `json:"officers"`
}

// OnCall is who is called for a level of the ladder now.
type OnCall struct {
	Level    string   `json:"level"`
	Officers []string `json:"officers"`
}

// CalledNow gives whom this desk's roster names for each level of the ladder
// that the desk climbs itself.
func CalledNow(s cell.Here) []OnCall {
	out := []OnCall{}
	assigned := s.Find(KindAssign, s.Now-RosterAhead)
	for _, r := range append([]cell.Rung{{Level: "watch"}}, s.Charter.Clocks[cell.Flash].Ladder...) {
		if r.Desk == "" || r.Desk == s.Desk {
			out = append(out, OnCall{r.Level, cell.List(Called(assigned, r.Level, s.Now))})
		}
	}
	return out
}

// Filed gives the watches and rosters held here that may still matter.
func Filed(s cell.Here) []cell.Matter {
	return append(s.Find(KindWatch, s.Now-8*day), s.Find(KindRoster, s.Now-RosterAhead)...)
}

func roster(_ context.Context, v cell.View) (any, error) {
	out := RosterScreen{From: v.Now, To: v.Now + rosterShown, Desks: []RosterDesk{}, OnCall: CalledNow(v.Here)}
	filed, assigned := Filed(v.Here), v.Find(KindAssign, v.Now-RosterAhead)
	for _, d := range v.Charter.Desks() {
		if !v.Charter.IsFounder(d) {
			continue
		}
		x := RosterDesk{Desk: d, Slots: []SlotLine{}, Gaps: []cell.Span{}, Languages: LanguageGaps(filed, d, v.Charter, out.From, out.To)}
		for _, m := range filed {
			for _, s := range slotsOf(m) {
				if m.Opener() != d || m.Cancelled != nil || !m.Stands() || s.To <= out.From || s.From >= out.To {
					continue
				}
				l := SlotLine{Slot: s, Key: m.Ref.String(), Taken: m.Kind == KindWatch, Officers: []string{}}
				if d == v.Desk {
					l.Officers = cell.List(Named(assigned, s.Role, max(s.From, out.From)))
					if l.Taken {
						l.Officers = []string{m.Head.By.Officer}
					}
				}
				x.Slots = append(x.Slots, l)
			}
		}
		if len(x.Slots) > 0 {
			x.Gaps = append(x.Gaps, gaps(onWatch(filed, d), out.From, out.To)...)
		}
		out.Desks = append(out.Desks, x)
	}
	return out, nil
}

func slotsOf(m cell.Matter) []Slot {
	switch b := m.Body.(type) {
	case Watch:
		return []Slot{Slot(b)}
	case Roster:
		return b.Slots
	}
	return nil
}

// HandoverScreen is what the officers who hand over look at.
type HandoverScreen struct {
	Officer   string     `json:"officer"` // who has the watch here, "" for nobody
	Since     int64      `json:"since"`
	Until     int64      `json:"until"`
	Items     []Item     `json:"items"`
	Flash     []string   `json:"flash"` // numbers of FLASH that nobody has taken: no hand-over before
	Handovers []Signed   `json:"handovers"`
	Presence  []Presence `json:"presence"` // checks that wait for an answer
}

// Signed is one hand-over with its two signatures.
type Signed struct {
	cell.Line
	Officer  string       `json:"officer"`
	For      string       `json:"for"`
	Items    []SignedItem `json:"items"`
	Mood     []cell.Free  `json:"mood"`
	TakenBy  string       `json:"taken_by"`
	TakenAt  int64        `json:"taken_at"`
	Question []cell.Free  `json:"question"`
}

// SignedItem is an item as it was handed over, with what it is called.
type SignedItem struct {
	OpenItem
	Number  string  `json:"number"`
	Subject cell.T3 `json:"subject"`
}

func handover(_ context.Context, v cell.View) (any, error) {
	out := HandoverScreen{Handovers: []Signed{}, Presence: []Presence{}}
	out.Items, out.Flash = OpenItems(v.Here)
	out.Flash = cell.List(out.Flash)
	if on, ok := OnDuty(v.Here); ok {
		w, _ := on.Body.(Watch)
		out.Officer, out.Since, out.Until = on.By.Officer, on.At, w.To
	}
	for _, m := range v.Find(KindPresence, v.Now-8*day) {
		if b, ok := m.Body.(Presence); ok && v.State(m).Open {
			out.Presence = append(out.Presence, b)
		}
	}
	for _, m := range v.Find(KindHandover, v.Now-8*day) {
		b, ok := m.Body.(Handover)
		if !ok || m.Head == nil {
			continue
		}
		x := Signed{Line: v.Line(m), Officer: m.Head.By.Officer, For: b.To, Items: []SignedItem{}, Mood: b.Mood, Question: []cell.Free{}}
		for _, it := range b.Items {
			x.Items = append(x.Items, signedItem(v, it))
		}
		if t, ok := m.First(KindTakeover, v.Desk); ok {
			x.TakenBy, x.TakenAt = t.By.Officer, t.At
			x.Question = cell.List(t.Body.(Takeover).Question)
		}
		out.Handovers = append(out.Handovers, x)
	}
	return out, nil
}

func signedItem(v cell.View, it OpenItem) SignedItem {
	x := SignedItem{OpenItem: it, Subject: cell.T3{}}
	if ref, err := cell.ParseRef(it.Matter); err == nil {
		if m, _, ok := v.Near.See(ref); ok {
			x.Number, x.Subject = m.Number(v.Charter), v.Charter.Subject(m.Worded())
		}
	}
	return x
}

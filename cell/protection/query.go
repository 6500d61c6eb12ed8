package protection

import (
	"context"

	"parley/cell"
)

// NoticeKey is the key of the notice that stands on every screen and print of
// this module, in three languages (PRO-13).
const NoticeKey = "protection.standing"

// Screen is what the screen of protection shows. What a desk was not given is
// not in it.
type Screen struct {
	Standing  string     `json:"standing"` // the key of the notice
	Places    []Entry    `json:"places"`   // exact: none but those held here
	Areas     []Around   `json:"areas"`
	Corridors []Way      `json:"corridors"`
	Concerns  []Raised   `json:"concerns"`
	Questions []Question `json:"questions"`
	Ledger    []Release  `json:"ledger"`
}

// Entry is an entry of the register with how far it is verified now.
type Entry struct {
	cell.Line
	Place
	Level     int64          `json:"level"` // now: no more than 1 while a desk has seen it elsewhere
	LevelAt   int64          `json:"level_at"`
	Verified  []Verified     `json:"verified"`
	Consent   string         `json:"consent"` // "" when none is on record
	Beside    []string       `json:"beside"`  // other codes within about 100 m
	Contested []cell.Contest `json:"contested"`
}

// Verified is what one desk said last of where the place is.
type Verified struct {
	Desk        string       `json:"desk"`
	At          int64        `json:"at"`
	Officer     string       `json:"officer"`
	Level       int64        `json:"level"`
	Source      string       `json:"source"`
	Coordinates []cell.Place `json:"coordinates"`
}

// Around is a buffered area.
type Around struct {
	cell.Line
	Area
	Consent   string         `json:"consent"`
	Contested []cell.Contest `json:"contested"`
}

// Raised is a community's concern with what the parties answered.
type Raised struct {
	cell.Line
	Concern
	AnswerBy  int64          `json:"answer_by"`
	Replies   []Replied      `json:"replies"`
	Contested []cell.Contest `json:"contested"`
}

// Replied is what a party answered.
type Replied struct {
	Desk   string      `json:"desk"`
	At     int64       `json:"at"`
	Answer string      `json:"answer"`
	Text   []cell.Free `json:"text"`
}

// Question is what a party asked of an entry, and the supervisor's answer: a
// list of at most one.
type Question struct {
	cell.Line
	Ask
	Answers []Replied `json:"answers"`
}

func query(ctx context.Context, v cell.View) (any, error) {
	out := Screen{Standing: NoticeKey, Places: []Entry{}, Areas: []Around{}, Corridors: []Way{}, Concerns: []Raised{}, Questions: []Question{}, Ledger: []Release{}}
	near, err := beside(ctx, v.Tx)
	if err != nil {
		return nil, err
	}
	for _, m := range v.Find(KindPlace, 0) {
		if b, ok := m.Body.(Place); ok {
			out.Places = append(out.Places, entry(v, m, b, near[b.Code]))
			out.Ledger = append(out.Ledger, releases(m, b.Code)...)
		}
	}
	for _, m := range v.Find(KindArea, 0) {
		if b, ok := m.Body.(Area); ok {
			out.Areas = append(out.Areas, Around{v.Line(m), b, consent(m), cell.List(m.Contested)})
			out.Ledger = append(out.Ledger, releases(m, b.Code)...)
		}
	}
	for _, m := range v.Find(KindCorridor, 0) {
		if b, ok := m.Body.(Corridor); ok {
			out.Corridors = append(out.Corridors, way(v, m, b))
		}
	}
	for _, m := range v.Find(KindConcern, 0) {
		if b, ok := m.Body.(Concern); ok {
			out.Concerns = append(out.Concerns, Raised{v.Line(m), b, m.At() + v.Charter.Protection.Answer.Millis(), replied(m, KindReply), cell.List(m.Contested)})
		}
	}
	for _, m := range v.Find(KindAsk, 0) {
		if b, ok := m.Body.(Ask); ok {
			out.Questions = append(out.Questions, Question{v.Line(m), b, replied(m, KindAnswer)})
		}
	}
	return out, nil
}

func consent(m cell.Matter) string {
	if h, ok := m.Last(KindConsent, ""); ok {
		return h.Body.(Consent).Consent
	}
	return ""
}

func entry(v cell.View, m cell.Matter, b Place, near []string) Entry {
	k := v.Case(m)
	e := Entry{Line: v.Line(m), Place: b, Verified: []Verified{}, Consent: consent(m), Beside: cell.List(near), Contested: cell.List(m.Contested)}
	e.Level, e.LevelAt = verified(k)
	for _, d := range m.Audience() {
		if h, ok := k.Last(KindVerify, d); ok {
			x := h.Body.(Verify)
			e.Verified = append(e.Verified, Verified{d, h.At, h.By.Officer, x.Level, x.Source, x.Coordinates})
		}
	}
	return e
}

// replied gives the answers of a kind in a matter, each desk's last.
func replied(m cell.Matter, kind string) []Replied {
	out := []Replied{}
	for _, d := range m.Audience() {
		h, ok := m.Last(kind, d)
		if !ok {
			continue
		}
		switch b := h.Body.(type) {
		case Reply:
			out = append(out, Replied{d, h.At, b.Answer, b.Text})
		case Answer:
			out = append(out, Replied{d, h.At, b.Answer, b.Text})
		}
	}
	return out
}

// Way is a corridor with the state of each segment.
type Way struct {
	cell.Line
	Name      []cell.Text3   `json:"name"`
	Purpose   string         `json:"purpose"`
	Traffic   []string       `json:"traffic"`
	Capacity  []int64        `json:"capacity"`
	Window    []cell.Span    `json:"window"`
	Segments  []Stretch      `json:"segments"`
	Contested []cell.Contest `json:"contested"`
}

// Stretch is a segment as it stands, with the words that decide and what was
// said beside them.
type Stretch struct {
	Segment
	State string `json:"state"`
	Since int64  `json:"since"`
	Said  []Said `json:"said"`
}

// Said is what a desk said of a segment last.
type Said struct {
	Desk string `json:"desk"`
	At   int64  `json:"at"`
	CorrState
}

func way(v cell.View, m cell.Matter, x Corridor) Way {
	k := v.Case(m)
	w := Way{Line: v.Line(m), Name: x.Name, Purpose: x.Purpose, Traffic: x.Traffic, Capacity: x.Capacity, Window: x.Window, Segments: []Stretch{}, Contested: cell.List(m.Contested)}
	for i, seg := range x.Segments {
		s := Stretch{Segment: seg, Said: []Said{}}
		s.State, s.Since = segmentState(k, x, int64(i)+1)
		for _, d := range m.Audience() {
			if h, ok := lastOf(k, x, d, int64(i)+1); ok {
				s.Said = append(s.Said, Said{d, h.At, h.Body.(CorrState)})
			}
		}
		w.Segments = append(w.Segments, s)
	}
	return w
}

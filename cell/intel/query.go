package intel

import (
	"context"
	"slices"

	"parley/cell"
)

// Screen is what the screen of intelligence shows.
type Screen struct {
	Warnings []Warned   `json:"warnings"`
	Drafts   []Drafted  `json:"drafts"` // of this desk; no other holds them
	Reports  []Released `json:"reports"`
}

// Warned is a threat warning with what its review found.
type Warned struct {
	cell.Line
	Warning
	Review    []Reviewed     `json:"review"`
	Recall    []Called       `json:"recall"`
	Contested []cell.Contest `json:"contested"`
}

// Reviewed is one review of a warning; Current says that it is of the warning
// as it stands.
type Reviewed struct {
	At      int64       `json:"at"`
	Officer string      `json:"officer"`
	Outcome string      `json:"outcome"`
	Text    []cell.Free `json:"text"`
	Current bool        `json:"current"`
}

// Drafted is a report as it stands at home.
type Drafted struct {
	cell.Line
	Draft
	Drafter string `json:"drafter"`
}

// Released is a report as it was released, with its dissent.
type Released struct {
	cell.Line
	Report
	Releaser  string         `json:"releaser"`
	Recall    []Called       `json:"recall"`
	Contested []cell.Contest `json:"contested"`
}

// Called is the recall of an item: a list of at most one. Answered has a line
// for every desk that got it, null while it has said nothing of its copies.
type Called struct {
	Key      string            `json:"key"` // of the recall, which is answered
	At       int64             `json:"at"`
	Reason   cell.Free         `json:"reason"`
	Deadline int64             `json:"deadline"`
	Answered map[string]*int64 `json:"answered"`
	Answers  []Answer          `json:"answers"`
}

// Answer is what one desk said of its copies, and where it had used them again.
type Answer struct {
	Desk  string      `json:"desk"`
	At    int64       `json:"at"`
	Done  string      `json:"done"`
	Reuse []cell.Free `json:"reuse"`
}

func query(_ context.Context, v cell.View) (any, error) {
	out := Screen{Warnings: []Warned{}, Drafts: []Drafted{}, Reports: []Released{}}
	for _, m := range v.Find(KindWarning, 0) {
		if b, ok := m.Body.(Warning); ok {
			b.Use = b.Permitted()
			out.Warnings = append(out.Warnings, Warned{v.Line(m), b, reviews(m), called(v, m), cell.List(m.Contested)})
		}
	}
	for _, m := range v.Find(KindDraft, 0) {
		if b, ok := m.Body.(Draft); ok && m.Opener() == v.Desk {
			out.Drafts = append(out.Drafts, Drafted{v.Line(m), b, m.Version.By.Officer})
		}
	}
	for _, m := range v.Find(KindReport, 0) {
		if b, ok := m.Body.(Report); ok {
			out.Reports = append(out.Reports, Released{v.Line(m), b, m.Head.By.Officer, called(v, m), cell.List(m.Contested)})
		}
	}
	return out, nil
}

func reviews(m cell.Matter) []Reviewed {
	out := []Reviewed{}
	for _, h := range m.Said(KindReview, m.Opener()) {
		b, ok := h.Body.(Review)
		if !ok {
			continue
		}
		out = append(out, Reviewed{h.At, h.By.Officer, b.Outcome, b.Text, slices.Contains(h.Cites, m.Version.Cite())})
	}
	return out
}

func called(v cell.View, m cell.Matter) []Called {
	r, _, ok := recall(v.Case(m))
	b, is := r.Body.(Recall)
	if !ok || !is {
		return []Called{}
	}
	c := Called{Key: r.Ref.String(), At: r.At(), Reason: b.Reason, Deadline: b.Deadline, Answered: map[string]*int64{}, Answers: []Answer{}}
	for _, d := range r.Head.To {
		c.Answered[d] = nil
		if h, ok := r.Last(KindRecalled, d); ok {
			said := h.Body.(Recalled)
			c.Answered[d] = &h.At
			c.Answers = append(c.Answers, Answer{d, h.At, said.Done, said.Reuse})
		}
	}
	return []Called{c}
}

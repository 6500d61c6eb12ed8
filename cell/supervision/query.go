package supervision

import (
	"context"

	"parley/cell"
)

// Screen is the answer of the query.
type Screen struct {
	Modes    map[string]string `json:"modes"` // by basket
	Since    int64             `json:"since"` // parity and hash are of what was written from then on
	Parity   []Parity          `json:"parity"`
	Hash     string            `json:"hash"`    // over the records that all desks were given: the same at each
	Through  []string          `json:"through"` // up to these records, one a journal
	Journals []Journal         `json:"journals"`
	Reports  []Printed         `json:"reports"`
	Sealed   []SealedLine      `json:"sealed"`
}

// Printed is a report with its signatures and replies.
type Printed struct {
	cell.Line
	Ref        string      `json:"ref"`
	DayFrom    int64       `json:"day_from"`
	DayTo      int64       `json:"day_to"` // not included
	Figures    []Figure    `json:"figures"`
	Reconciles bool        `json:"reconciles"`
	Wrong      []string    `json:"wrong"`
	Signatures []Signature `json:"signatures"` // of every desk that signs
	ReplyBy    int64       `json:"reply_by"`
	Replies    []Answer    `json:"replies"`
	Text       cell.T3     `json:"text"`
}

// Signature is one desk's, or that it is missing.
type Signature struct {
	Desk string `json:"desk"`
	At   int64  `json:"at"` // 0: not signed
	Ref  string `json:"ref"`
}

// Answer is a reply to a report.
type Answer struct {
	Ref  string    `json:"ref"`
	Desk string    `json:"desk"`
	At   int64     `json:"at"`
	Text cell.Free `json:"text"`
	Late bool      `json:"late"` // after the time for it: appended all the same
}

func screen(_ context.Context, v cell.View) (any, error) {
	out := Screen{Modes: map[string]string{}, Journals: journals(v), Reports: []Printed{}, Sealed: sealed(v)}
	for basket, mode := range v.Charter.Baskets {
		out.Modes[basket] = mode
	}
	out.compare(v)
	for _, m := range v.Find(KindReport, 0) {
		if m.Head != nil {
			out.Reports = append(out.Reports, printedLine(v, m))
		}
	}
	return out, nil
}

func printedLine(v cell.View, m cell.Matter) Printed {
	r := report(m)
	x := Printed{Line: v.Line(m), Ref: m.Head.Cite().String(), DayFrom: r.From, DayTo: r.To, Figures: cell.List(r.Figures), Wrong: Reconcile(r),
		Signatures: []Signature{}, ReplyBy: m.At() + replyWithin, Replies: []Answer{}, Text: v.Charter.Text(m.Head.Record)}
	x.Reconciles = len(x.Wrong) == 0
	for _, d := range signers(m, v.Charter) {
		s := Signature{Desk: d}
		if h, ok := m.First(KindSign, d); ok {
			s.At, s.Ref = h.At, h.Cite().String()
		}
		x.Signatures = append(x.Signatures, s)
	}
	for _, h := range m.Said(KindReply, "") {
		if b, ok := h.Body.(Reply); ok {
			x.Replies = append(x.Replies, Answer{Ref: h.Cite().String(), Desk: h.Desk, At: h.At, Text: b.Text, Late: h.At > x.ReplyBy})
		}
	}
	return x
}

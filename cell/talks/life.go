package talks

import (
	"cmp"
	"slices"

	"parley/cell"
)

// What is waited for beside the acks.
const (
	NeedSignature = "signature"
	NeedOutcome   = "outcome"
)

// ShortNotice is how long before its time a read-out is announced at least, in
// milliseconds; later than that is shown (field templates, STMTPRE).
const ShortNotice = 2 * 3600 * 1000

func lives() []cell.Life {
	return []cell.Life{
		cell.MessageLife(KindCaucus),
		{Kinds: []string{KindRound}, Acks: true, Stages: []cell.Stage{
			{Name: "announced"},
			{Name: "sitting", From: []string{"announced"}, Says: "its time has come", Waits: outcome,
				When: func(k *cell.Case) (int64, bool) { b := body[Round](k.Matter); return b.From, k.Past(b.From) }},
			{Name: "recorded", From: []string{"announced", "sitting"}, Says: "its outcome is recorded", Ended: true,
				When: func(k *cell.Case) (int64, bool) {
					return k.Version.At, len(body[Round](k.Matter).Outcome) > 0
				}},
		}},
		{Kinds: []string{KindText}, Acks: true, Stages: []cell.Stage{
			{Name: "drafting"},
			{Name: "cleared", From: []string{"drafting"}, Says: "no clause is open or bracketed", Waits: positions,
				When: func(k *cell.Case) (int64, bool) { return k.Version.At, cleared(k.Matter) }},
			{Name: "agreed", From: []string{"cleared"}, Says: "each party agrees to the hash of this draft", Ended: true, Binds: true,
				When: func(k *cell.Case) (int64, bool) {
					at, ok := k.Agreed(*k.Version, k.Parties())
					return at, ok && cleared(k.Matter)
				}},
		}},
		{Kinds: []string{KindUnderstanding}, Acks: true, Stages: []cell.Stage{
			{Name: "proposed"},
			{Name: "lapsed", From: []string{"proposed"}, Says: "its end has come, and not all had agreed", Ended: true,
				When: func(k *cell.Case) (int64, bool) { return end(k, body[Understanding](k.Matter)) }},
			{Name: "agreed", From: []string{"proposed"}, Says: "each party agrees to its hash", Binds: true, Waits: duties,
				When: func(k *cell.Case) (int64, bool) { a, ok := agreement(k); return a.Since, ok }},
			{Name: "in-force", From: []string{"agreed"}, Says: "agreed, and its time has come", Binds: true, When: inForce, Waits: duties},
			{Name: "in-question", From: []string{"agreed", "in-force"}, Says: "a party has taken another stand since", Binds: true, When: inQuestion, Waits: duties},
			{Name: "ended", From: []string{"in-force", "in-question"}, Says: "its end has come", Ended: true, Binds: true,
				When: func(k *cell.Case) (int64, bool) {
					a, ok := agreement(k)
					at, came := end(k, a.Says)
					return at, ok && came
				}},
		}},
		{Kinds: []string{KindStatement}, Acks: true, Stages: []cell.Stage{
			{Name: "drafted", Waits: signatures},
			{Name: "signing", From: []string{"drafted"}, Says: "a founding member has signed this draft", Waits: signatures,
				When: func(k *cell.Case) (int64, bool) {
					s := signatureOf(k.Matter, k.Version.Cite())
					if len(s) == 0 {
						return 0, false
					}
					return s[0].At, true
				}},
			{Name: "signed", From: []string{"signing"}, Says: "every founding member has signed one draft of it", Ended: true, Binds: true,
				When: func(k *cell.Case) (int64, bool) {
					_, s, ok := signed(k.Matter, k.Charter)
					if !ok {
						return 0, false
					}
					return s[len(s)-1].At, true
				}},
		}},
		{Kinds: []string{KindReadout}, Acks: true, Stages: []cell.Stage{
			{Name: "announced"},
			{Name: "given", From: []string{"announced"}, Says: "the time it was announced for has come", Ended: true,
				When: func(k *cell.Case) (int64, bool) { b := body[Readout](k.Matter); return b.At, k.Past(b.At) }},
		}},
	}
}

// body gives what the current version says, the zero value when it is not that.
func body[T cell.Body](m cell.Matter) T {
	b, _ := m.Body.(T)
	return b
}

func cleared(m cell.Matter) bool {
	t := body[Text](m)
	return m.Stands() && len(t.Clauses) > 0 && !slices.ContainsFunc(t.Clauses, func(c Clause) bool {
		return c.Status != ClauseAgreed && c.Status != ClauseAdRef
	})
}

// outcome: whoever announced a round owes what came of it.
func outcome(k *cell.Case) []cell.Wait {
	b := body[Round](k.Matter)
	return []cell.Wait{{Desk: k.Opener(), For: NeedOutcome, Since: b.Until, Due: b.Until + k.ReplyTime()}}
}

// positions: each party owes its yes or no to the draft.
func positions(k *cell.Case) []cell.Wait {
	var out []cell.Wait
	for _, d := range k.Counterparts(k.Charter) {
		if p, _ := stand(k.Matter, k.Version.Cite(), d); p != cell.Agrees {
			out = append(out, cell.Wait{Desk: d, For: cell.NeedPosition, Since: k.Version.At})
		}
	}
	return out
}

// stand gives a desk's latest position on a version, "" when none.
func stand(m cell.Matter, version cell.Cite, desk string) (position string, at int64) {
	for _, h := range m.Records {
		if p, ok := h.Body.(cell.Position); ok && h.Desk == desk && m.Counts(h) && h.Cites[0] == version {
			position, at = p.Position, h.At
		}
	}
	return position, at
}

// agreement gives the newest version that the parties agree to.
func agreement(k *cell.Case) (cell.InForce[Understanding], bool) {
	parties := k.Parties()
	if !k.Stands() || len(parties) < 2 {
		return cell.InForce[Understanding]{}, false
	}
	return cell.AgreedLast[Understanding](k.Matter, parties)
}

func inForce(k *cell.Case) (int64, bool) {
	a, ok := agreement(k)
	if !ok {
		a.Says = body[Understanding](k.Matter)
	}
	came := k.Past(a.Says.From)
	return max(a.Since, a.Says.From), ok && came
}

func end(k *cell.Case, u Understanding) (int64, bool) {
	if len(u.Until) == 0 {
		return 0, false
	}
	return u.Until[0], k.Past(u.Until[0])
}

// inQuestion: all had agreed, and one of them has taken another stand since.
// No desk ends an understanding alone; that it would is shown.
func inQuestion(k *cell.Case) (int64, bool) {
	a, ok := agreement(k)
	if !ok {
		return 0, false
	}
	var since int64
	for _, d := range k.Parties() {
		switch p, at := stand(k.Matter, a.Version.Cite(), d); p {
		case cell.Objects, cell.Disputes, cell.CannotComply, cell.CounterProposes:
			since = max(since, at)
		}
	}
	return since, since > 0
}

// passed gives when a desk said that it told a level of a version, 0 while it
// has not.
func passed(m cell.Matter, version cell.Cite, d Duty) int64 {
	for _, h := range m.Records {
		b, ok := h.Body.(cell.Disseminated)
		if ok && h.Desk == d.Desk && m.Counts(h) && h.Cites[0] == version && b.Level == d.Level && !b.Cannot {
			return b.At
		}
	}
	return 0
}

// duties: from the agreement on, each desk owes that its levels are told; the
// first one that is missing sets the time.
func duties(k *cell.Case) []cell.Wait {
	a, _ := agreement(k)
	var out []cell.Wait
	for _, d := range a.Says.Disseminate {
		if passed(k.Matter, a.Version.Cite(), d) != 0 {
			continue
		}
		if i := slices.IndexFunc(out, func(w cell.Wait) bool { return w.Desk == d.Desk }); i >= 0 {
			out[i].Due = min(out[i].Due, d.By)
			continue
		}
		out = append(out, cell.Wait{Desk: d.Desk, For: cell.NeedDisseminated, Since: a.Since, Due: d.By})
	}
	return out
}

// signatureOf gives the first signature of each desk under one version, the
// oldest first.
func signatureOf(m cell.Matter, version cell.Cite) []cell.Held {
	var out []cell.Held
	for _, h := range m.Records {
		if h.Kind != KindSignature || !m.Counts(h) || len(h.Cites) == 0 || h.Cites[0] != version {
			continue
		}
		if !slices.ContainsFunc(out, func(o cell.Held) bool { return o.Desk == h.Desk }) {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b cell.Held) int { return cmp.Or(cmp.Compare(a.At, b.At), a.Cite().Compare(b.Cite())) })
	return out
}

// signed gives the draft that every founding member has signed, with the
// signatures. Once it is there it stays: what all have signed no one desk can
// change any more. A draft that is changed before takes its signatures with it.
func signed(m cell.Matter, c *cell.Charter) (version cell.Held, list []cell.Held, ok bool) {
	for _, h := range m.Versions() {
		if !m.Stands() {
			break
		}
		s := signatureOf(m, h.Cite())
		if len(s) > 0 && !slices.ContainsFunc(c.Founders(), func(d string) bool {
			return !slices.ContainsFunc(s, func(h cell.Held) bool { return h.Desk == d })
		}) {
			return h, s, true
		}
	}
	return version, nil, false
}

// signatures: each founding member that has not signed this draft owes it.
func signatures(k *cell.Case) []cell.Wait {
	s := signatureOf(k.Matter, k.Version.Cite())
	var out []cell.Wait
	for _, d := range k.Charter.Founders() {
		if !slices.ContainsFunc(s, func(h cell.Held) bool { return h.Desk == d }) {
			out = append(out, cell.Wait{Desk: d, For: NeedSignature, Since: k.Version.At})
		}
	}
	return out
}

// notes gives the signed note of a statement that all have signed.
func notes(m cell.Matter, c *cell.Charter) [][]byte {
	v, list, ok := signed(m, c)
	if !ok {
		return nil
	}
	b, _ := m.Says(v.Cite())
	s, ok := b.(Statement)
	if !ok {
		return nil
	}
	var lines []string
	for _, d := range c.Founders() {
		for _, h := range list {
			if h.Desk == d {
				lines = append(lines, h.Body.(Signature).Line)
			}
		}
	}
	return [][]byte{cell.CeremonyNote(statementText(m.Ref, v, s, c), lines)}
}

package intel

import (
	"fmt"
	"slices"

	"parley/cell"
)

// judge applies the module's rules of conduct.
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	switch b := h.Body.(type) {
	case Draft:
		return judgeDesks(b.Item, c)
	case Report:
		return judgeRelease(h, b, c)
	case Review:
		return judgeReview(h, p)
	case Recall:
		return judgeRecall(h, b, p)
	}
	return nil
}

// judgeDesks refuses a marking that names a desk which is no member: a release
// is held, not widened or narrowed to what can be understood (INT-04).
func judgeDesks(i Item, c *cell.Charter) []cell.Breach {
	for n, d := range i.Releasable {
		if c.Role(d) == "" {
			return []cell.Breach{{Rule: "intel.releasable", At: fmt.Sprintf("/body/releasable/%d", n), Why: d + " is no desk of the cell: nothing is released on a marking that cannot be read"}}
		}
	}
	return nil
}

// judgeRelease: two officers, a draft of this desk, and no addressee whom the
// marking does not name (INT-03, INT-04).
func judgeRelease(h cell.Held, r Report, c *cell.Charter) []cell.Breach {
	out := judgeDesks(r.Item, c)
	if r.Drafter == h.By.Officer {
		out = append(out, cell.Breach{Rule: "intel.two-person", At: "/body/drafter", Why: "the officer who drafted a report does not release it"})
	}
	if ref, err := cell.ParseRef(r.Draft); err != nil || ref.Desk != h.Desk {
		out = append(out, cell.Breach{Rule: "intel.draft-missing", At: "/body/draft", Why: "the draft is not of the desk that releases"})
	}
	for _, d := range h.To {
		if !slices.Contains(r.Releasable, d) {
			out = append(out, cell.Breach{Rule: "intel.releasable", At: "/to", Why: "it is not marked as releasable to " + d})
		}
	}
	return out
}

// Succeeds refuses every change of a released report: it would leave the desk
// by one officer's hand, and what was relied upon would read otherwise (INT-03,
// INT-10).
func (Report) Succeeds(cell.Body) []cell.Breach {
	return []cell.Breach{{Rule: "intel.recall-only", At: "", Why: "a report that was released is not changed: recall it and release another"}}
}

// judgeReview: by another officer than the one who sent what it cites (INT-03).
func judgeReview(h cell.Held, p cell.Past) []cell.Breach {
	for _, x := range h.Cites {
		of := p.Cited[x]
		_, revises := of.Body.(cell.Reviser)
		if (of.Ref() == h.About || of.About == h.About && revises) && of.By.Officer == h.By.Officer {
			return []cell.Breach{{Rule: "intel.review-same", At: "/by/officer", Why: "the officer who sent a warning does not review it"}}
		}
	}
	return nil
}

// judgeRecall: to everybody who got it, with a deadline that lies ahead (INT-10).
func judgeRecall(h cell.Held, r Recall, p cell.Past) []cell.Breach {
	var out []cell.Breach
	if head, ok := p.Head(h.Record); ok && !slices.Equal(head.Audience(), h.Audience()) {
		out = append(out, cell.Breach{Rule: "intel.recall-audience", At: "/to", Why: "a recall goes to everybody who got the item, and to nobody else"})
	}
	if r.Deadline <= h.At {
		out = append(out, cell.Breach{Rule: "intel.recall-deadline", At: "/body/deadline", Why: "the deadline has passed before the recall was written"})
	}
	return out
}

// exports keeps at the desk what is for the eyes of its addressees only (INT-02).
func exports(h cell.Held) []cell.Breach {
	tlp := ""
	switch b := h.Body.(type) {
	case Warning:
		tlp = b.TLP
	case Draft:
		tlp = b.TLP
	case Report:
		tlp = b.TLP
	}
	if tlp != Red {
		return nil
	}
	return []cell.Breach{{Rule: "intel.red-export", At: "/body/tlp", Why: "it is marked RED: for the eyes of its addressees only, in no file"}}
}

// holds keeps a release back that no draft of this desk stands behind, and
// whatever would end an item that was sent otherwise than by a recall.
func holds(s cell.Situation, h cell.Held, k cell.Kind) []cell.Breach {
	if r, ok := h.Body.(Report); ok {
		return holdRelease(s, r)
	}
	if h.Kind != cell.KindCancel && !k.Revises {
		return nil
	}
	m, _, ok := s.Near.See(h.About)
	if !ok || m.Kind != KindReport && (m.Kind != KindWarning || h.Kind != cell.KindCancel) {
		return nil
	}
	return []cell.Breach{{Rule: "intel.recall-only", At: "/about", Why: "what was sent is recalled, so that every desk says what became of its copies"}}
}

func holdRelease(s cell.Situation, r Report) []cell.Breach {
	ref, err := cell.ParseRef(r.Draft)
	if err != nil {
		return nil // refused for that
	}
	m, st, ok := s.Near.See(ref)
	d, is := m.Body.(Draft)
	if !ok || !is || !m.Stands() || m.Cancelled != nil {
		return []cell.Breach{{Rule: "intel.draft-missing", At: "/body/draft", Why: "no draft of that key stands at this desk"}}
	}
	if st.Name == StateReleased {
		return []cell.Breach{{Rule: "intel.draft-released", At: "/body/draft", Why: "the draft has been released: an approval is used once"}}
	}
	if m.Version.By.Officer != r.Drafter {
		return []cell.Breach{{Rule: "intel.draft-differs", At: "/body/drafter", Why: "the draft as it stands was written by " + m.Version.By.Officer}}
	}
	if !d.same(r.Item) {
		return []cell.Breach{{Rule: "intel.draft-differs", At: "/body", Why: "what is released is not what was drafted"}}
	}
	return nil
}

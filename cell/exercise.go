package cell

import (
	"fmt"
	"slices"
	"strings"
)

// Drilled returns the kind as one that may be recorded in a drill inside an
// actual cell. Others never carry the status EXERCISE there: a notice of a drill
// would clash with actual ones (HOT-18).
func (k Kind) Drilled() Kind { k.Drill = true; return k }

// Counted reports whether a record enters the figures of its cell: a drill's
// records enter none of an actual cell (HOT-18, XC-11).
func (c *Charter) Counted(r Record) bool { return c.Status != Actual || r.Status != Exercise }

// StatusWord gives the status word of a matter, which everything about it
// inherits: of the record that opened it, or of what a derived one follows from.
func (m Matter) StatusWord(c *Charter) string {
	switch {
	case m.Head != nil:
		return m.Head.Status
	case m.Derived != nil && m.Derived.Status != "":
		return m.Derived.Status
	}
	return c.Status
}

// Exercised reports whether a matter is a drill's in an actual cell: it is
// shown, marked, and counted nowhere.
func (m Matter) Exercised(c *Charter) bool {
	return c.Status == Actual && m.StatusWord(c) == Exercise
}

// judgeStatus keeps exercise and actual traffic of an actual cell apart
// (HOT-18, XC-11). A record is of a drill when it opens one, by the status of
// its template, or cites what is; then its kind must be one that drills have.
// What it cites, and the matter of its own that it is about, have its status.
// Test traffic has no part in this.
func judgeStatus(h Held, k Kind, t Template, p Past, c *Charter) []Breach {
	if t.Status == Exercise && h.Status != Exercise {
		return []Breach{{"cell.status", "/status", t.Code + " is of a drill: it has the status EXERCISE"}}
	}
	if c.Status != Actual || h.Status == Test {
		return nil
	}
	var out []Breach
	cites := false
	for i, x := range h.Cites {
		switch of, ok := p.Cited[x]; {
		case !ok || of.Status == Test:
		case of.Status != h.Status:
			out = append(out, Breach{"cell.status-mixed", fmt.Sprintf("/cites/%d", i), "exercise and actual traffic are kept apart: what it answers is " + of.Status})
		default:
			cites = true
		}
	}
	if head, ok := opened(h.About, p.Own); ok && head.Status != Test && head.Status != h.Status && len(out) == 0 {
		out = append(out, Breach{"cell.status-mixed", "/about", "exercise and actual traffic are kept apart: the matter is " + head.Status})
	}
	if h.Status != Exercise {
		return out
	}
	if !k.Drill && !strings.HasPrefix(h.Kind, "cell.") {
		out = append(out, Breach{"cell.status-kind", "/status", "a drill in an actual cell has no " + h.Kind})
	}
	if opens := t.Status == Exercise && k.Opens && h.About.IsZero(); !opens && !cites && len(out) == 0 {
		out = append(out, Breach{"cell.status-drill", "/cites", "it is of no drill: it cites no record of one"})
	}
	return out
}

// StatusFor gives the status word that an act of a template's kind takes, with
// the matter that it is about; the zero matter for none. cites is what it must
// cite to be judged by, where it cites nothing yet.
func (c *Charter) StatusFor(t Template, m Matter) (status string, cites []Cite) {
	switch {
	case t.Status != "":
		return t.Status, nil
	case !m.Exercised(c):
		return c.Status, nil
	case m.Derived != nil:
		cites = slices.Clone(m.Derived.Causes)
	}
	return Exercise, cites
}

package talks

import (
	"fmt"
	"slices"
	"strconv"

	"parley/cell"
)

// judge applies the module's rules of conduct that need what is cited; those
// that a body keeps by itself stand with the bodies, as Breaches and Succeeds,
// so that a change is no way round them.
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	switch b := h.Body.(type) {
	case Comment:
		return judgeComment(h, b, p)
	case Signature:
		return judgeSignature(h, b, p, c)
	}
	return nil
}

// judgeComment wants a clause that the draft cited has.
func judgeComment(h cell.Held, b Comment, p cell.Past) []cell.Breach {
	_, t, ok := version[Text](h, p)
	if !ok {
		return []cell.Breach{{Rule: "talks.draft-cited", At: "/cites", Why: "a comment cites the draft that it is about"}}
	}
	if _, ok := t.clause(b.Clause); !ok {
		return []cell.Breach{{Rule: "talks.clause-unknown", At: "/body/clause", Why: "draft " + strconv.FormatInt(t.Draft, 10) + " has no clause " + b.Clause}}
	}
	return nil
}

// judgeSignature wants the signature of a founding member, over exactly the
// draft that it cites and names (TLK-14).
func judgeSignature(h cell.Held, b Signature, p cell.Past, c *cell.Charter) []cell.Breach {
	if !c.IsFounder(h.Desk) {
		return []cell.Breach{{Rule: "talks.signer", At: "/desk", Why: "a joint statement is signed by the founding members"}}
	}
	of, s, ok := version[Statement](h, p)
	if !ok {
		return []cell.Breach{{Rule: "talks.draft-cited", At: "/cites", Why: "a signature cites the draft of the statement that it is under"}}
	}
	if b.Hash != of.Hash {
		return []cell.Breach{{Rule: "talks.signature-other-draft", At: "/body/hash", Why: "the hash is not that of the draft cited"}}
	}
	if err := c.VerifyCeremony(h.Desk, statementText(h.About, of, s, c), b.Line); err != nil {
		return []cell.Breach{{Rule: "talks.signature-other-draft", At: "/body/signature", Why: err.Error()}}
	}
	return nil
}

// version gives the version of its matter that a record cites first, and what
// that version says; ok is false when it says no such thing.
func version[T cell.Body](h cell.Held, p cell.Past) (of cell.Held, says T, ok bool) {
	if of, ok = p.First(h.Record); ok {
		says, ok = cell.SaysOf[T](h.About, of)
	}
	return of, says, ok
}

// statementText gives the bytes that the root keys sign (docs/formats/ceremony.md):
// under the charter that the draft was written under, so that all sign one text.
func statementText(matter cell.Ref, draft cell.Held, s Statement, c *cell.Charter) []byte {
	under := *c
	under.Hash = draft.Charter
	of := s.Of
	if of == "" {
		of = "-"
	}
	return cell.CeremonyText(cell.PurposeStatement, &under, [][2]string{
		{"statement", matter.String()}, {"draft", strconv.FormatInt(s.Draft, 10)}, {"of", of}}, s.Text)
}

// CeremonyText gives the text of the draft that the signature cites.
func (s Signature) CeremonyText(h cell.Held, p cell.Past, c *cell.Charter) ([]byte, error) {
	of, st, ok := version[Statement](h, p)
	if !ok {
		return nil, cell.Invalidf("/cites", "the draft of a statement that this signature is under is not cited, or says no text of its own")
	}
	return statementText(h.About, of, st, c), nil
}

// Breaches wants every open bracket to be a founding member's.
func (t Text) Breaches(_ cell.Held, c *cell.Charter) []cell.Breach {
	for i, cl := range t.Clauses {
		for j, b := range cl.Brackets {
			if !c.IsFounder(b.By) {
				return []cell.Breach{{Rule: "talks.bracket-by", At: fmt.Sprintf("/body/clauses/%d/brackets/%d/by", i, j), Why: "a bracket is a party's or the supervisor's"}}
			}
		}
	}
	return nil
}

// Succeeds wants drafts to count on and to keep every clause number: whoever
// remarked on clause 4 remarked on clause 4 for ever (TLK-01).
func (t Text) Succeeds(before cell.Body) []cell.Breach {
	b, ok := before.(Text)
	if !ok {
		return nil
	}
	if t.Draft != b.Draft+1 {
		return []cell.Breach{{Rule: "talks.draft-number", At: "/body/draft", Why: fmt.Sprintf("the draft after %d is %d", b.Draft, b.Draft+1)}}
	}
	for _, c := range b.Clauses {
		if _, ok := t.clause(c.ID); !ok {
			return []cell.Breach{{Rule: "talks.clause-dropped", At: "/body/clauses", Why: "clause " + c.ID + " of the draft before is missing: a clause keeps its number in every draft"}}
		}
	}
	return nil
}

// Breaches wants each party to owe that it is passed on, to levels that the
// charter lists (TLK-11).
func (u Understanding) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	told := map[string]bool{}
	for i, d := range u.Disseminate {
		told[d.Desk] = true
		if !h.Addressed(d.Desk) || !slices.ContainsFunc(c.Dissemination[d.Desk], func(l cell.Level) bool { return l.Level == d.Level }) {
			return []cell.Breach{{Rule: "talks.duty", At: fmt.Sprintf("/body/disseminate/%d", i), Why: "the charter lists no level " + d.Level + " for " + d.Desk + ", or it is not addressed"}}
		}
	}
	parties := 0
	for _, d := range h.Audience() {
		if c.Role(d) != cell.Party {
			continue
		}
		parties++
		if !told[d] {
			return []cell.Breach{{Rule: "talks.duty", At: "/body/disseminate", Why: "no level of " + d + " is told: each party passes it on to at least one"}}
		}
	}
	if parties < 2 {
		return []cell.Breach{{Rule: "talks.parties", At: "/to", Why: "an understanding is between parties: address each of them"}}
	}
	return nil
}

// Succeeds wants the drafts of a statement to count on: no two carry a number.
func (s Statement) Succeeds(before cell.Body) []cell.Breach {
	if b, ok := before.(Statement); ok && s.Draft <= b.Draft {
		return []cell.Breach{{Rule: "talks.draft-number", At: "/body/draft", Why: fmt.Sprintf("draft %d is out: the next has a higher number", b.Draft)}}
	}
	return nil
}

// Breaches wants a joint statement to go to all who sign it.
func (Statement) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	if d, ok := h.Misses(c.Founders()); ok {
		return []cell.Breach{{Rule: "talks.signers", At: "/to", Why: "a joint statement goes to every founding member: address " + d}}
	}
	return nil
}

// Breaches keeps a caucus between one party and the supervisor (TLK-04).
func (Caucus) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	roles := map[string]int{}
	for _, d := range h.Audience() {
		roles[c.Role(d)]++
	}
	if len(roles) != 2 || roles[cell.Party] != 1 || roles[cell.Supervisor] != 1 {
		return []cell.Breach{{Rule: "talks.caucus-audience", At: "/to", Why: "a caucus is between one party and the supervisor: address nobody else"}}
	}
	return nil
}

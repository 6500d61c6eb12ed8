package incident

import (
	"fmt"
	"slices"

	"parley/cell"
)

// pressing are the types of event that are reported as FLASH or IMMEDIATE.
var pressing = []string{"fire", "strike", "incursion", "abduction", "harm"}

// Breaches gives the rules that a report does not keep by what it says, when it
// is filed and whenever it is changed.
func (r Report) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	if r.When > h.At {
		out = append(out, cell.Breach{Rule: "incident.when-later", At: "/body/when", Why: "it is reported before it happened, at " + cell.DTG(r.When)})
	}
	if slices.Contains(pressing, r.Type) && h.Precedence.Rank() > cell.Immediate.Rank() {
		out = append(out, cell.Breach{Rule: "incident.precedence", At: "/precedence", Why: "an event of the type " + r.Type + " is reported as FLASH or IMMEDIATE"})
	}
	for i, d := range r.Alleged {
		if c.Role(d) == "" {
			out = append(out, cell.Breach{Rule: "incident.alleged", At: fmt.Sprintf("/body/alleged/%d", i), Why: d + " is no desk of the cell: who is outside it stands in the text"})
		}
	}
	return out
}

// judge applies the module's rules of conduct.
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	switch b := h.Body.(type) {
	case Entry:
		return judgeEntry(h, b, p, c)
	case Agree:
		return judgeAgree(h, b, p)
	case Attribution:
		return judgeAttribution(h, b, p, c)
	case Answer:
		return judgeAnswer(h, b)
	case Result:
		return judgeResult(h, p, c)
	case Explain:
		return judgeExplain(h, p, c)
	case Close:
		return judgeClose(h, p, c)
	}
	return nil
}

// judgeEntry: nothing is told before it happened, and nothing is verified by
// saying so: the supervisor verifies, or a result of a request is cited.
func judgeEntry(h cell.Held, e Entry, p cell.Past, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	if e.At > h.At {
		out = append(out, cell.Breach{Rule: "incident.when-later", At: "/body/at", Why: "it is told before it happened, at " + cell.DTG(e.At)})
	}
	if e.Type == Verified && c.Role(h.Desk) != cell.Supervisor && len(cited[Result](h, p)) == 0 {
		out = append(out, cell.Breach{Rule: "incident.verified-by", At: "/body/type", Why: "a party's own word is claimed or observed; it is verified by the supervisor, or by the result of a request that it cites"})
	}
	return out
}

// cited gives the records with a body of one sort among those that h cites.
func cited[T cell.Body](h cell.Held, p cell.Past) []cell.Held {
	var out []cell.Held
	for _, x := range h.Cites {
		of, ok := p.Cited[x]
		if _, is := of.Body.(T); ok && is {
			out = append(out, of)
		}
	}
	return out
}

// judgeAgree: to one fact that was proposed in the same report, by its exact
// text.
func judgeAgree(h cell.Held, a Agree, p cell.Past) []cell.Breach {
	facts := cited[Fact](h, p)
	if len(facts) != 1 || facts[0].About != h.About {
		return []cell.Breach{{Rule: "incident.fact-cited", At: "/cites", Why: "it cites the one fact that it agrees to or contests, of the same report"}}
	}
	var out []cell.Breach
	if of := facts[0].Body.(Fact); of.Fact != a.Fact {
		out = append(out, cell.Breach{Rule: "incident.fact-named", At: "/body/fact", Why: "the fact cited is " + of.Fact + ", not " + a.Fact})
	}
	if facts[0].Hash != a.Hash {
		out = append(out, cell.Breach{Rule: "incident.fact-hash", At: "/body/hash", Why: "the hash is not that of the fact cited"})
	}
	return out
}

// judgeAttribution: only after a finding of the same report and because of it,
// and to a desk only when the finding is more than possible (INC-02).
func judgeAttribution(h cell.Held, a Attribution, p cell.Past, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	findings := slices.DeleteFunc(cited[Finding](h, p), func(f cell.Held) bool {
		return f.About != h.About || c.Role(f.Desk) != cell.Supervisor
	})
	if len(findings) == 0 {
		out = append(out, cell.Breach{Rule: "incident.attribution-before-finding", At: "/cites", Why: "nobody is named before there is a finding: it cites the finding of this report that it follows from"})
	}
	enough := func(f cell.Held) bool { return f.Body.(Finding).Standard != Possible }
	if a.Outcome == Attributed && len(findings) > 0 && !slices.ContainsFunc(findings, enough) {
		out = append(out, cell.Breach{Rule: "incident.attribution-standard", At: "/body/outcome", Why: "the finding cited is possible, which is not enough to name a desk"})
	}
	for i, d := range a.To {
		if c.Role(d) == "" {
			out = append(out, cell.Breach{Rule: "incident.alleged", At: fmt.Sprintf("/body/to/%d", i), Why: d + " is no desk of the cell"})
		}
	}
	return out
}

// judgeAnswer: a hold does not begin before anybody could know of it.
func judgeAnswer(h cell.Held, a Answer) []cell.Breach {
	if len(a.From) == 1 && a.From[0] < h.At {
		return []cell.Breach{{Rule: "incident.hold-from", At: "/body/from", Why: "the hold begins before it was accepted"}}
	}
	return nil
}

// judgeResult: the desk that asks does not say itself what was found, unless it
// is the supervisor.
func judgeResult(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	head, ok := p.Head(h.Record)
	if ok && head.Desk == h.Desk && c.Role(h.Desk) != cell.Supervisor {
		return []cell.Breach{{Rule: "incident.result-own", At: "/desk", Why: "the desk that asked does not say what was found: the other side does, or the supervisor"}}
	}
	return nil
}

// judgeExplain: by the desk that the query asks.
func judgeExplain(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	requester, out := judgeQuery(h, p)
	if who := asked(requester, h.Audience(), c); len(out) == 0 && h.Desk != who {
		out = append(out, cell.Breach{Rule: "incident.explain-by", At: "/desk", Why: "the query asks " + who + " for an explanation"})
	}
	return out
}

// judgeClose: a report is closed by the desk that filed it or the supervisor; a
// query by anybody but the desk that declared no force, which explains.
func judgeClose(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	if c.Role(h.Desk) == cell.Supervisor && h.About.Desk != "" {
		return nil
	}
	if h.About.Desk == "" && len(h.Cites) == 1 {
		return judgeLooked(h, p, c)
	}
	if h.About.Desk == "" {
		requester, out := judgeQuery(h, p)
		if len(out) == 0 && h.Desk == requester {
			out = append(out, cell.Breach{Rule: "incident.close-by", At: "/desk", Why: "the desk that declared no force explains; another desk closes the query"})
		}
		return out
	}
	if head, ok := p.Head(h.Record); ok && head.Desk != h.Desk {
		return []cell.Breach{{Rule: "incident.close-by", At: "/desk", Why: "only " + head.Desk + ", which reported it, and the supervisor close it"}}
	}
	return nil
}

// RuleHoldQuery derives the query about force that was reported inside a hold
// (INC-06).
const RuleHoldQuery = "incident.hold-query/1"

// judgeQuery wants a record to be about the query of exactly the request and
// the report that it cites, as the desks hold it that it is addressed to, so
// that nobody speaks about an invented one. It gives the desk whose request it is.
func judgeQuery(h cell.Held, p cell.Past) (requester string, out []cell.Breach) {
	requests, reports := cited[Verify](h, p), cited[Report](h, p)
	if len(h.Cites) != 2 || len(requests) != 1 || len(reports) != 1 {
		return "", []cell.Breach{{Rule: "incident.query-cited", At: "/cites", Why: "it cites the request and the report from which the query follows, and nothing else"}}
	}
	if h.About != (cell.Ref{ID: cell.DerivedID(RuleHoldQuery, h.Audience(), h.Cites)}) {
		return "", []cell.Breach{{Rule: "incident.query-cited", At: "/about", Why: "it is not about the query of the two records cited, as the desks hold it that it is addressed to"}}
	}
	return requests[0].Desk, nil
}

// asked gives the desk that owes the explanation: the one that declared no
// force, or the supervisor where that desk does not hold the report and cannot
// know.
func asked(requester string, desks []string, c *cell.Charter) string {
	if slices.Contains(desks, requester) {
		return requester
	}
	for _, s := range c.Supervisors() {
		if slices.Contains(desks, s) {
			return s
		}
	}
	return ""
}

package protection

import (
	"fmt"
	"math"
	"slices"

	"parley/cell"
	"parley/geo"
)

// seenWithin is how far from an entry's area coordinates may lie that do not
// contradict it, in metres (PRO-04).
const seenWithin = 100

func breach(rule, at, format string, args ...any) cell.Breach {
	return cell.Breach{Rule: rule, At: at, Why: fmt.Sprintf(format, args...)}
}

// Breaches keeps an entry to its tier and its validity, when it is made and
// whenever it is changed (PRO-03, PRO-06).
func (p Place) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	out := validity(p.ValidUntil, h.At, c)
	role := c.Role(h.Desk)
	if !c.IsFounder(h.Desk) {
		out = append(out, cell.Breach{Rule: "protection.registrar", At: "/desk", Why: "the parties and the supervisor enter places, nobody else"})
	}
	if role == cell.Party && !slices.ContainsFunc(h.To, func(d string) bool { return c.Role(d) == cell.Supervisor }) {
		out = append(out, cell.Breach{Rule: "protection.registrar", At: "/to", Why: "the supervisor keeps the register: it is addressed"})
	}
	for _, d := range h.To {
		if p.Tier != Exact && c.Role(d) != cell.Supervisor {
			out = append(out, cell.Breach{Rule: "protection.tier", At: "/to", Why: "of the tier " + p.Tier + " " + d + " may not hold the coordinates"})
		}
	}
	return out
}

// validity wants an entry to stand for some time, and no longer than the
// charter lets it without being validated anew (PRO-03).
func validity(until, at int64, c *cell.Charter) []cell.Breach {
	most := at + c.Protection.Validity.Millis()
	if until > at && until <= most {
		return nil
	}
	return []cell.Breach{{Rule: "protection.validity", At: "/body/valid_until", Why: "an entry stands until a time ahead, at the latest " + cell.DTG(most) + ", and is then validated anew"}}
}

// Breaches keeps an area to its validity and to the charter's buffer, when it
// is made and whenever it is changed (PRO-06).
func (a Area) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	out := validity(a.ValidUntil, h.At, c)
	if !wide(a.Area, c.Protection.BufferM) {
		out = append(out, breach("protection.buffer", "/body/area", "a buffered area reaches at least %d m in every direction", c.Protection.BufferM))
	}
	return out
}

// wide reports whether an area is at least as large as a circle of a radius,
// and in no direction narrower.
func wide(a cell.Area, m int64) bool {
	if len(a.Centre) == 1 {
		return a.RadiusM >= m
	}
	s := a.Shape()
	south, west, north, east := s.Bounds()
	middle := (south + north) / 2
	r := float64(m)
	high := geo.Distance(geo.Point{Lat: south, Lon: west}, geo.Point{Lat: north, Lon: west})
	broad := geo.Distance(geo.Point{Lat: middle, Lon: west}, geo.Point{Lat: middle, Lon: east})
	return min(high, broad) >= r+r && s.AreaM2() >= math.Pi*r*r
}

// Breaches keeps a concern anonymous: from the supervisor's liaison, and of no
// place smaller than the charter's buffer.
func (x Concern) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	if c.Role(h.Desk) != cell.Supervisor || h.By.Role != Liaison {
		out = append(out, cell.Breach{Rule: "protection.liaison", At: "/by/role", Why: "a community speaks through the supervisor's liaison, and through nobody else"})
	}
	if !wide(x.Area, c.Protection.BufferM) {
		out = append(out, breach("protection.anonymous", "/body/area", "an area that reaches less than %d m would tell who speaks", c.Protection.BufferM))
	}
	return out
}

// Breaches keeps a question between the desk that asks and the supervisor.
func (Ask) Breaches(h cell.Held, c *cell.Charter) []cell.Breach {
	for _, d := range h.To {
		if c.Role(d) != cell.Supervisor {
			return []cell.Breach{{Rule: "protection.ask-to", At: "/to", Why: "what a desk asks about a place is for the supervisor alone"}}
		}
	}
	return nil
}

// Breaches wants every segment to be controlled by a desk that is told of it.
func (x Corridor) Breaches(h cell.Held, _ *cell.Charter) []cell.Breach {
	for i, s := range x.Segments {
		if !h.Addressed(s.Controller) {
			return []cell.Breach{{Rule: "protection.controller", At: fmt.Sprintf("/body/segments/%d/controller", i), Why: s.Controller + " does not hold this corridor and can control no part of it"}}
		}
	}
	return nil
}

// Succeeds keeps the segments of a corridor: what was said of the second is
// said of no other.
func (x Corridor) Succeeds(before cell.Body) []cell.Breach {
	b, ok := before.(Corridor)
	if ok && slices.EqualFunc(b.Segments, x.Segments, func(s, t Segment) bool { return s == t }) {
		return nil
	}
	return []cell.Breach{{Rule: "protection.segments", At: "/body/segments", Why: "a corridor with other segments is another corridor"}}
}

// judge applies the rules on what is said about an entry, a corridor, a
// question or a concern.
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	head, ok := p.Head(h.Record)
	if !ok {
		return nil // refused for that where the kind follows another
	}
	switch b := h.Body.(type) {
	case Verify:
		return append(toHolders(h, head), judgeVerify(h, b, head, p)...)
	case Consent:
		out := toHolders(h, head)
		if h.Desk != head.Desk && c.Role(h.Desk) != cell.Supervisor {
			out = append(out, cell.Breach{Rule: "protection.consent-by", At: "/desk", Why: "the consent is told by the desk that made the entry, or by the supervisor"})
		}
		return out
	case Removed, Answer, Reply:
		return toHolders(h, head)
	case CorrState:
		return judgeCorrState(h, b, head, c)
	}
	return nil
}

// toHolders wants what is said about a matter to go to everybody who holds it,
// and to nobody else: coordinates go no further in an answer either.
func toHolders(h, head cell.Held) []cell.Breach {
	if slices.Equal(h.Audience(), head.Audience()) {
		return nil
	}
	return []cell.Breach{{Rule: "protection.audience", At: "/to", Why: "it goes to everybody who holds the matter, and to nobody else"}}
}

// judgeVerify refuses a level that the coordinates seen do not bear: a point
// that was wrong from the start is not verified by being entered twice (PRO-04).
func judgeVerify(h cell.Held, v Verify, head cell.Held, p cell.Past) []cell.Breach {
	area, ok := areaOf(h, head, p)
	if !ok || v.Level < 2 {
		return nil
	}
	for i, at := range v.Coordinates {
		if !geo.Within(at.Point(), area.Shape(), seenWithin) {
			return []cell.Breach{breach("protection.contradicted", fmt.Sprintf("/body/coordinates/%d", i), "what was seen lies more than %d m from the entry: correct the entry first", int64(seenWithin))}
		}
	}
	return nil
}

// areaOf gives the area of the entry as the record that is judged cites it: of
// the latest change that it cites, or of the record that opened it.
func areaOf(h, head cell.Held, p cell.Past) (cell.Area, bool) {
	e, ok := head.Body.(Place)
	for _, c := range h.Cites {
		if x := p.Cited[c]; x.Ref() != h.About {
			if now, is := cell.SaysOf[Place](h.About, x); is {
				e, ok = now, true
			}
		}
	}
	return e.Area, ok
}

// judgeCorrState: by the desk that controls the segment, or the supervisor, to
// everybody who may be on the way.
func judgeCorrState(h cell.Held, s CorrState, head cell.Held, c *cell.Charter) []cell.Breach {
	x, ok := head.Body.(Corridor)
	if !ok {
		return nil
	}
	var out []cell.Breach
	if s.Segment > int64(len(x.Segments)) {
		out = append(out, breach("protection.segment", "/body/segment", "the corridor has %d segments", len(x.Segments)))
	} else if c.Role(h.Desk) != cell.Supervisor && !x.controls(h.Desk, s.Segment) {
		out = append(out, cell.Breach{Rule: "protection.controls", At: "/body/segment", Why: "the desk does not control this segment"})
	}
	for _, d := range head.Audience() {
		if !h.Addressed(d) {
			out = append(out, cell.Breach{Rule: "protection.audience", At: "/to", Why: d + " holds the corridor and is to know its state"})
		}
	}
	return out
}

// exports keeps at the supervisor's what is for the supervisor alone.
func exports(h cell.Held) []cell.Breach {
	if p, ok := h.Body.(Place); ok && p.Tier == SupervisorOnly {
		return []cell.Breach{{Rule: "protection.tier", At: "/body/tier", Why: "an entry for the supervisor alone leaves the desk in no file"}}
	}
	return nil
}

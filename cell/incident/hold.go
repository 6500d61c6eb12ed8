package incident

import (
	"cmp"
	"math"
	"slices"

	"parley/cell"
	"parley/geo"
)

// NearM is how far from the place of a request, in metres over the WGS84
// ellipsoid, force counts as within its hold. It is a constant of the rule: two
// desks that took another figure would not see the same queries.
const NearM = 2000

// hold is the window that one acceptance begins, in which the desk that asked
// declared that it uses no force.
type hold struct {
	accept cell.Held
	asks   Verify // as it was accepted
	from   int64
	until  int64      // by the charter
	over   *cell.Held // the result, or the refusal, that ended it before
	counts bool       // no other was running when it began
}

// end gives when the hold is over: by the charter, or by a record before that.
func (h hold) end() int64 {
	if h.over != nil {
		return max(h.from, min(h.until, h.over.At))
	}
	return h.until
}

// holds gives the windows that the acceptances of a request begin, in turn.
// While one runs another acceptance begins none that counts, so that nobody
// lengthens a hold by accepting again. An acceptance that had seen the
// withdrawal of the request begins none, and a withdrawal after it ends none.
func holds(m cell.Matter, c *cell.Charter) []hold {
	if m.Kind != KindVerify || !m.Stands() {
		return nil
	}
	var out []hold
	for _, h := range inTurn(m, KindAnswer) {
		a, ok := h.Body.(Answer)
		asks, at, of := accepted(m, h)
		if !ok || a.Answer != Accepts || !of || m.Cancelled != nil && h.Saw(*m.Cancelled) {
			continue
		}
		w := hold{accept: h, asks: asks, from: max(h.At, at)}
		if len(a.From) == 1 {
			w.from = max(w.from, a.From[0])
		}
		length := c.Holds.Normal
		if asks.Urgent == Urgent {
			length = c.Holds.Urgent
		}
		w.until = w.from + length.Millis()
		w.over = ending(m, w)
		out = append(out, w)
	}
	var last *hold
	for i := range out {
		w := &out[i]
		if w.counts = last == nil || last.over != nil && last.over.Kind == KindAnswer && before(*last.over, w.accept); w.counts {
			last = w
		}
	}
	return out
}

// inTurn gives the records of a kind that break no rule: those of one desk in
// the order of its journal, whatever times they state, and the desks by the
// time of their first.
func inTurn(m cell.Matter, kind string) []cell.Held {
	list := m.Said(kind, "")
	since := map[string]int64{}
	for _, h := range list {
		if at, ok := since[h.Desk]; !ok || h.At < at {
			since[h.Desk] = h.At
		}
	}
	slices.SortFunc(list, func(a, b cell.Held) int {
		return cmp.Or(cmp.Compare(since[a.Desk], since[b.Desk]), a.Cite().Compare(b.Cite()))
	})
	return list
}

// before reports whether one record was made before another: in one journal by
// its order, otherwise by the times stated.
func before(a, b cell.Held) bool {
	if a.Desk == b.Desk {
		return a.Cite().Compare(b.Cite()) < 0
	}
	return a.At < b.At
}

// accepted gives what the request said, and when it said so, in the version
// that an answer cites.
func accepted(m cell.Matter, answer cell.Held) (v Verify, at int64, ok bool) {
	for _, h := range m.Versions() {
		if slices.Contains(answer.Cites, h.Cite()) { // of several the newest
			b, _ := m.Says(h.Cite())
			v, ok = b.(Verify)
			at = h.At
		}
	}
	return v, at, ok
}

// ending gives the first record that ends a hold before its time: a result, or
// a refusal by the desk that had accepted.
func ending(m cell.Matter, w hold) *cell.Held {
	var out *cell.Held
	note := func(h cell.Held) {
		if out == nil || h.At < out.At {
			out = &h
		}
	}
	for _, h := range m.Said(KindResult, "") {
		note(h)
	}
	for _, h := range m.Said(KindAnswer, "") {
		a, _ := h.Body.(Answer)
		if a.Answer == Declines && h.Desk == w.accept.Desk && before(w.accept, h) {
			note(h)
		}
	}
	return out
}

// within reports whether an event lies in the hold, by its time and its place:
// until the end that the charter gives, which a later record may bring forward.
func (h hold) within(r Report, end int64) bool {
	return r.Force == ForceYes && h.asks.Force == NoForce && r.When >= h.from && r.When < end && h.metres(r) <= NearM
}

func (h hold) metres(r Report) float64 { return geo.Distance(h.asks.Place.Point(), r.Place.Point()) }

// derive gives the queries that follow from a request and the reports held
// here, or from a report and the requests.
func derive(m cell.Matter, near cell.Around, c *cell.Charter) []cell.Derived {
	var out []cell.Derived
	add := func(request, report cell.Matter, hs []hold) {
		if d, ok := query(request, report, hs, c); ok {
			out = append(out, d)
		}
	}
	switch m.Kind {
	case KindVerify:
		if hs := holds(m, c); len(hs) > 0 {
			for _, r := range near.All(KindReport) {
				add(m, r, hs)
			}
		}
	case KindReport:
		out = unnotified(m, c)
		if len(forced(m)) > 0 {
			for _, v := range near.All(KindVerify) {
				add(v, m, holds(v, c))
			}
		}
	}
	return out
}

// told is what a report said in one version.
type told struct {
	Report
	by cell.Held
}

// forced gives the versions of a report that tell of force.
func forced(m cell.Matter) []told {
	if m.Kind != KindReport || !m.Stands() {
		return nil
	}
	var out []told
	for _, h := range m.Versions() {
		b, _ := m.Says(h.Cite())
		if r, ok := b.(Report); ok && r.Force == ForceYes {
			out = append(out, told{r, h})
		}
	}
	return out
}

// query gives the query of a request and a report. Two that ever met have one,
// with one identity: it has ended when the report no longer says so or was
// withdrawn, or when another record shows that the hold was over.
func query(request, report cell.Matter, hs []hold, c *cell.Charter) (cell.Derived, bool) {
	var d cell.Derived
	var met, stands bool
	for _, h := range hs {
		for _, r := range forced(report) {
			if stands || !h.counts || !h.within(r.Report, h.until) {
				continue
			}
			met = true
			stands = h.within(r.Report, h.end()) && r.by.Cite() == report.Version.Cite() && report.Cancelled == nil
			d = follows(request, report, h, r, c)
			d.Ended = !stands
		}
	}
	return d, met && len(d.Desks) > 0
}

// follows writes down what follows from a request and a report that meet.
func follows(request, report cell.Matter, h hold, r told, c *cell.Charter) cell.Derived {
	d, _ := cell.FollowsFrom(RuleHoldQuery, request, report, HoldQuery{Request: request.Number(c), Report: report.Number(c), Desk: request.Opener(),
		From: h.from, Until: h.until, When: r.When, DistanceM: int64(math.Round(h.metres(r.Report)))}, c)
	d.At, d.Owes = max(h.accept.At, r.by.At), asked(request.Opener(), d.Desks, c)
	return d
}

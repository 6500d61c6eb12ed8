package deconfliction

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"parley/cell"
	"parley/geo"
)

// Report is how a notice, or a declaration of holdings, stands to what was agreed
// and to what else stands (DEC-08). It permits nothing and refuses nothing.
type Report struct {
	Notice    string         `json:"notice"`    // its key
	Limits    []cell.Checked `json:"limits"`    // of each limit that concerns it
	Beside    []string       `json:"beside"`    // keys of its desk's other notices that were counted with it
	Held      []string       `json:"held"`      // keys of its desk's declarations that were counted with it
	Agreed    []Consented    `json:"agreed"`    // its desk's agreed activities of that time, also those that are only asked for
	Places    []cell.Touched `json:"places"`    // protected places, and areas around them, that it touches
	Corridors []cell.Touched `json:"corridors"` // that it touches; those that are closed first
	Zones     []cell.Touched `json:"zones"`     // protected zones of the charter that it touches
	Lines     []Apart        `json:"lines"`     // how far it is from each line of the charter
	Conflicts []string       `json:"conflicts"` // keys of those that are open
	Blind     bool           `json:"blind"`     // only its own desk and the supervisor hold its area
	More      bool           `json:"more"`      // its desk has more notices at that time than were counted
}

// Consented is an agreed activity as a report names it.
type Consented struct {
	Key     string   `json:"key"`
	Number  string   `json:"number"`
	State   string   `json:"state"`
	InForce bool     `json:"in_force"` // all agree: from then on it lifts the limits named
	Zone    string   `json:"zone"`
	From    int64    `json:"from"`
	Until   int64    `json:"until"`
	Beyond  []Beyond `json:"beyond"`
}

// checkQuery answers for one notice.
var checkQuery = cell.Query{Name: "notice-check", Path: "/deconfliction/check", Run: func(_ context.Context, v cell.View) (any, error) {
	return Check(v, v.Ask["notice"])
}, Params: []cell.Param{{Name: "notice", Summary: "The key of the notice, of a draft of one, or of a declaration of holdings", Needed: true}},
	Summary: "How one notice, or one declaration of holdings, stands to the agreed limits, with the agreed activities that lift them, the protected places and corridors that it touches, and its open conflicts (DEC-08, CBM-04)"}

// Check gives the report of a notice as a desk holds it: the volumes, numbers
// and purpose that it states now, with the other notices of its desk that stand
// at that time and what its desk declared that it holds.
func Check(v cell.View, key string) (Report, error) {
	out := Report{Notice: key, Limits: []cell.Checked{}, Beside: []string{}, Held: []string{}, Agreed: []Consented{}, Conflicts: []string{},
		Places: []cell.Touched{}, Corridors: []cell.Touched{}, Zones: []cell.Touched{}, Lines: []Apart{}}
	ref, err := cell.ParseRef(key)
	if err != nil {
		return out, cell.Invalidf("/notice", "%q is not the key of a matter", key)
	}
	m, _, ok := v.Near.See(ref)
	m = undrafted(m)
	n, is := noticeOf(m.Body)
	h, declares := m.Body.(Holdings)
	if !ok || !is && !declares || m.Head == nil {
		return out, cell.Invalidf("/notice", "no notice of that key is held here")
	}
	out.Conflicts = openConflicts(v, ref)
	out.Blind = n.blind
	span := spanOf(n.volumes)
	if declares { // how it stands now, or stood at last
		at := max(h.AsOf, min(v.Now, standsUntil(v, m)))
		span = cell.Span{From: at, Until: at}
	}
	out.limits(v, m, span)
	if !declares {
		out.ground(v, geometry(n.volumes))
	}
	return out, nil
}

// ground lays the volumes of a notice on the ground that this desk knows: what it
// does not hold is not in its report, and the other's report is none of it.
func (r *Report) ground(v cell.View, vs []geo.Volume) {
	ms, gs := v.Grounds(vs)
	for i, g := range gs {
		t, ok := g.Touches(vs)
		if !ok {
			continue
		}
		t.Key, t.Number = ms[i].Ref.String(), ms[i].Number(v.Charter)
		if t.Sort == cell.CorridorGround {
			r.Corridors = append(r.Corridors, t)
		} else {
			r.Places = append(r.Places, t)
		}
	}
	slices.SortStableFunc(r.Places, func(a, b cell.Touched) int { return cmp.Compare(a.DistanceM, b.DistanceM) })
	slices.SortStableFunc(r.Corridors, func(a, b cell.Touched) int { return cmp.Or(closedFirst(a, b), cmp.Compare(a.DistanceM, b.DistanceM)) })
	r.Zones = v.Charter.TouchedZones(vs)
	r.Lines = apart(vs, v.Charter)
}

// limits holds a matter against the limits of the charter.
func (r *Report) limits(v cell.View, m cell.Matter, span cell.Span) {
	if len(v.Charter.Limits) == 0 {
		return
	}
	mine := given(m, v.Charter)
	list, more := v.DuringBy(m.Opener(), span.From, span.Until, mostNotices, Notices()...)
	r.More = more
	var beside []cell.Given
	for _, o := range list {
		_, is := noticeOf(o.Body)
		if !is || o.Ref == m.Ref || o.Head == nil || o.Opener() != m.Opener() || !o.Stands() || !v.State(o).Open {
			continue
		}
		beside = append(beside, given(o, v.Charter))
		r.Beside = append(r.Beside, o.Ref.String())
	}
	for _, d := range declarations(v.Near, m.Opener()) {
		switch g := d.given(v.Charter); {
		case d.m.Ref == m.Ref:
			mine = g
			mine.Volumes = []geo.Volume{{From: span.From, Until: span.Until}}
		case d.says.AsOf <= span.Until && span.From <= d.until:
			beside = append(beside, g)
			r.Held = append(r.Held, d.m.Ref.String())
		}
	}
	slices.Sort(r.Beside)
	slices.Sort(r.Held)
	slices.SortFunc(beside, func(a, b cell.Given) int { return cmp.Compare(a.Key, b.Key) })
	r.Agreed = consentedIn(v, m.Opener(), span)
	r.Limits = cell.List(v.Charter.Check(mine, beside, waivers(v.Near, m.Opener(), v.Charter)))
}

// consentedIn gives the agreed activities of a desk in a span of time that are in
// force or asked for.
func consentedIn(v cell.View, desk string, span cell.Span) []Consented {
	out := []Consented{}
	for _, m := range v.Near.All(KindAgreed) {
		b, is := m.Body.(AgreedActivity)
		if !is || m.Opener() != desk || !m.Stands() {
			continue
		}
		x := Consented{Key: m.Ref.String(), Number: m.Number(v.Charter), State: v.State(m).Name, Zone: b.Zone, From: b.Window.From, Until: b.Window.Until, Beyond: b.Beyond}
		a, ok := agreementOf(m, v.Charter)
		if ok {
			x.InForce, x.Zone, x.From, x.Until, x.Beyond = true, a.says.Zone, a.from, a.until, a.says.Beyond
		}
		if (ok || m.Cancelled == nil) && x.From <= span.Until && span.From <= x.Until && x.From < x.Until {
			out = append(out, x)
		}
	}
	return out
}

// given puts a notice into the terms of limits. Its categories are its type, the
// types of its vehicles where they are written as a limit's category, and
// "people" and "vehicles". The type counts its vehicles or craft; without them
// the number is not said.
func given(m cell.Matter, c *cell.Charter) cell.Given {
	n, _ := noticeOf(m.Body)
	g := cell.Given{Key: m.Ref.String(), Desk: m.Opener(), Counts: map[string]int64{n.activity: cell.Unsaid}, Volumes: geometry(n.volumes)}
	if at, ok := received(m, c); ok {
		g.Received = at
	}
	people := []int64{}
	if b, ok := m.Body.(Notice); ok {
		people = b.People
		if len(b.Vehicles) == 1 {
			g.Counts[n.activity], g.Counts["vehicles"] = b.Vehicles[0], b.Vehicles[0]
		}
	}
	if b, ok := activityOf(m.Body); ok {
		people = b.People
		g.Purpose = purpose(m.Kind, b.Purpose)
		byType(g.Counts, n.activity, b.Vehicles)
	}
	if len(people) == 1 {
		g.Counts["people"] = people[0]
	}
	return g
}

func byType(counts map[string]int64, activity string, list []Vehicle) {
	total := int64(0)
	for _, v := range list {
		total += v.Count
		if t := strings.ToLower(strings.TrimSpace(v.Type)); t != activity && t != "people" && t != "vehicles" {
			counts[t] += v.Count
		}
	}
	if len(list) > 0 {
		counts[activity], counts["vehicles"] = total, total
	}
}

// purpose gives the purpose of an exception that a notice states: by its form,
// or word for word. What is meant otherwise is for people to read.
func purpose(kind, text string) string {
	if kind == KindMedevac {
		return "medevac"
	}
	if p := strings.ToLower(strings.TrimSpace(text)); slices.Contains(cell.Purposes(), p) {
		return p
	}
	return ""
}

func closedFirst(a, b cell.Touched) int {
	switch {
	case a.Closed == b.Closed:
		return 0
	case a.Closed:
		return -1
	}
	return 1
}

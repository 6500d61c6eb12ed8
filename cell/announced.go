package cell

import (
	"slices"

	"parley/geo"
)

// Owed is where notice of an activity is owed, and by what incidents one is known
// to have taken place (INC-04): in a zone, an incident of one of these types is an
// activity of one of these, of which notice was owed before.
type Owed struct {
	ID         string   `yaml:"id"`
	Name       T3       `yaml:"name"`   // what was agreed, in its own words
	Clause     string   `yaml:"clause"` // where it stands in the agreement
	Zone       string   `yaml:"zone"`   // "": everywhere
	Incidents  []string `yaml:"incidents"`
	Activities []string `yaml:"activities"`
	Time       Duration `yaml:"time"` // by how much the time of an incident may be off
}

// NoticeOwed gives the first rule by which notice of what an incident tells was
// owed at a place and a time: its zone holds then, and the place lies in it.
func (c *Charter) NoticeOwed(incident string, at Place, when int64) (Owed, bool) {
	for _, o := range c.Owed {
		if !slices.Contains(o.Incidents, incident) {
			continue
		}
		z, ok := c.Zoned(o.Zone)
		if !ok || z.Holds(c, Span{when, when}) && geo.Within(at.Point(), z.Shape(c), 0) {
			return o, true
		}
	}
	return Owed{}, false
}

// Happening is something that happened: where, as surely as that is known, when,
// and what types of activity it may be of.
type Happening struct {
	Where  geo.Shape
	At     int64
	OffMS  int64 // by how much the time may be off
	Within []string
}

// Announced is the body of a notice of an activity: where and when it keeps
// volumes, its [Extended] says.
type Announced interface {
	Extended
	// Announces gives the type of activity, and when the notice was over before its
	// windows were: withdrawn, or completed. 0: it was not. Pure.
	Announces(Matter) (activity string, over int64)
}

// Covers reports whether a matter is a notice that may cover something that
// happened: one of its type, given before it, that stood at its time and whose
// volume touches the place within what both are unsure of. What a notice said
// later covers nothing before.
func (m Matter) Covers(x Happening, c *Charter) bool {
	versions := m.Kept(c)
	for i, k := range versions {
		if m.saidAt(k.By) > x.At || i+1 < len(versions) && m.saidAt(versions[i+1].By) <= x.At {
			continue // not said yet, or no longer
		}
		body, _ := m.Says(k.By)
		n, ok := body.(Announced)
		if !ok {
			continue
		}
		activity, over := n.Announces(m)
		if !slices.Contains(x.Within, activity) || over != 0 && over <= x.At {
			continue
		}
		if slices.ContainsFunc(k.Volumes, func(v geo.Volume) bool {
			return v.From-x.OffMS <= x.At && x.At <= v.Until+x.OffMS && geo.Overlap(v.Shape, x.Where)
		}) {
			return true
		}
	}
	return false
}

// saidAt gives the time that a record of the matter states.
func (m Matter) saidAt(c Cite) int64 {
	i := slices.IndexFunc(m.Records, func(h Held) bool { return h.Cite() == c })
	if i < 0 {
		return 0
	}
	return m.Records[i].At
}

func (c *Charter) checkOwed() error {
	seen := map[string]bool{}
	for _, o := range c.Owed {
		at := "owed/" + o.ID
		if err := First(ownCode(at, o.ID, "", seen), everyLanguage(at+"/name", o.Name)); err != nil {
			return err
		}
		if _, ok := c.Zoned(o.Zone); o.Zone != "" && !ok {
			return Invalidf(at+"/zone", "%q is not among the charter's zones", o.Zone)
		}
		if len(o.Incidents) == 0 || slices.ContainsFunc(o.Incidents, func(s string) bool { return !isCode(s) }) {
			return Invalidf(at+"/incidents", "at least one type of incident is wanted, and each is a code")
		}
		if len(o.Activities) == 0 {
			return Invalidf(at+"/activities", "at least one type of activity is wanted")
		}
		for _, t := range o.Activities {
			if _, ok := c.Activity(t); !ok {
				return Invalidf(at+"/activities", "%q is no type of activity of this charter", t)
			}
		}
		if o.Time < 0 || o.Time.Millis() > 24*3_600_000 {
			return Invalidf(at+"/time", "it is from 0 to a day")
		}
	}
	return nil
}

package deconfliction

import (
	"slices"

	"parley/cell"
	"parley/geo"
)

// Areas of interest (DEC-13).
const (
	KindInterest = "deconfliction.interest/1"
	KindSeen     = "deconfliction.seen/1"
)

// RuleInterest derives that a notice lies in an area of interest.
const RuleInterest = "deconfliction.of-interest/1"

// The states of an area of interest, and of a notice in one.
const (
	StateWatching = "watching"
	StateOver     = "over"
	StateNew      = "new"
	StateSeen     = "seen"
)

// Interest says that this desk wants to be told of notices in an area (DEC-13).
// It stays at home: what a desk watches is nobody else's. It keeps nothing for
// itself, so nothing conflicts with it.
type Interest struct {
	Name    string        `json:"name"`
	Volumes []cell.Volume `json:"volumes"`
	Types   []string      `json:"types"` // of activity; none: any
	Until   int64         `json:"until"` // and it is told of those that come before this
}

// Validate wants a name, volumes and an end.
func (i Interest) Validate() error {
	if n := len(i.Volumes); n < 1 || n > cell.MaxVolumes {
		return cell.Invalidf("/volumes", "%d volumes: from 1 to %d are wanted; a name is no area", n, cell.MaxVolumes)
	}
	if i.Until <= 0 {
		return cell.Invalidf("/until", "until when this desk wants to be told is missing")
	}
	return cell.First(cell.Short("/name", i.Name), cell.EachValid("/volumes", i.Volumes), few("/types", i.Types, 64), cell.Each("/types", i.Types, stated))
}

// Extent gives the volumes, without any margin: it is an index entry, not a
// claim.
func (i Interest) Extent(*cell.Charter) ([]geo.Volume, geo.Margins) {
	return geometry(i.Volumes), geo.Margins{}
}

// Breaches gives the types that the charter does not have, and an end that has
// passed.
func (i Interest) Breaches(h cell.Held, c *cell.Charter) (out []cell.Breach) {
	for _, t := range i.Types {
		_, unknown := typeOf(t, c)
		for _, b := range unknown {
			b.At = "/body/types"
			out = append(out, b)
		}
	}
	out = append(out, volumesChangedOver(i.Volumes, c.Theatre())...)
	return append(out, overBefore(i.Until, h.At, "/body/until")...)
}

// Seen says that an officer has looked at a notice in an area of interest, as it
// stood here then.
type Seen struct{}

// Validate accepts; there is nothing to check.
func (Seen) Validate() error { return nil }

// OfInterest is what is computed of a notice in an area of interest.
type OfInterest struct {
	Interest string `json:"interest"` // its name
	Notice   string `json:"notice"`   // its number
	Desk     string `json:"desk"`
	Activity string `json:"activity"`
	From     int64  `json:"from"` // the common time
	Until    int64  `json:"until"`
	Key      string `json:"key"`     // the notice
	Version  string `json:"version"` // the record by which the notice came to lie there
}

// Validate wants a record.
func (o OfInterest) Validate() error {
	if _, err := cell.ParseCite(o.Version); err != nil {
		return cell.Invalidf("/version", "%q is not the place of a record", o.Version)
	}
	return nil
}

// judgeSeen: about exactly what follows at this desk from the area and the
// notice that it cites.
func judgeSeen(h cell.Held) []cell.Breach {
	if len(h.Cites) == 2 && h.About == (cell.Ref{ID: cell.DerivedID(RuleInterest, []string{h.Desk}, h.Cites)}) {
		return nil
	}
	return []cell.Breach{{Rule: "deconfliction.seen", At: "/about", Why: "it is not about the notice in the area of interest that it cites"}}
}

// interests gives what a folded matter comes to as an area of interest, or as a
// notice in some.
func interests(m cell.Matter, near cell.Around, c *cell.Charter) (out []cell.Derived) {
	area := m.Kind == KindInterest
	if m.Head == nil || !area && !slices.Contains(Notices(), m.Kind) {
		return nil
	}
	for _, o := range near.Beside(m.Ref) {
		in, notice := o, m
		if area {
			in, notice = m, o
		}
		if d, ok := ofInterest(in, notice, c); ok {
			out = append(out, d)
		}
	}
	return out
}

// ofInterest gives that a notice of another desk lies in an area of interest, by
// the latest of its versions that does and was not held yet when the area was
// registered.
func ofInterest(in, notice cell.Matter, c *cell.Charter) (d cell.Derived, ok bool) {
	if in.Head == nil || notice.Head == nil || !in.Stands() || in.Opener() == notice.Opener() {
		return d, false
	}
	want, is := in.Head.Body.(Interest)
	if !is {
		return d, false
	}
	area := geometry(want.Volumes)
	for _, v := range slices.Backward(versions(notice, c)) {
		by := v.by
		if v.over == nil { // also a change that moves nothing is one
			by = *notice.Version
		}
		if len(want.Types) > 0 && !slices.Contains(want.Types, v.activity) || in.Head.Saw(by) || by.At > want.Until {
			continue
		}
		common, meets := keep{ground: v.charter.Ground.Geo()}.meets(area, v.geo)
		if !meets {
			continue
		}
		facts := OfInterest{Interest: want.Name, Notice: notice.Number(c), Key: notice.Ref.String(), Desk: notice.Opener(), Activity: v.activity, From: common.from, Until: common.until, Version: by.Cite().String()}
		if d, ok = cell.FollowsFrom(RuleInterest, in, notice, facts, c); ok {
			d.Number = notice.Number(c)
			d.At, d.Until, d.Ended = by.At, common.until, v.over != nil || in.Cancelled != nil
		}
		return d, ok
	}
	return d, false
}

// interestLife: it watches until its end.
func interestLife() cell.Life {
	return cell.Life{Kinds: []string{KindInterest}, Stages: []cell.Stage{
		{Name: StateWatching, Says: "the desk is told of every notice in the area"},
		{Name: StateOver, From: []string{StateWatching}, Says: "its end has come", Ended: true, When: func(k *cell.Case) (int64, bool) {
			until := k.Head.Body.(Interest).Until
			return until, k.Past(until)
		}},
	}}
}

// ofInterestLife: a notice in an area of interest alarms at once, until an
// officer has looked at it, and anew when it changes.
func ofInterestLife() cell.Life {
	return cell.Life{Kinds: []string{RuleInterest}, Stages: []cell.Stage{
		{Name: StateNew, From: []string{StateSeen}, Says: "a notice was given or changed in an area of interest", Waits: func(k *cell.Case) (out []cell.Wait) {
			for _, d := range k.Audience() {
				out = append(out, cell.Wait{Desk: d, For: cell.NeedLook, Since: k.Derived.At, Due: k.Derived.At, Alarm: cell.Immediate})
			}
			return out
		}},
		{Name: StateSeen, From: []string{StateNew}, Says: "an officer has looked at it as it is now", Ended: true, When: func(k *cell.Case) (int64, bool) {
			version, err := cell.ParseCite(cell.Computed[OfInterest](k.Derived).Version)
			for _, h := range k.Said(KindSeen, "") {
				if err == nil && h.Saw(cell.Held{Record: cell.Record{Desk: version.Desk}, Gen: version.Gen, Index: version.Index}) {
					return h.At, true
				}
			}
			return 0, false
		}},
		{Name: StateOver, From: []string{StateNew, StateSeen}, Says: "the notice lies there no more, or nobody watches", Ended: true, When: func(k *cell.Case) (int64, bool) {
			if k.Derived.Ended {
				return k.Derived.At, true
			}
			return k.Derived.Until, k.Past(k.Derived.Until)
		}},
	}}
}

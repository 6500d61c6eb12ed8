package activity

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"parley/cell"
	"parley/geo"
	"parley/node"
)

// The kinds of records that borders know by name: notices, and the draft of one
// that stays at home. A border imports no module, so it reads their bodies as
// what they are on the wire.
const (
	noticeFamily = "deconfliction."
	KindDraft    = "deconfliction.draft"
)

// Cell gives the volumes as a record states them: whole metres, rounded
// outward, and coordinates to a millimetre. Volumes of one area and band are
// one, with several windows. The error is a [*Fault].
func (a Activity) Cell() ([]cell.Volume, error) {
	var out []cell.Volume
	for i, v := range a.Volumes {
		s := v.Shape
		w := cell.Volume{Ring: points(s.Ring), Holes: [][]cell.Point{}, Line: points(s.Line), Centre: []cell.Point{}, RadiusM: int64(math.Ceil(s.RadiusM)),
			Low: altitudes(v.Low, math.Floor), High: altitudes(v.High, math.Ceil), Windows: []cell.Span{{From: v.From, Until: v.Until}}, Text: clipBytes(a.Title)}
		for _, h := range s.Holes {
			w.Holes = append(w.Holes, points(h))
		}
		if len(s.Ring)+len(s.Line) == 0 {
			w.Centre = points([]geo.Point{s.Centre})
		}
		if k := slices.IndexFunc(out, func(o cell.Volume) bool { return sameButTime(o, w) && o.Windows[len(o.Windows)-1].Until < v.From }); k >= 0 {
			out[k].Windows = append(out[k].Windows, w.Windows...)
			continue
		}
		if err := w.Validate(""); err != nil {
			return nil, under(fmt.Sprintf("%s, volume %d", a.ID, i+1), FaultGeometry, err)
		}
		out = append(out, w)
	}
	if len(out) == 0 || len(out) > cell.MaxVolumes {
		return nil, faultf(FaultVolumes, a.ID, "%d volumes: from 1 to %d are filed", len(out), cell.MaxVolumes)
	}
	return out, nil
}

func sameButTime(a, b cell.Volume) bool {
	a.Windows, b.Windows = nil, nil
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func points(list []geo.Point) []cell.Point {
	out := []cell.Point{}
	for _, p := range list {
		out = append(out, cell.Point{Lat: degrees(p.Lat), Lon: degrees(p.Lon)})
	}
	return out
}

func degrees(x float64) string {
	s := strings.TrimRight(strconv.FormatFloat(x, 'f', 8, 64), "0")
	if s = strings.TrimSuffix(s, "."); s == "-0" {
		return "0"
	}
	return s
}

func altitudes(h geo.Height, round func(float64) float64) []cell.Altitude {
	if h.Reference == "" {
		return []cell.Altitude{}
	}
	return []cell.Altitude{{M: int64(round(h.M)), Reference: h.Reference, OffM: int64(math.Ceil(h.OffM))}}
}

// Draft gives the body of a draft at home: what would be filed by a form, with
// what the file cannot say left open.
func (a Activity) Draft(form string) ([]byte, error) {
	volumes, err := a.Cell()
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"kind": form, "body": map[string]any{"activity": clipBytes(a.Kind), "volumes": volumes, "confidentiality": "exact"}})
}

// ByDrafting gives what to look at when the activity becomes a draft at a moment:
// a margin, which a notice does not carry, and a window that has passed. They are
// none of the file's own: it may be compared all the same.
func (a Activity) ByDrafting(now int64) (out []Slip) {
	if a.Margins != (geo.Margins{}) {
		out = append(out, Slip{SlipMargin, a.ID})
	}
	over := 0
	for i, v := range a.Volumes {
		if v.Until <= now {
			out, over = append(out, Slip{SlipOver, a.place(i)}), over+1
		}
	}
	if a.Ended && over == 0 {
		out = append(out, Slip{SlipOver, a.ID})
	}
	return out
}

// CheckAxes refuses an activity of which an area lies outside the theatre, and
// inside it when latitude and longitude change places (XC-06). The error is a
// [*Fault] with the place in the file and what may have been meant.
func (a Activity) CheckAxes(t cell.Theatre) error {
	for i, v := range a.Volumes {
		named := points(slices.Concat(v.Shape.Ring, v.Shape.Line))
		if len(named) == 0 {
			named = points([]geo.Point{v.Shape.Centre})
		}
		meant, swapped := t.Swapped(named...)
		if !swapped {
			continue
		}
		at, try := named[0].Lat+", "+named[0].Lon, meant.Lat+", "+meant.Lon
		why := fmt.Sprintf("latitude, longitude %s lies outside the theatre, and inside it with the two changed over: is %s meant?", at, try)
		return &Fault{Code: FaultAxes, At: a.place(i), Why: why, Of: geo.NewFault(geo.FaultSwapped, why, "at", at, "meant", try)}
	}
	return nil
}

// place gives where in the file a volume was read.
func (a Activity) place(i int) string {
	if i < len(a.at) {
		return a.at[i]
	}
	return a.ID
}

// FromStated gives what may leave of a notice (DEC-14), false when nothing may:
// it is no notice, or a draft, or its confidentiality is blind or not known
// here. One that is buffered states a wider area and nothing else, so that is
// what leaves.
func FromStated(m node.Stated) (a Activity, ok bool) {
	if !strings.HasPrefix(m.Kind, noticeFamily) || strings.HasPrefix(m.Kind, KindDraft) {
		return a, false
	}
	var b struct {
		Activity        string        `json:"activity"`
		Volumes         []cell.Volume `json:"volumes"`
		Area            *cell.Area    `json:"area"` // of the older form
		Window          cell.Span     `json:"window"`
		Height          []cell.Height `json:"height"`
		Confidentiality string        `json:"confidentiality"`
	}
	if err := json.Unmarshal([]byte(m.Body), &b); err != nil || (b.Confidentiality != "exact" && b.Confidentiality != "buffered") {
		return a, false
	}
	a = Activity{ID: m.Key, Title: m.Number, Kind: b.Activity, Revision: m.Revision, Ended: !m.Open}
	for _, v := range b.Volumes {
		a.Volumes = append(a.Volumes, v.Geo()...)
	}
	if b.Area != nil {
		v := geo.Volume{Shape: b.Area.Shape(), From: b.Window.From, Until: b.Window.Until}
		for _, h := range b.Height {
			v.Low, v.High = geo.Height{M: float64(h.LowM), Reference: h.Reference}, geo.Height{M: float64(h.HighM), Reference: h.Reference}
		}
		if v.Validate() == nil {
			a.Volumes = append(a.Volumes, v)
		}
	}
	return a, len(a.Volumes) > 0
}

// In reports whether something of it lies in a span of time.
func (a Activity) In(from, until int64) bool {
	return slices.ContainsFunc(a.Volumes, func(v geo.Volume) bool { return v.From <= until && from <= v.Until })
}

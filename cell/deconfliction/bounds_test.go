package deconfliction_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/deconfliction"
)

// rows are n circles of a radius in metres, none of which touches another, at the
// same time.
func rows(n int, radiusM int64) (out []cell.Volume) {
	for i := range n {
		v := round(0, 120, "AGL")
		v.Centre = []cell.Point{{Lat: "12." + strconv.Itoa(10+i/8*10), Lon: "-38." + strconv.Itoa(10+i%8*10)}}
		v.RadiusM = radiusM
		out = append(out, v)
	}
	return out
}

// DEC-04 T: the limit of a type holds for the whole activity, in how many volumes
// it is given. An area that stands again at another time or height counts once.
func TestDEC04LimitHoldsForTheActivity(t *testing.T) {
	again := func(vs []cell.Volume) (out []cell.Volume) {
		for i := range 64 {
			v := shifted(vs[0], int64(i)*hour)
			v.Low, v.High = []cell.Altitude{{M: int64(i), Reference: "AGL"}}, []cell.Altitude{{M: int64(i) + 1, Reference: "AGL"}}
			v.Centre = []cell.Point{{Lat: "12.1" + strings.Repeat("0", i%6), Lon: "-38.10"}}
			out = append(out, v)
		}
		return out
	}
	for _, tt := range []struct {
		what    string
		volumes []cell.Volume
		at      string // "": within the limit of 400 km²
	}{
		{"64 circles of 394 km²", rows(64, 11_200), "/body/volumes"},
		{"one of 394 km²", rows(1, 11_200), ""},
		{"the same 64 times", again(rows(1, 11_200)), ""},
		{"two of 201 km²", rows(2, 8000), "/body/volumes"},
		{"two of 199 km²", rows(2, 7960), ""},
		{"one of 408 km² beside a small one", append(rows(2, 500)[1:], rows(1, 11_400)...), "/body/volumes/1"},
	} {
		s := begin(t)
		a := activity("uav", tt.volumes...)
		h := s.plan("alpha", deconfliction.KindUAV, a)
		s.breaks(tt.what, h, "deconfliction.area-limit", tt.at)
		small := s.plan("alpha", deconfliction.KindUAV, activity("uav", rows(1, 500)...))
		if u := s.update(small, a); tt.at != "" { // nor by a change
			s.breaks(tt.what+", as a change", u, "deconfliction.area-limit", "/body"+tt.at)
		}
	}
}

// Bad input, swapped axes (XC-06): what lies outside the theatre, and inside it with
// latitude and longitude changed over, is refused at its own desk and contested
// from another, when it is filed and when it is changed; the words say what may be
// meant. What lies elsewhere is filed.
func TestXC06ChangedAxesAreRefused(t *testing.T) {
	swap := func(v cell.Volume) cell.Volume {
		for _, list := range []*[]cell.Point{&v.Ring, &v.Line, &v.Centre} {
			var out []cell.Point
			for _, p := range *list {
				out = append(out, cell.Point{Lat: p.Lon, Lon: p.Lat})
			}
			*list = out
		}
		return v
	}
	line, ring := round(0, 0, ""), round(0, 0, "")
	line.Line, line.Centre = []cell.Point{{Lat: "12.46", Lon: "-38.20"}, {Lat: "12.47", Lon: "-38.20"}}, []cell.Point{}
	ring.Ring, ring.Centre, ring.RadiusM = []cell.Point{{Lat: "12.46", Lon: "-38.20"}, {Lat: "12.47", Lon: "-38.20"}, {Lat: "12.47", Lon: "-38.19"}}, []cell.Point{}, 0
	far := round(0, 0, "")
	far.Centre = []cell.Point{{Lat: "30", Lon: "-38.20"}}
	for _, tt := range []struct {
		what    string
		volumes []cell.Volume
		at      string
	}{
		{"a circle", []cell.Volume{swap(round(0, 0, ""))}, "/body/volumes/0"},
		{"a corridor", []cell.Volume{round(0, 0, ""), swap(line)}, "/body/volumes/1"},
		{"a polygon", []cell.Volume{swap(ring)}, "/body/volumes/0"},
		{"in order", []cell.Volume{round(0, 0, ""), line, ring}, ""},
		{"elsewhere", []cell.Volume{far}, ""},
	} {
		s := begin(t)
		h := s.plan("alpha", deconfliction.KindUAV, activity("uav", tt.volumes...))
		s.breaks(tt.what, h, "deconfliction.axes", tt.at)
		if tt.at == "" {
			if n := s.board("bravo", s.Now).Notices[0]; n.Outside != (tt.what == "elsewhere") {
				t.Errorf("%s: shown as outside the theatre: %v", tt.what, n.Outside)
			}
			continue
		}
		s.refused(h, "deconfliction.axes")
		if why := s.Breaches(h)[0].Why; !strings.Contains(why, "latitude -38.20, longitude 12.46") || !strings.Contains(why, "is latitude 12.46, longitude -38.20 meant?") {
			t.Errorf("%s: it is told %q", tt.what, why)
		}
		right := s.plan("alpha", deconfliction.KindUAV, activity("uav", round(0, 0, "")))
		s.refused(s.update(right, activity("uav", tt.volumes...)), "deconfliction.axes")
	}
	s := begin(t)
	a := activity("medevac", round(0, 0, ""))
	a.Site = []cell.Place{{Lat: "-38.20", Lon: "12.46", Notation: "DD"}}
	s.refused(s.plan("alpha", deconfliction.KindMedevac, a), "deconfliction.axes")
	n := works()
	n.Area = circle("-38.20", "12.46", 500)
	s.refused(s.file("alpha", n), "deconfliction.axes")
	s.refused(s.Add(t, "alpha", deconfliction.KindInterest, deconfliction.Interest{Name: "bridge", Volumes: []cell.Volume{swap(round(0, 0, ""))}, Types: []string{}, Until: noon + 5*day}, nil), "deconfliction.axes")
}

// DEC-02: a notice is given no further ahead, and for no longer, than the charter's
// horizon lets it; what is beyond is named with its window and what is allowed.
func TestDEC02Horizon(t *testing.T) {
	window := func(from, length int64) cell.Volume {
		v := round(0, 0, "")
		v.Windows = []cell.Span{{From: noon + 4*day, Until: noon + 4*day + hour}, {From: noon + from, Until: noon + from + length}}
		return v
	}
	short := cell.Horizon{Ahead: cell.Duration(43 * 24 * time.Hour), Window: cell.Duration(12 * time.Hour)}
	for _, tt := range []struct {
		what         string
		horizon      cell.Horizon
		from, length int64
		rule, at     string
		says         string
	}{
		{"in an hour for fifty years", cell.Horizon{}, 5 * day, 50 * 365 * day, "deconfliction.window-long", "/until", "lasts 438000 h: the charter lets one last 2160 h"},
		{"in fifty years", cell.Horizon{}, 50 * 365 * day, hour, "deconfliction.horizon", "/from", "438000 h ahead: the charter lets a notice be given 8784 h ahead"},
		{"in a year to the millisecond", cell.Horizon{}, 366 * day, 90 * day, "", "", ""},
		{"a millisecond further", cell.Horizon{}, 366*day + 1, hour, "deconfliction.horizon", "/from", "8785 h ahead"},
		{"a millisecond longer", cell.Horizon{}, 5 * day, 90*day + 1, "deconfliction.window-long", "/until", "lasts 2161 h"},
		{"within the charter's", short, 43 * day, 12 * hour, "", "", ""},
		{"beyond the charter's", short, 43*day + 1, hour, "deconfliction.horizon", "/from", "1032 h ahead at most"},
		{"longer than the charter's", short, 5 * day, 13 * hour, "deconfliction.window-long", "/until", "12 h at most"},
	} {
		s := begin(t)
		c := *s.Charter
		c.Horizon = tt.horizon
		s.Charter, s.Now = &c, noon
		v := window(tt.from, tt.length)
		h := s.plan("alpha", deconfliction.KindUAV, activity("uav", round(0, 0, ""), v))
		at := "/body/volumes/1/windows/1" + tt.at
		if tt.at == "" {
			at = ""
		}
		s.breaks(tt.what, h, tt.rule, at)
		n := works()
		n.Window = v.Windows[1]
		s.Now = noon // to the millisecond
		older := s.file("alpha", n)
		if tt.at == "" {
			s.breaks(tt.what, older, "", "")
			continue
		}
		s.breaks(tt.what+", in the older form", older, tt.rule, "/body/window"+tt.at)
		s.refused(h, tt.rule)
		right := s.plan("alpha", deconfliction.KindUAV, activity("uav", round(0, 0, "")))
		s.Now = noon
		s.refused(s.update(right, activity("uav", round(0, 0, ""), v)), tt.rule)
		if why := s.Breaches(h)[0].Why; !strings.Contains(why, tt.says) {
			t.Errorf("%s: it is told %q", tt.what, why)
		}
	}
	c := *begin(t).Charter
	c.Horizon.Ahead = cell.Duration(1008 * time.Hour) // an exercise is notified 1008 h before
	if inv, ok := errors.AsType[*cell.Invalid](c.Validate()); !ok || inv.At != "horizon/ahead" {
		t.Errorf("a horizon that leaves no time: %v", c.Validate())
	}
}

// breaks wants a record to break a rule at a place and no other, or with no place
// to break none.
func (s *story) breaks(what string, h cell.Held, rule, at string) {
	s.t.Helper()
	var got []string
	for _, b := range s.Breaches(h) {
		got = append(got, b.Rule+" "+b.At)
		if b.Why == "" {
			s.t.Errorf("%s: %s says nothing", what, b.Rule)
		}
	}
	want := rule + " " + at
	if at == "" {
		want = ""
	}
	if strings.Join(got, ", ") != want {
		s.t.Errorf("%s breaks %q, want %q", what, strings.Join(got, ", "), want)
	}
}

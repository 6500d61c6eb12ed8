package cot

import (
	"fmt"
	"math"
	"strings"

	"parley/geo"
)

// Item is one activity to show: each of its volumes becomes an event, a
// corridor one for each of its legs.
type Item struct {
	Key      string // of the activity; with the revision it makes the uid
	Revision int64
	Callsign string // its number
	Kind     string // its type, for the remarks
	Volumes  []geo.Volume
}

// The CoT types that are used. None says whose side anybody is on.
const (
	typeArea    = "u-d-f"      // a drawn area
	typeCircle  = "u-d-c-c"    // a drawn circle
	typeDelete  = "t-x-d-d"    // what is linked is over
	typeOffer   = "t-x-takp-v" // the server offers versions of the protocol
	typeRequest = "t-x-takp-q" // a client takes one
	typeAnswer  = "t-x-takp-r" // the server agrees
	typePing    = "t-x-c-t"
	typePong    = "t-x-c-t-r"
)

// Limits of what clients take.
const (
	maxXML   = 2048      // bytes of an XML event; known clients end the connection beyond
	maxProto = 64 << 10  // bytes of a protobuf message; likewise
	maxLegs  = 16        // events of one corridor
	unknown  = 9999999.0 // a height or an error that is not known
)

// event is one event, apart from how it is encoded.
type event struct {
	uid, kind          string
	time, start, stale int64 // UTC ms
	lat, lon           float64
	hae                float64
	how                string
	detail             string // XML inside <detail>
}

// area is one drawn part of an item.
type area struct {
	uid     string
	item    Item
	volume  geo.Volume
	ring    []geo.Point // "u-d-f", with geodesic edges; empty for a circle
	convex  bool        // the ring is a hull already
	widened bool        // it is larger than the area
	part    string      // "2 of 5", "" for one alone
}

// areas gives what is drawn for an item.
func areas(it Item) (out []area) {
	for i, v := range it.Volumes {
		a := area{uid: fmt.Sprintf("%s.%d.%d", it.Key, it.Revision, i+1), item: it, volume: v}
		switch s := v.Shape; {
		case len(s.Ring) > 0:
			a.ring, a.widened = s.Ring, len(s.Holes) > 0 // a drawn area has no holes
			out = append(out, a)
		case len(s.Line) > 0:
			legs := legs(s)
			for k, ring := range legs {
				b := a
				b.uid, b.ring, b.convex, b.widened = fmt.Sprintf("%s.%d", a.uid, k+1), ring, true, true
				if len(legs) > 1 {
					b.part = fmt.Sprintf("%d of %d", k+1, len(legs))
				}
				out = append(out, b)
			}
		default:
			out = append(out, a)
		}
	}
	return out
}

// event draws an area in at most so many corners, as it was released at a time.
func (a area) event(now int64, corners int) event {
	v := a.volume
	e := event{uid: a.uid, kind: typeCircle, time: now, start: v.From, stale: v.Until, hae: unknown, how: "h-g-i-g-o"}
	if v.Low.Reference == geo.Ellipsoid {
		e.hae = v.Low.M
	}
	var shape strings.Builder
	if len(a.ring) == 0 {
		c := v.Shape.Centre
		e.lat, e.lon = c.Lat, c.Lon
		r := number(math.Ceil(v.Shape.RadiusM*10) / 10)
		fmt.Fprintf(&shape, `<shape><ellipse major="%s" minor="%s" angle="360"/></shape>`, r, r)
	} else {
		ring, wider := drawn(a.ring, a.convex, corners)
		a.widened = a.widened || wider
		e.kind = typeArea
		e.lat, e.lon = centre(ring)
		for i := range len(ring) + 1 { // the first again: a closed line
			p := ring[i%len(ring)]
			fmt.Fprintf(&shape, `<link point="%.6f,%.6f"/>`, p.Lat, p.Lon)
		}
	}
	e.detail = fmt.Sprintf(`<contact callsign="%s"/><remarks>%s</remarks>%s<strokeColor value="-8355712"/><fillColor value="813727872"/><strokeWeight value="3"/>`,
		escape(clip(a.item.Callsign, 40)), escape(a.remarks()), shape.String())
	return e
}

// fit gives the event in the most corners with which its encoding is not too
// long.
func (a area) fit(now int64, most int, encode func(event) []byte) []byte {
	var b []byte
	for corners := most / 37; corners >= 4; corners = corners * 3 / 4 { // 37 bytes for each
		if b = encode(a.event(now, corners)); len(b) <= most {
			return b
		}
	}
	return b
}

// remarks say what a map cannot draw. They are in English, as the protocol's
// own words are; numbers and references are the same in every language.
func (a area) remarks() string {
	var out []string
	if a.item.Kind != "" {
		out = append(out, clip(a.item.Kind, 40))
	}
	if a.part != "" {
		out = append(out, "part "+a.part)
	}
	out = append(out, "height "+height(a.volume.Low, "ground")+" to "+height(a.volume.High, "unlimited"))
	if a.widened {
		out = append(out, "drawn larger than the area")
	}
	return strings.Join(append(out, "notification is no permission"), "; ")
}

func height(h geo.Height, none string) string {
	switch h.Reference {
	case "":
		return none
	case geo.Surface:
		return "surface"
	}
	return fmt.Sprintf("%.0f m %s", h.M, h.Reference)
}

// deletion ends what was shown under a uid.
func deletion(uid, kind string, now int64) event {
	return event{uid: uid + ".over", kind: typeDelete, time: now, start: now, stale: now + 60_000, hae: 0, how: "m-g",
		detail: fmt.Sprintf(`<link uid="%s" relation="none" type="%s"/><__forcedelete/>`, escape(uid), kind)}
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

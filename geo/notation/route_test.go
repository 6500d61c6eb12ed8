package notation_test

import (
	"math"
	"slices"
	"testing"

	"parley/geo"
	"parley/geo/notation"
)

// routes lead from a place in one grid zone to one in the next: in the invented
// theatre across 36° W, and in the field's table across 36° E (field/standards
// 5.3). Squares are GeoConvert's, legs GeodSolve's.
var routes = []struct {
	name   string
	near   notation.Box
	points []geo.Point
	mgrs   []string
	legs   []float64
}{
	{"36W", notation.Box{South: 12, West: -37, North: 13, East: -35},
		[]geo.Point{{Lat: 12.5412, Lon: -36.4140}, {Lat: 12.49, Lon: -36.0001}, {Lat: 12.49, Lon: -35.9999}, {Lat: 12.4640, Lon: -35.7905}},
		[]string{"24P YU 81022 87777", "24P ZU 26100 82585", "25P AP 73899 82585", "25P AP 96648 79457"},
		[]float64{45342.483538, 21.740399, 22944.331223}},
	{"36E", notation.Box{South: 32, West: 35, North: 34, East: 37},
		[]geo.Point{{Lat: 33.1, Lon: 35.8}, {Lat: 32.9, Lon: 35.9999}, {Lat: 32.9, Lon: 36.0001}, {Lat: 32.7, Lon: 36.6}},
		[]string{"36S YB 61311 65861", "36S YB 80606 44193", "37S BS 19393 44193", "37S BS 75018 20576"},
		[]float64{28999.688293, 18.711699, 60407.929008}},
}

// XC-06 T, field/replays 12.11: a route over the edge of a grid zone keeps its
// order and its length, its squares are right on both sides, and what was typed
// with the axes swapped is caught at every point of it.
func TestRouteAcrossAZone(t *testing.T) {
	for _, r := range routes {
		t.Run(r.name, func(t *testing.T) {
			for i, p := range r.points {
				if got, err := notation.ToMGRS(p, 5); err != nil || got != r.mgrs[i] {
					t.Errorf("point %d: %s, %v, want %s", i, got, err, r.mgrs[i])
				}
				back, err := notation.Read(r.mgrs[i], r.near)
				if err != nil || len(back.Slips) > 0 || geo.Distance(back.Point, p) > 1.5 {
					t.Errorf("%s is read %v m off, %v, %v", r.mgrs[i], geo.Distance(back.Point, p), back.Slips, err)
				}
				swapped, err := notation.Write(geo.Point{Lat: p.Lon, Lon: p.Lat}, notation.Decimal)
				if err != nil {
					t.Fatal(err)
				}
				if x, err := notation.Read(swapped, r.near); err != nil || !slices.ContainsFunc(x.Slips, func(s notation.Slip) bool { return s.Code == notation.SlipSwapped }) {
					t.Errorf("%s with its axes swapped: %v, %v", swapped, x.Slips, err)
				}
			}
			for i, want := range r.legs {
				if d := geo.Distance(r.points[i], r.points[i+1]); math.Abs(d-want) > 0.002 {
					t.Errorf("leg %d has %.6f m, want %.6f", i, d, want)
				}
			}
			wantOrder(t, r.points)
		})
	}
}

// wantOrder: by distance from its start the points come as they were given,
// the two beside the edge are neighbours, and their eastings alone would say
// otherwise. A corridor along the route holds all of them and the edge.
func wantOrder(t *testing.T, route []geo.Point) {
	t.Helper()
	sorted := slices.Clone(route)
	slices.Reverse(sorted)
	slices.SortFunc(sorted, func(p, q geo.Point) int {
		return int(math.Copysign(1, geo.Distance(route[0], p)-geo.Distance(route[0], q)))
	})
	if !slices.Equal(sorted, route) {
		t.Errorf("by distance the order is %v", sorted)
	}
	a, err1 := notation.ToUTM(route[1])
	b, err2 := notation.ToUTM(route[2])
	if err1 != nil || err2 != nil || b.Zone != a.Zone+1 || math.Abs(a.Easting-b.Easting) < 500_000 {
		t.Errorf("beside the edge: %+v and %+v", a, b)
	}
	along, err := geo.Corridor(route, 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(route, geo.Point{Lat: route[1].Lat, Lon: math.Round(route[1].Lon)}) {
		if !geo.Within(p, along, 0) {
			t.Errorf("%v is not on its own route", p)
		}
	}
	if off := (geo.Point{Lat: route[1].Lat + 0.02, Lon: route[1].Lon}); geo.Within(off, along, 0) {
		t.Errorf("%v is 2 km beside the route and held to be on it", off)
	}
}

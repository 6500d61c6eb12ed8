package geo_test

import (
	"fmt"
	"math"
	"testing"

	"parley/geo"
)

// regular is a polygon of n points at most half a degree from a place.
func regular(b *testing.B, n int, lat, lon float64) geo.Shape {
	r := make([]geo.Point, n)
	for i := range r {
		sin, cos := math.Sincos(2 * math.Pi * (float64(i) + 0.25) / float64(n))
		r[i] = geo.Point{Lat: lat + 0.5*sin, Lon: lon + 0.5*cos}
	}
	return made(b)(geo.Polygon(r))
}

// kept keeps results from being computed away.
var kept struct {
	yes bool
	f   float64
	p   geo.Point
	err error
}

// BenchmarkShapes asks about two polygons of n points, in three situations.
// The floor is each point of one compared once with each of the other: what it
// takes to know the nearest two when nothing is known beforehand.
func BenchmarkShapes(b *testing.B) {
	for _, n := range []int{4, 32, 256} {
		s := regular(b, n, 34, 36)
		places := []struct {
			name  string
			other geo.Shape
		}{
			{"far", regular(b, n, 36, 36)},
			{"near", regular(b, n, 34.72, 36.72)}, // bounds overlap, shapes do not
			{"crossing", regular(b, n, 34.3, 36.3)},
		}
		b.Run(fmt.Sprintf("floor/%d", n), func(b *testing.B) {
			for b.Loop() {
				least := math.Inf(1)
				for _, p := range s.Ring {
					for _, q := range places[1].other.Ring {
						dx, dy := p.Lon-q.Lon, p.Lat-q.Lat
						least = min(least, dx*dx+dy*dy)
					}
				}
				kept.f = least
			}
		})
		for _, at := range places {
			b.Run(fmt.Sprintf("overlap/%s/%d", at.name, n), func(b *testing.B) {
				for b.Loop() {
					kept.yes = geo.Overlap(s, at.other)
				}
			})
		}
		b.Run(fmt.Sprintf("gap/%d", n), func(b *testing.B) {
			for b.Loop() {
				kept.f = geo.Gap(s, places[1].other)
			}
		})
		b.Run(fmt.Sprintf("meet/%d", n), func(b *testing.B) {
			for b.Loop() {
				kept.p = geo.Meet(s, places[2].other)
			}
		})
		b.Run(fmt.Sprintf("within/%d", n), func(b *testing.B) {
			for b.Loop() {
				kept.yes = geo.Within(geo.Point{Lat: 34.45, Lon: 36.45}, s, 500)
			}
		})
		b.Run(fmt.Sprintf("polygon/%d", n), func(b *testing.B) {
			for b.Loop() {
				_, kept.err = geo.Polygon(s.Ring)
			}
		})
	}
}

// BenchmarkDistance measures one distance. The floor is the same on a sphere
// with the library's sines.
func BenchmarkDistance(b *testing.B) {
	p, q := geo.Point{Lat: 34, Lon: 36}, geo.Point{Lat: 34.1, Lon: 36.1}
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			rad := math.Pi / 180
			s, t := math.Sin((q.Lat-p.Lat)*rad/2), math.Sin((q.Lon-p.Lon)*rad/2)
			h := s*s + math.Cos(p.Lat*rad)*math.Cos(q.Lat*rad)*t*t
			kept.f = 2 * 6371008.8 * math.Asin(math.Sqrt(h))
		}
	})
	b.Run("ellipsoid", func(b *testing.B) {
		for b.Loop() {
			kept.f = geo.Distance(p, q)
		}
	})
}

package activity

import (
	"context"
	"fmt"
	"math"

	"parley/geo"
)

// drawing is a geometry as GeoJSON and KML draw it: longitude first, edges
// straight in longitude and latitude, rings closed by repetition.
type drawing struct {
	points   [][]float64
	line     [][]float64
	polygons [][][][]float64
}

// shapes gives the areas of a drawing. A point is a circle and a line is a
// corridor only with a radius or a half-width. Where the properties say that
// polygons stand for a circle or a corridor, the circle or the corridor is
// read, if the polygons are those that it is drawn with: one that was redrawn
// in another program is refused, because the two would say different things.
func (d drawing) shapes(ctx context.Context, p properties) (out []geo.Shape, err error) {
	if p.Shape == shapeCircle || p.Shape == shapeCorridor {
		return d.standsFor(p)
	}
	if p.Shape != "" && p.Shape != shapePolygon {
		return nil, faultf(FaultType, "shape", "%.40q is not %s, %s or %s", p.Shape, shapePolygon, shapeCircle, shapeCorridor)
	}
	for _, c := range d.points {
		if p.RadiusM == 0 {
			return nil, faultf(FaultRadius, "", "a point is no area: radius_m is wanted among the properties")
		}
		at, err := position(c)
		if err != nil {
			return nil, err
		}
		s, err := geo.Circle(at, p.RadiusM)
		if err != nil {
			return nil, under("", FaultGeometry, err)
		}
		out = append(out, s)
	}
	if d.line != nil {
		if p.HalfWidthM == 0 {
			return nil, faultf(FaultRadius, "", "a line is no area: half_width_m is wanted among the properties")
		}
		line, err := positions(d.line)
		if err != nil {
			return nil, err
		}
		if line, err = straight(line, false); err != nil {
			return nil, err
		}
		s, err := geo.Corridor(line, p.HalfWidthM)
		if err != nil {
			return nil, under("", FaultGeometry, err)
		}
		out = append(out, s)
	}
	for i, rings := range d.polygons {
		if err := ctx.Err(); err != nil {
			return nil, err // one of 10,000 corners takes a moment, and a file may have many
		}
		s, err := polygon(rings)
		if err != nil && len(d.polygons) > 1 {
			return nil, under(fmt.Sprintf("polygon %d", i+1), FaultGeometry, err)
		} else if err != nil {
			return nil, under("", FaultGeometry, err)
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, faultf(FaultGeometry, "", "there is no area in it")
	}
	return out, nil
}

// The shapes that polygons may stand for.
const (
	shapePolygon  = "polygon"
	shapeCircle   = "circle"
	shapeCorridor = "corridor"
)

func (d drawing) standsFor(p properties) ([]geo.Shape, error) {
	var s geo.Shape
	var err error
	if p.Shape == shapeCircle {
		var at geo.Point
		if at, err = position(p.Centre); err == nil {
			s, err = geo.Circle(at, p.RadiusM)
		}
	} else {
		var line []geo.Point
		if line, err = positions(p.Line); err == nil {
			s, err = geo.Corridor(line, p.HalfWidthM)
		}
	}
	if err != nil {
		return nil, under("shape", FaultGeometry, err)
	}
	if !same(d.polygons, draw(s)) {
		return nil, faultf(FaultDrawn, "", "the polygons drawn are not the %s that the properties give: where one was redrawn, take the other out", p.Shape)
	}
	return []geo.Shape{s}, nil
}

// same compares two drawings to a centimetre.
func same(a, b [][][][]float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if len(a[i]) != 1 || len(b[i]) != 1 || len(a[i][0]) != len(b[i][0]) {
			return false
		}
		for k, c := range a[i][0] {
			o := b[i][0][k]
			if len(c) < 2 || !(math.Abs(c[0]-o[0]) < 1e-7 && math.Abs(c[1]-o[1]) < 1e-7) {
				return false
			}
		}
	}
	return true
}

func polygon(rings [][][]float64) (geo.Shape, error) {
	var drawn, out [][]geo.Point
	for i, r := range rings {
		at := fmt.Sprintf("ring %d", i+1)
		ring, err := positions(r)
		if err != nil {
			return geo.Shape{}, under(at, FaultGeometry, err)
		}
		n := len(ring)
		if n < 4 || ring[0] != ring[n-1] {
			return geo.Shape{}, faultf(FaultOpen, "", "%s is open: its last position repeats the first (RFC 7946, section 3.1.6)", at)
		}
		drawn = append(drawn, ring[:n-1])
	}
	if len(drawn) == 0 {
		return geo.Shape{}, faultf(FaultGeometry, "", "there is no ring")
	}
	if s, err := geo.Polygon(drawn[0], drawn[1:]...); err != nil {
		return s, err // which counts the positions as the file does
	}
	for i, r := range drawn {
		ring, err := straight(r, true)
		if err != nil {
			return geo.Shape{}, under(fmt.Sprintf("ring %d", i+1), FaultPoints, err)
		}
		out = append(out, ring)
	}
	return geo.Polygon(out[0], out[1:]...)
}

// straight puts points on the edges of what was drawn. Where they become too
// many, it is the file's own positions that are counted, and why they are.
func straight(drawn []geo.Point, ring bool) ([]geo.Point, error) {
	out := geo.Straight(drawn, ring)
	if len(out) > geo.MaxPoints && len(drawn) <= geo.MaxPoints {
		return nil, &Fault{Code: FaultPoints, Of: geo.NewFault(geo.FaultLong, ""),
			Why: fmt.Sprintf("%d positions with edges so long that %d more points would be put on them to keep them straight: %d in all are handled", len(drawn), len(out)-len(drawn), geo.MaxPoints)}
	}
	return out, nil
}

func positions(list [][]float64) (out []geo.Point, err error) {
	if len(list) > geo.MaxPoints+1 {
		return nil, faultf(FaultPoints, "", "%d positions, more than %d", len(list), geo.MaxPoints)
	}
	for i, c := range list {
		p, err := position(c)
		if err != nil {
			return nil, under(fmt.Sprintf("position %d", i+1), FaultNumber, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func position(c []float64) (geo.Point, error) {
	if len(c) < 2 || len(c) > 3 {
		return geo.Point{}, faultf(FaultNumber, "", "%d numbers: longitude, latitude and perhaps a height are wanted", len(c))
	}
	if !(math.Abs(c[0]) <= 180) && math.Abs(c[1]) <= 90 {
		return geo.Point{}, faultf(FaultNumber, "", "%v, %v is on no globe", c[0], c[1])
	}
	if math.Abs(c[1]) > 90 && math.Abs(c[0]) <= 90 {
		return geo.Point{}, faultf(FaultAxes, "", "%v, %v: longitude comes first; they may be changed over", c[0], c[1])
	}
	return geo.Point{Lat: c[1], Lon: c[0]}, nil
}

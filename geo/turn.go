package geo

import "math"

// turned is a direction as its sine and cosine, which need not be of length
// one: quarter turns stay exact, and no angle is taken before it is wanted.
type turned struct{ sin, cos float64 }

// turnedBy is the direction of an angle in radians.
func turnedBy(rads float64) turned {
	sin, cos := sincos(rads / unitsToRads)
	return turned{sin, cos}
}

func (t turned) length() float64 { return math.Sqrt(float64(t.sin*t.sin) + float64(t.cos*t.cos)) }

// unit is the same direction with length one.
func (t turned) unit() turned {
	r := t.length()
	return turned{t.sin / r, t.cos / r}
}

// plus is the direction that lies further by another.
func (t turned) plus(u turned) turned {
	return turned{float64(t.sin*u.cos) + float64(t.cos*u.sin), float64(t.cos*u.cos) - float64(t.sin*u.sin)}
}

// minus is the direction that lies less far by another.
func (t turned) minus(u turned) turned { return t.plus(turned{-u.sin, u.cos}) }

// angle is the direction in radians, from -π to π.
func (t turned) angle() float64 {
	r := t.length()
	if r == 0 {
		return 0
	}
	s, c := math.Abs(t.sin), math.Abs(t.cos)
	a := asin(min(1, s/r))
	if s > c {
		a = math.Pi/2 - asin(min(1, c/r))
	}
	if t.cos < 0 {
		a = math.Pi - a
	}
	if t.sin < 0 {
		return -a
	}
	return a
}

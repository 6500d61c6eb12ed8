package notation

import (
	"fmt"
	"math"

	"parley/geo"
)

// UTM is a place in a zone of the Universal Transverse Mercator grid, in
// metres.
type UTM struct {
	Zone       int     `json:"zone"`
	Hemisphere string  `json:"hemisphere"` // "N" or "S"
	Easting    float64 `json:"easting"`
	Northing   float64 `json:"northing"`
}

// The projection's series, to the sixth order in the third flattening
// (C. F. F. Karney, "Transverse Mercator with an accuracy of a few
// nanometers", Journal of Geodesy 85 (2011) 475–485, equations 35 and 36).
const (
	equator    = 6378137.0
	flat       = 1 / 298.257223563
	n1         = flat / (2 - flat)
	n2         = n1 * n1
	n3         = n2 * n1
	n4         = n3 * n1
	n5         = n4 * n1
	n6         = n5 * n1
	scale      = 0.9996
	rectifying = equator / (1 + n1) * (1 + n2/4 + n4/64 + n6/256)
	falseEast  = 500_000.0
	falseNorth = 10_000_000.0 // of the southern hemisphere
)

var forward = [...]float64{
	n1/2 - n2*2/3 + n3*5/16 + n4*41/180 - n5*127/288 + n6*7891/37800,
	n2*13/48 - n3*3/5 + n4*557/1440 + n5*281/630 - n6*1983433/1935360,
	n3*61/240 - n4*103/140 + n5*15061/26880 + n6*167603/181440,
	n4*49561/161280 - n5*179/168 + n6*6601661/7257600,
	n5*34729/80640 - n6*3418889/1995840,
	n6 * 212378941 / 319334400,
}

var backward = [...]float64{
	n1/2 - n2*2/3 + n3*37/96 - n4/360 - n5*81/512 + n6*96199/604800,
	n2/48 + n3/15 - n4*437/1440 + n5*46/105 - n6*1118711/3870720,
	n3*17/480 - n4*37/840 - n5*209/4480 + n6*5569/90720,
	n4*4397/161280 - n5*11/504 - n6*830251/7257600,
	n5*4583/161280 - n6*108847/3991680,
	n6 * 20648693 / 638668800,
}

// ZoneOf gives the zone of a place, with the wider ones of south-west Norway
// and of Svalbard. It is 0 where there is none.
func ZoneOf(p geo.Point) int {
	if !(p.Lat >= -80 && p.Lat < 84) || !(p.Lon >= -180 && p.Lon <= 180) {
		return 0
	}
	zone := int(math.Floor((p.Lon+180)/6))%60 + 1
	switch {
	case p.Lat >= 56 && p.Lat < 64 && p.Lon >= 3 && p.Lon < 12:
		return 32
	case p.Lat >= 72 && p.Lon >= 0 && p.Lon < 42:
		return 31 + 2*int(math.Floor((p.Lon+3)/12))
	}
	return zone
}

// ToUTM gives a place in its own zone. North of 84° and south of 80° it fails.
func ToUTM(p geo.Point) (UTM, error) {
	zone := ZoneOf(p)
	if zone == 0 {
		return UTM{}, fault(FaultGrid, fmt.Sprintf("latitude %.4f has no UTM zone: they run from 80° south to 84° north", p.Lat))
	}
	return inZone(p, zone), nil
}

func meridian(zone int) float64 { return float64(zone*6 - 183) }

func inZone(p geo.Point, zone int) UTM {
	e := math.Sqrt(flat * (2 - flat))
	lon := math.Remainder(p.Lon-meridian(zone), 360) * math.Pi / 180
	sin, cos := math.Sincos(lon)
	sinLat := math.Sin(p.Lat * math.Pi / 180)
	t := math.Tan(p.Lat * math.Pi / 180)
	sigma := math.Sinh(e * math.Atanh(e*sinLat))
	tau := t*math.Hypot(1, sigma) - sigma*math.Hypot(1, t)
	xi, eta := math.Atan2(tau, cos), math.Asinh(sin/math.Hypot(tau, cos))
	x, y := xi, eta
	for i, a := range forward {
		k := float64(2 * (i + 1))
		x += a * math.Sin(k*xi) * math.Cosh(k*eta)
		y += a * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	u := UTM{zone, "N", falseEast + scale*rectifying*y, scale * rectifying * x}
	if p.Lat < 0 {
		u.Hemisphere, u.Northing = "S", u.Northing+falseNorth
	}
	return u
}

// Point gives the place of a grid reference. It refuses what lies far outside
// its zone.
func (u UTM) Point() (geo.Point, error) {
	if u.Zone < 1 || u.Zone > 60 {
		return geo.Point{}, fault(FaultZone, fmt.Sprintf("zone %d is not from 1 to 60", u.Zone), "zone", u.Zone)
	}
	if u.Hemisphere != "N" && u.Hemisphere != "S" {
		return geo.Point{}, fault(FaultHemisphere, fmt.Sprintf("hemisphere %q is not N or S", u.Hemisphere), "text", u.Hemisphere)
	}
	if !(u.Easting >= 100_000 && u.Easting < 1_000_000) || !(u.Northing >= 0 && u.Northing <= falseNorth) {
		return geo.Point{}, fault(FaultGrid, fmt.Sprintf("easting %.0f, northing %.0f lie in no zone: eastings run from 100000 to 999999, northings from 0 to 10000000", u.Easting, u.Northing))
	}
	p := u.unproject()
	if !(p.Lat >= -80.5 && p.Lat <= 84.5) {
		return geo.Point{}, fault(FaultGrid, fmt.Sprintf("northing %.0f leads to latitude %.2f, where there is no UTM", u.Northing, p.Lat))
	}
	return p, nil
}

// unproject is [UTM.Point] wherever it leads.
func (u UTM) unproject() geo.Point {
	north := u.Northing
	if u.Hemisphere == "S" {
		north -= falseNorth
	}
	xi, eta := north/(scale*rectifying), (u.Easting-falseEast)/(scale*rectifying)
	x, y := xi, eta
	for i, b := range backward {
		k := float64(2 * (i + 1))
		x -= b * math.Sin(k*xi) * math.Cosh(k*eta)
		y -= b * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	tau := latitudeTangent(math.Sin(x) / math.Hypot(math.Sinh(y), math.Cos(x)))
	return geo.Point{Lat: math.Atan(tau) * 180 / math.Pi, Lon: math.Remainder(math.Atan2(math.Sinh(y), math.Cos(x))*180/math.Pi+meridian(u.Zone), 360)}
}

// latitudeTangent gives the tangent of the latitude from that of the conformal
// one, by Newton's method (Karney 2011, equations 19 to 21).
func latitudeTangent(conformal float64) float64 {
	e2 := flat * (2 - flat)
	e := math.Sqrt(e2)
	tau := conformal / (1 - e2)
	for range 8 {
		sigma := math.Sinh(e * math.Atanh(e*tau/math.Hypot(1, tau)))
		got := tau*math.Hypot(1, sigma) - sigma*math.Hypot(1, tau)
		step := (conformal - got) / math.Hypot(1, got) * (1 + (1-e2)*tau*tau) / ((1 - e2) * math.Hypot(1, tau))
		tau += step
		if math.Abs(step) <= 1e-16*math.Max(1, math.Abs(tau)) {
			break
		}
	}
	return tau
}

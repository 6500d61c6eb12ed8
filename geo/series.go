package geo

import "math"

// The series of a geodesic in the expansion parameter epsilon and the third
// flattening, to the sixth order (Karney 2013, equations 15 to 25). Each row is
// a polynomial, the highest power first; the last number divides it.
var (
	lengthOf    = []float64{1, 4, 64, 0, 256}       // A1 - 1, in squares of epsilon, before the division by 1 - epsilon
	reducedOf   = []float64{-11, -28, -192, 0, 256} // A2 - 1, likewise, by 1 + epsilon
	lengthRows  = [][]float64{{-1, 6, -16, 32}, {-9, 64, -128, 2048}, {9, -16, 768}, {3, -5, 512}, {-7, 1280}, {-7, 2048}}
	inverseRows = [][]float64{{205, -432, 768, 1536}, {4005, -4736, 3840, 12288}, {-225, 116, 384}, {-7173, 2695, 7680}, {3467, 7680}, {38081, 61440}}
	reducedRows = [][]float64{{1, 2, 16, 32}, {35, 64, 384, 2048}, {15, 80, 768}, {7, 35, 512}, {63, 1280}, {77, 2048}}

	// Longitude: polynomials in the third flattening, the highest power of
	// epsilon first.
	longitudeOf   = [][]float64{{-3, 128}, {-2, -3, 64}, {-1, -3, -1, 16}, {3, -1, -2, 8}, {1, -1, 2}, {1, 1}}
	longitudeRows = [][][]float64{
		{{3, 128}, {2, 5, 128}, {-1, 3, 3, 64}, {-1, 0, 1, 8}, {-1, 1, 4}},
		{{5, 256}, {1, 3, 128}, {-3, -2, 3, 64}, {1, -3, 2, 32}},
		{{7, 512}, {-10, 9, 384}, {5, -9, 5, 192}},
		{{7, 512}, {-14, 7, 512}},
		{{21, 2560}},
	}
)

// value is a row's polynomial at x.
func value(row []float64, x float64) float64 {
	v, last := 0.0, len(row)-1
	for _, c := range row[:last] {
		v = float64(v*x) + c
	}
	return v / row[last]
}

// powers multiplies the rows' values by rising powers of epsilon. Length and
// reduced length are polynomials in its square.
func powers(rows [][]float64, eps float64) (c [6]float64) {
	x := eps
	for i, row := range rows {
		c[i] = float64(x * value(row, float64(eps*eps)))
		x = float64(x * eps)
	}
	return c
}

// curve is one geodesic's series: epsilon, the coefficients of distance,
// reduced length and longitude, and what stands before them.
type curve struct {
	a1, a2, a3 float64
	c1, c2, c3 [6]float64
}

// curveOf gives the series of the geodesic that crosses the equator with this
// azimuth's cosine.
func curveOf(cosEquator float64) (k curve, eps float64) {
	k2 := float64(float64(cosEquator*cosEquator) * ecc2b)
	root := 1 + math.Sqrt(1+k2)
	eps = k2 / (float64(2*root) + k2)
	square := float64(eps * eps)
	k.a1 = (value(lengthOf, square) + eps) / (1 - eps)
	k.a2 = (value(reducedOf, square) - eps) / (1 + eps)
	k.c1, k.c2 = powers(lengthRows, eps), powers(reducedRows, eps)
	for _, row := range longitudeOf {
		k.a3 = float64(k.a3*eps) + value(row, third)
	}
	x := eps
	for i, rows := range longitudeRows {
		v := 0.0
		for _, row := range rows {
			v = float64(v*eps) + value(row, third)
		}
		k.c3[i] = float64(x * v)
		x = float64(x * eps)
	}
	return k, eps
}

// sines sums c[0] sin 2σ + c[1] sin 4σ … at a direction (Clenshaw).
func sines(at turned, c *[6]float64) float64 {
	twoCos := float64(2 * float64(at.cos-at.sin) * float64(at.cos+at.sin))
	y0, y1 := 0.0, 0.0
	for i := len(c) - 1; i >= 0; i-- {
		y0, y1 = float64(twoCos*y0)-y1+c[i], y0
	}
	return float64(2 * at.sin * at.cos * y0)
}

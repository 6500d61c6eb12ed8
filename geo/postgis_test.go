package geo_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"parley/geo"
	"parley/store/pgtest"
)

// postgis opens an empty database with the extension PostGIS (Debian package
// postgresql-NN-postgis-3), which is wanted by nothing else here: without it the
// test is not run, and says so, also where CI=true.
func postgis(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.ExecContext(t.Context(), `CREATE EXTENSION postgis`); err != nil {
		t.Skipf("NOT RUN: this PostgreSQL has no PostGIS: install postgresql-NN-postgis-3 (%v)", err)
	}
	var version string
	if err := db.QueryRowContext(t.Context(), `SELECT PostGIS_Full_Version()`).Scan(&version); err != nil {
		t.Fatal(err)
	}
	t.Log(version)
	return db
}

// spine is a shape as PostGIS can say it, and how far around it the shape
// reaches: a circle is its centre, a corridor its line. With a step in metres
// each edge is parted by points of its geodesic.
func spine(s geo.Shape, step float64) (text string, radius float64) {
	list := func(pts []geo.Point, closed bool) string {
		var out []string
		put := func(p geo.Point) {
			out = append(out, strconv.FormatFloat(p.Lon, 'f', -1, 64)+" "+strconv.FormatFloat(p.Lat, 'f', -1, 64))
		}
		if closed {
			pts = append(pts[:len(pts):len(pts)], pts[0])
		}
		for i, p := range pts {
			put(p)
			if i+1 == len(pts) || step == 0 {
				continue
			}
			metres, azimuth, _ := geo.Inverse(p, pts[i+1])
			n := math.Ceil(metres / step)
			for k := 1.0; k < n; k++ {
				between, _ := geo.Direct(p, azimuth, metres*k/n)
				put(between)
			}
		}
		return "(" + strings.Join(out, ",") + ")"
	}
	switch {
	case len(s.Line) > 0:
		return "LINESTRING" + list(s.Line, false), s.RadiusM
	case s.RadiusM > 0:
		return "POINT" + list([]geo.Point{s.Centre}, false), s.RadiusM
	}
	rings := []string{list(s.Ring, true)}
	for _, h := range s.Holes {
		rings = append(rings, list(h, true))
	}
	return "POLYGON(" + strings.Join(rings, ",") + ")", 0
}

// theirs is what PostGIS says of a pair.
type theirs struct {
	gap            float64 // ST_Distance less both radii, not below 0
	spines         float64 // ST_Distance
	within, shares bool    // ST_DWithin at both radii, and ST_Intersects of the spines
}

// ask lets PostGIS judge pairs on the spheroid.
func ask(ctx context.Context, db *sql.DB, pairs []contact, step float64) ([]theirs, error) {
	as, bs, reach := make([]string, len(pairs)), make([]string, len(pairs)), make([]float64, len(pairs))
	for i, c := range pairs {
		var ra, rb float64
		as[i], ra = spine(c.a, step)
		bs[i], rb = spine(c.b, step)
		reach[i] = ra + rb
	}
	rows, err := db.QueryContext(ctx, `SELECT ST_Distance(a, b, true), ST_DWithin(a, b, reach, true), ST_Intersects(a, b) FROM (
		SELECT ST_GeogFromText(x) AS a, ST_GeogFromText(y) AS b, reach, i FROM unnest($1::text[], $2::text[], $3::float8[]) WITH ORDINALITY AS u(x, y, reach, i)) AS p ORDER BY i`,
		as, bs, reach)
	if err != nil {
		return nil, fmt.Errorf("ask PostGIS: %w", err)
	}
	defer rows.Close()
	var out []theirs
	for rows.Next() {
		var x theirs
		if err := rows.Scan(&x.spines, &x.within, &x.shares); err != nil {
			return nil, fmt.Errorf("ask PostGIS: %w", err)
		}
		x.gap = max(0, x.spines-reach[len(out)])
		out = append(out, x)
	}
	if len(out) != len(pairs) && rows.Err() == nil {
		return nil, fmt.Errorf("PostGIS answered %d of %d pairs", len(out), len(pairs))
	}
	return out, rows.Err()
}

// edges gives the edges of a shape's spine, each by its two ends; of a circle its
// centre.
func edges(s geo.Shape) (out [][2]geo.Point) {
	switch {
	case len(s.Line) > 0:
		for i, p := range s.Line[1:] {
			out = append(out, [2]geo.Point{s.Line[i], p})
		}
		return out
	case s.RadiusM > 0:
		return [][2]geo.Point{{s.Centre, s.Centre}}
	}
	for _, r := range append([][]geo.Point{s.Ring}, s.Holes...) {
		for i, p := range r {
			out = append(out, [2]geo.Point{p, r[(i+1)%len(r)]})
		}
	}
	return out
}

// along is a point of an edge, by the fraction of its geodesic.
func along(e [2]geo.Point) func(t float64) geo.Point {
	metres, azimuth, _ := geo.Inverse(e[0], e[1])
	return func(t float64) geo.Point {
		p, _ := geo.Direct(e[0], azimuth, metres*t) // where both ends are one, there
		return p
	}
}

// attained looks for points of two borders, no farther apart than is said: it
// tries points along every two edges, and then the nearest of one to each of the
// other. It knows nothing of how package geo looks, and what it finds is there.
func attained(a, b geo.Shape, metres float64) bool {
	const coarse = 8
	metres += a.RadiusM + b.RadiusM
	for _, e := range edges(a) {
		p := along(e)
		for _, f := range edges(b) {
			q := along(f)
			least := math.Inf(1)
			for i := range coarse + 1 {
				for j := range coarse + 1 {
					least = min(least, geo.Distance(p(float64(i)/coarse), q(float64(j)/coarse)))
				}
			}
			step := (geo.Distance(e[0], e[1]) + geo.Distance(f[0], f[1])) / coarse
			if least > metres+step {
				continue
			}
			nearest := func(t float64) float64 {
				x := p(t)
				return lowest(func(u float64) float64 { return geo.Distance(x, q(u)) })
			}
			if lowest(nearest) <= metres {
				return true
			}
		}
	}
	return false
}

// lowest is the least value, between 0 and 1, of a function with one low.
func lowest(f func(float64) float64) float64 {
	const golden = 0.6180339887498949
	low, high := 0.0, 1.0
	x, y := high-golden, golden
	fx, fy := f(x), f(y)
	best := min(f(0), f(1), fx, fy)
	for high-low > 1e-9 {
		if fx < fy {
			high, y, fy = y, x, fx
			x = high - golden*(high-low)
			fx = f(x)
			best = min(best, fx)
		} else {
			low, x, fx = x, y, fy
			y = low + golden*(high-low)
			fy = f(y)
			best = min(best, fy)
		}
	}
	return best
}

// The classes in which this package and PostGIS may differ over a pair.
const (
	agreed = "agreed to 3 mm"
	// PostGIS looks for the nearest place on a sphere, and measures the way there
	// on the spheroid: it is a way, and not the shortest.
	longer = "PostGIS gives a longer way than there is"
	// Edges of a geography are great circles of a sphere, laid on the spheroid;
	// those of this package are geodesics. The two agree when the edges are given
	// to PostGIS with points of the geodesics between.
	bowed = "PostGIS draws the edge beside its geodesic"
	// None of these: one of the two is wrong.
	unexplained = "unexplained"
)

const agree = 0.003 // metres: the lattice at either shape, and the grid of distances

// class says why PostGIS differs over a pair, if it does.
func class(ctx context.Context, db *sql.DB, c contact, ours float64, x theirs) (string, error) {
	differ := func(x theirs) bool {
		return math.Abs(x.gap-ours) > agree || ours > agree && x.within || ours == 0 && !x.within && x.gap > agree
	}
	if !differ(x) {
		return agreed, nil
	}
	why := agreed
	if x.gap < ours {
		longest := 0.0
		for _, e := range append(edges(c.a), edges(c.b)...) {
			longest = max(longest, geo.Distance(e[0], e[1]))
		}
		again, err := ask(ctx, db, []contact{c}, max(200, longest/60))
		if err != nil {
			return "", err
		}
		if x, why = again[0], bowed; !differ(x) {
			return bowed, nil
		}
	}
	// What is left must be a way that is not the shortest: ours is there.
	if x.gap > ours && attained(c.a, c.b, ours+agree) {
		return longer, nil
	}
	return unexplained + " after " + why, nil
}

// tally counts what was found over many pairs.
type tally struct {
	count  map[string]int
	most   map[string]float64 // by how much the two differ in a class
	missed int                // overlaps that PostGIS says are apart, though they were made
	apart  int                // pairs apart that PostGIS says meet
}

func (a *tally) add(b tally) {
	a.missed, a.apart = a.missed+b.missed, a.apart+b.apart
	for k, n := range b.count {
		a.count[k] += n
		a.most[k] = max(a.most[k], b.most[k])
	}
}

// compare holds n pairs against PostGIS.
func compare(ctx context.Context, db *sql.DB, n int, next func() contact, wrong func(string, ...any)) (tally, error) {
	all := tally{count: map[string]int{}, most: map[string]float64{}}
	for n > 0 {
		list := make([]contact, min(n, 1000))
		for i := range list {
			list[i] = next()
		}
		n -= len(list)
		got, err := ask(ctx, db, list, 0)
		if err != nil {
			return all, err
		}
		for i, c := range list {
			ours := geo.Gap(c.a, c.b)
			why, err := class(ctx, db, c, ours, got[i])
			if err != nil {
				return all, err
			}
			all.count[why]++
			all.most[why] = max(all.most[why], math.Abs(got[i].gap-ours))
			switch {
			case c.gap < -agree && !got[i].within:
				all.missed++
			case ours > agree && got[i].within:
				all.apart++
			}
			if strings.HasPrefix(why, unexplained) {
				wrong("%s: made to be %.4f m apart, found %.3f, PostGIS %.4f (within %v, shares %v): %s", why, c.gap, ours, got[i].gap, got[i].within, got[i].shares, described(c))
			}
			if a, b := c.a.RadiusM+c.b.RadiusM == 0, got[i].shares; a && (b && got[i].gap > 1e-4 || !b && got[i].gap < 1e-5) { // its tolerance
				wrong("PostGIS contradicts itself: %.6f m and intersects %v: %s", got[i].gap, b, described(c))
			}
		}
	}
	return all, nil
}

// DEC-08 T: where PostGIS is present, its geography on the spheroid and this
// package say the same of pairs of which half lie within a metre of contact, but
// for what is explained: see the classes. With PARLEY_PAIRS=1000000 as many are
// tried.
func TestAgainstPostGIS(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts a PostgreSQL")
	}
	db := postgis(t)
	n := howMany(t, 12_000, 0)
	for _, sort := range []struct {
		name string
		n    int
		next func(*rand.Rand) contact
	}{
		{"up to 50 km", n, anyContact},
		{"edges of 50 to 250 km", n / 100, func(rnd *rand.Rand) contact {
			for {
				if c, ok := contactOf(rnd, 5e4*math.Pow(5, rnd.Float64())); ok {
					return c
				}
			}
		}},
	} {
		t.Run(sort.name, func(t *testing.T) {
			var wg sync.WaitGroup
			var mu sync.Mutex
			all := tally{count: map[string]int{}, most: map[string]float64{}}
			workers := runtime.GOMAXPROCS(0)
			for w := range workers {
				wg.Go(func() {
					rnd := rand.New(rand.NewPCG(9, uint64(w)))
					got, err := compare(t.Context(), db, sort.n/workers, func() contact { return sort.next(rnd) }, t.Errorf)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					all.add(got)
				})
			}
			wg.Wait()
			for _, k := range slices.Sorted(maps.Keys(all.count)) {
				t.Logf("%8d %s, by at most %.3f m", all.count[k], k, all.most[k])
			}
			t.Logf("%8d overlaps that PostGIS holds to be apart; %d gaps that it holds to be overlaps", all.missed, all.apart)
			if all.count[agreed] < sort.n/2 {
				t.Errorf("only %d of %d agree", all.count[agreed], sort.n)
			}
		})
	}
}

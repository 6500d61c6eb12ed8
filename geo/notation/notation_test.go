package notation_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"parley/geo"
	"parley/geo/notation"
)

// convert runs GeographicLib's GeoConvert over points (Debian package
// geographiclib-tools). Without it the test is not run, and says so.
func convert(t *testing.T, in []string, args ...string) []string {
	t.Helper()
	got := answers(t, in, args...)
	if i := slices.IndexFunc(got, refused); i >= 0 {
		t.Fatalf("GeoConvert: %s: %s", in[i], got[i])
	}
	return got
}

func refused(line string) bool { return strings.HasPrefix(line, "ERROR") }

// answers is [convert] for points of which GeoConvert may refuse some: their
// lines begin with ERROR.
func answers(t *testing.T, in []string, args ...string) []string {
	t.Helper()
	path, err := exec.LookPath("GeoConvert")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("GeoConvert is missing: install geographiclib-tools")
		}
		t.Skip("NOT RUN: GeoConvert is missing: install geographiclib-tools")
	}
	cmd := exec.Command(path, args...)
	cmd.Stdin = strings.NewReader(strings.Join(in, "\n") + "\n")
	var bad bytes.Buffer
	cmd.Stderr = &bad
	out, err := cmd.Output()
	got := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil && !slices.ContainsFunc(got, refused) {
		t.Fatalf("GeoConvert: %v: %s", err, bad.String())
	}
	if len(got) != len(in) {
		t.Fatalf("GeoConvert answered %d lines of %d", len(got), len(in))
	}
	return got
}

func metres(p, q geo.Point) float64 { d, _, _ := geo.Inverse(p, q); return d }

// points are everywhere that has a grid, and thickly about the zone edge at
// 36° E.
func points(n int) (list []geo.Point, text []string) {
	rnd := rand.New(rand.NewPCG(36, 6))
	for i := range n {
		p := geo.Point{Lat: rnd.Float64()*163 - 79.5, Lon: rnd.Float64()*360 - 180}
		if i%3 == 0 {
			p = geo.Point{Lat: 32 + rnd.Float64()*2, Lon: 36 + (rnd.Float64()-0.5)*math.Pow(10, -rnd.Float64()*6)}
		}
		p.Lat, p.Lon = math.Round(p.Lat*1e8)/1e8, math.Round(p.Lon*1e8)/1e8
		list, text = append(list, p), append(text, fmt.Sprintf("%.8f %.8f", p.Lat, p.Lon))
	}
	return list, text
}

// XC-06 T: the vectors of field/standards 5.3, two of them with the metre that
// GeographicLib truncates and the table rounds (63473.996, 80606.817); two points 19 m apart across
// 36° E differ by 561 km in easting.
func TestVectors(t *testing.T) {
	for _, x := range []struct {
		name, dd, utm, mgrs string
	}{
		{"first", "33.1260, 35.8240", "36N 763474 3668806", "36S YB 63473 68805"},
		{"second", "33.4161, 35.8575", "36N 765719 3701068", "36S YC 65719 01068"},
		{"west of the edge", "32.9000, 35.9999", "36N 780607 3644193", "36S YB 80606 44193"},
		{"east of the edge", "32.9000, 36.0001", "37N 219393 3644193", "37S BS 19393 44193"},
		{"fifth", "32.6189, 36.1021", "37N 228084 3612748", "37S BS 28083 12748"},
		{"sixth", "32.7090, 36.5695", "37N 272182 3621639", "37S BS 72181 21639"},
		{"seventh", "32.5180, 36.4817", "37N 263448 3600650", "37S BS 63447 00650"},
		{"eighth", "33.5138, 36.2765", "37N 247029 3711570", "37S BT 47029 11570"},
	} {
		t.Run(x.name, func(t *testing.T) {
			p, err := notation.Read(x.dd, notation.Box{})
			if err != nil || p.Notation != notation.Decimal {
				t.Fatalf("%+v %v", p, err)
			}
			for form, want := range map[string]string{notation.Grid: x.utm, notation.Squares: x.mgrs} {
				got, err := notation.Write(p.Point, form)
				if err != nil || got != want {
					t.Errorf("%s: %q %v, want %q", form, got, err, want)
				}
				back, err := notation.Read(got, notation.Box{})
				if err != nil || back.Notation != form || metres(back.Point, p.Point) > 1.01 {
					t.Errorf("%s: back at %+v, %v", got, back, err)
				}
			}
		})
	}
	a, b := geo.Point{Lat: 32.9, Lon: 35.9999}, geo.Point{Lat: 32.9, Lon: 36.0001}
	ua, _ := notation.ToUTM(a)
	ub, _ := notation.ToUTM(b)
	if d := metres(a, b); math.Abs(d-18.7) > 0.1 || ua.Easting-ub.Easting < 561_000 {
		t.Errorf("%.1f m apart, eastings %.0f and %.0f", d, ua.Easting, ub.Easting)
	}
}

// XC-06 T: UTM and MGRS are GeographicLib's, out and in, on both sides of every
// edge.
func TestGridsAgreeWithGeoConvert(t *testing.T) {
	list, text := points(20000)
	utm, grid := convert(t, text, "-u", "-p", "4"), convert(t, text, "-m", "-p", "0")
	for i, p := range list {
		u, err := notation.ToUTM(p)
		if err != nil {
			t.Fatal(err)
		}
		var zone, north, east string
		fmt.Sscan(utm[i], &zone, &east, &north)
		if got := fmt.Sprintf("%02d%s %.4f %.4f", u.Zone, strings.ToLower(u.Hemisphere), u.Easting, u.Northing); near(got, utm[i]) > 2e-4 {
			t.Errorf("%s: %s, GeoConvert %s", text[i], got, utm[i])
		}
		m, err := notation.ToMGRS(p, 5)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(m, " ", ""); got != grid[i] {
			t.Errorf("%s: %s, GeoConvert %s", text[i], got, grid[i])
		}
		if back, err := u.Point(); err != nil || metres(back, p) > 1e-4 {
			t.Errorf("%s: %+v comes back as %v, %v", text[i], u, back, err)
		}
		if back, err := notation.Read(grid[i], notation.Box{}); err != nil || metres(back.Point, p) > 0.71 {
			t.Errorf("%s: %s is read as %+v, %v", text[i], grid[i], back, err)
		}
	}
}

// near gives by how many metres two grid references in one zone differ.
func near(a, b string) float64 {
	var za, zb string
	var ea, na, eb, nb float64
	fmt.Sscan(a, &za, &ea, &na)
	fmt.Sscan(b, &zb, &eb, &nb)
	if za != zb {
		return math.Inf(1)
	}
	return max(math.Abs(ea-eb), math.Abs(na-nb))
}

// XC-06 T: what is written in degrees comes back within a metre, and
// GeographicLib reads the same.
func TestDegreesComeBack(t *testing.T) {
	list, _ := points(5000)
	var dms []string
	for _, p := range list {
		for _, form := range []string{notation.Decimal, notation.Minutes, notation.Seconds} {
			s, err := notation.Write(p, form)
			if err != nil {
				t.Fatal(err)
			}
			q, err := notation.Read(s, notation.Box{})
			if err != nil || q.Notation != form || metres(p, q.Point) > 0.25 {
				t.Fatalf("%v is written %q and read %+v, %v", p, s, q, err)
			}
			if form == notation.Seconds {
				dms = append(dms, s)
			}
		}
	}
	for i, line := range convert(t, dms, "-g", "-p", "4") {
		var q geo.Point
		fmt.Sscan(line, &q.Lat, &q.Lon)
		if metres(list[i], q) > 0.25 {
			t.Errorf("%s: GeoConvert reads %s", dms[i], line)
		}
	}
}

var theatre = notation.Box{South: 32, West: 35.4, North: 34, East: 37.2}

// What officers type: every way of writing one place, and the slips of field/standards 5.3.
func TestRead(t *testing.T) {
	const at = "33.126000, 35.824000"
	for _, x := range []struct {
		text, notation, want string
		slips                []string
	}{
		{"33.1260, 35.8240", "DD", at, nil},
		{"33.1260 35.8240", "DD", at, nil},
		{"N33.1260 E35.8240", "DD", at, nil},
		{"33.1260N 35.8240E", "DD", at, nil},
		{"35.8240E 33.1260N", "DD", at, []string{"letter"}},
		{"٣٣٫١٢٦٠، ٣٥٫٨٢٤٠", "DD", at, nil},
		{"\u202a33.1260, 35.8240\u202c", "DD", at, nil},
		{"33°07.56'N 35°49.44'E", "DM", at, nil},
		{"33 07.56 N 35 49.44 E", "DM", at, nil},
		{"33 07.56 35 49.44", "DM", at, nil},
		{"3307.56N 03549.44E", "DM", at, nil},
		{"33°07′33.6″N 35°49′26.4″E", "DMS", at, nil},
		{"33 07 33.6, 35 49 26.4", "DMS", at, nil},
		{"330733.6N 0354926.4E", "DMS", at, nil},
		{"33.1260N 35.8240", "DD", at, nil},
		{"33.1260 35.8240E", "DD", at, nil},
		{"33.1260 35.8240 E", "DD", at, nil},
		{"35.8240 33.1260 N", "DD", at, []string{"letter"}},
		{"33 07.56 35 49.44 E", "DM", at, nil},
		{"33°07'33.6\" 35°49'26.4\"E", "DMS", at, nil},
		{"36E 33", "DD", "33.000000, 36.000000", []string{"letter"}},
		{"36E33N", "DD", "33.000000, 36.000000", []string{"letter"}},
		{"36S YB 63474 68805", "MGRS", "33.125999, 35.824005", nil},
		{"36syb6347468805", "MGRS", "33.125999, 35.824005", nil},
		{"36N 763474 3668806", "UTM", "33.126004, 35.824000", nil},
		{"36S 763474 3668806", "UTM", "33.126004, 35.824000", []string{"ambiguous"}},
		{"36S YB 63 68", "MGRS", "33.123241, 35.824190", nil},
		{"36S YB 6 6", "MGRS", "", []string{"coarse"}},
		{"432LG", "GARS", "", []string{"coarse"}},
		{"35.8240, 33.1260", "DD", "35.824000, 33.126000", []string{"swapped"}},
		{"33.30, 36.15", "DD", "33.300000, 36.150000", []string{"minutes"}},
		{"36S BY 63474 68805", "", "", nil},
		{"37S BT 47029 11570", "MGRS", "33.513801, 36.276501", nil},
		{"36S XB 63474 68805", "MGRS", "33.145688, 34.752741", []string{"outside"}},
		{"48.85, 2.35", "DD", "48.850000, 2.350000", []string{"outside"}},
	} {
		t.Run(x.text, func(t *testing.T) {
			p, err := notation.Read(x.text, theatre)
			if x.notation == "" {
				if err == nil {
					t.Fatalf("read as %+v", p)
				}
				t.Log(err)
				return
			}
			if err != nil || p.Notation != x.notation {
				t.Fatalf("%+v, %v", p, err)
			}
			if got, _ := notation.Write(p.Point, notation.Decimal); x.want != "" && got != x.want {
				t.Errorf("read as %s, want %s", got, x.want)
			}
			var codes []string
			for _, s := range p.Slips {
				codes = append(codes, s.Code)
			}
			if !slices.Equal(codes, x.slips) {
				t.Errorf("slips %v, want %v", p.Slips, x.slips)
			}
		})
	}
}

// What is no place is refused with what to do, and nothing is guessed.
func TestReadRefuses(t *testing.T) {
	for text, why := range map[string]string{
		"":                       "no place is given",
		"north of the valley":    "no angle",
		"YB 63474 68805":         "lacks its grid zone",
		"36S YB 6347 68805":      "equally many digits",
		"36S YB 634746880":       "equally many digits",
		"36I YB 63474 68805":     "no latitude band I",
		"36S IB 63474 68805":     "no grid square IB",
		"36S AB 63474 68805":     "columns run from",
		"36T YB 63474 68805":     "does not lie in band",
		"36S ZB 50000 50000":     "lies outside zone 36",
		"36S ZB":                 "lies outside zone 36",
		"61S YB 63474 68805":     "from 1 to 60",
		"33°61'N 35°49'E":        "not below 60",
		"33.5°30'N 35°49'E":      "fraction before its last part",
		"-33.1N 35.8E":           "a sign and a letter",
		"33.1N 35.8N":            "both numbers",
		"135.8, 33.1":            "they may be changed over",
		"33.1, 235.8":            "longitude 235.8",
		"NaN, NaN":               "no angle",
		"1e5 3":                  "no angle",
		"3 1e5":                  "no angle",
		"1e-5 3":                 "no angle",
		"3.31e1 35.8":            "no angle",
		"33.1E":                  "no notation",
		"33.1, 35.8, 12":         "no notation",
		"721MU":                  "GARS cells",
		strings.Repeat("3", 999): "999 bytes",
	} {
		if p, err := notation.Read(text, theatre); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%.30q: %+v, %v; want %q", text, p, err, why)
		}
	}
}

// Whatever is read lies on the globe, and is written and read again as the
// same place.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"33.1260, 35.8240", "36S YB 63474 68805", "36N 763474 3668806", "330734N 0354926E", "432LG17", "33°07.56'N 35°49.44'E"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := notation.Read(s, theatre)
		if err != nil {
			return
		}
		if !(math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180) {
			t.Fatalf("%q is read as %+v", s, p)
		}
		again, err := notation.Write(p.Point, notation.Decimal)
		if err != nil {
			t.Fatal(err)
		}
		if q, err := notation.Read(again, notation.Box{}); err != nil || metres(p.Point, q.Point) > 0.2 {
			t.Fatalf("%q: %+v comes back as %+v, %v", s, p, q, err)
		}
	})
}

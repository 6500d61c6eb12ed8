package scenarios

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"testing"

	"parley/geo"
	"parley/geo/notation"
)

// Where alpha's blind notice lies, and how it called it.
const (
	blindLat  = "12.46371"
	blindLon  = "-38.20417"
	blindName = "canary-blind-c41f08"
)

const blinds = `
-- scenario.yaml --
start: 2026-01-06T18:00:00Z
theatre:
  blind: {grid_s: 60, min_area_km2: 4, slot: 1h, layer_m: 500, budget: 4}
-- story --
alpha sends UAVNOT as flight to supervisor {"activity":"uav","volumes":[{"ring":[],"holes":[],"line":[],"centre":[{"lat":"` + blindLat + `","lon":"` + blindLon + `"}],"radius_m":317,"low":[{"m":0,"reference":"AGL","off_m":0}],"high":[{"m":120,"reference":"AGL","off_m":0}],"windows":[{"from":@now+20h,"until":@now+22h}],"text":"MGRS"}],"units":"` + blindName + `","contact":["telephone 2"],"confidentiality":"blind"}
bravo sends WRKNOT as works {"activity":"works","volumes":[{"ring":[],"holes":[],"line":[],"centre":[{"lat":"12.4600","lon":"-38.2000"}],"radius_m":500,"low":[],"high":[],"windows":[{"from":@now+19h,"until":@now+23h}],"text":"P-06"}],"contact":["telephone 3"],"vehicles":[{"count":1,"type":"excavator","colour":"yellow","plate":""}],"people":4,"escort":"no","disputed":"no","confidentiality":"exact"}
after 5s
expect supervisor shows flight held
expect bravo not shows flight held
expect bravo shows screen deconfliction key=@works state=conflicting
bravo takes BLINDCONF/supervisor
bravo sends SHOWCONS about BLINDCONF/supervisor {"reveal":"yes"}
alpha sends SHOWCONS about BLINDCONF/supervisor {"reveal":"no"}
after 5s
bravo sends MSG as plain {"body":{"lang":"en","text":"an ordinary message"}}
expect supervisor shows plain held
`

// blindNeedles gives the forms that the place of the blind notice could have.
func blindNeedles(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{"its units": []byte(blindName), "the latitude": []byte(blindLat), "the longitude": []byte(blindLon), "the radius": []byte(`"radius_m":317`)}
	lat, _ := strconv.ParseFloat(blindLat, 64)
	lon, _ := strconv.ParseFloat(blindLon, 64)
	p := geo.Point{Lat: lat, Lon: lon}
	orders := map[string]binary.AppendByteOrder{"big endian": binary.BigEndian, "little endian": binary.LittleEndian}
	for name, order := range orders {
		for what, f := range map[string]float64{"latitude": lat, "longitude": lon} {
			out["the "+what+" as a float, "+name] = order.AppendUint64(nil, math.Float64bits(f))
			out["the "+what+" as a short float, "+name] = order.AppendUint32(nil, math.Float32bits(float32(f)))
			out["the "+what+" in 1e-8 degrees, "+name] = order.AppendUint64(nil, uint64(int64(math.Round(f*1e8))))
		}
		mark := byte(1)
		if order == binary.AppendByteOrder(binary.BigEndian) {
			mark = 0
		}
		wkb := order.AppendUint32([]byte{mark}, 1)
		out["WKB, "+name] = order.AppendUint64(order.AppendUint64(wkb, math.Float64bits(lon)), math.Float64bits(lat))
	}
	for digits := 2; digits <= 5; digits++ {
		grid, err := notation.ToMGRS(p, digits)
		if err != nil {
			t.Fatal(err)
		}
		out["MGRS of "+strconv.Itoa(digits)+" digits"] = []byte(grid)
		out["MGRS of "+strconv.Itoa(digits)+" digits, closed"] = []byte(strings.ReplaceAll(grid, " ", ""))
	}
	out["the GARS cell"] = []byte(notation.ToGARS(p, 3))
	out["the geohash"] = []byte(geohash(lat, lon, 7))
	sq := [2]int64{int64(math.Floor(lat * 60)), int64(math.Floor(lon * 60))}
	out["the square of the grid"] = []byte("12" + strconv.FormatInt(sq[0]-12*60, 10) + "00N038" + strconv.FormatInt(-sq[1]-38*60, 10) + "00W")
	return out
}

// geohash is the common cell ID of so many letters.
func geohash(lat, lon float64, letters int) string {
	const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz"
	south, north, west, east := -90.0, 90.0, -180.0, 180.0
	out, bits, n := []byte{}, 0, 0
	for i := 0; len(out) < letters; i++ {
		half := func(low, high *float64, v float64) {
			mid := (*low + *high) / 2
			bits <<= 1
			if v >= mid {
				bits, *low = bits|1, mid
			} else {
				*high = mid
			}
		}
		if i%2 == 0 {
			half(&west, &east, lon)
		} else {
			half(&south, &north, lat)
		}
		if n++; n == 5 {
			out, bits, n = append(out, alphabet[bits]), 0, 0
		}
	}
	return string(out)
}

// DEC-10 T: nothing of where a blind notice lies is in bravo's database,
// write-ahead log, other files, logs or interface, in any form that a place is
// written in, while the two meet and bravo has consented; it is found at alpha
// and at the supervisor.
func TestDEC10BlindByCanary(t *testing.T) {
	everything := gather(t, "blind-canary", blinds, "alpha", "bravo", "supervisor")
	for name, needle := range blindNeedles(t) {
		for where, body := range everything["bravo"] {
			if bytes.Contains(body, needle) {
				t.Errorf("%s is found at bravo, in %s", name, where)
			}
		}
	}
	for _, name := range []string{"its units", "the latitude", "the longitude", "the radius"} {
		for _, desk := range []string{"alpha", "supervisor"} {
			for _, where := range []string{"file", "interface"} {
				found := false
				for path, body := range everything[desk] {
					if strings.HasPrefix(path, "GET ") == (where == "interface") && bytes.Contains(body, blindNeedles(t)[name]) {
						found = true
					}
				}
				if !found {
					t.Errorf("%s is found in no %s of %s: the test looks in the wrong places", name, where, desk)
				}
			}
		}
	}
	if !bytes.Contains(everything["bravo"]["GET /api/v1/matters?limit=500"], []byte("deconfliction.blind-conflict/1")) {
		t.Error("bravo was not told that the two meet: nothing was put to the test")
	}
}

package api_test

import (
	"net/url"
	"strings"
	"testing"
)

// XC-06 T: a place in any notation comes back in all of them, to whoever may
// read; what lies outside the theatre is said, and what is no place refused.
func TestGeo(t *testing.T) {
	s := serve(t, nil, "alpha")
	var got struct {
		Lat, Lon       float64
		Notation, MGRS string
		Warnings       []string
		Slips          []struct{ Code string }
		Nearest        []struct {
			ID        string
			DistanceM int64 `json:"distance_m"`
		}
	}
	s.ask(t, "GET", "/api/v1/geo?text="+url.QueryEscape("36S YB 63474 68805"), "").want(t, 200, &got)
	if got.Notation != "MGRS" || got.MGRS != "36S YB 63474 68805" || got.Lat < 33.12 || got.Lat > 33.13 {
		t.Errorf("%+v", got)
	}
	if len(got.Warnings) != 1 || !strings.HasPrefix(got.Warnings[0], "outside: ") {
		t.Errorf("warnings %q, want that it is outside the theatre", got.Warnings)
	}
	if len(got.Slips) != 1 || got.Slips[0].Code != "outside" {
		t.Errorf("slips %+v, want their codes", got.Slips)
	}
	if len(got.Nearest) != 1 || got.Nearest[0].DistanceM < 1000 {
		t.Errorf("nearest %+v, want the charter's place that is nearest (XC-07)", got.Nearest)
	}
	var p struct {
		Errors []struct {
			Value struct {
				Code   string
				Params map[string]string
			}
		}
	}
	s.ask(t, "GET", "/api/v1/geo?text=61S+YB+63474+68805", "").want(t, 422, &p)
	if len(p.Errors) != 1 || p.Errors[0].Value.Code != "notation.fault.zone" || p.Errors[0].Value.Params["zone"] != "61" {
		t.Errorf("%+v, want the code of the fault and its parameters", p)
	}
}

// DEC-04 T: an area that crosses itself is refused as a record with the code of
// what is wrong and where the edges cross, so that the form says it in the
// officer's language.
func TestCrossedAreaIsCoded(t *testing.T) {
	s := serve(t, nil, "alpha")
	corner := func(lat, lon string) string { return `{"lat":"` + lat + `","lon":"` + lon + `"}` }
	body := `{"kind":"UAVNOT","to":["bravo","supervisor"],"body":{"activity":"uav","volumes":[{"ring":[` + strings.Join([]string{corner("12.5", "-38.5"), corner("12.6", "-38.4"),
		corner("12.5", "-38.4"), corner("12.6", "-38.5")}, ",") + `],"holes":[],"line":[],"centre":[],"radius_m":0,"low":[],"high":[],"windows":[{"from":1967700000000,"until":1967728800000}],"text":""}],` +
		`"contact":["channel 4"],"confidentiality":"exact"}}`
	var p struct {
		Errors []struct {
			Location string
			Value    struct {
				Code   string
				Params map[string]string
			}
		}
	}
	s.ask(t, "POST", "/api/v1/records", body).want(t, 422, &p)
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.volumes.0" || p.Errors[0].Value.Code != "shape.cross" || !strings.HasPrefix(p.Errors[0].Value.Params["at"], "12.55000000, -38.45") {
		t.Errorf("%+v", p)
	}
}

// DEC-11 T: 300 ft above the ground and above the sea are two bands by the
// charter's ground; a height without a known reference is refused.
func TestHeights(t *testing.T) {
	s := serve(t, nil, "alpha")
	ask := func(reference string) (h struct {
		M, Ft int64
		Known bool
		In    []struct {
			Reference string
			LowM      int64 `json:"low_m"`
			HighM     int64 `json:"high_m"`
		}
	}) {
		s.ask(t, "GET", "/api/v1/geo/height?m=91&reference="+reference, "").want(t, 200, &h)
		return h
	}
	agl, msl := ask("AGL"), ask("MSL")
	if agl.Ft != 299 || !agl.Known || len(agl.In) != 2 || agl.In[0].Reference != "MSL" || agl.In[0].LowM != 91-440 || agl.In[0].HighM != 91+2900 {
		t.Errorf("above the ground: %+v", agl)
	}
	if len(msl.In) != 2 || msl.In[0].Reference != "AGL" || msl.In[0].LowM != 0 || msl.In[0].HighM != 91+440 {
		t.Errorf("above the sea: %+v", msl)
	}
	s.ask(t, "GET", "/api/v1/geo/height?m=91&reference=QNH", "").want(t, 422, nil)
	s.ask(t, "GET", "/api/v1/geo/height?m=900000&reference=MSL", "").want(t, 422, nil)
}

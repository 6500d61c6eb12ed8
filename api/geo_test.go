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
	}
	s.ask(t, "GET", "/api/v1/geo?text="+url.QueryEscape("36S YB 63474 68805"), "").want(t, 200, &got)
	if got.Notation != "MGRS" || got.MGRS != "36S YB 63474 68805" || got.Lat < 33.12 || got.Lat > 33.13 {
		t.Errorf("%+v", got)
	}
	if len(got.Warnings) != 1 || !strings.HasPrefix(got.Warnings[0], "outside: ") {
		t.Errorf("warnings %q, want that it is outside the theatre", got.Warnings)
	}
	s.ask(t, "GET", "/api/v1/geo?text=the+bridge", "").want(t, 422, nil)
}

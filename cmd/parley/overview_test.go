package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/scenarios"
)

// The overview carries the links that sign in: a page of another site whose
// name was made to point at this machine does not get them.
func TestOverviewIsForThisMachine(t *testing.T) {
	h := overview(&scenarios.Story{}, []demoLink{{Desk: "bravo", Port: "7102", Secret: "secret-of-bravo"}})
	for host, want := range map[string]int{
		"localhost:7100": http.StatusOK, "127.0.0.1:7100": http.StatusOK, "[::1]:7100": http.StatusOK, "localhost": http.StatusOK,
		"elsewhere.example:7100": http.StatusMisdirectedRequest, "localhost.elsewhere.example": http.StatusMisdirectedRequest, "": http.StatusMisdirectedRequest,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want || (w.Code == http.StatusOK) != strings.Contains(w.Body.String(), "secret-of-bravo") {
			t.Errorf("host %q: %d, want %d: %.80q", host, w.Code, want, w.Body)
		}
	}
}

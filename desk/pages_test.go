package desk_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/desk"
	"parley/node"
	"parley/pager"
)

// A desk that reaches nobody calls its officers by the way that its settings
// name; its console lists the page and takes the answer; a test page
// says what it is.
func TestADeskPagesItsOfficers(t *testing.T) {
	dir := filepath.Join(cellOf(t), "bravo")
	s, err := desk.ReadSettings(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "pages")
	s.Pagers = &pager.Settings{Ways: map[string]pager.Way{"siren": {Command: []string{"/bin/sh", "-c", `cat >> "$1"`, "siren", out}}},
		Levels: map[string][]pager.To{"desk-head": {{Way: "siren"}}}}
	if err := desk.WriteSettings(dir, s); err != nil {
		t.Fatal(err)
	}
	tries, err := desk.TestPage(t.Context(), dir, "", now, node.Modules())
	if err != nil || len(tries) != 1 || !tries[0].Delivered {
		t.Fatalf("%+v, %v", tries, err)
	}
	if b, _ := os.ReadFile(out); !strings.Contains(string(b), `"status":"TEST"`) || !strings.Contains(string(b), "nobody needs to act") {
		t.Errorf("the test page: %s", b)
	}
	var ahead atomic.Int64 // how far the desk's clock has been moved on
	clock := func() time.Time { return told.Add(time.Duration(ahead.Load())) }
	d, err := desk.Open(context.WithoutCancel(t.Context()), desk.Config{Dir: dir, Now: clock, Log: slog.New(slog.DiscardHandler), NoServe: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	run, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- d.Run(run, 5*time.Millisecond) }()
	token, err := desk.TokenOf(dir, desk.FirstOfficer)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path string) *httptest.ResponseRecorder {
		q := httptest.NewRequest(method, path, nil)
		q.Header.Set("Authorization", "Bearer "+token)
		rec := httptest.NewRecorder()
		d.Handler.ServeHTTP(rec, q)
		return rec
	}
	listed := ""
	for range 2000 {
		if listed = ask(http.MethodGet, "/api/v1/pages").Body.String(); strings.Contains(listed, `"delivered":true`) {
			break
		}
		ahead.Add(int64(time.Second))
		<-time.After(5 * time.Millisecond)
	}
	if !strings.Contains(listed, `"call":"link"`) || !strings.Contains(listed, `"delivered":true`) {
		t.Fatalf("the console lists %s", listed)
	}
	_, id, _ := strings.Cut(listed, `"id":"`)
	id, _, _ = strings.Cut(id, `"`)
	if rec := ask(http.MethodPost, "/api/v1/pages/"+id+"/answer"); rec.Code != http.StatusNoContent {
		t.Errorf("the answer: %d %s", rec.Code, rec.Body)
	}
	if listed = ask(http.MethodGet, "/api/v1/pages").Body.String(); !strings.Contains(listed, `"officer":"watch-1"`) {
		t.Errorf("after the answer the console lists %s", listed)
	}
	if b, _ := os.ReadFile(out); !strings.Contains(string(b), `"status":"EXERCISE"`) {
		t.Errorf("the page: %s", b)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

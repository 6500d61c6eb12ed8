package scenarios

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"parley/desk"
)

// What no officer of Bravo may ever find: a note of a private caucus, the
// coordinates of a place that only the supervisor may hold, a report that was
// drafted and not released.
const (
	canaryNote   = "canary-caucus-5f1c77"
	canaryDraft  = "canary-draft-9b20e4"
	canaryLat    = "12.48317"
	canaryLon    = "-38.20713"
	canaryMGRS   = "24P WV 86130 79921"
	canaryStory  = "canary"
	canaryPlaced = "canary-place-77aa01"
)

const canaries = `
-- scenario.yaml --
start: 2026-01-06T18:00:00Z
-- story --
alpha sends CAUCUS as note to supervisor {"text":{"lang":"en","text":"` + canaryNote + ` is what we can live with"}}
alpha sends PROTPLACE as place to supervisor {"code":"canary-1","category":"shelter","tier":"supervisor-only","area":{"ring":[],"centre":[{"lat":"` + canaryLat + `","lon":"` + canaryLon + `"}],"radius_m":120,"text":"` + canaryMGRS + `"},"function":{"lang":"en","text":"` + canaryPlaced + `"},"custodian":"c-1","population":40,"verification":0,"valid_until":@now+720h}
alpha sends INTDRAFT as draft {"product":"tip","grade":{"source":"B","information":"3"},"likelihood":"likely","observed":@now-20m,"tlp":"amber","use":"warn-only","releasable":["alpha","bravo","supervisor"],"text":{"lang":"en","text":"` + canaryDraft + `"}}
alpha sends MSG as plain {"body":{"lang":"en","text":"an ordinary message"}}
bravo takes plain
expect supervisor shows note held
expect supervisor shows place held
expect supervisor not shows draft held
expect bravo not shows note held
expect bravo not shows place held
expect bravo shows plain held
`

// needles gives what to look for, by name.
func needles() map[string][]byte {
	float := func(s string) (big, little []byte) {
		f, _ := strconv.ParseFloat(s, 64)
		return binary.BigEndian.AppendUint64(nil, math.Float64bits(f)), binary.LittleEndian.AppendUint64(nil, math.Float64bits(f))
	}
	latB, latL := float(canaryLat)
	lonB, lonL := float(canaryLon)
	return map[string][]byte{
		"the note of the caucus": []byte(canaryNote), "the draft": []byte(canaryDraft), "the function of the place": []byte(canaryPlaced),
		"the latitude": []byte(canaryLat), "the longitude": []byte(canaryLon), "the grid": []byte(canaryMGRS),
		"the latitude, big endian": latB, "the latitude, little endian": latL,
		"the longitude, big endian": lonB, "the longitude, little endian": lonL,
	}
}

// TLK-04, PRO-06, INT-05 T: nothing of what was not addressed to Bravo is in
// its database, write-ahead log, other files, logs, interface or exports; all
// of it is found at its author's.
func TestConfidentialityByCanary(t *testing.T) {
	everything := gather(t, canaryStory, canaries, "alpha", "bravo")
	for name, needle := range needles() {
		for where, body := range everything["bravo"] {
			if bytes.Contains(body, needle) {
				t.Errorf("%s is found at bravo, in %s", name, where)
			}
		}
		found := slices.ContainsFunc(slices.Collect(values(everything["alpha"])), func(b []byte) bool { return bytes.Contains(b, needle) })
		if !found && !strings.Contains(name, "little endian") { // SQLite writes numbers big end first
			t.Errorf("%s is not found at its author's: the test looks in the wrong places", name)
		}
	}
}

// gather plays a story and gives all that some desks then have: files, answers,
// and what they logged.
func gather(t *testing.T, name, story string, of ...string) map[string]map[string][]byte {
	t.Helper()
	s, err := Parse(name, []byte(story))
	if err != nil {
		t.Fatal(err)
	}
	p := begin(t, s, true)
	log := &shared{}
	for _, d := range desks { // again, with a log that can be read
		p.World.Stop(d)
	}
	p.World.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if err := p.World.StartAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Play(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, r := range p.Results {
		if !r.Held {
			t.Fatalf("line %d: %s: %s", r.Line, r.Text, r.Why)
		}
	}
	everything := map[string]map[string][]byte{}
	for _, d := range of {
		everything[d] = filesOf(t, filepath.Join(p.World.Dir, d))
		token, err := desk.Token(filepath.Join(p.World.Dir, d))
		if err != nil {
			t.Fatal(err)
		}
		for path, body := range answers(t, p.World.Desk(d), token) {
			everything[d][path] = body
		}
		everything[d]["the log"] = log.of(d)
		if len(everything[d]["the log"]) == 0 {
			t.Errorf("%s has logged nothing: its log proves nothing", d)
		}
	}
	return everything
}

// shared is a log that several desks write to.
type shared struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to the log.
func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

// of gives the lines of one desk.
func (s *shared) of(name string) (out []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range bytes.Lines(s.text.Bytes()) {
		if bytes.Contains(line, []byte("desk="+name)) {
			out = append(out, line...)
		}
	}
	return out
}

func values(m map[string][]byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

// filesOf reads every file of a desk: database, write-ahead log, head, settings.
func filesOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		out[filepath.Base(path)] = b
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out["parley.db"])+len(out["parley.db-wal"]) == 0 {
		t.Fatalf("no database in %s", dir)
	}
	return out
}

// answers asks a desk's interface everything that can be asked with GET: every
// route of its description, every matter and record, every tile, the proof of
// a record of its own.
func answers(t *testing.T, d *desk.Desk, token string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	get := func(path string) []byte {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		req.Header.Set("Authorization", "Bearer "+token)
		rec := httptest.NewRecorder()
		d.Handler.ServeHTTP(rec, req)
		b, err := io.ReadAll(rec.Result().Body)
		if err != nil {
			t.Fatal(err)
		}
		out["GET "+path] = b
		return b
	}
	var spec struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(get("/openapi.json"), &spec); err != nil {
		t.Fatal(err)
	}
	for path, methods := range spec.Paths {
		if methods["get"] != nil && !strings.Contains(path, "{") && path != "/signin" && path != "/api/v1/events" {
			get(path)
		}
	}
	var list struct {
		Matters []struct {
			Key string `json:"key"`
		} `json:"matters"`
	}
	if err := json.Unmarshal(get("/api/v1/matters?limit=500"), &list); err != nil {
		t.Fatal(err)
	}
	for _, m := range list.Matters {
		get("/api/v1/matters/" + url.PathEscape(m.Key))
	}
	heads, err := d.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range heads {
		get(fmt.Sprintf("/journal/%s/%d/checkpoint", h.Desk, h.Gen))
		for i := range h.Size {
			get("/api/v1/records/" + url.PathEscape(fmt.Sprintf("%s#%d", h.Desk, i)))
			get("/api/v1/records/" + url.PathEscape(fmt.Sprintf("%s#%d", h.Desk, i)) + "/proof?reason=asked")
		}
	}
	return out
}

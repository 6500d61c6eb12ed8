package journal_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"parley/journal"
)

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w
}

// C2SP tlog-tiles: the tiles that the published size has, and no others.
func TestTiles(t *testing.T) {
	a := newAuthor(t, "alpha")
	c := a.write(numbered("a", 0, 700)...)
	a.must(t, func(tx journal.Tx) error { // committed, but not yet signed over
		return journal.Append(t.Context(), tx, "alpha", 1, a.tree, numbered("a", 700, 800))
	})
	h := journal.Tiles(a.run, "alpha", 1)
	for path, want := range map[string][]byte{
		"/checkpoint":                c,
		"/tile/0/000":                hashes(0, 256),
		"/tile/0/001":                hashes(256, 512),
		"/tile/0/002.p/188":          hashes(512, 700),
		"/tile/0/002.p/1":            hashes(512, 513),
		"/tile/0/000.p/255":          hashes(0, 255),
		"/tile/1/000.p/2":            append(tileRoot(0), tileRoot(256)...),
		"/tile/1/000.p/1":            tileRoot(0),
		"/tile/entries/000":          entryBundle(0, 256),
		"/tile/entries/002.p/188":    entryBundle(512, 700),
		"/tile/0/002":                nil,
		"/tile/0/002.p/189":          nil,
		"/tile/0/002.p/0":            nil,
		"/tile/0/000.p/256":          nil,
		"/tile/0/000.p/01":           nil,
		"/tile/0/003.p/1":            nil,
		"/tile/1/000":                nil,
		"/tile/1/000.p/3":            nil,
		"/tile/2/000.p/1":            nil,
		"/tile/7/000.p/1":            nil,
		"/tile/8/000":                nil,
		"/tile/00/000":               nil,
		"/tile/-1/000":               nil,
		"/tile/0/0":                  nil,
		"/tile/0/x000/001":           nil,
		"/tile/0/x001/000":           nil,
		"/tile/0/000/":               nil,
		"/tile/0/x999/x999/x999/999": nil,
		"/tile/0/" + strings.Repeat("x999/", 9) + "999": nil,
		"/tile/entries/002":                             nil,
		"/tile/data/000":                                nil,
		"/tile/":                                        nil,
		"/":                                             nil,
		"/checkpoint/":                                  nil,
	} {
		w := get(t, h, path)
		if want == nil && w.Code != http.StatusNotFound || want != nil && (w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), want)) {
			t.Errorf("%s: %d, %d bytes, want %d", path, w.Code, w.Body.Len(), len(want))
		}
	}
	if w := get(t, h, "/checkpoint"); w.Header().Get("Content-Type") != "text/plain; charset=utf-8" || w.Header().Get("Cache-Control") != "max-age=1" {
		t.Errorf("checkpoint headers are %v", w.Header())
	}
	if w := get(t, h, "/tile/0/000"); w.Header().Get("Content-Type") != "application/octet-stream" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("tile headers are %v", w.Header())
	}
	if w := get(t, journal.Tiles(a.run, "alpha", 2), "/checkpoint"); w.Code != http.StatusNotFound {
		t.Errorf("a journal that is not there: %d", w.Code)
	}
}

// A full second level: 65,536 entries make one hash at level 2.
func TestTilesSecondLevel(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 65,600 entries")
	}
	a := newAuthor(t, "alpha")
	a.write(numbered("a", 0, 65600)...)
	h := journal.Tiles(a.run, "alpha", 1)
	one := get(t, h, "/tile/1/000").Body.Bytes()
	if len(one) != 256*32 {
		t.Fatalf("level 1 has %d bytes", len(one))
	}
	var level []tlog.Hash
	for ; len(one) > 0; one = one[32:] {
		level = append(level, tlog.Hash(one[:32]))
	}
	want := perfect(level)
	if got := get(t, h, "/tile/2/000.p/1").Body.Bytes(); !bytes.Equal(got, want[:]) {
		t.Errorf("level 2 is %x, want %x", got, want)
	}
	for path, want := range map[string]int{"/tile/1/001.p/1": 404, "/tile/0/256.p/64": 200, "/tile/0/256.p/65": 404} {
		if w := get(t, h, path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

func TestTilesErrors(t *testing.T) {
	a := newAuthor(t, "alpha")
	h := journal.Tiles(a.run, "alpha", 1)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/checkpoint", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	broken := func(context.Context, func(journal.Tx) error) error { return fmt.Errorf("disk: secret") }
	if w := get(t, journal.Tiles(broken, "alpha", 1), "/checkpoint"); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("a store that cannot be read: %d, %s", w.Code, w.Body)
	}
}

func hashes(from, to int64) []byte {
	var b []byte
	for _, e := range numbered("a", from, to) {
		h := e.LeafHash()
		b = append(b, h[:]...)
	}
	return b
}

func entryBundle(from, to int64) []byte {
	var b []byte
	for _, e := range numbered("a", from, to) {
		b = append(binary.BigEndian.AppendUint16(b, 33), e[:]...)
	}
	return b
}

func tileRoot(from int64) []byte {
	var level []tlog.Hash
	for _, e := range numbered("a", from, from+256) {
		level = append(level, e.LeafHash())
	}
	h := perfect(level)
	return h[:]
}

func perfect(level []tlog.Hash) tlog.Hash {
	for ; len(level) > 1; level = level[:len(level)/2] {
		for i := range len(level) / 2 {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
	}
	return level[0]
}

package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sourceRoots are what the build is made from besides the words of modules, as
// in dev/sources.mjs.
var sourceRoots = []string{"src", "public", "dev/sources.mjs", "index.html", "package.json", "package-lock.json",
	"tsconfig.json", "vite.config.ts", "../i18n/ar.json", "../i18n/en.json", "../i18n/he.json", "../i18n/node"}

// A committed build that was not made from the committed sources would show
// officers something else than what was reviewed.
func TestBuildIsMadeFromTheseSources(t *testing.T) {
	var paths []string
	words, err := filepath.Glob("../cell/*/words/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range append(words, sourceRoots...) {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				paths = append(paths, filepath.ToSlash(path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(paths)
	var manifest strings.Builder
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&manifest, "%x  %s\n", sha256.Sum256(body), path)
	}
	sum := sha256.Sum256([]byte(manifest.String()))
	held, err := dist.ReadFile("dist/SOURCES.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.TrimSpace(string(held)), hex.EncodeToString(sum[:]); got != want {
		t.Errorf("web/dist is stale: it was made from sources %s, these are %s; run: make web", got, want)
	}
}

func TestHandler(t *testing.T) {
	console := Handler()
	get := func(path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		console.ServeHTTP(w, r)
		return w
	}
	cases := []struct {
		path, kind string
		code       int
	}{
		{"/", "text/html; charset=utf-8", 200},
		{"/?screen=watch&lang=ar", "text/html; charset=utf-8", 200},
		{"/some/address", "text/html; charset=utf-8", 200},
		{"/assets/index.js", "text/javascript; charset=utf-8", 200},
		{"/assets/index.css", "text/css; charset=utf-8", 200},
		{"/assets/ibm-plex-mono-latin-400-normal.woff2", "font/woff2", 200},
		{"/missing.js", "", 404},
		{"/../embed.go", "", 404},
	}
	for _, c := range cases {
		w := get(c.path)
		if w.Code != c.code {
			t.Errorf("GET %s = %d, want %d", c.path, w.Code, c.code)
			continue
		}
		if c.code != 200 {
			continue
		}
		if got := w.Header().Get("Content-Type"); got != c.kind {
			t.Errorf("GET %s has type %q, want %q", c.path, got, c.kind)
		}
		if w.Header().Get("Cache-Control") != "no-cache" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("GET %s lacks its headers: %v", c.path, w.Header())
		}
		if again := get(c.path, "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
			t.Errorf("GET %s with its own ETag = %d, want 304", c.path, again.Code)
		}
	}
	if w := get("/assets/index.js", "Accept-Encoding", "gzip, br"); w.Header().Get("Content-Encoding") != "gzip" {
		t.Error("index.js is not compressed for a browser that takes gzip")
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
	w := httptest.NewRecorder()
	if console.ServeHTTP(w, r); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST / = %d, want 405", w.Code)
	}
}

// Nobody may show the console in a page of theirs but whom a demonstration
// names; no answer is without its policy.
func TestFramersAreNamed(t *testing.T) {
	for want, console := range map[string]http.Handler{"frame-ancestors 'none'": Handler(), "frame-ancestors http://localhost:*": Handler("http://localhost:*")} {
		for _, path := range []string{"/", "/enrol", "/missing.js"} {
			w := httptest.NewRecorder()
			console.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			if got := w.Header().Get("Content-Security-Policy"); !strings.HasSuffix(got, want) || w.Header().Get("Permissions-Policy") == "" {
				t.Errorf("%s: %q, want %s", path, got, want)
			}
		}
	}
}

// The console speaks to its own node only.
func TestBuildNamesNoOtherHost(t *testing.T) {
	page, err := dist.ReadFile("dist/index.html")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(page), "://") {
		t.Error("index.html names another host")
	}
}

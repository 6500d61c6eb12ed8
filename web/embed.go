// Package web is the watch officer's console as it stands in the browser: its
// source, and the committed build that every node serves by itself.
//
// The build in dist has stable file names and is made by "npm ci && npm run
// build" in this folder; neither building nor running Parley needs Node.
// dist/SOURCES.sha256 is the hash of everything the build was made from, and a
// test recomputes it, so that a stale build cannot be committed unseen.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// policy is the Content-Security-Policy of every answer, up to who may frame
// it: nothing is fetched from or sent to anybody but the node itself, and what
// is not named is fetched from nowhere. Styles in elements are React's.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; " +
	"img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors "

// permissions is what the page may ask of the browser: keys, and nothing else.
const permissions = "publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), geolocation=(), microphone=(), payment=(), usb=()"

// contentTypes names the types by suffix, because the machine's own table may
// lack some of them.
var contentTypes = map[string]string{
	".css":    "text/css; charset=utf-8",
	".html":   "text/html; charset=utf-8",
	".js":     "text/javascript; charset=utf-8",
	".mjs":    "text/javascript; charset=utf-8",
	".json":   "application/json",
	".sha256": "text/plain; charset=utf-8",
	".svg":    "image/svg+xml",
	".txt":    "text/plain; charset=utf-8",
	".woff2":  "font/woff2",
}

// asset is one file of the build, ready to be sent.
type asset struct {
	body, zipped []byte // zipped is nil where compression gains nothing
	etag, kind   string
}

// Handler serves the console's build. Every answer carries an ETag made from
// the content, "Cache-Control: no-cache" so that a browser asks again after an
// upgrade, and a strict Content-Security-Policy. A path without a dot that is
// no file is answered with the console's page, so that its own addresses can be
// opened directly (design 8); any other unknown path is not found. Only the
// framers may show it inside a page of theirs: sources of the policy's
// frame-ancestors, such as a demonstration's overview; without one, nobody.
func Handler(framers ...string) http.Handler {
	if len(framers) == 0 {
		framers = []string{"'none'"}
	}
	policy := policy + strings.Join(framers, " ")
	files, err := load()
	if err != nil {
		panic(err) // the files are inside the binary: only a broken build fails here
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w, r, policy)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		file, ok := files[name]
		if !ok && !strings.Contains(name, ".") {
			file, ok = files["index.html"]
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		send(w, r, file)
	})
}

// secure sets what a browser may do with any answer.
func secure(w http.ResponseWriter, r *http.Request, policy string) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", permissions)
	if r.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// send writes one file with its headers, compressed when the browser takes it.
func send(w http.ResponseWriter, r *http.Request, file asset) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", file.etag)
	if matches(r.Header.Get("If-None-Match"), file.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := file.body
	if file.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = file.zipped
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", file.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		w.Write(body)
	}
}

// matches reports whether an If-None-Match header names the tag (RFC 9110
// section 13.1.2, weak comparison).
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// load reads the embedded build once and makes the compressed variants.
func load() (map[string]asset, error) {
	files := map[string]asset{}
	err := fs.WalkDir(dist, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := dist.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		file := asset{body: body, etag: `"` + hex.EncodeToString(sum[:12]) + `"`, kind: contentTypes[path.Ext(name)]}
		if file.kind == "" {
			file.kind = "application/octet-stream"
		}
		if path.Ext(name) != ".woff2" {
			if file.zipped, err = compress(body); err != nil {
				return err
			}
		}
		files[strings.TrimPrefix(name, "dist/")] = file
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the console's build: %w", err)
	}
	return files, nil
}

// compress gives the gzip form, or nil when it would not be smaller.
func compress(body []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if out.Len() >= len(body) {
		return nil, nil
	}
	return out.Bytes(), nil
}

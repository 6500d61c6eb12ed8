package api

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
)

// Server wraps the handler with the limits that a desk's listener needs: a
// client has a time to send and to take what is asked, and headers have a
// size. Streams of events have their own limits, and end when the server is
// shut down.
func Server(handler http.Handler) *http.Server {
	stop := make(chan struct{})
	s := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    64 << 10,
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.Background(), stopKey{}, (<-chan struct{})(stop))
		},
	}
	s.RegisterOnShutdown(func() { close(stop) })
	return s
}

// LocalServer is [Server] for the desk's own socket: see [Local].
func LocalServer(handler http.Handler) *http.Server {
	s := Server(handler)
	s.ConnContext = func(ctx context.Context, _ net.Conn) context.Context { return Local(ctx) }
	return s
}

type stopKey struct{}

// stopping gives the channel that closes when the server shuts down; nil, which
// never does, for a request of another server.
func stopping(ctx context.Context) <-chan struct{} {
	stop, _ := ctx.Value(stopKey{}).(<-chan struct{})
	return stop
}

// plainRoutes registers what the library does not serve, and describes it.
func (h *host) plainRoutes(mux *http.ServeMux, doc *huma.OpenAPI) {
	mux.HandleFunc("GET /api/v1/events", wants(signedIn, h.events))
	for _, path := range []string{"/api/v1/events", "/api/v1/records/{ref}/proof"} {
		mux.HandleFunc("HEAD "+path, onlyGet) // one has no end, the other is an act
	}
	describe(doc, signedIn, "/api/v1/events", "follow-events", "What changes, as it changes: events feed, state and tick; resumes from Last-Event-ID", "text/event-stream",
		&huma.Param{Name: "Last-Event-ID", In: "header", Description: "The position of the feed seen last", Schema: &huma.Schema{Type: "string"}})
	mux.HandleFunc("GET /journal/{desk}/{gen}/checkpoint", wants(cell.RightRead, h.tiles))
	mux.HandleFunc("GET /journal/{desk}/{gen}/tile/{tile...}", wants(cell.RightRead, h.tiles))
	desk, gen := pathParam("desk", "Whose journal"), pathParam("gen", "Its generation, from 1")
	describe(doc, cell.RightRead, "/journal/{desk}/{gen}/checkpoint", "get-checkpoint", "The newest checkpoint of a journal held here, with cosignatures (C2SP tlog-tiles)", "text/plain", desk, gen)
	describe(doc, cell.RightRead, "/journal/{desk}/{gen}/tile/{tile}", "get-tile", "A tile of hashes or entries of a journal held here (C2SP tlog-tiles)", "application/octet-stream", desk, gen, pathParam("tile", "<level>/<number>[.p/<width>] or entries/…"))
	describe(doc, anyone, "/signin", "sign-in", "Trade a one-time link for a session and go to the console", "text/html",
		&huma.Param{Name: "t", In: "query", Required: true, Description: "The secret of the link", Schema: &huma.Schema{Type: "string"}})
	describe(doc, anyone, "/openapi.json", "get-description", "This document", "application/openapi+json")
	describe(doc, anyone, "/healthz", "get-health", "Whether the desk takes acts", "text/plain")
	describe(doc, signedIn, "/metrics", "get-metrics", "Counts, for a watcher of machines; on the same machine nobody needs to have signed in", "text/plain")
	for _, open := range []string{"/signin", "/openapi.json", "/healthz", "/metrics"} {
		doc.Paths[open].Get.Security = []map[string][]string{}
	}
}

func onlyGet(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", http.MethodGet)
	writeProblem(w, newProblem(http.StatusMethodNotAllowed, "only GET is possible at "+r.URL.Path))
}

// outermost is the order in which a request is looked at: where it comes from,
// who asks, what for.
func (h *host) outermost(mux *http.ServeMux) http.Handler {
	guarded := h.guard(orProblem(mux))
	open := http.NewServeMux()
	open.Handle("/api/", guarded)
	open.Handle("/journal/", guarded)
	open.HandleFunc("/signin", h.signIn)
	open.HandleFunc("GET /openapi.json", h.openAPI)
	open.HandleFunc("GET /healthz", h.health)
	open.Handle("GET /metrics", h.metrics())
	rest := orProblem(open)
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, newProblem(http.StatusForbidden, "a page of another site sent this"))
	}))
	return h.safely(origin.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.Web != nil && !ours(r.URL.Path) {
			h.Web.ServeHTTP(w, r)
			return
		}
		secure(w, r)
		rest.ServeHTTP(w, r)
	})))
}

// ours reports whether a path is the interface's; all others are the console's.
func ours(path string) bool {
	switch path {
	case "/api", "/journal", "/signin", "/openapi.json", "/healthz", "/metrics":
		return true
	}
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/journal/")
}

// secure sets the headers of every answer that is no page: it is data, for
// this origin, and no cache keeps it (tiles say otherwise for themselves).
func secure(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Cache-Control", "no-store")
	if r.TLS != nil {
		head.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func (h *host) openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Write(h.spec) // a client that went away is no error of ours
}

// safely turns a panic into a problem: one bad request stops nothing.
func (h *host) safely(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			h.Log.Error("request panicked", "path", r.URL.Path, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			writeProblem(w, newProblem(http.StatusInternalServerError, "the desk could not do this; its log says why"))
		}()
		next.ServeHTTP(w, r)
	})
}

// orProblem serves a mux, and words its own refusals (no such path, another
// method) as problems.
func orProblem(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refusal, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		said := &silent{header: http.Header{}, status: http.StatusNotFound}
		refusal.ServeHTTP(said, r)
		detail := "there is nothing at " + r.URL.Path
		if allow := said.header.Get("Allow"); said.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", allow)
			detail = "only " + allow + " is possible at " + r.URL.Path
		}
		writeProblem(w, newProblem(said.status, detail))
	})
}

// silent listens to what a handler answers and passes nothing on.
type silent struct {
	header http.Header
	status int
}

// Header gives the headers heard.
func (s *silent) Header() http.Header { return s.header }

// Write drops what is said.
func (s *silent) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader notes the status.
func (s *silent) WriteHeader(status int) { s.status = status }

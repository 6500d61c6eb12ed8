package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"parley/scenarios"
)

//go:embed demo.html
var demoPage string

func runDemo(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("demo", flag.ContinueOnError)
	dir, name := fs.String("dir", "", ""), fs.String("scenario", "cell", "")
	speed, listen := fs.Float64("speed", 1, ""), fs.String("listen", "127.0.0.1:7100", "")
	once := fs.Bool("once", false, "")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	if *speed <= 0 {
		return wrong("--speed is story seconds per real second, above 0")
	}
	s, err := scenarios.Load(*name)
	if err != nil {
		return err
	}
	if *once {
		return playOnce(ctx, e, s, *dir, *listen)
	}
	if *dir == "" {
		tmp, err := os.MkdirTemp("", "parley-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		*dir = filepath.Join(tmp, "cell")
	}
	return stage(ctx, e, s, *dir, *listen, *speed)
}

// stage runs the demo for a visitor until it is interrupted.
func stage(ctx context.Context, e *env, s *scenarios.Story, dir, listen string, speed float64) error {
	began := time.Now()
	step := func(format string, a ...any) {
		fmt.Fprintf(e.out, "%5.1f s  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, a...))
	}
	ports, err := scenarios.Ports(listen)
	if err != nil {
		return err
	}
	step("making keys and a charter signed by three desks in %s", dir)
	c, err := scenarios.Setup(dir, s.Head, ports)
	if err != nil {
		return err
	}
	clock := scenarios.NewClock(s.Head.Start, time.Now)
	ways := map[string][]way{}
	for _, m := range c.Members {
		ways[m.Desk] = twoWays()
	}
	w := &scenarios.World{Dir: dir, Charter: c, Clock: clock, Serve: true, Borders: borders, Tick: 500 * time.Millisecond,
		Log:    slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: slog.LevelError})),
		SignIn: func(d string) func(string) (string, bool) { return everyTime(ways[d]) }}
	st := &scenarios.Stage{World: w, Story: s, Speed: speed,
		Proof: fmt.Sprintf("go run ./cmd/parley verify FILE.proof --charter %s", filepath.Join(dir, "charter.note"))}
	w.Demo = st
	defer w.Close()
	step("starting three desks, each with its own database, joined by mutual TLS")
	if err := w.StartAll(ctx); err != nil {
		return err
	}
	links := demoLinks(c.Desks(), ports, ways)
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen for the overview: %w", err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	step("ready: every screen is marked EXERCISE, and nothing here is real\n")
	fmt.Fprintf(e.out, "  Three desks side by side:   http://localhost:%s\n\n", port)
	printLinks(e.out, links, s.Head.Visitor)
	fmt.Fprintf(e.out, "\n  These links sign in without a key: that is the demo's, not a desk's in service.\n  Proofs are checked with: go run ./cmd/parley verify FILE.proof --charter %s\n  Ctrl+C ends it.\n\n", filepath.Join(dir, "charter.note"))
	srv := &http.Server{Handler: overview(s, links), ReadHeaderTimeout: 5 * time.Second}
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { _ = srv.Serve(l) })
	wg.Go(func() {
		<-ctx.Done()
		_ = srv.Close()
	})
	if err := st.Run(ctx); err != nil {
		fmt.Fprintln(e.err, err)
	}
	<-ctx.Done()
	return nil
}

// demoLink is one desk's ways in: Secret signs in its first officer, Second the
// other.
type demoLink struct{ Desk, Port, Secret, Second string }

func demoLinks(desks []string, ports func(string) string, ways map[string][]way) []demoLink {
	var out []demoLink
	for _, d := range desks {
		_, port, _ := net.SplitHostPort(ports(d))
		out = append(out, demoLink{d, port, ways[d][0].secret, ways[d][1].secret})
	}
	return out
}

// printLinks lists the links that sign in. The second officer's lead to names
// of their own: a browser keeps one sign-in for a name, and here both officers
// may sit at one browser.
func printLinks(out io.Writer, links []demoLink, visitor string) {
	for _, x := range links {
		note := ""
		if x.Desk == visitor {
			note = "   ← you are this desk"
		}
		fmt.Fprintf(out, "  %-11s http://%s.localhost:%s/signin?t=%s%s\n", x.Desk, x.Desk, x.Port, x.Secret, note)
	}
	fmt.Fprint(out, "\n  The second officer, for acts that need two:\n\n")
	for _, x := range links {
		fmt.Fprintf(out, "  %-11s http://%s-2.localhost:%s/signin?look&t=%s\n", x.Desk, x.Desk, x.Port, x.Second)
	}
}

// overview is the page with the three desks side by side.
func overview(s *scenarios.Story, links []demoLink) http.Handler {
	page := template.Must(template.New("demo").Parse(demoPage))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if !ofThisMachine(r.Host) {
			http.Error(w, "ask for localhost", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-src http://localhost:*; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-store")
		_ = page.Execute(w, map[string]any{"Title": s.Head.Title.In("en"), "Visitor": s.Head.Visitor, "Links": links})
	})
	return mux
}

// ofThisMachine reports whether a request asks for this machine by an address
// or as localhost. The overview carries the links that sign in: a page of
// another site whose name was made to point here must not read it.
func ofThisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return net.ParseIP(strings.Trim(host, "[]")) != nil || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

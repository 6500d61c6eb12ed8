package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/desk"
	"parley/scenarios"
)

// run runs a command that must succeed and gives what it printed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	out, said := &strings.Builder{}, &strings.Builder{}
	if code := Main(t.Context(), &env{strings.NewReader(""), out, said}, args); code != 0 {
		t.Fatalf("parley %s ended with %d: %s", strings.Join(args, " "), code, said)
	}
	return out.String()
}

// actual makes three desks of a cell whose charter is no exercise's, and gives
// the directory of the first.
func actual(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	theatre, err := os.ReadFile(filepath.Join("..", "..", "scenarios", "theatre.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(in("theatre.yaml"), []byte(strings.Replace(string(theatre), "status: EXERCISE", "status: ACTUAL", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	ports, err := scenarios.Ports("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	draft := []string{"charter", "draft", "--theatre", in("theatre.yaml")}
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		run(t, "init", "--dir", in(d), "--cell", "harbour", "--desk", d, "--plain", "--listen", ports(d))
		draft = append(draft, filepath.Join(in(d), "public.yaml"))
	}
	if err := os.WriteFile(in("charter.note"), []byte(run(t, draft...)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		run(t, "charter", "sign", "--dir", in(d), in("charter.note"))
	}
	note, err := os.ReadFile(in("charter.note"))
	if err == nil {
		err = os.WriteFile(filepath.Join(in("alpha"), "charter.note"), note, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return in("alpha")
}

// serving runs "parley serve" until the test ends and gives its first lines.
func serving(t *testing.T, dir string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	r, w := io.Pipe()
	said := &strings.Builder{}
	done := make(chan int, 1)
	go func() {
		code := Main(ctx, &env{strings.NewReader(""), w, said}, []string{"serve", "--dir", dir})
		_ = w.Close()
		done <- code
	}()
	lines := bufio.NewScanner(r)
	var out strings.Builder
	for range 2 {
		if !lines.Scan() {
			t.Fatalf("ended with %d: %s", <-done, said)
		}
		out.WriteString(lines.Text() + "\n")
	}
	t.Cleanup(func() {
		stop()
		_ = r.Close()
		if code := <-done; code != 0 {
			t.Errorf("ended with %d: %s", code, said)
		}
	})
	return out.String()
}

// SEC-08 T: a desk in service prints no link that signs anybody in. Its console
// is HTTPS under its own authority; its officers are kept by its own socket,
// which nobody else may open, while it runs.
func TestServeUnderAnActualCharter(t *testing.T) {
	dir := actual(t)
	said := serving(t, dir)
	if strings.Contains(said, "signin") || !strings.Contains(said, "parley officer enrol CODE --dir "+dir) || !strings.Contains(said, "https://alpha.localhost:") {
		t.Errorf("said %q", said)
	}
	info, err := os.Stat(filepath.Join(dir, desk.SocketFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the socket: %v, %v", info, err)
	}
	run(t, "officer", "add", "watch-1", "--dir", dir, "--role", "watch", "--all-baskets")
	if link := run(t, "officer", "enrol", "watch-1", "--dir", dir); !strings.Contains(link, "/enrol#") {
		t.Errorf("enrol printed %q", link)
	}
	run(t, "officer", "token", "watch-1", "--dir", dir, "--out", filepath.Join(dir, "mine"))
	run(t, "list", "--dir", dir, "--token", filepath.Join(dir, "mine"))
	out := run(t, "officer", "list", "--dir", dir)
	if !strings.Contains(out, "watch-1") {
		t.Errorf("list printed %q", out)
	}
	if code := Main(t.Context(), &env{strings.NewReader(""), io.Discard, io.Discard}, []string{"list", "--dir", dir}); code == 0 {
		t.Error("whoever owns the directory reads content without an officer's token")
	}

	s, err := desk.ReadSettings(dir)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: desk.ConsoleTrust(dir, s)}}
	for _, path := range []string{"/", "/api/v1/session", "/signin?t=guess"} {
		res, err := browser.Get("https://" + s.Listen + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.Header.Get("Strict-Transport-Security") == "" || res.Header.Get("Content-Security-Policy") == "" || res.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %s %v", path, res.Status, res.Header)
		}
	}
	if _, err := (&http.Client{}).Get("https://" + s.Listen + "/"); err == nil {
		t.Error("a browser without the authority trusts the console")
	}
}

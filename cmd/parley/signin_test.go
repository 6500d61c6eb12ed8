package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"parley/scenarios"
)

var linkRE = regexp.MustCompile(`http://\S+/signin\?\S+`)

// printed runs a command that goes on until the test ends, and gives the
// sign-in links that it prints, as many as are wanted.
func printed(t *testing.T, links int, args ...string) []string {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	r, w := io.Pipe()
	said := &strings.Builder{}
	done := make(chan int, 1)
	go func() {
		code := Main(ctx, &env{strings.NewReader(""), w, said}, args)
		_ = w.Close()
		done <- code
	}()
	t.Cleanup(func() {
		stop()
		go io.Copy(io.Discard, r)
		if code := <-done; code != 0 {
			t.Errorf("parley %s ended with %d: %s", args[0], code, said)
		}
	})
	var out []string
	for lines := bufio.NewScanner(r); len(out) < links && lines.Scan(); {
		if link := linkRE.FindString(lines.Text()); link != "" {
			out = append(out, link)
		}
	}
	if len(out) < links {
		t.Fatalf("only %d links were printed: %q", len(out), out)
	}
	return out
}

// signedIn follows a sign-in link as a browser of its own does and gives the
// officer whose console it opens, "" when it signs nobody in. Names below
// localhost are this machine.
func signedIn(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = net.JoinHostPort("127.0.0.1", u.Port())
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: time.Minute}
	res, err := browser.Get(u.String())
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res, err = browser.Get("http://" + u.Host + "/api/v1/desk"); err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var d struct {
		Officer struct {
			Code string `json:"code"`
		} `json:"officer"`
	}
	if err := json.UnmarshalRead(res.Body, &d); err != nil {
		t.Fatal(err)
	}
	return d.Officer.Code
}

// INT-03 T: a desk in service gives a link to each of two officers. Each signs
// its officer in, once.
func TestServeSignsTwoOfficersIn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cell")
	ports, err := scenarios.Ports("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scenarios.Setup(dir, scenarios.Head{}, ports); err != nil {
		t.Fatal(err)
	}
	links := printed(t, 2, "serve", "--dir", filepath.Join(dir, "alpha"))
	for i, want := range []string{"watch-1", "watch-2"} {
		if got := signedIn(t, links[i]); got != want {
			t.Errorf("link %d signs in %q, want %q", i, got, want)
		}
		if got := signedIn(t, links[i]); got != "" {
			t.Errorf("link %d signs in %q a second time", i, got)
		}
	}
}

// INT-03 T: the demo gives two links for each desk, and they may be used again.
func TestDemoSignsTwoOfficersIn(t *testing.T) {
	links := printed(t, 6, "demo", "--dir", filepath.Join(t.TempDir(), "cell"), "--listen", "127.0.0.1:0")
	for i, link := range links {
		want := []string{"watch-1", "watch-2"}[i/3]
		for range 2 {
			if got := signedIn(t, link); got != want {
				t.Errorf("%s signs in %q, want %q", link, got, want)
			}
		}
	}
}

// What a browser keeps for one officer's link it does not send with the other's.
func TestDemoLinksAreOfDifferentNames(t *testing.T) {
	var out strings.Builder
	printLinks(&out, []demoLink{{"alpha", "7101", "a1", "a2"}, {"bravo", "7102", "b1", "b2"}}, "bravo")
	seen := map[string]bool{}
	for _, link := range linkRE.FindAllString(out.String(), -1) {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		if seen[u.Hostname()] || !ofThisMachine(u.Host) {
			t.Errorf("%s: the name is given twice, or is not of this machine", link)
		}
		seen[u.Hostname()] = true
	}
	if len(seen) != 4 || strings.Count(out.String(), "you are this desk") != 1 || !strings.Contains(out.String(), "for acts that need two") {
		t.Errorf("printed:\n%s", &out)
	}
}

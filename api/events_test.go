package api_test

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parley/api"
	"parley/node"
)

// event is one event of a stream, as a browser reads it.
type event struct {
	name, id string
	data     struct {
		Now, Pos         int64
		Rate             float64
		Matters, Records []string
		Precedence, From string
	}
}

// listen serves a desk on a loopback port and gives its address.
func (s *served) listen(t *testing.T) (string, *http.Server) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := api.Server(s)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return "http://" + l.Addr().String(), server
}

// follow opens the stream of events after a position, "" for the present one.
func follow(t *testing.T, url, after string) (next func() event, end func()) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if after != "" {
		r.Header.Set("Last-Event-ID", after)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %v", answer.Status, answer.Header)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	return func() event { return readEvent(t, lines) }, func() { _ = answer.Body.Close() }
}

func readEvent(t *testing.T, lines *bufio.Scanner) (e event) {
	t.Helper()
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			if err := json.Unmarshal([]byte(value), &e.data); err != nil {
				t.Fatal(err)
			}
		case "":
			if e.name != "" {
				return e
			}
		}
	}
	return e // the stream ended
}

// nextFeed skips what is no feed event.
func nextFeed(next func() event) event {
	for {
		if e := next(); e.name == "feed" || e.name == "" {
			return e
		}
	}
}

// Every record comes once and in order, also across a connection that was cut
// (design 7, 8).
func TestEventsResume(t *testing.T) {
	s := serve(t, nil, "alpha")
	url, _ := s.listen(t)
	next, end := follow(t, url, "")
	first := next()
	if first.name != "tick" || first.id == "" || first.data.Rate != 1 || first.data.Now == 0 {
		t.Fatalf("begins with %+v", first)
	}
	one := s.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"one"}}`)
	e := nextFeed(next)
	if len(e.data.Records) != 1 || e.data.Records[0] != one.Cite.String() || len(e.data.Matters) != 1 || e.data.Matters[0] != one.Ref.String() {
		t.Fatalf("%+v, want %s", e, one.Cite)
	}
	if e.data.Precedence != "" || e.data.From != "" || e.id != strconv.FormatInt(e.data.Pos, 10) {
		t.Errorf("own record told as %+v", e)
	}
	end()
	two := s.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"two"}}`)
	three := s.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"three"}}`)
	next, _ = follow(t, url, e.id)
	for _, want := range []node.Filed{two, three} {
		if e := nextFeed(next); len(e.data.Records) != 1 || e.data.Records[0] != want.Cite.String() {
			t.Fatalf("%+v, want %s", e, want.Cite)
		}
	}
}

// A position beyond the feed's end (the database was restored) is the present.
func TestEventsBeyondTheEnd(t *testing.T) {
	s := serve(t, nil, "alpha")
	url, _ := s.listen(t)
	next, _ := follow(t, url, "999999")
	pos, err := s.FeedPos(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if e := next(); e.id != strconv.FormatInt(pos, 10) {
		t.Errorf("begins at %q, want %d", e.id, pos)
	}
}

// What came from another desk says how fast it is and from whom; a change of a
// link without a record is told as a state (API, events).
func TestEventsTellForeignRecordsAndStates(t *testing.T) {
	s := serve(t, nil, "alpha", "supervisor")
	url, _ := s.listen(t)
	next, _ := follow(t, url, "")
	p := s.cell.Charter.Places[0]
	sup := s.cell.Desks["supervisor"]
	f := sup.Send(t, node.Act{Kind: "CEASE"}, `{"what":"fire","place":{"id":"`+p.ID+`","lat":"`+p.Lat+`","lon":"`+p.Lon+`","text":"","notation":"name","precision_m":100}}`)
	for {
		e := nextFeed(next)
		if e.name == "" {
			t.Fatal("the stream ended")
		}
		if e.data.Precedence == "Z" {
			if e.data.From != "supervisor" || !slices.Contains(e.data.Records, f.Cite.String()) {
				t.Errorf("%+v", e)
			}
			break
		}
	}
	s.LinkChanged("bravo", false, "no answer")
	for e := next(); e.name != "state"; e = next() {
		if e.name == "" {
			t.Fatal("the stream ended")
		}
	}
}

// Streams end when the server is shut down, so that a desk can restart.
func TestEventsEndWithTheServer(t *testing.T) {
	s := serve(t, nil, "alpha")
	url, server := s.listen(t)
	next, _ := follow(t, url, "")
	next()
	if err := server.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for e := next(); e.name != ""; e = next() {
	}
}

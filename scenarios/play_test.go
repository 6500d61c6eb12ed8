package scenarios

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/link"
)

// begin sets up a cell for a story and starts its desks, joined in memory, or
// by mutual TLS.
func begin(t *testing.T, s *Story, tls bool) *Player {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cell")
	ports, err := Ports("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Setup(dir, s.Head, ports)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{Dir: dir, Charter: c, Clock: NewClock(s.Head.Start, time.Now), Log: slog.New(slog.DiscardHandler)}
	if !tls {
		w.Memory = link.Network()
	}
	t.Cleanup(w.Close)
	if err := w.StartAll(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	return &Player{World: w, Story: s}
}

func load(t *testing.T, name string) *Story {
	t.Helper()
	s, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func holds(t *testing.T, p *Player) {
	t.Helper()
	if err := p.Play(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, r := range p.Results {
		if !r.Held {
			t.Errorf("line %d: %s: not held at %s: %s", r.Line, r.Text, r.At.Format(time.TimeOnly), r.Why)
		}
	}
	all, n := p.Held()
	if all == t.Failed() || n < 10 {
		t.Errorf("all %v, %d expectations", all, n)
	}
}

// The demo's own story holds over real links too, has at least thirty
// expectations, and speaks of all three desks' screens.
func TestCellHoldsOverMutualTLS(t *testing.T) {
	s := load(t, "cell")
	p := begin(t, s, true)
	holds(t, p)
	if len(p.Results) < 30 {
		t.Errorf("%d expectations", len(p.Results))
	}
	for _, d := range desks {
		if !slices.ContainsFunc(p.Results, func(r Result) bool { return strings.HasPrefix(r.Text, "expect "+d) }) {
			t.Errorf("nothing is expected of %s", d)
		}
	}
}

// DEC-10 T: kept apart unseen, by three desks over real links.
func TestDEC10BlindHolds(t *testing.T) { holds(t, begin(t, load(t, "blind"), true)) }

// Every turn of the visitor has a text in three languages, and every text a turn.
func TestCellTurnsHaveTexts(t *testing.T) {
	s := load(t, "cell")
	var turns, texts []string
	for _, l := range s.Lines {
		if l.Words[0] == "turn" {
			turns = append(turns, l.Words[1])
		}
	}
	for _, x := range s.Head.Steps {
		texts = append(texts, x.ID)
		for _, lang := range []string{"en", "ar", "he"} {
			if x.Title[lang] == "" || x.Prompt[lang] == "" {
				t.Errorf("%s has no text in %s", x.ID, lang)
			}
		}
	}
	if !slices.Equal(turns, texts) {
		t.Errorf("turns %v, texts %v", turns, texts)
	}
	for _, e := range []map[string]string{s.Head.End.Real, s.Head.End.Scripted, s.Head.End.Limits} {
		if len(e) != 3 {
			t.Errorf("the end card lacks a language: %v", e)
		}
	}
}

// flat gives a story's lines with the turns' own lines in their places.
func flat(lines []Line) []Line {
	var out []Line
	for _, l := range lines {
		if l.Words[0] != "turn" {
			out = append(out, l)
			continue
		}
		for _, x := range l.Inner {
			if x.Words[0] != "until" {
				out = append(out, x)
			}
		}
	}
	return out
}

// negated turns "expect X shows F" into "expect X not shows F" and back.
func negated(l Line) Line {
	w := slices.Clone(l.Words)
	if w[2] == "not" {
		w = slices.Delete(w, 2, 3)
	} else {
		w = slices.Insert(w, 2, "not")
	}
	l.Words, l.Text = w, strings.Join(w, " ")
	return l
}

// Every built-in story holds, and no expectation in it is idle: of each one and
// its opposite, told side by side, the one holds and the other does not.
func TestStoriesHoldAndTheirOppositesDoNot(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := load(t, name)
			var lines []Line
			opposite := map[int]bool{}
			for _, l := range flat(s.Lines) {
				lines = append(lines, l)
				if l.Words[0] == "expect" {
					n := negated(l)
					n.At = -l.At
					opposite[n.At] = true
					lines = append(lines, n)
				}
			}
			s.Lines = lines
			p := begin(t, s, false)
			if err := p.Play(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Results {
				if r.Held == opposite[r.Line] {
					t.Errorf("line %d: %s: held is %v", r.Line, r.Text, r.Held)
				}
			}
			if all, n := p.Held(); all || n < 2*len(opposite) || len(opposite) < 10 {
				t.Errorf("all held: %v; %d results for %d expectations", all, n, len(opposite))
			}
		})
	}
}

// A sample of the same, each as a story of its own that ends with the negated
// line: the whole story fails.
func TestNegatedExpectationFailsTheStory(t *testing.T) {
	type one struct {
		name string
		upTo int
	}
	var all []one
	for _, name := range Names() {
		for i, l := range flat(load(t, name).Lines) {
			if l.Words[0] == "expect" {
				all = append(all, one{name, i})
			}
		}
	}
	rng := rand.New(rand.NewPCG(3, 1))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	sample := 8
	if testing.Short() {
		sample = 5
	}
	for _, x := range all[:sample] {
		s := load(t, x.name)
		s.Lines = flat(s.Lines)[:x.upTo+1]
		last := &s.Lines[x.upTo]
		text := last.Text
		*last = negated(*last)
		t.Run(x.name+"/"+text, func(t *testing.T) {
			t.Parallel()
			p := begin(t, s, false)
			if err := p.Play(t.Context()); err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(p.Results, func(r Result) bool { return r.Line == last.At })
			if all, _ := p.Held(); all || i < 0 || p.Results[i].Held {
				t.Errorf("line %d: %s: held, and so did its opposite", last.At, text)
			}
		})
	}
}

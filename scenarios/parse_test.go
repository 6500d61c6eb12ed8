package scenarios

import (
	"errors"
	"strings"
	"testing"
)

const head = "-- scenario.yaml --\nstart: 2026-01-06T18:00:00Z\n-- story --\n"

// A story that expects nothing proves nothing, and fails.
func TestEmptyStoryFails(t *testing.T) {
	s, err := Parse("empty", []byte(head+"# nothing\nat 18:01:00\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := begin(t, s, false)
	if err := p.Play(t.Context()); !errors.Is(err, ErrNothingExpected) {
		t.Errorf("play: %v, want %v", err, ErrNothingExpected)
	}
	if all, n := p.Held(); all || n != 0 {
		t.Errorf("held: %v, %d", all, n)
	}
}

// What is wrong with a line is said with its number before anything is played.
func TestParseNamesTheLine(t *testing.T) {
	for _, c := range []struct{ what, line, want string }{
		{"no verb", "wait 30s", `"wait" is neither a desk nor a verb`},
		{"a time", "at half past six", "want: at <time>"},
		{"a time that is none", "at 25:00:00", `"25:00:00" is not a time`},
		{"a duration", "after a-while", `"a-while" is not a duration`},
		{"time does not go back", "after -30s", `"-30s" is not a duration`},
		{"a desk", "cut bravo charlie", `"charlie" is not a desk`},
		{"a desk too many", "stop alpha bravo", "want: stop <desk>"},
		{"an act", "bravo agrees first", `"agrees" is not what a desk does`},
		{"an act of nothing", "bravo", "what does bravo do?"},
		{"a receipt of nothing", "bravo takes", "takes what?"},
		{"a body", `alpha sends CEASE {"what":fire}`, "the body is not JSON"},
		{"a body alone", `{"what":"fire"}`, "a body without words before it"},
		{"words after a body", `alpha sends CEASE {"what":"fire"} as stop`, "words after the body"},
		{"an expectation of nobody", "expect charlie shows first held", "want: expect <desk>"},
		{"an expectation of nothing", "expect bravo shows", "want: expect <desk>"},
		{"a fact", "expect bravo shows first agreed", `"agreed" is not what a screen shows`},
		{"half a fact", "expect bravo shows first state", "state of what?"},
		{"half a fact of a desk", "expect bravo shows link alpha", "link of what?"},
		{"by no time", "expect bravo shows first held by soon", `"soon" is not a time`},
		{"a label not given", "expect bravo not shows second held", `nothing is called "second" so far`},
		{"a label used twice", "alpha sends MSG as first", `"first" is taken`},
		{"a label that is a fact", "alpha sends MSG as link", `"link" is taken`},
		{"a turn of nothing", "turn read-back", "a turn begins with: until"},
		{"a turn without an end", "turn read-back\n  bravo takes first", "a turn begins with: until"},
		{"a turn in a turn", "turn one\n  until bravo shows exported\n  turn two", "a turn holds no other turn"},
		{"an indented line", "  bravo takes first", "an indented line belongs to a turn"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := Parse("bad", []byte(head+"# one\nalpha sends MSG as first {}\n"+c.line+"\n"))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			last := 3 + strings.Count(c.line, "\n")
			if !strings.Contains(err.Error(), "line "+string(rune('0'+last))) && !strings.Contains(err.Error(), "line 3") {
				t.Errorf("%v names no line", err)
			}
		})
	}
}

// The head is read as strictly as the lines.
func TestParseRefusesTheFile(t *testing.T) {
	for _, c := range []struct{ what, file, want string }{
		{"no start", "-- scenario.yaml --\nvisitor: bravo\n-- story --\n", "has no start"},
		{"no head", "-- story --\n", "has no start"},
		{"an unknown key", "-- scenario.yaml --\nstart: 2026-01-06T18:00:00Z\nstrat: x\n", "scenario.yaml"},
		{"another file", "-- notes --\n", `"notes" is not scenario.yaml or story`},
	} {
		if _, err := Parse("bad", []byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.what, err, c.want)
		}
	}
}

// Whatever the file, reading it ends in a story or in an error; a story that
// was read has no line that could not be played for its form.
func FuzzParse(f *testing.F) {
	b, err := files.ReadFile("replays/relay-malice.txtar")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(head + "turn x\n  until bravo not shows withholding\n  after 1s\n"))
	f.Add([]byte(head + "expect bravo shows \"a b\" in \\\nanswer_now by 18:00:00\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Parse("fuzz", b)
		if err != nil {
			return
		}
		if s.Head.Start.IsZero() {
			t.Error("a story without a start")
		}
		for _, l := range flat(s.Lines) {
			if err := l.check(); err != nil {
				t.Errorf("line %d: %v", l.At, err)
			}
		}
	})
}

package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// forms is how a line of each verb is written. "…" stands for more words.
var forms = map[string]string{
	"at": "at <time>", "after": "after <duration>", "turn": "turn <step>",
	"cut": "cut <desk> <desk>", "restore": "restore <desk> <desk>", "stop": "stop <desk>", "start": "start <desk>",
	"withhold": "withhold <desk> <desk>", "alter": "alter <desk> <desk>", "release": "release <desk>",
	"backup": "backup <desk> <name>", "recover": "recover <desk> <name>", "override": "override <desk>",
}

// acts is what a desk can do, and how many words follow the verb at least.
var acts = map[string]int{"sends": 1, "takes": 1, "reads": 1, "passes": 2, "stands": 2, "translates": 1, "updates": 1, "cancels": 1, "proves": 1, "finds": 1, "follows": 1}

// facts is what a screen can show, and how many words follow at least; first
// of a desk as a whole, then of one matter.
var (
	deskFacts = map[string]int{"alarm": 1, "generation": 2, "link": 2, "journals": 2, "watch": 1, "sent": 1, "channel": 3, "ledger": 4, "tried": 3, "withholding": 0, "exported": 0, "screen": 2, "geo": 2}
	facts     = map[string]int{"held": 0, "in": 1, "state": 1, "number": 1, "waits": 1, "text": 2, "contested": 0, "derived": 1, "before": 1, "step": 1,
		"difference": 2, "delivered": 1, "received": 1, "readback": 1, "disseminated": 1, "position": 1}
)

// check finds what is wrong with the form of a line, before anything is played.
func (l Line) check() error {
	w := l.Words
	switch form, ok := forms[w[0]]; {
	case ok:
		return checkForm(w, form)
	case w[0] == "audit":
		if len(w) == 2 && w[1] == "clean" || len(w) == 3 && slices.Contains(desks, w[2]) {
			return nil
		}
		return fmt.Errorf("want: audit clean, or audit <finding> <desk>")
	case w[0] == "expect":
		return checkFact(w, "expect")
	case slices.Contains(desks, w[0]):
		return l.checkAct()
	}
	return fmt.Errorf("%q is neither a desk nor a verb of a story; see the package comment of scenarios", w[0])
}

func checkForm(w []string, form string) error {
	want := strings.Fields(form)
	if len(w) != len(want) {
		return fmt.Errorf("want: %s", form)
	}
	for i := range want {
		switch {
		case want[i] == "<desk>" && !slices.Contains(desks, w[i]):
			return fmt.Errorf("%q is not a desk", w[i])
		case want[i] == "<duration>":
			if d, err := time.ParseDuration(w[i]); err != nil || d < 0 {
				return fmt.Errorf("%q is not a duration such as 30s", w[i])
			}
		case want[i] == "<time>":
			if !isTime(w[i]) {
				return fmt.Errorf("%q is not a time such as 18:02:05 or 2026-01-06T18:02:05Z", w[i])
			}
		}
	}
	return nil
}

func isTime(s string) bool {
	_, long := time.Parse(time.RFC3339, s)
	_, short := time.Parse("15:04:05", strings.TrimSuffix(s, "Z"))
	return long == nil || short == nil
}

// checkFact checks "expect <desk> [not] shows <fact> [by <time>]" and, of a
// turn, "until <desk> [not] shows <fact>".
func checkFact(w []string, verb string) error {
	want := fmt.Errorf("want: %s <desk> [not] shows <fact>", verb)
	if len(w) < 4 {
		return want
	}
	rest := slices.Clone(w[2:])
	if rest[0] == "not" {
		rest = rest[1:]
	}
	if !slices.Contains(desks, w[1]) || len(rest) < 2 || rest[0] != "shows" {
		return want
	}
	rest = rest[1:]
	if n := len(rest); n > 2 && rest[n-2] == "by" {
		if !isTime(rest[n-1]) {
			return fmt.Errorf("%q is not a time such as 18:02:05", rest[n-1])
		}
		rest = rest[:n-2]
	}
	return checkShown(rest)
}

// checkShown checks a fact about a desk or, after its label, about a matter.
func checkShown(f []string) error {
	least, ok := deskFacts[f[0]]
	if !ok && len(f) > 1 {
		f = f[1:]
		least, ok = facts[f[0]]
	}
	switch {
	case !ok:
		return fmt.Errorf("%q is not what a screen shows", strings.Join(f, " "))
	case len(f) <= least:
		return fmt.Errorf("%s of what? %d more words are wanted", f[0], least+1-len(f))
	}
	return nil
}

// label gives the label that a line uses for a matter, "" for none.
func (l Line) label() string {
	w := l.Words
	switch {
	case w[0] == "expect" || w[0] == "until":
		f := w[slices.Index(w, "shows")+1:]
		if _, ok := deskFacts[f[0]]; !ok {
			return f[0]
		}
	case len(w) > 2 && w[1] != "sends" && w[1] != "finds" && acts[w[1]] > 0:
		return w[2]
	}
	return ""
}

// checkLabels wants every label to be given before it is used: a fact about
// nothing would never be shown, and "not shows" would hold for ever.
func checkLabels(lines []Line) error {
	given := map[string]bool{}
	for _, l := range lines {
		for _, x := range append([]Line{l}, l.Inner...) {
			if name := x.label(); name != "" && !given[name] && !strings.Contains(name, "/") {
				return fmt.Errorf("line %d: %s: nothing is called %q so far", x.At, x.Text, name)
			}
			if i := slices.Index(x.Words, "as"); i > 0 && i+1 < len(x.Words) && acts[x.Words[1]] > 0 {
				name := x.Words[i+1]
				if _, taken := deskFacts[name]; taken || given[name] {
					return fmt.Errorf("line %d: %s: %q is taken", x.At, x.Text, name)
				}
				given[name] = true
			}
		}
	}
	return nil
}

func (l Line) checkAct() error {
	if len(l.Words) < 2 {
		return fmt.Errorf("what does %s do?", l.Words[0])
	}
	least, ok := acts[l.Words[1]]
	if !ok {
		return fmt.Errorf("%q is not what a desk does: sends, takes, reads, passes, stands, translates, updates, cancels, proves, finds or follows", l.Words[1])
	}
	if len(l.Words) < 2+least {
		return fmt.Errorf("%s what?", l.Words[1])
	}
	if l.JSON == "" {
		return nil
	}
	text := timeRE.ReplaceAllString(placeRE.ReplaceAllString(saidRE.ReplaceAllString(l.JSON, `""`), "null"), "0")
	if !jsontext.Value(text).IsValid() {
		return fmt.Errorf("the body is not JSON: %s", l.JSON)
	}
	return nil
}

func checkLines(lines []Line) error {
	for _, l := range lines {
		if err := l.check(); err != nil {
			return fmt.Errorf("line %d: %s: %w", l.At, l.Text, err)
		}
		for i, x := range l.Inner {
			err := x.check()
			switch {
			case i == 0 && x.Words[0] == "until":
				err = checkFact(x.Words, "until")
			case i == 0:
				err = fmt.Errorf("a turn begins with: until <desk> [not] shows <fact>")
			case x.Words[0] == "turn":
				err = fmt.Errorf("a turn holds no other turn")
			}
			if err != nil {
				return fmt.Errorf("line %d: %s: %w", x.At, x.Text, err)
			}
		}
		if l.Words[0] == "turn" && len(l.Inner) == 0 {
			return fmt.Errorf("line %d: %s: a turn begins with: until <desk> [not] shows <fact>", l.At, l.Text)
		}
	}
	return checkLabels(lines)
}

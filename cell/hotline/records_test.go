package hotline_test

import (
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/hotline"
)

var (
	text  = []cell.Free{{Lang: "en", Text: "x"}}
	place = cell.Place{Lat: "12.3", Lon: "-38.1", Notation: "DD"}
)

// HOT-03 T: a check carries a number of the neutral bank and no free text, in
// none of its fields.
func TestHOT03NoFreeTextInATest(t *testing.T) {
	good := hotline.LineCheck{Text: 1, Slot: 0, Attempt: 1, Role: "watch", State: hotline.Up, Code: "4821-0937-1174-6620-3",
		Heads:    []hotline.JournalHead{{Desk: "alpha", Gen: 1, Size: 4, Root: strings.Repeat("ab", 32)}},
		Channels: []hotline.ChannelHead{{Channel: "alpha>bravo,supervisor", Serial: 3}}}
	for _, tt := range []struct {
		at     string
		change func(*hotline.LineCheck)
	}{
		{"", func(*hotline.LineCheck) {}},
		{"/text", func(l *hotline.LineCheck) { l.Text = 0 }},
		{"/text", func(l *hotline.LineCheck) { l.Attempt = 4 }},
		{"/role", func(l *hotline.LineCheck) { l.Role = "we attack at dawn" }},
		{"/state", func(l *hotline.LineCheck) { l.State = "tense" }},
		{"/code", func(l *hotline.LineCheck) { l.Code = "stop it" }},
		{"/heads/0", func(l *hotline.LineCheck) { l.Heads[0].Root = "the bridge is yours" }},
		{"/heads/0", func(l *hotline.LineCheck) { l.Heads[0].Desk = "who are you" }},
		{"/channels/0", func(l *hotline.LineCheck) { l.Channels[0].Channel = "hello" }},
		{"/channels/0", func(l *hotline.LineCheck) { l.Channels[0].Channel = "alpha>hello there" }},
	} {
		l := good
		l.Heads, l.Channels = append([]hotline.JournalHead{}, good.Heads...), append([]hotline.ChannelHead{}, good.Channels...)
		tt.change(&l)
		celltest.WantAt(t, l, tt.at)
	}
	c := celltest.Charter(t, hotline.Module)
	for i, text := range c.CheckTexts {
		for _, lang := range cell.Languages() {
			if text[lang] == "" {
				t.Errorf("check text %d has no wording in %s", i+1, lang)
			}
		}
	}
	h := celltest.NewHistory(c, cell.Modules{hotline.Module})
	x := h.Add(t, "alpha", hotline.KindLineCheck, hotline.LineCheck{Text: int64(len(c.CheckTexts)) + 1, Attempt: 1, State: hotline.Up, Code: "auto"}, nil)
	if v := h.Matter(x.Ref(), "").Verdicts[x.Cite()]; v != cell.VerdictContested {
		t.Errorf("a text outside the bank: %s", v)
	}
	for _, k := range hotline.Module.Kinds {
		if k.Name == hotline.KindLineCheck {
			if _, err := k.Fill([]byte(`{"text":1,"attempt":1,"state":"up","code":"auto","note":"hello"}`)); err == nil {
				t.Error("a field for free text is accepted in a TEST message")
			}
		}
	}
}

func TestValidate(t *testing.T) {
	long := strings.Repeat("x", 201)
	for _, tt := range []struct {
		at   string
		body cell.Body
	}{
		{"", hotline.Cease{What: "fire", Ref: "A-1"}}, // HOT-05: what and where, nothing else
		{"", hotline.Cease{What: "fire", Place: []cell.Place{place}}},
		{"/place", hotline.Cease{What: "fire"}},
		{"/place", hotline.Cease{What: "fire", Ref: " "}},
		{"/what", hotline.Cease{What: "everything", Ref: "A-1"}},
		{"/place", hotline.Cease{What: "fire", Place: []cell.Place{place, place}}},
		{"/place/0/lat", hotline.Cease{What: "fire", Place: []cell.Place{{Lat: "91", Lon: "0", Notation: "DD"}}}},
		{"/ref", hotline.Cease{What: "fire", Ref: long}},
		{"", hotline.Message{Body: text[0]}},
		{"/body/lang", hotline.Message{Body: cell.Free{Lang: "x", Text: "x"}}},
		{"/time", hotline.Message{Body: text[0], Time: []int64{1, 2}}},
		{"", hotline.Distress{Who: "civilians", Place: place, Condition: "hurt", Need: "medical"}},
		{"/who", hotline.Distress{Who: "them", Place: place, Condition: "hurt", Need: "medical"}},
		{"/need", hotline.Distress{Who: "civilians", Place: place, Condition: "hurt", Need: "money"}},
		{"", hotline.Watch{Role: "watch", From: 1, To: 2, Languages: []string{"ar"}, Authority: "watch"}},
		{"/to", hotline.Watch{Role: "watch", From: 2, To: 2, Languages: []string{"ar"}, Authority: "watch"}},
		{"/to", hotline.Watch{Role: "watch", From: 1, To: 2 + 24*3600_000, Languages: []string{"ar"}, Authority: "watch"}},
		{"/languages", hotline.Watch{Role: "watch", From: 1, To: 2, Authority: "watch"}},
		{"/role", hotline.Watch{Role: "Jane", From: 1, To: 2, Languages: []string{"ar"}, Authority: "watch"}},
		{"", hotline.Attempt{Toward: "bravo", Means: "radio", Outcome: "busy"}},
		{"/outcome", hotline.Attempt{Toward: "bravo", Means: "radio", Outcome: "rude"}},
		{"/toward", hotline.Attempt{Toward: "B", Means: "radio", Outcome: "busy"}},
		{"/state", hotline.Probe{With: "bravo", State: "suspended", Confidence: "high"}}, // HOT-16: a probe cannot say so
		{"/state", hotline.ChState{With: "bravo", State: "tech-down"}},
		{"", hotline.ChState{With: "bravo", State: "restored", Reason: text}},
		{"/end", hotline.Call{Initiator: "alpha", Start: 2, End: 1, Means: "radio", Points: text[0]}},
		{"/until", hotline.Confirm{Agreed: text[0], From: 2, Until: []int64{2}}},
		{"/event", hotline.NotUs{Statement: "accident", Authority: "watch"}},
		{"/body", hotline.Correct{Wrong: text[0], Right: text[0], Body: []cell.RawBody{{'{', '}'}, {'{', '}'}}}},
		{"/question/text", hotline.Clarify{Question: cell.Free{Lang: "en"}}},
		{"/text/text", hotline.Protest{Text: cell.Free{Lang: "en"}}},
	} {
		celltest.WantAt(t, tt.body, tt.at)
	}
}

// HOT-01: where a rota has nobody on watch.
func TestRotaGap(t *testing.T) {
	const hour = 3600_000
	for _, tt := range []struct {
		name    string
		watches [][2]int64 // hours from noon
		from    int64
		ok      bool
	}{
		{"none filed", nil, 0, false},
		{"covered", [][2]int64{{-1, 12}}, 0, false},
		{"two that meet", [][2]int64{{0, 6}, {6, 12}}, 0, false},
		{"two that overlap, the later first", [][2]int64{{5, 12}, {0, 6}}, 0, false},
		{"a gap", [][2]int64{{0, 6}, {7, 19}}, 6, true},
		{"nobody now", [][2]int64{{-8, -1}}, 0, true},
		{"ends in eight hours", [][2]int64{{0, 8}}, 8, true},
		{"ends in nine hours", [][2]int64{{0, 9}}, 0, false},
		{"a short one inside a long one", [][2]int64{{0, 12}, {1, 2}}, 0, false},
	} {
		h := celltest.NewHistory(celltest.Charter(t, hotline.Module), cell.Modules{hotline.Module})
		var filed []cell.Matter
		for _, w := range tt.watches {
			x := h.Add(t, "alpha", hotline.KindWatch, hotline.Watch{Role: "watch", From: celltest.Noon + w[0]*hour, To: celltest.Noon + w[1]*hour, Languages: []string{"ar"}, Authority: "watch"}, nil)
			filed = append(filed, h.Matter(x.Ref(), ""))
		}
		from, ok := hotline.RotaGap(filed, "alpha", celltest.Noon, 9*hour)
		if ok != tt.ok || (ok && from != celltest.Noon+tt.from*hour) {
			t.Errorf("%s: %d %v, want +%d h %v", tt.name, (from-celltest.Noon)/hour, ok, tt.from, tt.ok)
		}
	}
}

// HOT-16: declarations stand above probes and attempts, each desk's own words
// change its own column only, and only a desk that declared it lifts it.
func TestChannelStates(t *testing.T) {
	probe := func(with, state string) cell.Body {
		return hotline.Probe{With: with, State: state, Since: celltest.Noon, Evidence: "x", Confidence: "high"}
	}
	declare := func(with, state string) cell.Body {
		return hotline.ChState{With: with, State: state, Reason: []cell.Free{}}
	}
	attempt := func(with, outcome string) cell.Body {
		return hotline.Attempt{Toward: with, Means: "telephone", Outcome: outcome, Started: celltest.Noon, Note: []cell.Free{}}
	}
	type step struct {
		desk string
		body cell.Body
		want string
	}
	for name, steps := range map[string][]step{
		"probes": {{"alpha", probe("bravo", "degraded"), hotline.Degraded}, {"bravo", probe("alpha", "tech-down"), hotline.TechDown},
			{"alpha", probe("bravo", "up"), hotline.TechDown}, {"bravo", probe("alpha", "up"), hotline.Up}},
		"attempts": {{"alpha", attempt("bravo", "no-answer"), hotline.Unanswered}, {"alpha", attempt("bravo", "line-fault"), hotline.Unanswered},
			{"alpha", attempt("bravo", "busy"), hotline.Unanswered}, {"alpha", attempt("bravo", "answered"), hotline.Up}},
		"declared above found": {{"alpha", declare("bravo", "suspended"), hotline.Suspended}, {"bravo", probe("alpha", "tech-down"), hotline.Suspended},
			{"bravo", declare("alpha", "restored"), hotline.Suspended}, {"bravo", declare("alpha", "severed"), hotline.Severed},
			{"alpha", declare("bravo", "restored"), hotline.Severed}, {"bravo", declare("alpha", "restored"), hotline.TechDown}},
		"of another channel": {{"alpha", declare("supervisor", "severed"), hotline.Up}},
		"by a third desk":    {{"supervisor", declare("bravo", "severed"), hotline.Up}},
	} {
		c := celltest.Charter(t, hotline.Module)
		h := celltest.NewHistory(c, cell.Modules{hotline.Module})
		ref := cell.Ref{ID: hotline.ChannelID("alpha", "bravo")}
		for i, s := range steps {
			h.Add(t, s.desk, kindOf(s.body), s.body, func(r *cell.Record) { r.About = ref })
			if got := h.State(ref, h.Now).Name; got != s.want {
				t.Errorf("%s, step %d: %s, want %s", name, i, got, s.want)
			}
		}
	}
}

func kindOf(b cell.Body) string {
	switch b.(type) {
	case hotline.Probe:
		return hotline.KindProbe
	case hotline.ChState:
		return hotline.KindChState
	}
	return hotline.KindAttempt
}

// HOT-11: the label of a call record.
func TestCallStates(t *testing.T) {
	call := hotline.Call{Initiator: "alpha", Start: 1, End: 2, Means: "telephone", Participants: []hotline.Participant{}, Points: text[0], Agreed: []cell.Free{}, Disagreed: []cell.Free{}}
	day := int64(24 * 3600_000)
	for _, tt := range []struct {
		name  string
		to    []string
		do    func(*celltest.History, cell.Held)
		after int64
		want  string
	}{
		{"filed", nil, func(*celltest.History, cell.Held) {}, 0, cell.StateSent},
		{"agreed", nil, func(h *celltest.History, m cell.Held) {
			h.DeliverAll(m)
			h.Ack(t, "bravo", m, cell.Position{Position: cell.Agrees, Hash: m.Hash, Text: []cell.Free{}})
		}, 0, hotline.StateAgreed},
		{"reserved", nil, func(h *celltest.History, m cell.Held) {
			h.DeliverAll(m)
			h.Ack(t, "bravo", m, cell.Position{Position: cell.Disputes, Text: []cell.Free{}})
		}, 0, hotline.StateReserved},
		{"the supervisor alone agrees", nil, func(h *celltest.History, m cell.Held) {
			h.DeliverAll(m)
			h.Ack(t, "supervisor", m, cell.Position{Position: cell.Agrees, Hash: m.Hash, Text: []cell.Free{}})
		}, 0, cell.StateDelivered},
		{"one second before the day is over", nil, func(h *celltest.History, m cell.Held) { h.DeliverAll(m) }, day, cell.StateDelivered},
		{"a day after delivery", nil, func(h *celltest.History, m cell.Held) { h.DeliverAll(m) }, day + 1000, hotline.StateUnilateral},
		{"a day after, never delivered", nil, func(*celltest.History, cell.Held) {}, day, hotline.StateUnilateral},
		{"no party was asked", []string{"supervisor"}, func(*celltest.History, cell.Held) {}, 0, hotline.StateUnilateral},
		{"by the supervisor, one of two agrees", []string{"S"}, func(h *celltest.History, m cell.Held) {
			h.DeliverAll(m)
			h.Ack(t, "alpha", m, cell.Position{Position: cell.Agrees, Hash: m.Hash, Text: []cell.Free{}})
		}, day + 10_000, hotline.StateUnilateral},
	} {
		h := celltest.NewHistory(celltest.Charter(t, hotline.Module), cell.Modules{hotline.Module})
		author := "alpha"
		if len(tt.to) == 1 && tt.to[0] == "S" {
			author, tt.to = "supervisor", nil
		}
		m := h.Add(t, author, hotline.KindCall, call, func(r *cell.Record) {
			if tt.to != nil {
				r.To = tt.to
			}
		})
		tt.do(h, m)
		now := h.Now
		if tt.after > 0 {
			now = celltest.Noon + tt.after
		}
		if s := h.State(m.Ref(), now); s.Name != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, s.Name, tt.want)
		}
	}
}

package node_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/hotline"
	"parley/node"
	"parley/node/nodetest"
)

// A duty of the node itself that is refused is tried again later and later, and said
// once; what is to follow it waits, what is not goes on. The desk's officers see
// that it stands, until it is filed or owed no longer.
func TestARefusedDutyIsSeenAndRests(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	asked, good, over := 0, false, false
	balky := cell.Module{Name: "balky", Due: func(s cell.Situation) []cell.Draft {
		if s.Desk != "supervisor" || over {
			return nil
		}
		asked++
		first := cell.Draft{Kind: hotline.KindMessage, Key: "balky/1", To: []string{"nobody"}, By: cell.ByNode(), Body: plain("to a desk that is none"), Owed: true}
		if good {
			first.To = []string{"alpha"}
		}
		return []cell.Draft{first,
			{Kind: hotline.KindMessage, Key: "balky/2", To: []string{"alpha"}, By: cell.ByNode(), Body: plain("what follows it"), After: []string{"balky/1"}},
			{Kind: hotline.KindMessage, Key: "balky/3", To: []string{"alpha"}, By: cell.ByNode(), Body: plain("what does not")},
		}
	}}
	c.Modules = append(cell.Modules{balky}, node.Modules()...)
	sup := c.Start("supervisor", "", nil)
	var log bytes.Buffer
	sup.Log = slog.New(slog.NewTextHandler(&log, nil))
	tick := func(after time.Duration) {
		t.Helper()
		c.Clock.Add(after)
		if err := sup.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	filed := func(key string) bool {
		return count(t, sup, `SELECT COUNT(*) FROM act_key WHERE key = '`+key+`'`) == 1
	}
	for range 100 {
		tick(time.Second)
	}
	if n := strings.Count(log.String(), "own act was refused"); n != 1 {
		t.Errorf("it is said %d times", n)
	}
	if filed("balky/1") || filed("balky/2") || !filed("balky/3") {
		t.Errorf("filed: the refused one %v, what follows it %v, what does not %v", filed("balky/1"), filed("balky/2"), filed("balky/3"))
	}
	list := alarmsOf(t, sup, node.AlarmUnfiled)
	if len(list) != 1 || list[0].Level != cell.Immediate {
		t.Fatalf("the officers see %+v", list)
	}
	for lang, text := range list[0].Text {
		if !strings.Contains(text, "MSG") || !strings.Contains(text, "cell.member") || strings.Contains(text, "{") {
			t.Errorf("in %s they read %q", lang, text)
		}
	}
	good = true
	tick(time.Second)
	if filed("balky/1") {
		t.Error("a hundred seconds on it is tried every second")
	}
	tick(2 * time.Minute)
	if !filed("balky/1") || !filed("balky/2") {
		t.Error("it would be taken now, and is not filed")
	}
	if list := alarmsOf(t, sup, node.AlarmUnfiled); len(list) != 0 {
		t.Errorf("it is filed, and the officers see %+v", list)
	}
}

// What is owed no longer is no alarm.
func TestARefusedDutyThatIsOver(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	over := false
	balky := cell.Module{Name: "balky", Due: func(s cell.Situation) []cell.Draft {
		if over {
			return nil
		}
		return []cell.Draft{{Kind: hotline.KindMessage, Key: "balky/1", To: []string{"nobody"}, By: cell.ByNode(), Body: plain("to a desk that is none"), Owed: true}}
	}}
	c.Modules = append(cell.Modules{balky}, node.Modules()...)
	sup := c.Start("supervisor", "", nil)
	for _, want := range []int{1, 0} {
		c.Clock.Add(time.Minute)
		if err := sup.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if list := alarmsOf(t, sup, node.AlarmUnfiled); len(list) != want {
			t.Errorf("over: %v, and the officers see %+v", over, list)
		}
		over = true
	}
}

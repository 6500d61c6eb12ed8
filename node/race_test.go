package node_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
)

// Two lanes between two desks work side by side, so an older statement of
// holdings may be worked in after a newer one. Under load from all three desks
// nobody is said to have rolled back, forked or lost a record.
func TestLoadRaisesNoFalseAlarm(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	var desks []*nodetest.Desk
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		desks = append(desks, c.Start(d, "", nil))
	}
	c.Settle()
	each := 400
	if testing.Short() {
		each = 100
	}
	var wg sync.WaitGroup
	for _, d := range desks {
		for w := range 4 {
			wg.Go(func() {
				for i := range each / 4 {
					body := fmt.Sprintf(`{"body":{"lang":"en","text":"%d of %d"}}`, i, w)
					if _, err := d.Act(t.Context(), node.Act{Kind: "MSG", Body: []byte(body)}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	c.Settle()
	for _, d := range desks {
		for _, kind := range []string{node.AlarmRollback, node.AlarmEquivocation, node.AlarmGap, node.AlarmChain, node.AlarmRefused, node.AlarmUnapplied} {
			for _, a := range alarmsOf(t, d, kind) {
				t.Errorf("at %s: %s %s", d.Node.Desk(), a.ID, a.Text.In("en"))
			}
		}
		if n := count(t, d, `SELECT COUNT(*) FROM record WHERE kind = 'hotline.message/1'`); n != 3*each/4*4 {
			t.Errorf("at %s: %d messages, want %d", d.Node.Desk(), n, 3*each)
		}
	}
}

// An older statement that was overtaken on the other lane is no rollback; a
// desk that goes on stating less is.
func TestOvertakenStatementIsNoRollback(t *testing.T) {
	c, alpha, f := victim(t)
	f.say("hotline.message/1", plain("one"), nil)
	early := f.holding()
	f.say("hotline.message/1", plain("two"), nil)
	f.give(alpha)
	if err := alpha.Inform(t.Context(), "bravo", []journal.Holding{early}); err != nil {
		t.Fatal(err)
	}
	if err := alpha.Inform(t.Context(), "bravo", []journal.Holding{f.holding()}); err != nil {
		t.Fatal(err)
	}
	c.Clock.Add(time.Minute)
	if err := alpha.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a := alarmsOf(t, alpha, node.AlarmRollback); len(a) != 0 {
		t.Errorf("alarms %+v", a)
	}
}

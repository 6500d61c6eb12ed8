package link

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/cell"
	"parley/journal"
)

// A stage is a cell in memory, inside a synctest bubble: desks, the network
// between them, and their managers.
type stage struct {
	t        *testing.T
	net      *Memory
	charter  *cell.Charter
	desks    map[string]*memDesk
	managers map[string]*Manager
	tune     func(*Config) // changes each configuration before it is used
	stops    map[string]func()
}

// story runs a test in a bubble with three desks: alpha and bravo, each linked
// with the supervisor, and with each other too when direct is set. When it
// ends, every goroutine must have ended, or synctest fails.
func story(t *testing.T, direct bool, tell func(t *testing.T, s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		charter := &cell.Charter{
			Cell: "test", Hash: strings.Repeat("0f", 32), Protocol: 1,
			Members: []cell.Member{{Desk: "alpha"}, {Desk: "bravo"}, {Desk: "supervisor"}},
			Links:   [][]string{{"alpha", "supervisor"}, {"bravo", "supervisor"}},
		}
		if direct {
			charter.Links = append(charter.Links, []string{"alpha", "bravo"})
		}
		s := &stage{
			t: t, net: Network(), charter: charter,
			desks: map[string]*memDesk{}, managers: map[string]*Manager{}, stops: map[string]func(){},
		}
		for _, m := range charter.Members {
			s.desks[m.Desk] = newDesk(m.Desk, charter.Others(m.Desk)...)
		}
		defer s.stopAll()
		tell(t, s)
	})
}

// start runs desks; none named means all.
func (s *stage) start(ids ...string) {
	s.t.Helper()
	if len(ids) == 0 {
		ids = s.charter.Desks()
	}
	transports := map[string]Transport{}
	for _, id := range ids {
		transports[id] = s.net.Transport(id)
	}
	for i, id := range ids {
		c := Config{
			Desk: s.desks[id], Charter: s.charter, Transport: transports[id],
			Now: time.Now, Seed: int64(i + 1), Log: slog.New(slog.DiscardHandler),
		}
		if s.tune != nil {
			s.tune(&c)
		}
		m, err := New(c)
		if err != nil {
			s.t.Fatal(err)
		}
		s.managers[id] = m
		ctx, cancel := context.WithCancel(s.t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			if err := m.Run(ctx); err != nil {
				s.t.Errorf("%s: %v", id, err)
			}
		})
		s.stops[id] = func() { cancel(); running.Wait(); c.Transport.Close() }
	}
}

func (s *stage) stopAll() {
	for _, stop := range s.stops {
		stop()
	}
}

// settle waits until all links that are up are at rest, for two minutes at
// most of the bubble's time.
func (s *stage) settle() {
	s.t.Helper()
	var all []*Manager
	for _, m := range s.managers {
		all = append(all, m)
	}
	for range 1200 {
		synctest.Wait()
		if Settled(all...) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.t.Fatalf("the cell does not come to rest")
}

// meet waits until two desks' link is up and at rest.
func (s *stage) meet(a, b string) {
	s.t.Helper()
	for range 1200 {
		synctest.Wait()
		if s.managers[a].Idle(b) && s.managers[b].Idle(a) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.t.Fatalf("%s and %s do not meet: %v", a, b, s.managers[a].Status())
}

// same asserts that the reader holds all records of the author, in order.
func (s *stage) same(author, reader string) {
	s.t.Helper()
	want, got := s.desks[author].texts(author), s.desks[reader].texts(author)
	if !slices.Equal(want, got) {
		s.t.Errorf("%s holds %d of %d records of %s, or others: %.200q", reader, len(got), len(want), author, got)
	}
	if a, b := s.desks[author].size(author), s.desks[reader].size(author); a != b {
		s.t.Errorf("%s holds %d of %d entries of %s", reader, b, a, author)
	}
}

func lines(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s %d", prefix, i)
	}
	return out
}

var everyone = []string{"alpha", "bravo", "supervisor"}

// HOT-01 T: what one desk files, the others hold, and the author learns that
// they do.
func TestDeliver(t *testing.T) {
	story(t, true, func(t *testing.T, s *stage) {
		s.desks["alpha"].file(false, everyone, lines("before", 3)...)
		s.start()
		s.meet("alpha", "bravo")
		s.desks["alpha"].file(true, everyone, "flash")
		s.desks["bravo"].file(false, everyone, lines("answer", 5)...)
		s.desks["supervisor"].file(true, everyone, "noted")
		s.settle()
		for _, author := range everyone {
			for _, reader := range everyone {
				s.same(author, reader)
			}
		}
		for _, by := range []string{"bravo", "supervisor"} {
			if n := s.desks["alpha"].known(by); n != 4 {
				t.Errorf("alpha knows that %s holds %d of its entries, want 4", by, n)
			}
		}
		for _, st := range s.managers["alpha"].Status() {
			if !st.Up || len(st.Lanes) != laneCount || st.Evidence != "" || st.LastHold.IsZero() || st.Skew != 0 {
				t.Errorf("status: %+v", st)
			}
		}
	})
}

// Design 2, step 4: a record goes only to its addressees; the others get the
// commitment.
func TestAddressees(t *testing.T) {
	story(t, true, func(t *testing.T, s *stage) {
		s.start()
		s.desks["alpha"].file(false, []string{"supervisor"}, "in confidence")
		s.meet("alpha", "bravo")
		s.settle()
		if got := s.desks["bravo"].texts("alpha"); len(got) != 0 {
			t.Errorf("bravo holds %q", got)
		}
		if n := s.desks["bravo"].size("alpha"); n != 1 {
			t.Errorf("bravo holds %d entries", n)
		}
		s.same("alpha", "supervisor")
	})
}

// F8, I7: a cut shorter than every timer is caught up without anybody acting.
func TestShortCut(t *testing.T) {
	story(t, true, func(t *testing.T, s *stage) {
		s.start()
		s.meet("alpha", "bravo")
		s.net.Cut("alpha", "bravo")
		s.desks["alpha"].file(true, []string{"bravo"}, "filed while cut")
		s.desks["bravo"].file(false, []string{"alpha"}, "filed while cut too")
		time.Sleep(20 * time.Millisecond)
		s.net.Restore("alpha", "bravo")
		time.Sleep(time.Second) // less than any timer of the protocol
		synctest.Wait()
		s.same("alpha", "bravo")
		s.same("bravo", "alpha")
	})
}

// F8, I1, I2: a link that flaps faster than anything settles loses nothing and
// doubles nothing, at whatever moment it is cut.
func TestFlapping(t *testing.T) {
	story(t, true, func(t *testing.T, s *stage) {
		s.tune = func(c *Config) { c.ParcelBytes = 2 << 10 }
		s.start()
		for i := range 40 {
			s.desks["alpha"].file(i%3 == 0, everyone, lines(fmt.Sprint("a", i), 20)...)
			s.desks["bravo"].file(i%5 == 0, everyone, lines(fmt.Sprint("b", i), 20)...)
			s.net.Cut("alpha", "bravo")
			if i%2 == 0 {
				s.net.Cut("bravo", "supervisor")
			}
			time.Sleep(time.Duration(i*7%50) * time.Millisecond)
			s.net.Restore("alpha", "bravo")
			s.net.Restore("bravo", "supervisor")
			time.Sleep(time.Duration(i*13%250) * time.Millisecond)
		}
		s.meet("alpha", "bravo")
		s.meet("bravo", "supervisor")
		s.settle()
		for _, author := range []string{"alpha", "bravo"} {
			for _, reader := range everyone {
				s.same(author, reader)
			}
		}
		got := slices.Clone(s.desks["bravo"].admitted)
		slices.Sort(got)
		if n := len(slices.Compact(got)); n != len(s.desks["bravo"].admitted) {
			t.Error("a record was applied twice")
		}
	})
}

// F15, I8: a FLASH overtakes a long catch-up: it is there while the other desk
// is still busy with an early part of that.
func TestFlashOvertakes(t *testing.T) {
	story(t, true, func(t *testing.T, s *stage) {
		s.tune = func(c *Config) { c.ParcelBytes = 8 << 10 }
		alpha, bravo := s.desks["alpha"], s.desks["bravo"]
		alpha.file(false, []string{"bravo"}, lines(strings.Repeat("long ", 20), 2000)...)
		came := make(chan struct{})
		bravo.onAdmit = func(brought []string) {
			switch {
			case slices.Contains(brought, "FLASH"):
				close(came)
			case slices.Contains(brought, strings.Repeat("long ", 20)+" 100"):
				alpha.file(true, []string{"bravo"}, "FLASH")
				<-came // the bulk lane stands still meanwhile
			}
		}
		s.start("alpha", "bravo")
		s.meet("alpha", "bravo")
		if at := slices.Index(bravo.admitted, "FLASH"); at < 100 || at > 300 {
			t.Errorf("the FLASH came as number %d of %d", at, len(bravo.admitted))
		}
		s.same("alpha", "bravo")
	})
}

// Design 6: without a direct link everything passes the supervisor, and the
// parties never meet.
func TestRelay(t *testing.T) {
	story(t, false, func(t *testing.T, s *stage) {
		s.start()
		s.desks["alpha"].file(false, everyone, lines("by the relay", 10)...)
		s.meet("alpha", "supervisor")
		s.meet("bravo", "supervisor")
		s.settle()
		s.same("alpha", "bravo")
		if st := s.managers["alpha"].Status(); len(st) != 1 || st[0].Peer != "supervisor" {
			t.Errorf("alpha has links %+v", st)
		}
		if s.managers["alpha"].Idle("bravo") {
			t.Error("a link that does not exist is idle")
		}
	})
}

// F14: a relay that withholds a record (exercise) keeps passing on the rest,
// and comes to rest.
func TestWithhold(t *testing.T) {
	story(t, false, func(t *testing.T, s *stage) {
		s.tune = func(c *Config) {
			c.Withhold = func(peer string, b journal.Name, index int64) bool {
				return peer == "bravo" && b.Desk == "alpha" && index == 1
			}
		}
		s.start()
		s.desks["alpha"].file(false, everyone, "first", "second", "third")
		s.meet("alpha", "supervisor")
		s.meet("bravo", "supervisor")
		s.settle()
		if got := s.desks["bravo"].texts("alpha"); !slices.Equal(got, []string{"first", "third"}) {
			t.Errorf("bravo holds %q", got)
		}
		if n := s.desks["bravo"].size("alpha"); n != 3 {
			t.Errorf("bravo holds %d entries: the commitment must pass", n)
		}
	})
}

// SEC-15, design 6: desks that run on different charters, cells or protocols
// do not link, and both say why.
func TestRefused(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Config)
		manage func(*Manager)
		want   string
	}{
		{"charter", func(c *Config) { other := *c.Charter; other.Hash = strings.Repeat("ee", 32); c.Charter = &other }, nil, "runs on charter"},
		{"cell", func(c *Config) { other := *c.Charter; other.Cell = "other"; c.Charter = &other }, nil, "is of cell"},
	} {
		t.Run(test.name, func(t *testing.T) {
			story(t, true, func(t *testing.T, s *stage) {
				s.tune = func(c *Config) {
					if c.Desk.Desk() == "bravo" {
						test.change(c)
					}
				}
				s.desks["alpha"].file(true, everyone, "not to be sent")
				s.start("alpha", "bravo")
				time.Sleep(30 * time.Second)
				synctest.Wait()
				for _, pair := range [][2]string{{"alpha", "bravo"}, {"bravo", "alpha"}} {
					events := s.desks[pair[0]].history()
					if !slices.ContainsFunc(events, func(e string) bool { return strings.HasPrefix(e, pair[1]+" false") && strings.Contains(e, test.want) }) {
						t.Errorf("%s was not told why: %q", pair[0], events)
					}
					if len(events) > 3 {
						t.Errorf("%s was told again and again: %q", pair[0], events)
					}
				}
				if s.desks["bravo"].size("alpha") != 0 {
					t.Error("entries went over a link that was refused")
				}
			})
		})
	}
}

// F7, SEC-15: a clock that is an hour off does not stop the link, and is shown.
func TestSkew(t *testing.T) {
	story(t, true, func(t *testing.T, s *stage) {
		s.tune = func(c *Config) {
			if c.Desk.Desk() == "bravo" {
				c.Now = func() time.Time { return time.Now().Add(time.Hour) }
			}
		}
		s.start("alpha", "bravo")
		s.desks["alpha"].file(true, everyone, "what time is it")
		s.meet("alpha", "bravo")
		s.same("alpha", "bravo")
		for _, test := range []struct{ desk, want string }{
			{"alpha", "the clock of bravo is 1h0m0s ahead of this desk's"},
			{"bravo", "the clock of alpha is 1h0m0s behind this desk's"},
		} {
			i := slices.IndexFunc(s.managers[test.desk].Status(), func(st PeerStatus) bool { return st.Up })
			if i < 0 {
				t.Fatal("no link is up")
			}
			if got := s.managers[test.desk].Status()[i]; got.Evidence != test.want {
				t.Errorf("%s shows %+v", test.desk, got)
			}
			if !slices.Contains(s.desks[test.desk].history(), test.want[13:strings.Index(test.want, " is")]+" true "+test.want) {
				t.Errorf("%s was told %q", test.desk, s.desks[test.desk].history())
			}
		}
	})
}

// Design 6: what goes wrong at a desk ends the session, is told to the other
// without details, and is tried again until it goes.
func TestFailingDesk(t *testing.T) {
	story(t, true, func(t *testing.T, s *stage) {
		failures := 3
		fail := func() error {
			if failures > 0 {
				failures--
				return errors.New("the disk is full at /somewhere")
			}
			return nil
		}
		s.desks["bravo"].refuse = fail
		s.desks["alpha"].file(true, everyone, "once more")
		s.start("alpha", "bravo")
		s.meet("alpha", "bravo")
		s.same("alpha", "bravo")
		failures = 3
		s.desks["alpha"].offered = fail
		s.desks["alpha"].file(true, everyone, "and again")
		s.meet("alpha", "bravo")
		s.same("alpha", "bravo")
		for _, id := range []string{"alpha", "bravo"} {
			leak := slices.ContainsFunc(s.desks[id].history(), func(e string) bool {
				return strings.Contains(e, "ended it") && strings.Contains(e, "disk")
			})
			if leak {
				t.Errorf("%s was told of the other's disk: %q", id, s.desks[id].history())
			}
		}
	})
}

// F1, F6: a desk that restarts with less than it had is served from what it
// then states; a Gap makes the sender look at the newest HOLD again.
func TestRestartAndGap(t *testing.T) {
	story(t, true, func(t *testing.T, s *stage) {
		s.start("alpha", "bravo")
		s.desks["alpha"].file(false, everyone, lines("old", 100)...)
		s.meet("alpha", "bravo")

		// The replica shrinks under a session that stands: the next parcel
		// meets a gap.
		bravo := s.desks["bravo"]
		bravo.mu.Lock()
		bravo.journals[own("alpha")] = &memJournal{records: map[int64]memRecord{}}
		bravo.mu.Unlock()
		s.desks["alpha"].file(true, everyone, "new")
		s.settle()
		if got, want := bravo.size("alpha"), int64(101); got != want {
			t.Errorf("bravo holds %d entries, want %d", got, want)
		}

		s.stops["bravo"]()
		s.desks["bravo"] = newDesk("bravo", "alpha", "supervisor")
		s.desks["alpha"].mu.Lock()
		clear(s.desks["alpha"].held)
		s.desks["alpha"].mu.Unlock()
		s.start("bravo")
		s.meet("alpha", "bravo")
		s.same("alpha", "bravo")
	})
}

// Demo: a desk can cut a peer off and take it back.
func TestCutAtADesk(t *testing.T) {
	story(t, true, func(t *testing.T, s *stage) {
		s.start()
		s.meet("alpha", "bravo")
		s.managers["alpha"].Cut("bravo")
		s.managers["alpha"].Cut("nobody")
		s.desks["bravo"].file(true, []string{"alpha"}, "while cut")
		time.Sleep(time.Minute)
		synctest.Wait()
		if s.desks["alpha"].texts("bravo") != nil {
			t.Error("a record came through a link that is cut")
		}
		for _, pair := range [][2]string{{"alpha", "bravo"}, {"bravo", "alpha"}} {
			for _, st := range s.managers[pair[0]].Status() {
				if st.Peer == pair[1] && (st.Up || len(st.Lanes) > 0 || st.Evidence == "") {
					t.Errorf("%s shows %+v", pair[0], st)
				}
			}
		}
		s.managers["alpha"].Restore("bravo")
		s.meet("alpha", "bravo")
		s.same("bravo", "alpha")
		want := []string{"bravo true ", "bravo false cut off at this desk", "bravo true "}
		got := slices.DeleteFunc(s.desks["alpha"].history(), func(e string) bool { return !strings.HasPrefix(e, "bravo") })
		if !slices.Equal(got, want) {
			t.Errorf("alpha was told %q", got)
		}
	})
}

// Design 6: either side may be the one that dials.
func TestOneSideDials(t *testing.T) {
	for _, dials := range []string{"alpha", "bravo"} {
		story(t, true, func(t *testing.T, s *stage) {
			s.tune = func(c *Config) {
				c.Dial = []string{}
				if c.Desk.Desk() == dials {
					c.Dial = []string{"alpha", "bravo"}
					c.Dial = slices.DeleteFunc(c.Dial, func(p string) bool { return p == dials })
				}
			}
			s.start("alpha", "bravo")
			s.desks["alpha"].file(false, everyone, "there")
			s.desks["bravo"].file(false, everyone, "and back")
			s.meet("alpha", "bravo")
			s.same("alpha", "bravo")
			s.same("bravo", "alpha")
		})
	}
}

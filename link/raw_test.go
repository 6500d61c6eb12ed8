package link

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/journal"
)

// A rawPeer is bravo without this package: it holds the right key and sends
// what it likes, byte by byte.
type rawPeer struct {
	t *testing.T
	c Conn
}

// against runs alpha in a bubble with bravo's place free for a rawPeer.
func against(t *testing.T, tell func(t *testing.T, s *stage, bravo Transport)) {
	t.Helper()
	story(t, true, func(t *testing.T, s *stage) {
		s.tune = func(c *Config) { c.Dial = []string{} }
		bravo := s.net.Transport("bravo")
		defer bravo.Close()
		s.start("alpha")
		tell(t, s, bravo)
	})
}

// dial opens a lane and says HELLO as bravo would.
func dial(t *testing.T, s *stage, bravo Transport, lane Lane) rawPeer {
	t.Helper()
	c, err := bravo.Dial(t.Context(), "alpha", lane)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	e := rawPeer{t, c}
	h := hello{Protocol: Protocol, Cell: s.charter.Cell, Charter: s.charter.Hash, Desk: "bravo", Lane: lane.String()}
	f, err := h.frame()
	if err != nil {
		t.Fatal(err)
	}
	e.send(f)
	e.await(typeHello)
	return e
}

func (e rawPeer) send(f frame) {
	e.t.Helper()
	if _, err := e.c.Write(f.bytes()); err != nil {
		e.t.Fatal(err)
	}
}

// await reads frames until one of that type comes.
func (e rawPeer) await(typ byte) frame {
	e.t.Helper()
	for {
		f, err := readFrame(e.c)
		if err != nil {
			e.t.Fatalf("wait for a frame of type %d: %v", typ, err)
		}
		if f.typ == typ {
			return f
		}
	}
}

// hold states that bravo holds this much of alpha's journal.
func (e rawPeer) hold(seq uint64, size int64) {
	e.t.Helper()
	b, err := EncodeHold(seq, []journal.Holding{{Name: own("alpha"), Size: size}})
	if err != nil {
		e.t.Fatal(err)
	}
	e.send(frame{typeHold, b})
}

// reason reads the BYE that must come, and that nothing comes after it.
func (e rawPeer) reason() string {
	e.t.Helper()
	f := e.await(typeBye)
	e.c.Close()
	return string(f.payload)
}

// F11: whatever breaks the form ends the session with a reason, and alpha
// serves the next one.
func TestBrokenFrames(t *testing.T) {
	long := func(typ byte, n uint32) []byte { return binary.BigEndian.AppendUint32([]byte{typ}, n) }
	parcel := func(change func([]byte)) []byte {
		b, err := EncodeParcel(1, []journal.Batch{{Name: own("bravo"), Entries: make([]journal.Entry, 2), Checkpoint: []byte("signed")}})
		if err != nil {
			t.Fatal(err)
		}
		change(b)
		return frame{typeParcel, b}.bytes()
	}
	for _, test := range []struct {
		name, want string
		bytes      []byte
	}{
		{"unknown type", "could not be read", long(99, 0)},
		{"oversize", "could not be read", long(typeParcel, maxFrame+1)},
		{"oversize HOLD", "could not be read", long(typeHold, maxHold+1)},
		{"short TAKEN", "could not be read", long(typeTaken, 7)},
		{"second HELLO", "has no place", frame{typeHello, []byte("{}")}.bytes()},
		{"TAKEN of nothing", "is not on its way", numbers(typeTaken, 7).bytes()},
		{"REWIND of nothing", "is not on its way", numbers(typeRewind, 7).bytes()},
		{"a huge count", "cannot be in", parcel(func(b []byte) { binary.BigEndian.PutUint32(b[10+2+5+4+8:], 100_000) })},
		{"more batches than there are", "decode parcel", parcel(func(b []byte) { binary.BigEndian.PutUint16(b[8:], 2) })},
		{"fewer batches than there are", "left over", parcel(func(b []byte) { binary.BigEndian.PutUint16(b[8:], 0) })},
		{"an index beyond all", "too large", parcel(func(b []byte) { b[10+2+5+4] = 0xff })},
		{"generation 0", "cannot be", parcel(func(b []byte) { binary.BigEndian.PutUint32(b[10+2+5:], 0) })},
		{"a journal twice", "named twice", frame{typeHold, twice(t)}.bytes()},
	} {
		t.Run(test.name, func(t *testing.T) {
			against(t, func(t *testing.T, s *stage, bravo Transport) {
				e := dial(t, s, bravo, LaneFast)
				if _, err := e.c.Write(test.bytes); err != nil {
					t.Fatal(err)
				}
				if got := e.reason(); !strings.Contains(got, test.want) {
					t.Errorf("BYE %q, want %q", got, test.want)
				}
				if n := s.desks["alpha"].parcels; n != 0 {
					t.Errorf("alpha admitted %d parcels", n)
				}
				e = dial(t, s, bravo, LaneFast)
				e.hold(1, 0)
				e.await(typeSeen)
			})
		})
	}
}

func twice(t *testing.T) []byte {
	b, err := EncodeHold(1, []journal.Holding{{Name: own("bravo")}, {Name: own("bravo")}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Design 6: a HELLO that does not fit is answered with what does not fit.
func TestBrokenHello(t *testing.T) {
	for _, test := range []struct{ hello, want string }{
		{`{"protocol":2,"more":true}`, "bravo speaks link protocol 2, alpha speaks 1"},
		{`{"protocol":1,"cell":"test","charter":"CHARTER","desk":"bravo","lane":"fast","more":1}`, "read hello"},
		{`{"protocol":1,"protocol":1}`, "read hello"},
		{`{"Protocol":1}`, "speaks link protocol 0"},
		{`{"protocol":1,"cell":"test","charter":"CHARTER","desk":"supervisor","lane":"fast"}`, "under another name"},
		{`{"protocol":1,"cell":"test","charter":"CHARTER","desk":"bravo","lane":"bulk"}`, "asks for lane"},
		{`{"protocol":1,"cell":"test","charter":"0000","desk":"bravo","lane":"fast"}`, "runs on charter \"0000\""},
		{`not JSON`, "read hello"},
	} {
		against(t, func(t *testing.T, s *stage, bravo Transport) {
			c, err := bravo.Dial(t.Context(), "alpha", LaneFast)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			e := rawPeer{t, c}
			e.send(frame{typeHello, []byte(strings.ReplaceAll(test.hello, "CHARTER", s.charter.Hash))})
			if got := e.reason(); !strings.Contains(got, test.want) {
				t.Errorf("%s: BYE %q, want %q", test.hello, got, test.want)
			}
			synctest.Wait()
			if got := s.desks["alpha"].history(); len(got) != 1 || !strings.Contains(got[0], test.want) {
				t.Errorf("%s: alpha was told %q", test.hello, got)
			}
		})
	}
}

// F15: who says nothing, or half a frame, or takes nothing, is let go.
func TestSlow(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(t *testing.T, s *stage, bravo Transport)
		want string
	}{
		{"silent from the first", func(t *testing.T, _ *stage, bravo Transport) {
			if _, err := bravo.Dial(t.Context(), "alpha", LaneFast); err != nil {
				t.Fatal(err)
			}
		}, "wait for hello"},
		{"one byte at a time", func(t *testing.T, s *stage, bravo Transport) {
			e := dial(t, s, bravo, LaneFast)
			go io.Copy(io.Discard, e.c)
			frame := numbers(typePing, 1, 1).bytes()
			for i := range frame {
				e.c.Write(frame[i : i+1])
				time.Sleep(10 * time.Second)
			}
		}, "no whole frame came from bravo"},
		{"takes nothing", func(t *testing.T, s *stage, bravo Transport) {
			s.desks["alpha"].file(true, everyone, lines(strings.Repeat("x", 1000), 500)...)
			s.managers["alpha"].config.ParcelBytes = 1 << 20
			e := dial(t, s, bravo, LaneBulk)
			e.hold(1, 0)
			e = dial(t, s, bravo, LaneFast)
			e.hold(1, 0)
			s.desks["alpha"].file(true, everyone, strings.Repeat("x", 500_000))
			for i := range uint64(12) { // alive, but not reading
				time.Sleep(10 * time.Second)
				if _, err := e.c.Write(numbers(typePing, i, 0).bytes()); err != nil {
					return
				}
			}
		}, "bravo took no whole frame"},
	} {
		t.Run(test.name, func(t *testing.T) {
			against(t, func(t *testing.T, s *stage, bravo Transport) {
				test.do(t, s, bravo)
				time.Sleep(2 * time.Minute)
				synctest.Wait()
				got := s.desks["alpha"].history()
				if !slices.ContainsFunc(got, func(e string) bool { return strings.Contains(e, test.want) }) {
					t.Errorf("alpha was told %q", got)
				}
				if n := s.managers["alpha"].peers["bravo"].conns; n != 0 {
					t.Errorf("alpha keeps %d connections", n)
				}
			})
		})
	}
}

// F13: a peer that never says TAKEN, or says so and moves nothing, holds up
// its own lane only, and makes nothing grow.
func TestNeverTaken(t *testing.T) {
	against(t, func(t *testing.T, s *stage, bravo Transport) {
		alpha := s.desks["alpha"]
		alpha.file(false, []string{"bravo"}, lines("bulk", 5000)...)
		fast, bulk := dial(t, s, bravo, LaneFast), dial(t, s, bravo, LaneBulk)
		fast.hold(1, 0)
		bulk.hold(1, 0)
		bulk.await(typeParcel)
		go io.Copy(io.Discard, bulk.c)
		id, entries, err := DecodeParcel(fast.await(typeParcel).payload)
		if err != nil || len(entries) != 1 {
			t.Fatal(err)
		}
		fast.hold(2, int64(len(entries[0].Entries)))
		fast.send(numbers(typeTaken, id))

		before := memory()
		for i := range 2000 {
			alpha.file(false, []string{"bravo"}, fmt.Sprint("more ", i))
		}
		synctest.Wait()
		s.managers["alpha"].mu.Lock()
		marked := len(s.managers["alpha"].peers["bravo"].lanes[LaneBulk].taken[own("alpha")])
		s.managers["alpha"].mu.Unlock()
		if marked > 0 {
			t.Errorf("%d words of marks for records that were not taken", marked)
		}
		if grown := memory() - before; grown > 8<<20 {
			t.Errorf("memory grew by %d bytes", grown)
		}
		if s.managers["alpha"].Idle("bravo") {
			t.Error("a link with a parcel on its way is idle")
		}
		alpha.file(true, []string{"bravo"}, "FLASH")
		for taken := false; !taken; {
			id, batches, err := DecodeParcel(fast.await(typeParcel).payload)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range batches {
				for _, o := range b.Records {
					taken = taken || unwrap(o.Record).text == "FLASH"
				}
				fast.hold(3+id, b.From+int64(len(b.Entries)))
			}
			fast.send(numbers(typeTaken, id))
		}
	})
}

// TAKEN that moves nothing: alpha asks again, ever more slowly.
func TestTakenButNot(t *testing.T) {
	against(t, func(t *testing.T, s *stage, bravo Transport) {
		s.desks["alpha"].file(false, nil, lines("entry", 10)...)
		e := dial(t, s, bravo, LaneFast)
		e.hold(1, 0)
		parcels := 0
		start := time.Now()
		for time.Since(start) < 50*time.Second {
			id, _, err := DecodeParcel(e.await(typeParcel).payload)
			if err != nil {
				t.Fatal(err)
			}
			parcels++
			e.send(numbers(typeTaken, id))
		}
		if parcels > 20 {
			t.Errorf("%d parcels in 50 s to a peer that takes none", parcels)
		}
	})
}

// F11: parcels that come before the last is answered are refused, so that a
// peer cannot make a queue.
func TestParcelsAtOnce(t *testing.T) {
	against(t, func(t *testing.T, s *stage, bravo Transport) {
		e := dial(t, s, bravo, LaneFast)
		e.await(typeHold)
		s.desks["alpha"].mu.Lock()
		s.desks["alpha"].stuck = make(chan struct{}) // Holdings waits, and the answer with it
		s.desks["alpha"].mu.Unlock()
		b, err := EncodeParcel(1, []journal.Batch{{Name: own("bravo")}})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			e.send(frame{typeParcel, b})
		}
		if got := e.reason(); !strings.Contains(got, "before the one before it was answered") {
			t.Errorf("BYE %q", got)
		}
		if n := s.desks["alpha"].parcels; n != 1 {
			t.Errorf("%d parcels were admitted", n)
		}
	})
}

func memory() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Design 6: duplicated and reordered parcels of one peer over two lanes leave
// what one of each in order leaves (F10).
func TestDuplicateAndReordered(t *testing.T) {
	against(t, func(t *testing.T, s *stage, bravo Transport) {
		source := newDesk("bravo")
		source.file(false, []string{"alpha"}, lines("record", 30)...)
		offer := func(from int64, most int) []journal.Batch {
			b, err := source.Offer(context.Background(), "alpha", LaneBulk, map[journal.Name]int64{own("bravo"): from},
				func(journal.Name, int64) bool { return false }, most)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		lanes := []rawPeer{dial(t, s, bravo, LaneFast), dial(t, s, bravo, LaneBulk)}
		rewinds := 0
		for i, from := range []int64{20, 0, 0, 10, 5, 20, 0, 30} { // 20 comes first: a gap
			b, err := EncodeParcel(uint64(i), offer(from, 700))
			if err != nil {
				t.Fatal(err)
			}
			e := lanes[i%2]
			e.send(frame{typeParcel, b})
			for {
				f, err := readFrame(e.c)
				if err != nil {
					t.Fatal(err)
				}
				if f.typ == typeRewind {
					rewinds++
				}
				if f.typ == typeRewind || f.typ == typeTaken {
					if f.number(0) != uint64(i) {
						t.Errorf("parcel %d was answered as %d", i, f.number(0))
					}
					break
				}
			}
		}
		if rewinds != 1 {
			t.Errorf("%d parcels were sent back, want 1", rewinds)
		}
		got, want := s.desks["alpha"].texts("bravo"), source.texts("bravo")
		if !slices.Equal(got, want) {
			t.Errorf("alpha holds %q", got)
		}
		if n := len(s.desks["alpha"].admitted); n != len(want) {
			t.Errorf("%d records were applied, want %d", n, len(want))
		}
	})
}

// A newer connection from the same end takes the place of an older one that
// has died unnoticed.
func TestNewerStays(t *testing.T) {
	against(t, func(t *testing.T, s *stage, bravo Transport) {
		first := dial(t, s, bravo, LaneFast)
		second := dial(t, s, bravo, LaneFast)
		if got := first.reason(); got != sayReplaced {
			t.Errorf("the older one ended with %q", got)
		}
		second.hold(1, 0)
		second.await(typeSeen)
		synctest.Wait()
		if got := s.desks["alpha"].history(); !slices.Equal(got, []string{"bravo true "}) {
			t.Errorf("alpha was told %q", got)
		}
	})
}

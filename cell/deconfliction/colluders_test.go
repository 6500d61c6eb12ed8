package deconfliction_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/cell/deconfliction"
)

// secret is what alpha keeps: where, when and how high, by two accounts that lie in
// the same squares, slots and layers of the charter's grid.
type secret struct {
	lat, lon string
	minutes  int64 // by which the window is earlier or later
	m        int64 // by how many metres it is higher
}

// flight is a blind notice of alpha: so many hours after the fourth day's
// noon, around a place that the secret moves by some metres.
func (x secret) flight(from, until int64, low, high int64, reference string) cell.Volume {
	v := at12(x.lat, x.lon, 150)
	v.Low, v.High = []cell.Altitude{{M: low + x.m, Reference: reference}}, []cell.Altitude{{M: high + x.m, Reference: reference}}
	v.Windows = []cell.Span{{From: noon + 4*day + from*hour + (30+x.minutes)*minute, Until: noon + 4*day + until*hour + (30+x.minutes)*minute}}
	return v
}

// overheard is all that bravo's desk can come to know: every record it is given, to
// the byte, the states that follow for it, and of every other record that, when
// and by whom it was written: its node holds a commitment of each.
type overheard struct {
	*unseen
	from int // the first record that is not written down
	log  strings.Builder
}

func (o *overheard) listen() {
	o.t.Helper()
	for _, x := range o.Records[o.from:] {
		if !x.Addressed("bravo") {
			fmt.Fprintf(&o.log, "%d %s writes %d\n", x.At, x.Desk, x.Index)
			continue
		}
		v, err := json.Marshal(x.Record)
		if err != nil {
			o.t.Fatal(err)
		}
		fmt.Fprintf(&o.log, "%s\n", v)
	}
	o.from = len(o.Records)
	for _, x := range o.Records {
		if k, _ := o.Modules.Kind(x.Kind); k.Opens && x.Addressed("bravo") {
			fmt.Fprintf(&o.log, "%s %s %s\n", x.Kind, x.Ref(), o.at("bravo", x.Ref()))
		}
	}
}

// pass lets time go by in steps, and the nodes do what falls due in each.
func (o *overheard) pass(until, step int64) {
	for o.Now < until {
		o.Now = min(o.Now+step, until)
		o.settle()
		o.listen()
	}
}

// The clock is no way around the grid: bravo keeps a notice beside a blind one and
// looks at when it is told that they no longer meet, and asks again and again while
// the last slot runs. It hears the same whenever in the slot the blind window ends.
func TestDEC10TheEndOfAWindowTellsItsSlot(t *testing.T) {
	var heard [2]string
	for i, x := range []secret{{lat: "12.4682", lon: "-38.2041", minutes: -12}, {lat: "12.4677", lon: "-38.2037", minutes: 12}} {
		s := blindly(t, 100_000)
		s.Charter.Blind.Slot = cell.Duration(3 * time.Hour)
		o := &overheard{unseen: s}
		for _, how := range []string{deconfliction.Blind, deconfliction.BlindGrid} {
			s.hide("alpha", how, x.flight(1, 2, 0, 120, "AGL"))
			s.settle()
		}
		long := at12("12.4601", "-38.2000", 500)
		long.Windows = []cell.Span{{From: noon + 4*day, Until: noon + 5*day}}
		s.show("bravo", long)
		s.settle()
		o.listen()
		s.Now = noon + 4*day + 2*hour
		for s.Now < noon+4*day+3*hour+20*minute {
			b := s.show("bravo", long)
			s.settle()
			o.listen()
			s.on("bravo", b, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}})
			o.pass(s.Now+20*minute, 10*minute)
		}
		heard[i] = o.log.String()
		if !strings.Contains(heard[i], deconfliction.KindParted) {
			t.Error("they never parted: nothing was put to the test")
		}
	}
	alike(t, heard)
}

// alike wants two accounts to be the same, and shows where they part.
func alike(t *testing.T, heard [2]string) {
	t.Helper()
	a, b := strings.Split(heard[0], "\n"), strings.Split(heard[1], "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("two secrets in the same squares, slots and layers are told apart, in line %d of what is heard:\n%s\n%s", i, a[i], b[i])
		}
	}
	if len(a) != len(b) {
		t.Fatalf("two secrets in the same squares, slots and layers are told apart: %d lines and %d", len(a), len(b))
	}
}

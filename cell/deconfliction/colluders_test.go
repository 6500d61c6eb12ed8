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
}

// look writes down where all that bravo holds stands.
func (o *overheard) look() {
	o.t.Helper()
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
	o.look()
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

// pair are two officers of bravo's desk that work together: one holds wide notices
// and cuts them down by halves, the other asks small ones at every height by every
// reference, and takes back. Each asks by what either heard.
type pair struct {
	*overheard
	south, north int64 // between which seconds of arc beyond 12°20' they believe the border to be
	held         []cell.Held
}

// ask has an officer file a notice, and gives what the desk is told; "" when it is
// held back.
func (p *pair) ask(officer string, v cell.Volume) (cell.Held, string) {
	p.t.Helper()
	b := p.Add(p.t, "bravo", deconfliction.KindWorks1, activity("works", v), func(r *cell.Record) { r.By.Officer = officer })
	p.settle()
	p.listen()
	return b, p.told(b)
}

func (p *pair) told(b cell.Held) string {
	switch got := p.at("bravo", b.Ref()); got {
	case deconfliction.StateHeld:
		return ""
	case deconfliction.StateConflicting:
		return "meets"
	default:
		return "clear"
	}
}

// cut changes a notice of the pair to a part of what it was.
func (p *pair) cut(b cell.Held, v cell.Volume) string {
	p.t.Helper()
	p.update(b, activity("works", v))
	p.settle()
	p.listen()
	return p.told(b)
}

func (p *pair) takeBack(b cell.Held) {
	p.t.Helper()
	p.Deliver("supervisor", p.on("bravo", b, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}))
	p.settle()
	p.listen()
}

// rounds are the attack: until every question of a day is held back, they halve where
// the border may be, by notices of all heights, cut those they hold, and ask at each
// height. Some they take back at once, others after midnight.
func (p *pair) rounds(officer int) {
	heights := [][3]any{{int64(0), int64(40), "AGL"}, {int64(900), int64(950), "MSL"}, {int64(1900), int64(1990), "ellipsoid"}, {int64(480), int64(520), "AGL"}}
	for i := range 12 {
		mid := (p.south + p.north) / 2
		v := at12(fmt.Sprintf("%.6f", 12+1.0/3+float64(mid)/3600), "-38.204100", 5+int64(i))
		h := heights[(i+officer)%len(heights)]
		v.Low, v.High = []cell.Altitude{{M: h[0].(int64), Reference: h[2].(string)}}, []cell.Altitude{{M: h[1].(int64), Reference: h[2].(string)}}
		v.Windows = []cell.Span{{From: noon + 4*day, Until: noon + 4*day + 12*hour}}
		b, says := p.ask(fmt.Sprintf("watch-%d", 1+(i+officer)%2), v)
		switch says {
		case "":
			return
		case "meets":
			p.north = mid
			half := cut(v, func(v *cell.Volume) { v.Windows[0].Until -= 9 * hour })
			p.cut(b, half)
		default:
			p.south = mid
			p.cut(b, cut(v, func(v *cell.Volume) { v.Windows[0].From += hour }))
		}
		if i%2 == 0 {
			p.takeBack(b)
		} else {
			p.held = append(p.held, b)
		}
	}
}

// The attacker's reading, all at once: two officers of one desk against three notices
// of three confidentialities and three references of height, by questions, changes
// and withdrawals on both sides of midnight, by what the other side does, by every
// byte that they are given and by when anybody wrote anything. Two accounts of the
// secrets that lie in the same squares, slots and layers are one to them, and on
// each day the supervisor is alarmed before the last answer.
func TestDEC10TwoOfficersLearnTheGrid(t *testing.T) {
	var heard [2]string
	for i, x := range []secret{{lat: "12.4682", lon: "-38.2041", minutes: -8}, {lat: "12.4677", lon: "-38.2037", minutes: 9, m: 7}} {
		s := blindly(t, 7)
		p := &pair{overheard: &overheard{unseen: s}, north: 1200}
		own := s.hide("bravo", deconfliction.Blind, at12("12.4690", "-38.2060", 3000)) // to count who comes and goes
		s.settle()
		first := s.hide("alpha", deconfliction.Blind, x.flight(1, 2, 60, 120, "AGL"))
		second := s.hide("alpha", deconfliction.BlindWide, x.flight(2, 4, 850, 900, "MSL"))
		third := s.hide("alpha", deconfliction.BlindGrid, x.flight(1, 6, 1700, 1750, "ellipsoid"))
		s.settle()
		p.listen()

		s.Now = noon + 12*hour - 20*minute
		p.rounds(0)
		s.Now = noon + 12*hour + minute
		for _, b := range p.held {
			p.takeBack(b)
		}
		p.held = nil
		p.rounds(1)
		s.want("bravo", own.Ref(), deconfliction.StateConflicting)

		moved := third.Body.(deconfliction.Activity)
		moved.Volumes = []cell.Volume{x.flight(1, 5, 1700, 1750, "ellipsoid")}
		s.change(third, moved)
		s.settle()
		p.listen()
		s.Now = noon + 36*hour + minute
		p.rounds(0)
		s.Now = noon + 4*day + hour
		s.Add(t, "alpha", cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, func(r *cell.Record) {
			r.About, r.Cites, r.To = first.Ref(), []cell.Cite{first.Cite()}, []string{"supervisor"}
		})
		p.pass(noon+4*day+2*hour+30*minute, 18*minute) // by one account it has begun, by the other not
		s.Add(t, "alpha", deconfliction.KindComplete, deconfliction.Complete{Ended: s.Now}, func(r *cell.Record) {
			r.About, r.Cites, r.To = second.Ref(), []cell.Cite{second.Cite()}, []string{"supervisor"}
		})
		p.pass(noon+4*day+7*hour, 26*minute)
		heard[i] = p.log.String()
		for _, kind := range []string{deconfliction.KindBlindConflict, deconfliction.KindParted, `"held"`, `"withdrawn":1`} {
			if !strings.Contains(heard[i], kind) {
				t.Errorf("they never heard of %s: it was not put to the test", kind)
			}
		}
		s.alarmedInTime()
	}
	alike(t, heard)
}

// alarmedInTime wants the supervisor alarmed before the answer that was the last of
// a day for a desk that was held back on it.
func (s *unseen) alarmedInTime() {
	s.t.Helper()
	type spell struct{ alarm, answer, held int }
	days := map[int64]*spell{}
	for i, x := range s.Records {
		d := days[x.At/day]
		if d == nil {
			d = &spell{}
			days[x.At/day] = d
		}
		switch b := x.Body.(type) {
		case deconfliction.Probing:
			if d.alarm == 0 {
				d.alarm = i
			}
		case deconfliction.Checked:
			switch {
			case x.About.Desk != "bravo" || b.Again:
			case b.Result == deconfliction.CheckHeld:
				d.held = i
			case b.Questions > 0 && d.held == 0:
				d.answer = i
			}
		}
	}
	n := 0
	for at, d := range days {
		if d.held == 0 {
			continue
		}
		if n++; d.alarm == 0 || d.alarm > d.answer {
			s.t.Errorf("on %s the last answer is record %d, and the alarm %d", cell.DTG(at*day), d.answer, d.alarm)
		}
	}
	if n < 3 {
		s.t.Errorf("the budget was spent on %d days, want three", n)
	}
}

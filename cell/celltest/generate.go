package celltest

import (
	"math/rand/v2"
	"slices"
	"testing"

	"parley/cell"
)

// Generate makes a history of three desks by a seed: the samples of every
// kind, acks, changes, withdrawals and corrections, some of them against the
// rules.
func Generate(t testing.TB, c *cell.Charter, ms cell.Modules, seed uint64, acts int) *History {
	t.Helper()
	h := NewHistory(c, ms)
	rng := rand.New(rand.NewPCG(seed, 1))
	var kinds []cell.Kind
	for _, m := range ms {
		kinds = append(kinds, m.Kinds...)
	}
	desks := c.Desks()
	for range acts {
		desk := desks[rng.IntN(len(desks))]
		switch n := rng.IntN(10); {
		case n < 3 || len(h.Records) == 0:
			k := kinds[rng.IntN(len(kinds))]
			h.Add(t, desk, k.Name, k.Sample(), func(r *cell.Record) { h.vary(rng, r, k) })
		case n < 5:
			of := h.Records[rng.IntN(len(h.Records))]
			h.Deliver(desks[rng.IntN(len(desks))], of)
		case n < 9:
			h.answer(t, rng, desk)
		default:
			h.change(t, rng, desk)
		}
		h.Now += rng.Int64N(90_000)
	}
	return h
}

// answer acks a record: mostly one that wants it, sometimes any.
func (h *History) answer(t testing.TB, rng *rand.Rand, desk string) {
	body := anyAck(rng, h)
	_, back := body.(cell.ReadBack)
	of := h.Records[rng.IntN(len(h.Records))]
	for range rng.IntN(40) {
		_, repeats := of.Body.(cell.Repeater)
		if k, _ := h.Modules.Kind(of.Kind); k.Opens && of.Desk != desk && of.Addressed(desk) && repeats == back {
			break
		}
		of = h.Records[rng.IntN(len(h.Records))]
	}
	h.Ack(t, desk, of, body)
}

// vary narrows the audience, uses an id again, sets an end, names a matter.
func (h *History) vary(rng *rand.Rand, r *cell.Record, k cell.Kind) {
	if rng.IntN(6) == 0 && len(r.To) > 1 {
		r.To = r.To[:1]
	}
	if rng.IntN(12) == 0 && h.next[r.Desk] > 0 {
		r.ID = ID(r.Desk, rng.Int64N(h.next[r.Desk]))
	}
	if rng.IntN(4) == 0 {
		r.Until = h.Now + rng.Int64N(3_600_000)
	}
	if len(h.Records) > 0 && (!k.Opens || rng.IntN(4) == 0) {
		r.About = h.Records[rng.IntN(len(h.Records))].Ref()
	}
	h.follow(rng, r, k)
}

// follow makes a record be about a matter that its kind may follow, mostly, and
// cite what opened it.
func (h *History) follow(rng *rand.Rand, r *cell.Record, k cell.Kind) {
	var heads []cell.Held
	for _, x := range h.Records {
		if slices.Contains(k.Follows, x.Kind) {
			heads = append(heads, x)
		}
	}
	if len(heads) == 0 || rng.IntN(8) == 0 {
		return
	}
	head := heads[rng.IntN(len(heads))]
	r.About, r.Cites = head.Ref(), []cell.Cite{head.Cite()}
}

func anyAck(rng *rand.Rand, h *History) cell.Body {
	place := cell.Place{Lat: "12.4640", Lon: "-38.1905", Notation: "DD", PrecisionM: 100}
	switch rng.IntN(5) {
	case 0:
		rb := cell.ReadBack{Place: []cell.Place{place}, Time: []int64{1767700000000}, Height: []int64{}, Number: []int64{4}}
		if rng.IntN(2) == 0 { // as the samples have it
			rb.Place[0].Lat, rb.Place[0].Lon = "12.3456", "-38.1234"
		}
		return rb
	case 1:
		return cell.Disseminated{Level: "unit", At: h.Now}
	case 2:
		of := h.Records[rng.IntN(len(h.Records))]
		return cell.Position{Position: cell.Agrees, Hash: of.Hash, Text: []cell.Free{}}
	case 3:
		return cell.Position{Position: []string{cell.Noted, cell.Objects, cell.Complied}[rng.IntN(3)], Text: []cell.Free{}}
	}
	return cell.Received{}
}

// change withdraws or replaces what a record said, its author's or not.
func (h *History) change(t testing.TB, rng *rand.Rand, desk string) {
	of := h.Records[rng.IntN(len(h.Records))]
	if rng.IntN(4) > 0 {
		desk = of.Desk
	}
	about := func(r *cell.Record) {
		r.About, r.Cites = of.Ref(), []cell.Cite{of.Cite()}
		r.To = slices.DeleteFunc(of.Audience(), func(d string) bool { return d == desk })
		if len(r.To) == 0 {
			r.To = h.Charter.Others(desk)
		}
	}
	if rng.IntN(3) == 0 {
		h.Add(t, desk, cell.KindCancel, cell.Cancel{Reason: []cell.Free{}}, about)
		return
	}
	h.Add(t, desk, cell.KindUpdate, cell.Update{Body: of.Record.Body}, about)
}

package confidence

import (
	"cmp"
	"slices"

	"parley/cell"
)

// The states of an entry of the ledger.
const (
	Matched   = "matched"
	Unmatched = "unmatched"
)

// Entry is one line of the ledger of reciprocity (CBM-02): a delivery, and the
// one that it is matched with. It is made of deliveries alone; what was only
// promised is in none, and nothing is added up.
type Entry struct {
	Measure       string `json:"measure"`        // key, of what was delivered first
	First         string `json:"first"`          // the desk that went first
	At            int64  `json:"at"`             // when it said so, signed
	Counterpart   string `json:"counterpart"`    // key of the matched measure, "" when none is named
	Second        string `json:"second"`         // the desk that followed, "" while none has
	CounterpartAt int64  `json:"counterpart_at"` // 0 while unmatched
	LagMS         int64  `json:"lag_ms"`         // between the two, -1 while unmatched
	State         string `json:"state"`
}

// done is a delivery in the ledger.
type done struct {
	measure string
	desk    string
	at      int64
}

// promise is a measure as the ledger looks at it.
type promise struct {
	key, counterpart string
	done             []done // the first delivery of each desk, the oldest first
}

// promiseOf reads the deliveries of a measure.
func promiseOf(m cell.Matter) promise {
	b, _ := m.Body.(Measure)
	p := promise{key: m.Ref.String(), counterpart: b.Counterpart}
	for _, d := range b.Obliged {
		if h, ok := m.First(KindDelivery, d); ok {
			p.done = append(p.done, done{p.key, d, h.At})
		}
	}
	slices.SortFunc(p.done, older)
	return p
}

func older(a, b done) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.desk, b.desk), cmp.Compare(a.measure, b.measure))
}

// ledger matches deliveries: of two measures that name each other, and of two
// sides that one measure obliges alike.
func ledger(all []promise) []Entry {
	out := []Entry{}
	named := map[string]bool{}
	for _, p := range all {
		i := slices.IndexFunc(all, func(q promise) bool { return q.key == p.counterpart })
		if i < 0 || all[i].counterpart == p.key && all[i].key < p.key {
			continue // no such measure is held, or the pair is the other's to list
		}
		named[p.key], named[all[i].key] = true, true
		out = appendPair(out, p, all[i])
	}
	for _, p := range all {
		if !named[p.key] && len(p.done) > 0 {
			e := entry(p.done)
			if e.State == Unmatched {
				e.Counterpart = p.counterpart
			}
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return cmp.Compare(a.At, b.At) })
	return out
}

// appendPair adds what was delivered of two matched measures. Where both sides
// are obliged by each, the first delivery of one is matched with the other's.
func appendPair(out []Entry, p, q promise) []Entry {
	both := slices.Concat(p.done, q.done)
	slices.SortFunc(both, older)
	if len(both) == 0 {
		return out
	}
	e := entry([]done{both[0]})
	if i := slices.IndexFunc(both, func(d done) bool { return d.measure != both[0].measure }); i > 0 {
		e = entry([]done{both[0], both[i]})
	}
	e.Counterpart = q.key
	if both[0].measure == q.key {
		e.Counterpart = p.key
	}
	return append(out, e)
}

// entry makes a line of the first delivery and the one that followed it.
func entry(list []done) Entry {
	e := Entry{Measure: list[0].measure, First: list[0].desk, At: list[0].at, LagMS: -1, State: Unmatched}
	if len(list) > 1 {
		e.Counterpart, e.Second, e.CounterpartAt = list[1].measure, list[1].desk, list[1].at
		e.LagMS, e.State = list[1].at-list[0].at, Matched
	}
	return e
}

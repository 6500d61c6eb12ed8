package scenarios

import (
	"bytes"
	"slices"
	"sync"

	"parley/journal"
)

// relay is what a story makes a relaying desk do with other desks' records:
// keep the next one back, or change it on the way. It exists for exercises and
// for the tests of what the others then see (SUP-03).
type relay struct {
	mu       sync.Mutex
	withhold map[string]bool // peers from whom the next record is kept
	alter    map[string]bool
	kept     map[string][]kept
	altered  map[string][]kept // refused by the peer: it will never hold them
}

type kept struct {
	name  journal.Name
	index int64
}

// carry works on what is about to be sent to a peer. Only records of others
// are touched.
func (r *relay) carry(self, peer string, batches []journal.Batch) []journal.Batch {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.withhold == nil && r.alter == nil && r.kept == nil {
		return batches
	}
	out := slices.Clone(batches)
	for i := range out {
		if out[i].Desk == self || out[i].Desk == peer {
			continue
		}
		var pass []journal.Opened
		for _, o := range out[i].Records {
			receipt := bytes.Contains(o.Record, []byte(`"kind":"cell.receipt/1"`))
			if r.keeps(peer, out[i].Name, o.Index, receipt) {
				continue
			}
			if r.alter[peer] && !receipt {
				delete(r.alter, peer)
				if r.altered == nil {
					r.altered = map[string][]kept{}
				}
				r.altered[peer] = append(r.altered[peer], kept{out[i].Name, o.Index})
				o.Record = slices.Clone(o.Record)
				o.Record[len(o.Record)/2] ^= 1
			}
			pass = append(pass, o)
		}
		out[i].Records = pass
	}
	return slices.DeleteFunc(out, func(b journal.Batch) bool { return len(b.Entries) == 0 && len(b.Records) == 0 })
}

func (r *relay) keeps(peer string, name journal.Name, index int64, receipt bool) bool {
	k := kept{name, index}
	if slices.Contains(r.kept[peer], k) {
		return true
	}
	if receipt || !r.withhold[peer] {
		return false
	}
	delete(r.withhold, peer)
	if r.kept == nil {
		r.kept = map[string][]kept{}
	}
	r.kept[peer] = append(r.kept[peer], k)
	return true
}

func (r *relay) set(what, peer string, on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := &r.withhold
	if what == "alter" {
		m = &r.alter
	}
	if *m == nil {
		*m = map[string]bool{}
	}
	(*m)[peer] = on
}

// release lets go what was kept back.
func (r *relay) release() (any bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	any = len(r.kept) > 0
	r.withhold, r.kept = nil, nil
	return any
}

// missing counts the records of a desk that this relay has kept from a peer, or
// changed on the way so that the peer refused them.
func (r *relay) missing(peer, author string) (n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, list := range [][]kept{r.kept[peer], r.altered[peer]} {
		for _, k := range list {
			if k.name.Desk == author {
				n++
			}
		}
	}
	return n
}

func (r *relay) keeping() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.withhold) > 0 || len(r.kept) > 0
}

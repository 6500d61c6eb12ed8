package node

import (
	"sync"

	"parley/cell"
)

// memo keeps records that were read lately, decoded: a record never changes,
// and a matter is folded again whenever somebody says something about it. It
// holds two ages of at most memoSize records or memoBytes each; what the younger
// age does not hold and the older does becomes young again. With a record the
// shapes of its volumes are kept, once they were asked for. The zero value is
// ready.
type memo struct {
	mu         sync.Mutex
	young, old map[cell.Cite]cell.Held
	bytes      int // of the younger age, when it was last weighed
	fresh      int // kept since
}

// weighEvery is how many records are kept before the younger age is weighed
// again: shapes are made after a record is kept.
const (
	memoSize   = 4096
	memoBytes  = 32 << 20
	weighEvery = 16
)

// get gives a record if its bytes still have the hash it was kept under.
func (m *memo) get(c cell.Cite, hash string) (cell.Held, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, ok := m.young[c]
	if !ok {
		if h, ok = m.old[c]; ok {
			m.keep(c, h)
		}
	}
	return h, ok && h.Hash == hash
}

// put keeps a record without what receipts said of it.
func (m *memo) put(h cell.Held) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h.Deliveries = nil
	m.keep(h.Cite(), h)
}

func (m *memo) keep(c cell.Cite, h cell.Held) {
	if m.fresh++; m.fresh >= weighEvery {
		m.bytes, m.fresh = 0, 0
		for _, k := range m.young {
			m.bytes += weight(k)
		}
	}
	if len(m.young) >= memoSize || m.bytes >= memoBytes || m.young == nil {
		m.old, m.young, m.bytes = m.young, make(map[cell.Cite]cell.Held), 0
	}
	m.young[c] = h
}

// weight is about how many bytes a record takes.
func weight(h cell.Held) int {
	n := 4 * len(h.Record.Body) // as text, and read
	if w, ok := h.Body.(cell.Weighty); ok {
		n += w.Weight()
	}
	return n
}

package node

import (
	"sync"

	"parley/cell"
)

// memo keeps records that were read lately, decoded: a record never changes,
// and a matter is folded again whenever somebody says something about it. It
// holds two ages of at most memoSize records each; what the younger age does
// not hold and the older does becomes young again. The zero value is ready.
type memo struct {
	mu         sync.Mutex
	young, old map[cell.Cite]cell.Held
}

const memoSize = 4096

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
	if len(m.young) >= memoSize || m.young == nil {
		m.old, m.young = m.young, make(map[cell.Cite]cell.Held, memoSize)
	}
	m.young[c] = h
}

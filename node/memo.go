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
	young, old map[cell.Cite]weighed
	bytes      int         // of the younger age
	asked      []cell.Cite // since records were weighed last
}

// weighed is a record with what it took when it was last weighed.
type weighed struct {
	cell.Held
	bytes int
}

// Records are weighed a while after they are asked for: shapes are made of a
// record once it was given out.
const (
	memoSize   = 4096
	memoBytes  = 32 << 20
	weighEvery = 32
)

// get gives a record if its bytes still have the hash it was kept under.
func (m *memo) get(c cell.Cite, hash string) (cell.Held, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, ok := m.young[c]
	if !ok {
		if h, ok = m.old[c]; ok {
			m.keep(c, h.Held)
		}
	}
	if ok {
		m.weighLater(c)
	}
	return h.Held, ok && h.Hash == hash
}

// put keeps a record without what receipts said of it.
func (m *memo) put(h cell.Held) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h.Deliveries = nil
	m.keep(h.Cite(), h)
	m.weighLater(h.Cite())
}

func (m *memo) keep(c cell.Cite, h cell.Held) {
	if len(m.young) >= memoSize || m.bytes >= memoBytes || m.young == nil {
		m.old, m.young, m.bytes, m.asked = m.young, make(map[cell.Cite]weighed), 0, nil
	}
	m.young[c] = weighed{h, m.young[c].bytes}
}

// weighLater weighs the records that were asked for, once there are some.
func (m *memo) weighLater(c cell.Cite) {
	if m.asked = append(m.asked, c); len(m.asked) < weighEvery {
		return
	}
	for _, c := range m.asked {
		if h, ok := m.young[c]; ok {
			was := h.bytes
			h.bytes = weight(h.Held)
			m.bytes += h.bytes - was
			m.young[c] = h
		}
	}
	m.asked = m.asked[:0]
}

// weight is about how many bytes a record takes.
func weight(h cell.Held) int {
	n := 4 * len(h.Record.Body) // as text, and read
	if w, ok := h.Body.(cell.Weighty); ok {
		n += w.Weight()
	}
	return n
}

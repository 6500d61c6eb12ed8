package link

import "parley/journal"

// marks is the set of records that were sent in a session: one bit for each,
// so that a catch-up of a million records stays small.
type marks map[journal.Name]map[int64]uint64

func (m marks) has(n journal.Name, index int64) bool {
	return m[n][index>>6]&(1<<(index&63)) != 0
}

func (m marks) set(n journal.Name, index int64) {
	if m[n] == nil {
		m[n] = make(map[int64]uint64)
	}
	m[n][index>>6] |= 1 << (index & 63)
}

func (m marks) clear(n journal.Name, index int64) {
	if m[n] != nil {
		m[n][index>>6] &^= 1 << (index & 63)
	}
}

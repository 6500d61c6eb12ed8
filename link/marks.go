package link

import "parley/journal"

// marks is a set of records: one bit for each, so that a catch-up of a million
// records stays small.
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

// add puts all of other into m.
func (m marks) add(other marks) {
	for n, words := range other {
		if m[n] == nil {
			m[n] = make(map[int64]uint64, len(words))
		}
		for at, bits := range words {
			m[n][at] |= bits
		}
	}
}

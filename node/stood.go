package node

import (
	"slices"

	"parley/journal"
)

// stood remembers, of each journal, the heads that stood here lately, the
// newest last: a peer that lags a little states one of them, and it need not be
// verified and looked up again. It is forgotten whenever the journals are read
// anew from the database.
type stood map[journal.Name][]stoodHead

type stoodHead struct {
	size       int64
	checkpoint string
}

// stoodKept is how many heads of one journal are kept.
const stoodKept = 64

func (s stood) add(h journal.Holding) {
	list := s[h.Name]
	if len(list) >= stoodKept {
		list = slices.Delete(list, 0, len(list)-stoodKept+1)
	}
	s[h.Name] = append(list, stoodHead{h.Size, string(h.Checkpoint)})
}

func (s stood) has(h journal.Holding) bool {
	return slices.Contains(s[h.Name], stoodHead{h.Size, string(h.Checkpoint)})
}

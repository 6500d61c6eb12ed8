package supervision

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"

	"parley/cell"
)

// Why a record that is held here is not shared with all, or an entry is not
// open to this desk (SUP-02, "reason class").
const (
	ReasonFewer  = "fewer-desks"   // it was addressed to some of the desks
	ReasonHome   = "at-home"       // a draft of this desk
	ReasonUnseen = "not-addressed" // the entry's record was not addressed to this desk
	ReasonCopy   = "sealed-copy"   // a copy that the supervisor cannot read, or its key
)

// Parity is how much of one module's records all desks share, by what is held
// here, and why the rest is not shared.
type Parity struct {
	Module   string   `json:"module"` // "cell": acks, changes and what else any matter has
	Shared   int      `json:"shared"`
	NotShown int      `json:"not_shown"`
	Reasons  []Reason `json:"reasons"`
}

// Reason is one class of what is not shared.
type Reason struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// Journal is how much of a journal is held here: entries whose record was given
// to this desk, and entries that it sees as commitments only.
type Journal struct {
	cell.JournalCount
	Unseen int64  `json:"unseen"`
	Reason string `json:"reason"` // of the unseen, "" when there are none
}

func journals(v cell.View) []Journal {
	out := []Journal{}
	if v.Journals == nil {
		return out
	}
	for _, j := range v.Journals() {
		x := Journal{JournalCount: j, Unseen: j.Entries - j.Held}
		if x.Unseen > 0 {
			x.Reason = ReasonUnseen
		}
		out = append(out, x)
	}
	return out
}

// compare counts what was written since the day before the last report, and
// makes the hash over what all desks were given. Two desks that hold the same
// have the same hash: that is how two officers compare their screens. Receipts
// are left out: nodes write them whenever something arrives.
func (s *Screen) compare(v cell.View) {
	s.Parity, s.Through = []Parity{}, []string{}
	s.Since, _, _, _ = day(v.Charter, v.Now)
	sum := sha256.New()
	sum.Write([]byte("parley/shared/v1\x00"))
	last := map[string]cell.Cite{}
	var rows []Parity
	for _, h := range v.Counted(s.Since, math.MaxInt64) { // by place
		if h.Kind == cell.KindReceipt {
			continue
		}
		why := reason(h, v.Charter)
		rows = count(rows, h.Kind, why)
		if why == "" {
			sum.Write([]byte(h.Cite().String() + " " + h.Hash + "\n"))
			last[h.Desk] = h.Cite()
		}
	}
	s.Hash = hex.EncodeToString(sum.Sum(nil))
	for _, c := range last {
		s.Through = append(s.Through, c.String())
	}
	slices.Sort(s.Through)
	slices.SortFunc(rows, func(a, b Parity) int { return strings.Compare(a.Module, b.Module) })
	s.Parity = append(s.Parity, rows...)
}

// reason says why a record is not shared with all, "" when it is.
func reason(h cell.Held, c *cell.Charter) string {
	switch {
	case all(h.Record, c):
		return ""
	case len(h.To) == 0:
		return ReasonHome
	case h.Kind == KindSealed || h.Kind == KindOpen:
		return ReasonCopy
	}
	return ReasonFewer
}

// count adds a record to the row of its module.
func count(rows []Parity, kind, why string) []Parity {
	module, _, _ := strings.Cut(kind, ".")
	i := slices.IndexFunc(rows, func(p Parity) bool { return p.Module == module })
	if i < 0 {
		rows = append(rows, Parity{Module: module, Reasons: []Reason{}})
		i = len(rows) - 1
	}
	p := &rows[i]
	if why == "" {
		p.Shared++
		return rows
	}
	p.NotShown++
	j := slices.IndexFunc(p.Reasons, func(r Reason) bool { return r.Reason == why })
	if j < 0 {
		p.Reasons = append(p.Reasons, Reason{Reason: why})
		j = len(p.Reasons) - 1
	}
	p.Reasons[j].Count++
	return rows
}

package link

import (
	"fmt"

	"parley/journal"
)

const holdingSize = 2 + 1 + 4 + 8 + 4 + 2 // of the smallest holding

// EncodeHold gives the payload of a HOLD frame (docs/formats/link.md): the
// statement's number in its session and every journal held.
func EncodeHold(seq uint64, holdings []journal.Holding) ([]byte, error) {
	w := &writer{}
	w.u64(int64(seq))
	if len(holdings) > maxHoldings {
		w.fail("%d journals, at most %d fit", len(holdings), maxHoldings)
	}
	w.u16(len(holdings))
	for _, h := range holdings {
		w.name(h.Name)
		w.index("size", h.Size)
		w.head(h.Checkpoint, h.Cosignatures)
	}
	if len(w.b) > maxHold {
		w.fail("%d bytes, at most %d fit", len(w.b), maxHold)
	}
	if w.err != nil {
		return nil, fmt.Errorf("encode holdings: %w", w.err)
	}
	return w.b, nil
}

// DecodeHold is the inverse of [EncodeHold]. A journal that is named twice is
// an error. Checkpoints alias b.
func DecodeHold(b []byte) (seq uint64, holdings []journal.Holding, err error) {
	r := &reader{b: b}
	seq = r.u64()
	n := r.count("journals", int64(r.u16()), maxHoldings, holdingSize)
	seen := make(map[journal.Name]bool, n)
	for range n {
		h := journal.Holding{Name: r.name(), Size: r.index("size")}
		h.Checkpoint, h.Cosignatures = r.head()
		if r.err == nil && seen[h.Name] {
			r.fail("journal %s/%d is named twice", h.Desk, h.Gen)
		}
		if r.err != nil {
			break
		}
		seen[h.Name] = true
		holdings = append(holdings, h)
	}
	if err := r.done(); err != nil {
		return 0, nil, fmt.Errorf("decode holdings: %w", err)
	}
	return seq, holdings, nil
}

package node

import (
	"context"
	"fmt"
	"slices"

	"parley/cell"
	"parley/charter"
	"parley/store"
)

// adoption is a desk's own record that it works under a charter, or with the
// keys of a note, from an entry of its journal on.
type adoption struct {
	gen     int
	index   int64
	version int    // of the charter, 0 for a note
	hash    string // of the charter or the note
}

func (n *Node) adoptionsOf(desk string) []adoption {
	if m := n.adopted.Load(); m != nil {
		return (*m)[desk]
	}
	return nil
}

// loadAdoptions reads what the desks have adopted, by their own records.
func (n *Node) loadAdoptions(ctx context.Context, tx *store.Tx) error {
	list, err := n.records(ctx, tx, `WHERE r.kind IN (?, ?) ORDER BY r.desk, r.gen, r.idx`, cell.KindAdopted, cell.KindKeyComp)
	if err != nil {
		return fmt.Errorf("read adoptions: %w", err)
	}
	out := map[string][]adoption{}
	for _, h := range list {
		x := adoption{gen: h.Gen, index: h.Index}
		switch b := h.Body.(type) {
		case cell.Adopted:
			x.hash, x.version = b.Hash, b.Version
		case cell.KeyComp:
			x.hash = charter.Hash(b.Text())
		}
		out[h.Desk] = append(out[h.Desk], x)
	}
	n.adopted.Store(&out)
	return nil
}

// adoptedBefore gives the version of the charter that the author of a record
// had adopted before it, 0 when no such record is held.
func (n *Node) adoptedBefore(h cell.Held) int {
	version := 0
	for _, x := range n.adoptionsOf(h.Desk) {
		if x.gen < h.Gen || x.gen == h.Gen && x.index < h.Index {
			version = max(version, x.version)
		}
	}
	return version
}

// adoptedVersion gives the newest charter that a desk has said it works under.
func (n *Node) adoptedVersion(desk string) int {
	version := 0
	for _, x := range n.adoptionsOf(desk) {
		version = max(version, x.version)
	}
	return version
}

// mayWork refuses to go on under a charter that is older than the one that this
// desk has adopted (design 5).
func (n *Node) mayWork() error {
	if v := n.adoptedVersion(n.Desk()); v > n.Config.Charter.Version {
		return fmt.Errorf("%w: this desk has adopted version %d of the charter and does not go back to version %d: put version %d into its directory", cell.ErrNotNow, v, n.Config.Charter.Version, v)
	}
	return nil
}

// applyAdoption takes up that a desk now works under another charter or with
// other keys: what it wrote after that is judged anew.
func (b *batch) applyAdoption(ctx context.Context, h cell.Held) error {
	if h.Kind != cell.KindAdopted && h.Kind != cell.KindKeyComp {
		return nil
	}
	b.adopted = true
	if k, ok := h.Body.(cell.KeyComp); ok && b.n.rebuildAt == nil && h.Desk != b.n.Desk() {
		if err := b.learn(ctx, h.Desk, []byte(k.Note)); err != nil { // the record stays; its note counts for nothing
			b.n.Log.Warn("key note not taken", "record", h.Cite().String(), "err", err)
		}
	}
	if err := b.n.loadAdoptions(ctx, b.Tx); err != nil {
		return err
	}
	return b.markWhere(ctx, `SELECT matter FROM record_matter WHERE desk = ? AND (gen > ? OR gen = ? AND idx > ?)`, h.Desk, h.Gen, h.Gen, h.Index)
}

// Pins gives the TLS keys that are accepted from a desk, the newest first. While a
// desk has not said that it adopted the charter which changes its key, the one
// before it is accepted too; a key that its own note replaced never is.
func (n *Node) Pins(desk string) []string {
	a := n.known()
	var out []string
	for _, e := range slices.Backward(a.Epochs(desk)) {
		if !slices.Contains(out, e.Keys.TLS) {
			out = append(out, e.Keys.TLS)
		}
		if e.Note != nil {
			break
		}
		if c, ok := a.Charters.Find(e.Hash); ok && n.adoptedVersion(desk) >= c.Version {
			break
		}
	}
	return out
}

// OwnPins gives the TLS keys that this desk used before the present one, the
// newest first: for peers that do not know the present one yet.
func (n *Node) OwnPins() []string {
	a := n.known()
	now := a.Keys(n.Desk(), n.Config.Charter).TLS
	var out []string
	for _, e := range slices.Backward(a.Epochs(n.Desk())) {
		c, isCharter := a.Charters.Find(e.Hash)
		ahead := isCharter && c.Version > n.Config.Charter.Version
		if ahead || e.Keys.TLS == now || slices.Contains(out, e.Keys.TLS) {
			continue
		}
		out = append(out, e.Keys.TLS)
	}
	return out[:min(len(out), maxOlderPins)]
}

// Shows gives the TLS keys of this desk that a peer may know: the present one, and
// those before it down to the one of the charter that the peer has adopted.
func (n *Node) Shows(peer string) []string {
	a := n.known()
	var out []string
	for _, e := range slices.Backward(a.Epochs(n.Desk())) {
		c, isCharter := a.Charters.Find(e.Hash)
		if isCharter && c.Version > n.Config.Charter.Version {
			continue
		}
		if !slices.Contains(out, e.Keys.TLS) {
			out = append(out, e.Keys.TLS)
		}
		if isCharter && c.Version <= n.adoptedVersion(peer) {
			break
		}
	}
	return out
}

// maxOlderPins is how many earlier TLS keys a desk goes on showing to peers that
// were away for long.
const maxOlderPins = 16

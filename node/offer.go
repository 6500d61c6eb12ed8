package node

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// view is what a peer last said it holds of one journal.
type view struct {
	size int64
	same bool // its root is the one held here
	at   int64
	sum  string // of the checkpoint and cosignatures looked at last
}

type offerKey struct {
	peer string
	name journal.Name
}

// offerMark is the stretch of a journal that was offered last.
type offerMark struct {
	theirs, upTo int64
	again        bool // it was asked for again meanwhile
}

// offerAgainAfter is how long the same stretch is not offered again: a peer
// that cannot take it (its copy differs) must not be asked in a tight loop,
// and must not hold up the records beside it.
const offerAgainAfter = 2 * time.Second

const maxEntries = 65536 // entries in one batch

// Holdings gives every journal held here, own and replicas, sorted.
func (n *Node) Holdings(context.Context) ([]journal.Holding, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := make([]journal.Holding, 0, len(n.holdings))
	for _, h := range n.holdings {
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b journal.Holding) int {
		return cmp.Or(cmp.Compare(a.Desk, b.Desk), cmp.Compare(a.Gen, b.Gen))
	})
	return out, nil
}

// Offer gives what to send to a peer next: commitments in index order, then
// only records addressed to it, by precedence (design 2, step 4). It gives nil
// when there is nothing to send on that lane.
func (n *Node) Offer(ctx context.Context, peer string, lane journal.Lane, theirs map[journal.Name]int64, sent func(journal.Name, int64) bool, maxBytes int) ([]journal.Batch, error) {
	holdings, err := n.Holdings(ctx)
	if err != nil {
		return nil, err
	}
	quiet, stir := n.quietFor(peer)
	if quiet && !n.lacks(peer, lane, holdings, theirs) {
		return nil, nil
	}
	var out []journal.Batch
	var taken []cell.Cite
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		at := map[journal.Name]int{}
		reach := map[journal.Name]int64{}
		for name, size := range theirs {
			reach[name] = size
		}
		urgent := false
		if !quiet {
			if urgent, err = waitsUrgent(ctx, tx, peer); err != nil {
				return err
			}
		}
		if lane == journal.LaneFast {
			for _, h := range holdings {
				if (!urgent || h.Desk == peer) && !n.mayRelay(peer, h.Name, theirs[h.Name]) {
					continue
				}
				jb, err := n.offerEntries(ctx, tx, peer, h, theirs[h.Name])
				if err != nil {
					return err
				}
				if jb != nil {
					at[h.Name] = len(out)
					out = append(out, *jb)
					reach[h.Name] = jb.From + int64(len(jb.Entries))
				}
			}
		}
		if quiet {
			return nil
		}
		taken, err = n.offerRecords(ctx, tx, peer, lane, holdings, reach, sent, urgent, maxBytes, func() { n.seenEmpty(peer, stir) }, func(name journal.Name, o journal.Opened) {
			i, ok := at[name]
			if !ok {
				i = len(out)
				at[name] = i
				h := holdings[slices.IndexFunc(holdings, func(h journal.Holding) bool { return h.Name == name })]
				out = append(out, journal.Batch{Name: name, From: min(reach[name], h.Size), Checkpoint: h.Checkpoint, Cosignatures: h.Cosignatures})
			}
			out[i].Records = append(out[i].Records, o)
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("offer to %s: %w", peer, err)
	}
	n.dropTaken(peer, taken)
	return out, nil
}

// offerEntries gives the next stretch of one journal that the peer lacks.
func (n *Node) offerEntries(ctx context.Context, tx *store.Tx, peer string, h journal.Holding, theirs int64) (*journal.Batch, error) {
	if theirs >= h.Size {
		return nil, nil
	}
	upTo, checkpoint, cosigs := h.Size, h.Checkpoint, h.Cosignatures
	if upTo-theirs > maxEntries {
		var size int64
		var cp []byte
		err := tx.QueryRow(ctx, `SELECT size, note FROM checkpoint_step WHERE desk = ? AND gen = ? AND size > ? ORDER BY size LIMIT 1`, h.Desk, h.Gen, theirs).Scan(&size, &cp)
		if err == nil && size < upTo {
			upTo, checkpoint, cosigs = size, cp, nil
		}
	}
	if !n.mayOffer(offerKey{peer, h.Name}, theirs, upTo) {
		return nil, nil
	}
	entries, err := journal.Entries(ctx, tx, h.Desk, h.Gen, theirs, upTo)
	if err != nil {
		return nil, err
	}
	return &journal.Batch{Name: h.Name, From: theirs, Entries: entries, Checkpoint: checkpoint, Cosignatures: cosigs}, nil
}

// receiptedAtOnce is how many taken records one offer looks up.
const receiptedAtOnce = 512

// receipted gives those among records that a peer has taken which it has
// receipted before. They were queued again by a word that was overtaken, and
// no second receipt will come to end them.
func receipted(ctx context.Context, tx *store.Tx, peer string, records []cell.Cite) (done []cell.Cite, err error) {
	for _, c := range records {
		var n int
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM record r JOIN delivery d ON d.author = r.desk AND d.gen = r.gen AND d.channel = r.channel AND d.serial = r.serial
			WHERE r.desk = ? AND r.gen = ? AND r.idx = ? AND d.desk = ?`, c.Desk, c.Gen, c.Index, peer).Scan(&n)
		if err != nil {
			return nil, fmt.Errorf("look up receipt of %s: %w", c, err)
		}
		if n > 0 {
			done = append(done, c)
		}
	}
	return done, nil
}

// waitsUrgent reports whether a FLASH waits for the peer: it takes every
// permitted path at once (HOT-05).
func waitsUrgent(ctx context.Context, tx *store.Tx, peer string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE peer = ? AND rank = 0 LIMIT 1) w`, peer).Scan(&n)
	return n > 0, err
}

// relayAfter is how long a desk leaves it to the author to bring its own
// records to a peer with which the author has a link: sent twice, everything
// would cost twice.
const relayAfter = 500 * time.Millisecond

// aged tells which part of a replica has been held for a while: all below
// ripe, as of the time at, and all below size by relayAfter later.
type aged struct {
	at         time.Time
	ripe, size int64

	brought   int64 // up to where the author itself brought it on the link that stands
	broughtAt time.Time
}

// ownAfter is how long a desk is not offered what it has just brought itself:
// its word of what it holds lags a little behind its parcels. One that has lost
// it, and says so, is offered it then.
const ownAfter = 2 * time.Second

// brought notes up to where the author of a journal has brought it itself.
func (n *Node) brought(name journal.Name, size int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	a := n.age(name)
	a.brought, a.broughtAt = size, time.Now()
}

// age gives what is known of how old a replica is. It is called with the lock
// held.
func (n *Node) age(name journal.Name) *aged {
	a := n.ages[name]
	if a == nil {
		a = &aged{}
		n.ages[name] = a
	}
	return a
}

// mayRelay reports whether what stands at an index may be offered to a peer
// now. A journal's own desk and a desk without another way to the peer always
// offers; beside the author's own link it waits.
func (n *Node) mayRelay(peer string, name journal.Name, index int64) bool {
	if name.Desk == n.Desk() || name.Desk != peer && !n.Config.Charter.Linked(name.Desk, peer) {
		return true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	a := n.age(name)
	if name.Desk == peer {
		if index < a.brought && time.Since(a.broughtAt) < ownAfter {
			n.relayLater()
			return false
		}
		return true
	}
	size := n.holdings[name].Size
	if now := time.Now(); now.Sub(a.at) >= relayAfter {
		a.at, a.ripe, a.size = now, a.size, size
	}
	if index < a.ripe {
		return true
	}
	n.relayLater()
	return false
}

// relayLater has the link ask again in a while. It is called with the lock held.
func (n *Node) relayLater() {
	if n.relayWake == nil {
		n.relayWake = time.AfterFunc(relayAfter, n.relayNow)
	}
}

// relayNow has the link ask again for what was left to its author.
func (n *Node) relayNow() {
	n.mu.Lock()
	n.relayWake = nil
	n.mu.Unlock()
	n.wake()
}

// mayOffer notes that a stretch is offered, unless it was just now.
func (n *Node) mayOffer(key offerKey, theirs, upTo int64) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if m := n.offered[key]; m != nil && m.theirs == theirs && m.upTo == upTo {
		m.again = true
		return false
	}
	m := &offerMark{theirs: theirs, upTo: upTo}
	n.offered[key] = m
	time.AfterFunc(offerAgainAfter, func() { n.forgetOffer(key, m) })
	return true
}

// forgetOffer lets a stretch be offered again, and says so to the link when it
// has asked in vain.
func (n *Node) forgetOffer(key offerKey, m *offerMark) {
	n.mu.Lock()
	if n.offered[key] == m {
		delete(n.offered, key)
	}
	again := m.again
	n.mu.Unlock()
	if again {
		n.wake()
	}
}

// forgetOffers forgets what was offered to a peer: with a link that came or
// went, what was on its way is lost.
func (n *Node) forgetOffers(peer string) {
	for key := range n.offered {
		if key.peer == peer {
			delete(n.offered, key)
		}
	}
	for name, a := range n.ages {
		if name.Desk == peer {
			a.brought = 0
		}
	}
}

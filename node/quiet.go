package node

import "parley/journal"

// stirs tells without a look into the database that nothing waits for a peer:
// links ask after every change, and mostly for nothing. Only this node writes
// its outbox, so that who has seen it empty knows until something is put in.
type stirs struct {
	put   map[string]uint64 // by peer: how often something was put in, as far as it is durable
	empty map[string]uint64 // what that count was before it was seen empty, and one more
}

// stirred notes that something may wait for a peer, once it is durable.
func (b *batch) stirred(peer string) {
	b.stirs = with(b.stirs, peer)
}

// stir tells those who offer. It comes before the links are woken.
func (n *Node) stir(peers map[string]bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for p := range peers {
		if n.stirs.put == nil {
			n.stirs.put = map[string]uint64{}
		}
		n.stirs.put[p]++
	}
}

// stirAll forgets what was seen: a transaction whose end is not known may have
// put something in.
func (n *Node) stirAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.stirs.empty = nil
}

// quietFor reports whether nothing waits for a peer, and what to say when a look
// that begins now finds nothing.
func (n *Node) quietFor(peer string) (quiet bool, put uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	put = n.stirs.put[peer]
	return n.stirs.empty[peer] == put+1, put
}

// seenEmpty notes that nothing waited for a peer. put is what quietFor gave
// before the database was looked into.
func (n *Node) seenEmpty(peer string, put uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stirs.empty == nil {
		n.stirs.empty = map[string]uint64{}
	}
	n.stirs.empty[peer] = put + 1
}

// lacks reports whether a peer lacks entries that may go to it now on a lane.
func (n *Node) lacks(peer string, lane journal.Lane, holdings []journal.Holding, theirs map[journal.Name]int64) bool {
	if lane != journal.LaneFast {
		return false
	}
	for _, h := range holdings {
		if theirs[h.Name] < h.Size && n.mayRelay(peer, h.Name, theirs[h.Name]) {
			return true
		}
	}
	return false
}

package link

import (
	"errors"
	"time"
)

// PeerStatus says how the link to one peer stands.
type PeerStatus struct {
	Peer     string
	Up       bool          // the fast lane stands, so a FLASH gets through
	Since    time.Time     // when Up last changed
	Evidence string        // why it is down or refused, or how the clocks differ; empty when all is well
	RTT      time.Duration // round trip, as last measured
	Skew     time.Duration // the peer's clock less ours; more than 2 s is shown (SEC-15)
	LastHold time.Time     // when the peer last stated what it holds
	Lanes    []Lane        // those that stand
}

// Status gives how the links stand, ordered by peer.
func (m *Manager) Status() []PeerStatus {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []PeerStatus
	for _, id := range m.order {
		p := m.peers[id]
		st := PeerStatus{Peer: id, Up: p.up, Since: p.since, Evidence: p.evidence, RTT: p.rtt, Skew: p.skew, LastHold: p.lastHold}
		for lane, s := range p.lanes {
			if s != nil {
				st.Lanes = append(st.Lanes, Lane(lane))
			}
		}
		all = append(all, st)
	}
	return all
}

// Cut ends the sessions with a peer without a word and refuses new ones until
// [Manager.Restore]: an exercise's cut cable. Unknown peers are ignored.
func (m *Manager) Cut(peer string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.peers[peer]
	if p == nil {
		return
	}
	p.cut = true
	for _, s := range p.lanes {
		if s != nil {
			s.quit(ending{err: errors.New("cut off at this desk")})
		}
	}
}

// Restore undoes [Manager.Cut].
func (m *Manager) Restore(peer string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.peers[peer]; p != nil && p.cut {
		p.cut = false
		p.free()
	}
}

// Idle reports whether the link to a peer is up on both lanes and at rest:
// nothing is on its way in either direction, each has worked in the other's
// newest HOLD, and the desk had nothing to offer since the last change.
func (m *Manager) Idle(peer string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.peers[peer]
	return p != nil && m.settled(p)
}

// Settled reports whether every link that is up is idle ([Manager.Idle]), and
// every peer that this desk dials has been tried at least once.
func (m *Manager) Settled() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.peers {
		if p.up && !m.settled(p) || p.dialled && !p.told && !p.cut {
			return false
		}
	}
	return true
}

// Settled reports whether all of these managers, of desks that run in one
// process, were settled at one moment: no frame moved between the first look
// and the last.
func Settled(managers ...*Manager) bool {
	before := moves(managers)
	for _, m := range managers {
		if !m.Settled() {
			return false
		}
	}
	return moves(managers) == before
}

func moves(managers []*Manager) (n int64) {
	for _, m := range managers {
		m.mu.Lock()
		n += m.moves
		m.mu.Unlock()
	}
	return n
}

// settled is called with the lock held.
func (m *Manager) settled(p *peer) bool {
	select {
	case <-m.changed:
		return false // not yet looked at
	default:
	}
	for _, s := range p.lanes {
		if s == nil || !s.settled() {
			return false
		}
	}
	return m.changed != nil
}

// settled is called with the lock held.
func (s *session) settled() bool {
	return s.theirs != nil && s.flight == nil && !s.working && !s.busy && !s.offer &&
		!s.holdDue && s.answer == nil && s.seen == nil && s.holdSeq == s.seenSeq
}

package link

import (
	"errors"
)

// enter counts a new connection and refuses it when the peer is cut off or has
// too many.
func (m *Manager) enter(p *peer) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p.cut || p.conns >= maxConns {
		return false
	}
	p.conns++
	return true
}

// register makes s the session of its lane. Of two dialled from opposite ends,
// the one that the alphabetically first desk dialled stays; of two dialled from
// one end, that whose connection is newer. It returns why s may not stand, or the
// empty string.
func (m *Manager) register(s *session) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, old := s.peer, s.peer.lanes[s.lane]
	if p.cut {
		return "the link is cut off"
	}
	if old != nil {
		if old.dialled != s.dialled && old.dialled == (m.self.Desk < p.id) || old.dialled == s.dialled && old.number > s.number {
			return sayReplaced
		}
		old.quit(ending{say: sayReplaced, err: errors.New("another connection took its place")})
	}
	p.lanes[s.lane] = s
	s.offer = true
	return ""
}

// release ends s's place in its lane.
func (m *Manager) release(s *session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := s.peer
	if p.lanes[s.lane] != s {
		return
	}
	p.lanes[s.lane] = nil
	if other := p.primary(); other != nil {
		other.holdDue = true // what s had yet to state
		p.offerAgain()       // what s had in flight
	}
	p.free()
}

// free wakes those who wait to dial. It is called with the lock held.
func (p *peer) free() {
	close(p.freed)
	p.freed = make(chan struct{})
}

// upNow tells the desk that the link stands, or how the clocks differ.
func (m *Manager) upNow(p *peer, evidence string) {
	m.report.Lock()
	defer m.report.Unlock()
	m.mu.Lock()
	another := p.up && p.skewed && evidence == "" // a session took another's place; the clocks still differ
	if p.lanes[LaneFast] == nil || another || p.up && p.evidence == evidence {
		m.mu.Unlock()
		return
	}
	if !p.up {
		p.since = m.config.Now()
	}
	p.up, p.told, p.evidence = true, true, evidence
	m.mu.Unlock()
	m.config.Log.Info("link up", "peer", p.id, "evidence", evidence)
	m.config.Desk.LinkChanged(p.id, true, evidence)
}

// down tells the desk that the link went down, or, with refused, that it was
// refused for another reason than before. Repeated failures to dial are kept
// for [Manager.Status] only.
func (m *Manager) down(p *peer, evidence string, refused bool) {
	m.report.Lock()
	defer m.report.Unlock()
	m.mu.Lock()
	if p.lanes[LaneFast] != nil {
		m.mu.Unlock()
		return
	}
	tell := p.up || !p.told || refused && p.evidence != evidence
	if p.up || !p.told {
		p.since = m.config.Now()
	}
	p.up, p.told, p.skewed, p.evidence = false, true, false, evidence
	m.mu.Unlock()
	if tell {
		m.config.Log.Warn("link down", "peer", p.id, "evidence", evidence)
		m.config.Desk.LinkChanged(p.id, false, evidence)
	}
}

package link

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"parley/journal"
)

// A flight is the one parcel that is on its way: where the entries of each
// journal in it end, and which records it has.
type flight struct {
	id      uint64
	ends    map[journal.Name]int64
	records marks
}

// send writes what is due, the most urgent first, until the session must end.
func (s *session) send(ctx context.Context) ending {
	for {
		sent, end := s.sendDue(ctx)
		if end != nil {
			return *end
		}
		if sent {
			continue
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
			return ending{err: ctx.Err()}
		}
	}
}

// sendDue sends one round of what is due: small answers, then the HOLD, then
// the answer to a parcel, which must follow a HOLD, then the next parcel. It
// reports whether there was anything.
func (s *session) sendDue(ctx context.Context) (sent bool, end *ending) {
	s.m.mu.Lock()
	var small []frame
	for _, due := range []**frame{&s.pong, &s.seen} {
		if *due != nil {
			small, *due = append(small, **due), nil
		}
	}
	if s.pingDue {
		s.pingDue, s.pingAt = false, s.m.config.Now()
		s.pingID++
		small = append(small, numbers(typePing, s.pingID, uint64(s.pingAt.UnixNano())))
	}
	answer := s.answer
	s.answer = nil
	hold := answer != nil || s.holdDue && !s.heldBack
	restate := s.restate
	if hold {
		s.holdDue, s.restate = false, false
	}
	offer := s.offer && s.theirs != nil && s.flight == nil && !s.paused
	if offer {
		s.offer = false
	}
	s.busy = len(small) > 0 || hold || offer
	sent = s.busy
	s.m.mu.Unlock()

	for _, f := range small {
		if end == nil {
			end = s.write(f)
		}
	}
	if sent && end == nil {
		end = s.sendPapers()
	}
	if hold && end == nil {
		end = s.sendHold(ctx, restate)
	}
	if answer != nil && end == nil {
		end = s.write(*answer)
	}
	if offer && end == nil {
		end = s.sendParcel(ctx)
	}
	s.m.mu.Lock()
	s.busy = false
	s.m.mu.Unlock()
	return sent, end
}

// sendPapers hands over the charters and key notes that the peer lacks: before
// anything that is signed under them. A peer that knows later ones has forgotten
// to list the oldest, and is told none that lie before what it lists.
func (s *session) sendPapers() *ending {
	if s.m.config.Learn == nil {
		return nil
	}
	papers := s.m.config.Papers()
	if len(papers) > maxKnown {
		papers = papers[len(papers)-maxKnown:]
	}
	for _, p := range papers {
		if s.told[p.Hash] {
			continue
		}
		s.told[p.Hash] = true
		if end := s.write(frame{typ: typePaper, payload: p.File}); end != nil {
			return end
		}
	}
	return nil
}

// write sends one frame, within the time that a frame may take.
func (s *session) write(f frame) *ending {
	s.stall.Reset(frameLimit)
	defer s.stall.Stop()
	if _, err := s.conn.Write(f.bytes()); err != nil {
		return &ending{err: fmt.Errorf("send to %s: %w", s.peer.id, err)}
	}
	return nil
}

// sendHold states what this desk holds, unless the peer was told just that.
func (s *session) sendHold(ctx context.Context, restate bool) *ending {
	holdings, err := s.m.config.Desk.Holdings(ctx)
	var payload []byte
	if err == nil {
		payload, err = EncodeHold(0, holdings)
	}
	if err != nil {
		return failed(fmt.Errorf("state holdings to %s: %w", s.peer.id, err))
	}
	s.m.mu.Lock()
	if !restate && string(payload[8:]) == s.lastHold {
		s.m.mu.Unlock()
		return nil
	}
	s.lastHold = string(payload[8:])
	s.holdSeq++
	binary.BigEndian.PutUint64(payload, s.holdSeq)
	if !s.heldBack {
		s.heldBack = true
		s.gap.Reset(holdGap)
	}
	s.m.mu.Unlock()
	return s.write(frame{typ: typeHold, payload: payload})
}

// failed ends a session because this desk could not do its part. The peer is
// not told more than that.
func failed(err error) *ending {
	return &ending{say: "this desk could not go on", err: err, refused: true}
}

// sendParcel asks the desk what to send and sends it, if it is anything.
func (s *session) sendParcel(ctx context.Context) *ending {
	s.m.mu.Lock()
	theirs := s.peer.theirs()
	most := s.m.config.ParcelBytes
	s.m.mu.Unlock()
	if s.lane == LaneFast {
		most = min(most, fastParcel)
	}
	batches, err := s.m.config.Desk.Offer(ctx, s.peer.id, s.lane, theirs, s.wasTaken, most)
	if err != nil {
		return failed(fmt.Errorf("offer to %s: %w", s.peer.id, err))
	}
	f := s.load(batches, theirs)
	if f == nil {
		return nil
	}
	s.parcelID++
	payload, err := EncodeParcel(s.parcelID, batches)
	if err != nil {
		return failed(fmt.Errorf("offer to %s: %w", s.peer.id, err))
	}
	s.m.mu.Lock()
	f.id = s.parcelID
	s.flight = f
	s.m.mu.Unlock()
	return s.write(frame{typ: typeParcel, payload: payload})
}

// wasTaken reports whether the peer has taken a record in the sessions that
// stand now, or whether this relay withholds it.
func (s *session) wasTaken(name journal.Name, index int64) bool {
	if s.withheld(name, index) {
		return true
	}
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	for _, lane := range s.peer.lanes {
		if lane != nil && lane.taken.has(name, index) {
			return true
		}
	}
	return false
}

// inFlight reports whether a record is on its way to the peer on any lane.
func (s *session) inFlight(name journal.Name, index int64) bool {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	for _, lane := range s.peer.lanes {
		if lane != nil && lane.flight != nil && lane.flight.records.has(name, index) {
			return true
		}
	}
	return false
}

func (s *session) withheld(name journal.Name, index int64) bool {
	return s.m.config.Withhold != nil && name.Desk != s.m.self.Desk && s.m.config.Withhold(s.peer.id, name, index)
}

// load takes out of an offer what the peer has, what is on its way to it and
// what is withheld, and gives what must be known of the rest; nil when the peer
// would learn nothing from it, so that an offer that repeats itself cannot go
// round and round.
func (s *session) load(batches []journal.Batch, theirs map[journal.Name]int64) *flight {
	f := &flight{ends: make(map[journal.Name]int64), records: make(marks)}
	news := false
	for i := range batches {
		b := &batches[i]
		if len(b.Entries) > 0 {
			end := b.From + int64(len(b.Entries))
			f.ends[b.Name] = max(f.ends[b.Name], end)
			news = news || end > theirs[b.Name]
		}
		var pass []journal.Opened
		for _, o := range b.Records {
			if !s.wasTaken(b.Name, o.Index) && !s.inFlight(b.Name, o.Index) {
				pass = append(pass, o)
				f.records.set(b.Name, o.Index)
			}
		}
		b.Records = pass
		news = news || len(pass) > 0
	}
	if !news {
		return nil
	}
	return f
}

// landed ends the flight of a parcel. The next one follows from the HOLD that
// came before the answer. A parcel that was not taken, or was but moved
// nothing, makes this lane wait before it offers again.
func (s *session) landed(id uint64, taken bool) *ending {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	if s.flight == nil || s.flight.id != id {
		return broken(fmt.Errorf("parcel %d was answered, but is not on its way", id))
	}
	theirs := s.peer.theirs()
	moved := taken
	for name, end := range s.flight.ends {
		moved = moved && theirs[name] >= end
	}
	if taken {
		s.taken.add(s.flight.records)
	}
	s.flight = nil
	if moved {
		s.failures = 0
	} else {
		s.paused = true
		s.resume.Reset(backoff(s.failures))
		s.failures++
	}
	s.peer.offerAgain()
	return nil
}

// backoff gives how long to wait after a number of failures in a row.
func backoff(failures int) time.Duration {
	return min(firstBackoff<<min(failures, 10), lastBackoff)
}

package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"parley/journal"
)

// receive works in one frame after the other until the session must end. While
// a parcel is being admitted nothing more is read: that is the backpressure.
func (s *session) receive(ctx context.Context, in io.Reader) ending {
	silence := time.AfterFunc(frameLimit, func() {
		s.stop(ending{err: fmt.Errorf("no whole frame came from %s for %v", s.peer.id, frameLimit)})
	})
	defer silence.Stop()
	for {
		silence.Reset(frameLimit)
		f, err := readFrame(in)
		silence.Stop()
		switch {
		case err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF):
			return ending{err: errLost}
		case err != nil:
			return ending{say: "a frame could not be read", err: err}
		case f.typ == typeBye:
			return s.dismissed(string(f.payload))
		}
		if !s.mark(true) {
			return ending{err: errLost}
		}
		end := s.take(ctx, f)
		s.mark(false)
		if end != nil {
			return *end
		}
	}
}

// mark notes for [Manager.Settled] that a frame is being worked in. It reports
// false when the session is over: then nothing more may be worked in, even if
// it has come.
func (s *session) mark(working bool) bool {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.working = working
	s.m.moves++
	select {
	case <-s.over:
		return false
	default:
		return true
	}
}

// dismissed reads the reason of a BYE. Two of them are no refusal.
func (s *session) dismissed(reason string) ending {
	err := fmt.Errorf("%s ended it: %q", s.peer.id, reason)
	return ending{err: err, refused: reason != sayClosing && reason != sayReplaced}
}

// take works in one frame and returns nil, or why the session must end.
func (s *session) take(ctx context.Context, f frame) *ending {
	switch f.typ {
	case typeHold:
		return s.takeHold(ctx, f)
	case typePaper:
		return s.takePaper(ctx, f)
	case typeParcel:
		return s.takeParcel(ctx, f)
	case typeTaken:
		return s.landed(f.number(0), true)
	case typeRewind:
		return s.landed(f.number(0), false)
	case typeSeen:
		s.m.mu.Lock()
		s.seenSeq = max(s.seenSeq, min(f.number(0), s.holdSeq))
		s.m.mu.Unlock()
	case typePing:
		pong := numbers(typePong, f.number(0), f.number(1), uint64(s.m.config.Now().UnixNano()))
		s.m.mu.Lock()
		s.pong = &pong
		s.wakeUp()
		s.m.mu.Unlock()
	case typePong:
		s.takePong(f.number(0), int64(f.number(2)))
	default:
		return broken(fmt.Errorf("a frame of type %d has no place here", f.typ))
	}
	return nil
}

// broken ends a session in which the peer broke the protocol.
func broken(err error) *ending {
	return &ending{say: err.Error(), err: err, refused: true}
}

// takePaper hands a charter or a key note to the desk. One that it refuses ends
// the session: what comes next would be signed under it.
func (s *session) takePaper(ctx context.Context, f frame) *ending {
	if s.m.config.Learn == nil {
		return nil
	}
	if err := s.m.config.Learn(ctx, s.peer.id, f.payload); err != nil {
		return &ending{say: "a charter or a key note is not accepted: " + err.Error(), err: fmt.Errorf("take a paper of %s: %w", s.peer.id, err), refused: true}
	}
	return nil
}

func (s *session) takeHold(ctx context.Context, f frame) *ending {
	seq, holdings, err := DecodeHold(f.payload)
	if err != nil {
		return broken(err)
	}
	if err := s.m.config.Desk.Inform(ctx, s.peer.id, holdings); err != nil {
		return &ending{say: "a statement of holdings could not be worked in", err: fmt.Errorf("take holdings of %s: %w", s.peer.id, err), refused: true}
	}
	theirs := make(map[journal.Name]int64, len(holdings))
	for _, h := range holdings {
		theirs[h.Name] = h.Size
	}
	seen := numbers(typeSeen, seq)
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.theirs, s.seen = theirs, &seen
	s.peer.lastHold = s.m.config.Now()
	s.peer.offerAgain()
	return nil
}

func (s *session) takeParcel(ctx context.Context, f frame) *ending {
	id, batches, err := DecodeParcel(f.payload)
	if err != nil {
		return broken(err)
	}
	s.m.mu.Lock()
	early := s.answer != nil
	s.m.mu.Unlock()
	if early {
		return broken(fmt.Errorf("parcel %d came before the one before it was answered", id))
	}
	err = s.m.config.Desk.Admit(ctx, s.peer.id, batches)
	var gap *journal.Gap
	answer := numbers(typeTaken, id)
	if errors.As(err, &gap) {
		answer.typ = typeRewind
	} else if err != nil {
		return &ending{say: fmt.Sprintf("parcel %d could not be stored", id), err: fmt.Errorf("admit parcel %d of %s: %w", id, s.peer.id, err), refused: true}
	}
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.answer = &answer
	for _, lane := range s.peer.lanes {
		if lane != nil && answer.typ == typeRewind {
			lane.holdDue, lane.restate = true, true
			lane.wakeUp()
		}
	}
	s.wakeUp()
	return nil
}

// theirs gives what the peer holds by its newest word on either lane. It is
// called with the lock held.
func (p *peer) theirs() map[journal.Name]int64 {
	all := make(map[journal.Name]int64)
	for _, s := range p.lanes {
		if s == nil {
			continue
		}
		for n, size := range s.theirs {
			all[n] = max(all[n], size)
		}
	}
	return all
}

// takePong measures the round trip and the difference of the two clocks.
func (s *session) takePong(id uint64, theirs int64) {
	now := s.m.config.Now()
	s.m.mu.Lock()
	if id != s.pingID || s.pingAt.IsZero() {
		s.m.mu.Unlock()
		return
	}
	rtt := max(0, now.Sub(s.pingAt))
	skew := max(-math.MaxInt64, time.Unix(0, theirs).Sub(s.pingAt.Add(rtt/2)))
	s.pingAt = time.Time{}
	p := s.peer
	if s.lane != LaneFast {
		s.m.mu.Unlock()
		return
	}
	p.rtt, p.skew = rtt, skew
	skewed := max(skew, -skew) > skewLimit
	tell := skewed != p.skewed
	p.skewed = skewed
	s.m.mu.Unlock()
	if tell {
		s.m.upNow(p, skewText(p.id, skew, skewed))
	}
}

// skewText says how a peer's clock differs (SEC-15), and nothing when it does
// not.
func skewText(peer string, skew time.Duration, skewed bool) string {
	switch {
	case !skewed:
		return ""
	case skew > 0:
		return fmt.Sprintf("the clock of %s is %v ahead of this desk's", peer, skew.Round(time.Second))
	}
	return fmt.Sprintf("the clock of %s is %v behind this desk's", peer, (-skew).Round(time.Second))
}

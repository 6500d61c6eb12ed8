package link

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"parley/journal"
)

// A session is one lane of one pair of desks while its connection stands. One
// goroutine receives and one sends; what is due is kept as flags and single
// places, never as a queue, so that no peer can make it grow. The fields below
// are guarded by the manager's lock.
type session struct {
	m       *Manager
	peer    *peer
	lane    Lane
	conn    Conn
	number  int64 // the higher, the newer the connection
	dialled bool  // by this desk

	wake  chan struct{} // has one element when something may be due
	over  chan struct{} // closed by the first quit
	end   ending        // set by it
	stall *time.Timer   // ends the session when a write takes too long

	pong, seen *frame // due for the newest PING and the newest HOLD
	answer     *frame // TAKEN or REWIND, due for the parcel that was last received
	pingDue    bool
	holdDue    bool // state what is held, if it changed
	restate    bool // state it even if it did not
	heldBack   bool // not yet, only before an answer
	gap        *time.Timer
	offer      bool // ask the desk what to offer
	busy       bool // the sender is at work
	working    bool // the receiver is at work

	told map[string]bool // papers that the peer knows; the sender's, once the session stands

	theirs   map[journal.Name]int64 // by the newest HOLD on this lane; nil before the first
	taken    marks                  // records, in this session
	flight   *flight
	failures int  // parcels in a row that moved nothing
	paused   bool // no parcel until resume fires
	resume   *time.Timer

	holdSeq, seenSeq uint64 // the last HOLD sent, and the last that the peer has worked in
	lastHold         string // its payload after the number
	parcelID         uint64
	pingID           uint64
	pingAt           time.Time
}

// An ending says why a session ends: what the peer is told (nothing when the
// connection is gone or the peer has said BYE itself), and what this desk notes.
type ending struct {
	say     string
	err     error
	refused bool // the two cannot work together, or one failed: do not hurry back
}

var errLost = errors.New("the connection was lost")

// The reasons of a BYE that are part of working together; every other one is a
// refusal.
const (
	sayClosing  = "this desk is closing the link"
	sayReplaced = "another connection stands"
)

// serve says HELLO on a new connection and runs its session to the end. It
// reports false when the next attempt should wait longer than this one did:
// the session never stood, or it ended by refusal or failure.
func (m *Manager) serve(ctx context.Context, p *peer, conn Conn, number int64, dialled bool) bool {
	defer conn.Close()
	if !m.enter(p) {
		return true
	}
	defer func() {
		m.mu.Lock()
		p.conns--
		m.mu.Unlock()
	}()
	s := &session{
		m: m, peer: p, lane: conn.Lane(), conn: conn, number: number, dialled: dialled,
		wake: make(chan struct{}, 1), over: make(chan struct{}), taken: make(marks),
		holdDue: true, restate: true, pingDue: true,
	}
	in := bufio.NewReaderSize(conn, 32<<10)
	s.setTimers()
	defer s.stopTimers()
	end := s.greet(ctx, in)
	stood := end == nil
	if stood {
		e := s.run(ctx, in)
		m.release(s)
		end = &e
	}
	log := m.config.Log.With("peer", p.id, "lane", s.lane.String())
	if end.refused {
		log.Warn("link session ended", "error", end.err)
	} else {
		log.Debug("link session ended", "error", end.err)
	}
	if s.lane == LaneFast || end.refused {
		m.down(p, end.err.Error(), end.refused)
	}
	return stood && !end.refused
}

// setTimers makes the session's timers, not running.
func (s *session) setTimers() {
	s.stall = time.AfterFunc(frameLimit, func() {
		s.stop(ending{err: fmt.Errorf("%s took no whole frame for %v", s.peer.id, frameLimit)})
	})
	s.gap = time.AfterFunc(holdGap, func() { s.mayGoOn(&s.heldBack) })
	s.resume = time.AfterFunc(firstBackoff, func() { s.mayGoOn(&s.paused) })
	s.stopTimers()
}

func (s *session) stopTimers() {
	s.stall.Stop()
	s.gap.Stop()
	s.resume.Stop()
}

// mayGoOn takes back what kept the sender from something.
func (s *session) mayGoOn(flag *bool) {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	*flag = false
	s.wakeUp()
}

// greet exchanges HELLO and takes the lane. It returns nil when the session
// stands, or why it does not.
func (s *session) greet(ctx context.Context, in *bufio.Reader) *ending {
	limit := time.AfterFunc(helloLimit, func() { s.conn.Close() })
	defer limit.Stop()
	stop := context.AfterFunc(ctx, func() { s.conn.Close() })
	defer stop()
	ours := s.m.self.knowing(s.m.config.Papers()).copying(s.m.config.Desk)
	ours.Lane = s.lane.String()
	f, err := ours.frame()
	if err != nil {
		return &ending{err: err, refused: true}
	}
	if _, err := s.conn.Write(f.bytes()); err != nil {
		return &ending{err: fmt.Errorf("say hello: %w", err)}
	}
	f, err = readFrame(in)
	switch {
	case err != nil:
		return &ending{err: fmt.Errorf("wait for hello: %w", noEOF(err))}
	case f.typ == typeBye:
		return &ending{err: fmt.Errorf("%s refused: %q", s.peer.id, f.payload), refused: true}
	case f.typ != typeHello:
		return s.refuse(in, fmt.Errorf("the first frame of %s is of type %d, not HELLO", s.peer.id, f.typ))
	}
	theirs, err := parseHello(f.payload)
	if err != nil {
		return s.refuse(in, err)
	}
	if err := ours.check(theirs, s.peer.id); err != nil {
		return s.refuse(in, err)
	}
	s.told = make(map[string]bool, len(theirs.Knows)+1)
	for _, hash := range append(theirs.Knows, theirs.Charter) {
		s.told[hash] = true
	}
	if s.lane == LaneFast {
		if err := theirs.restored(ctx, s.m.config.Desk, s.peer.id); err != nil {
			return &ending{err: fmt.Errorf("queue what %s has lost: %w", s.peer.id, err), refused: true}
		}
	}
	if why := s.m.register(s); why != "" {
		s.farewell(in, why)
		return &ending{err: errors.New(why)}
	}
	if s.lane == LaneFast {
		s.m.upNow(s.peer, "")
	}
	return nil
}

// refuse tells the peer why there can be no session.
func (s *session) refuse(in io.Reader, err error) *ending {
	s.farewell(in, err.Error())
	return &ending{err: err, refused: true}
}

// farewell says BYE and gives the peer a moment to read it: it closes the
// connection as soon as it has.
func (s *session) farewell(in io.Reader, reason string) {
	limit := time.AfterFunc(lingerLimit, func() { s.conn.Close() })
	defer limit.Stop()
	if _, err := s.conn.Write(byeFrame(reason).bytes()); err == nil {
		io.Copy(io.Discard, in) // nothing more is expected but the end
	}
}

// run receives and sends until either fails, the manager ends the session, or
// ctx ends, and returns why once both goroutines have ended.
func (s *session) run(ctx context.Context, in *bufio.Reader) ending {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx)) // BYE comes before the end of ctx
	defer cancel()
	var receiving, sending sync.WaitGroup
	receiving.Go(func() {
		s.stop(s.receive(working, in))
		io.Copy(io.Discard, in) // until the peer has read BYE, or farewell's limit
	})
	sending.Go(func() { s.stop(s.send(working)) })

	rhythm := time.NewTicker(tick)
	defer rhythm.Stop()
	for open := true; open; {
		select {
		case <-rhythm.C:
			s.m.mu.Lock()
			s.holdDue, s.restate, s.pingDue = true, true, true
			s.peer.offerAgain()
			s.m.mu.Unlock()
		case <-ctx.Done():
			s.stop(ending{say: sayClosing, err: errors.New("this desk closed the link")})
		case <-s.over:
			open = false
		}
	}
	cancel()
	limit := time.AfterFunc(lingerLimit, func() { s.conn.Close() })
	defer limit.Stop()
	if s.end.say == "" {
		s.conn.Close()
	}
	sending.Wait()
	if s.end.say != "" {
		if _, err := s.conn.Write(byeFrame(s.end.say).bytes()); err != nil {
			s.conn.Close()
		}
	}
	receiving.Wait()
	return s.end
}

// quit ends the session for a reason; only the first counts. It is called with
// the lock held.
func (s *session) quit(e ending) {
	select {
	case <-s.over:
	default:
		s.end = e
		close(s.over)
	}
}

// stop is quit without the lock held.
func (s *session) stop(e ending) {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.quit(e)
}

// wakeUp makes the sender look what is due. It never blocks.
func (s *session) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// offerAgain makes the senders of all lanes ask the desk again. It is called
// with the lock held.
func (p *peer) offerAgain() {
	for _, s := range p.lanes {
		if s != nil {
			s.offer = true
			s.wakeUp()
		}
	}
}

package link

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"parley/cell"
	"parley/journal"
)

// The times that the protocol keeps. They are limits and rhythms of the link
// itself; the clocks of messages are the charter's.
const (
	tick          = 15 * time.Second       // HOLD and PING, however quiet
	frameLimit    = 60 * time.Second       // for one whole frame, in and out
	helloLimit    = 10 * time.Second       // for dialling and HELLO
	lingerLimit   = time.Second            // for the peer to take a BYE
	holdGap       = 100 * time.Millisecond // between two HOLDs about changes
	firstBackoff  = 100 * time.Millisecond
	lastBackoff   = 5 * time.Second
	skewLimit     = 2 * time.Second // a greater difference of clocks is shown (SEC-15)
	maxConns      = 8               // of one peer at once, while they say HELLO
	defaultParcel = 256 << 10
	fastParcel    = 64 << 10
)

// Config says what a [Manager] serves, and with what.
type Config struct {
	Desk      Desk          // the node
	Charter   *cell.Charter // pairs that it does not link are not served
	Transport Transport     // closed by whoever made it
	Dial      []string      // peers that this desk dials; nil: every linked one
	Log       *slog.Logger  // nil: nothing is logged
	Now       func() time.Time
	Seed      int64 // of the jitter between attempts to dial

	// Papers gives the charters and key notes that the desk knows, in the order in
	// which they can be learned; a peer that lacks some is handed them, and Learn
	// takes what a peer hands over. Nil: none are exchanged.
	Papers func() []cell.Paper
	Learn  func(ctx context.Context, from string, file []byte) error

	// Withhold is for exercises only: it reports a record that this desk, as a
	// relay, does not pass on to a peer. It is asked about other desks' records
	// only. nil withholds nothing.
	Withhold func(peer string, b journal.Name, index int64) bool

	ParcelBytes int // about how much a parcel has; 0: 256 KiB, on the fast lane at most 64 KiB
}

// A Manager keeps the links of one desk: it dials and accepts, keeps one
// session for each lane of each linked peer, and knows how they stand.
type Manager struct {
	config Config
	self   hello // without the lane
	peers  map[string]*peer
	order  []string // of the peers, sorted

	made   atomic.Int64 // connections
	report sync.Mutex   // held around calls of Desk.LinkChanged, so that they come in order

	// mu guards all below, and the peers and their sessions. The desk is never
	// called with it held, because Offer asks back.
	mu      sync.Mutex
	changed <-chan struct{} // the change that is waited for
	moves   int64           // frames that were worked in
}

// A peer is another desk, with the session of each lane or nil.
type peer struct {
	id       string
	lanes    [laneCount]*session
	conns    int // connections in any stage
	cut      bool
	dialled  bool // by this desk
	up       bool
	told     bool // LinkChanged was called
	skewed   bool
	since    time.Time
	evidence string
	rtt      time.Duration
	skew     time.Duration
	lastHold time.Time
	freed    chan struct{} // closed when a lane became free, then replaced
}

// New checks the configuration and makes a manager, which does nothing until
// [Manager.Run]. The desk must be a member of the charter, and every peer to
// dial must be linked with it.
func New(c Config) (*Manager, error) {
	if c.Desk == nil || c.Charter == nil || c.Transport == nil || c.Now == nil {
		return nil, errors.New("make link: desk, charter, transport and clock are needed")
	}
	id := c.Desk.Desk()
	if _, ok := c.Charter.Member(id); !ok {
		return nil, fmt.Errorf("make link: the charter has no member %q", id)
	}
	if c.Charter.Protocol > Protocol {
		return nil, fmt.Errorf("make link: the charter wants link protocol %d, this node speaks %d", c.Charter.Protocol, Protocol)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Papers == nil {
		c.Papers = func() []cell.Paper { return nil }
	}
	if c.ParcelBytes <= 0 {
		c.ParcelBytes = defaultParcel
	}
	m := &Manager{
		config: c,
		self:   hello{Protocol: Protocol, Cell: c.Charter.Cell, Charter: c.Charter.Hash, Desk: id},
		peers:  make(map[string]*peer),
	}
	for _, other := range c.Charter.Others(id) {
		if c.Charter.Linked(id, other) {
			m.order = append(m.order, other)
			m.peers[other] = &peer{id: other, freed: make(chan struct{})}
		}
	}
	if c.Dial == nil {
		m.config.Dial = m.order
	}
	for _, p := range m.config.Dial {
		if m.peers[p] == nil {
			return nil, fmt.Errorf("make link: %s is to be dialled, but the charter does not link it with %s", p, id)
		}
		m.peers[p].dialled = true
	}
	return m, nil
}

// Run serves the links until ctx ends, then says BYE to the peers and returns
// nil once every goroutine has ended. Another end of the transport is an error.
func (m *Manager) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { m.watch(ctx) })
	for i, p := range m.config.Dial {
		for lane := range Lane(laneCount) {
			rng := rand.New(rand.NewPCG(uint64(m.config.Seed), uint64(i)*laneCount+uint64(lane)))
			wg.Go(func() { m.dial(ctx, m.peers[p], lane, rng) })
		}
	}
	for {
		conn, err := m.config.Transport.Accept(ctx)
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept a link: %w", err)
		}
		p := m.peers[conn.Peer()]
		if p == nil {
			m.config.Log.Warn("link refused: the charter has no such link", "peer", conn.Peer())
			conn.Close()
			continue
		}
		number := m.made.Add(1) // in the order in which they came, whichever says HELLO first
		wg.Go(func() { m.serve(ctx, p, conn, number, false) })
	}
}

// watch makes every session state and offer again whenever the desk changed.
// The next change is asked for first, so that none falls in between.
func (m *Manager) watch(ctx context.Context) {
	for {
		changed := m.config.Desk.Changed()
		m.mu.Lock()
		m.changed = changed
		for _, p := range m.peers {
			if s := p.primary(); s != nil {
				s.holdDue = true
			}
			p.offerAgain()
		}
		m.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// primary gives the session on which a change is stated: the fast one if there
// is one. It is called with the lock held.
func (p *peer) primary() *session {
	if s := p.lanes[LaneFast]; s != nil {
		return s
	}
	return p.lanes[LaneBulk]
}

// dial keeps one lane to one peer up. After a lost connection it dials again
// soon; after a refusal or a failure it waits longer each time.
func (m *Manager) dial(ctx context.Context, p *peer, lane Lane, rng *rand.Rand) {
	for failures := 0; m.untilFree(ctx, p, lane); {
		dialling, cancel := context.WithTimeout(ctx, helloLimit)
		conn, err := m.config.Transport.Dial(dialling, p.id, lane)
		cancel()
		wait := backoff(failures)
		failures++
		switch {
		case errors.Is(err, ErrNoAddress):
			m.down(p, err.Error(), false)
			return
		case err != nil:
			m.down(p, err.Error(), false)
		case m.serve(ctx, p, conn, m.made.Add(1), true):
			failures = 0
			wait = firstBackoff
		}
		if !sleep(ctx, wait/2+time.Duration(rng.Int64N(int64(wait/2)))) {
			return
		}
	}
}

// untilFree waits until a lane has no session and is not cut. It returns false
// when ctx ended.
func (m *Manager) untilFree(ctx context.Context, p *peer, lane Lane) bool {
	for {
		m.mu.Lock()
		free, freed := p.lanes[lane] == nil && !p.cut, p.freed
		m.mu.Unlock()
		if free {
			return ctx.Err() == nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return false
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

package scenarios

import (
	"sync"
	"time"
)

// Clock is a story's clock. It stands until it is moved (a test) or started
// (the demo, which runs it at a rate beside real time).
type Clock struct {
	mu    sync.Mutex
	at    time.Time
	rate  float64
	wall  func() time.Time
	since time.Time // real time at which the story stood at at
}

// NewClock makes a clock that stands at a time. wall is real time.
func NewClock(at time.Time, wall func() time.Time) *Clock { return &Clock{at: at.UTC(), wall: wall} }

// Now gives the story's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.rate == 0 {
		return c.at
	}
	return c.at.Add(time.Duration(float64(c.wall().Sub(c.since)) * c.rate))
}

// Set moves the clock.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.since = at, c.wall()
}

// Rate gives story seconds per real second; 0 while it stands.
func (c *Clock) Rate() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rate
}

// Run lets the clock run at a rate from where it stands; 0 stops it.
func (c *Clock) Run(rate float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.since = c.now(), c.wall()
	c.rate = rate
}

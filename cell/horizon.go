package cell

import "time"

// What a charter that says nothing of it lets a notice have: a year ahead, and
// windows of 90 days.
const (
	horizonAhead  = 366 * 24 * time.Hour
	horizonWindow = 90 * 24 * time.Hour
)

// Horizon is how far ahead a notice may be given, and how long one of its windows
// may be (DEC-02): what is notified for decades would be in everybody's way, and
// say nothing. A limit of 0 is the one that every charter begins with.
type Horizon struct {
	Ahead  Duration `yaml:"ahead"`
	Window Duration `yaml:"window"`
}

// AheadMS gives how long after a notice is written its windows begin at the
// latest, in milliseconds.
func (h Horizon) AheadMS() int64 { return orElse(h.Ahead, horizonAhead) }

// WindowMS gives how long one window lasts at most, in milliseconds.
func (h Horizon) WindowMS() int64 { return orElse(h.Window, horizonWindow) }

func orElse(d Duration, otherwise time.Duration) int64 {
	if d > 0 {
		return d.Millis()
	}
	return otherwise.Milliseconds()
}

// checkHorizon wants every type of activity to lie within it: one that is notified
// longer before than a notice may be given could never be in time.
func (c *Charter) checkHorizon() error {
	h := c.Horizon
	if h.Ahead < 0 || h.Window < 0 {
		return Invalidf("horizon", "a limit below zero")
	}
	for _, a := range c.Activities {
		if a.Lead.Millis() >= h.AheadMS() {
			return Invalidf("horizon/ahead", "the type %s is notified %d h before, and a notice may be given %d h before at most", a.Type, a.Lead.Millis()/3_600_000, h.AheadMS()/3_600_000)
		}
	}
	return nil
}

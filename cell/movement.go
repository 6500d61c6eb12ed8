package cell

import "time"

// OverdueAfter is how long after its expected time a movement may be silent
// before contact counts as lost (DEC-09, PRO-07): the charter's, else 15
// minutes. In milliseconds.
func (c *Charter) OverdueAfter() int64 {
	if c.Overdue > 0 {
		return c.Overdue.Millis()
	}
	return (15 * time.Minute).Milliseconds()
}

// PassOnLead is how long before a window begins a notice has been passed on to
// every level that the charter names (XC-09): the charter's, else 30 minutes. In
// milliseconds.
func (c *Charter) PassOnLead() int64 {
	if c.PassOn > 0 {
		return c.PassOn.Millis()
	}
	return (30 * time.Minute).Milliseconds()
}

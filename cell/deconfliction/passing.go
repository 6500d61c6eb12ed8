package deconfliction

import (
	"strings"

	"parley/cell"
)

// dissemination is owed by each counterpart, to every level that the charter
// names for it, before the window begins (XC-09): a notice that one level does
// not know is none there.
func dissemination(k *cell.Case) []cell.Wait {
	span := spanSaid(k.Matter)
	if k.Past(span.Until) {
		return nil
	}
	var out []cell.Wait
	for _, d := range k.Counterparts(k.Charter) {
		col := k.Column(d)
		if col.Delivered == nil || col.Delivered.Refused != "" {
			continue
		}
		if levels := unreached(col, k.Charter); len(levels) > 0 {
			out = append(out, cell.Wait{Desk: d, For: cell.NeedDisseminated, Since: col.Delivered.At,
				Due: passedOnBy(span.From, col.Delivered.At, k.Charter), Part: strings.Join(levels, ","), Alarm: cell.Immediate})
		}
	}
	return out
}

// unreached gives the levels of a desk of which it has not said that what the
// notice says now has reached them. What it last said of a level counts.
func unreached(col *cell.Column, c *cell.Charter) (out []string) {
	for _, l := range c.Dissemination[col.Desk] {
		reached := false
		for _, a := range col.Disseminated {
			if b, ok := a.Body.(cell.Disseminated); ok && b.Level == l.Level {
				reached = !b.Cannot
			}
		}
		if !reached {
			out = append(out, l.Level)
		}
	}
	return out
}

// passedOnBy gives by when all levels know: the charter's lead before the
// window begins. A notice that comes later than that leaves half of what time
// there is.
func passedOnBy(from, delivered int64, c *cell.Charter) int64 {
	if delivered >= from {
		return from
	}
	return max(from-c.PassOnLead(), delivered+(from-delivered)/2)
}

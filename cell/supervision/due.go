package supervision

import (
	"slices"
	"time"

	"parley/cell"
)

// due gives the report of the day that has just ended, by the charter's hour:
// whatever it says, also when a figure does not reconcile (SUP-07). A desk that
// was off then prints it when it is back, within the day after.
func due(s cell.Situation) []cell.Draft {
	c := s.Charter
	if first := c.Supervisors(); len(first) == 0 || first[0] != s.Desk || s.Records == nil || s.Began == nil {
		return nil
	}
	from, to, key, ok := day(c, s.Now)
	if began := s.Began(); !ok || began == 0 || began >= to || printed(s, to) {
		return nil
	}
	return []cell.Draft{{Kind: KindReport, Key: "report/" + key, To: c.Others(s.Desk), By: cell.ByNode(),
		Body: Compute(from, to, s.Records(from, to), stands(s.Near), cases(s.Find(kindIncident, 0), s.Near), c)}}
}

// day gives the last day that has ended by the charter's hour, in theatre time,
// and its date.
func day(c *cell.Charter, now int64) (from, to int64, date string, ok bool) {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil || c.ReportAt == "" {
		return 0, 0, "", false
	}
	local := time.UnixMilli(now).In(zone)
	slot := func(days int) (time.Time, error) {
		return time.ParseInLocation("2006-01-02 15:04", local.AddDate(0, 0, days).Format("2006-01-02 ")+c.ReportAt, zone)
	}
	for days := range 2 {
		end, err := slot(-days)
		begin, err2 := slot(-days - 1)
		if err == nil && err2 == nil && end.UnixMilli() <= now {
			return begin.UnixMilli(), end.UnixMilli(), end.Format("2006-01-02"), true
		}
	}
	return 0, 0, "", false
}

// printed reports whether this desk has printed the report of a day.
func printed(s cell.Situation, to int64) bool {
	return slices.ContainsFunc(s.Find(KindReport, to), func(m cell.Matter) bool {
		return m.Opener() == s.Desk && report(m).To == to
	})
}

// stands says of a record whether it breaks no rule in its matter, which is
// looked at once.
func stands(near cell.Around) func(cell.Ref, cell.Held) bool {
	seen := map[cell.Ref]cell.Matter{}
	return func(of cell.Ref, h cell.Held) bool {
		m, ok := seen[of]
		if !ok {
			m, _, _ = near.See(of)
			seen[of] = m
		}
		return m.Counts(h)
	}
}

// cases gives the incidents with what ended them: a closure, or a withdrawal
// where it took effect.
func cases(incidents []cell.Matter, near cell.Around) []Case {
	var out []Case
	for _, m := range incidents {
		if !m.Stands() {
			continue
		}
		x := Case{Head: *m.Head}
		if h, ok := m.First(kindClose, ""); ok {
			x.Ended = &h
		} else if _, s, ok := near.See(m.Ref); ok && s.Name == cell.StateCancelled {
			x.Ended = m.Cancelled
		}
		out = append(out, x)
	}
	return out
}

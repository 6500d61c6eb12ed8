package charter

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/cell"
)

// checkReferences refuses desks and levels that do not exist.
func checkReferences(c *cell.Charter) error {
	for _, p := range cell.Precedences() {
		if err := checkLadder(c, "clocks/"+string(p)+"/ladder", c.Clocks[p].Ladder); err != nil {
			return err
		}
	}
	for i, l := range c.LineChecks {
		at := fmt.Sprintf("line_checks/%d", i)
		if _, err := time.Parse("15:04", l.At); err != nil {
			return cell.Invalidf(at+"/at", "%q is not a time such as 09:00", l.At)
		}
		if err := members(c, at, append([]string{l.By}, l.To...)...); err != nil {
			return err
		}
		if len(l.To) == 0 || slices.Contains(l.To, l.By) {
			return cell.Invalidf(at+"/to", "a check goes to other desks")
		}
	}
	if err := members(c, "dissemination", slices.Sorted(maps.Keys(c.Dissemination))...); err != nil {
		return err
	}
	if err := members(c, "reservations", slices.Sorted(maps.Keys(c.Reservations))...); err != nil {
		return err
	}
	if c.Protocol < 1 {
		return cell.Invalidf("protocol", "%d is below 1", c.Protocol)
	}
	if c.Quotas.RecordsPerHour < 1 || c.Quotas.LifeSafetyPerHour < 1 {
		return cell.Invalidf("quotas", "a quota is at least 1 record an hour")
	}
	return nil
}

func members(c *cell.Charter, at string, desks ...string) error {
	for _, d := range desks {
		if c.Role(d) == "" {
			return cell.Invalidf(at, "%q is not a member", d)
		}
	}
	return nil
}

func checkLadder(c *cell.Charter, at string, ladder []cell.Rung) error {
	for i, r := range ladder {
		at := fmt.Sprintf("%s/%d", at, i)
		if r.Desk != "" {
			if err := members(c, at+"/desk", r.Desk); err != nil {
				return err
			}
		}
		if i > 0 && r.After <= ladder[i-1].After {
			return cell.Invalidf(at+"/after", "a rung comes after the one before it")
		}
	}
	return nil
}

// checkPlaces refuses a gazetteer that could send somebody to a wrong place.
func checkPlaces(c *cell.Charter) error {
	seen := map[string]bool{}
	for i, p := range c.Places {
		at := fmt.Sprintf("places/%d", i)
		if p.ID == "" || seen[p.ID] {
			return cell.Invalidf(at+"/id", "%q is not an ID of its own", p.ID)
		}
		seen[p.ID] = true
		if err := (cell.Place{ID: p.ID, Lat: p.Lat, Lon: p.Lon, Notation: "DD"}).Validate(at); err != nil {
			return err
		}
		if err := everyLanguage(at+"/name", p.Name); err != nil {
			return err
		}
		if c.SharesName(p) {
			if err := everyLanguage(at+"/district", p.District); err != nil {
				return fmt.Errorf("%w (another place has the same name)", err)
			}
		}
	}
	return nil
}

package deconfliction

import (
	"fmt"
	"slices"
	"strconv"

	"parley/cell"
)

// allTooLarge: the limit of a type holds for the activity, however many volumes it
// is given in (DEC-04). Each area counts in full and once, also where it lies over
// another or stands again at other times and heights.
func allTooLarge(vs []cell.Volume, t cell.ActivityType) (out []cell.Breach) {
	var distinct []cell.Volume
	sum := 0.0
	for i, v := range vs {
		made := v.Geo()
		if len(made) == 0 || slices.ContainsFunc(distinct, v.SameArea) {
			continue
		}
		distinct = append(distinct, v)
		m2 := made[0].Shape.AreaM2()
		sum += m2
		out = append(out, tooLarge(m2, 1, t, "/body/volumes/"+strconv.Itoa(i))...)
	}
	if len(out) > 0 {
		return out
	}
	return tooLarge(sum, len(distinct), t, "/body/volumes")
}

// tooLarge: n areas of so many square metres are no more than the type may have.
func tooLarge(m2 float64, n int, t cell.ActivityType, at string) []cell.Breach {
	km2 := m2 / 1e6
	if km2 <= float64(t.MaxAreaKM2) {
		return nil
	}
	has := fmt.Sprintf("the area has %.1f km²", km2)
	if n > 1 {
		has = fmt.Sprintf("its %d areas together have %.1f km²", n, km2)
	}
	return []cell.Breach{{Rule: "deconfliction.area-limit", At: at,
		Why: fmt.Sprintf("%s, more than the %d km² of the type %s: draw it nearer to what is used", has, t.MaxAreaKM2, t.Type)}}
}

// changedOver: what lies outside the charter's theatre, and would lie inside it with
// latitude and longitude changed over, is a slip of whoever wrote it: nothing would
// be laid beside it where it is meant to be (XC-06). What merely lies elsewhere is
// filed, and shown as such ([Filed.Outside]).
func changedOver(at string, theatre cell.Theatre, corners ...[]cell.Point) []cell.Breach {
	all := slices.Concat(corners...)
	meant, ok := theatre.Swapped(all...)
	if !ok {
		return nil
	}
	return []cell.Breach{{Rule: "deconfliction.axes", At: at,
		Why: fmt.Sprintf("latitude %s, longitude %s lies outside the theatre, and inside it with the two changed over: is latitude %s, longitude %s meant?", all[0].Lat, all[0].Lon, meant.Lat, meant.Lon)}}
}

func volumesBeyond(vs []cell.Volume, written int64, c *cell.Charter) (out []cell.Breach) {
	for i, v := range vs {
		out = append(out, beyond(v.Windows, written, "/body/volumes/"+strconv.Itoa(i)+"/windows/", c)...)
	}
	return out
}

func volumesChangedOver(vs []cell.Volume, theatre cell.Theatre) (out []cell.Breach) {
	for i, v := range vs {
		out = append(out, changedOver("/body/volumes/"+strconv.Itoa(i), theatre, v.Ring, v.Line, v.Centre)...)
	}
	return out
}

// outside reports whether a volume lies wholly outside the theatre.
func outside(vs []cell.Volume, theatre cell.Theatre) bool {
	return slices.ContainsFunc(vs, func(v cell.Volume) bool { return theatre.Outside(slices.Concat(v.Ring, v.Line, v.Centre)...) })
}

// beyond: a window begins no further ahead of what says it, and is no longer, than
// the charter's horizon lets it (DEC-02). It names the first that does.
func beyond(windows []cell.Span, written int64, at string, c *cell.Charter) []cell.Breach {
	for i, w := range windows {
		if ahead := w.From - written; ahead > c.Horizon.AheadMS() {
			return []cell.Breach{{Rule: "deconfliction.horizon", At: at + strconv.Itoa(i) + "/from",
				Why: fmt.Sprintf("the window begins at %s, %s ahead: the charter lets a notice be given %s ahead at most", cell.DTG(w.From), long(ahead), long(c.Horizon.AheadMS()))}}
		}
		if length := w.Until - w.From; length > c.Horizon.WindowMS() {
			return []cell.Breach{{Rule: "deconfliction.window-long", At: at + strconv.Itoa(i) + "/until",
				Why: fmt.Sprintf("the window lasts %s: the charter lets one last %s at most", long(length), long(c.Horizon.WindowMS()))}}
		}
	}
	return nil
}

// long writes a time in whole hours, rounded up: what is beyond a limit never reads
// as the limit.
func long(ms int64) string { return strconv.FormatInt((ms+hourMS-1)/hourMS, 10) + " h" }

const hourMS = 3_600_000

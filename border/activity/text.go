package activity

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"parley/cell"
)

// tidy takes out of a text what no record holds: signs that turn the order of
// text around, that nobody sees, or that are no text at all.
func tidy(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (cell.IsBidiControl(r) || unicode.IsControl(r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// clip keeps a text of a file to what a screen shows.
func clip(s string) string {
	const most = 200
	r := []rune(s)
	if len(r) > most {
		r = r[:most]
	}
	return string(r)
}

// clipBytes keeps a title to what a short text of a record takes.
func clipBytes(s string) string {
	for len(s) > 120 {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	return s
}

// decimal reads a number as people write it: 0x1p3 is none.
func decimal(s string) (float64, bool) {
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0)
}

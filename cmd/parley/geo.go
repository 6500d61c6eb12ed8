package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/geo/notation"
)

// located is a place in every notation, as parley geo prints it.
type located struct {
	Lat        jsontext.Value `json:"lat"` // degrees, WGS84, to eight decimals
	Lon        jsontext.Value `json:"lon"`
	Notation   string         `json:"notation"` // that the text was read in
	PrecisionM float64        `json:"precision_m"`
	MGRS       string         `json:"mgrs"`
	UTM        notation.UTM   `json:"utm"` // metres
	DMS        string         `json:"dms"`
	DM         string         `json:"dm"`
	GARS       string         `json:"gars"`
	Warnings   []string       `json:"warnings"`
}

// runGeo reads a place in any notation and prints it in all of them. With a
// theatre ("south,west,north,east") it finds slips by it.
func runGeo(_ context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("geo", flag.ContinueOnError)
	box := fs.String("theatre", "", "")
	flags, rest := numbers(args)
	more, err := parse(fs, flags)
	rest = append(more, rest...)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return wrong("a place is wanted, such as \"36S YB 63474 68805\" or \"33.1260, 35.8240\"")
	}
	near, err := theatre(*box)
	if err != nil {
		return err
	}
	p, err := notation.Read(strings.Join(rest, " "), near)
	if err != nil {
		return err
	}
	out := located{Lat: decimal(p.Lat), Lon: decimal(p.Lon), Notation: p.Notation, PrecisionM: math.Round(p.PrecisionM*1000) / 1000, Warnings: []string{}}
	if out.UTM, err = notation.ToUTM(p.Point); err != nil {
		return err
	}
	out.UTM.Easting, out.UTM.Northing = math.Round(out.UTM.Easting*1000)/1000, math.Round(out.UTM.Northing*1000)/1000
	for form, to := range map[string]*string{notation.Squares: &out.MGRS, notation.Seconds: &out.DMS, notation.Minutes: &out.DM, notation.Areas: &out.GARS} {
		if *to, err = notation.Write(p.Point, form); err != nil {
			return err
		}
	}
	for _, s := range p.Slips {
		w := s.Code + ": " + s.Text
		if s.Try != "" {
			w += ": " + s.Try
		}
		out.Warnings = append(out.Warnings, w)
	}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return indent(e.out, b)
}

// numbers parts arguments that begin with a minus sign and a digit, and all
// that follows them, from the flags: they are a place.
func numbers(args []string) (flags, place []string) {
	for i, a := range args {
		if len(a) > 1 && a[0] == '-' && a[1] >= '0' && a[1] <= '9' {
			return args[:i], args[i:]
		}
	}
	return args, nil
}

func decimal(v float64) jsontext.Value {
	return jsontext.Value(strconv.FormatFloat(math.Round(v*1e8)/1e8, 'f', -1, 64))
}

func theatre(s string) (b notation.Box, err error) {
	if s == "" {
		return b, nil
	}
	parts := strings.Split(s, ",")
	if len(parts) != 4 {
		return b, wrong("--theatre is south,west,north,east in degrees")
	}
	for i, to := range []*float64{&b.South, &b.West, &b.North, &b.East} {
		if *to, err = strconv.ParseFloat(strings.TrimSpace(parts[i]), 64); err != nil {
			return b, wrong("--theatre: %q is no number", parts[i])
		}
	}
	if !(b.South < b.North && b.West < b.East) {
		return b, wrong("--theatre: south,west,north,east: %s", fmt.Sprint(b))
	}
	return b, nil
}

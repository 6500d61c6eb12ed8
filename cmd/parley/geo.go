package main

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/geo/notation"
)

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
	out, err := notation.Locate(strings.Join(rest, " "), near)
	if err != nil {
		return err
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

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
	if _, err := parse(fs, flags); err != nil {
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

// numbers parts the flags from the place, whose numbers may be negative: a
// flag begins with a minus sign and a letter, and --theatre takes what stands
// after it whatever that begins with.
func numbers(args []string) (flags, place []string) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch name := strings.TrimLeft(a, "-"); {
		case a == "--":
			return flags, append(place, args[i+1:]...)
		case len(name) == len(a) || name == "" || name[0] < 'a' || name[0] > 'z':
			place = append(place, a)
		case name == "theatre" && i+1 < len(args):
			i++
			flags = append(flags, a+"="+args[i])
		default:
			flags = append(flags, a)
		}
	}
	return flags, place
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

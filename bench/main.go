package bench

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// settings are what the command line says.
type settings struct {
	json    bool
	engine  string
	dsn     string
	span    time.Duration // of each measurement
	full    bool
	records int // of the catch-up
}

// run is one run of the program: its settings, where it may write, and what
// has been measured so far.
type run struct {
	settings
	dir  string
	done []Result
	out  io.Writer
}

// groups are what can be asked for by name, in the order in which they run.
var groups = []struct {
	name string
	run  func(context.Context, *run) error
}{
	{"floor", measureFloor},
	{"journal", measureJournal},
	{"link", measureLink},
	{"catchup", measureCatchUp},
	{"start", measureStart},
	{"deconflict", measureDeconflict},
	{"board", measureBoard},
	{"limits", measureLimits},
}

// Main runs `parley bench [floor|journal|link|catchup|start|deconflict|board|limits]…` and writes the
// figures to out: a table, or with --json one [Result] a line. The floor is
// always measured first. Errors are those of the command line and of the desks
// that are measured; a target that is missed is no error (design 10).
func Main(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 2 && args[0] == idleWord {
		return idle(ctx, args[1], out)
	}
	r := &run{out: out}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.BoolVar(&r.json, "json", false, "one JSON object a line")
	flags.BoolVar(&r.full, "full", false, "measure the start with 1,000,000 records, new volumes against 1,000,000, and the board with 100,000 notices as well")
	flags.StringVar(&r.engine, "engine", "sqlite", "sqlite or postgres, for the journal")
	flags.StringVar(&r.dsn, "dsn", "", "an empty PostgreSQL database to measure on")
	seconds := flags.Float64("seconds", 4, "how long each measurement takes")
	flags.IntVar(&r.records, "records", 20_000, "how many records the catch-up has, and at most how many notices the board")
	where := flags.String("dir", "", "where to write; empty: a temporary folder")
	wanted, err := parse(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return fmt.Errorf("bench: %w", err)
	case r.engine != "sqlite" && (r.engine != "postgres" || r.dsn == ""):
		return errors.New("bench: --engine is sqlite, or postgres with --dsn")
	case *seconds <= 0 || r.records < 1:
		return errors.New("bench: --seconds and --records are above 0")
	}
	r.span = time.Duration(*seconds * float64(time.Second))
	if r.dir, err = os.MkdirTemp(*where, "parley-bench-"); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(r.dir)
	return r.measure(ctx, wanted)
}

// parse reads flags and group names in any order.
func parse(flags *flag.FlagSet, args []string) (wanted []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return wanted, nil
		}
		name := flags.Arg(0)
		if !slices.Contains(groupNames(), name) {
			return nil, fmt.Errorf("%q is none of %v", name, groupNames())
		}
		wanted, args = append(wanted, name), flags.Args()[1:]
	}
}

func groupNames() []string {
	var out []string
	for _, g := range groups {
		out = append(out, g.name)
	}
	return out
}

func (r *run) measure(ctx context.Context, wanted []string) error {
	r.heading()
	for _, g := range groups {
		if g.name != "floor" && len(wanted) > 0 && !slices.Contains(wanted, g.name) {
			continue
		}
		if err := g.run(ctx, r); err != nil {
			return fmt.Errorf("bench %s: %w", g.name, err)
		}
	}
	return nil
}

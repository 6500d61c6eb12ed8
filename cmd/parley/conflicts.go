package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/border/activity"
	"parley/cell"
	"parley/geo"
)

var errClash = errors.New("activities clash")

// runConflicts compares the planned activities of several files, and prints
// where they come nearer than their margins. With a theatre
// ("south,west,north,east") a file with latitude and longitude changed over is
// refused.
func runConflicts(_ context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("conflicts", flag.ContinueOnError)
	box := fs.String("theatre", "", "")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	near, err := theatre(*box)
	if err != nil {
		return err
	}
	if len(files) < 2 {
		return wrong("two files at least are wanted: GeoJSON features or ASTM F3548 volumes")
	}
	var list []activity.Activity
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return fmt.Errorf("read activity: %w", err)
		}
		if info.Size() > activity.MaxBytes {
			return fmt.Errorf("%s: %d bytes, more than %d", f, info.Size(), activity.MaxBytes)
		}
		b, err := os.ReadFile(f)
		if err != nil {
			return fmt.Errorf("read activity: %w", err)
		}
		a, err := activity.Read(strings.TrimSuffix(filepath.Base(f), filepath.Ext(f)), b)
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		if err := a.CheckAxes(cell.Theatre(near)); err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		list = append(list, a)
	}
	clashes := activity.Clashes(list, geo.Ground{})
	out, err := json.Marshal(clashes)
	if err != nil {
		return err
	}
	if err := indent(e.out, out); err != nil {
		return err
	}
	if len(clashes) > 0 {
		return errClash
	}
	return nil
}

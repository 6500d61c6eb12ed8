package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"parley/bench/desks"
)

// idleWord asks this program to be one desk that only stands ready. It is how
// a start and an idle desk's memory are measured in a process of their own.
const idleWord = "idle-desk"

// idleReport is what that process says.
type idleReport struct {
	OpenMS  float64 `json:"open_ms"`
	Records int64   `json:"records"`
	RSS     int64   `json:"rss_bytes"`
}

// measureStart measures how long a desk with a long journal takes to stand
// ready, and what memory it then holds.
func measureStart(ctx context.Context, r *run) error {
	sizes := []int{100_000}
	if r.full {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		if err := r.startWith(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) startWith(ctx context.Context, n int) error {
	dir := filepath.Join(r.dir, fmt.Sprintf("start-%d", n))
	if err := desks.Make(dir, true); err != nil {
		return err
	}
	d, err := desks.Open(ctx, dir, "alpha", desks.Options{Alone: true})
	if err != nil {
		return err
	}
	if err := errors.Join(fill(ctx, d, n, "bravo", "supervisor"), d.Close()); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, self, "bench", idleWord, dir).Output()
	if err != nil {
		return fmt.Errorf("start a desk in its own process: %w", err)
	}
	var rep idleReport
	if err := json.Unmarshal(out, &rep); err != nil {
		return fmt.Errorf("start a desk in its own process: %w", err)
	}
	met := rep.OpenMS <= 2000
	r.add(Result{Name: fmt.Sprintf("start with %d records", n), Count: 1, P50: rep.OpenMS, Target: "≤ 2 s", Met: &met})
	met = rep.RSS <= 150<<20
	r.add(Result{Name: fmt.Sprintf("idle with %d records", n), Count: 1, Value: float64(rep.RSS) / (1 << 20), Unit: "MiB resident", Target: "≤ 150 MB", Met: &met})
	return nil
}

// idle opens one desk, lets it stand, and says how it went.
func idle(ctx context.Context, dir string, out io.Writer) error {
	begin := time.Now()
	d, err := desks.Open(ctx, dir, "alpha", desks.Options{})
	if err != nil {
		return err
	}
	rep := idleReport{OpenMS: ms(time.Since(begin))}
	held, err := d.Holdings(ctx)
	if err != nil {
		return errors.Join(err, d.Close())
	}
	for _, h := range held {
		rep.Records += h.Size
	}
	time.Sleep(2 * time.Second)
	runtime.GC()
	debug.FreeOSMemory()
	if rep.RSS, err = resident(); err != nil {
		return errors.Join(err, d.Close())
	}
	line, err := json.Marshal(rep)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\n", line)
	return d.Close()
}

// resident is the memory of this process that is in RAM, in bytes; 0 where the
// system does not tell.
func resident() (int64, error) {
	b, err := os.ReadFile("/proc/self/statm")
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(b))
	if len(fields) < 2 {
		return 0, errors.New("/proc/self/statm is not as expected")
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

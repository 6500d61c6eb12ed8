package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"parley/bench"
	"parley/scenarios"
)

func runBench(ctx context.Context, e *env, args []string) error {
	return bench.Main(ctx, args, e.out)
}

var errNotHeld = errors.New("not every expectation held")

func runReplay(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("replay", flag.ContinueOnError)
	dir := fs.String("dir", "", "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return wrong("one FILE.txtar is wanted")
	}
	b, err := os.ReadFile(rest[0])
	if err != nil {
		return fmt.Errorf("read scenario: %w", err)
	}
	s, err := scenarios.Parse(filepath.Base(rest[0]), b)
	if err != nil {
		return err
	}
	return playOnce(ctx, e, s, *dir, "127.0.0.1:0")
}

// playOnce plays a story as fast as possible with nobody taking part, and
// prints each expectation with its time.
func playOnce(ctx context.Context, e *env, s *scenarios.Story, dir, listen string) error {
	if dir == "" {
		tmp, err := os.MkdirTemp("", "parley-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		dir = filepath.Join(tmp, "cell")
	}
	began := time.Now()
	ports, err := scenarios.Ports(listen)
	if err != nil {
		return err
	}
	c, err := scenarios.Setup(dir, s.Head, ports)
	if err != nil {
		return err
	}
	w := &scenarios.World{Dir: dir, Charter: c, Clock: scenarios.NewClock(s.Head.Start, time.Now), Log: slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: slog.LevelError}))}
	defer w.Close()
	if err := w.StartAll(ctx); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s: three desks in %s, joined by mutual TLS, %.1f s after the start\n", s.Name, dir, time.Since(began).Seconds())
	p := &scenarios.Player{World: w, Story: s, Out: e.out}
	if err := p.Play(ctx); err != nil {
		return err
	}
	all, n := p.Held()
	fmt.Fprintf(e.out, "%d expectations in %.1f s\n", n, time.Since(began).Seconds())
	if !all {
		return errNotHeld
	}
	return nil
}

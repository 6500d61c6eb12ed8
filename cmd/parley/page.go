package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"parley/desk"
	"parley/node"
)

// runPage sends a test page to everybody whom a desk would call.
func runPage(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("page", flag.ContinueOnError)
	dir, way := fs.String("dir", "", ""), fs.String("way", "", "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] != "test" || *dir == "" {
		return wrong("parley page test --dir D")
	}
	tries, err := desk.TestPage(ctx, *dir, *way, time.Now, node.Modules())
	if err != nil {
		return err
	}
	failed := 0
	for _, t := range tries {
		what := "delivered"
		if !t.Delivered {
			what, failed = "not delivered: "+t.Why, failed+1
		}
		fmt.Fprintf(e.out, "%s %s: %s\n", t.Way, t.To, what)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d test pages were not delivered", failed, len(tries))
	}
	return nil
}

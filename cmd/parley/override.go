package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/node"
)

// runOverride begins a new generation of a desk's journal. Two officers decide,
// and the root key signs: at once where an exercise has it at hand, else its
// text is taken to where the key is kept and the line is brought back.
func runOverride(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("override", flag.ContinueOnError)
	dir, reason, signed := fs.String("dir", "", ""), fs.String("reason", "", ""), fs.String("signed", "", "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	textOnly := len(rest) == 1 && rest[0] == "text"
	if *dir == "" || *reason == "" || len(rest) > 0 && !textOnly {
		return wrong("--dir and --reason are wanted")
	}
	o := node.Override{Why: *reason}
	if *signed != "" {
		line, err := os.ReadFile(*signed)
		if err != nil {
			return fmt.Errorf("read signature: %w", err)
		}
		o.Line = strings.TrimRight(string(line), "\r\n")
	}
	d, err := desk.Open(ctx, desk.Config{Dir: *dir, Passphrase: passphrase(e), Now: time.Now, Log: slog.New(slog.NewTextHandler(e.err, nil)), NoServe: true})
	if err != nil {
		return err
	}
	defer d.Close()
	ask := asker(e)
	if o.By, err = d.TwoOfficers(ctx, *dir, ask); err != nil {
		return err
	}
	if textOnly {
		text, err := d.OverrideText(ctx, o)
		if err != nil {
			return err
		}
		_, err = e.out.Write(text)
		return err
	}
	if err := d.Override(ctx, o); errors.Is(err, cell.ErrNotNow) {
		return fmt.Errorf("%w: parley override text --dir D --reason … > x.txt; there: parley ceremony --dir D x.txt > x.line; here the same command with --signed x.line", err)
	} else if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "A new generation has begun, decided by %s (%s) and %s (%s). Its first record names the last head known of the one before.\n",
		o.By[0].Officer, o.By[0].Role, o.By[1].Officer, o.By[1].Role)
	return nil
}

// asker asks an officer at the terminal. Lines of a standard input that is no
// terminal are read in order.
func asker(e *env) func(which string) (desk.Shown, error) {
	lines := bufio.NewReader(e.in)
	line := func(what string, secret bool) (string, error) {
		fmt.Fprint(e.err, what)
		if f, ok := e.in.(*os.File); ok && secret && term.IsTerminal(int(f.Fd())) {
			b, err := term.ReadPassword(int(f.Fd()))
			fmt.Fprintln(e.err)
			return string(b), err
		}
		s, err := lines.ReadString('\n')
		if s == "" && err != nil {
			return "", errors.New("no answer was given")
		}
		return strings.TrimRight(s, "\r\n"), nil
	}
	return func(which string) (s desk.Shown, err error) {
		if s.Officer, err = line("Code of the "+which+" officer: ", false); err != nil {
			return s, err
		}
		if s.Passphrase, err = line("Passphrase of "+s.Officer+": ", true); err != nil {
			return s, err
		}
		s.Code, err = line("Six digits of "+s.Officer+": ", true)
		return s, err
	}
}

// signGeneration signs the text of a new generation where the root key is kept.
func signGeneration(e *env, dir string, text []byte, x cell.GenerationParts) error {
	root, err := rootSigner(e, dir)
	if err != nil {
		return err
	}
	line, err := charter.SignGeneration(text, root)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.err, "Signed as %s: generation %d of the journal of %s, after %d entries of generation %d, decided by %s and %s: %s\n",
		root.Name(), x.Gen, x.Desk, x.Body.Last.Size, x.Body.Last.Gen, x.Body.By[0].Officer, x.Body.By[1].Officer, x.Body.Why)
	fmt.Fprintln(e.out, line)
	return nil
}

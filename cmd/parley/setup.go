package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/term"

	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/geo/notation"
	"parley/node"
)

// passphrase asks once: the systemd credential when there is one, else the
// terminal, else the first line of standard input.
func passphrase(e *env) func() (string, error) {
	return func() (string, error) {
		if p, ok, err := charter.CredentialPassphrase(os.Getenv("CREDENTIALS_DIRECTORY")); ok || err != nil {
			return p, err
		}
		fmt.Fprint(e.err, "Passphrase of this desk's keys: ")
		if f, ok := e.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			b, err := term.ReadPassword(int(f.Fd()))
			fmt.Fprintln(e.err)
			return string(b), err
		}
		line, err := bufio.NewReader(e.in).ReadString('\n')
		if line == "" && err != nil {
			return "", errors.New("no passphrase was given")
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
}

func runInit(_ context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("init", flag.ContinueOnError)
	dir, cellName, name := fs.String("dir", "", ""), fs.String("cell", "", ""), fs.String("desk", "", "")
	listen, plain := fs.String("listen", "127.0.0.1:7101", ""), fs.Bool("plain", false, "")
	linkListen, consoleNames := fs.String("link", "", ""), fs.String("name", "", "")
	plainHTTP := fs.Bool("plain-http", false, "")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	if *dir == "" || *cellName == "" || *name == "" {
		return wrong("--dir, --cell and --desk are wanted")
	}
	if !cell.IsWord(*cellName) || !cell.IsWord(*name) {
		return wrong("cell and desk are short lower-case words")
	}
	s := desk.Settings{Desk: *name, Listen: *listen, Link: desk.Link{Listen: *linkListen}, Console: console(*consoleNames, *name, !*plainHTTP)}
	if err := s.CheckNames(); err != nil {
		return err
	}
	if err := os.MkdirAll(*dir, 0o700); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	k, err := charter.NewKeys(rand.Reader, *cellName, *name)
	if err != nil {
		return err
	}
	if *plain {
		err = k.SavePlain(*dir)
	} else {
		var pass string
		if pass, err = passphrase(e)(); err == nil {
			err = k.Save(*dir, pass)
		}
	}
	if err != nil {
		return err
	}
	if err := desk.WriteSettings(*dir, s); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Keys of %s are in %s, mode 0600. Give %s to whoever drafts the charter.\nKeep %s offline once the charter is signed.\n",
		*name, filepath.Join(*dir, "keys"), filepath.Join(*dir, "public.yaml"), filepath.Join(*dir, "keys", "root.key"))
	if *plainHTTP {
		fmt.Fprintf(e.out, "The console will speak plain HTTP at %s: keep it on the loopback address, or behind a TLS proxy.\n", s.Origins()[0])
		return nil
	}
	if err := desk.NewAuthority(*dir, *name, s.Names(), time.Now()); err != nil {
		return err
	}
	return explainAuthority(e, *dir, s)
}

// console makes the settings of a console from the names asked for, by commas;
// the first is the one that officers' keys are bound to.
func console(names, deskName string, secure bool) *desk.Console {
	c := &desk.Console{TLS: secure, Names: []string{deskName + ".localhost"}}
	if names != "" {
		c.Names = strings.Split(names, ",")
	}
	if !slices.Contains(c.Names, "localhost") {
		c.Names = append(c.Names, "localhost")
	}
	return c
}

// explainAuthority says what to do so that browsers trust the console, and so
// take officers' keys there.
func explainAuthority(e *env, dir string, s desk.Settings) error {
	print, path, err := desk.AuthorityPrint(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, `
The console will be at %s. Officers' keys are bound to that name.
Its certificate is of this desk's own authority, which vouches for %s and for nothing else.
Install %s once in the browser of each officer:
  Firefox          Settings, Privacy & Security, View Certificates, Authorities, Import: trust it for websites
  Chromium, Linux  certutil -d sql:$HOME/.pki/nssdb -A -t C -n parley-%s -i %s
  Debian           cp %s /usr/local/share/ca-certificates/parley-%s.crt && update-ca-certificates
  Windows          certutil -user -addstore Root %s
  macOS            security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db %s
Compare its fingerprint (SHA-256) by another way than it came:
  %s
`, s.Origins()[0], strings.Join(s.Names(), ", "), path, s.Desk, path, path, s.Desk, path, path, print)
	return nil
}

func runCharter(ctx context.Context, e *env, args []string) error {
	if len(args) == 0 {
		return wrong("draft, sign, verify, amend, adopt or learn is wanted")
	}
	fs := flag.NewFlagSet("charter", flag.ContinueOnError)
	dir, theatre := fs.String("dir", "", ""), fs.String("theatre", "", "")
	rest, err := parse(fs, args[1:])
	if err != nil {
		return err
	}
	switch {
	case args[0] == "draft" && *theatre != "" && len(rest) > 1:
		return draft(e, *theatre, rest)
	case args[0] == "amend" && len(rest) == 2:
		return amend(e, rest[0], rest[1])
	case args[0] == "sign" && *dir != "" && len(rest) == 1:
		return sign(e, *dir, rest[0])
	case args[0] == "verify" && len(rest) == 1:
		return verifyCharter(e, rest[0])
	case args[0] == "adopt" && *dir != "" && len(rest) <= 1:
		return adopt(ctx, e, *dir, rest)
	case args[0] == "learn" && *dir != "" && len(rest) == 1:
		return learn(e, *dir, rest)
	}
	return wrong("parley charter draft --theatre theatre.yaml public.yaml … > charter.txt; sign --dir D charter.txt; amend charter.note changes.yaml > next.txt; verify charter.note; adopt --dir D [next.note]; learn --dir D FILE.note")
}

func draft(e *env, theatre string, public []string) error {
	b, err := os.ReadFile(theatre)
	if err != nil {
		return fmt.Errorf("read theatre: %w", err)
	}
	var members []charter.PublicDesk
	for _, f := range public {
		p, err := os.ReadFile(f)
		if err != nil {
			return fmt.Errorf("read public keys: %w", err)
		}
		m, err := charter.ParsePublic(p)
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		members = append(members, m)
	}
	text, err := charter.Draft(b, members, node.Modules().Templates()...)
	if err != nil {
		return err
	}
	_, err = e.out.Write(text)
	return err
}

func amend(e *env, prev, changes string) error {
	a, err := os.ReadFile(prev)
	if err != nil {
		return fmt.Errorf("read charter: %w", err)
	}
	b, err := os.ReadFile(changes)
	if err != nil {
		return fmt.Errorf("read changes: %w", err)
	}
	text, err := charter.Amend(a, b)
	if err != nil {
		return err
	}
	_, err = e.out.Write(text)
	return err
}

// rootSigner signs with the root key in a directory, whose passphrase is asked.
func rootSigner(e *env, dir string) (note.Signer, error) {
	k, err := charter.Load(dir, passphrase(e))
	if err != nil {
		return nil, err
	}
	return k.Signer(charter.Root)
}

// sign adds this desk's root signature to the file, in place.
func sign(e *env, dir, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read charter: %w", err)
	}
	root, err := rootSigner(e, dir)
	if err != nil {
		return err
	}
	out, err := charter.Sign(b, root)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, out, 0o644); err != nil {
		return fmt.Errorf("write charter: %w", err)
	}
	missing, err := charter.Missing(out)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		fmt.Fprintf(e.out, "Signed. Still missing: %s.\n", strings.Join(missing, ", "))
		return nil
	}
	fmt.Fprintln(e.out, "Signed by all. A first charter is put as charter.note into every desk's directory; a later one is adopted there (parley charter adopt).")
	return nil
}

func verifyCharter(e *env, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read charter: %w", err)
	}
	c, err := charter.Open(b)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s, version %d, signed by all its founders.\nHash %s\n", c.Title.In("en"), c.Version, c.Hash)
	return nil
}

func runServe(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	dir := fs.String("dir", "", "")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	if *dir == "" {
		return wrong("--dir is wanted: the directory of the desk")
	}
	log := slog.New(slog.NewTextHandler(e.err, nil))
	ways := twoWays()
	cfg := desk.Config{Dir: *dir, Passphrase: remember(passphrase(e)), Now: time.Now, Log: log, SignIn: onlyOnce(ways), AgentSocket: os.Getenv("SSH_AUTH_SOCK"), Locate: notation.JSON, Borders: borders}
	for again := false; ; again = true {
		err := serveOnce(ctx, e, cfg, ways, again)
		if !errors.Is(err, desk.ErrCharterChanged) {
			return err
		}
		log.Info("the charter or the keys changed: the desk opens itself again")
	}
}

// serveOnce runs a desk until it ends, or until its charter changes.
func serveOnce(ctx context.Context, e *env, cfg desk.Config, ways []way, again bool) error {
	d, err := desk.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer d.Close()
	if !again {
		printWays(e, d, cfg.Dir, ways)
	}
	return d.Run(ctx, time.Second)
}

// printWays says how officers sign in: in an exercise by a link each, good
// once; in service with what they enrolled, and how they do that.
func printWays(e *env, d *desk.Desk, dir string, ways []way) {
	if d.Charter().Status != cell.Exercise {
		fmt.Fprintf(e.out, "Desk %s is open at %s. Its officers sign in there with their keys or codes.\nTo let one enrol: parley officer enrol CODE --dir %s\n", d.Desk(), d.Settings.Origins()[0], dir)
		return
	}
	fmt.Fprintf(e.out, "Desk %s is open, in an exercise. Each link signs in once, without a key:\n", d.Desk())
	base := "http://" + d.Settings.Listen
	if d.Settings.Secure() {
		base = d.Settings.Origins()[0]
	}
	for i, w := range ways {
		fmt.Fprintf(e.out, "  %s officer (%s): %s/signin?t=%s\n", []string{"first", "second"}[i], w.officer, base, w.secret)
	}
}

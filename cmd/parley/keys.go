package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/journal"
	"parley/node"
)

// remember asks for the passphrase once, also when the desk opens itself again.
func remember(ask func() (string, error)) func() (string, error) {
	return sync.OnceValues(ask)
}

// adopt puts the next charter in force in a desk's directory. In service two
// officers have decided on it before: a proposal, approved by another officer.
func adopt(ctx context.Context, e *env, dir string, rest []string) error {
	var file []byte
	if len(rest) == 1 {
		b, err := os.ReadFile(rest[0])
		if err != nil {
			return fmt.Errorf("read charter: %w", err)
		}
		file = b
	}
	public, err := publicOf(dir)
	if err != nil {
		return err
	}
	next, err := desk.Next(dir, public.Keys.Root, file)
	if err != nil {
		return err
	}
	if err := decided(ctx, dir, cell.WhatCharter, node.OfCharter(next.Hash), fmt.Sprintf(`{"charter":"%s"}`, next.Hash)); err != nil {
		return err
	}
	if next, err = desk.Adopt(dir, public.Keys.Root, file, nil); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Version %d is in force in %s. A desk that runs opens itself again and says so in its journal.\n", next.Version, dir)
	return nil
}

// learn keeps a charter or a key note that came by another way than the link, so
// that what others sign with it can be checked here. It adopts nothing.
func learn(e *env, dir string, rest []string) error {
	b, err := os.ReadFile(rest[0])
	if err != nil {
		return fmt.Errorf("read charter: %w", err)
	}
	public, err := publicOf(dir)
	if err != nil {
		return err
	}
	if err := desk.Learn(dir, public.Keys.Root, b, time.Now()); err != nil {
		return err
	}
	fmt.Fprintln(e.out, "It is known at this desk now. A charter is in force when the desk adopts it.")
	return nil
}

func publicOf(dir string) (charter.PublicDesk, error) {
	b, err := os.ReadFile(filepath.Join(dir, "public.yaml"))
	if err != nil {
		return charter.PublicDesk{}, fmt.Errorf("read public keys: %w", err)
	}
	return charter.ParsePublic(b)
}

// decided refuses, in service, what two officers have not decided on. An exercise
// asks for nobody.
func decided(ctx context.Context, dir, what string, fits func(jsontext.Value) bool, act string) error {
	agreed, err := desk.ReadAgreement(dir)
	if err != nil || agreed.InForce.Status == cell.Exercise {
		return err
	}
	a, agreed, err := archive(ctx, dir)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	ok, err := a.Decided(ctx, agreed.InForce, agreed.Agreement, node.Modules(), what, fits)
	if err == nil && !ok {
		err = fmt.Errorf("two officers decide on it: propose %q with %s, and have another officer approve it", what, act)
	}
	return err
}

func runKey(ctx context.Context, e *env, args []string) error {
	if len(args) == 0 {
		return wrong("rotate, changes, compromised or doubt is wanted")
	}
	fs := flag.NewFlagSet("key", flag.ContinueOnError)
	dir, from, root := fs.String("dir", "", ""), fs.String("doubt-from", "", ""), fs.String("root-from", "", "")
	rest, err := parse(fs, args[1:])
	if err != nil {
		return err
	}
	switch {
	case args[0] == "rotate" && *dir != "":
		return rotate(e, *dir, rest)
	case args[0] == "changes" && len(rest) > 1:
		return keyChanges(e, rest[0], rest[1:])
	case args[0] == "compromised" && *dir != "" && *from != "":
		at, err := time.Parse(time.RFC3339, *from)
		if err != nil {
			return wrong("--doubt-from is a time such as 2026-01-06T17:20:00Z")
		}
		if *root == "" {
			*root = *dir
		}
		return compromised(ctx, e, *dir, *root, at, rest)
	case args[0] == "doubt" && *dir != "":
		return doubt(ctx, e, *dir)
	}
	return wrong("parley key rotate --dir D [journal|witness|tls|sealing …]; changes charter.note public.yaml … > changes.yaml; compromised --dir D --doubt-from TIME [--root-from DIR] [purpose …]; doubt --dir D > reaffirm.json")
}

func rotate(e *env, dir string, purposes []string) error {
	if len(purposes) == 0 {
		purposes = []string{charter.Journal, charter.Witness, charter.TLS, charter.Sealing}
	}
	public, err := charter.Rotate(dir, rand.Reader, remember(passphrase(e)), purposes...)
	if err != nil {
		return err
	}
	note, err := os.ReadFile(filepath.Join(dir, "charter.note"))
	if err != nil {
		return fmt.Errorf("read charter: %w", err)
	}
	changes, err := charter.KeyChanges(note, public)
	if err != nil {
		return err
	}
	if err := charter.Replace(filepath.Join(dir, "changes.yaml"), changes, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "New keys: %s. The old ones stay in %s and sign until a charter with the new ones is adopted:\nparley charter amend charter.note %s > next.txt, signed by all; then parley charter adopt.\n",
		strings.Join(purposes, ", "), filepath.Join(dir, "keys"), filepath.Join(dir, "changes.yaml"))
	return nil
}

func keyChanges(e *env, note string, public []string) error {
	b, err := os.ReadFile(note)
	if err != nil {
		return fmt.Errorf("read charter: %w", err)
	}
	var desks []charter.PublicDesk
	for _, f := range public {
		p, err := os.ReadFile(f)
		if err != nil {
			return fmt.Errorf("read public keys: %w", err)
		}
		d, err := charter.ParsePublic(p)
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		desks = append(desks, d)
	}
	out, err := charter.KeyChanges(b, desks...)
	if err != nil {
		return err
	}
	_, err = e.out.Write(out)
	return err
}

// compromised makes new keys, and a note signed by this desk's root key alone
// that puts them in the place of the old ones. The root key may be in another
// directory: it is kept offline.
func compromised(ctx context.Context, e *env, dir, rootDir string, from time.Time, purposes []string) error {
	if len(purposes) == 0 {
		purposes = []string{charter.Journal, charter.Witness, charter.TLS, charter.Sealing}
	}
	if err := decided(ctx, dir, cell.WhatKey, node.OfKeys(purposes), fmt.Sprintf(`{"purposes":["%s"]}`, strings.Join(purposes, `","`))); err != nil {
		return err
	}
	pass := remember(passphrase(e))
	keys, err := charter.Load(rootDir, pass)
	if err != nil {
		return err
	}
	root, err := keys.Signer(charter.Root)
	if err != nil {
		return err
	}
	agreed, err := desk.OpenAgreement(dir, keys.Public().Keys.Root)
	if err != nil {
		return err
	}
	head, gen, err := ownHead(ctx, dir)
	if err != nil {
		return err
	}
	public, err := charter.Rotate(dir, rand.Reader, pass, purposes...)
	if err != nil {
		return err
	}
	now := agreed.Keys(public.Desk, agreed.InForce)
	for _, p := range purposes {
		now = now.With(p, public.Keys.Of(p))
	}
	before := agreed.NotesOf(public.Desk)
	k := cell.KeyNote{Cell: public.Cell, Desk: public.Desk, Number: len(before) + 1, Charter: agreed.InForce.Hash, Gen: gen, Size: head.Size,
		Head: hex.EncodeToString(head.Root[:]), From: from.UnixMilli(), Until: time.Now().UnixMilli(), Keys: now}
	if n := len(before); n > 0 {
		k.Previous = before[n-1].Hash
	}
	file, err := charter.SignKeyNote(k, root)
	if err != nil {
		return err
	}
	if err := desk.Learn(dir, keys.Public().Keys.Root, file, time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Key note %d replaces %s. A desk that runs opens itself again, signs with the new keys and tells all members.\nWhat the old journal key signs beyond entry %d counts no longer. Read the hash to the other desks by telephone: %s\n",
		k.Number, strings.Join(purposes, ", "), head.Size, charter.PaperHash(file))
	return nil
}

// ownHead gives how far this desk's own journal reaches.
func ownHead(ctx context.Context, dir string) (journal.Head, int, error) {
	a, _, err := archive(ctx, dir)
	if err != nil {
		return journal.Head{}, 0, err
	}
	defer a.DB.Close()
	return a.OwnHead(ctx)
}

// doubt writes the body of a REAFFIRM over the records of this desk that a key
// note of its own puts in doubt and that it has not stood by yet. An officer
// takes out of it what the desk did not write, and files the rest.
func doubt(ctx context.Context, e *env, dir string) error {
	a, agreed, err := archive(ctx, dir)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	notes := agreed.NotesOf(a.Desk)
	if len(notes) == 0 {
		return errors.New("this desk has declared no key compromised")
	}
	list, err := a.InDoubt(ctx, notes[len(notes)-1])
	if err != nil {
		return err
	}
	body, err := cell.EncodeBody(cell.Reaffirm{Number: notes[len(notes)-1].Number, Entries: slices.Clone(list)})
	if err != nil {
		return err
	}
	return indent(e.out, body)
}

// runSelftest is the nightly test of a desk, by hand (SEC-06).
func runSelftest(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("selftest", flag.ContinueOnError)
	dir := fs.String("dir", "", "")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	if *dir == "" {
		return wrong("--dir is wanted: the directory of the desk")
	}
	a, _, err := archive(ctx, *dir)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	found, err := a.Readable(ctx)
	if err != nil {
		return err
	}
	for _, f := range found {
		fmt.Fprintf(e.out, "%s: %s: %s\n", f.Desk, f.What, f.Text)
	}
	if len(found) > 0 {
		return fmt.Errorf("%d records cannot be read", len(found))
	}
	fmt.Fprintln(e.out, "The sample opens its commitments and reads, the first record of every journal among it.")
	return nil
}

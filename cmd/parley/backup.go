package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"parley/charter"
	"parley/desk"
)

// runBackup writes an encrypted backup, makes the key that opens it, or checks
// one.
func runBackup(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("backup", flag.ContinueOnError)
	dir, out, identity := fs.String("dir", "", ""), fs.String("o", "", ""), fs.String("i", "", "")
	to, toFile := fs.String("to", "", ""), fs.String("recipients", "", "")
	initKey, plain, keys := fs.Bool("init", false, ""), fs.Bool("plain", false, ""), fs.Bool("keys", false, "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	switch {
	case len(rest) == 2 && rest[0] == "verify" && *identity != "":
		return verifyBackup(ctx, e, rest[1], *identity)
	case len(rest) > 0 || *dir == "":
		return wrong("--dir is wanted, or: parley backup verify x.age -i identity")
	case *initKey:
		return initBackup(e, *dir, *plain)
	}
	b := desk.Backup{Dir: *dir, To: strings.ReplaceAll(*to, ",", "\n"), Keys: *keys, Now: time.Now, Program: program(), Say: sayer(e)}
	if *toFile != "" {
		text, err := os.ReadFile(*toFile)
		if err != nil {
			return fmt.Errorf("read recipients: %w", err)
		}
		b.To = string(text)
	}
	var m desk.Manifest
	write := func(w io.Writer) (err error) { m, err = b.Write(ctx, w); return err }
	if *out != "" {
		err = desk.WriteWhole(*out, write)
	} else {
		err = write(e.out)
	}
	if err != nil {
		return err
	}
	if err := desk.NoteBackup(*dir, m); err != nil {
		return err
	}
	fmt.Fprintf(e.err, "Backed up %s as of %s: its own journal ends at %d.\n", m.Desk, time.UnixMilli(m.At).UTC().Format(time.RFC3339), m.Own().Size)
	return nil
}

// initBackup makes the key that opens the desk's backups and shows its secret
// half once.
func initBackup(e *env, dir string, plain bool) error {
	if _, err := desk.ReadSettings(dir); err != nil {
		return err
	}
	pass := ""
	if !plain {
		var err error
		if pass, err = passphrase(e)(); err != nil {
			return err
		}
		if pass == "" {
			return errors.New("the passphrase is empty")
		}
	}
	secret, err := charter.NewBackupKey(dir, pass)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "This key opens the backups of this desk. It is shown once: keep it away from this machine, on paper or in a safe.\n\n%s\n\nThe same key, under the passphrase, is %s; whoever reads it with the passphrase reads every backup.\n",
		secret, filepath.Join(dir, "keys", "backup.key"))
	return nil
}

// sayer tells on standard error how far long work is.
func sayer(e *env) func(string, int64, int64) {
	return func(what string, n, total int64) {
		if total == 0 {
			fmt.Fprintf(e.err, "%s …\n", what)
			return
		}
		fmt.Fprintf(e.err, "%s: %d of %d MiB\n", what, n>>20, total>>20)
	}
}

// program gives the version that this program was built as.
func program() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

func verifyBackup(ctx context.Context, e *env, file, identity string) error {
	id, err := os.ReadFile(identity)
	if err != nil {
		return fmt.Errorf("read identity: %w", err)
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open backup: %w", err)
	}
	defer f.Close()
	tmp, err := os.MkdirTemp(filepath.Dir(file), ".verify-*") // in clear while it is read: on the disk that has the backup
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	o, err := desk.OpenBackup(ctx, f, id, passphrase(e), tmp)
	if err != nil {
		return err
	}
	found, err := o.Verify(ctx)
	if err != nil {
		return err
	}
	damaged := 0
	for _, x := range found {
		fmt.Fprintf(e.out, "%s: %s: %s\n", x.Desk, x.What, x.Text)
		if x.What == "damage" {
			damaged++
		}
	}
	if damaged > 0 {
		return fmt.Errorf("%d findings of damage", damaged)
	}
	printManifest(e.out, o.Manifest)
	fmt.Fprintln(e.out, "Every file is as the manifest says, every journal leads to its head, every record opens its commitment.")
	return nil
}

func printManifest(w io.Writer, m desk.Manifest) {
	keys := "without private keys"
	if m.Keys {
		keys = "with private keys"
	}
	fmt.Fprintf(w, "Backup of the desk %s of the cell %s, %s, %s.\n", m.Desk, m.Cell, time.UnixMilli(m.At).UTC().Format(time.RFC3339), keys)
	for _, h := range m.Heads {
		fmt.Fprintf(w, "  journal of %s, generation %d: %d entries\n", h.Desk, h.Gen, h.Size)
	}
}

// runRestore makes a desk's directory from a backup, or ends a restore without
// what nobody holds.
func runRestore(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("restore", flag.ContinueOnError)
	who, r := callerFlags(fs), desk.Restore{}
	identity, note := fs.String("i", "", ""), fs.String("charter", "", "")
	fs.StringVar(&r.KeysFrom, "keys-from", "", "")
	fs.StringVar(&r.Desk, "desk", "", "")
	fs.StringVar(&r.Database, "database", "", "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	switch {
	case len(rest) == 1 && rest[0] == "finish" && who.dir != "":
		return finishRestore(ctx, e, who)
	case len(rest) != 1 || who.dir == "" || *identity == "":
		return wrong("--dir, -i identity and one backup are wanted")
	}
	r.Dir, r.Pass = who.dir, passphrase(e)
	if r.Identity, err = os.ReadFile(*identity); err != nil {
		return fmt.Errorf("read identity: %w", err)
	}
	if *note != "" {
		if r.Charter, err = os.ReadFile(*note); err != nil {
			return fmt.Errorf("read charter: %w", err)
		}
	}
	f, err := os.Open(rest[0])
	if err != nil {
		return fmt.Errorf("open backup: %w", err)
	}
	defer f.Close()
	m, err := r.Run(ctx, f)
	if err != nil {
		return err
	}
	printManifest(e.out, m)
	fmt.Fprintf(e.out, `The desk is in %s. Start it with: parley serve --dir %s
It records nothing new until every desk that it is linked with has said what it holds of this journal, and takes back from them what was
written after the backup. What it wrote since and told nobody, drafts among it, is lost; the desk says how much that is.
`, who.dir, who.dir)
	if !m.Keys && r.KeysFrom == "" {
		fmt.Fprintf(e.out, "The backup holds no private keys: put them into %s, mode 0600, before.\n", filepath.Join(who.dir, "keys"))
	}
	return nil
}

// finishRestore ends a restore of a running desk.
func finishRestore(ctx context.Context, e *env, who *caller) error {
	c, err := dial(ctx, e, who)
	if err != nil {
		return err
	}
	defer c.close()
	out, err := c.call(ctx, http.MethodPost, "/api/v1/restore/finish", map[string]any{})
	if err != nil {
		return err
	}
	var got struct {
		Lost int64 `json:"lost"`
	}
	if err := json.Unmarshal(out, &got); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "The restore is over. Records of this journal that could not be got back: %d.\n", got.Lost)
	return nil
}

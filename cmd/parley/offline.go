package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/node"
	"parley/store"
)

func runVerify(_ context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("verify", flag.ContinueOnError)
	file := fs.String("charter", "", "")
	asJSON := fs.Bool("json", false, "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || *file == "" {
		return wrong("a FILE, a proof or a signed note, and --charter are wanted")
	}
	proof, err := os.ReadFile(rest[0])
	if err != nil {
		return fmt.Errorf("read proof: %w", err)
	}
	note, err := os.ReadFile(*file)
	if err != nil {
		return fmt.Errorf("read charter: %w", err)
	}
	c, err := charter.Open(note)
	if err != nil {
		return err
	}
	if isNote(proof) {
		return verifyNote(e, proof, c, *asJSON)
	}
	v, r, err := node.VerifyProof(proof, c)
	if err != nil {
		return fmt.Errorf("the proof does not hold: %w", err)
	}
	approvals, err := node.ProvenApprovals(v, r)
	if err != nil {
		return fmt.Errorf("the proof does not hold: %w", err)
	}
	if *asJSON {
		out := map[string]any{"valid": true, "desk": v.Desk, "gen": v.Gen, "index": v.Index, "size": v.Head.Size, "kind": r.Kind, "id": r.ID, "at": r.At, "to": r.To, "approvals": approvals}
		b, err := json.Marshal(out, json.Deterministic(true))
		if err != nil {
			return err
		}
		return indent(e.out, b)
	}
	fmt.Fprintf(e.out, "The proof holds: entry %d of the journal of %s, generation %d, in a tree of %d entries.\n", v.Index, v.Desk, v.Gen, v.Head.Size)
	fmt.Fprintf(e.out, "%s %s, written %s by %s (%s), to %v.\n", r.Kind, r.ID, time.UnixMilli(r.At).UTC().Format(time.RFC3339), r.Desk, r.By.Role, r.To)
	fmt.Fprintf(e.out, "%s\n", plain(c.Text(r).In("en")))
	k, _ := node.Modules().Kind(r.Kind)
	showApprovals(e, approvals, c.TwoPersons(k))
	for _, x := range v.Cosigned {
		fmt.Fprintf(e.out, "Cosigned by %s at %s.\n", x.Name, x.At.UTC().Format(time.RFC3339))
	}
	fmt.Fprintln(e.out, "It proves what was written and when it was held. It is no admission, recognition or permission.")
	return nil
}

// archive opens a desk's database for reading, while its node may run.
func archive(ctx context.Context, dir string) (node.Archive, *cell.Charter, error) {
	s, err := desk.ReadSettings(dir)
	if err != nil {
		return node.Archive{}, nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, "charter.note"))
	if err != nil {
		return node.Archive{}, nil, fmt.Errorf("read charter: %w", err)
	}
	c, err := charter.Open(b)
	if err != nil {
		return node.Archive{}, nil, err
	}
	db, err := store.OpenReadOnly(ctx, s.DSN(dir))
	return node.Archive{Desk: s.Desk, DB: db}, c, err
}

func runAudit(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("audit", flag.ContinueOnError)
	asJSON := fs.Bool("json", false, "")
	dirs, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(dirs) == 0 {
		return wrong("at least one desk's directory is wanted")
	}
	var archives []node.Archive
	var c *cell.Charter
	for _, dir := range dirs {
		a, own, err := archive(ctx, dir)
		if err != nil {
			return err
		}
		defer a.DB.Close()
		if c != nil && own.Hash != c.Hash {
			return fmt.Errorf("%s runs on another charter than the desks before it", dir)
		}
		c, archives = own, append(archives, a)
	}
	found, err := node.Audit(ctx, archives, c)
	if err != nil {
		return err
	}
	if *asJSON {
		b, err := json.Marshal(map[string]any{"findings": append([]node.Finding{}, found...)})
		if err != nil {
			return err
		}
		if err := indent(e.out, b); err != nil {
			return err
		}
	} else {
		for _, f := range found {
			fmt.Fprintf(e.out, "%s: %s (%s): %s\n", f.Desk, f.What, f.At, f.Text)
		}
	}
	if len(found) > 0 {
		return fmt.Errorf("%d findings", len(found))
	}
	if !*asJSON {
		fmt.Fprintf(e.out, "%d desks hold consistent journals: no second history, no rollback, no gap, no damage.\n", len(archives))
	}
	return nil
}

func runRebuild(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("rebuild", flag.ContinueOnError)
	dir := fs.String("dir", "", "")
	asJSON := fs.Bool("json", false, "")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	if *dir == "" {
		return wrong("--dir is wanted: the directory of the desk")
	}
	a, c, err := archive(ctx, *dir)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	tmp, err := os.MkdirTemp("", "parley-rebuild-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	scratch, err := store.Open(ctx, "sqlite:"+filepath.Join(tmp, "scratch.db"))
	if err != nil {
		return err
	}
	defer scratch.Close()
	diffs, err := node.Rebuild(ctx, a.DB, scratch, a.Desk, c, node.Modules(), func() int64 { return time.Now().UnixMilli() })
	if err != nil {
		return err
	}
	if *asJSON {
		b, err := json.Marshal(map[string]any{"differences": append([]node.Difference{}, diffs...)})
		if err != nil {
			return err
		}
		if err := indent(e.out, b); err != nil {
			return err
		}
	}
	for _, d := range diffs {
		if !*asJSON {
			fmt.Fprintln(e.out, d)
		}
	}
	if len(diffs) > 0 {
		return fmt.Errorf("%d rows differ from what the journal gives", len(diffs))
	}
	if !*asJSON {
		fmt.Fprintln(e.out, "Every row follows from the journal.")
	}
	return nil
}

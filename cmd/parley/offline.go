package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/node"
	"parley/store"
)

// paths are the files that a flag names, however often it stands.
type paths []string

func (p *paths) String() string     { return strings.Join(*p, " ") }
func (p *paths) Set(s string) error { *p = append(*p, s); return nil }

// agreement reads charters and key notes, of a directory all that end in .note.
func (p paths) agreement() (cell.Agreement, error) {
	var files [][]byte
	for _, path := range p {
		names := []string{path}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			if names, err = filepath.Glob(filepath.Join(path, "*.note")); err != nil {
				return cell.Agreement{}, err
			}
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				return cell.Agreement{}, fmt.Errorf("read charter: %w", err)
			}
			files = append(files, b)
		}
	}
	return charter.OpenAgreement(files)
}

func runVerify(_ context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("verify", flag.ContinueOnError)
	var files paths
	fs.Var(&files, "charter", "")
	asJSON := fs.Bool("json", false, "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || len(files) == 0 {
		return wrong("a FILE, a proof or a signed note, and --charter are wanted; --charter may stand several times, and name a directory of charters")
	}
	proof, err := os.ReadFile(rest[0])
	if err != nil {
		return fmt.Errorf("read proof: %w", err)
	}
	agreed, err := files.agreement()
	if err != nil {
		return err
	}
	c := agreed.Charters.Newest()
	if isNote(proof) {
		return verifyNote(e, proof, c, *asJSON)
	}
	v, r, err := node.VerifyProofBy(proof, agreed)
	if err != nil {
		return fmt.Errorf("the proof does not hold: %w", err)
	}
	approvals, err := node.ProvenApprovals(v, r)
	if err != nil {
		return fmt.Errorf("the proof does not hold: %w", err)
	}
	if own, ok := agreed.Charters.Find(r.Charter); ok {
		c = own // in whose words it was written
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
func archive(ctx context.Context, dir string) (node.Archive, desk.Agreement, error) {
	s, err := desk.ReadSettings(dir)
	if err != nil {
		return node.Archive{}, desk.Agreement{}, err
	}
	agreed, err := desk.ReadAgreement(dir)
	if err != nil {
		return node.Archive{}, agreed, err
	}
	db, err := store.OpenReadOnly(ctx, s.DSN(dir))
	return node.Archive{Desk: s.Desk, DB: db}, agreed, err
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
	var agreed cell.Agreement
	for _, dir := range dirs {
		a, own, err := archive(ctx, dir)
		if err != nil {
			return err
		}
		defer a.DB.Close()
		if agreed, err = united(agreed, own.Agreement); err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		archives = append(archives, a)
	}
	found, err := node.Audit(ctx, archives, agreed)
	if err != nil {
		return err
	}
	begun, err := generations(ctx, archives, agreed)
	if err != nil {
		return err
	}
	for _, g := range begun {
		if !g.Bound {
			found = append(found, node.Finding{Desk: g.Desk, At: g.Desk, What: "generation", Text: fmt.Sprintf("generation %d of the journal of %s is not signed by its root key", g.Gen, g.Desk)})
		}
	}
	if *asJSON {
		b, err := json.Marshal(map[string]any{"findings": append([]node.Finding{}, found...), "generations": begun})
		if err != nil {
			return err
		}
		if err := indent(e.out, b); err != nil {
			return err
		}
	} else {
		for _, g := range begun {
			fmt.Fprintf(e.out, "%s: generation %d of its journal, begun after %d entries known of the one before, by two officers and its root key: %s\n", g.Desk, g.Gen, g.After, g.Why)
		}
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

// generations names the later generations that the archives hold, each once.
func generations(ctx context.Context, archives []node.Archive, agreed cell.Agreement) ([]node.Begun, error) {
	out := []node.Begun{}
	for _, a := range archives {
		list, err := node.Generations(ctx, a, agreed, node.Modules())
		if err != nil {
			return nil, err
		}
		for _, g := range list {
			if !slices.ContainsFunc(out, func(o node.Begun) bool { return o.Desk == g.Desk && o.Gen == g.Gen }) {
				out = append(out, g)
			}
		}
	}
	return out, nil
}

// united gives the longer of two views of the agreement: one must go on from the
// other.
func united(a, b cell.Agreement) (cell.Agreement, error) {
	if len(a.Charters) == 0 {
		return b, nil
	}
	if a.Charters.Newest().Version > b.Charters.Newest().Version {
		a, b = b, a
	}
	if _, ok := b.Charters.Find(a.Charters.Newest().Hash); !ok {
		return a, fmt.Errorf("it runs on a charter that is not in the chain of the desks before it")
	}
	for _, n := range a.Notes {
		if !slices.ContainsFunc(b.Notes, func(o cell.KeyNote) bool { return o.Hash == n.Hash }) {
			b.Notes = append(b.Notes, n)
		}
	}
	return b, nil
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
	a, agreed, err := archive(ctx, *dir)
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
	diffs, err := node.Rebuild(ctx, a.DB, scratch, a.Desk, agreed.InForce, agreed.Agreement, node.Modules(), func() int64 { return time.Now().UnixMilli() })
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

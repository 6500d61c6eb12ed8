package scenarios

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/node"
)

// survive plays what happens to a desk's machine: a backup, a restore, a copy
// of the whole directory, an override, and the audit of all that is left.
func (p *Player) survive(ctx context.Context, l Line) error {
	w := l.Words
	switch w[0] {
	case "backup":
		return p.backUp(ctx, w[1], w[2])
	case "recover":
		if err := p.recoverFrom(ctx, w[1], w[2]); err != nil {
			return err
		}
		return p.rejoin(ctx)
	case "override":
		if err := p.override(ctx, w[1]); err != nil {
			return err
		}
		return p.settle(ctx)
	}
	return p.audit(ctx, l)
}

// backUp backs a desk up while it runs.
func (p *Player) backUp(ctx context.Context, name, as string) error {
	dir := filepath.Join(p.World.Dir, name)
	if _, err := os.Stat(filepath.Join(dir, charter.RecipientsFile)); errors.Is(err, os.ErrNotExist) {
		if _, err := charter.NewBackupKey(dir, ""); err != nil {
			return err
		}
	}
	var out bytes.Buffer
	m, err := desk.Backup{Dir: dir, Now: p.World.Clock.Now, Program: "story"}.Write(ctx, &out)
	if err != nil {
		return err
	}
	if p.backups == nil {
		p.backups = map[string][]byte{}
	}
	p.backups[as] = out.Bytes()
	return desk.NoteBackup(dir, m)
}

// recoverFrom gives a desk a new machine: its directory is set aside and made
// anew from a backup, with the keys that were kept elsewhere.
func (p *Player) recoverFrom(ctx context.Context, name, backup string) error {
	b, ok := p.backups[backup]
	if !ok {
		return fmt.Errorf("no backup is called %q", backup)
	}
	p.World.Stop(name)
	dir := filepath.Join(p.World.Dir, name)
	old := dir + ".before-" + backup
	if err := os.Rename(dir, old); err != nil {
		return err
	}
	identity, err := os.ReadFile(filepath.Join(old, "keys", "backup.key"))
	if err != nil {
		return err
	}
	r := desk.Restore{Dir: dir, Identity: identity, KeysFrom: old, Desk: name}
	if _, err := r.Run(ctx, bytes.NewReader(b)); err != nil {
		return err
	}
	return p.World.Start(ctx, name)
}

// override begins a new generation at a desk, by its two officers.
func (p *Player) override(ctx context.Context, name string) error {
	d := p.World.Desk(name)
	if d == nil {
		return fmt.Errorf("%s is off", name)
	}
	by, err := d.TwoOfficers(ctx, filepath.Join(p.World.Dir, name), func(string) (desk.Shown, error) { return desk.Shown{}, errors.New("nobody is asked in an exercise") })
	if err != nil {
		return err
	}
	return d.Override(ctx, node.Override{By: by, Why: "the story decides it"})
}

// audit cross-checks what the desks hold, as "parley audit" does: "audit clean"
// or "audit <finding> <desk>".
func (p *Player) audit(ctx context.Context, l Line) error {
	var archives []node.Archive
	for _, name := range desks {
		if d := p.World.Desk(name); d != nil {
			archives = append(archives, node.Archive{Desk: name, DB: d.DB})
		}
	}
	found, err := node.Audit(ctx, archives, cell.Agreement{Charters: cell.Chain{p.World.Charter}})
	if err != nil {
		return err
	}
	var says []string
	held := l.Words[1] == "clean" && len(found) == 0
	for _, f := range found {
		says = append(says, f.Text)
		held = held || len(l.Words) > 2 && f.What == l.Words[1] && f.Desk == l.Words[2]
	}
	p.record(Result{Line: l.At, Text: l.Text, At: p.World.Clock.Now(), Held: held, Why: fmt.Sprintf("the audit of %d desks finds: %s", len(archives), strings.Join(says, "; "))})
	return nil
}

// generation reads "generation <desk> <n>": which generation of a desk's
// journal another desk holds entries of, at most.
func generation(ctx context.Context, d *desk.Desk, f []string) (bool, string) {
	holdings, err := d.Holdings(ctx)
	if err != nil {
		return false, err.Error()
	}
	newest := 0
	for _, h := range holdings {
		if h.Desk == f[0] && h.Size > 0 {
			newest = max(newest, h.Gen)
		}
	}
	return fmt.Sprint(newest) == f[1], fmt.Sprintf("generation %d of the journal of %s", newest, f[0])
}

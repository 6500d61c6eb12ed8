package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"parley/cell"
	"parley/charter"
	"parley/officer"
	"parley/store"
)

// BookConfig says whose officers' book a directory's database holds, and where
// its console is reached. The clock, randomness and alarms are the caller's.
func BookConfig(s Settings, c *cell.Charter, root string) officer.Config {
	return officer.Config{Cell: c.Cell, Desk: s.Desk, Exercise: c.Status == cell.Exercise, Root: root, RPID: s.Names()[0], Origins: s.Origins()}
}

// openBook opens the officers' book. Under the charter of an exercise a desk
// without officers gets two, each with every role and basket, whose tokens lie
// in the directory; under another it gets none.
func (d *Desk) openBook(ctx context.Context, cfg Config, c *cell.Charter, keys *charter.Keys) (err error) {
	bc := BookConfig(d.Settings, c, keys.Public().Keys.Root)
	bc.Now, bc.Rand = cfg.Now, rand.Reader
	bc.Alarm = func(ctx context.Context, e officer.Event) error {
		return d.Node.AlarmAtHome(ctx, e.Kind, e.Officer, e.Where, e.Kind == officer.Broke)
	}
	if d.Book, err = officer.Open(ctx, d.db, bc); err != nil {
		return err
	}
	if n := d.Book.Strangers(); n > 0 {
		d.log.Warn("officers' keys were made for another name of the console and open nothing here: enrol their officers anew", "keys", n, "name", bc.RPID)
	}
	if c.Status != cell.Exercise {
		return nil
	}
	return exercise(ctx, d.Book, cfg.Dir)
}

// exercise gives an exercise's desk its two officers and their tokens.
func exercise(ctx context.Context, b *officer.Book, dir string) error {
	list, err := b.List(ctx)
	if err != nil {
		return err
	}
	for _, code := range []string{FirstOfficer, SecondOfficer} {
		if len(list) > 0 {
			break
		}
		o := officer.Officer{Code: code, Roles: cell.Roles(), All: true, Exercise: true}
		if err := b.Add(ctx, o, "exercise"); err != nil {
			return err
		}
	}
	if o, err := b.Find(FirstOfficer); err != nil || !o.Exercise {
		return nil
	}
	tokens, err := Tokens(dir)
	if err != nil {
		return err
	}
	for secret, code := range tokens {
		if o, err := b.Find(code); err != nil || !o.Exercise {
			continue
		}
		if err := b.Adopt(ctx, code, secret); err != nil {
			return err
		}
	}
	return nil
}

// OpenBook opens the officers' book of a desk that is not running: whoever
// owns the directory keeps the list of officers. The database is held until
// close is called; a desk that runs gives [store.ErrInUse].
func OpenBook(ctx context.Context, dir string, cfg officer.Config) (b *officer.Book, close func(), err error) {
	s, err := ReadSettings(dir)
	if err != nil {
		return nil, nil, err
	}
	file, err := os.ReadFile(filepath.Join(dir, "public.yaml"))
	if err != nil {
		return nil, nil, fmt.Errorf("read public keys: %w", err)
	}
	public, err := charter.ParsePublic(file)
	if err != nil {
		return nil, nil, err
	}
	agreed, err := OpenAgreement(dir, public.Keys.Root)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (the charter comes first: officers belong to a desk of a cell)", err)
	}
	own := BookConfig(s, agreed.InForce, public.Keys.Root)
	own.Now, own.Rand = cfg.Now, cfg.Rand
	db, err := store.Open(ctx, s.DSN(dir))
	if err != nil {
		return nil, nil, err
	}
	if b, err = officer.Open(ctx, db, own); err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return b, func() { _ = db.Close() }, nil
}

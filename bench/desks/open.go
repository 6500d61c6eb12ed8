package desks

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"parley/cell"
	"parley/charter"
	"parley/i18n"
	"parley/journal"
	"parley/link"
	"parley/node"
	"parley/store"
)

// Options change how a desk is opened. The zero value is a desk as in service,
// on SQLite in its own folder.
type Options struct {
	DSN    string             // data source; empty: SQLite in Data
	Data   string             // folder of the database and head.latest; empty: the desk's own
	Alone  bool               // no link at all
	Log    *slog.Logger       // nil: nothing is logged
	Now    func() time.Time   // nil: the machine's clock
	Change func(*node.Config) // may alter the configuration; nil leaves it
}

// Desk is one desk that runs.
type Desk struct {
	*node.Node
	DB      *store.DB
	Links   *link.Manager // nil when alone
	Charter *cell.Charter

	stop []func() error // in the order of closing
}

// Open opens a desk of a folder that [Make] wrote, and begins to link unless
// it is to stand alone. The caller closes it.
func Open(ctx context.Context, dir, desk string, o Options) (*Desk, error) {
	home := filepath.Join(dir, desk)
	if o.Data == "" {
		o.Data = home
	}
	if o.DSN == "" {
		o.DSN = "sqlite:" + filepath.Join(o.Data, "parley.db")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	d := &Desk{}
	if err := d.open(ctx, dir, desk, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open desk %s: %w", desk, err), d.Close())
	}
	return d, nil
}

func (d *Desk) open(ctx context.Context, dir, desk string, o Options) error {
	keys, err := charter.Load(filepath.Join(dir, desk), func() (string, error) { return "", errors.New("the keys want no passphrase") })
	if err != nil {
		return err
	}
	note, err := os.ReadFile(filepath.Join(dir, "charter.note"))
	if err != nil {
		return err
	}
	if d.Charter, err = charter.Open(note); err != nil {
		return err
	}
	if d.DB, err = store.Open(ctx, o.DSN); err != nil {
		return err
	}
	d.closes(d.DB.Close)
	head, err := journal.OpenHeadFile(filepath.Join(o.Data, "head.latest"))
	if err != nil {
		return err
	}
	d.closes(head.Close)
	witness, err := keys.Signer(charter.Witness)
	if err != nil {
		return err
	}
	words, err := i18n.Load(node.Modules().Words()...)
	if err != nil {
		return err
	}
	cfg := node.Config{Desk: desk, Charter: d.Charter, Modules: node.Modules(), DB: d.DB, Head: head, JournalSigner: keys.JournalSigner,
		Witness: witness, Words: words, Now: o.Now, Rand: rand.Reader, Log: o.Log.With("desk", desk)}
	if o.Change != nil {
		o.Change(&cfg)
	}
	if d.Node, err = node.Open(ctx, cfg); err != nil {
		return err
	}
	d.closes(func() error { d.Node.Close(); return nil })
	if o.Alone {
		return nil
	}
	return d.join(ctx, keys, desk, o)
}

// join puts the desk on the loopback interface and runs its links.
func (d *Desk) join(ctx context.Context, keys *charter.Keys, desk string, o Options) error {
	key, err := keys.TLS()
	if err != nil {
		return err
	}
	cert, err := link.Certificate(key)
	if err != nil {
		return err
	}
	me, _ := d.Charter.Member(desk)
	listener, err := net.Listen("tcp", me.Addresses[0])
	if err != nil {
		return err
	}
	carrier, err := link.NewHTTP2(link.HTTP2Config{Certificate: cert, Routes: link.Routes(d.Charter, desk), Listener: listener})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	d.closes(carrier.Close)
	d.Links, err = link.New(link.Config{Desk: d.Node, Charter: d.Charter, Transport: carrier, Log: o.Log.With("desk", desk), Now: o.Now})
	if err != nil {
		return err
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	var ended error
	running.Go(func() { ended = d.Links.Run(run) })
	d.closes(func() error { cancel(); running.Wait(); return ended })
	return nil
}

// closes notes what to close; what was opened last is closed first.
func (d *Desk) closes(f func() error) { d.stop = append([]func() error{f}, d.stop...) }

// Close takes the desk off the network, ends its sequencer and closes its
// database.
func (d *Desk) Close() error {
	var errs []error
	for _, f := range d.stop {
		errs = append(errs, f())
	}
	d.stop = nil
	return errors.Join(errs...)
}

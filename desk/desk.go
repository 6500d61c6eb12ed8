package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"parley/api"
	"parley/cell"
	"parley/charter"
	"parley/i18n"
	"parley/journal"
	"parley/link"
	"parley/node"
	"parley/officer"
	"parley/pager"
	"parley/store"
	"parley/web"
)

// Config says which desk to run and with what. The zero values of the optional
// parts give a desk in service.
type Config struct {
	Dir         string
	Passphrase  func() (string, error) // asked once, when key files are encrypted
	AgentSocket string                 // of the SSH agent that holds the keys which desk.yaml names
	Now         func() time.Time
	Log         *slog.Logger

	Transport link.Transport                                             // optional: instead of HTTP/2
	Carry     func(self, peer string, b []journal.Batch) []journal.Batch // exercises only: what a relay does with what it passes on
	SignIn    func(secret string) (officer string, ok bool)              // an exercise's links; nil: none
	Rate      func() float64                                             // story seconds per real second; nil: 1
	Demo      api.Demo                                                   // nil outside the demo
	// Borders makes the ways to other systems' files and maps; nil: none. They are
	// handed in, because a desk knows no format (docs/decisions/0026).
	Borders  func(d *Desk) (Borders, error)
	NoServe  bool         // no console and API listener
	Ceremony bool         // exercises only: sign ceremonies with the root key in the directory
	Modules  cell.Modules // nil: [node.Modules]
	// Locate reads places in any notation; nil: none.
	Locate func(text string, south, west, north, east float64) ([]byte, error)
	Fail   func(point string) // tests only, see [node.Config]
}

// Desk is a running desk.
type Desk struct {
	*node.Node
	Settings Settings
	Links    *link.Manager
	Book     *officer.Book
	Handler  http.Handler

	db        *store.DB
	head      *journal.HeadFile
	borders   Borders
	pager     *pager.Pager // nil when nobody is paged
	transport link.Transport
	listener  net.Listener // of consoles
	local     net.Listener // the desk's own socket
	log       *slog.Logger
	dir       string
	print     string // of the agreement's files when the desk was opened
}

// ErrCharterChanged is what [Desk.Run] ends with when another charter, or a key
// note of this desk, was put into its directory: close it and open it again.
var ErrCharterChanged = errors.New("the charter or the keys in the directory changed")

// Open opens the directory, checks that this desk's own root key has signed
// the charter, opens database and journal, and makes the links ready. Run does
// the rest.
func Open(ctx context.Context, cfg Config) (_ *Desk, err error) {
	d := &Desk{log: cfg.Log}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	if d.Settings, err = ReadSettings(cfg.Dir); err != nil {
		return nil, err
	}
	d.log = cfg.Log.With("desk", d.Settings.Desk)
	keys, err := charter.Load(cfg.Dir, cfg.Passphrase)
	if err != nil {
		return nil, err
	}
	d.dir, d.print = cfg.Dir, fingerprint(cfg.Dir, d.Settings.Desk)
	agreed, err := OpenAgreement(cfg.Dir, keys.Public().Keys.Root)
	if err != nil {
		return nil, err
	}
	c := agreed.InForce
	if err := keys.Use(agreed.Keys(d.Settings.Desk, c)); err != nil {
		return nil, err
	}
	if len(d.Settings.Agent) > 0 {
		if err := keys.UseAgent(cfg.AgentSocket, d.Settings.Agent...); err != nil {
			return nil, err
		}
	}
	if c.Status != cell.Exercise {
		cfg.SignIn = nil // links without a key are an exercise\'s
	}
	if err := d.openNode(ctx, cfg, agreed, keys); err != nil {
		return nil, err
	}
	if err := d.openPager(ctx, cfg); err != nil {
		return nil, err
	}
	if err := d.openLinks(cfg, c, keys); err != nil {
		return nil, err
	}
	return d, d.openFaces(cfg)
}

func (d *Desk) openNode(ctx context.Context, cfg Config, agreed Agreement, keys *charter.Keys) (err error) {
	c := agreed.InForce
	if d.db, err = store.Open(ctx, d.Settings.DSN(cfg.Dir)); err != nil {
		return err
	}
	if err := d.openBook(ctx, cfg, c, keys); err != nil {
		return err
	}
	if d.head, err = journal.OpenHeadFile(filepath.Join(cfg.Dir, "head.latest")); err != nil {
		return err
	}
	witness, err := keys.Signer(charter.Witness)
	if err != nil {
		return err
	}
	modules := cfg.Modules
	if modules == nil {
		modules = node.Modules()
	}
	words, err := i18n.Load(modules.Words()...)
	if err != nil {
		return err
	}
	sign, err := ceremony(cfg, c, keys)
	if err != nil {
		return err
	}
	d.Node, err = node.Open(ctx, node.Config{
		Approver: d.Book, Ceremony: sign, Desk: d.Settings.Desk, Charter: c, Agreement: agreed.Agreement, Papers: agreed.Papers, Modules: modules, DB: d.db, Head: d.head, JournalSigner: keys.JournalSigner,
		Witness: witness, Words: words, Now: cfg.Now, Rand: rand.Reader, Log: d.log, Fail: cfg.Fail,
		SignGeneration: generationSigner(c, keys), BackedUp: func() (int64, bool) { return LastBackup(cfg.Dir) },
		KeysHeld: keysHeld(keys, agreed, d.Settings.Desk),
		Keep:     func(a cell.Agreement, p cell.Paper) error { return keepPaper(cfg.Dir, a, p) },
	})
	return err
}

// ceremony gives the signer of ceremonies: in an exercise the root key of the
// directory, in service none, because the root key is kept offline and signs
// there (docs/formats/ceremony.md).
func ceremony(cfg Config, c *cell.Charter, keys *charter.Keys) (func([]byte) (string, error), error) {
	if !cfg.Ceremony || c.Status != cell.Exercise {
		return nil, nil
	}
	root, err := keys.Signer(charter.Root)
	if err != nil {
		return nil, err
	}
	return func(text []byte) (string, error) { return charter.SignCeremony(text, root) }, nil
}

func (d *Desk) openLinks(cfg Config, c *cell.Charter, keys *charter.Keys) (err error) {
	d.transport = cfg.Transport
	if d.transport == nil {
		if d.transport, err = d.http2(c, keys); err != nil {
			return err
		}
	}
	var served link.Desk = d.Node
	if cfg.Carry != nil {
		served = carrier{d.Node, cfg.Carry}
	}
	d.Links, err = link.New(link.Config{Desk: served, Charter: c, Transport: d.transport, Log: d.log, Now: cfg.Now, Papers: d.Node.Papers, Learn: d.Node.Learn})
	return err
}

// carrier is a node whose relaying is part of an exercise.
type carrier struct {
	*node.Node
	carry func(self, peer string, b []journal.Batch) []journal.Batch
}

// Offer passes on what the exercise lets through.
func (c carrier) Offer(ctx context.Context, peer string, lane journal.Lane, theirs map[journal.Name]int64, sent func(journal.Name, int64) bool, maxBytes int) ([]journal.Batch, error) {
	b, err := c.Node.Offer(ctx, peer, lane, theirs, sent, maxBytes)
	return c.carry(c.Desk(), peer, b), err
}

func (d *Desk) http2(c *cell.Charter, keys *charter.Keys) (link.Transport, error) {
	key, err := keys.TLS()
	if err != nil {
		return nil, err
	}
	cert, err := link.Certificate(key)
	if err != nil {
		return nil, err
	}
	hc := link.HTTP2Config{Certificate: cert, Routes: link.Routes(c, d.Settings.Desk), Log: d.log, Pins: d.Node.Pins, Shows: d.Node.Shows}
	older, err := keys.TLSOf(d.Node.OwnPins()...)
	if err != nil {
		return nil, err
	}
	for _, k := range older {
		cert, err := link.Certificate(k)
		if err != nil {
			return nil, err
		}
		hc.Older = append(hc.Older, cert)
	}
	for i, r := range hc.Routes {
		if a, ok := d.Settings.Link.Dial[r.Desk]; ok {
			hc.Routes[i].Addresses = a
		}
	}
	if p := d.Settings.Link.Proxy; p != "" {
		u, err := url.Parse(p)
		if err != nil {
			return nil, fmt.Errorf("link proxy: %w", err)
		}
		hc.Proxy = http.ProxyURL(u)
	}
	if d.Settings.Link.Listen != "" {
		if hc.Listener, err = net.Listen("tcp", d.Settings.Link.Listen); err != nil {
			return nil, fmt.Errorf("listen for links: %w", err)
		}
	}
	t, err := link.NewHTTP2(hc)
	if err != nil {
		if hc.Listener != nil {
			_ = hc.Listener.Close()
		}
		return nil, err // no transport, and not one that is nil inside
	}
	return t, nil
}

// frames gives who may show the console inside a page of theirs: nobody, but
// the overview of a demonstration on this machine.
func frames(demo api.Demo) []string {
	if demo == nil {
		return nil
	}
	return []string{"http://localhost:*"}
}

func (d *Desk) openFaces(cfg Config) (err error) {
	if cfg.Borders != nil {
		if d.borders, err = cfg.Borders(d); err != nil {
			return err
		}
	}
	d.Handler, err = api.New(api.Config{
		Node: d.Node, Links: d.Links.Status, Modules: d.Node.Modules, Web: web.Handler(frames(cfg.Demo)...), Book: d.Book,
		SignIn: cfg.SignIn, Rate: cfg.Rate, Demo: cfg.Demo, Log: d.log, Pages: d.pages(), Locate: cfg.Locate, Borders: d.borders.Files,
	})
	if err != nil || cfg.NoServe {
		return err
	}
	return d.listen(cfg)
}

// Run serves links and consoles until the context ends. tick is how often the
// clocks run; 0 leaves them to the caller, as a scenario does.
func (d *Desk) Run(ctx context.Context, tick time.Duration) error {
	var wg sync.WaitGroup
	run, stop := context.WithCancel(ctx)
	defer stop()
	errs := make(chan error, 8) // one for each that runs: whoever ends is never held up
	wg.Go(func() { errs <- d.Links.Run(run) })
	wg.Go(func() { errs <- d.untilChanged(run) })
	if tick > 0 {
		wg.Go(func() { errs <- d.Node.Run(run, tick) })
	}
	if d.borders.Run != nil {
		wg.Go(func() { errs <- d.borders.Run(run) })
	}
	if tick > 0 && d.pager != nil {
		wg.Go(func() { errs <- d.pager.Run(run, tick) })
	}
	for _, f := range d.faces() {
		wg.Go(func() { errs <- f.Serve(f.at) })
		wg.Go(func() {
			<-run.Done()
			_ = f.Close()
		})
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-errs:
	}
	stop()
	_ = d.transport.Close()
	wg.Wait()
	if errors.Is(err, context.Canceled) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// untilChanged looks every second whether the agreement's files changed.
func (d *Desk) untilChanged(ctx context.Context) error {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			if fingerprint(d.dir, d.Settings.Desk) != d.print {
				return ErrCharterChanged
			}
		}
	}
}

// Close stops the desk after what it is doing and closes its database.
func (d *Desk) Close() {
	if d.transport != nil {
		_ = d.transport.Close()
	}
	if d.listener != nil {
		_ = d.listener.Close()
	}
	if d.local != nil {
		_ = d.local.Close()
	}
	if d.Node != nil {
		d.Node.Close()
	}
	if d.head != nil {
		_ = d.head.Close()
	}
	if d.db != nil {
		_ = d.db.Close()
	}
}

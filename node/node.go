package node

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"parley/cell"
	"parley/i18n"
	"parley/journal"
	"parley/store"
)

//go:embed tables.sql
var kernelDDL string

// Config is what a desk is made of.
type Config struct {
	Desk    string
	Charter *cell.Charter // in force

	// Agreement holds the charters from the oldest on, with the one in force and
	// those that are signed and not adopted yet, and the key notes. Empty: the
	// charter in force alone. Papers are their files.
	Agreement cell.Agreement
	Papers    []cell.Paper
	Keep      func(cell.Agreement, cell.Paper) error // keeps a paper that a peer handed over; nil: it is learned again

	Modules cell.Modules
	DB      *store.DB
	Head    *journal.HeadFile // head.latest beside the database (design 2, "Restart")

	// JournalSigner signs this desk's checkpoints. It is given the generation,
	// because each is a log of its own.
	JournalSigner func(gen int) (note.Signer, error)
	Witness       note.Signer // cosigns what this desk holds of the others

	// Ceremony signs with this desk's root key, where it is at hand: in an
	// exercise. Nil in service: the root key is kept offline.
	Ceremony func(text []byte) (line string, err error)

	// Approver checks the second officer's signature of an act of two persons. Nil:
	// approvals are possible in an exercise only, and without a key.
	Approver Approver
	// SignGeneration signs the text of a new generation with this desk's root
	// key, where it is at hand: in an exercise. Nil in service.
	SignGeneration func(text []byte) (line string, err error)

	// BackedUp tells of when this desk's newest backup is; nil where nobody
	// keeps that (SEC-16).
	BackedUp func() (at int64, ok bool)

	// KeysHeld says which key that this desk ever opened something with is no longer
	// held here (SEC-06); nil: it is not asked.
	KeysHeld func() error

	Words *i18n.Catalogue // texts of alarms and states; nil shows their keys

	Now  func() time.Time
	Rand io.Reader // salts and ids
	Log  *slog.Logger

	// Fail is asked at named points of a batch; a test makes it end the
	// process there. Nil outside tests.
	Fail func(point string)
}

func (c *Config) validate() error {
	switch {
	case c.Charter == nil || c.Charter.Role(c.Desk) == "":
		return fmt.Errorf("desk %q is no member of the charter", c.Desk)
	case c.DB == nil || c.JournalSigner == nil || c.Witness == nil:
		return errors.New("a node needs a database, a journal key and a witness key")
	case c.Now == nil || c.Rand == nil || c.Log == nil:
		return errors.New("a node needs a clock, randomness and a log")
	}
	if c.Fail == nil {
		c.Fail = func(string) {}
	}
	return c.Modules.Validate()
}

// Node is one desk. All methods may be called by several goroutines at once.
type Node struct {
	Config

	agreed  atomic.Pointer[agreement]
	begun   atomic.Bool                           // the first acts under the charter are filed
	adopted atomic.Pointer[map[string][]adoption] // by desk, in the order of its journal

	rebuildAt func() int64 // the time that a rebuild folds at; nil in a living node

	ops  chan *op
	done chan struct{}
	stop context.CancelFunc

	// Owned by the sequencer.
	leaning  map[string]bool // matters whose states have looked around
	deriving map[string]bool // matters from which others have followed
	caused   map[string]bool // derived matters whose causes are noted
	duties   map[string]bool // matters in which a node has to do something
	watched  map[string]bool // matters whose surroundings a state was read from
	gen      int
	tree     *journal.Tree
	replicas map[journal.Name]*journal.Tree
	channels map[string]channelHead // own channels of this generation
	tails    map[channelKey]tail    // of the others' channels that moved since the start
	pos      int64                  // feed position
	signed   bool                   // the own checkpoint was signed since the last transaction
	cosigned []cosigned             // and these cosignatures were

	unpublished map[journal.Name]journal.Holding // grew, and could not be signed; of foreign ones what to state

	memo  memo    // of records read lately
	index extents // of what matters keep for themselves; written by the sequencer

	unfiled  unfiled  // acts of its own that were refused
	climbing climbing // matters in which a rung of the ladder is reached

	mu        sync.Mutex // guards what follows
	holdings  map[journal.Name]journal.Holding
	stood     stood // heads that stood in holdings lately
	changed   chan struct{}
	restoring *restoring
	views     map[string]map[journal.Name]view // by peer: what it last said it holds
	less      map[journal.Name]less            // desks that state less than they signed
	links     map[string]*linkSeen
	offered   map[offerKey]*offerMark
	stirs     stirs
	later     later
	ages      map[journal.Name]*aged // how long replicas have been held
	relayWake *time.Timer            // runs while something is left to its author
	fatal     error
	tested    string         // day of the last nightly test
	failing   map[string]int // ways to page, by name: failures in a row
}

type channelHead struct {
	serial int64
	prev   string
}

// Open puts a desk together on its database and starts its sequencer. Close it
// when done. It refuses a charter that does not list the desk.
func Open(ctx context.Context, cfg Config) (*Node, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	n := &Node{
		Config: cfg,
		ops:    make(chan *op, 4096), done: make(chan struct{}),
		holdings: map[journal.Name]journal.Holding{}, changed: make(chan struct{}),
		views: map[string]map[journal.Name]view{}, less: map[journal.Name]less{}, links: map[string]*linkSeen{}, offered: map[offerKey]*offerMark{}, ages: map[journal.Name]*aged{},
	}
	if err := n.openAgreement(); err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	if err := migrate(ctx, cfg.DB, cfg.Modules); err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	if err := n.load(ctx); err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	if err := n.mayWork(); err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	if err := n.checkRestart(); err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	if why, _ := n.Restoring(); why == "" && n.tree.Head().Size > 0 {
		n.signed = true // what was signed before the last stop may not be in the tables
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	n.stop = stop
	go n.sequence(run)
	if err := n.begin(ctx); err != nil {
		n.Close()
		return nil, fmt.Errorf("open desk: %w", err)
	}
	return n, nil
}

// Close stops the sequencer after what it is doing. The database stays open.
func (n *Node) Close() {
	n.stop()
	<-n.done
}

// Desk gives the desk's id.
func (n *Node) Desk() string { return n.Config.Desk }

// Charter gives the charter in force.
func (n *Node) Charter() *cell.Charter { return n.Config.Charter }

func (n *Node) now() int64 {
	if n.rebuildAt != nil {
		return n.rebuildAt()
	}
	return n.Now().UnixMilli()
}

// maxGenerations is how many generations of one desk's journal are held. Every
// record and every statement of holdings lists the journals held, so a desk
// that began generations without end would stop all the others.
const maxGenerations = 32

package officer

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed" // tables.sql
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"parley/cell"
	"parley/store"
)

//go:embed tables.sql
var tables string

// Config says whose book it is and what it needs from outside.
type Config struct {
	Cell, Desk string
	Exercise   bool     // the charter's status is EXERCISE
	Root       string   // this desk's public root key, as the charter has it
	Former     []string // the root keys that it had before, by the charter's chain

	RPID    string   // the console's name, to which keys are bound; "" for a console without keys
	Origins []string // where the console is reached: scheme, name, port

	Now   func() time.Time
	Rand  io.Reader
	Alarm func(context.Context, Event) error // told of what is [Event.Grave]; nil: nobody
}

// Book is who works at one desk, and how they show it: the desk's own, in its
// own tables. Officers and tokens are read once and held, because the book is
// their only writer; what is written is durable before it is answered.
//
// It is safe for use by many goroutines.
type Book struct {
	Config
	db  *store.DB
	rps *webauthn.WebAuthn // nil without a name for the console

	change sync.Mutex // one change of officers, tokens or keys at a time
	scrypt sync.Mutex // one passphrase at a time: each takes 64 MiB

	mu       sync.Mutex // guards what follows
	officers map[string]kept
	tokens   map[[sha256.Size]byte]Token
	keys     map[string][]key      // standing keys, by officer
	asked    map[string]ceremony   // by challenge: what was asked of a key and waits for its answer
	seeds    map[string]*enrolling // by the hash of a link: what it is being used for
	tries    map[string]try        // failures, by officer and by address
}

// kept is an officer with what only the book needs.
type kept struct {
	Officer
	handle []byte
}

// ErrOther is returned by Open for the database of another desk, or of this
// desk under another root key: an old database with a new key.
var ErrOther = errors.New("the database is another desk's")

// Open opens the book in a desk's database and makes its tables there. It
// refuses the database of another desk or of another root key, with words for
// people.
func Open(ctx context.Context, db *store.DB, cfg Config) (*Book, error) {
	b := &Book{Config: cfg, db: db, officers: map[string]kept{}, tokens: map[[sha256.Size]byte]Token{}, keys: map[string][]key{},
		asked: map[string]ceremony{}, seeds: map[string]*enrolling{}, tries: map[string]try{}}
	if err := db.Migrate(ctx, "officer/1", tables); err != nil {
		return nil, fmt.Errorf("open the officers' book: %w", err)
	}
	if err := b.claim(ctx); err != nil {
		return nil, fmt.Errorf("open the officers' book: %w", err)
	}
	if cfg.RPID != "" {
		rps, err := relyingParty(cfg)
		if err != nil {
			return nil, fmt.Errorf("open the officers' book: the console's name %q: %w", cfg.RPID, err)
		}
		b.rps = rps
	}
	if err := db.Read(ctx, func(tx *store.Tx) error { return b.load(ctx, tx) }); err != nil {
		return nil, fmt.Errorf("open the officers' book: %w", err)
	}
	return b, nil
}

// claim takes an empty database for this desk, and checks that one that was
// taken before is this desk's, under this root key or one that its charter's
// chain replaced.
func (b *Book) claim(ctx context.Context) error {
	return b.db.Write(ctx, func(tx *store.Tx) error {
		var cellName, desk, root, rp string
		err := tx.QueryRow(ctx, `SELECT cell, desk, root, rp FROM officer_book WHERE id = 1`).Scan(&cellName, &desk, &root, &rp)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return tx.Exec(ctx, `INSERT INTO officer_book (id, cell, desk, root, rp) VALUES (1, ?, ?, ?, ?)`, b.Cell, b.Desk, b.Root, b.RPID)
		case err != nil:
			return err
		case cellName != b.Cell || desk != b.Desk:
			return fmt.Errorf("%w: it is that of desk %s of cell %s, and this is desk %s of cell %s; put its own database back, or begin with an empty one",
				ErrOther, desk, cellName, b.Desk, b.Cell)
		case root != b.Root && !slices.Contains(b.Former, root):
			return fmt.Errorf("%w: it belongs to root key %s, and this directory's is %s; put the keys back that it was made with, or begin with an empty database (docs/operate/install.md)",
				ErrOther, fingerprint(root), fingerprint(b.Root))
		}
		return tx.Exec(ctx, `UPDATE officer_book SET root = ?, rp = ? WHERE id = 1`, b.Root, b.RPID)
	})
}

// fingerprint is how people tell public keys apart.
func fingerprint(vkey string) string {
	sum := sha256.Sum256([]byte(vkey))
	return hex.EncodeToString(sum[:4])
}

func (b *Book) load(ctx context.Context, tx *store.Tx) error {
	if err := b.loadOfficers(ctx, tx); err != nil {
		return err
	}
	if err := b.loadKeys(ctx, tx); err != nil {
		return err
	}
	return b.loadTokens(ctx, tx)
}

func (b *Book) now() time.Time { return b.Now() }

func (b *Book) millis() int64 { return b.Now().UnixMilli() }

// random gives n bytes of randomness.
func (b *Book) random(n int) ([]byte, error) {
	out := make([]byte, n)
	if _, err := io.ReadFull(b.Rand, out); err != nil {
		return nil, fmt.Errorf("take randomness: %w", err)
	}
	return out, nil
}

// write runs one change of the book, which is durable when it returns.
func (b *Book) write(ctx context.Context, f func(*store.Tx) error) error {
	err := b.db.Write(ctx, f)
	if err == nil {
		return nil
	}
	if _, failed := errors.AsType[*store.CommitError](err); failed || errors.Is(err, store.ErrStopped) || errors.Is(err, store.ErrDiskFull) {
		return fmt.Errorf("%w: the database failed: %w", cell.ErrNotNow, err)
	}
	return err
}

package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"parley/cell"
	"parley/journal"
)

// Act is what an officer, or the node itself, wants to record. Empty parts
// take their defaults: To the matter's audience, or every member; Cites the
// matter's current version for acks; Precedence the template's.
type Act struct {
	Kind       string // "hotline.cease/1", "hotline.cease" or a template code, "CEASE"
	Key        string // idempotency: the same key is filed once
	To         []string
	About      cell.Ref
	Cites      []cell.Cite
	Precedence cell.Precedence
	Until      int64
	By         cell.By
	Body       jsontext.Value

	hand     *hand      // of an act of two persons that a second officer approves with it
	approved *cell.Cite // the approval that was filed before it
}

// Filed is where an act stands once it is durable.
type Filed struct {
	Ref        cell.Ref
	Cite       cell.Cite
	Serial     int64
	At         int64
	Commitment string // hex
	Again      bool   // the key was known: nothing new was recorded
}

// Act files a record. When it returns without error the record is durable and
// on its way. Errors: [*cell.Invalid] and [*cell.Refused] for an act that may
// not be, [cell.ErrNotFound], [cell.ErrConflict], [cell.ErrNotNow].
func (n *Node) Act(ctx context.Context, a Act) (Filed, error) {
	if err := n.maySee(ctx, a); err != nil {
		return Filed{}, err
	}
	a, err := n.completeCheck(ctx, a)
	if err != nil {
		return Filed{}, err
	}
	var f Filed
	err = n.do(ctx, func(ctx context.Context, b *batch) error {
		var err error
		f, err = b.act(ctx, a)
		return err
	})
	return f, err
}

func (b *batch) act(ctx context.Context, a Act) (Filed, error) {
	n := b.n
	if err := n.mayAppend(); err != nil {
		return Filed{}, err
	}
	k, err := n.kind(a.Kind)
	if err != nil {
		return Filed{}, err
	}
	body, err := k.Fill(a.Body)
	if err != nil {
		return Filed{}, placed("/body", err)
	}
	if k.Name == cell.KindUpdate && !a.About.IsZero() {
		if body, err = b.fillUpdate(ctx, a.About, body); err != nil {
			return Filed{}, err
		}
	}
	if a.Key != "" {
		if f, known, err := b.known(ctx, a.Key, k.Name, body); known || err != nil {
			return f, err
		}
	}
	r, err := b.compose(ctx, a, k, body)
	if err != nil {
		return Filed{}, err
	}
	return b.append(ctx, r, a.Key)
}

// kind finds a kind by its name, its name without version, or its code.
func (n *Node) kind(name string) (cell.Kind, error) {
	if t, ok := byCode(n.Config.Charter, name); ok {
		name = t.Kind
	}
	for _, try := range []string{name, name + "/1"} {
		if k, ok := n.Modules.Kind(try); ok {
			return k, nil
		}
	}
	return cell.Kind{}, cell.Invalidf("/kind", "kind %q is not known here", name)
}

func byCode(c *cell.Charter, code string) (cell.Template, bool) {
	i := slices.IndexFunc(c.Templates, func(t cell.Template) bool { return t.Code == code })
	if i < 0 {
		return cell.Template{}, false
	}
	return c.Templates[i], true
}

func placed(at string, err error) error {
	if inv, ok := errors.AsType[*cell.Invalid](err); ok {
		return &cell.Invalid{At: at + inv.At, Why: inv.Why, Fault: inv.Fault}
	}
	return err
}

// known answers a repeated act from its key. The same key with another content
// is a conflict.
func (b *batch) known(ctx context.Context, key, kind string, body []byte) (Filed, bool, error) {
	rows, err := b.Query(ctx, `SELECT gen, idx, hash FROM act_key WHERE key = ?`, key)
	if err != nil {
		return Filed{}, false, fmt.Errorf("look up key: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		return Filed{}, false, rows.Err()
	}
	c := cell.Cite{Desk: b.n.Desk()}
	var hash string
	if err := rows.Scan(&c.Gen, &c.Index, &hash); err != nil {
		return Filed{}, false, fmt.Errorf("look up key: %w", err)
	}
	rows.Close()
	if hash != hashOf(append([]byte(kind+"\x00"), body...)) {
		return Filed{}, true, fmt.Errorf("%w: the idempotency key was used for another act, %s", cell.ErrConflict, c)
	}
	h, ok, err := b.n.record(ctx, b.Tx, c)
	if err != nil || !ok {
		return Filed{}, true, fmt.Errorf("look up key: record %s: %w", c, errors.Join(err, cell.ErrNotFound))
	}
	entry, err := b.entryAt(ctx, c)
	if err != nil {
		return Filed{}, true, fmt.Errorf("look up key: %w", err)
	}
	return Filed{Ref: h.Ref(), Cite: c, Serial: h.Serial, At: h.At, Commitment: hex.EncodeToString(entry[:]), Again: true}, true, nil
}

// entryAt gives the commitment of an own record, which this very transaction
// may have made.
func (b *batch) entryAt(ctx context.Context, c cell.Cite) (journal.Entry, error) {
	if i := c.Index - b.n.tree.Head().Size; c.Gen == b.n.gen && i >= 0 && i < int64(len(b.entries)) {
		return b.entries[i], nil
	}
	return journal.EntryAt(ctx, b.Tx, c.Desk, c.Gen, c.Index)
}

func (b *batch) newID() (string, error) {
	id, err := uuid.NewV7FromReader(b.n.Rand)
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	ms := uint64(b.n.now()) // the id's time is the desk's clock, not the machine's
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	return id.String(), nil
}

// append gives the record its serial, predecessor and view of the other
// journals, makes its bytes once, and stores it.
func (b *batch) append(ctx context.Context, h cell.Held, key string) (Filed, error) {
	n := b.n
	channel := h.Channel()
	last, ok := b.channels[channel]
	if !ok {
		last = n.channels[channel]
	}
	h.Serial, h.Prev, h.Seen = last.serial+1, last.prev, n.seen()
	bytes, err := h.Encode()
	if err != nil {
		return Filed{}, err
	}
	if _, err := cell.Decode(bytes); err != nil {
		return Filed{}, err
	}
	h.Hash = hashOf(bytes)
	var salt journal.Salt
	if _, err := io.ReadFull(n.Rand, salt[:]); err != nil {
		return Filed{}, fmt.Errorf("make a salt: %w", err)
	}
	entry := journal.Commit(salt, bytes)
	b.channels[channel] = channelHead{h.Serial, hex.EncodeToString(entry[:])}
	if key != "" {
		hash := hashOf(append([]byte(h.Kind+"\x00"), h.Record.Body...))
		if err := b.Exec(ctx, `INSERT INTO act_key (key, gen, idx, hash) VALUES (?, ?, ?, ?)`, key, h.Gen, h.Index, hash); err != nil {
			return Filed{}, fmt.Errorf("note key: %w", err)
		}
	}
	if err := b.apply(ctx, h, salt, bytes); err != nil {
		return Filed{}, err
	}
	b.entries = append(b.entries, entry)
	if err := b.sealCopies(ctx, h, entry, salt, bytes); err != nil {
		return Filed{}, err
	}
	return Filed{Ref: h.Ref(), Cite: h.Cite(), Serial: h.Serial, At: h.At, Commitment: hex.EncodeToString(entry[:])}, nil
}

// seen says how much of the other journals this desk holds, of each desk the
// newest generation, sorted.
func (n *Node) seen() []cell.Seen {
	newest := map[string]cell.Seen{}
	for name, t := range n.replicas {
		if size := t.Head().Size; size > 0 && name.Gen > newest[name.Desk].Gen {
			newest[name.Desk] = cell.Seen{Desk: name.Desk, Gen: name.Gen, Size: size}
		}
	}
	out := slices.Collect(maps.Values(newest))
	slices.SortFunc(out, func(a, b cell.Seen) int {
		return cell.Cite{Desk: a.Desk, Gen: a.Gen}.Compare(cell.Cite{Desk: b.Desk, Gen: b.Gen})
	})
	return out
}

package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

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

// compose makes the record of an act: the officer's part with its defaults,
// signed where it asks for that, and judged; then serial, prev and seen.
func (b *batch) compose(ctx context.Context, a Act, k cell.Kind, body jsontext.Value) (cell.Held, error) {
	h, past, err := b.prepare(ctx, a, k, body)
	if err != nil {
		return cell.Held{}, err
	}
	if h, past, err = b.withHand(ctx, a, k, h, past); err != nil {
		return cell.Held{}, err
	}
	if h, err = b.n.sign(h, past); err != nil {
		return cell.Held{}, err
	}
	if h, err = b.handOver(ctx, h); err != nil {
		return cell.Held{}, err
	}
	if h, err = b.attest(ctx, h); err != nil {
		return cell.Held{}, err
	}
	return h, b.judge(ctx, h, past, k)
}

// prepare gives the officer's part with its defaults, and what it is judged by.
func (b *batch) prepare(ctx context.Context, a Act, k cell.Kind, body jsontext.Value) (h cell.Held, past cell.Past, err error) {
	n := b.n
	c := n.Config.Charter
	id, err := b.newID()
	if err != nil {
		return h, past, err
	}
	if a.About.IsZero() {
		a.About = n.aboutOf(k, body)
	}
	h = cell.Held{Gen: n.gen, Index: n.tree.Head().Size + int64(len(b.entries)), Record: cell.Record{
		V: cell.Version, Cell: c.Cell, Charter: c.Hash, Desk: n.Desk(), ID: id, Kind: k.Name, Status: c.Status,
		Precedence: a.Precedence, At: n.now(), Until: a.Until, By: a.By, To: slices.Clone(a.To), About: a.About,
		Cites: a.Cites, Body: body,
	}}
	if h.By.Role == "" {
		h.By = cell.By{Officer: "watch", Role: "watch"}
	}
	if t, ok := c.Template(k.Name); ok {
		if h.Precedence == "" {
			h.Precedence = t.Precedence
		}
	}
	var m cell.Matter
	if !a.About.IsZero() {
		if m, err = b.about(ctx, a.About); err != nil {
			return h, past, err
		}
		if a.Precedence == "" && (h.Precedence == "" || follows(k) && m.Precedence().Rank() < h.Precedence.Rank()) {
			h.Precedence = m.Precedence()
		}
		if len(h.Cites) == 0 && m.Version != nil {
			h.Cites = []cell.Cite{m.Version.Cite()}
			if len(k.Follows) > 0 && m.Version != m.Head { // what the record is judged by
				h.Cites = append(h.Cites, m.Head.Cite())
			}
		}
		if m.Derived != nil && len(h.Cites) == 0 && len(k.Follows) > 0 {
			h.Cites = slices.Clone(m.Derived.Causes)
		}
	}
	t, _ := c.Template(k.Name)
	status, cites := c.StatusFor(t, m)
	if h.Status = status; len(h.Cites) == 0 {
		h.Cites = cites
	}
	if h.Precedence == "" {
		h.Precedence = cell.Routine
	}
	if alone := k.Home || k.Stays && a.About.IsZero(); len(h.To) == 0 && !alone {
		h.To = n.defaultAudience(m)
		if a.About.IsZero() {
			h.To = n.unsupervised(k, h.To)
		}
	}
	if k.LifeSafety { // HOT-05: it forks to the supervisor at once
		h.To = append(h.To, slices.DeleteFunc(c.Supervisors(), func(d string) bool { return d == n.Desk() })...)
	}
	slices.Sort(h.To)
	h.To = slices.Compact(h.To)
	if h.Body, _, err = n.Modules.Body(k.Name, h.Record.Body); err != nil {
		return h, past, err
	}
	if d, via := n.noWay(h.To); d != "" && h.By.Role != nodeItself.Role {
		return h, past, &cell.Refused{Breaches: []cell.Breach{{Rule: "cell.no-way", At: "/to",
			Why: "no link leads to " + d + ": address " + via + " too, which passes it on"}}}
	}
	past, err = b.past(ctx, h, m)
	return h, past, err
}

// aboutOf gives the matter that a body belongs to by what it says.
func (n *Node) aboutOf(k cell.Kind, body jsontext.Value) cell.Ref {
	m, ok := n.Modules.Of(k.Name)
	if !ok || m.About == nil {
		return cell.Ref{}
	}
	b, _, err := n.Modules.Body(k.Name, body)
	if err != nil {
		return cell.Ref{} // refused with its place in a moment
	}
	return m.About(n.Desk(), b, n.Config.Charter)
}

// defaultAudience is everybody who holds the matter, and every member when
// there is none. What follows from one matter goes no further than it.
// noWay finds an addressee that this desk has no link with and for whom no
// addressed desk can pass the record on, and names a desk that could.
func (n *Node) noWay(to []string) (desk, via string) {
	c := n.Config.Charter
	for _, d := range to {
		passes := func(r string) bool { return c.Linked(n.Desk(), r) && c.Linked(r, d) }
		if c.Linked(n.Desk(), d) || slices.ContainsFunc(to, passes) {
			continue
		}
		if r := n.relay(d); r != "" {
			return d, r
		}
	}
	return "", ""
}

// withRelays adds to an audience the desks without which it cannot be reached.
func (n *Node) withRelays(to []string) []string {
	out := slices.Clone(to)
	for d, via := n.noWay(out); d != ""; d, via = n.noWay(out) {
		out = append(out, via)
	}
	return out
}

// follows reports whether a record of this kind travels as fast as the matter
// that it is about: acks, revisions and corrections do.
func follows(k cell.Kind) bool { return k.Revises || strings.HasPrefix(k.Name, "cell.") }

func (n *Node) defaultAudience(m cell.Matter) []string {
	aud := m.Audience()
	standing := m.Derived != nil && m.Derived.Parent.IsZero()
	if standing || len(aud) == 0 {
		return n.Config.Charter.Others(n.Desk())
	}
	return slices.DeleteFunc(slices.Clone(aud), func(d string) bool { return d == n.Desk() })
}

func (b *batch) about(ctx context.Context, ref cell.Ref) (cell.Matter, error) {
	m, err := b.n.matter(ctx, b.Tx, ref.String())
	if err != nil {
		return m, err
	}
	if len(m.Records) == 0 && m.Derived == nil {
		return m, fmt.Errorf("%w: no matter %s is held at this desk", cell.ErrNotFound, ref)
	}
	return m, nil
}

// past gives what an act is judged by.
func (b *batch) past(ctx context.Context, h cell.Held, m cell.Matter) (cell.Past, error) {
	past := cell.Past{Cited: map[cell.Cite]cell.Held{}, Says: m.Body}
	for _, c := range h.Cites {
		x, ok, err := b.n.record(ctx, b.Tx, c)
		if err != nil {
			return past, err
		}
		if !ok {
			return past, cell.Invalidf("/cites", "record %s is not held at this desk", c)
		}
		past.Cited[c] = x
	}
	for _, x := range m.Records {
		if x.Desk == h.Desk {
			past.Own = append(past.Own, x)
		}
	}
	return past, nil
}

// judge refuses a local act that breaks a rule.
func (b *batch) judge(ctx context.Context, h cell.Held, past cell.Past, k cell.Kind) error {
	n := b.n
	breaches := cell.Judge(h, n.Modules, past, n.Config.Charter)
	closed, err := b.closed(ctx, h, k)
	if err != nil {
		return err
	}
	if breaches = append(breaches, closed...); len(breaches) > 0 {
		return &cell.Refused{Breaches: breaches}
	}
	return nil
}

// closed asks the modules whether the act may go out now (HOT-17).
func (b *batch) closed(ctx context.Context, h cell.Held, k cell.Kind) ([]cell.Breach, error) {
	if k.LifeSafety || h.By.Role == "node" {
		return nil, nil
	}
	var out []cell.Breach
	var err error
	for _, m := range b.n.Modules {
		if m.Holds != nil {
			out = append(out, m.Holds(b.situation(ctx, &err), h, k)...)
		}
	}
	return out, err
}

// situation is the desk's for a local act. What the modules find is kept for
// the acts after it in the same transaction, until a record touches a matter
// that stood before.
func (b *batch) situation(ctx context.Context, failed *error) cell.Situation {
	s := b.n.situation(ctx, b.Tx, failed)
	find := s.Find
	s.Find = func(kind string, since int64) []cell.Matter {
		if since != 0 {
			return find(kind, since)
		}
		list, ok := b.found[kind]
		if !ok {
			if b.found == nil {
				b.found = map[string][]cell.Matter{}
			}
			list = find(kind, 0)
			b.found[kind] = list
		}
		return list
	}
	return s
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

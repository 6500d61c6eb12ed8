package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/cell"
	"parley/journal"
)

// owed is one record taken over, or refused, that a receipt must name.
type owed struct {
	author  string
	gen     int
	to      []string
	serial  int64
	rank    int
	refusal *cell.Refusal
}

// receiptDue collects what one transaction took over of one channel.
type receiptDue struct {
	author  string
	gen     int
	to      []string
	serials []int64
	refused []cell.Refusal
	rank    int
}

// Admit takes over what a peer sent: commitments, and the records among them
// that are addressed to this desk. It returns once everything is durable,
// applied and receipted (design 2, step 5); taking the same thing twice changes
// nothing. A [*journal.Gap] asks the peer to begin earlier. from is the desk at
// the other end of the link, which need not be the author: commitments and
// checkpoints prove themselves.
func (n *Node) Admit(ctx context.Context, from string, parcel []journal.Batch) error {
	return n.do(ctx, func(ctx context.Context, b *batch) error {
		for _, jb := range parcel {
			if err := b.admit(ctx, from, jb); err != nil {
				return fmt.Errorf("admit %s from %s: %w", jb.Desk, from, err)
			}
		}
		return nil
	})
}

func (b *batch) admit(ctx context.Context, from string, jb journal.Batch) error {
	n := b.n
	v, err := n.verifier(jb.Name, jb.Checkpoint)
	if err != nil {
		return err
	}
	if jb.Desk == n.Desk() {
		return b.regain(ctx, from, jb, v)
	}
	if jb.Gen > 1 {
		if ok, err := b.bound(ctx, jb); err != nil || !ok {
			return err
		}
	}
	if err := b.extend(ctx, from, jb); err != nil {
		return err
	}
	held := int64(0)
	if t := n.replicas[jb.Name]; t != nil {
		held = t.Head().Size
	}
	for _, o := range jb.Records {
		if o.Index < 0 {
			return cell.Invalidf("", "a record with index %d", o.Index)
		}
		if o.Index >= held {
			return &journal.Gap{Have: held}
		}
		if err := b.admitRecord(ctx, from, jb.Name, o); err != nil {
			return err
		}
	}
	return nil
}

// extend grows the replica of a journal. A fork is kept as evidence and raised
// as an alarm; the link goes on.
func (b *batch) extend(ctx context.Context, from string, jb journal.Batch) error {
	n := b.n
	v, err := n.verifier(jb.Name, jb.Checkpoint)
	if err != nil {
		return err
	}
	t := n.replicas[jb.Name]
	if t == nil {
		t, err = journal.LoadTree(ctx, b.Tx, jb.Desk, jb.Gen)
		if err != nil {
			return err
		}
		n.replicas[jb.Name] = t
	}
	if len(jb.Entries) == 0 && b.stated(jb) {
		return nil
	}
	b.came = journal.Batch{}
	b.remember(jb.Name, t)
	before := t.Head().Size
	head, err := journal.Extend(ctx, b.Tx, jb.Desk, jb.Gen, t, jb.From, jb.Entries, jb.Checkpoint, v)
	if fork, ok := errors.AsType[*journal.Fork](err); ok {
		return b.raiseFork(ctx, from, fork)
	}
	if _, ok := errors.AsType[*journal.Gap](err); ok && len(jb.Entries) == 0 {
		return nil // records alone, under a checkpoint whose entries are still to come
	}
	if err != nil {
		return err
	}
	b.came = jb
	if head.Size > before {
		b.grown[jb.Name] = true
		h := journal.Holding{Name: jb.Name, Size: head.Size, Checkpoint: jb.Checkpoint, Cosignatures: n.validCosignatures(jb.Checkpoint, jb.Cosignatures)}
		b.holds[jb.Name] = h
		if err := b.keepStep(ctx, jb.Name, head.Size, jb.Checkpoint); err != nil {
			return err
		}
	}
	return nil
}

// stated reports whether a batch states just the checkpoint that is held.
func (b *batch) stated(jb journal.Batch) bool {
	h, ok := b.holds[jb.Name]
	if !ok {
		b.n.mu.Lock()
		h = b.n.holdings[jb.Name]
		b.n.mu.Unlock()
	}
	return string(h.Checkpoint) == string(jb.Checkpoint)
}

// prior is what a replica was before the operation that grows it, and what
// earlier operations of the transaction will state of it.
type prior struct {
	tree *journal.Tree
	hold journal.Holding
}

// remember keeps what a replica was, so that an operation that fails leaves
// memory as it leaves the tables.
func (b *batch) remember(name journal.Name, t *journal.Tree) {
	if _, ok := b.prior[name]; !ok {
		b.prior[name] = prior{t.Clone(), b.holds[name]}
	}
}

func (b *batch) forget() {
	if b.own != nil {
		b.n.tree = b.own
	}
	if b.ended != nil {
		b.n.mu.Lock()
		b.n.restoring = b.ended
		b.n.mu.Unlock()
	}
	for name, p := range b.prior {
		b.n.replicas[name] = p.tree
		if p.hold.Checkpoint == nil {
			delete(b.holds, name)
			continue
		}
		b.holds[name] = p.hold
	}
}

// stepEntries is how far apart kept checkpoints lie, so that a long catch-up
// can be served in pieces that each lead to a signed root.
const stepEntries = 32768

func (b *batch) keepStep(ctx context.Context, name journal.Name, size int64, checkpoint []byte) error {
	var last int64
	if err := b.QueryRow(ctx, `SELECT COALESCE(MAX(size), 0) FROM checkpoint_step WHERE desk = ? AND gen = ?`, name.Desk, name.Gen).Scan(&last); err != nil {
		return fmt.Errorf("keep checkpoint: %w", err)
	}
	if size-last < stepEntries {
		return nil
	}
	err := b.Exec(ctx, `INSERT INTO checkpoint_step (desk, gen, size, note) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, name.Desk, name.Gen, size, checkpoint)
	if err != nil {
		return fmt.Errorf("keep checkpoint: %w", err)
	}
	return nil
}

// admitRecord takes over one record: it must open its commitment, be well
// formed, and be addressed to this desk.
func (b *batch) admitRecord(ctx context.Context, from string, name journal.Name, o journal.Opened) error {
	n := b.n
	var have int
	if err := b.QueryRow(ctx, `SELECT COUNT(*) FROM record WHERE desk = ? AND gen = ? AND idx = ?`, name.Desk, name.Gen, o.Index).Scan(&have); err != nil {
		return fmt.Errorf("look up record: %w", err)
	}
	if have > 0 {
		return nil
	}
	entry, err := b.replicaEntry(ctx, name, o.Index)
	if err != nil {
		return err
	}
	if !entry.Opens(o.Salt, o.Record) {
		return b.refuse(ctx, from, name, o.Index, "does-not-open", "the bytes presented by "+from+" do not open the commitment")
	}
	r, err := cell.Decode(o.Record)
	if err != nil {
		return b.refuse(ctx, from, name, o.Index, "malformed", err.Error())
	}
	if r.Desk != name.Desk || r.Cell != n.Config.Charter.Cell {
		return b.refuse(ctx, from, name, o.Index, "malformed", "the record names another desk or cell than the journal it stands in")
	}
	if !slices.Contains(r.To, n.Desk()) {
		return b.refuse(ctx, from, name, o.Index, "not-addressed", "the record is not addressed to this desk")
	}
	h := cell.Held{Record: r, Gen: name.Gen, Index: o.Index, Hash: hashOf(o.Record)}
	if h.Body, _, err = n.Modules.Body(r.Kind, r.Body); err != nil {
		return b.refuse(ctx, from, name, o.Index, "malformed", err.Error())
	}
	if err := b.apply(ctx, h, o.Salt, o.Record); err != nil { // the operation's savepoint undoes it
		return fmt.Errorf("apply %s: %w", h.Cite(), err)
	}
	if err := errors.Join(b.checkChain(ctx, h), b.raiseRestored(ctx, h)); err != nil {
		return err
	}
	b.rank = min(b.rank, r.Precedence.Rank())
	if skew := n.now() - r.At; skew < -maxSkew {
		if err := b.raise(ctx, alarm{ID: "clock/" + name.Desk, Kind: AlarmClock, Args: map[string]string{"desk": name.Desk}, Since: n.now()}); err != nil {
			return err
		}
	}
	if r.Kind != cell.KindReceipt {
		b.owe(name, h)
	}
	return nil
}

// checkChain compares a record with its neighbours in the channel: each names
// the commitment before it, and no serial is used twice. What does not fit is
// kept and alarmed, whichever of the two came first (design 2).
func (b *batch) checkChain(ctx context.Context, h cell.Held) error {
	rows, err := b.Query(ctx, `SELECT r.idx, r.serial, r.bytes FROM record r WHERE r.desk = ? AND r.gen = ? AND r.channel = ? AND r.serial BETWEEN ? AND ? AND r.idx <> ?`,
		h.Desk, h.Gen, h.Channel(), h.Serial-1, h.Serial+1, h.Index)
	if err != nil {
		return fmt.Errorf("check channel of %s: %w", h.Cite(), err)
	}
	defer rows.Close()
	prevs := map[int64]string{} // by the index that must hold it
	broken := false
	for rows.Next() {
		var idx, serial int64
		var bytes []byte
		if err := rows.Scan(&idx, &serial, &bytes); err != nil {
			return fmt.Errorf("check channel of %s: %w", h.Cite(), err)
		}
		switch serial {
		case h.Serial:
			broken = true
		case h.Serial - 1:
			prevs[idx] = h.Prev
		default:
			next, err := cell.Read(bytes)
			if err != nil {
				return err
			}
			prevs[h.Index] = next.Prev
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("check channel of %s: %w", h.Cite(), err)
	}
	for idx, prev := range prevs {
		e, err := journal.EntryAt(ctx, b.Tx, h.Desk, h.Gen, idx)
		if err != nil {
			return err
		}
		broken = broken || hex.EncodeToString(e[:]) != prev
	}
	if !broken {
		return nil
	}
	return b.raise(ctx, alarm{ID: fmt.Sprintf("chain/%s/%d/%d", h.Channel(), h.Gen, h.Serial), Kind: AlarmChain, Since: b.n.now(),
		Args: map[string]string{"desk": h.Desk, "record": h.Cite().String()}})
}

// replicaEntry gives an entry of a replica: of those that came beside the
// record and were found to lead to the signed root, or from the tables.
func (b *batch) replicaEntry(ctx context.Context, name journal.Name, index int64) (journal.Entry, error) {
	if i := index - b.came.From; b.came.Name == name && i >= 0 && i < int64(len(b.came.Entries)) {
		return b.came.Entries[i], nil
	}
	return journal.EntryAt(ctx, b.Tx, name.Desk, name.Gen, index)
}

// maxSkew is how far a foreign clock may run ahead before it is flagged. The
// order of the record stays what the journals prove (SEC-15).
const maxSkew = 60_000

func (b *batch) owe(name journal.Name, h cell.Held) {
	b.owed = append(b.owed, owed{author: h.Desk, gen: name.Gen, to: h.To, serial: h.Serial, rank: h.Precedence.Rank()})
}

// oweHeld owes the receipts of what is held and was never receipted: during a
// restore this desk takes records over, and may not append to its journal.
func (b *batch) oweHeld(ctx context.Context) error {
	list, err := b.n.records(ctx, b.Tx, `WHERE r.desk <> ? AND r.kind <> ? AND NOT EXISTS (SELECT 1 FROM delivery d
		WHERE d.author = r.desk AND d.gen = r.gen AND d.channel = r.channel AND d.serial = r.serial AND d.desk = ?) ORDER BY r.desk, r.gen, r.idx`,
		b.n.Desk(), cell.KindReceipt, b.n.Desk())
	if err != nil {
		return fmt.Errorf("find what was not receipted: %w", err)
	}
	for _, h := range list {
		b.owe(journal.Name{Desk: h.Desk, Gen: h.Gen}, h)
	}
	return nil
}

// receiptsDue groups what is owed by channel and generation; refusals go by
// journal, because a refused record need not name a channel.
func (b *batch) receiptsDue() map[string]*receiptDue {
	out := map[string]*receiptDue{}
	for _, o := range b.owed {
		key := fmt.Sprint(cell.ChannelName(o.author, o.to), " ", o.gen, o.refusal != nil)
		d := out[key]
		if d == nil {
			d = &receiptDue{author: o.author, gen: o.gen, to: o.to, rank: 9}
			out[key] = d
		}
		d.rank = min(d.rank, o.rank)
		if o.refusal != nil {
			d.refused = append(d.refused, *o.refusal)
			continue
		}
		d.serials = append(d.serials, o.serial)
	}
	return out
}

// refuse keeps the commitment, says so in a receipt to every member, and
// raises an alarm (design 2, the second outcome of admission).
func (b *batch) refuse(ctx context.Context, from string, name journal.Name, index int64, code, detail string) error {
	id := fmt.Sprintf("refused/%s/%s", cell.Cite{Desk: name.Desk, Gen: name.Gen, Index: index}, code)
	var have int
	if err := b.QueryRow(ctx, `SELECT COUNT(*) FROM alarm WHERE id = ?`, id).Scan(&have); err != nil {
		return fmt.Errorf("look up alarm: %w", err)
	}
	if have > 0 {
		return nil
	}
	args := map[string]string{"desk": name.Desk, "from": from, "record": cell.Cite{Desk: name.Desk, Gen: name.Gen, Index: index}.String(), "code": code}
	if err := b.raise(ctx, alarm{ID: id, Kind: AlarmRefused, Args: args, Since: b.n.now()}); err != nil {
		return err
	}
	b.owed = append(b.owed, owed{author: name.Desk, gen: name.Gen, to: []string{b.n.Desk()},
		refusal: &cell.Refusal{Index: index, Code: code, Detail: clip(detail, 300)}})
	return nil
}

// clip shortens a text to at most so many bytes and takes out what may not
// stand in a record: what it quotes was written by somebody else.
func clip(s string, most int) string {
	s = strings.Map(func(c rune) rune {
		if c < 0x20 || c == 0x7f || c == utf8.RuneError || cell.IsBidiControl(c) {
			return '?'
		}
		return c
	}, s)
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// maxRefusals is how many refusals one receipt lists, so that it stays far
// below the size of a record.
const maxRefusals = 256

// writeReceipts appends this desk's own receipt records for what the
// transaction took over: one per channel and run of serials.
func (b *batch) writeReceipts(ctx context.Context) error {
	if why, _ := b.n.Restoring(); why != "" { // it appends nothing: oweHeld owes them when the restore is over
		return nil
	}
	due := b.receiptsDue()
	keys := slices.Sorted(maps.Keys(due))
	if len(keys) > 0 {
		b.n.Fail("before-receipt")
	}
	for _, k := range keys {
		d := due[k]
		slices.Sort(d.serials)
		to := b.n.Config.Charter.Others(b.n.Desk())
		if len(d.serials) > 0 { // whom a foreign record names need be no member
			to = slices.DeleteFunc(to, func(x string) bool { return x != d.author && !slices.Contains(d.to, x) })
		}
		for list := range slices.Chunk(d.refused, maxRefusals) {
			body := cell.Receipt{Author: d.author, Gen: d.gen, To: d.to, Refused: list}
			if err := b.receipt(ctx, to, d.rank, body); err != nil {
				return err
			}
		}
		for _, run := range runs(d.serials) {
			body := cell.Receipt{Author: d.author, Gen: d.gen, To: d.to, From: run[0], Through: run[1], Refused: []cell.Refusal{}}
			if err := b.receipt(ctx, to, d.rank, body); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *batch) receipt(ctx context.Context, to []string, rank int, body cell.Receipt) error {
	v, err := cell.EncodeBody(body)
	if err != nil {
		return err
	}
	k, _ := b.n.Modules.Kind(cell.KindReceipt)
	a := Act{Kind: k.Name, To: to, Precedence: cell.Precedences()[min(rank, 3)], By: nodeItself, Body: v}
	h, err := b.compose(ctx, a, k, v)
	if err != nil {
		return fmt.Errorf("write receipt: %w", err)
	}
	if _, err := b.append(ctx, h, ""); err != nil {
		return fmt.Errorf("write receipt: %w", err)
	}
	return nil
}

var nodeItself = cell.By{Officer: "node", Role: "node"}

// runs turns sorted serials into ranges, none longer than a receipt may cover.
func runs(s []int64) [][2]int64 {
	var out [][2]int64
	for _, x := range s {
		if n := len(out); n > 0 && out[n-1][1]+1 == x && x-out[n-1][0] < cell.MaxReceipt {
			out[n-1][1] = x
			continue
		}
		out = append(out, [2]int64{x, x})
	}
	return out
}

// validCosignatures keeps the lines that verify under a witness key of the
// charter. Junk is dropped: a bad line would spoil the whole note.
func (n *Node) validCosignatures(checkpoint []byte, lines []string) []string {
	var out []string
	for _, l := range lines {
		if _, _, ok := n.known().cosignedBy(checkpoint, l); ok {
			out = append(out, l)
		}
	}
	return out
}

package node

import (
	"context"
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
	a := Act{Kind: k.Name, To: to, Precedence: cell.Precedences()[min(rank, 3)], By: cell.ByNode(), Body: v}
	h, err := b.compose(ctx, a, k, v)
	if err != nil {
		return fmt.Errorf("write receipt: %w", err)
	}
	if _, err := b.append(ctx, h, ""); err != nil {
		return fmt.Errorf("write receipt: %w", err)
	}
	return nil
}

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

package node

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// attest fills in what a desk that hands over states: the heads of all journals
// as it holds them, and the open matters that everybody who is told of the
// hand-over holds too (SUP-12). An officer's own words in these places count for
// nothing.
func (b *batch) attest(ctx context.Context, h cell.Held) (cell.Held, error) {
	body, ok := h.Body.(cell.Handover)
	if !ok {
		return h, nil
	}
	body.Heads, body.Open = []cell.Attested{}, []string{}
	heads := map[journal.Name]journal.Head{{Desk: b.n.Desk(), Gen: b.n.gen}: b.n.tree.Head()}
	for name, t := range b.n.replicas {
		heads[name] = t.Head()
	}
	names := slices.SortedFunc(maps.Keys(heads), func(x, y journal.Name) int {
		return cell.Cite{Desk: x.Desk, Gen: x.Gen}.Compare(cell.Cite{Desk: y.Desk, Gen: y.Gen})
	})
	for _, name := range names {
		x := heads[name]
		body.Heads = append(body.Heads, cell.Attested{Desk: name.Desk, Gen: name.Gen, Size: x.Size, Root: hex.EncodeToString(x.Root[:])})
	}
	rows, err := b.Query(ctx, `SELECT key, audience FROM matter WHERE open = 1 ORDER BY key LIMIT 4000`)
	if err != nil {
		return h, fmt.Errorf("list what is open: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key, audience string
		if err := rows.Scan(&key, &audience); err != nil {
			return h, fmt.Errorf("list what is open: %w", err)
		}
		holders := strings.Split(audience, ",")
		if !slices.ContainsFunc(h.To, func(d string) bool { return !slices.Contains(holders, d) }) {
			body.Open = append(body.Open, key)
		}
	}
	if err := rows.Err(); err != nil {
		return h, fmt.Errorf("list what is open: %w", err)
	}
	h.Body = body
	h.Record.Body, err = cell.EncodeBody(body)
	return h, err
}

// auditAttested holds an archive against the heads that desks attested when they
// handed over: what they held then must be a part of it.
func auditAttested(ctx context.Context, tx *store.Tx, a Archive, ms cell.Modules) ([]Finding, error) {
	list, err := (&Node{Config: Config{Modules: ms}}).records(ctx, tx, `WHERE r.kind = ? ORDER BY r.desk, r.gen, r.idx`, cell.KindHandover)
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, h := range list {
		body, _ := h.Body.(cell.Handover)
		for _, x := range body.Heads {
			t, err := journal.LoadTree(ctx, tx, x.Desk, x.Gen)
			if err != nil {
				return nil, err
			}
			if t.Head().Size < x.Size {
				continue // this archive does not reach so far: a rollback is found by comparing archives
			}
			root, err := journal.RootAt(ctx, tx, x.Desk, x.Gen, x.Size)
			if err != nil {
				return nil, err
			}
			if hex.EncodeToString(root[:]) != x.Root {
				out = append(out, Finding{x.Desk, a.Desk, "equivocation",
					fmt.Sprintf("the history of %s at %d is not the one that %s attested in %s; cause not established", x.Desk, x.Size, h.Desk, h.Cite())})
			}
		}
	}
	return out, nil
}

package protection

import (
	"context"
	_ "embed"
	"fmt"

	"parley/cell"
)

//go:embed tables.sql
var ddl string

// apply notes where the exact places are that are held here. A desk that was
// not given a place has no row of it.
func apply(ctx context.Context, tx cell.Tx, h cell.Held) error {
	p, ok := h.Body.(Place)
	if !ok {
		return nil
	}
	lat, lon := middle(p.Area)
	err := tx.Exec(ctx, `INSERT INTO protection_place (desk, gen, idx, code, lat, lon) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		h.Desk, h.Gen, h.Index, p.Code, lat, lon)
	if err != nil {
		return fmt.Errorf("note place %s: %w", h.Cite(), err)
	}
	return nil
}

// beside gives, by code, the codes of the other places that are held here and
// whose middles lie within about 100 m: perhaps one place under two codes, for
// people to find.
func beside(ctx context.Context, tx cell.Tx) (map[string][]string, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT a.code, b.code FROM protection_place a JOIN protection_place b
		ON a.code <> b.code AND ABS(a.lat - b.lat) < 0.0009 AND ABS(a.lon - b.lon) < 0.0009 ORDER BY a.code, b.code LIMIT 20000`)
	if err != nil {
		return nil, fmt.Errorf("read places beside each other: %w", err)
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return nil, fmt.Errorf("read places beside each other: %w", err)
		}
		out[a] = append(out[a], b)
	}
	return out, rows.Err()
}

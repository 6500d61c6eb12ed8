package node

import (
	"context"
	"fmt"
	"slices"

	"parley/journal"
)

// stretch is what is known of the records of one parcel's journal before they
// are taken over: which are held, and the commitments of the others.
type stretch struct {
	have    map[int64]bool
	entries map[int64]journal.Entry
}

// placesApart is how far apart the places of two records may lie to be looked up
// together.
const placesApart = 16

// stretch looks up what came, with one statement for places that lie close
// together, as they mostly do. All places are within the replica.
func (b *batch) stretch(ctx context.Context, jb journal.Batch) (stretch, error) {
	s := stretch{map[int64]bool{}, map[int64]journal.Entry{}}
	var places []int64
	for _, o := range jb.Records {
		places = append(places, o.Index)
	}
	slices.Sort(places)
	for len(places) > 0 {
		n := 1
		for n < len(places) && places[n]-places[n-1] <= placesApart {
			n++
		}
		if err := b.lookUp(ctx, jb.Name, places[:n], s); err != nil {
			return s, err
		}
		places = places[n:]
	}
	return s, nil
}

// lookUp adds to a stretch what is known of some sorted places.
func (b *batch) lookUp(ctx context.Context, name journal.Name, places []int64, s stretch) error {
	first, last := places[0], places[len(places)-1]
	rows, err := b.Query(ctx, `SELECT idx FROM record WHERE desk = ? AND gen = ? AND idx >= ? AND idx <= ?`, name.Desk, name.Gen, first, last)
	if err != nil {
		return fmt.Errorf("look up records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var idx int64
		if err := rows.Scan(&idx); err != nil {
			return fmt.Errorf("look up records: %w", err)
		}
		s.have[idx] = true
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("look up records: %w", err)
	}
	rows.Close()
	if !slices.ContainsFunc(places, func(i int64) bool { return !s.have[i] }) {
		return nil
	}
	entries, err := b.replicaEntries(ctx, name, first, last+1)
	if err != nil {
		return err
	}
	for _, i := range places {
		s.entries[i] = entries[i-first]
	}
	return nil
}

// replicaEntries gives entries of a replica: of those that came beside the
// records and were found to lead to the signed root, or from the tables.
func (b *batch) replicaEntries(ctx context.Context, name journal.Name, from, to int64) ([]journal.Entry, error) {
	if c := b.came; c.Name == name && from >= c.From && to <= c.From+int64(len(c.Entries)) {
		return c.Entries[from-c.From : to-c.From], nil
	}
	return journal.Entries(ctx, b.Tx, name.Desk, name.Gen, from, to)
}

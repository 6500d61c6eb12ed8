package store

import (
	"context"
	"fmt"
	"math/bits"
	"strings"
)

// A multi-row statement has at most rowsAtOnce rows and parametersAtOnce
// parameters: SQLite takes 32,766 and PostgreSQL 65,535.
const (
	rowsAtOnce       = 256
	parametersAtOnce = 32_766
)

// Insert inserts rows of values for the columns with as few statements as
// there can be, in order. suffix is put after the values, for instance
// "ON CONFLICT DO NOTHING"; with DO UPDATE no two rows may meet the same key.
// A row of another length than columns is an error before anything is done.
func (tx *Tx) Insert(ctx context.Context, table string, columns []string, rows [][]any, suffix string) error {
	if len(columns) == 0 || len(columns) > parametersAtOnce {
		return fmt.Errorf("insert into %s: %d columns", table, len(columns))
	}
	for i, row := range rows {
		if len(row) != len(columns) {
			return fmt.Errorf("insert into %s: row %d has %d values for %d columns", table, i, len(row), len(columns))
		}
	}
	args := make([]any, 0, min(len(rows), rowsAtOnce)*len(columns))
	for len(rows) > 0 {
		n := chunk(len(rows), len(columns))
		args = args[:0]
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if err := tx.Exec(ctx, insertion(table, columns, n, suffix), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// chunk is how many of the remaining rows go into the next statement: a power
// of two, so that a table needs few different prepared statements.
func chunk(rows, columns int) int {
	n := min(rows, rowsAtOnce, parametersAtOnce/columns)
	return 1 << (bits.Len(uint(n)) - 1)
}

// insertion is the statement for n rows.
func insertion(table string, columns []string, n int, suffix string) string {
	row := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES %s", table, strings.Join(columns, ", "), row)
	for range n - 1 {
		b.WriteString(", ")
		b.WriteString(row)
	}
	if suffix != "" {
		b.WriteString(" ")
		b.WriteString(suffix)
	}
	return b.String()
}

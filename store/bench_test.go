package store_test

import (
	"fmt"
	"testing"

	"parley/store"
	"parley/store/pgtest"
)

// One transaction with n rows of a kilobyte, each in its own savepoint as a
// record's Apply is, and the same rows with Insert.
func BenchmarkWrite(b *testing.B) {
	ctx := b.Context()
	body := make([]byte, 1024)
	engines := map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + b.TempDir() + "/desk.db" },
		"postgres": func() string { return pgtest.DSN(b) },
	}
	for name, dsn := range engines {
		b.Run(name, func(b *testing.B) {
			db, err := store.Open(ctx, dsn())
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			if err := db.Migrate(ctx, "b/1", "CREATE TABLE b (i BIGINT NOT NULL PRIMARY KEY, body BLOB NOT NULL);\n"); err != nil {
				b.Fatal(err)
			}
			next := 0
			row := func() []any { next++; return []any{next, body} }
			for _, n := range []int{1, 64, 1024} {
				b.Run(fmt.Sprintf("savepoints/%d", n), func(b *testing.B) {
					for b.Loop() {
						err := db.Write(ctx, func(tx *store.Tx) error {
							for range n {
								err := tx.Savepoint(ctx, func() error {
									return tx.Exec(ctx, "INSERT INTO b (i, body) VALUES (?, ?)", row()...)
								})
								if err != nil {
									return err
								}
							}
							return nil
						})
						if err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "rows/s")
				})
				b.Run(fmt.Sprintf("insert/%d", n), func(b *testing.B) {
					for b.Loop() {
						rows := make([][]any, n)
						for i := range rows {
							rows[i] = row()
						}
						err := db.Write(ctx, func(tx *store.Tx) error {
							return tx.Insert(ctx, "b", []string{"i", "body"}, rows, "")
						})
						if err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "rows/s")
				})
			}
		})
	}
}

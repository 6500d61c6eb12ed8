package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
)

const migrationTable = `CREATE TABLE IF NOT EXISTS store_migration (
	name TEXT NOT NULL PRIMARY KEY,
	hash TEXT NOT NULL
)`

// ErrMigrationChanged is returned by Migrate for a name that was applied with
// another text: a change to the tables is a new migration with a new name.
var ErrMigrationChanged = errors.New("the migration was applied with another text")

// Migrate applies a schema change once, in one transaction, and remembers its
// name and the SHA-256 of its text in the table store_migration; again it does
// nothing. Migrations go forward only: there is no undoing, and the same name
// with another text gives ErrMigrationChanged.
//
// ddl is neutral: statements ended by ";" at a line's end, types BIGINT, TEXT,
// BLOB and REAL in capitals, comments after "--".
func (db *DB) Migrate(ctx context.Context, name string, ddl string) error {
	sum := sha256.Sum256([]byte(ddl))
	hash := hex.EncodeToString(sum[:])
	err := db.Write(ctx, func(tx *Tx) error {
		if err := tx.define(ctx, migrationTable); err != nil {
			return err
		}
		var was string
		err := tx.QueryRow(ctx, "SELECT hash FROM store_migration WHERE name = ?", name).Scan(&was)
		switch {
		case err == nil && was == hash:
			return nil
		case err == nil:
			return ErrMigrationChanged
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if err := tx.define(ctx, ddl); err != nil {
			return err
		}
		return tx.Exec(ctx, "INSERT INTO store_migration (name, hash) VALUES (?, ?)", name, hash)
	})
	if err != nil {
		return fmt.Errorf("migrate %s: %w", name, err)
	}
	return nil
}

// define runs neutral DDL. Statements that run once are not worth preparing.
func (tx *Tx) define(ctx context.Context, ddl string) error {
	ctx = context.WithoutCancel(ctx)
	for _, stmt := range tx.c.eng.dialect.ddl(ddl) {
		if _, err := tx.c.ExecContext(ctx, stmt); err != nil {
			return tx.fail(stmt, err)
		}
	}
	return nil
}

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

// migrationTexts keeps what made the tables, so that a copy can be made of them
// on either engine ([Copy]).
const migrationTexts = `CREATE TABLE IF NOT EXISTS store_migration_text (
	name TEXT NOT NULL PRIMARY KEY,
	ord BIGINT NOT NULL,
	ddl TEXT NOT NULL
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
		for _, own := range []string{migrationTable, migrationTexts} {
			if err := tx.define(ctx, own); err != nil {
				return err
			}
		}
		var was string
		err := tx.QueryRow(ctx, "SELECT hash FROM store_migration WHERE name = ?", name).Scan(&was)
		switch {
		case err == nil && was == hash:
			return tx.keepText(ctx, name, ddl)
		case err == nil:
			return ErrMigrationChanged
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if err := tx.define(ctx, ddl); err != nil {
			return err
		}
		if err := tx.Exec(ctx, "INSERT INTO store_migration (name, hash) VALUES (?, ?)", name, hash); err != nil {
			return err
		}
		return tx.keepText(ctx, name, ddl)
	})
	if err != nil {
		return fmt.Errorf("migrate %s: %w", name, err)
	}
	return nil
}

// keepText notes a migration's text. A database that was made before texts
// were kept gets them when it is next opened.
func (tx *Tx) keepText(ctx context.Context, name, ddl string) error {
	return tx.Exec(ctx, `INSERT INTO store_migration_text (name, ord, ddl)
		SELECT CAST(? AS TEXT), (SELECT COALESCE(MAX(ord), 0) + 1 FROM store_migration_text), CAST(? AS TEXT)
		WHERE NOT EXISTS (SELECT 1 FROM store_migration_text WHERE name = ?) ON CONFLICT DO NOTHING`, name, ddl, name)
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

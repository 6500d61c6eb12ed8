package officer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"parley/cell"
	"parley/store"
)

// CheckAssertion checks what [Assertion.Bytes] wrote: that a key of just this
// officer signed the challenge at this desk's console, with its user verified.
func (b *Book) CheckAssertion(ctx context.Context, officer string, challenge, assertion []byte) error {
	a, err := ReadAssertion(assertion)
	if err != nil {
		return err
	}
	code, err := b.Verify(ctx, challenge, a)
	if err == nil && code != officer {
		err = fmt.Errorf("%w: it is another officer's key", cell.ErrForbidden)
	}
	return err
}

// Reading gives the book of a database that is only read: it verifies what was
// approved, says whose key it was, and can do nothing else.
func Reading(db *store.DB) *Book { return &Book{db: db} }

// NameOf gives the name of an officer, also of one who is disabled; "" for a
// code that the book does not have.
func (b *Book) NameOf(ctx context.Context, code string) (name string, err error) {
	err = b.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT name FROM officer_person WHERE code = ?`, code).Scan(&name)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look up officer %s: %w", code, err)
	}
	return name, nil
}

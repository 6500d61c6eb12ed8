package officer

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/webauthn"

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

// KeyOf gives the public half of a key (COSE_Key, RFC 9052) and the name of the
// console that it was made for, also of one that was taken back.
func (b *Book) KeyOf(ctx context.Context, credential []byte) (public []byte, console string, err error) {
	var text string
	err = b.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT rp, credential FROM officer_key WHERE id = ?`, credential).Scan(&console, &text)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", fmt.Errorf("%w: no officer of this desk has that key", cell.ErrNotFound)
	}
	if err != nil {
		return nil, "", fmt.Errorf("look up a key: %w", err)
	}
	var k webauthn.Credential
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return nil, "", fmt.Errorf("look up a key: %w", err)
	}
	return k.PublicKey, console, nil
}

package officer

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/store"
)

// mostToken is how long a token can be good at most.
const mostToken = 366 * 24 * time.Hour

// Token is what the book knows of a bearer token of an officer's tools: never
// the token itself.
type Token struct {
	ID       string       `json:"id"`
	Officer  string       `json:"officer"`
	Scope    []cell.Right `json:"scope"` // null: all that the officer's roles grant
	Made     int64        `json:"made"`
	Until    int64        `json:"until"` // 0: no end, for an exercise's own
	Revoked  int64        `json:"revoked"`
	Exercise bool         `json:"exercise"`
}

// Token makes a bearer token for an officer's tools, good for some rights at
// most and until a time within a year. It is shown once.
func (b *Book) Token(ctx context.Context, code string, scope []cell.Right, until time.Time, by string) (secret string, t Token, err error) {
	if _, err := b.Find(code); err != nil {
		return "", t, err
	}
	for i, r := range scope {
		if !slices.Contains(cell.Rights(), r) {
			return "", t, cell.Invalidf(fmt.Sprintf("/scope/%d", i), "%q is no right", string(r))
		}
	}
	if now := b.now(); !until.After(now) || until.After(now.Add(mostToken)) {
		return "", t, cell.Invalidf("/until", "a token ends at a time to come, within a year")
	}
	raw, err := b.random(32)
	if err != nil {
		return "", t, err
	}
	secret = "parley_" + base64.RawURLEncoding.EncodeToString(raw)
	t = Token{Officer: code, Scope: scope, Until: until.UnixMilli()}
	t, err = b.keepToken(ctx, secret, t, by)
	return secret, t, err
}

// Adopt takes a token that lies in a file for an exercise's own officer: all
// their rights, without an end, and worth nothing under a charter that is no
// exercise's. Those that the file held before are revoked.
func (b *Book) Adopt(ctx context.Context, code, secret string) error {
	hash := sha256.Sum256([]byte(secret))
	b.mu.Lock()
	_, known := b.tokens[hash]
	var old []string
	for h, t := range b.tokens {
		if t.Officer == code && t.Exercise && t.Revoked == 0 && h != hash {
			old = append(old, t.ID)
		}
	}
	b.mu.Unlock()
	for _, id := range old {
		if err := b.Revoke(ctx, code, id, code); err != nil {
			return err
		}
	}
	if known {
		return nil
	}
	_, err := b.keepToken(ctx, secret, Token{Officer: code, Exercise: true}, code)
	return err
}

func (b *Book) keepToken(ctx context.Context, secret string, t Token, by string) (Token, error) {
	id, err := b.random(4)
	if err != nil {
		return t, err
	}
	scope, err := json.Marshal(t.Scope, json.FormatNilSliceAsNull(true))
	if err != nil {
		return t, err
	}
	t.ID, t.Made = hex.EncodeToString(id), b.millis()
	hash := sha256.Sum256([]byte(secret))
	b.change.Lock()
	defer b.change.Unlock()
	err = b.write(ctx, func(tx *store.Tx) error {
		err := tx.Exec(ctx, `INSERT INTO officer_token (id, hash, officer, scope, made, until, revoked, exercise) VALUES (?, ?, ?, ?, ?, ?, 0, ?)`,
			t.ID, hash[:], t.Officer, string(scope), t.Made, t.Until, t.Exercise)
		if err != nil {
			return err
		}
		return b.note(ctx, tx, Event{Kind: TokenMade, Officer: t.Officer, By: by, Detail: t.ID})
	})
	if err != nil {
		return t, fmt.Errorf("make a token: %w", err)
	}
	b.mu.Lock()
	b.tokens[hash] = t
	b.mu.Unlock()
	return t, nil
}

func (b *Book) loadTokens(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Query(ctx, `SELECT id, hash, officer, scope, made, until, revoked, exercise FROM officer_token`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var t Token
		var hash []byte
		var scope string
		var exercise int64
		if err := rows.Scan(&t.ID, &hash, &t.Officer, &scope, &t.Made, &t.Until, &t.Revoked, &exercise); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(scope), &t.Scope); err != nil || len(hash) != sha256.Size {
			return fmt.Errorf("token %s cannot be read: %w", t.ID, err)
		}
		t.Exercise = exercise != 0
		b.tokens[[sha256.Size]byte(hash)] = t
	}
	return rows.Err()
}

// Tokens gives an officer's tokens, oldest first.
func (b *Book) Tokens(code string) ([]Token, error) {
	if _, err := b.find(code); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	out := []Token{}
	for _, t := range b.tokens {
		if t.Officer == code {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(x, y Token) int {
		if x.Made != y.Made {
			return int(x.Made - y.Made)
		}
		return strings.Compare(x.ID, y.ID)
	})
	return out, nil
}

// Revoke ends a token at once.
func (b *Book) Revoke(ctx context.Context, code, id, by string) error {
	b.change.Lock()
	defer b.change.Unlock()
	b.mu.Lock()
	var hash [sha256.Size]byte
	var t Token
	for h, x := range b.tokens {
		if x.ID == id && x.Officer == code {
			hash, t = h, x
		}
	}
	b.mu.Unlock()
	if t.ID == "" {
		return fmt.Errorf("%w: officer %.40q has no token %.40q", cell.ErrNotFound, code, id)
	}
	if t.Revoked != 0 {
		return nil
	}
	t.Revoked = b.millis()
	err := b.write(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, `UPDATE officer_token SET revoked = ? WHERE id = ?`, t.Revoked, id); err != nil {
			return err
		}
		return b.note(ctx, tx, Event{Kind: TokenRevoked, Officer: code, By: by, Detail: id})
	})
	if err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	b.mu.Lock()
	b.tokens[hash] = t
	b.mu.Unlock()
	return nil
}

// ByToken gives who a bearer token stands for. The book is asked by the
// token's hash, so that how long it takes says nothing about the token. A
// token cannot be guessed; failures only limit what the log takes from one
// address.
func (b *Book) ByToken(ctx context.Context, token, from string) (Person, error) {
	hash := sha256.Sum256([]byte(token))
	b.mu.Lock()
	t, known := b.tokens[hash]
	b.mu.Unlock()
	why := Event{Officer: t.Officer, Where: from}
	switch {
	case !known:
		why.Detail = "a token that was never given"
	case t.Revoked != 0:
		why.Detail = "a token that is revoked: " + t.ID
	case t.Until != 0 && b.millis() >= t.Until:
		why.Detail = "a token that is over: " + t.ID
	case t.Exercise && !b.Exercise:
		why.Detail = "an exercise's token: " + t.ID
	default:
		p, err := b.Person(ctx, t.Officer, ByToken)
		if err == nil {
			p.Scope = t.Scope
			return p, nil
		}
		why.Detail = "a token of an officer who is disabled: " + t.ID
	}
	if b.mayTry("tokens/"+from) != nil {
		return Person{}, ErrRefused
	}
	return Person{}, b.refuse(ctx, why, "tokens/"+from)
}

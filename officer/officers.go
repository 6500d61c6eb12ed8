package officer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/store"
)

// Local is the code of whoever owns the desk's directory and speaks through
// its socket. No officer has it.
const Local = "local"

// mostOfficers is how many officers a desk has at most: it is a watch's list,
// not a directory.
const mostOfficers = 500

// Officer is one who works at the desk (SEC-07, SEC-08). The name is the
// desk's own and stands in no record (HOT-01).
type Officer struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Roles     []string `json:"roles"`
	Baskets   []string `json:"baskets"`
	All       bool     `json:"all"` // sees every basket
	Languages []string `json:"languages"`
	Disabled  bool     `json:"disabled"`
	Exercise  bool     `json:"exercise"` // made by an exercise; nobody under another charter
	Added     int64    `json:"added"`    // UTC milliseconds
	Keys      int      `json:"keys"`     // standing keys; counted by the book
	HasCode   bool     `json:"has_code"` // a passphrase and codes; found by the book
}

// validate says what is wrong with an officer, by JSON pointer.
func (o Officer) validate() error {
	switch {
	case !cell.IsWord(o.Code):
		return cell.Invalidf("/code", "%q is no code: a small letter, then at most 31 small letters, digits or hyphens", o.Code)
	case o.Code == Local || o.Code == cell.RoleNode:
		return cell.Invalidf("/code", "%q is the desk's own", o.Code)
	case utf8.RuneCountInString(o.Name) > 100 || strings.ContainsFunc(o.Name, unicode.IsControl) || !utf8.ValidString(o.Name):
		return cell.Invalidf("/name", "it is longer than 100 letters, or holds what is none")
	case len(o.Roles) == 0:
		return cell.Invalidf("/roles", "an officer has a role at least: %s", strings.Join(cell.Roles(), ", "))
	}
	for i, r := range o.Roles {
		if !slices.Contains(cell.Roles(), r) {
			return cell.Invalidf(fmt.Sprintf("/roles/%d", i), "%q is no role: %s", r, strings.Join(cell.Roles(), ", "))
		}
	}
	for i, basket := range o.Baskets {
		if !cell.IsWord(basket) {
			return cell.Invalidf(fmt.Sprintf("/baskets/%d", i), "%q is no basket", basket)
		}
	}
	for i, l := range o.Languages {
		if len(l) < 2 || len(l) > 8 || !cell.IsWord(l) {
			return cell.Invalidf(fmt.Sprintf("/languages/%d", i), "%q is no language: ar, en, he", l)
		}
	}
	return nil
}

// tidy gives lists that are sorted, without doubles and never nil.
func (o Officer) tidy() Officer {
	for _, l := range []*[]string{&o.Roles, &o.Baskets, &o.Languages} {
		sorted := append([]string{}, *l...)
		slices.Sort(sorted)
		*l = slices.Compact(sorted)
	}
	return o
}

// Add takes an officer into the book. A code is given once for all time:
// records carry it.
func (b *Book) Add(ctx context.Context, o Officer, by string) error {
	if err := o.validate(); err != nil {
		return err
	}
	handle, err := b.random(32)
	if err != nil {
		return err
	}
	b.change.Lock()
	defer b.change.Unlock()
	o = o.tidy()
	o.Added = b.millis()
	b.mu.Lock()
	_, taken := b.officers[o.Code]
	full := len(b.officers) >= mostOfficers
	b.mu.Unlock()
	if taken {
		return fmt.Errorf("%w: there is an officer %s; a code is given once", cell.ErrConflict, o.Code)
	}
	if full {
		return fmt.Errorf("%w: a desk has at most %d officers", cell.ErrConflict, mostOfficers)
	}
	if err := b.keep(ctx, kept{o, handle}, Event{Kind: Added, Officer: o.Code, By: by, Detail: strings.Join(o.Roles, " ")}); err != nil {
		return fmt.Errorf("add officer: %w", err)
	}
	return nil
}

// Change gives an officer other roles, baskets, languages or another name; the
// code stays. What it changes holds from the officer's next request on.
func (b *Book) Change(ctx context.Context, o Officer, by string) error {
	if err := o.validate(); err != nil {
		return err
	}
	b.change.Lock()
	defer b.change.Unlock()
	was, err := b.find(o.Code)
	if err != nil {
		return err
	}
	o = o.tidy()
	o.Added, o.Exercise = was.Added, was.Exercise
	kind := Changed
	switch {
	case o.Disabled && !was.Disabled:
		kind = Disabled
	case !o.Disabled && was.Disabled:
		kind = Enabled
	}
	if err := b.keep(ctx, kept{o, was.handle}, Event{Kind: kind, Officer: o.Code, By: by, Detail: strings.Join(o.Roles, " ")}); err != nil {
		return fmt.Errorf("change officer: %w", err)
	}
	return nil
}

// Disable puts an officer out at once: their sessions, tokens, keys and links
// open nothing any more.
func (b *Book) Disable(ctx context.Context, code, by string) error {
	was, err := b.Find(code)
	if err != nil {
		return err
	}
	was.Disabled = true
	return b.Change(ctx, was, by)
}

// keep writes an officer and the event. The caller has the turn to change.
func (b *Book) keep(ctx context.Context, k kept, e Event) error {
	row, err := k.row()
	if err != nil {
		return err
	}
	err = b.write(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, `DELETE FROM officer_person WHERE code = ?`, k.Code); err != nil {
			return err
		}
		if err := tx.Insert(ctx, "officer_person", personColumns, [][]any{row}, ""); err != nil {
			return err
		}
		return b.note(ctx, tx, e)
	})
	if err != nil {
		return err
	}
	b.mu.Lock()
	b.officers[k.Code] = k
	b.mu.Unlock()
	return nil
}

var personColumns = []string{"code", "name", "roles", "baskets", "every_basket", "languages", "disabled", "exercise", "added", "handle"}

func (k kept) row() ([]any, error) {
	var lists [3]string
	for i, l := range [][]string{k.Roles, k.Baskets, k.Languages} {
		text, err := json.Marshal(l)
		if err != nil {
			return nil, err
		}
		lists[i] = string(text)
	}
	return []any{k.Code, k.Name, lists[0], lists[1], k.All, lists[2], k.Disabled, k.Exercise, k.Added, k.handle}, nil
}

func (b *Book) loadOfficers(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Query(ctx, `SELECT code, name, roles, baskets, every_basket, languages, disabled, exercise, added, handle FROM officer_person`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k kept
		var roles, baskets, languages string
		var every, disabled, exercise int64
		if err := rows.Scan(&k.Code, &k.Name, &roles, &baskets, &every, &languages, &disabled, &exercise, &k.Added, &k.handle); err != nil {
			return err
		}
		for _, l := range []struct {
			text string
			into *[]string
		}{{roles, &k.Roles}, {baskets, &k.Baskets}, {languages, &k.Languages}} {
			if err := json.Unmarshal([]byte(l.text), l.into); err != nil {
				return fmt.Errorf("officer %s: %w", k.Code, err)
			}
		}
		k.All, k.Disabled, k.Exercise = every != 0, disabled != 0, exercise != 0
		b.officers[k.Code] = k
	}
	return rows.Err()
}

// find gives an officer as the book keeps them.
func (b *Book) find(code string) (kept, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, ok := b.officers[code]
	if !ok {
		return kept{}, fmt.Errorf("%w: this desk has no officer %.40q", cell.ErrNotFound, code)
	}
	return k, nil
}

// Find gives one officer.
func (b *Book) Find(code string) (Officer, error) {
	k, err := b.find(code)
	return k.Officer, err
}

// List gives all officers by code, with how each can sign in.
func (b *Book) List(ctx context.Context) ([]Officer, error) {
	codes := map[string]bool{}
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT officer FROM officer_code`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var code string
			if err := rows.Scan(&code); err != nil {
				return err
			}
			codes[code] = true
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list officers: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]Officer, 0, len(b.officers))
	for _, k := range b.officers {
		o := k.Officer
		o.Keys, o.HasCode = len(b.usable(o.Code)), codes[o.Code]
		out = append(out, o)
	}
	slices.SortFunc(out, func(x, y Officer) int { return strings.Compare(x.Code, y.Code) })
	return out, nil
}

// Person gives who an officer is in a request that comes by a session, a
// token or a socket. It refuses whoever is disabled, and the officers of an
// exercise under a charter that is none.
func (b *Book) Person(_ context.Context, code, via string) (Person, error) {
	k, err := b.find(code)
	if err != nil || k.Disabled || k.Exercise && !b.Exercise {
		return Person{}, fmt.Errorf("%w: officer %.40q does not work at this desk", ErrRefused, code)
	}
	return Person{Code: code, Roles: k.Roles, Baskets: k.Baskets, All: k.All, Via: via}, nil
}

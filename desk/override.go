package desk

import (
	"context"
	"errors"
	"fmt"

	"parley/cell"
	"parley/charter"
	"parley/officer"
)

// generationSigner gives the signer of new generations: in an exercise the root
// key, when it lies in the directory; in service none, because it is kept
// offline (docs/formats/generation.md).
func generationSigner(c *cell.Charter, keys *charter.Keys) func([]byte) (string, error) {
	if c.Status != cell.Exercise {
		return nil
	}
	root, err := keys.Signer(charter.Root)
	if err != nil {
		return nil
	}
	return func(text []byte) (string, error) { return charter.SignGeneration(text, root) }
}

// Shown is what an officer shows at the desk's own terminal, without a console.
type Shown struct{ Officer, Passphrase, Code string }

// TwoOfficers finds the two officers who decide an override at the desk's own
// machine: in service two of its officers who may decide about keys, each with
// passphrase and code; in an exercise the two whose tokens lie in the
// directory. ask is called for the first and the second, in service only.
func (d *Desk) TwoOfficers(ctx context.Context, dir string, ask func(which string) (Shown, error)) (by [2]cell.By, err error) {
	role, _ := cell.RoleFor(cell.Roles(), cell.RightKeys)
	if d.Charter().Status == cell.Exercise {
		for i, code := range []string{FirstOfficer, SecondOfficer} {
			if _, err := readToken(dir, code); err != nil {
				return by, fmt.Errorf("two officers decide an override: %w", err)
			}
			by[i] = cell.By{Officer: code, Role: role}
		}
		return by, nil
	}
	for i, which := range []string{"first", "second"} {
		s, err := ask(which)
		if err != nil {
			return by, err
		}
		if i == 1 && s.Officer == by[0].Officer {
			return by, errors.New("two different officers decide an override")
		}
		if err := d.Book.SignInCode(ctx, s.Officer, s.Passphrase, s.Code, "terminal"); err != nil {
			return by, fmt.Errorf("the %s officer: %w", which, err)
		}
		who, err := d.Book.Person(ctx, s.Officer, officer.BySocket)
		if err != nil {
			return by, fmt.Errorf("the %s officer: %w", which, err)
		}
		if role, ok := who.RoleFor(cell.RightKeys); ok {
			by[i] = cell.By{Officer: s.Officer, Role: role}
			continue
		}
		return by, fmt.Errorf("the %s officer has no right to decide about keys", which)
	}
	return by, nil
}

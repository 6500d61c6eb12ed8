package charter

import (
	"fmt"

	"parley/cell"
)

// Succeeds reports, by a nil error, that next may follow prev: it names prev
// by its hash, counts one version on in the same cell, and keeps every
// founding member of prev by its root key. A founder can change its role or
// replace its other keys, but nobody can write it out: its signature is asked
// for by [OpenNext]. A version at or below the adopted one is never accepted
// (design 5).
func Succeeds(next, prev *cell.Charter) error {
	switch {
	case next.Cell != prev.Cell:
		return fmt.Errorf("the charter is of cell %s, not of %s", next.Cell, prev.Cell)
	case next.Version <= prev.Version:
		return fmt.Errorf("version %d is not above the adopted version %d", next.Version, prev.Version)
	case next.Version != prev.Version+1:
		return fmt.Errorf("version %d does not follow version %d", next.Version, prev.Version)
	case next.Predecessor != prev.Hash:
		return fmt.Errorf("version %d names another predecessor than the adopted version %d", next.Version, prev.Version)
	case next.Protocol < prev.Protocol:
		return fmt.Errorf("link protocol %d is below %d, which version %d asks for", next.Protocol, prev.Protocol, prev.Version)
	}
	for _, m := range prev.Members {
		if !founds(m) {
			continue
		}
		n, ok := next.Member(m.Desk)
		if !ok {
			return fmt.Errorf("%s, a founding member, is not a member of version %d", m.Desk, next.Version)
		}
		if n.Keys.Root != m.Keys.Root {
			return fmt.Errorf("the root key of %s is another one in version %d", m.Desk, next.Version)
		}
	}
	return nil
}

// OpenNext reads an amendment of prev. Beyond what [Open] asks, it must follow
// prev ([Succeeds]) and be signed by everybody whose signature made prev, also
// by those whose role it changes.
func OpenNext(file []byte, prev *cell.Charter) (*cell.Charter, error) {
	c, _, err := openNext(file, prev)
	return c, err
}

// openNext also says who signed.
func openNext(file []byte, prev *cell.Charter) (*cell.Charter, map[string]bool, error) {
	c, signed, err := open(file)
	if err == nil {
		err = mustSign(c, c, signed)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open charter: %w", err)
	}
	if err := follows(c, signed, prev); err != nil {
		return nil, nil, fmt.Errorf("open amendment: %w", err)
	}
	return c, signed, nil
}

func follows(c *cell.Charter, signed map[string]bool, prev *cell.Charter) error {
	if err := Succeeds(c, prev); err != nil {
		return err
	}
	return mustSign(c, prev, signed)
}

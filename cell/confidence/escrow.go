package confidence

import (
	"crypto/sha256"
	"encoding/hex"

	"parley/cell"
)

// Escrow opens an exchange of two steps that are released together or not at
// all (CBM-03). Decides names the supervisor that holds them meanwhile.
type Escrow struct {
	Pair    cell.Text3 `json:"pair"` // what is exchanged
	Sides   []string   `json:"sides"`
	Decides string     `json:"decides"`
	Timeout int64      `json:"timeout"`
	Steps   []Planned  `json:"steps"` // what each side will lay in, for everybody to read
}

// Planned is what a side will lay in.
type Planned struct {
	Desk string     `json:"desk"`
	What cell.Text3 `json:"what"`
}

// DecidingDesk gives the desk that releases or returns.
func (e Escrow) DecidingDesk() string { return e.Decides }

// Validate wants two sides, a step of each, a third desk that decides.
func (e Escrow) Validate() error {
	if err := cell.First(e.Pair.Validate("/pair"), desks("/sides", e.Sides)); err != nil {
		return err
	}
	if len(e.Sides) != 2 {
		return cell.Invalidf("/sides", "an exchange is between two sides")
	}
	if !cell.IsWord(e.Decides) || e.side(e.Decides) {
		return cell.Invalidf("/decides", "a desk that is neither of the sides decides")
	}
	if e.Timeout <= 0 {
		return cell.Invalidf("/timeout", "until when both must be released is missing")
	}
	if len(e.Steps) != 2 || e.Steps[0].Desk == e.Steps[1].Desk {
		return cell.Invalidf("/steps", "each side's step is described once")
	}
	return cell.Each("/steps", e.Steps, func(at string, s Planned) error {
		if !e.side(s.Desk) {
			return cell.Invalidf(at+"/desk", "%q is none of the sides", s.Desk)
		}
		return s.What.Validate(at + "/what")
	})
}

// side reports whether a desk is one of the two.
func (e Escrow) side(desk string) bool {
	return len(e.Sides) == 2 && (e.Sides[0] == desk || e.Sides[1] == desk)
}

// Step is one side's step with its signature: what was laid in, and what a
// release shows. Salt is 32 random bytes in hexadecimal.
type Step struct {
	Desk string     `json:"desk"`
	Step cell.Text3 `json:"step"`
	Salt string     `json:"salt"`
	Line string     `json:"signature"`
}

// text gives the bytes that the step's desk signs. hash is that of the charter
// under which it signs: a later one leaves the signature as it is.
func (s Step) text(escrow, hash string, c *cell.Charter) []byte {
	of := *c
	of.Hash = hash
	return cell.CeremonyText(cell.PurposeStep, &of, [][2]string{{"desk", s.Desk}, {"escrow", escrow}, {"salt", s.Salt}}, s.Step)
}

// note gives the step as a signed note (C2SP).
func (s Step) note(escrow, hash string, c *cell.Charter) []byte {
	return cell.CeremonyNote(s.text(escrow, hash, c), []string{s.Line})
}

// commitment is what a side shows of its step before it is released: the
// SHA-256 of the signed note, which holds the salt.
func (s Step) commitment(escrow, hash string, c *cell.Charter) string {
	sum := sha256.Sum256(s.note(escrow, hash, c))
	return hex.EncodeToString(sum[:])
}

func (s Step) validate(at string) error {
	if !cell.IsHash(s.Salt) {
		return cell.Invalidf(at+"/salt", "the salt is not 32 bytes in hexadecimal")
	}
	if s.Line == "" || len(s.Line) > 500 {
		return cell.Invalidf(at+"/signature", "the step is not signed")
	}
	return s.Step.Validate(at + "/step")
}

// Deposit lays a side's signed step in with the supervisor, who alone holds it.
type Deposit struct {
	Escrow string     `json:"escrow"` // the key of the escrow
	Step   cell.Text3 `json:"step"`
	Salt   string     `json:"salt"`
	Line   string     `json:"signature"`
}

// Validate checks the step and its salt.
func (d Deposit) Validate() error {
	if d.Escrow == "" {
		return cell.Invalidf("/escrow", "the escrow is not named")
	}
	return cell.First(cell.KeyAt("/escrow", d.Escrow), d.of("").validate(""))
}

// of gives the step as that of a desk.
func (d Deposit) of(desk string) Step { return Step{desk, d.Step, d.Salt, d.Line} }

// CeremonyText gives the bytes that the side signs with its root key.
func (d Deposit) CeremonyText(h cell.Held, _ cell.Past, c *cell.Charter) ([]byte, error) {
	return d.of(h.Desk).text(d.Escrow, h.Charter, c), nil
}

// Signature gives the line in the body.
func (d Deposit) Signature() string { return d.Line }

// Signed gives the body with the line.
func (d Deposit) Signed(line string) cell.Body { d.Line = line; return d }

// Commit shows everybody that a side has laid its step in, and which, without
// saying what it is: the SHA-256 of the signed note.
type Commit struct {
	Hash string `json:"hash"`
}

// Validate checks the hash.
func (c Commit) Validate() error { return cell.HashAt("/hash", c.Hash) }

// Release shows both steps to everybody at once. It cites both commitments.
type Release struct {
	Escrow string `json:"escrow"` // the key of the escrow
	Steps  []Step `json:"steps"`
}

// Validate checks the steps; that there is one of each side is a rule.
func (r Release) Validate() error {
	if r.Escrow == "" || len(r.Steps) == 0 {
		return cell.Invalidf("/steps", "the escrow or the steps are missing")
	}
	return cell.First(cell.KeyAt("/escrow", r.Escrow), cell.Each("/steps", r.Steps, func(at string, s Step) error {
		return cell.First(cell.DeskAt(at+"/desk", s.Desk), s.validate(at))
	}))
}

// ReleaseNotes gives the steps of a release as signed notes (C2SP), one a side,
// in the order of the release. c is the charter under which they were signed:
// anybody checks them with it alone ([cell.Charter.OpenCeremony]), and one
// letter changed in one language fails.
func ReleaseNotes(r Release, c *cell.Charter) [][]byte {
	var out [][]byte
	for _, s := range r.Steps {
		out = append(out, s.note(r.Escrow, c.Hash, c))
	}
	return out
}

// Return gives both sides their steps back: nothing was shown to either.
type Return struct {
	Reason []cell.Free `json:"reason"`
}

// Validate checks the reason.
func (r Return) Validate() error { return cell.IfGiven("/reason", r.Reason) }

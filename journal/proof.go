package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	proofHeader     = "parley/proof/v1"
	tlogProofHeader = "c2sp.org/tlog-proof@v1"

	// MaxProof is the largest proof file that is read, in bytes: a record of
	// 1 MiB and its approvals, in base64, with room to spare.
	MaxProof = 4 << 20
)

// A Proof shows, to anyone who holds the charter, that a desk put a record on
// its journal (design 2, "Proof of a record"). It needs no network and no
// database. The form is in docs/formats/proof.md; its tail is a C2SP
// tlog-proof that other tools can check.
type Proof struct {
	Charters   []string // hex SHA-256 of each charter from the founding one on; the last is current
	Record     []byte   // the record's bytes as they were sent
	Salt       Salt     // opens the entry
	Approvals  [][]byte // each the proof file of an approval record, without approvals of its own
	Index      int64    // place of the entry in the journal
	Path       []Hash   // RFC 6962 inclusion path, leaf's sibling first
	Checkpoint []byte   // signed checkpoint with cosignatures, as [WithCosignatures] writes it
}

// Keys is what a verifier of proofs trusts: it comes from the charters alone.
// A desk may have signed with several keys, one after the other.
type Keys struct {
	Log       func(origin string) ([]note.Verifier, error) // the journal keys for an origin
	Cosigners map[string][]note.Verifier                   // by name
	Charters  []string                                     // hex SHA-256 of each charter that the keys are from

	// Refuses says why a key's signature on a head counts no longer; nil: all count.
	Refuses func(name Name, h Head, by note.Verifier) error
}

// A Cosignature is a witness's statement that, at a time (whole seconds, UTC),
// the checkpoint was the largest consistent one that it had seen.
type Cosignature struct {
	Name string
	At   time.Time
}

// Verified is what a proof has shown. That Desk is the desk named inside the
// record is for the caller to check, who knows how records are written.
type Verified struct {
	Origin    string        // the journal's name
	Cell      string        // the cell in it
	Desk      string        // the desk in it
	Gen       int           // the generation in it
	Index     int64         // the record's place
	Head      Head          // the checkpoint's size and root
	Record    []byte        // the record's bytes
	Cosigned  []Cosignature // every cosignature in the proof, in the order of the file
	Charters  []string      // as stated; only the verifier's own charter is known to be right
	Approvals []*Verified   // one for each approval
}

// Marshal returns the proof as a file. A proof has exactly one form.
func (p Proof) Marshal() []byte {
	var head, tail bytes.Buffer
	fmt.Fprintln(&head, proofHeader)
	for _, c := range p.Charters {
		fmt.Fprintln(&head, "charter", c)
	}
	fmt.Fprintln(&head, "salt", base64.StdEncoding.EncodeToString(p.Salt[:]))
	fmt.Fprintln(&head, "record", base64.StdEncoding.EncodeToString(p.Record))
	for _, a := range p.Approvals {
		fmt.Fprintln(&head, "approval", base64.StdEncoding.EncodeToString(a))
	}
	fmt.Fprintf(&tail, "\n%s\nindex %d\n", tlogProofHeader, p.Index)
	for _, h := range p.Path {
		fmt.Fprintln(&tail, h)
	}
	tail.WriteByte('\n')
	tail.Write(p.Checkpoint)
	sum := sha256.Sum256(slices.Concat(head.Bytes(), tail.Bytes()))
	fmt.Fprintf(&head, "sum %x\n", sum)
	return append(head.Bytes(), tail.Bytes()...)
}

// ParseProof reads a proof file without verifying it. A file that [Proof.Marshal]
// would not write byte for byte is an error, a damaged one included.
func ParseProof(file []byte) (*Proof, error) {
	if len(file) > MaxProof {
		return nil, fmt.Errorf("parse proof: %d bytes are more than %d", len(file), MaxProof)
	}
	head, rest, ok := strings.Cut(string(file), "\n\n")
	tail, checkpoint, ok2 := strings.Cut(rest, "\n\n")
	if !ok || !ok2 {
		return nil, errors.New("parse proof: want a header, a tlog-proof and a checkpoint")
	}
	p := &Proof{Checkpoint: []byte(checkpoint)}
	if err := p.parseHeader(head); err != nil {
		return nil, fmt.Errorf("parse proof: %w", err)
	}
	if err := p.parsePath(tail); err != nil {
		return nil, fmt.Errorf("parse proof: %w", err)
	}
	if !bytes.Equal(p.Marshal(), file) {
		return nil, errors.New("parse proof: the file is damaged or not in its one form")
	}
	return p, nil
}

func (p *Proof) parseHeader(head string) error {
	first, rest, _ := strings.Cut(head, "\n")
	if first != proofHeader {
		return fmt.Errorf("first line is %.80q, want %q", first, proofHeader)
	}
	for line := range strings.SplitSeq(rest, "\n") {
		word, value, _ := strings.Cut(line, " ")
		var raw []byte
		var err error
		switch word {
		case "charter":
			p.Charters = append(p.Charters, value)
			raw, err = hex.DecodeString(value)
			if err == nil && (len(raw) != sha256.Size || hex.EncodeToString(raw) != value) {
				err = errors.New("want 64 lower-case hex digits")
			}
		case "salt":
			raw, err = strict64.DecodeString(value)
			if err == nil && len(raw) != len(p.Salt) {
				err = fmt.Errorf("want %d bytes", len(p.Salt))
			}
			copy(p.Salt[:], raw)
		case "record":
			p.Record, err = strict64.DecodeString(value)
		case "approval":
			raw, err = strict64.DecodeString(value)
			p.Approvals = append(p.Approvals, raw)
		case "sum": // Marshal writes it again and the bytes are compared
		default:
			err = errors.New("unknown word")
		}
		if err != nil {
			return fmt.Errorf("line %.80q: %w", line, err)
		}
	}
	return nil
}

func (p *Proof) parsePath(tail string) error {
	lines := strings.Split(tail, "\n")
	if len(lines) < 2 || lines[0] != tlogProofHeader {
		return fmt.Errorf("want %q and an index after the header", tlogProofHeader)
	}
	number, ok := strings.CutPrefix(lines[1], "index ")
	index, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || index < 0 {
		return fmt.Errorf("line %.80q: want an index", lines[1])
	}
	p.Index = index
	for _, line := range lines[2:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return fmt.Errorf("line %.80q: want a hash", line)
		}
		p.Path = append(p.Path, h)
	}
	return nil
}

// Verify checks everything in the proof: one of the verifier's charters is in
// the chain; the journal's key and every cosigner signed the checkpoint, each a
// key that the charter knows; the entry that the record and salt make is in
// the tree at Index; and each approval is proven in the same way.
func (p *Proof) Verify(k Keys) (*Verified, error) {
	v, err := p.verify(k)
	if err != nil {
		return nil, fmt.Errorf("verify proof: %w", err)
	}
	for i, file := range p.Approvals {
		a, err := verifyApproval(file, k)
		if err != nil {
			return nil, fmt.Errorf("verify proof: approval %d: %w", i+1, err)
		}
		v.Approvals = append(v.Approvals, a)
	}
	return v, nil
}

func verifyApproval(file []byte, k Keys) (*Verified, error) {
	a, err := ParseProof(file)
	if err != nil {
		return nil, err
	}
	if len(a.Approvals) > 0 {
		return nil, errors.New("an approval has no approvals of its own")
	}
	return a.verify(k)
}

func (p *Proof) verify(k Keys) (*Verified, error) {
	known := func(hash string) bool { return hash != "" && slices.Contains(p.Charters, hash) }
	if !slices.ContainsFunc(k.Charters, known) {
		return nil, fmt.Errorf("no charter of %q is in the proof's chain", k.Charters)
	}
	n, err := splitNote(p.Checkpoint)
	if err != nil {
		return nil, err
	}
	v := &Verified{Index: p.Index, Record: p.Record, Charters: p.Charters}
	if v.Origin, v.Head, err = parseCheckpointText(n.text); err != nil {
		return nil, err
	}
	if v.Cell, v.Desk, v.Gen, err = ParseOrigin(v.Origin); err != nil {
		return nil, err
	}
	keys, err := k.Log(v.Origin)
	if err != nil {
		return nil, fmt.Errorf("find the key of %s: %w", v.Origin, err)
	}
	log, err := Signer(p.Checkpoint, keys)
	if err != nil {
		return nil, err
	}
	if k.Refuses != nil {
		if err := k.Refuses(Name{v.Desk, v.Gen}, v.Head, log); err != nil {
			return nil, err
		}
	}
	if !bytes.Equal(WithCosignatures(p.Checkpoint, nil), p.Checkpoint) {
		return nil, errors.New("the signature lines are not in their one order")
	}
	if v.Cosigned, err = verifyOthers(n, log, k.Cosigners); err != nil {
		return nil, err
	}
	leaf := Commit(p.Salt, p.Record).LeafHash()
	if p.Index >= v.Head.Size {
		return nil, fmt.Errorf("index %d is beyond the checkpoint at %d", p.Index, v.Head.Size)
	}
	if err := tlog.CheckRecord(p.Path, v.Head.Size, v.Head.Root, p.Index, leaf); err != nil {
		return nil, fmt.Errorf("record and salt are not entry %d of %s: %w", p.Index, v.Origin, err)
	}
	return v, nil
}

// verifyOthers checks every signature line but the journal's own.
func verifyOthers(n signedNote, log note.Verifier, known map[string][]note.Verifier) ([]Cosignature, error) {
	var cosigned []Cosignature
	for _, s := range n.sigs {
		if s.name == log.Name() && s.id == log.KeyHash() {
			continue
		}
		i := slices.IndexFunc(known[s.name], func(v note.Verifier) bool { return v.KeyHash() == s.id })
		if i < 0 {
			if len(known[s.name]) > 0 {
				return nil, fmt.Errorf("the charters at hand know another key of cosigner %q: an earlier or a later charter may be wanted", s.name)
			}
			return nil, fmt.Errorf("the charter knows no cosigner %q", s.name)
		}
		at, err := verifyCosignature(n.text, s, known[s.name][i])
		if err != nil {
			return nil, err
		}
		cosigned = append(cosigned, Cosignature{s.name, at})
	}
	return cosigned, nil
}

package journal

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	forkHeader = "parley/fork/v1"
	forkSplit  = "\n--\n"
)

// A Fork says that a journal's key has signed something that does not follow
// from what is held. It states a fact about two notes and never a reason:
// a restored backup looks the same as a second history (design 2,
// "Equivocation").
type Fork struct {
	Desk   string // whose journal
	Gen    int    // its generation
	Size   int64  // the number of entries at which the histories are compared
	Ours   []byte // the signed checkpoint that is held; nil if none is
	Theirs []byte // the signed checkpoint that came

	// Proven is true when the two notes, with Root and Path, show the fork to
	// anyone. It is false when the entries that came do not lead to the signed
	// root: then they may also have been damaged on the way, and are to be
	// fetched again, from an earlier index or from the author.
	Proven bool

	// When the notes differ in size, Root is the root that the larger one had
	// at Size, and Path is the RFC 6962 consistency proof of that.
	Root Hash
	Path []Hash
}

// Error says what differs where, in the words of design 3.
func (f *Fork) Error() string {
	if !f.Proven {
		return fmt.Sprintf("the signed history from %s at %d does not follow from what is held; cause not established", f.Desk, f.Size)
	}
	return fmt.Sprintf("two signed histories from %s differ at %d; cause not established", f.Desk, f.Size)
}

// Evidence returns the fork as a text that [VerifyEvidence] checks without a
// network or a database: a header, the path when the sizes differ, then both
// signed notes, the smaller first. The form is in docs/formats/journal.md. The
// evidence of a fork that is not Proven does not verify.
func (f *Fork) Evidence() []byte {
	e := evidence{size: f.Size, path: f.Path, notes: [2][]byte{f.Ours, f.Theirs}}
	if len(f.Path) > 0 {
		e.root = f.Root
	}
	_, a, _, errA := stripCheckpoint(f.Ours)
	_, b, _, errB := stripCheckpoint(f.Theirs)
	if errA == nil && errB == nil && (a.Size > b.Size || a.Size == b.Size && bytes.Compare(f.Ours, f.Theirs) > 0) {
		e.notes[0], e.notes[1] = e.notes[1], e.notes[0]
	}
	return e.marshal()
}

type evidence struct {
	size  int64
	root  Hash   // only with a path
	path  []Hash // nil when both notes have the same size
	notes [2][]byte
}

func (e evidence) marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nsize %d\n", forkHeader, e.size)
	if len(e.path) > 0 {
		fmt.Fprintf(&b, "root %s\n", e.root)
	}
	for _, h := range e.path {
		fmt.Fprintf(&b, "hash %s\n", h)
	}
	b.WriteByte('\n')
	b.Write(e.notes[0])
	b.WriteString(forkSplit[1:])
	b.Write(e.notes[1])
	return b.Bytes()
}

func parseEvidence(text []byte) (evidence, error) {
	var e evidence
	head, rest, ok := strings.Cut(string(text), "\n\n")
	first, second, ok2 := strings.Cut(rest, forkSplit)
	if !ok || !ok2 {
		return e, errors.New("want a header and two notes")
	}
	e.notes = [2][]byte{[]byte(first + "\n"), []byte(second)}
	for i, line := range strings.Split(head, "\n") {
		word, value, _ := strings.Cut(line, " ")
		var err error
		switch {
		case i == 0 && line == forkHeader:
		case i == 1 && word == "size":
			e.size, err = strconv.ParseInt(value, 10, 64)
		case i == 2 && word == "root":
			e.root, err = tlog.ParseHash(value)
		case i > 2 && word == "hash":
			var h Hash
			h, err = tlog.ParseHash(value)
			e.path = append(e.path, h)
		default:
			err = fmt.Errorf("unexpected line %.80q", line)
		}
		if err != nil {
			return e, err
		}
	}
	if !bytes.Equal(e.marshal(), text) {
		return e, errors.New("it is not in its one form")
	}
	return e, nil
}

// VerifyEvidence checks the text of [Fork.Evidence] with nothing but the
// journal's verifier: both notes are signed by it, and no single history can
// have both roots. It returns nil when the fork is shown.
func VerifyEvidence(text []byte, v note.Verifier) error {
	e, err := parseEvidence(text)
	if err != nil {
		return fmt.Errorf("verify evidence: %w", err)
	}
	var heads [2]Head
	for i, msg := range e.notes {
		h, clean, err := openCheckpoint(msg, v)
		if err != nil {
			return fmt.Errorf("verify evidence: %w", err)
		}
		if !bytes.Equal(clean, msg) {
			return errors.New("verify evidence: a note carries other signatures")
		}
		heads[i] = h
	}
	small, large := heads[0], heads[1]
	root := large.Root
	switch {
	case small.Size != e.size || large.Size < e.size || small.Size == 0:
		return fmt.Errorf("verify evidence: the notes are of sizes %d and %d, not of %d and more", small.Size, large.Size, e.size)
	case large.Size > e.size:
		if err := tlog.CheckTree(e.path, large.Size, large.Root, e.size, e.root); err != nil {
			return fmt.Errorf("verify evidence: the path does not lead to the root at %d: %w", large.Size, err)
		}
		root = e.root
	case len(e.path) > 0:
		return errors.New("verify evidence: notes of one size need no path")
	}
	if root == small.Root {
		return fmt.Errorf("verify evidence: both notes state the same history at %d", e.size)
	}
	return nil
}

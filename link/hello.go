package link

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/journal"
)

// hello is what each end says first. The names are part of the format.
type hello struct {
	Protocol int    `json:"protocol"`
	Cell     string `json:"cell"`
	Charter  string `json:"charter"` // hex SHA-256 of the signed text of the charter in force
	Desk     string `json:"desk"`
	Lane     string `json:"lane"`

	// Knows are the hashes of all charters and key notes that this end knows, at
	// most maxKnown of them, the newest last. Two desks link when either knows the
	// charter that is in force at the other: one of them has not adopted yet.
	Knows []string `json:"knows"`

	// Copy says that this end comes back from a copy of its database, and how much
	// of each journal was in it; absent otherwise. What came after is wanted
	// again, also where the entries are back by another way.
	Copy []copied `json:"copy,omitzero"`
}

// copied is how much of a journal was in a desk's copy.
type copied struct {
	Desk string `json:"desk"`
	Gen  int    `json:"gen"`
	Size int64  `json:"size"`
}

// maxCopied bounds what a HELLO lists; of the journals left out all is wanted.
const maxCopied = 8

// restorer is a desk that may come back from a copy.
type restorer interface {
	// Copied gives how much of each journal was in the copy that this desk was
	// opened with, while it takes back what it lost; nil otherwise.
	Copied() map[journal.Name]int64

	// PeerRestored is told what a peer's copy held: what is addressed to the peer
	// and came after that is to be offered again, and of the peer's own journal
	// every record.
	PeerRestored(ctx context.Context, peer string, held map[journal.Name]int64) error
}

// copying gives the hello with what this end's copy held.
func (h hello) copying(d Desk) hello {
	r, ok := d.(restorer)
	if !ok {
		return h
	}
	held := r.Copied()
	if held == nil {
		return h
	}
	h.Copy = []copied{}
	for _, name := range slices.SortedFunc(maps.Keys(held), func(a, b journal.Name) int { return cmp.Or(cmp.Compare(b.Gen, a.Gen), cmp.Compare(a.Desk, b.Desk)) }) {
		if len(h.Copy) < maxCopied {
			h.Copy = append(h.Copy, copied{name.Desk, name.Gen, held[name]})
		}
	}
	return h
}

// restored tells this desk of a peer that comes back from a copy.
func (h hello) restored(ctx context.Context, d Desk, peer string) error {
	r, ok := d.(restorer)
	if !ok || h.Copy == nil {
		return nil
	}
	held := map[journal.Name]int64{}
	for _, c := range h.Copy {
		held[journal.Name{Desk: c.Desk, Gen: c.Gen}] = max(0, c.Size)
	}
	return r.PeerRestored(ctx, peer, held)
}

// maxKnown bounds what a HELLO lists: it stays small whatever came before.
const maxKnown = 48

// knowing gives the hello with what this end knows.
func (h hello) knowing(papers []cell.Paper) hello {
	h.Knows = []string{}
	for _, p := range papers[max(0, len(papers)-maxKnown):] {
		h.Knows = append(h.Knows, p.Hash)
	}
	return h
}

func (h hello) frame() (frame, error) {
	b, err := json.Marshal(h, json.Deterministic(true))
	if err != nil {
		return frame{}, fmt.Errorf("encode hello: %w", err)
	}
	return frame{typ: typeHello, payload: b}, nil
}

// parseHello reads a HELLO. The protocol number is read first and alone, so
// that a later version with other members is refused by its number.
func parseHello(b []byte) (hello, error) {
	var version struct {
		Protocol int `json:"protocol"`
	}
	if err := json.Unmarshal(b, &version); err != nil {
		return hello{}, fmt.Errorf("read hello: %w", err)
	}
	if version.Protocol != Protocol {
		return hello{Protocol: version.Protocol}, nil
	}
	var h hello
	if err := json.Unmarshal(b, &h, json.RejectUnknownMembers(true)); err != nil {
		return hello{}, fmt.Errorf("read hello: %w", err)
	}
	if len(h.Knows) > maxKnown {
		return hello{}, fmt.Errorf("read hello: it lists %d papers, at most %d fit", len(h.Knows), maxKnown)
	}
	if len(h.Copy) > maxCopied {
		return hello{}, fmt.Errorf("read hello: it lists %d journals of a copy, at most %d fit", len(h.Copy), maxCopied)
	}
	return h, nil
}

// check compares what a peer said with what this end says and with whom the
// connection is. The error says which of them differs, and how; both ends may
// read it.
func (h hello) check(theirs hello, peer string) error {
	switch {
	case theirs.Protocol != h.Protocol:
		return fmt.Errorf("%s speaks link protocol %d, %s speaks %d", peer, theirs.Protocol, h.Desk, h.Protocol)
	case theirs.Desk != peer:
		return fmt.Errorf("%s holds its key under another name, %q", peer, clip(theirs.Desk))
	case theirs.Cell != h.Cell:
		return fmt.Errorf("%s is of cell %q, %s of %q", peer, clip(theirs.Cell), h.Desk, h.Cell)
	case theirs.Charter != h.Charter && !slices.Contains(h.Knows, theirs.Charter) && !slices.Contains(theirs.Knows, h.Charter):
		return fmt.Errorf("%s runs on charter %q, %s on %q, and neither knows the other's: they are of no common chain", peer, clip(theirs.Charter), h.Desk, h.Charter)
	case theirs.Lane != h.Lane:
		return fmt.Errorf("%s asks for lane %q on lane %q", peer, clip(theirs.Lane), h.Lane)
	}
	return nil
}

// clip keeps a peer's word short enough for a reason and a log line.
func clip(s string) string {
	return s[:min(len(s), 100)]
}

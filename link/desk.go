package link

import (
	"context"

	"parley/journal"
)

// A Lane is one of the two ways between a pair of desks ([journal.Lane]), so
// that a FLASH never waits behind a long catch-up (design 6).
type Lane = journal.Lane

// The two lanes.
const (
	LaneFast = journal.LaneFast // FLASH and IMMEDIATE, control, and everything small
	LaneBulk = journal.LaneBulk // the rest

	laneCount = 2
)

// parseLane is the inverse of [journal.Lane.String]; ok is false for any other
// word.
func parseLane(s string) (l Lane, ok bool) {
	for l := range Lane(laneCount) {
		if l.String() == s {
			return l, true
		}
	}
	return 0, false
}

// A Desk is what the link asks of the node that it serves. All methods may be
// called from several goroutines at once: one per peer, lane and direction.
type Desk interface {
	// Desk gives this desk's id in the charter.
	Desk() string

	// Holdings gives every journal that is held, this desk's own and the
	// replicas, each with its newest checkpoint and the cosignatures on it.
	Holdings(ctx context.Context) ([]journal.Holding, error)

	// Offer gives what to send next to peer on a lane, about maxBytes of it,
	// and nil when there is nothing. theirs says how many entries of each
	// journal the peer holds by its own newest word; sent reports whether the
	// peer has taken a record, in the sessions that stand now. Nothing of the
	// same lane is in flight; a record that is in flight on the other lane may
	// be offered and is left out.
	Offer(ctx context.Context, peer string, lane Lane, theirs map[journal.Name]int64,
		sent func(journal.Name, int64) bool, maxBytes int) ([]journal.Batch, error)

	// Admit takes a parcel that came from a peer. It returns nil only when all
	// of it is durable here, and a [*journal.Gap] (wrapped or not) when entries
	// before it are missing. The same parcel may come again.
	Admit(ctx context.Context, from string, parcel []journal.Batch) error

	// Inform takes what a peer states that it holds: the heads to compare and
	// the cosignatures to keep. The same statement may come again.
	Inform(ctx context.Context, from string, theirs []journal.Holding) error

	// Changed gives a channel that is closed when there may be something new
	// to offer or to state. The next change has the next channel.
	Changed() <-chan struct{}

	// LinkChanged is told when the link to a peer came up or went down, or is
	// refused, and what shows it. It must not wait for the link.
	LinkChanged(peer string, up bool, evidence string)
}

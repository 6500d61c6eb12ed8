package node_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
)

// A journal key that is away for a moment, as one in an agent may be, delays
// what was filed until the next transaction, and not until the next record.
func TestWhatCouldNotBeSignedIsSignedLater(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	var away atomic.Bool
	alpha := c.Start("alpha", "", func(cfg *node.Config) {
		sign := cfg.JournalSigner
		cfg.JournalSigner = func(gen int) (note.Signer, error) {
			if away.Load() {
				return nil, errors.New("the agent does not answer")
			}
			return sign(gen)
		}
	})
	own := journal.Name{Desk: "alpha", Gen: 1}
	before := sizes(t, alpha)[own]
	away.Store(true)
	f := alpha.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"filed while the key is away"}}`)
	if now := sizes(t, alpha)[own]; now != before {
		t.Fatalf("%d entries are stated without a signature, want %d", now, before)
	}
	away.Store(false)
	if err := alpha.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now := sizes(t, alpha)[own]; now <= f.Cite.Index {
		t.Errorf("%d entries are stated after the key came back, want more than %d", now, f.Cite.Index)
	}
}

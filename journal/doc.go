// Package journal keeps what a desk has said, in order, so that nobody, the
// desk itself included, can later deny it, hide it, or rewrite it.
//
// A journal is one desk's append-only Merkle log, signed by that desk and
// cosigned by the others. An entry is a 33-byte commitment: it proves what a
// record was to anyone who is given the record and its salt, and tells nothing
// to anyone else. Every desk holds its own journal and a replica of each of
// the others'; the tree, the checkpoints and the tiles follow the C2SP formats
// (signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof), so
// that tools made by outsiders can check them.
//
// Read in this order: entry.go (what is written), tree.go (how it is hashed),
// log.go (where it is stored), checkpoint.go and cosign.go (who signs),
// replica.go and fork.go (how one desk checks another), proof.go (what an
// outsider is given). The formats are in docs/formats/journal.md and
// docs/formats/proof.md.
package journal

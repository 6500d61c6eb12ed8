// Package node is a desk put together: the keys, the journal, the modules and
// the one place where acts become records and records become tables.
//
//	act ──▶ Fill, Validate, Judge ─┐
//	                               ├─▶ one transaction: record, salt, entry,
//	link ─▶ Extend, open, Decode ──┘   tree, head, tables, outbox, feed
//	                                        │ commit
//	                                        ▼
//	                          sign · cosign · publish · wake links and consoles
//
// One goroutine, the sequencer, owns all writing. Whatever is waiting when it
// starts a transaction is carried by that transaction: one fsync for all of it
// (group commit). Checkpoints are signed after the commit and published after
// signing; on any commit error the node stops, opens the database again,
// verifies it and goes on (design 2).
//
// The node also serves the link (what to offer a peer, what to admit from it),
// runs the clocks (Tick), and answers what a console asks. It reads the time
// only through [Config.Now].
package node

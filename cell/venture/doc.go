// Package venture keeps the business that the two sides do together: a proposal
// with what each side has of it, and how far each side has come with it.
//
// A venture goes from an idea to operation one stage at a time, each side for
// itself; where the two differ, the venture stands where the slower side is
// (VEN-01). It may hang on a gate of the roadmap: no step to a pilot or beyond
// is taken before that gate is open, and a gate that is open no longer pauses
// what runs, until it is open again (VEN-03). How much of it anybody outside
// may read is said by whoever proposed it (VEN-02). The software counts and
// pauses; what a venture is worth people judge.
//
//	venture  idea ─▶ vetted ─▶ mou ─▶ permits ─▶ pilot ─▶ operating ─▶ ended
//	                                               └─ paused ─┘
//
// Kinds: proposal, step. It keeps no tables of its own.
package venture

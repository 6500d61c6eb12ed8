// Package bench measures how fast records are kept, carried and proven on this
// very machine, beside the least that the machine itself needs for the same
// promise, so that a figure can be judged wherever it is read.
//
// [Main] is `parley bench`. Every run measures the floor (a sync of the disk; a
// sync, a round trip over mutually pinned TLS, a sync and the signatures), then
// the same promises kept by real desks, and prints each figure with its ratio
// to the floor and the target of the design (design 10).
package bench

// Package cell holds the words that the desks of a coordination cell share:
// who they are, what they may write down, and what is still owed to whom.
//
// A [Record] is one act of one desk. It is written once into that desk's own
// journal and never changed. A [Matter] is what the cell keeps open: it is
// folded from the records about it, desk by desk, so that every node that
// holds the same records and is told the same time computes the same
// [State], whatever order the records came in (design 1, "the law that makes
// it simple").
//
//	record ──▶ Decode ──▶ Judge ──▶ Fold ──▶ Status
//	(bytes)    strict     breaches   columns   who waits for whom, until when
//
// Everything in this package is pure: no clock, no network, no database. A
// module (hotline, incident, talks, …) is a value of type [Module] in a
// folder below this one; modules never import each other.
package cell

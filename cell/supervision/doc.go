// Package supervision shows all desks that they see the same, and lets all
// three sign what the day has brought: the report of 24 hours, figure by
// figure, each with its records.
//
// The supervisor's node prints the report at the charter's time, also when a
// figure does not reconcile. Such a report is marked, and nobody can sign it
// (SUP-07, SUP-08, SUP-09):
//
//	printed ─▶ signed
//	   └──▶ unreconciled
//
// The screen compares: the mode of each basket, what is shared with all and
// what is not, a hash over what is shared, which is the same at every desk, and
// how many entries of each journal were not addressed to this one (SUP-02).
//
// In the mode sealed copy the author's node files the ciphertext of each record
// for the supervisor. It is opened when the author or an addressee hands over
// the salt, and the entry in the author's journal shows that it is the right
// one (SUP-01). The mode of each basket is kept by the kernel.
//
// Kinds: report, sign, reply, sealed, open. No tables: everything is folded.
package supervision

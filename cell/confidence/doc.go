// Package confidence keeps what the sides promise each other, what of it was
// done, and how each of them sees it; and it lets two sides take a step at the
// same moment, so that neither has to go first.
//
// A measure says who delivers what, by when, and how it can be seen. It is
// agreed by the parties, delivered by those obliged, and scored by each desk
// in a column of its own; the columns are never merged (CBM-01, CBM-05):
//
//	proposed ─▶ agreed ─▶ delivered ─▶ verified
//	              └──────────┴────────────┴──▶ suspended · regressed · disputed
//
// A measure that is late stays agreed and is shown as overdue; a new date holds
// from when all have agreed to it (CBM-08). What was delivered stands in a
// ledger beside what it was matched with: deliveries, never promises, and no
// sum of trust (CBM-02).
//
// In an escrow each side lays a signed step in with the supervisor alone and
// shows everybody a commitment to it. The supervisor releases both at once, or
// returns both (CBM-03):
//
//	opened ─▶ half ─▶ ready ─▶ released
//	   └───────┴────────┴──▶ lapsed ─▶ returned
//
// Kinds: measure, delivery, score; escrow, deposit, commit, release, return.
// No tables: everything is folded.
package confidence

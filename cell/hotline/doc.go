// Package hotline is the line between the desks: what an officer on watch
// says to another desk, and what that desk has done about it.
//
// Every message is a matter. Its state is read from the acks of the desks it
// was addressed to (HOT-08: each ends in acked, expired, failed or cancelled):
//
//	sent ─▶ delivered ─▶ received ─▶ acked
//	  └─────────┴────────────┴──▶ expired · failed · cancelled
//
// A line check is answered or missed; a call record is agreed, reserved or a
// unilateral note; a channel between two desks is a derived matter:
//
//	up ─ degraded ─ tech-down ─ unanswered      (probes and attempts)
//	suspended ─ severed ─ withdrawn             (only ever declared, HOT-16)
//
// Kinds: message, linecheck, watch, cease, distress, notus, clarify, call,
// confirm, chstate, probe, attempt, correct, protest. Table: hotline_attempt,
// the register of calls that went unanswered (HOT-04).
package hotline

// Package talks keeps the talks themselves: rounds, the one text that is
// negotiated, what is understood, what is said in public, and who signed it.
//
// The supervisor drafts one text with clauses that keep their numbers from
// draft to draft; parties comment, propose between brackets, reserve or accept,
// and never edit (TLK-01). An understanding says from when, until when, by whose
// authority and who is told, or it is not saved (TLK-11). A joint statement is
// signed by all founding members over one text in three languages, with root
// keys, so that anybody verifies it offline (TLK-14). What each side then says
// for itself is announced before and compared with the joint text, claim by
// claim (TLK-10). Two clocks show how long nothing has moved (TLK-07).
//
//	round          announced ─▶ sitting ─▶ recorded
//	text           drafting ─▶ cleared ─▶ agreed
//	understanding  proposed ─▶ agreed ─▶ in-force ─▶ ended    in-question: a party has taken another stand
//	statement      drafted ─▶ signing ─▶ signed
//	read-out       announced ─▶ given
//	caucus         a private note between one party and the supervisor (TLK-04)
//
// Kinds: round, understanding, text, comment, statement, signature, readout,
// caucus. It keeps no tables of its own.
package talks

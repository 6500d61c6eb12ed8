// Package roadmap keeps the order of what was agreed: phases, the gates between
// them, what must hold before a gate is opened, and who signs that it is.
//
// The phases are the charter's. A gate says its conditions: a measure that is
// verified, a text that is agreed, so many days after D-day, no open query of a
// kind. The software computes them, from what the desk holds; it opens nothing.
// The desks that decide sign, each naming the conditions it relies on (TLK-08):
//
//	closed ─▶ met ─▶ opening ─▶ open ⇄ regressed
//
// D-day is declared by a desk and counts from when all parties agree to it.
// Before that no date that is relative to it runs:
//
//	declared ─▶ agreed
//
// Kinds: dday, gate, sign. No tables: everything is folded.
package roadmap

// Package protection keeps the places that nobody may harm, the roads that
// people may take to safety, and what a community asks for, so that each side
// is told as much as protects them and no more.
//
// A register of protected places is a list of targets. An entry therefore says
// who may hold its coordinates: everybody (exact), the supervisor while the
// parties hold a buffered area (buffered), or the supervisor alone
// (supervisor-only). It stands for at most the charter's validity, says how
// far its location is verified, and ends when its custodian takes back the
// consent and every desk has removed it (PRO-01 to PRO-06):
//
//	claimed ─▶ verified ─▶ stale
//	   └─▶ contradicted      └──▶ revoked ─▶ ended
//
// A corridor has segments, each with a desk that controls it; its state is
// the gravest that any of them says last (PRO-07):
//
//	proposed ─▶ agreed ─▶ open ⇄ restricted ⇄ closed ⇄ suspended ─▶ ended
//
// A community is no desk. It speaks through the supervisor's liaison, without
// a name and from no point nearer than the buffer, and both parties answer:
//
//	raised ─▶ answered
//
// Everything in it stands under one notice (PRO-13): notification gives no
// permission, its absence removes no protection.
//
// Kinds: place, area, verify, consent, removed, ask, answer, corridor,
// corrstate, concern, reply. Table: protection_place, where the exact places
// are that are held here.
package protection

// Package parley is the system that a joint security coordination cell runs
// on: two parties that do not trust each other, and a supervisor, warn each
// other, keep their forces apart and settle what happened, and none of the
// three can later deny, hide or rewrite what was said and when it was known.
//
// This package holds no code. To read the system, go in this order:
//
//  1. cell: the words that the desks share: record, matter, channel, receipt,
//     and the law of who may say what (records.go and rules.go are pure).
//  2. cell/hotline and its neighbours: one folder for each thing that a cell
//     does; each lists its kinds and draws its states in doc.go.
//  3. journal: how a record becomes a commitment in a signed Merkle log, and
//     how anyone proves it later without a network (entry.go, proof.go).
//  4. charter: the agreement of the desks as data: members, keys, clocks.
//  5. store: one database, one writer, SQLite or PostgreSQL.
//  6. node: a desk put together: one transaction from an officer's act to
//     everything that follows from it.
//  7. link: how desks exchange records and receipts.
//  8. api, console and web: what an officer sees and does.
//  9. cmd/parley: the one program; scenarios: the stories that test it all.
//
// Imports run one way: api, console, link → node → cell/* → journal → store;
// arch_test.go states that law and keeps it.
package parley

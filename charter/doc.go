// Package charter reads, signs and drafts the agreement that a cell runs on:
// who its members are, by which keys each is known, how long an answer may
// take, and what every message says in three languages.
//
// A charter is a text that people negotiate (YAML) and that all founding
// members sign (a C2SP signed note with their root keys). What is not signed
// by all of them, or was altered by one byte, is refused with a word on whose
// signature is missing or wrong. docs/formats/charter.md describes the file.
//
//	draft ─▶ sign, each founder in turn ─▶ adopted ─▶ amended (version+1, all sign again)
//
// The package also makes and keeps a desk's own keys, one for each purpose
// ([Keys]); their public halves ([PublicDesk]) go into the charter.
package charter

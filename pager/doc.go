// Package pager wakes a sleeping officer when a desk is called and nobody
// answers.
//
// It looks at the alarms of its own desk and calls, for each situation and each
// level of the ladder, whom the desk's settings name for it: by mail, by a
// signed webhook, by a command. A page says that somebody waits, never for
// what: no content, no place, no number of a record (docs/formats/page.md). It
// is repeated until an officer takes the matter or answers the page, or its
// cause ends.
//
// Pages are this desk's own: they stand in the tables pager_*, never in a
// journal, and what was delivered is said by machines, what was answered by
// people. A way that fails is an alarm at home; no desk waits for it.
//
//	alarms ─▶ situations ─▶ one page for each level ─▶ ways ─▶ delivered
//	                              └── repeated ◀────────┘  └─▶ answered | over
package pager

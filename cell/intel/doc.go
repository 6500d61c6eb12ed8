// Package intel is how one side tells the other what it knows in time to keep
// people alive, without giving away how it knows: warnings that go out at
// once, and reports that two officers release.
//
// A threat warning is sent by one officer and reviewed afterwards by another
// of the same desk (INT-03, INT-11):
//
//	sent ─▶ received ─▶ reviewed
//
// A report is drafted at home, where it stays, and released by another officer
// in the same words. It says how far its source is trusted and how far it is
// confirmed, for what it may be used and by whom, and it carries the views
// that differ (INT-01, INT-02, INT-04, INT-07):
//
//	drafted ─▶ released ─▶ received ─▶ expired
//
// What was sent is never changed in silence: it is recalled, in a matter of its
// own in which every desk that got it says what became of its copies (INT-10):
//
//	… ─▶ recalled ─▶ recall-complete
//
// No field of any kind is for a person or a target, and unless more is stated
// everything is to warn only. Kinds: warning, review, draft, report, recall,
// recalled. No tables.
package intel

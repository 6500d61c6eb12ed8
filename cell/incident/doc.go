// Package incident is how the desks speak about what has happened without
// making it worse: each tells its own account, they agree on the facts that
// they can agree on, and a place is looked at before force is used.
//
// A report is a matter of its opener. Its stages are never mixed: nobody names
// who did it before the supervisor has found something (INC-02).
//
//	reported ─▶ monitored ─▶ found ─▶ attributed ─▶ closed
//
// A request for verification asks the other side to let a place be looked at.
// From its acceptance a hold runs, in which the desk that asked has declared no
// force (INC-06):
//
//	requested ─▶ holding ─▶ held-over ─▶ found | nothing | partial | denied
//	  └─▶ declined | other-means | verifying
//
// Where force is reported inside a hold and near its place there is a query. It
// is a matter without a record, which every desk that holds both derives alike.
// It says no more than that, and asks for an explanation:
//
//	open ─▶ silent ─▶ explained ─▶ closed
//
// Where the charter says that notice was owed of what a report tells, and none
// that is held covers it, that is a matter without a record too. It names nobody:
//
//	un-notified ⇄ notified, lifted or closed
//
// Kinds: report, entry, fact, agree, finding, attribution, verify, answer,
// result, explain, close. Rules: hold-query, unnotified. No tables: everything is folded.
package incident

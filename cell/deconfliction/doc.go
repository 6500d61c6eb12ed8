// Package deconfliction keeps activities apart before they meet: each desk
// says beforehand where, when and how high it will be active, and where two
// such notices meet, both desks are told and settle who moves.
//
// A notice is a matter of its opener. It is no permission and asks for none:
//
//	filed ─▶ clear ─▶ active ─▶ ended
//	  └────────┴─────────┴── conflicting, while it meets another
//
// Where the notices of two desks come nearer to each other than the margin of
// their types, in a common window of time and at heights that meet, there is a
// conflict. It is a matter without a record, which every desk that holds both
// notices derives alike:
//
//	open ─▶ proposed ─▶ accepted ─▶ cleared
//	  └────────┴───────────┴──▶ expired
//
// Kinds: notice, complete, propose, accept, decline. A notice is changed and
// withdrawn by the kernel's update and cancel. Rule: conflict. No tables:
// everything is folded.
package deconfliction

// Package deconfliction keeps activities apart before they meet: each desk
// says beforehand where, when and how high it will be active, and where two
// such notices meet, both desks are told and settle who moves.
//
// A notice is a matter of its opener. It is no permission and asks for none:
//
//	filed ─▶ clear ─▶ agreed ─▶ active ─▶ ended, or expired
//	  │        └─── refused, while somebody on the way objects
//	  ├── conflicting, while it meets another
//	  └── nonconforming, while it is not as it says
//
// Nine kinds have one body, [Activity]: up to 64 volumes of space and time. Where
// volumes of two desks come nearer to each other than the margins of their
// types there is a conflict. It is a matter without a record, which every desk
// that holds both notices derives alike:
//
//	open ─▶ proposed ─▶ accepted ─▶ cleared
//	  │        ├─▶ decided, by the supervisor where the charter lets it
//	  └────────┴───────────┴──▶ expired
//
// Kinds: draft, the nine notices and an older one, controller, deviate,
// complete, propose, accept, decline, decide. A notice is changed and withdrawn
// by the kernel's update and cancel. Rule: conflict. No tables: everything is
// folded, and the node's index of volumes says which notices may meet.
package deconfliction

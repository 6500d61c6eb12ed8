// Package officer is who works at one desk: which officers there are, in which
// roles, for which baskets, and how they show that it is they.
//
// Everything in it stays at its own desk. Records carry an officer's code and
// role, never a name (HOT-01, HOT-06); who that was, only this desk can say.
//
//	link (once) ─▶ key or code enrolled ─▶ session (5 minutes untouched: locked)
//	                                   └─▶ token (scope, expiry) for tools
package officer

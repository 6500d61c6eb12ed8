// Package interop shows that outsiders can check a journal with their own
// tools: it follows a served journal and verifies a proof with code that knows
// nothing of Parley.
//
// It is a module of its own so that the outsiders' code is never part of the
// product. It holds tests only.
package interop

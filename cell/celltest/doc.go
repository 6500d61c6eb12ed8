// Package celltest tries to break a module of the cell without knowing what it
// is for: what an officer of any desk may record must mean the same on every
// desk, for ever, whatever order it arrived in.
//
// A module's own test calls [Run]. [History] makes records for tests that do
// know the module.
package celltest

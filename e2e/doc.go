// Package e2e drives the console as an officer does: two desks in two
// browsers, by keyboard, in Arabic and in Hebrew. It holds tests only.
package e2e

// Package cot shows released activities on the maps of units that use Cursor on
// Target (CoT), over TCP or TLS. It is one way out: what a client sends is read
// for the negotiation and for pings, and thrown away. The journal is the
// record; this is a projection of it (design 8, "Borders").
//
// A client is brought to the picture that the server holds and kept at it: what
// it lacks is sent, what is over is deleted. There is no queue, so a client that
// does not take what it is sent costs nothing but its connection, which it loses.
// What came and went lately is kept, so that a change costs what it changes.
//
// Clients begin with XML (version 0 of the protocol). The server offers version
// 1, protobuf; to those that do not take it, areas go out in events below 2,048
// bytes, because known clients end the connection at a longer one. What is
// simplified is larger than the area, never smaller, and says so in its
// remarks. docs/formats/cot.md writes the bytes down.
package cot

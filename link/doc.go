// Package link carries records from desk to desk, so that a warning arrives,
// and so that whatever was cut off arrives as soon as there is a way again.
//
// Two desks hold up to each other what they hold (HOLD), send what the other
// lacks (PARCEL), and say when it is durable (TAKEN). Everything may be
// repeated and nothing depends on having seen an event: what is sent next
// follows from the newest HOLD alone, so a short outage is caught up like a
// long one (design 6). Each pair of desks has two lanes on connections of
// their own, so that a FLASH never waits behind a long catch-up.
//
// Read in this order: desk.go (what the link asks of a node), frame.go,
// parcel.go and hold.go (the bytes), session.go (one lane of one pair),
// manager.go (all of them), transport.go (what carries the bytes), http2.go
// (in service) and memory.go (in tests). The format is in docs/formats/link.md.
package link

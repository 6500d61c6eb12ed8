// Package desks puts three real desks on one machine, joined as they would be
// in service, so that what is measured and what is broken on purpose is the
// software itself and not a stand-in for it.
//
// [Make] writes a folder: charter.note, signed by all, and each desk's keys.
// [Open] opens one desk of that folder on a database, with its journal, its
// sequencer and its links over pinned TLS 1.3 on the loopback interface. The
// three may run in one process or in three.
package desks

// Package store keeps everything that a desk knows in one database, so that
// nothing acknowledged is ever lost and nothing is ever half written.
//
// The database is SQLite (one file, nothing to administer) or PostgreSQL
// (where an operator already runs one). Both give the same answers: the same
// text order, the same types, the same refusals; package storetest holds the
// stories that every engine must pass. One file, dialect.go, knows how their
// SQL differs.
//
// There is one writer. [DB.Write] runs one transaction at a time, in one
// process: a second process that opens the same database for writing is
// refused with [ErrInUse]. Any number of readers see, with [DB.Read], a
// consistent snapshot that the writer does not disturb.
//
// A commit that fails may or may not have reached the disk. The DB then
// returns a [CommitError] and refuses to write until [DB.Reopen]: stop,
// reopen, verify, go on (design 2).
//
// # Writing SQL for both engines
//
//   - Placeholders are "?". In a comparison or an expression that does not
//     name a column, say the type: CAST(? AS BIGINT).
//   - Columns are BIGINT, TEXT, BLOB or REAL, and NOT NULL where they can be:
//     the engines sort NULL differently.
//   - Arguments are integers, booleans (stored as 0 and 1), strings, byte
//     slices, floats or nil. Strings are UTF-8 without NUL. Times are integers.
//   - Write INSERT … ON CONFLICT, never INSERT OR IGNORE.
//   - An empty blob may be read back as nil; IS NULL tells them apart.
//   - Close rows, or read them to the end, before the next statement.
//   - A statement that failed fails its savepoint, or, outside one, its
//     transaction; what may fail belongs in [Tx.Savepoint].
package store

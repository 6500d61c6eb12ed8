// Package desk runs one desk of a cell: it opens the desk's directory, joins
// the links, and serves the console.
//
// A desk's directory holds what the desk is:
//
//	keys/          one private key a file, mode 0600
//	public.yaml    the public keys, for the charter
//	charter.note   the agreement, signed by all founders
//	desk.yaml      where this desk listens, and its database
//	parley.db      the database, when it is SQLite
//	head.latest    the last head that this desk signed
//	backup.latest  when the newest backup was made
//	console-ca.*   the authority of this desk's console, for its officers' browsers
//	console.*      the console's certificate and key
//	parley.sock    the desk's own socket while it runs, mode 0600
//	token          an exercise's: the first officer's bearer token, mode 0600
//	token.watch-2  the second officer's
package desk

-- What one desk knows about its own officers. It is nobody else's, is no part
-- of what rebuild makes anew, and never leaves the desk.

-- Whose book it is: one row.
CREATE TABLE officer_book (
	id BIGINT NOT NULL PRIMARY KEY,
	cell TEXT NOT NULL,
	desk TEXT NOT NULL,
	root TEXT NOT NULL, -- the desk's public root key
	rp TEXT NOT NULL -- the console's name, to which keys are bound
);

CREATE TABLE officer_person (
	code TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	roles TEXT NOT NULL, -- JSON
	baskets TEXT NOT NULL, -- JSON
	every_basket BIGINT NOT NULL,
	languages TEXT NOT NULL, -- JSON
	disabled BIGINT NOT NULL,
	exercise BIGINT NOT NULL, -- made by an exercise; nobody under another charter
	added BIGINT NOT NULL,
	handle BLOB NOT NULL -- what a key knows the officer by: random
);

-- One-time links, by the hash of their secret.
CREATE TABLE officer_link (
	hash BLOB NOT NULL PRIMARY KEY,
	officer TEXT NOT NULL,
	until BIGINT NOT NULL,
	state TEXT NOT NULL -- open, used, void
);

-- Keys (WebAuthn), public halves. One that was taken back still verifies what
-- was approved with it.
CREATE TABLE officer_key (
	id BLOB NOT NULL PRIMARY KEY,
	officer TEXT NOT NULL,
	rp TEXT NOT NULL,
	credential TEXT NOT NULL, -- JSON
	added BIGINT NOT NULL,
	taken BIGINT NOT NULL -- when it was taken back, 0 while it stands
);

-- The seed of an officer's codes, sealed under their passphrase.
CREATE TABLE officer_code (
	officer TEXT NOT NULL PRIMARY KEY,
	salt BLOB NOT NULL,
	sealed BLOB NOT NULL,
	step BIGINT NOT NULL, -- the last code taken: each is good once
	added BIGINT NOT NULL
);

CREATE TABLE officer_token (
	id TEXT NOT NULL PRIMARY KEY,
	hash BLOB NOT NULL,
	officer TEXT NOT NULL,
	scope TEXT NOT NULL, -- JSON; null: all that the roles grant
	made BIGINT NOT NULL,
	until BIGINT NOT NULL, -- 0: no end, for an exercise's own
	revoked BIGINT NOT NULL,
	exercise BIGINT NOT NULL
);

-- The desk's own log.
CREATE TABLE officer_log (
	seq BIGINT NOT NULL PRIMARY KEY,
	at BIGINT NOT NULL,
	kind TEXT NOT NULL,
	officer TEXT NOT NULL,
	done_by TEXT NOT NULL,
	place TEXT NOT NULL,
	detail TEXT NOT NULL
);

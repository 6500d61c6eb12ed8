CREATE TABLE IF NOT EXISTS record (
  desk TEXT NOT NULL, gen BIGINT NOT NULL, idx BIGINT NOT NULL,
  id TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT NOT NULL, serial BIGINT NOT NULL,
  rank BIGINT NOT NULL, at BIGINT NOT NULL,
  hash TEXT NOT NULL, salt BLOB NOT NULL, bytes BLOB NOT NULL, unapplied TEXT NOT NULL,
  PRIMARY KEY (desk, gen, idx)
);
CREATE INDEX IF NOT EXISTS record_by_serial ON record (desk, gen, channel, serial);
CREATE INDEX IF NOT EXISTS record_by_id ON record (id);
CREATE INDEX IF NOT EXISTS record_by_kind ON record (kind, at);
CREATE TABLE IF NOT EXISTS record_matter (
  matter TEXT NOT NULL, desk TEXT NOT NULL, gen BIGINT NOT NULL, idx BIGINT NOT NULL,
  PRIMARY KEY (matter, desk, gen, idx)
);
CREATE INDEX IF NOT EXISTS record_matter_by_record ON record_matter (desk, gen, idx);
CREATE TABLE IF NOT EXISTS record_cite (
  desk TEXT NOT NULL, gen BIGINT NOT NULL, idx BIGINT NOT NULL, matter TEXT NOT NULL,
  PRIMARY KEY (desk, gen, idx, matter)
);
CREATE TABLE IF NOT EXISTS delivery (
  author TEXT NOT NULL, gen BIGINT NOT NULL, channel TEXT NOT NULL, serial BIGINT NOT NULL, desk TEXT NOT NULL,
  at BIGINT NOT NULL, by_gen BIGINT NOT NULL, by_idx BIGINT NOT NULL,
  PRIMARY KEY (author, gen, channel, serial, desk)
);
CREATE TABLE IF NOT EXISTS refusal (
  author TEXT NOT NULL, gen BIGINT NOT NULL, idx BIGINT NOT NULL, desk TEXT NOT NULL,
  code TEXT NOT NULL, detail TEXT NOT NULL, at BIGINT NOT NULL, by_gen BIGINT NOT NULL, by_idx BIGINT NOT NULL,
  PRIMARY KEY (author, gen, idx, desk)
);
CREATE TABLE IF NOT EXISTS matter (
  key TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL, opener TEXT NOT NULL, rank BIGINT NOT NULL, at BIGINT NOT NULL,
  audience TEXT NOT NULL, derived TEXT NOT NULL, open BIGINT NOT NULL, next BIGINT NOT NULL,
  state TEXT NOT NULL, records BIGINT NOT NULL, dirty BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS matter_lean (
  matter TEXT NOT NULL, leans_on TEXT NOT NULL,
  PRIMARY KEY (matter, leans_on)
);
CREATE INDEX IF NOT EXISTS matter_lean_by_what ON matter_lean (leans_on);
CREATE TABLE IF NOT EXISTS matter_derived (
  parent TEXT NOT NULL, derived TEXT NOT NULL,
  PRIMARY KEY (parent, derived)
);
CREATE INDEX IF NOT EXISTS matter_derived_by_what ON matter_derived (derived);
CREATE INDEX IF NOT EXISTS matter_open ON matter (open, next);
CREATE INDEX IF NOT EXISTS matter_by_kind ON matter (kind, at);
CREATE INDEX IF NOT EXISTS matter_dirty ON matter (dirty);
CREATE TABLE IF NOT EXISTS outbox (
  peer TEXT NOT NULL, rank BIGINT NOT NULL, desk TEXT NOT NULL, gen BIGINT NOT NULL, idx BIGINT NOT NULL, receipt BIGINT NOT NULL,
  PRIMARY KEY (peer, desk, gen, idx)
);
CREATE INDEX IF NOT EXISTS outbox_order ON outbox (peer, rank, desk, gen, idx);
CREATE TABLE IF NOT EXISTS channel (
  desk TEXT NOT NULL, gen BIGINT NOT NULL, channel TEXT NOT NULL,
  last BIGINT NOT NULL, held BIGINT NOT NULL, prev TEXT NOT NULL, last_idx BIGINT NOT NULL,
  PRIMARY KEY (desk, gen, channel)
);
CREATE TABLE IF NOT EXISTS feed (
  pos BIGINT NOT NULL, ord BIGINT NOT NULL, what TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (pos, ord)
);
CREATE TABLE IF NOT EXISTS act_key (
  key TEXT NOT NULL PRIMARY KEY, idx BIGINT NOT NULL, gen BIGINT NOT NULL, hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS alarm (
  id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, args TEXT NOT NULL,
  evidence TEXT NOT NULL, since BIGINT NOT NULL, acked BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS checkpoint_step (
  desk TEXT NOT NULL, gen BIGINT NOT NULL, size BIGINT NOT NULL, note BLOB NOT NULL,
  PRIMARY KEY (desk, gen, size)
);
CREATE TABLE IF NOT EXISTS setting (
  name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL
);

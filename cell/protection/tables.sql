CREATE TABLE IF NOT EXISTS protection_place (
  desk TEXT NOT NULL,
  gen BIGINT NOT NULL,
  idx BIGINT NOT NULL,
  code TEXT NOT NULL,
  lat REAL NOT NULL,
  lon REAL NOT NULL,
  PRIMARY KEY (desk, gen, idx)
);

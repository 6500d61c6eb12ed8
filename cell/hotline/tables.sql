CREATE TABLE IF NOT EXISTS hotline_attempt (
  desk TEXT NOT NULL,
  gen BIGINT NOT NULL,
  idx BIGINT NOT NULL,
  at BIGINT NOT NULL,
  toward TEXT NOT NULL,
  means TEXT NOT NULL,
  outcome TEXT NOT NULL,
  started BIGINT NOT NULL,
  check_number TEXT NOT NULL,
  PRIMARY KEY (desk, gen, idx)
);

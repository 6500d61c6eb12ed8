CREATE TABLE IF NOT EXISTS record_charter (
  charter TEXT NOT NULL, desk TEXT NOT NULL, gen BIGINT NOT NULL, idx BIGINT NOT NULL,
  PRIMARY KEY (charter, desk, gen, idx)
);

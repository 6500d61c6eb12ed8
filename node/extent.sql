CREATE TABLE IF NOT EXISTS extent (
  matter TEXT NOT NULL, ord BIGINT NOT NULL,
  south BIGINT NOT NULL, west BIGINT NOT NULL, north BIGINT NOT NULL, east BIGINT NOT NULL,
  from_ms BIGINT NOT NULL, until_ms BIGINT NOT NULL,
  low_mm BIGINT NOT NULL, high_mm BIGINT NOT NULL, reference TEXT NOT NULL,
  lateral_mm BIGINT NOT NULL, vertical_mm BIGINT NOT NULL, time_ms BIGINT NOT NULL,
  PRIMARY KEY (matter, ord)
);
CREATE TABLE IF NOT EXISTS matter_cause (
  matter TEXT NOT NULL, derived TEXT NOT NULL,
  PRIMARY KEY (matter, derived)
);
CREATE INDEX IF NOT EXISTS matter_cause_by_what ON matter_cause (derived);
CREATE INDEX IF NOT EXISTS matter_dirty_first ON matter (dirty, rank);

CREATE TABLE IF NOT EXISTS matter_duty (
  matter TEXT NOT NULL PRIMARY KEY, duty TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS matter_duty_by_duty ON matter_duty (duty, matter);

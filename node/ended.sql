CREATE INDEX IF NOT EXISTS extent_begun ON extent (from_ms);

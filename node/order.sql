DROP INDEX IF EXISTS matter_open;
DROP INDEX IF EXISTS matter_dirty;
CREATE INDEX IF NOT EXISTS matter_queue ON matter (open, rank, at, key);
CREATE INDEX IF NOT EXISTS matter_recent ON matter (open, at, key);
CREATE INDEX IF NOT EXISTS matter_by_time ON matter (at, key);
CREATE INDEX IF NOT EXISTS matter_next ON matter (next) WHERE next > 0;
CREATE INDEX IF NOT EXISTS matter_climbing ON matter (open, key) WHERE REPLACE(REPLACE(state, '"level":""', ''), '"level":"', '') <> REPLACE(state, '"level":""', '');
CREATE INDEX IF NOT EXISTS matter_drill ON matter (open, rank) WHERE REPLACE(state, '"exercise":true', '') <> state;

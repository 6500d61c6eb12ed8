CREATE TABLE IF NOT EXISTS pager_page (
  id TEXT NOT NULL PRIMARY KEY,
  situation TEXT NOT NULL, matter TEXT NOT NULL, level BIGINT NOT NULL, call TEXT NOT NULL, precedence TEXT NOT NULL, exercise BIGINT NOT NULL,
  since BIGINT NOT NULL, made BIGINT NOT NULL, state TEXT NOT NULL, ended BIGINT NOT NULL, officer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS pager_page_open ON pager_page (state, made);
CREATE TABLE IF NOT EXISTS pager_try (
  page TEXT NOT NULL, at BIGINT NOT NULL, way TEXT NOT NULL, who TEXT NOT NULL, delivered BIGINT NOT NULL, why TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS pager_try_by_page ON pager_try (page, at);

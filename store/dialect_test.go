package store

import (
	"slices"
	"testing"
)

func TestQuery(t *testing.T) {
	cases := []struct{ neutral, postgres string }{
		{"SELECT 1", "SELECT 1"},
		{"SELECT a FROM t WHERE b = ? AND c > ?", "SELECT a FROM t WHERE b = $1 AND c > $2"},
		{"SELECT '?', \"?\", ? FROM t", "SELECT '?', \"?\", $1 FROM t"},
		{"SELECT 'it''s ?', ?", "SELECT 'it''s ?', $1"},
		{"SELECT ? -- what's this?\n, ?", "SELECT $1 \n, $2"},
		{"SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?", "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10"},
		{"SELECT 'open ?", "SELECT 'open $1"}, // the engine refuses it
	}
	for _, c := range cases {
		if got := postgresDialect.query(c.neutral); got != c.postgres {
			t.Errorf("%q became %q, want %q", c.neutral, got, c.postgres)
		}
		if got := sqliteDialect.query(c.neutral); got != c.neutral {
			t.Errorf("%q became %q for SQLite", c.neutral, got)
		}
	}
}

func TestDDL(t *testing.T) {
	const neutral = `-- it's a table; of
CREATE TABLE IF NOT EXISTS t (
	a BIGINT NOT NULL, -- "BLOB"
	b TEXT NOT NULL DEFAULT 'a TEXT; b',
	c BLOB,
	PRIMARY KEY (a, b)
); -- it's done
CREATE INDEX IF NOT EXISTS t_b ON t (b);

`
	cases := map[string]struct {
		dialect dialect
		want    []string
	}{
		"sqlite": {sqliteDialect, []string{
			"CREATE TABLE IF NOT EXISTS t (\n\ta INTEGER NOT NULL, \n\tb TEXT NOT NULL DEFAULT 'a TEXT; b',\n\tc BLOB,\n\tPRIMARY KEY (a, b)\n) STRICT",
			"CREATE INDEX IF NOT EXISTS t_b ON t (b)",
		}},
		"postgres": {postgresDialect, []string{
			"CREATE TABLE IF NOT EXISTS t (\n\ta BIGINT NOT NULL, \n\tb TEXT COLLATE \"C\" NOT NULL DEFAULT 'a TEXT; b',\n\tc BYTEA,\n\tPRIMARY KEY (a, b)\n)",
			"CREATE INDEX IF NOT EXISTS t_b ON t (b)",
		}},
	}
	for name, c := range cases {
		if got := c.dialect.ddl(neutral); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A table needs few prepared statements, whatever the number of rows.
func TestChunk(t *testing.T) {
	for columns := range 40 {
		sizes := make(map[int]bool)
		for n := range 1_000 {
			left := n
			for left > 0 {
				c := chunk(left, columns+1)
				if c < 1 || c > left || c*(columns+1) > parametersAtOnce {
					t.Fatalf("%d of %d rows of %d columns at once", c, left, columns+1)
				}
				sizes[c] = true
				left -= c
			}
		}
		if len(sizes) > 9 {
			t.Errorf("%d columns need %d statements", columns+1, len(sizes))
		}
	}
}

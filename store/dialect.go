package store

import (
	"regexp"
	"strconv"
	"strings"
)

// dialect is how one engine's SQL differs from the neutral SQL that modules
// write. It is the only place that knows.
type dialect struct {
	begin, beginRead string
	numbered         bool              // placeholders are $1, $2 … instead of ?
	types            map[string]string // neutral column type to the engine's, in DDL only
	tableSuffix      string            // after every CREATE TABLE
}

// sqliteDialect makes tables STRICT, so that SQLite refuses the wrong types
// that PostgreSQL refuses. IMMEDIATE takes the write lock at once: a
// transaction that upgrades later fails without waiting.
var sqliteDialect = dialect{
	begin:       "BEGIN IMMEDIATE",
	beginRead:   "BEGIN",
	types:       map[string]string{"BIGINT": "INTEGER"},
	tableSuffix: " STRICT",
}

// postgresDialect orders text by bytes, as SQLite does, whatever the
// database's own collation. One writer needs no more than READ COMMITTED;
// readers keep one snapshot.
var postgresDialect = dialect{
	begin:     "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
	beginRead: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	numbered:  true,
	types: map[string]string{
		"BLOB":    "BYTEA",
		"TEXT":    `TEXT COLLATE "C"`,
		"INTEGER": "BIGINT",
		"REAL":    "DOUBLE PRECISION",
	},
}

// query rewrites a neutral statement's placeholders.
func (d dialect) query(q string) string {
	if !d.numbered || !strings.Contains(q, "?") {
		return q
	}
	n := 0
	return outsideQuotes(q, func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			if s[i] != '?' {
				b.WriteByte(s[i])
				continue
			}
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		}
		return b.String()
	})
}

var (
	word         = regexp.MustCompile(`\b[A-Z]+\b`)
	createTable  = regexp.MustCompile(`(?i)^CREATE\s+TABLE\b`)
	special      = regexp.MustCompile(`'[^']*'|"[^"]*"|--[^\n]*`)
	statementEnd = regexp.MustCompile(`;[ \t]*(\n|$)`)
)

// ddl splits neutral DDL at ";" before a line's end and rewrites each
// statement's column types. Type names are written in capitals.
func (d dialect) ddl(text string) []string {
	var out []string
	text = outsideQuotes(text, func(s string) string { return s })
	for _, stmt := range statementEnd.Split(text, -1) {
		if stmt = strings.TrimSpace(stmt); stmt == "" {
			continue
		}
		stmt = outsideQuotes(stmt, func(s string) string {
			return word.ReplaceAllStringFunc(s, func(w string) string {
				if t, ok := d.types[w]; ok {
					return t
				}
				return w
			})
		})
		if createTable.MatchString(stmt) {
			stmt += d.tableSuffix
		}
		out = append(out, stmt)
	}
	return out
}

// outsideQuotes applies f to the parts of q that are outside '…' and "…", and
// drops -- comments. A doubled quote inside closes and opens again, which
// changes nothing here.
func outsideQuotes(q string, f func(string) string) string {
	var b strings.Builder
	for {
		i := special.FindStringIndex(q)
		if i == nil {
			b.WriteString(f(q))
			return b.String()
		}
		b.WriteString(f(q[:i[0]]))
		part := q[i[0]:i[1]]
		if part[0] != '-' {
			b.WriteString(part)
		}
		q = q[i[1]:]
	}
}

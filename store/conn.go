package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
)

// statementsKept bounds a connection's prepared statements. Statements are few
// and repeat; the bound is only there for a caller that builds them.
const statementsKept = 512

// fault says how much an engine's error takes with it.
type fault int

const (
	faultStatement   fault = iota // the statement only
	faultTransaction              // the whole transaction, savepoints included; the connection is sound
	faultConnection               // the connection cannot be trusted any more
)

// conn is one connection with the statements that it has prepared. It is used
// by one goroutine at a time.
type conn struct {
	*sql.Conn
	eng   engine
	stmts map[string]*sql.Stmt // by neutral text
}

// prepare returns the connection's statement for a neutral query.
func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	s, err := c.PrepareContext(ctx, c.eng.dialect.query(query))
	if err != nil {
		return nil, err
	}
	if len(c.stmts) >= statementsKept {
		c.forget()
	}
	c.stmts[query] = s
	return s, nil
}

// forget closes every prepared statement. A connection that cannot do that is
// found out by its next statement.
func (c *conn) forget() {
	for _, s := range c.stmts {
		_ = s.Close()
	}
	clear(c.stmts)
}

// control runs a statement of transaction control, which is prepared like any
// other: it is the commonest of all.
func (c *conn) control(ctx context.Context, query string) error {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return err
	}
	_, err = s.ExecContext(ctx)
	return err
}

// close gives the connection up for good: back in the pool, whatever state it
// is in would be the next user's. There is nothing in it that could be lost.
func (c *conn) close() {
	c.forget()
	_ = c.Raw(func(any) error { return driver.ErrBadConn }) // it says just that
}

// connect takes a connection of its own from the pool and prepares it with the
// engine's settings.
func connect(ctx context.Context, pool *sql.DB, eng engine, settings []string) (*conn, error) {
	raw, err := pool.Conn(ctx)
	if err != nil {
		return nil, eng.explain(err)
	}
	c := &conn{Conn: raw, eng: eng, stmts: make(map[string]*sql.Stmt)}
	for _, s := range settings {
		if _, err := raw.ExecContext(ctx, s); err != nil {
			c.close()
			return nil, fmt.Errorf("%s: %w", s, eng.explain(err))
		}
	}
	return c, nil
}

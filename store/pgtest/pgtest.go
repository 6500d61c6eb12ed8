// Package pgtest gives a test an empty PostgreSQL database, so that what holds
// on one engine is shown to hold on the other.
//
// With PARLEY_TEST_POSTGRES set to a server's URL (of a role that may create
// databases) that server is used. Otherwise a throw-away cluster is started
// from the system's PostgreSQL, once for each test binary, in a temporary
// folder, reached by a Unix socket only. A shell that reads from the test
// binary stops and removes it when the binary ends, however it ends.
package pgtest

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// errAbsent means that the machine has no PostgreSQL.
var errAbsent = errors.New("no PostgreSQL found in /usr/lib/postgresql/*/bin and PARLEY_TEST_POSTGRES is not set")

var (
	server  = sync.OnceValues(start)
	created atomic.Int64
)

// cluster is a running server.
type cluster struct {
	url string
	in  io.Closer // the shell's standard input, open as long as this process lives
}

// DSN returns the data source name of a fresh, empty database, dropped when
// the test ends. Where there is no PostgreSQL the test is skipped, or fails
// when CI=true.
func DSN(t testing.TB) string {
	t.Helper()
	running, err := server()
	defer runtime.KeepAlive(running.in)
	base := running.url
	if errors.Is(err, errAbsent) && os.Getenv("CI") != "true" {
		t.Skipf("NOT RUN: %v", err)
	}
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	name := fmt.Sprintf("parley_test_%d_%d", os.Getpid(), created.Add(1))
	if err := run(t.Context(), base, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := run(context.Background(), base, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatalf("read the server's URL: %v", err)
	}
	u.Path = "/" + name
	return u.String()
}

// run runs one statement on a server.
func run(ctx context.Context, dsn, statement string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// script makes a cluster in $2 with the programs in $1 and runs it until
// standard input ends. Text is ordered by a language's rules, not by bytes, so
// that code which relies on the server's order is found out.
const script = `trap '' INT TERM HUP
rm_all() { rm -rf "$2"; }
"$1"/initdb -D "$2"/data -U parley -A trust -E UTF8 --no-sync \
	--locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US >"$2"/log 2>&1 &&
"$1"/pg_ctl -D "$2"/data -w -l "$2"/log -o "-k '$2' -c listen_addresses='' -c fsync=on" start >>"$2"/log 2>&1 </dev/null &&
echo ready || { tail -5 "$2"/log; rm_all "$@"; exit 1; }
cat >/dev/null
"$1"/pg_ctl -D "$2"/data -m immediate stop >/dev/null 2>&1
rm_all "$@"
`

// start finds a server, or starts one.
func start() (c cluster, err error) {
	if dsn := os.Getenv("PARLEY_TEST_POSTGRES"); dsn != "" {
		return cluster{url: dsn}, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return c, errAbsent
	}
	bin := filepath.Dir(found[len(found)-1])
	dir, err := os.MkdirTemp("", "parley-pg-")
	if err != nil {
		return c, err
	}
	command := []string{"sh", "-c", script, "sh", bin, dir}
	if os.Getuid() == 0 { // the server refuses to run as root
		if out, err := exec.Command("chown", "postgres", dir).CombinedOutput(); err != nil {
			return c, fmt.Errorf("give the folder to postgres: %w: %s", err, out)
		}
		command = append([]string{"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"}, command...)
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	if c.in, err = cmd.StdinPipe(); err != nil {
		return c, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return c, err
	}
	if err := cmd.Start(); err != nil {
		return c, err
	}
	var said strings.Builder
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if lines.Text() == "ready" {
			c.url = "postgres://parley@/postgres?host=" + url.QueryEscape(dir)
			return c, nil
		}
		said.WriteString(lines.Text() + "\n")
	}
	return c, fmt.Errorf("%w: %s", cmd.Wait(), said.String())
}

package store_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"parley/store"
)

// writerVar names the database that a child process writes to until it is
// killed.
const writerVar = "PARLEY_STORE_TEST_WRITER"

// Design 11 T: nothing acknowledged is lost when a process is killed. This
// shows atomicity and the lock's end, not what a disk does in a power cut.
func TestKilledWriter(t *testing.T) {
	if dsn := os.Getenv(writerVar); dsn != "" {
		writeUntilKilled(t, dsn)
		return
	}
	onBoth(t, func(t *testing.T, dsn string) {
		if err := withTable(t, dsn).Close(); err != nil {
			t.Fatal(err)
		}
		acknowledged := 0
		for range 3 {
			acknowledged = killAfter(t, dsn, acknowledged+40)
			db := open(t, dsn)
			var n, most int
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				return tx.QueryRow(t.Context(), "SELECT COUNT(*), MAX(i) FROM n").Scan(&n, &most)
			})
			if err != nil {
				t.Fatal(err)
			}
			if most < acknowledged || n != most {
				t.Errorf("%d were acknowledged; %d are there, up to %d", acknowledged, n, most)
			}
			acknowledged = most
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// writeUntilKilled writes 1, 2, 3 …, going on where the table ends, and tells
// each after its commit.
func writeUntilKilled(t *testing.T, dsn string) {
	ctx := t.Context()
	db := open(t, dsn)
	for {
		var i int
		err := db.Write(ctx, func(tx *store.Tx) error {
			err := tx.QueryRow(ctx, "SELECT COALESCE(MAX(i), 0) + 1 FROM n").Scan(&i)
			if err != nil {
				return err
			}
			return tx.Exec(ctx, "INSERT INTO n (i) VALUES (?)", i)
		})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(i)
	}
}

// killAfter starts a writer, kills it without warning once it has told of
// number most, and returns the last number that it told of.
func killAfter(t *testing.T, dsn string, most int) (last int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
	cmd.Env = append(os.Environ(), writerVar+"="+dsn)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var other []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			other = append(other, lines.Text())
			continue
		}
		if last = n; n == most {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	if last < most {
		t.Fatalf("the writer ended at %d: %q", last, other)
	}
	return last
}

package node_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // for the control

	"parley/bench/desks"
)

// Design 11 T, fault F2: the power of a desk is cut while acts are
// acknowledged. What its clients saw acknowledged is there when it starts
// again, head.latest does not hold it up, and the cell comes together.
func TestPowerCut(t *testing.T) {
	cuts := 8
	if testing.Short() {
		cuts = 2
	}
	rng := seeded(t)
	dir := t.TempDir()
	if err := desks.Make(dir, false); err != nil {
		t.Fatal(err)
	}
	on := newDisk()
	l := newLedger()
	mount, unmount := on.mount(t) // skips here where it cannot
	open, end := others(t, dir, "alpha", l)
	for i := range cuts {
		mayKeep := rng // every other cut lets some unsynced writes through
		if i%2 == 0 {
			mayKeep = nil
		}
		powerCut(t, on, mount, unmount, dir, time.Duration(rng.IntN(400))*time.Millisecond, mayKeep, l)
		mount, unmount = on.mount(t)
	}
	end()
	unmount()
	open["alpha"] = openHere(t, dir, "alpha", on.export(t))
	if why, _ := open["alpha"].Restoring(); why != "" {
		t.Errorf("after a power cut the desk waits: %s", why)
	}
	settle(t, open)
	compare(t, open, l)
	t.Logf("%d cuts dropped %d writes; acknowledged by alpha: %d", cuts, on.lost, len(l.of("alpha")))
}

// powerCut runs alpha on the disk until the power is cut under it.
func powerCut(t *testing.T, on *disk, mount string, unmount func(), dir string, after time.Duration, mayKeep *rand.Rand, l *ledger) {
	t.Helper()
	p := start(t, dir, "alpha", mount, l.next("alpha", clients), "")
	up, acks := false, 0
	p.follow(func(word, rest string) {
		switch word {
		case "up":
			up = true
		case "ack":
			l.note("alpha", parseAck(rest))
			if acks++; acks == 1 {
				time.AfterFunc(after, func() {
					on.cut(mayKeep)
					_ = p.cmd.Process.Kill()
				})
			}
		case "restoring", "down":
			t.Errorf("%s after a power cut: %s", word, rest)
		}
	})
	unmount()
	on.restore()
	if !up || acks == 0 {
		t.Fatalf("up %v, %d acknowledged\n%s", up, acks, p.stderr.String())
	}
}

// controlVar names the folder in which the control writes until it is killed.
const controlVar = "PARLEY_NODE_TEST_CONTROL"

// The rig can fail a test: a store that does not sync must lose what it
// acknowledged (calibration).
func TestPowerCutControl(t *testing.T) {
	if dir := os.Getenv(controlVar); dir != "" {
		writeUnsynced(t, dir)
		return
	}
	on := newDisk()
	mount, unmount := on.mount(t)
	t.Setenv(controlVar, mount)
	p := start(t, "", "", "", nil, "")
	acknowledged := 0
	p.follow(func(word, _ string) {
		if word != "ack" {
			return
		}
		if acknowledged++; acknowledged == 200 {
			on.cut(nil)
			_ = p.cmd.Process.Kill()
		}
	})
	unmount()
	on.restore()
	if acknowledged < 200 {
		t.Fatalf("only %d acknowledged\n%s", acknowledged, p.stderr.String())
	}
	db, err := sql.Open("sqlite", filepath.Join(on.export(t), "control.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow("SELECT COUNT(*) FROM n").Scan(&n); err != nil && !strings.Contains(err.Error(), "no such table") {
		t.Logf("the control's database cannot be read at all: %v", err)
	}
	if n >= acknowledged {
		t.Fatalf("a store that never syncs kept all %d acknowledged rows: the rig proves nothing", n)
	}
	t.Logf("control: %d of %d acknowledged rows are left", n, acknowledged)
}

// writeUnsynced acknowledges rows that nothing has made durable.
func writeUnsynced(t *testing.T, dir string) {
	db, err := sql.Open("sqlite", filepath.Join(dir, "control.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	for _, s := range []string{"PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF", "CREATE TABLE n (i INTEGER)"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; ; i++ {
		if _, err := db.Exec("INSERT INTO n (i) VALUES (?)", i); err != nil {
			t.Fatal(err)
		}
		fmt.Println("ack", i)
	}
}

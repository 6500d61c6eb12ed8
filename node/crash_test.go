package node_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/bench/desks"
	"parley/journal"
	"parley/node"
	"parley/store"
)

// A desk that is to be killed runs in a process of its own: this test binary,
// with these in its environment.
const (
	deskVar = "PARLEY_NODE_TEST_DESK" // the cell's folder, a bar, the desk's id
	dataVar = "PARLEY_NODE_TEST_DATA" // the folder of its database
	fromVar = "PARLEY_NODE_TEST_FROM" // the next number of each of its clients
	failVar = "PARLEY_NODE_TEST_FAIL" // a named point, a colon, at which visit to end
)

// seedVar repeats a run that failed.
const seedVar = "PARLEY_NODE_TEST_SEED"

// seeded gives the randomness of a test, and tells its seed when it fails.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv(seedVar), 10, 64); err == nil {
		seed = s
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s=%d repeats the times and choices of this run", seedVar, seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 1))
}

// TestDeskProcess is the desk that is killed; by itself it does nothing.
func TestDeskProcess(t *testing.T) {
	where, ok := os.LookupEnv(deskVar)
	if !ok {
		t.Skip("runs only as a process of its own")
	}
	dir, desk, _ := strings.Cut(where, "|")
	point, visit, _ := strings.Cut(os.Getenv(failVar), ":")
	left, _ := strconv.Atoi(visit)
	var mu sync.Mutex
	d, err := desks.Open(t.Context(), dir, desk, desks.Options{
		Data: os.Getenv(dataVar),
		Log:  slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Change: func(c *node.Config) {
			c.Fail = func(at string) {
				mu.Lock()
				defer mu.Unlock()
				if at != point {
					return
				}
				if left--; left == 0 {
					_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
					select {}
				}
			}
		},
	})
	if err != nil {
		fmt.Println("down", err)
		t.Fatal(err)
	}
	if why, _ := d.Restoring(); why != "" {
		fmt.Println("restoring", why)
	}
	fmt.Println("up")
	var from []int
	for _, s := range strings.Fields(os.Getenv(fromVar)) {
		n, _ := strconv.Atoi(s)
		from = append(from, n)
	}
	var out sync.Mutex
	for {
		err := press(t.Context(), d, from, func() {}, func(a acked) {
			out.Lock()
			defer out.Unlock()
			fmt.Println("ack", a.key, a.index, a.commitment)
		})
		out.Lock()
		fmt.Println("refused", err)
		out.Unlock()
		time.Sleep(20 * time.Millisecond) // until the desk may append again, or is killed
	}
}

// process is a desk in a process of its own.
type process struct {
	cmd    *exec.Cmd
	lines  *bufio.Scanner
	stderr strings.Builder
}

// start runs a desk with as many clients as the ledger knows numbers for.
func start(t *testing.T, dir, desk, data string, from []int, fail string) *process {
	t.Helper()
	run := "^TestDeskProcess$"
	if desk == "" {
		run = "^" + t.Name() + "$" // the test itself, as a process
	}
	p := &process{cmd: exec.Command(os.Args[0], "-test.run="+run, "-test.timeout=10m")}
	p.cmd.Env = append(os.Environ(), deskVar+"="+dir+"|"+desk, dataVar+"="+data, failVar+"="+fail,
		fromVar+"="+strings.Trim(fmt.Sprint(from), "[]"))
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	return p
}

// follow reads what the process says until it ends, and gives each line's
// first word and the rest.
func (p *process) follow(line func(word, rest string)) {
	for p.lines.Scan() {
		word, rest, _ := strings.Cut(p.lines.Text(), " ")
		line(word, rest)
	}
	_ = p.cmd.Wait() // it was killed
}

func parseAck(rest string) (a acked) {
	_, _ = fmt.Sscan(rest, &a.key, &a.index, &a.commitment)
	return a
}

const clients = 4

// round runs one desk until it is killed: by itself at a named point, or by
// the parent some time after its first acknowledgement.
func round(t *testing.T, dir, desk, data, fail string, after time.Duration, l *ledger) {
	t.Helper()
	p := start(t, dir, desk, data, l.next(desk, clients), fail)
	up, acks := false, 0
	var timer *time.Timer
	if fail != "" { // a point that is never reached must not hang the test
		timer = time.AfterFunc(30*time.Second, func() { _ = p.cmd.Process.Kill() })
		defer timer.Stop()
	}
	p.follow(func(word, rest string) {
		switch word {
		case "up":
			up = true
		case "ack":
			if acks++; acks == 1 && fail == "" {
				time.AfterFunc(after, func() { _ = p.cmd.Process.Kill() })
			}
			l.note(desk, parseAck(rest))
		case "restoring", "down", "refused":
			t.Errorf("%s after kill -9: %s", word, rest)
		}
	})
	if fail == "" && (!up || acks == 0) { // a point may be reached before the desk is up
		t.Fatalf("desk %s: up %v, %d acknowledged\n%s", desk, up, acks, p.stderr.String())
	}
	if timer != nil && !timer.Stop() {
		t.Fatalf("point %s was not reached\n%s", fail, p.stderr.String())
	}
}

// others opens every desk but one in this process, with clients of their own
// that write at their ease until the end.
func others(t *testing.T, dir, but string, l *ledger) (map[string]*desks.Desk, func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	open := map[string]*desks.Desk{}
	var pressing sync.WaitGroup
	for _, name := range desks.Names() {
		if name == but {
			continue
		}
		open[name] = openHere(t, dir, name, "")
		pressing.Go(func() {
			err := press(ctx, open[name], make([]int, 1), func() { time.Sleep(3 * time.Millisecond) }, func(a acked) { l.note(name, a) })
			if err != nil {
				t.Errorf("client of %s: %v", name, err)
			}
		})
	}
	return open, func() { cancel(); pressing.Wait() }
}

func openHere(t *testing.T, dir, name, data string) *desks.Desk {
	t.Helper()
	d, err := desks.Open(t.Context(), dir, name, desks.Options{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// settle waits until every desk holds every journal to its end and nothing is
// left to deliver, without anyone's help. Only then is there anything to
// compare.
func settle(t *testing.T, open map[string]*desks.Desk) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for i := 1; ; i++ {
		at := standing(t, open)
		if at == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the desks did not come together: %s", at)
		}
		time.Sleep(20 * time.Millisecond)
		if i%50 != 0 {
			continue
		}
		for name, d := range open { // once a second, as in service
			if err := d.Tick(t.Context()); err != nil {
				t.Fatalf("tick %s: %v", name, err)
			}
		}
	}
}

// waitingAt says what a desk has yet to see receipted.
func waitingAt(t *testing.T, name string, d *desks.Desk) (out string) {
	t.Helper()
	for _, peer := range desks.Names() {
		var n, from, to int64
		err := d.DB.Read(t.Context(), func(tx *store.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT COUNT(*), COALESCE(MIN(idx), 0), COALESCE(MAX(idx), 0) FROM outbox WHERE receipt = 0 AND peer = ?`, peer).Scan(&n, &from, &to)
		})
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			out += fmt.Sprintf(" at %s %d records %d..%d wait for %s;", name, n, from, to, peer)
		}
	}
	return out
}

// standing says what is still on its way, "" when nothing is.
func standing(t *testing.T, open map[string]*desks.Desk) string {
	t.Helper()
	sizes, waiting, differ := map[journal.Name]int64{}, "", false
	for name, d := range open {
		held, err := d.Holdings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range held {
			if was, ok := sizes[h.Name]; ok && was != h.Size {
				differ = true
			}
			sizes[h.Name] = max(sizes[h.Name], h.Size)
		}
		differ = differ || len(held) != len(desks.Names())
		waiting += waitingAt(t, name, d)
	}
	if !differ && waiting == "" {
		return ""
	}
	out := waiting
	for name, d := range open {
		held, _ := d.Holdings(t.Context())
		for _, h := range held {
			out += fmt.Sprintf(" %s holds %d of %s;", name, h.Size, h.Desk)
		}
		for _, p := range d.Links.Status() {
			out += fmt.Sprintf(" link %s-%s %+v;", name, p.Peer, p)
		}
	}
	return out
}

// Design 11 T, fault F1: a desk that is killed without warning at any moment,
// again and again, under load, while the others go on, loses nothing that it
// acknowledged, repeats nothing, and goes on by itself.
func TestKill(t *testing.T) {
	rounds := 50
	if testing.Short() {
		rounds = 3
	}
	for _, desk := range []string{"alpha", "bravo"} {
		t.Run(desk, func(t *testing.T) {
			rng := seeded(t)
			dir := t.TempDir()
			if err := desks.Make(dir, false); err != nil {
				t.Fatal(err)
			}
			l := newLedger()
			open, end := others(t, dir, desk, l)
			for range rounds {
				round(t, dir, desk, "", "", time.Duration(rng.IntN(120_000))*time.Microsecond, l)
			}
			end()
			open[desk] = openHere(t, dir, desk, "")
			settle(t, open)
			compare(t, open, l)
			t.Logf("%d rounds; acknowledged: alpha %d, bravo %d, supervisor %d", rounds, len(l.of("alpha")), len(l.of("bravo")), len(l.of("supervisor")))
		})
	}
}

// Design 11 T, fault F1: the same at every named step of a transaction.
func TestKillAtPoint(t *testing.T) {
	visits := 5
	if testing.Short() {
		visits = 1
	}
	for _, point := range []string{"before-commit", "after-commit", "before-sign", "before-receipt"} {
		t.Run(point, func(t *testing.T) {
			rng := seeded(t)
			dir := t.TempDir()
			if err := desks.Make(dir, true); err != nil {
				t.Fatal(err)
			}
			l := newLedger()
			open, end := others(t, dir, "bravo", l)
			round(t, dir, "bravo", "", point+":1", 0, l) // of its first commit, when it has signed nothing yet
			for range visits {
				round(t, dir, "bravo", "", fmt.Sprintf("%s:%d", point, 1+rng.IntN(40)), 0, l)
			}
			end()
			open["bravo"] = openHere(t, dir, "bravo", "")
			settle(t, open)
			compare(t, open, l)
		})
	}
}

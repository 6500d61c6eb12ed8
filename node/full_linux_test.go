package node_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"parley/bench/desks"
	"parley/cell"
	"parley/cell/hotline"
	"parley/node"
)

// small mounts a file system of so many bytes, with a ballast file that can be
// taken away to make room.
func small(t *testing.T, bytes string, ballast int) (dir string, makeRoom func()) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("NOT PROVEN HERE: only root may mount a small disk to fill")
	}
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+bytes); err != nil {
		t.Skipf("NOT PROVEN HERE: no small disk can be mounted: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	weight := filepath.Join(dir, "ballast")
	if err := os.WriteFile(weight, make([]byte, ballast), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, func() {
		if err := os.Remove(weight); err != nil {
			t.Fatal(err)
		}
	}
}

// Design 7 and 11 T, fault F4: with a full disk a desk refuses acts with a
// clear word and changes nothing; what it acknowledged stands; when there is
// room again the same desk goes on, without a restart.
func TestDiskFull(t *testing.T) {
	data, makeRoom := small(t, "12m", 6<<20)
	dir := t.TempDir()
	if err := desks.Make(dir, false); err != nil {
		t.Fatal(err)
	}
	l := newLedger()
	open, end := others(t, dir, "alpha", l)
	d := openHere(t, dir, "alpha", data)
	open["alpha"] = d
	full := press(t.Context(), d, make([]int, clients), func() {}, func(a acked) { l.note("alpha", a) })
	if !errors.Is(full, cell.ErrNotNow) || !strings.Contains(full.Error(), "the disk is full") {
		t.Fatalf("a full disk gave %v", full)
	}
	refused := 0
	for i := range 50 { // the links' own records may have left a free page
		before := sizeOf(t, d)
		text := fmt.Sprintf("key big-%d %s", i, strings.Repeat("x", 19_000))
		_, err := d.Act(t.Context(), node.Act{Kind: hotline.KindMessage, Body: []byte(`{"body":{"lang":"en","text":"` + text + `"}}`)})
		if err == nil {
			continue
		}
		if refused++; !errors.Is(err, cell.ErrNotNow) {
			t.Fatalf("an act on a full disk gave %v", err)
		}
		if got := sizeOf(t, d); got < before {
			t.Fatalf("the journal fell from %d to %d entries", before, got)
		}
	}
	if refused == 0 {
		t.Error("the disk did not stay full")
	}
	makeRoom()
	f, err := d.Act(t.Context(), node.Act{Kind: hotline.KindMessage, Key: "c0-1000000", Body: []byte(`{"body":{"lang":"en","text":"key c0-1000000"}}`)})
	if err != nil {
		t.Fatalf("with room again: %v", err)
	}
	l.note("alpha", acked{"c0-1000000", f.Cite.Index, f.Commitment})
	end()
	settle(t, open)
	compare(t, open, l)
	t.Logf("acknowledged by alpha: %d", len(l.of("alpha")))
}

func sizeOf(t *testing.T, d *desks.Desk) int64 {
	t.Helper()
	held, err := d.Holdings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range held {
		if h.Desk == d.Node.Desk() {
			return h.Size
		}
	}
	return 0
}

package node

import (
	"testing"

	"parley/cell"
)

// What was read lately is found again, and large bodies push the older ones out
// as many small ones do.
func TestMemoIsBounded(t *testing.T) {
	var m memo
	put := func(i int64, size int) {
		m.put(cell.Held{Record: cell.Record{Desk: "alpha", Body: make([]byte, size)}, Gen: 1, Index: i, Hash: "h"})
	}
	held := func() (n, bytes int) {
		for _, age := range []map[cell.Cite]weighed{m.young, m.old} {
			n += len(age)
			for _, h := range age {
				bytes += len(h.Record.Body)
			}
		}
		return n, bytes
	}
	for i := range int64(3 * memoSize) {
		put(i, 10)
		if _, ok := m.get(cell.Cite{Desk: "alpha", Gen: 1, Index: i}, "h"); !ok {
			t.Fatalf("%d is not found as soon as it is kept", i)
		}
		if _, ok := m.get(cell.Cite{Desk: "alpha", Gen: 1, Index: i}, "other"); ok {
			t.Fatal("a record is found under another hash")
		}
	}
	if n, _ := held(); n > 2*memoSize {
		t.Errorf("%d records are kept", n)
	}
	const large = 400 << 10
	for i := range int64(200) {
		put(1_000_000+i, large)
	}
	if n, bytes := held(); 4*bytes > 2*(memoBytes+4*weighEvery*large) || n < 30 {
		t.Errorf("%d records of %d bytes are kept", n, bytes)
	}
	if _, ok := m.get(cell.Cite{Desk: "alpha", Gen: 1, Index: 0}, "h"); ok {
		t.Error("the oldest is kept still")
	}
}

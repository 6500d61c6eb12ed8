package link

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/cell"
)

// BenchmarkRecord is one record of 1 KiB from filed at alpha to admitted at
// bravo, without any disk, over the transport in service (design 10: the
// link's share of one record).
func BenchmarkRecord(b *testing.B) {
	alpha, bravo := pairOverHTTP2(b)
	text := strings.Repeat("x", 1000)
	for b.Loop() {
		alpha.file(true, []string{"bravo"}, text)
		for size := alpha.size("alpha"); bravo.size("alpha") < size; {
			changed := bravo.Changed()
			if bravo.size("alpha") < size {
				<-changed
			}
		}
	}
}

// pairOverHTTP2 joins two desks in memory by the transport in service.
func pairOverHTTP2(b *testing.B) (alpha, bravo *memDesk) {
	b.Helper()
	seats := []seat{newSeat(b, "alpha", ed25519Key(b)), newSeat(b, "bravo", ed25519Key(b))}
	charter := &cell.Charter{Cell: "test", Hash: "aa", Links: [][]string{{"alpha", "bravo"}}}
	for _, s := range seats {
		charter.Members = append(charter.Members, cell.Member{
			Desk: s.desk, Addresses: []string{s.at.Addr().String()}, Keys: cell.Keys{TLS: s.pin},
		})
	}
	ctx, cancel := context.WithCancel(b.Context())
	var running sync.WaitGroup
	b.Cleanup(func() { cancel(); running.Wait() })
	var desks []*memDesk
	for _, s := range seats {
		d := newDesk(s.desk)
		desks = append(desks, d)
		m, err := New(Config{Desk: d, Charter: charter, Transport: s.open(b, Routes(charter, s.desk)...), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		running.Go(func() { m.Run(ctx) })
	}
	return desks[0], desks[1]
}

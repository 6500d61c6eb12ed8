package cot

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"parley/geo"
)

// A client that is told of changes alone, however late it asks, stands where one
// stands that is told of everything; and what is remembered stays bounded.
func TestChangesAreThePicture(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	circle, err := geo.Circle(geo.Point{Lat: 12.5, Lon: -38.5}, 500)
	if err != nil {
		t.Fatal(err)
	}
	var p picture
	type client struct {
		mark int
		has  map[string]bool
	}
	clients := []*client{{has: map[string]bool{}}, {has: map[string]bool{}}, {has: map[string]bool{}}}
	bring := func(c *client) {
		list, all, next := p.since(c.mark)
		if all {
			clear(c.has)
		}
		for _, x := range list {
			if c.has[x.uid] = x.now != nil; x.now == nil {
				delete(c.has, x.uid)
			}
		}
		c.mark = next
	}
	want := map[string]Item{}
	revision := int64(0)
	for now := range int64(30_000) {
		key := fmt.Sprintf("alpha:%d", rng.IntN(40))
		switch rng.IntN(5) {
		case 0:
			p.drop(key)
			delete(want, key)
		case 1: // said again, unchanged
			if it, ok := want[key]; ok {
				p.put(it, now)
			}
		default:
			revision++
			it := Item{Key: key, Revision: revision}
			for range 1 + rng.IntN(3) {
				it.Volumes = append(it.Volumes, geo.Volume{Shape: circle, From: now, Until: now + 1 + rng.Int64N(200)})
			}
			want[key] = it
			p.put(it, now)
		}
		p.end(now)
		for i, every := range []int64{1, 100, 9000} { // the last is farther behind than is remembered
			if now%every == 0 {
				bring(clients[i])
			}
		}
		if now%1000 != 0 {
			continue
		}
		stands := map[string]bool{}
		for _, it := range want {
			for _, a := range areas(it) {
				if a.volume.Until > now {
					stands[a.uid] = true
				}
			}
		}
		for i, c := range clients[:2] {
			if !maps.Equal(c.has, stands) {
				t.Fatalf("after %d steps client %d has %v, want %v", now, i, slices.Sorted(maps.Keys(c.has)), slices.Sorted(maps.Keys(stands)))
			}
		}
		if now%9000 == 0 && !maps.Equal(clients[2].has, stands) {
			t.Fatalf("after %d steps the late client has %v, want %v", now, clients[2].has, stands)
		}
	}
	if len(p.log) > 2*remembered || len(p.by) != len(p.ends) || len(p.of) > len(p.by) {
		t.Errorf("remembered are %d changes, %d areas, %d ends, %d items", len(p.log), len(p.by), len(p.ends), len(p.of))
	}
}

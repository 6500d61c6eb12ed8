package main

import (
	"crypto/subtle"
	"sync/atomic"

	"parley/desk"
)

// way is a sign-in link's secret and the officer whom it signs in.
type way struct{ officer, secret string }

// twoWays makes a desk's links: one for each officer.
func twoWays() []way {
	return []way{{desk.FirstOfficer, desk.Secret()}, {desk.SecondOfficer, desk.Secret()}}
}

// find gives the place of the way that a secret opens, -1 for none. It looks
// at all of them: how long it takes says nothing about them.
func find(ways []way, secret string) int {
	found := -1
	for i, w := range ways {
		if subtle.ConstantTimeCompare([]byte(secret), []byte(w.secret)) == 1 {
			found = i
		}
	}
	return found
}

// onlyOnce accepts each secret the first time.
func onlyOnce(ways []way) func(secret string) (officer string, ok bool) {
	used := make([]atomic.Bool, len(ways))
	return func(secret string) (string, bool) {
		i := find(ways, secret)
		if i < 0 || !used[i].CompareAndSwap(false, true) {
			return "", false
		}
		return ways[i].officer, true
	}
}

// everyTime accepts the secrets any number of times: a demonstration's.
func everyTime(ways []way) func(secret string) (officer string, ok bool) {
	return func(secret string) (string, bool) {
		i := find(ways, secret)
		if i < 0 {
			return "", false
		}
		return ways[i].officer, true
	}
}

package officer

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrRefused is what whoever cannot be let in is told: never why, which the
// desk's log says.
var ErrRefused = errors.New("refused")

// Wait says that too many attempts failed, and when the next is looked at
// (SEC-08). It is an [ErrRefused].
type Wait struct{ For time.Duration }

// Error says how long to wait.
func (w *Wait) Error() string {
	return fmt.Sprintf("too many attempts failed; the next is looked at in %d s", w.Seconds())
}

// Seconds is the wait in full seconds, at least one.
func (w *Wait) Seconds() int64 { return max(1, int64((w.For+time.Second-1)/time.Second)) }

// Unwrap makes it an ErrRefused.
func (w *Wait) Unwrap() error { return ErrRefused }

const (
	freeTries   = 5 // before the first delay
	firstDelay  = 15 * time.Second
	mostDelay   = 15 * time.Minute
	forgetAfter = time.Hour // since the last failure
	mostTries   = 4096      // officers and addresses remembered
)

// try is how often an officer or an address failed.
type try struct {
	failed      int
	last, until time.Time
}

// mayTry gives a Wait while one of some keys has to wait.
func (b *Book) mayTry(keys ...string) error {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	var longest time.Duration
	for _, k := range keys {
		if t, ok := b.tries[k]; ok && now.Sub(t.last) < forgetAfter {
			longest = max(longest, t.until.Sub(now))
		}
	}
	if longest > 0 {
		return &Wait{longest}
	}
	return nil
}

// failed counts a failure and reports whether a delay begins with it.
func (b *Book) failed(keys ...string) (limited bool) {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range keys {
		t := b.tries[k]
		if now.Sub(t.last) >= forgetAfter {
			t = try{}
		}
		t.failed, t.last = t.failed+1, now
		if over := t.failed - freeTries; over >= 0 {
			t.until = now.Add(min(mostDelay, firstDelay<<min(over, 10)))
			limited = true
		}
		b.tries[k] = t
	}
	b.forgetTries(now)
	return limited
}

// forgetTries keeps the list small: first what is long past, then, when
// strangers made many, whatever has not been delayed.
func (b *Book) forgetTries(now time.Time) {
	if len(b.tries) <= mostTries {
		return
	}
	for k, t := range b.tries {
		if now.Sub(t.last) >= forgetAfter {
			delete(b.tries, k)
		}
	}
	for k, t := range b.tries {
		if len(b.tries) > mostTries && t.failed < freeTries {
			delete(b.tries, k)
		}
	}
}

// succeeded forgets an officer's failures.
func (b *Book) succeeded(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.tries, key)
}

// MayTry gives a [Wait] while an address has failed too often: for what is
// looked at outside the book, such as an exercise's links.
func (b *Book) MayTry(from string) error { return b.mayTry(byAddress(from)) }

// Refuse notes that an address failed at what is looked at outside the book,
// and gives [ErrRefused].
func (b *Book) Refuse(ctx context.Context, e Event) error {
	return b.refuse(ctx, e, byAddress(e.Where))
}

func byOfficer(code string) string { return "officer/" + code }

func byAddress(from string) string { return "from/" + from }

// refuse notes a failure, counts it and gives what the stranger is told. What
// the desk cannot note is refused all the same.
func (b *Book) refuse(ctx context.Context, e Event, keys ...string) error {
	limited := b.failed(keys...)
	if e.Kind == "" {
		e.Kind = Refused
	}
	err := b.Note(ctx, e)
	if limited {
		err = errors.Join(err, b.Note(ctx, Event{Kind: Limited, Officer: e.Officer, Where: e.Where, Detail: "after " + e.Kind}))
	}
	if err != nil {
		return fmt.Errorf("%w (and not noted: %w)", ErrRefused, err)
	}
	return ErrRefused
}

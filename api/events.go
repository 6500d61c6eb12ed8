package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"parley/cell"
	"parley/node"
)

const (
	beat     = 10 * time.Second // a comment and a tick, however quiet
	patience = 20 * time.Second // for a client to take what is written
	stateGap = time.Second      // between two state events without a record
	feedPage = 64               // positions read at once: all that is ever held for a client
)

// feedEvent is the data of an event "feed"; its id is the position.
type feedEvent struct {
	Now        int64           `json:"now"`
	Rate       float64         `json:"rate"`
	Pos        int64           `json:"pos"`
	Matters    []string        `json:"matters"`
	Records    []string        `json:"records"`
	Precedence cell.Precedence `json:"precedence"`
	From       string          `json:"from"`
}

// clockEvent is the data of the events "state" and "tick".
type clockEvent struct {
	Now  int64   `json:"now"`
	Rate float64 `json:"rate"`
}

// events streams what changes (server-sent events, WHATWG HTML 9.2). A client
// that was cut off resumes after the position it saw last. Nothing is held
// back for a slow client: it is read from the feed when it can take it, and a
// client that takes nothing for a while is cut off.
func (h *host) events(w http.ResponseWriter, r *http.Request) {
	after, err := h.resumeAt(r)
	if err != nil {
		writeProblem(w, h.problem(r.Context(), err, nil))
		return
	}
	out := newStream(w)
	head := w.Header()
	head.Set("Content-Type", "text/event-stream")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no") // a proxy in between must not collect
	w.WriteHeader(http.StatusOK)
	s := follower{host: h, out: out, after: after}
	s.out.write("retry: 2000\n\n")
	s.out.event("tick", after, h.clock())
	s.follow(r.Context(), stopping(r.Context()))
}

// resumeAt gives the position to go on from: the one the client names, or the
// present one. A position that this desk has not reached (its database was
// restored) means the present one too.
func (h *host) resumeAt(r *http.Request) (int64, error) {
	pos, err := h.Node.FeedPos(r.Context())
	if err != nil {
		return 0, err
	}
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		return pos, nil
	}
	after, err := strconv.ParseInt(last, 10, 64)
	if err != nil || after < 0 {
		return 0, invalidAt("header.Last-Event-ID", fmt.Sprintf("%.40q is no position of the feed", last))
	}
	return min(after, pos), nil
}

func (h *host) clock() clockEvent { return clockEvent{h.now(), h.Rate()} }

// follower is one client's place in the feed.
type follower struct {
	*host
	out   *stream
	after int64
}

func (s *follower) follow(ctx context.Context, stop <-chan struct{}) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	gap := time.NewTimer(stateGap)
	defer gap.Stop()
	rested, owed := false, false // whether a state event may go out, and whether one should
	for s.out.err == nil {
		changed := s.Node.Changed()
		state, now := s.standing(ctx)
		switch state {
		case stateNone:
			return // signed out, disabled, moved: the client asks again, and is told
		case stateLocked:
			if !s.waitLocked(ctx, stop, tick.C) {
				return
			}
			continue
		}
		list, err := s.Node.Feed(now, s.after, feedPage)
		if err != nil {
			if ctx.Err() == nil {
				s.Log.Error("feed cannot be read", "err", err)
			}
			return
		}
		for _, e := range list {
			s.send(now, e)
		}
		if len(list) > 0 {
			owed = false // whoever takes a feed event asks for the state anyway
		}
		if len(list) == feedPage {
			continue
		}
		if owed && rested {
			s.out.event("state", 0, s.clock())
			rested, owed = false, false
			gap.Reset(stateGap)
		}
		select {
		case <-changed:
			owed = true
		case <-gap.C:
			rested = true
		case <-tick.C:
			s.out.write(": the desk is here\n\n")
			s.out.event("tick", 0, s.clock())
		case <-ctx.Done():
			return
		case <-stop:
			return
		}
	}
}

// waitLocked keeps a locked session's stream alive until the next tick: it
// learns that the desk is here and what time it is. It reports whether to go on.
func (s *follower) waitLocked(ctx context.Context, stop <-chan struct{}, tick <-chan time.Time) bool {
	select {
	case <-tick:
		s.out.event("tick", 0, s.clock())
		return true
	case <-ctx.Done():
	case <-stop:
	}
	return false
}

// send passes a position on. Who may not read is told nothing of it: their
// stream ticks.
func (s *follower) send(ctx context.Context, e node.FeedEntry) {
	if !allows(ctx, cell.RightRead) {
		s.after = e.Pos
		return
	}
	s.out.event("feed", e.Pos, feedEvent{s.now(), s.Rate(), e.Pos, e.Matters, e.Records, e.Precedence, e.From})
	s.after = e.Pos
}

// stream writes events to one client and remembers the first failure.
type stream struct {
	w   io.Writer
	rc  *http.ResponseController
	err error
}

// newStream lifts the server's limits for one answer, which are those of
// ordinary requests.
func newStream(w http.ResponseWriter) *stream {
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Time{}) // a writer without deadlines has none to lift
	_ = rc.SetWriteDeadline(time.Time{})
	return &stream{w: w, rc: rc}
}

// write sends a text at once. A client that does not take it within patience
// is cut off: a deadline in the past ends the write that waits.
func (s *stream) write(text string) {
	if s.err != nil {
		return
	}
	watchdog := time.AfterFunc(patience, func() { _ = s.rc.SetWriteDeadline(time.Unix(1, 0)) })
	defer watchdog.Stop()
	if _, s.err = io.WriteString(s.w, text); s.err == nil {
		s.err = s.rc.Flush()
	}
}

// event sends one event; id 0 leaves the client's position as it is.
func (s *stream) event(name string, id int64, data any) {
	body, err := json.Marshal(data)
	if err != nil {
		s.err = err
		return
	}
	at := ""
	if id > 0 {
		at = "id: " + strconv.FormatInt(id, 10) + "\n"
	}
	s.write("event: " + name + "\n" + at + "data: " + string(body) + "\n\n")
}

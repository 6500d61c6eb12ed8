package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"parley/cell"
	"parley/officer"
)

const (
	sessionLife = 12 * time.Hour   // a long watch
	lockAfter   = 5 * time.Minute  // without a touch or an act (SEC-08)
	brokenFor   = 60 * time.Minute // break-glass (SEC-07)
)

// How an officer signed in.
const (
	byKey  = "passkey"
	byCode = "code"
	byLink = "link" // an exercise's
)

// session is one sign-in that stands.
type session struct {
	officer string
	from    string // the address that it is bound to
	how     string // byKey, byCode or byLink
	touched time.Time
	locked  bool
	broken  time.Time // until when break-glass is in force
}

// sessions are the sign-ins that stand, by the hash of the cookie's value, in
// memory only: a restart signs everybody out. Timers end them.
type sessions struct {
	now  func() time.Time
	mu   sync.Mutex
	live map[[sha256.Size]byte]*session // what it points to is guarded too
}

// begin makes an officer's sign-in and gives its cookie's value: 32 random
// bytes.
func (s *sessions) begin(code, from, how string) string {
	var b [32]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	value := base64.RawURLEncoding.EncodeToString(b[:])
	key := sha256.Sum256([]byte(value))
	s.mu.Lock()
	s.live[key] = &session{officer: code, from: from, how: how, touched: s.now()}
	s.mu.Unlock()
	time.AfterFunc(sessionLife, func() { s.end(value) })
	return value
}

// end forgets a sign-in.
func (s *sessions) end(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, sha256.Sum256([]byte(value)))
}

// find gives the sign-in of a cookie as it stands. justLocked is true the once
// that it is found to have been left alone for too long. An exercise's link
// cannot open a lock, and so its sessions never lock.
func (s *sessions) find(value string) (now session, justLocked, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.live[sha256.Sum256([]byte(value))]
	if !ok {
		return session{}, false, false
	}
	if x.how != byLink && !x.locked && s.now().Sub(x.touched) >= lockAfter {
		x.locked, justLocked = true, true
	}
	return *x, justLocked, true
}

// change alters a sign-in that stands.
func (s *sessions) change(value string, f func(*session)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x, ok := s.live[sha256.Sum256([]byte(value))]; ok {
		f(x)
	}
}

// touch notes that the officer is at work.
func (s *sessions) touch(value string) {
	s.change(value, func(x *session) { x.touched = s.now() })
}

// visit is what is known of who sends a request.
type visit struct {
	from   string // see [address]
	secure bool   // it came over TLS
	value  string // the session's cookie, "" for none
	session
	person officer.Person
	state  string // stateNone, stateOpen or stateLocked
}

// How a visitor stands.
const (
	stateNone   = "none"
	stateOpen   = "open"
	stateLocked = "locked"
)

// address gives the address that a request comes from, as sessions and limits
// know it: browsers of one machine may take turns between addresses of its own,
// and between those of one IPv6 network.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a, err := netip.ParseAddr(host)
	switch a = a.Unmap().WithZone(""); {
	case err != nil:
		return "this machine" // its own socket, or no network at all
	case a.IsLoopback():
		return "this machine"
	case a.Is6():
		net, _ := a.Prefix(64) // of an IPv6 address there is one
		return net.String()
	}
	return a.String()
}

// cookie names the session's cookie by desk, because browsers share cookies
// between the ports of one machine. Over TLS its name has the prefix that
// browsers take from this very host only (RFC 6265bis, 4.1.3.2).
func (h *host) cookie(secure bool) string {
	if secure {
		return "__Host-parley_" + h.Node.Desk()
	}
	return "parley_" + h.Node.Desk()
}

// framed names the second cookie, which only a demonstration sets: its page
// shows several desks side by side, and a browser sends a frame of another
// host only cookies that say so.
func (h *host) framed() string { return "parley_" + h.Node.Desk() + "_framed" }

// visitOf finds out who sends a request: a token that is sent decides alone,
// then the desk's own socket, then the cookies.
func (h *host) visitOf(r *http.Request) visit {
	ctx := r.Context()
	v := visit{from: address(r), secure: r.TLS != nil, state: stateNone}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if p, err := h.Book.ByToken(ctx, token, v.from); err == nil {
			v.person, v.state = p, stateOpen
		}
		return v
	}
	if ctx.Value(localKey{}) != nil {
		v.person = officer.Person{Code: officer.Local, Roles: []string{cell.RoleAdmin}, Via: officer.BySocket}
		v.state = stateOpen
		return v
	}
	for _, name := range []string{h.cookie(v.secure), h.framed()} {
		if c, err := r.Cookie(name); err == nil && h.bySession(ctx, &v, c.Value) {
			return v
		}
	}
	return v
}

// bySession looks at one cookie. A session that comes from another address
// than it began at was carried there by somebody: it is ended, noted and
// alarmed. One of an officer who no longer works here is ended.
func (h *host) bySession(ctx context.Context, v *visit, value string) bool {
	s, justLocked, ok := h.sessions.find(value)
	if !ok {
		return false
	}
	if s.from != v.from {
		h.sessions.end(value)
		h.note(ctx, officer.Event{Kind: officer.Moved, Officer: s.officer, Where: v.from, Detail: "began at " + s.from})
		return false
	}
	p, err := h.Book.Person(ctx, s.officer, officer.BySession)
	if err != nil {
		h.sessions.end(value)
		return false
	}
	p.Broken = h.sessions.now().Before(s.broken)
	v.value, v.session, v.person, v.state = value, s, p, stateOpen
	if s.locked {
		v.state = stateLocked
	}
	if justLocked {
		h.note(ctx, officer.Event{Kind: officer.Locked, Officer: s.officer, Where: v.from, Detail: "left alone"})
	}
	return true
}

// note writes into the desk's own log; what cannot be written is told to the
// operator's.
func (h *host) note(ctx context.Context, e officer.Event) {
	if err := h.Book.Note(ctx, e); err != nil {
		h.Log.Error("the desk's log cannot be written", "kind", e.Kind, "err", err)
	}
}

// visitKey and localKey are where the context of a request holds who is behind
// it, and that it came through the desk's own socket.
type (
	visitKey struct{}
	localKey struct{}
)

// Local marks the requests of whoever owns the desk's directory: those that
// come through its socket, or that its program makes itself. Without a token
// they are the administrator's.
func Local(ctx context.Context) context.Context { return context.WithValue(ctx, localKey{}, true) }

// visitor gives what the guard found out; nobody outside it.
func visitor(ctx context.Context) visit {
	v, ok := ctx.Value(visitKey{}).(visit)
	if !ok {
		return visit{state: stateNone}
	}
	return v
}

// person gives the officer behind a request; nobody, who may do nothing, when
// the request carries none or their session is locked.
func person(ctx context.Context) officer.Person {
	if v := visitor(ctx); v.state == stateOpen {
		return v.person
	}
	return officer.Person{}
}

// forEverybody reports whether a path is for those who have not signed in, or whose
// session is locked: it is how they do.
func forEverybody(path string) bool {
	return path == "/api/v1/session" || path == "/api/v1/signout" ||
		strings.HasPrefix(path, "/api/v1/signin/") || strings.HasPrefix(path, "/api/v1/enrol/")
}

// lockedProblem is the type of the refusal of a session that is locked.
const lockedProblem = "urn:parley:locked"

// guard lets only those through who say who they are, and notes it with the
// request. A locked session may follow the events, of which it gets the ticks.
func (h *host) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := h.visitOf(r)
		switch {
		case forEverybody(r.URL.Path):
		case v.state == stateNone:
			w.Header().Set("WWW-Authenticate", `Bearer realm="parley"`)
			writeProblem(w, newProblem(http.StatusUnauthorized, "sign in, or send an officer's token"))
			return
		case v.state == stateLocked && r.URL.Path != "/api/v1/events":
			p := newProblem(http.StatusUnauthorized, "the session is locked: sign in again")
			p.Type = lockedProblem
			writeProblem(w, p)
			return
		case v.value != "" && r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.sessions.touch(v.value)
		}
		next.ServeHTTP(w, r.WithContext(behind(r.Context(), v)))
	})
}

// standing says how the visitor of a stream stands now, and gives a context
// with what they may see: what was found when it was opened may have changed.
func (h *host) standing(ctx context.Context) (string, context.Context) {
	v := visitor(ctx)
	broken := false
	if v.value != "" {
		s, _, ok := h.sessions.find(v.value)
		switch {
		case !ok:
			return stateNone, ctx
		case s.locked:
			return stateLocked, ctx
		}
		broken = h.sessions.now().Before(s.broken)
	}
	if v.person.Via == officer.BySocket {
		return stateOpen, ctx
	}
	p, err := h.Book.Person(ctx, v.person.Code, v.person.Via)
	if err != nil {
		return stateNone, ctx
	}
	p.Scope, p.Broken = v.person.Scope, broken
	v.person, v.state = p, stateOpen
	return stateOpen, behind(ctx, v)
}

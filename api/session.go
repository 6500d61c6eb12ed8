package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"parley/cell"
	"parley/officer"
)

// sessionLife is how long a sign-in lasts: a long watch.
const sessionLife = 12 * time.Hour

// sessions are the sign-ins that stand: the officer's code by the hash of the
// cookie's value, in memory only: a restart signs everybody out. Timers end
// them, so that no clock has to be read.
type sessions struct {
	mu   sync.Mutex
	live map[[sha256.Size]byte]string
}

func newSessions() *sessions { return &sessions{live: map[[sha256.Size]byte]string{}} }

// begin makes an officer's sign-in and gives its cookie's value: 32 random
// bytes.
func (s *sessions) begin(officer string) string {
	var b [32]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	value := base64.RawURLEncoding.EncodeToString(b[:])
	key := sha256.Sum256([]byte(value))
	s.mu.Lock()
	s.live[key] = officer
	s.mu.Unlock()
	time.AfterFunc(sessionLife, func() {
		s.mu.Lock()
		delete(s.live, key)
		s.mu.Unlock()
	})
	return value
}

func (s *sessions) officer(value string) (code string, ok bool) {
	key := sha256.Sum256([]byte(value))
	s.mu.Lock()
	defer s.mu.Unlock()
	code, ok = s.live[key]
	return code, ok
}

// cookie names the session's cookie by desk, because browsers share cookies
// between the ports of one machine.
func (h *host) cookie() string { return "parley_" + h.Node.Desk() }

// framed names the second cookie, which only a demonstration sets: its page
// shows several desks side by side, and a browser sends a frame of another
// host only cookies that say so.
func (h *host) framed() string { return h.cookie() + "_framed" }

// officerOf gives the code of the officer whose token or sign-in a request
// carries. A token that is sent decides alone.
func (h *host) officerOf(r *http.Request) (code string, ok bool) {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && len(h.Tokens) > 0 {
		return h.byToken(token)
	}
	for _, name := range []string{h.cookie(), h.framed()} {
		if c, err := r.Cookie(name); err == nil {
			if code, ok := h.sessions.officer(c.Value); ok {
				return code, true
			}
		}
	}
	return "", false
}

// byToken looks at every token, whichever fits: how long it takes says nothing
// about them.
func (h *host) byToken(token string) (code string, ok bool) {
	given := sha256.Sum256([]byte(token))
	for t, officer := range h.Tokens {
		want := sha256.Sum256([]byte(t))
		if subtle.ConstantTimeCompare(given[:], want[:]) == 1 {
			code, ok = officer, true
		}
	}
	return code, ok
}

// personKey is where the context of a request holds who is behind it.
type personKey struct{}

// person gives the officer behind a request; nobody, who may do nothing, when
// the request carries none.
func person(ctx context.Context) officer.Person {
	p, _ := ctx.Value(personKey{}).(officer.Person)
	return p
}

// guard lets only those through who say who they are, and notes it with the
// request.
func (h *host) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code, ok := h.officerOf(r)
		if !ok {
			w.Header().Set("WWW-Authenticate", `Bearer realm="parley"`)
			writeProblem(w, newProblem(http.StatusUnauthorized, "sign in with a link from the desk, or send an officer's token"))
			return
		}
		who := officer.Person{Code: code, Roles: cell.Roles(), All: true, Via: officer.BySession}
		if h.Officers != nil {
			who = h.Officers(code)
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), personKey{}, who)))
	})
}

// signIn trades a one-time secret for a session and goes to the console. Only
// GET does it: a program that looks at a link with HEAD must not use it up.
func (h *host) signIn(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		onlyGet(w, r)
		return
	}
	secret := r.URL.Query().Get("t")
	var code string
	known := secret != "" && h.SignIn != nil
	if known {
		code, known = h.SignIn(secret)
	}
	if !known {
		writeProblem(w, newProblem(http.StatusUnauthorized, "this sign-in link is used up or was never given; ask the desk for a new one"))
		return
	}
	c := http.Cookie{Name: h.cookie(), Value: h.sessions.begin(code), Path: "/", MaxAge: int(sessionLife / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil}
	http.SetCookie(w, &c)
	if h.Demo != nil {
		c.Name, c.SameSite, c.Secure, c.Partitioned = h.framed(), http.SameSiteNoneMode, true, true
		http.SetCookie(w, &c)
	}
	to := "/"
	if r.URL.Query().Has("look") { // look on without taking the watch
		to = "/?look=1"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

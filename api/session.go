package api

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"
)

// sessionLife is how long a sign-in lasts: a long watch.
const sessionLife = 12 * time.Hour

// sessions are the sign-ins that stand, by the hash of their cookie's value,
// in memory only: a restart signs everybody out. Timers end them, so that no
// clock has to be read.
type sessions struct {
	mu   sync.Mutex
	live map[[sha256.Size]byte]bool
}

func newSessions() *sessions { return &sessions{live: map[[sha256.Size]byte]bool{}} }

// begin makes a sign-in and gives its cookie's value: 32 random bytes.
func (s *sessions) begin() string {
	var b [32]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	value := base64.RawURLEncoding.EncodeToString(b[:])
	key := sha256.Sum256([]byte(value))
	s.mu.Lock()
	s.live[key] = true
	s.mu.Unlock()
	time.AfterFunc(sessionLife, func() {
		s.mu.Lock()
		delete(s.live, key)
		s.mu.Unlock()
	})
	return value
}

func (s *sessions) known(value string) bool {
	key := sha256.Sum256([]byte(value))
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live[key]
}

// cookie names the session's cookie by desk, because browsers share cookies
// between the ports of one machine.
func (h *host) cookie() string { return "parley_" + h.Node.Desk() }

// framed names the second cookie, which only a demonstration sets: its page
// shows several desks side by side, and a browser sends a frame of another
// host only cookies that say so.
func (h *host) framed() string { return h.cookie() + "_framed" }

// allowed reports whether a request carries the desk's token or a sign-in.
func (h *host) allowed(r *http.Request) bool {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && h.Token != "" {
		given, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(h.Token))
		return subtle.ConstantTimeCompare(given[:], want[:]) == 1
	}
	for _, name := range []string{h.cookie(), h.framed()} {
		if c, err := r.Cookie(name); err == nil && h.sessions.known(c.Value) {
			return true
		}
	}
	return false
}

// guard lets only those through who say who they are.
func (h *host) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.allowed(r) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="parley"`)
			writeProblem(w, newProblem(http.StatusUnauthorized, "sign in with a link from the desk, or send its token"))
			return
		}
		next.ServeHTTP(w, r)
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
	if secret == "" || h.SignIn == nil || !h.SignIn(secret) {
		writeProblem(w, newProblem(http.StatusUnauthorized, "this sign-in link is used up or was never given; ask the desk for a new one"))
		return
	}
	c := http.Cookie{Name: h.cookie(), Value: h.sessions.begin(), Path: "/", MaxAge: int(sessionLife / time.Second),
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

package pager_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
	"parley/pager"
	"parley/store"
)

// canary is what must never leave the desk: content, a place, a name, a number.
const canary = "canary-of-Nadrin-B-17"

// rig is a pager on a database of its own, whose desk's watch a test writes.
type rig struct {
	*pager.Pager
	db      *store.DB
	at      time.Time
	watch   node.Watch
	taken   string
	failing map[string]int
	mu      sync.Mutex // guards failing
	cfg     pager.Config
}

func words(key string, args map[string]string) cell.T3 {
	out := cell.T3{}
	for _, l := range cell.Languages() {
		out[l] = fmt.Sprintf("%s %s %s %s %s", l, key, args["desk"], args["precedence"], args["minutes"])
	}
	return out
}

func begin(t *testing.T, s pager.Settings) *rig {
	t.Helper()
	r := &rig{at: time.Date(2026, 1, 6, 2, 0, 0, 0, time.UTC), failing: map[string]int{}}
	var err error
	if r.db, err = store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "p.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.db.Close() })
	if err := r.db.Migrate(t.Context(), "pager/1", pager.Schema); err != nil {
		t.Fatal(err)
	}
	c := nodetest.NewCell(t, nil).Charter
	r.cfg = pager.Config{
		Cell: c.Cell, Desk: "bravo", Status: c.Status, Charter: c, Settings: s,
		DB: pager.DB{
			Read: func(ctx context.Context, f func(pager.Tx) error) error {
				return r.db.Read(ctx, func(tx *store.Tx) error { return f(tx) })
			},
			Write: func(ctx context.Context, f func(pager.Tx) error) error {
				return r.db.Write(ctx, func(tx *store.Tx) error { return f(tx) })
			},
		},
		Look:  func(context.Context) (node.Watch, error) { r.watch.Now = r.at.UnixMilli(); return r.watch, nil },
		Taken: func(context.Context, string) string { return r.taken },
		Say:   words,
		Failing: func(_ context.Context, way string, n int) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.failing[way] = n
		},
		Now: func() time.Time { return r.at }, Rand: nodetest.Seeded(t.Name()), Log: slog.New(slog.DiscardHandler),
	}
	r.again(t)
	return r
}

// again makes the pager anew, as a restart does.
func (r *rig) again(t *testing.T) {
	t.Helper()
	var err error
	if r.Pager, err = pager.New(r.cfg); err != nil {
		t.Fatal(err)
	}
}

// step moves the clock and lets the pager look, and waits for what it sends.
func (r *rig) step(t *testing.T, d time.Duration) []pager.Page {
	t.Helper()
	r.at = r.at.Add(d)
	if err := r.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Wait()
	list, err := r.List(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// flash is the alarm of a FLASH that waits for an officer at a desk.
func (r *rig) flash(desk string) node.Alarm {
	return node.Alarm{ID: node.AlarmFlash + "/alpha:" + canary + "/" + desk, Kind: node.AlarmFlash, Level: cell.Flash, Matter: "alpha:" + canary,
		Since: r.at.UnixMilli(), Text: cell.T3{"en": canary}}
}

// mailbox is a mail server that keeps what it is sent.
func mailbox(t *testing.T) (address string, got func() []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var mu sync.Mutex
	var mails []string
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serveMail(conn, func(m string) { mu.Lock(); defer mu.Unlock(); mails = append(mails, m) })
		}
	}()
	return l.Addr().String(), func() []string { mu.Lock(); defer mu.Unlock(); return append([]string{}, mails...) }
}

// serveMail speaks as much of SMTP (RFC 5321) as a mail takes.
func serveMail(conn net.Conn, keep func(string)) {
	defer conn.Close()
	c := textproto.NewConn(conn)
	_ = c.PrintfLine("220 mail.invalid")
	envelope := ""
	for {
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
		case "DATA":
			_ = c.PrintfLine("354 go on")
			b, err := io.ReadAll(c.DotReader())
			if err != nil {
				return
			}
			keep(envelope + string(b))
			_ = c.PrintfLine("250 taken")
		case "QUIT":
			_ = c.PrintfLine("221 bye")
			return
		default:
			if verb == "RCPT" {
				envelope = line + "\n"
			}
			_ = c.PrintfLine("250 ok")
		}
	}
}

func mailTo(address string) pager.Settings {
	return pager.Settings{
		Console: "https://bravo.invalid:7102",
		Ways:    map[string]pager.Way{"mail": {SMTP: &pager.SMTP{Server: address, From: "parley@bravo.invalid", Plain: true}}},
		Levels: map[string][]pager.To{
			"watch":          {{Way: "mail", To: "watch@bravo.invalid"}},
			"second-officer": {{Way: "mail", To: "second@bravo.invalid"}},
			"desk-head":      {{Way: "mail", To: "head@bravo.invalid"}},
		},
	}
}

// HOT-07 T: a FLASH that nobody takes calls the officer on watch, then the
// second officer, then the desk head, each once for a level and again every
// two minutes; it ends when somebody takes the matter, and a restart in
// between calls nobody twice. Nothing of the matter is in a page.
func TestALadderOfPages(t *testing.T) {
	address, mails := mailbox(t)
	r := begin(t, mailTo(address))
	if list := r.step(t, 0); len(list) != 0 {
		t.Fatalf("pages without cause: %v", list)
	}
	r.watch.Alarms = []node.Alarm{r.flash("bravo"), r.flash("alpha")} // another desk's silence is not ours yet
	r.step(t, time.Second)
	r.step(t, time.Second)
	r.again(t)
	r.step(t, time.Second)
	if got := mails(); len(got) != 1 || !strings.Contains(got[0], "watch@bravo.invalid") {
		t.Fatalf("%d mails: %v", len(got), got)
	}
	r.step(t, 2*time.Minute) // the second officer's rung; the first is called again
	if got := mails(); len(got) != 3 || !strings.Contains(strings.Join(got[1:], ""), "second@bravo.invalid") {
		t.Fatalf("%d mails: %v", len(got), got)
	}
	r.step(t, 2*time.Minute)
	if got := mails(); len(got) != 6 || !strings.Contains(strings.Join(got[3:], ""), "head@bravo.invalid") {
		t.Fatalf("%d mails: %v", len(got), got)
	}
	r.watch.Alarms, r.taken = nil, "watch-2"
	list := r.step(t, time.Minute)
	if len(list) != 3 {
		t.Fatalf("%d pages", len(list))
	}
	for _, x := range list {
		if x.State != pager.Answered || x.Officer != "watch-2" || len(x.Tries) == 0 || !x.Tries[0].Delivered {
			t.Errorf("page %+v", x)
		}
	}
	r.step(t, time.Hour)
	if got := mails(); len(got) != 6 {
		t.Errorf("%d mails after it was taken", len(got))
	}
	for _, m := range mails() {
		for _, secret := range []string{canary, "Nadrin", "alpha"} {
			if strings.Contains(m, secret) {
				t.Errorf("a page says %q: %s", secret, m)
			}
		}
		if !strings.Contains(m, "EXERCISE") || !strings.Contains(m, "https://bravo.invalid:7102/?page=") || !strings.Contains(m, "page.answer bravo FLASH") {
			t.Errorf("a page: %s", m)
		}
	}
}

// DEC-08, DEC-09 T, DEC-13 T: lost contact, a notice in an area of interest and a conflict page the
// desk at once, whoever is late with it, and again none who has acknowledged it;
// the page says neither what nor where.
func TestLostContactAndInterestPage(t *testing.T) {
	address, mails := mailbox(t)
	r := begin(t, mailTo(address))
	for i, kind := range []string{node.AlarmContact, node.AlarmInterest, node.AlarmConflict} {
		a := node.Alarm{ID: kind + "/alpha:" + canary + "/1/alpha", Kind: kind, Level: cell.Immediate, Matter: "alpha:" + canary, Since: r.at.UnixMilli(), Text: cell.T3{"en": canary}}
		r.watch.Alarms = []node.Alarm{a}
		r.step(t, time.Second)
		got := mails()
		if len(got) != i+1 || !strings.Contains(got[i], "page.desk bravo IMMEDIATE") || strings.Contains(got[i], canary) || strings.Contains(got[i], kind) {
			t.Fatalf("%s: %d mails: %v", kind, len(got), got)
		}
		a.Acknowledged = true
		r.watch.Alarms = []node.Alarm{a}
		r.step(t, time.Minute)
		if got := mails(); len(got) != i+1 {
			t.Errorf("%s: %d mails after it was acknowledged", kind, len(got))
		}
	}
}

// HOT-07 T: the charter gives the supervisor a rung of other desks' silence,
// and its pager calls then, not before.
func TestTheSupervisorIsCalledByItsRung(t *testing.T) {
	address, mails := mailbox(t)
	r := begin(t, mailTo(address))
	r.cfg.Desk = "supervisor"
	r.again(t)
	r.watch.Alarms = []node.Alarm{r.flash("bravo")}
	r.step(t, 5*time.Minute)
	if got := mails(); len(got) != 0 {
		t.Fatalf("called too early: %v", got)
	}
	r.step(t, time.Minute)
	if got := mails(); len(got) != 1 || !strings.Contains(got[0], "page.ladder") {
		t.Fatalf("%v", got)
	}
}

// HOT-01 T: whom the roster names for a level is called by their own address;
// a drill in an actual cell says EXERCISE (HOT-18).
func TestTheRosterSaysWhom(t *testing.T) {
	address, mails := mailbox(t)
	s := mailTo(address)
	s.Officers = map[string][]pager.To{"watch-7": {{Way: "mail", To: "seven@bravo.invalid"}}}
	r := begin(t, s)
	r.cfg.Status = cell.Actual
	r.again(t)
	r.watch.OnCall = []node.OnCall{{Level: "watch", Officers: []string{"watch-7"}}, {Level: "second-officer", Officers: []string{"nobody-known"}}}
	drill := r.flash("bravo")
	drill.Exercise = true
	r.watch.Alarms = []node.Alarm{drill}
	r.step(t, time.Second)
	r.step(t, 119*time.Second)
	got := mails()
	if len(got) != 2 || !strings.Contains(got[0], "seven@bravo.invalid") || !strings.Contains(got[1], "second@bravo.invalid") {
		t.Fatalf("%v", got)
	}
	if !strings.Contains(got[0], "EXERCISE") {
		t.Errorf("a drill does not say so: %s", got[0])
	}
}

// An officer answers a page: it is not repeated, the next level is still
// called, and a page that has ended is not answered again.
func TestAnAnswer(t *testing.T) {
	address, mails := mailbox(t)
	r := begin(t, mailTo(address))
	r.watch.Alarms = []node.Alarm{r.flash("bravo")}
	x := r.step(t, time.Second)[0]
	if err := r.Answer(t.Context(), "nothing", "watch-1"); !errors.Is(err, cell.ErrNotFound) {
		t.Errorf("an answer to no page: %v", err)
	}
	if err := r.Answer(t.Context(), x.ID, "watch-1"); err != nil {
		t.Fatal(err)
	}
	if err := r.Answer(t.Context(), x.ID, "watch-1"); err != nil {
		t.Errorf("the same answer again: %v", err)
	}
	if err := r.Answer(t.Context(), x.ID, "watch-2"); !errors.Is(err, cell.ErrConflict) {
		t.Errorf("another's answer: %v", err)
	}
	r.step(t, 100*time.Second)
	if got := mails(); len(got) != 1 {
		t.Errorf("%d mails after the answer", len(got))
	}
	r.step(t, 30*time.Second)
	if got := mails(); len(got) != 2 || !strings.Contains(got[1], "second@") {
		t.Errorf("the second officer was not called: %v", got)
	}
}

// Never a storm: a flapping link is held by the limit of the hour, and a FLASH
// is not held by it.
func TestNoStorm(t *testing.T) {
	address, mails := mailbox(t)
	s := mailTo(address)
	s.Hourly = 5
	r := begin(t, s)
	for i := range 50 {
		r.watch.Alarms = []node.Alarm{{ID: fmt.Sprintf("link/alpha/%d", i), Kind: node.AlarmLink, Level: cell.Immediate, Since: r.at.UnixMilli()}}
		r.step(t, 20*time.Second)
	}
	if got := mails(); len(got) != 5 {
		t.Errorf("%d mails", len(got))
	}
	r.watch.Alarms = append(r.watch.Alarms, r.flash("bravo"))
	r.step(t, time.Second)
	if got := mails(); len(got) != 6 {
		t.Errorf("the FLASH was held: %d mails", len(got))
	}
	restoring := node.Alarm{ID: "restoring", Kind: node.AlarmRestoring, Level: cell.Flash} // it knows no time
	r.watch.Alarms = []node.Alarm{restoring}
	for range 10 {
		r.step(t, 10*time.Second)
	}
	if list := r.step(t, 0); len(list) != 52 {
		t.Errorf("%d pages; want one for each link, the FLASH and the restore", len(list))
	}
}

// A webhook takes a signed CloudEvent, in the time that the signature names; a
// server that fails is tried again with growing pauses and told of at home,
// and what it answers is delivery, never an answer.
func TestAWebhook(t *testing.T) {
	var mu sync.Mutex
	var events []map[string]any
	status := http.StatusServiceUnavailable
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("shared\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		b, _ := io.ReadAll(q.Body)
		mu.Lock()
		defer mu.Unlock()
		var at int64
		_, _ = fmt.Sscanf(q.Header.Get(pager.SignatureHeader), "t=%d,", &at)
		if q.Header.Get(pager.SignatureHeader) != pager.Sign("shared", at*1000, b) || pager.Sign("other", at*1000, b) == pager.Sign("shared", at*1000, b) {
			t.Errorf("signature %q", q.Header.Get(pager.SignatureHeader))
		}
		if strings.Contains(string(b), canary) || !strings.HasPrefix(q.Header.Get("Content-Type"), "application/cloudevents+json") {
			t.Errorf("event %s", b)
		}
		var e map[string]any
		if err := json.Unmarshal(b, &e); err != nil {
			t.Error(err)
		}
		events = append(events, e)
		w.WriteHeader(status)
	}))
	defer srv.Close()
	r := begin(t, pager.Settings{Ways: map[string]pager.Way{"hook": {Webhook: &pager.Webhook{URL: srv.URL, Secret: secret}}},
		Levels: map[string][]pager.To{"watch": {{Way: "hook"}}}})
	r.watch.Alarms = []node.Alarm{r.flash("bravo")}
	for range 40 { // one attempt at 1, 11, 31 s
		r.step(t, time.Second)
	}
	mu.Lock()
	n := len(events)
	status = http.StatusNoContent
	mu.Unlock()
	if n != 3 || r.failing["hook"] != 3 {
		t.Errorf("%d attempts, %d told of", n, r.failing["hook"])
	}
	list := r.step(t, time.Minute)
	if x := list[0]; x.State != pager.Open || len(x.Tries) != 4 || !x.Tries[3].Delivered || r.failing["hook"] != 0 {
		t.Errorf("page %+v, failing %d", x, r.failing["hook"])
	}
	e := events[3]
	data := e["data"].(map[string]any)
	if e["specversion"] != "1.0" || e["type"] != "parley.page.v1" || e["source"] != "/parley/"+r.cfg.Cell+"/bravo" || data["status"] != "EXERCISE" || data["precedence"] != "Z" || data["minutes"] != 1.0 {
		t.Errorf("event %v", e)
	}
	if err := os.Chmod(secret, 0o644); err != nil {
		t.Fatal(err)
	}
	if out := r.Test(t.Context(), ""); len(out) != 1 || out[0].Delivered || !strings.Contains(out[0].Why, "can be used by others") {
		t.Errorf("%+v", out)
	}
}

// A command gets the page on its standard input, without a shell and without
// this process's environment; one that fails says why.
func TestACommand(t *testing.T) {
	t.Setenv("PARLEY_SECRET", canary)
	out := filepath.Join(t.TempDir(), "out $(touch x)")
	r := begin(t, pager.Settings{Ways: map[string]pager.Way{
		"siren": {Command: []string{"/bin/sh", "-c", `cat > "$1"; env >> "$1"`, "siren", out}}, "broken": {Command: []string{"/bin/sh", "-c", "echo out of paper >&2; exit 3"}}},
		Levels: map[string][]pager.To{"watch": {{Way: "siren"}, {Way: "broken"}}}})
	r.watch.Alarms = []node.Alarm{r.flash("bravo")}
	list := r.step(t, time.Second)
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(strings.NewReader(string(b))).ReadString('\n')
	if err != nil || !json.Valid([]byte(line)) || strings.Contains(string(b), canary) {
		t.Errorf("the command got %s", b)
	}
	for _, x := range list[0].Tries {
		if x.Delivered != (x.Way == "siren") || x.Way == "broken" && !strings.Contains(x.Why, "out of paper") {
			t.Errorf("%+v", x)
		}
	}
}

// Settings that could not page are refused, with the place of the mistake.
func TestSettingsAreChecked(t *testing.T) {
	good := mailTo("127.0.0.1:25")
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*pager.Settings){
		"at least 30s":            func(s *pager.Settings) { s.Repeat = "1s" },
		"not an address such as":  func(s *pager.Settings) { s.Console = "bravo" },
		"there is no way":         func(s *pager.Settings) { s.Levels["watch"] = []pager.To{{Way: "pigeon"}} },
		"is not watch, second-of": func(s *pager.Settings) { s.Levels["cook"] = nil },
		"wanted for mail only":    func(s *pager.Settings) { s.Levels["watch"] = []pager.To{{Way: "mail"}} },
		"exactly one of": func(s *pager.Settings) {
			s.Ways["both"] = pager.Way{SMTP: s.Ways["mail"].SMTP, Command: []string{"/bin/x"}}
		},
		"not the whole path": func(s *pager.Settings) { s.Ways["siren"] = pager.Way{Command: []string{"ring"}} },
		"this machine only":  func(s *pager.Settings) { s.Ways["mail"].SMTP.Server = "mail.invalid:25" },
		"wants a secret":     func(s *pager.Settings) { s.Ways["hook"] = pager.Way{Webhook: &pager.Webhook{URL: "https://x.invalid"}} },
		"without a password in": func(s *pager.Settings) {
			s.Ways["hook"] = pager.Way{Webhook: &pager.Webhook{URL: "https://u:p@x.invalid", Secret: "/x"}}
		},
		"nobody is called": func(s *pager.Settings) { s.Levels = nil },
	} {
		s := mailTo("127.0.0.1:25")
		change(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"parley/api"
	"parley/node"
)

// A CEASE goes out, is listed, is acknowledged at the other desk, and its proof
// is checked with nothing but the charter (HOT-05, HOT-08, design 2).
func TestStory(t *testing.T) {
	s := serve(t, nil, "alpha", "bravo", "supervisor")
	bravo := serveDesk(t, s.cell, "bravo", nil)

	a := s.ask(t, "POST", "/api/v1/records", s.cease(), "Idempotency-Key", "one")
	var f filed
	a.want(t, http.StatusCreated, &f)
	if f.Key == "" || !strings.HasPrefix(f.Ref, "alpha#") || f.Serial < 1 || len(f.Commitment) != 66 || f.At == 0 {
		t.Fatalf("filed %+v", f)
	}
	if at := a.header.Get("Location"); at != "/api/v1/records/"+url.PathEscape(f.Ref) {
		t.Errorf("location %q", at)
	}
	until(t, bravo.Desk, func() bool { _, err := bravo.MatterView(t.Context(), f.Key); return err == nil })

	var list struct {
		Matters []node.Item
		More    bool
	}
	bravo.ask(t, "GET", "/api/v1/matters?state=open&module=hotline&code=CEASE", "").want(t, 200, &list)
	if len(list.Matters) != 1 || list.Matters[0].Key != f.Key || list.More {
		t.Fatalf("bravo lists %+v", list)
	}
	var w struct {
		AnswerNow []node.Item  `json:"answer_now"`
		Alarms    []node.Alarm `json:"alarms"`
		Rate      float64
	}
	bravo.ask(t, "GET", "/api/v1/watch", "").want(t, 200, &w)
	if len(w.AnswerNow) != 1 || len(w.Alarms) == 0 || w.Rate != 1 {
		t.Fatalf("bravo's watch %+v", w)
	}
	id := w.Alarms[0].ID
	bravo.ask(t, "POST", "/api/v1/alarms/"+url.PathEscape(id)+"/acknowledge", "").want(t, http.StatusNoContent, nil)
	bravo.ask(t, "GET", "/api/v1/watch", "").want(t, 200, &w)
	if !w.Alarms[0].Acknowledged {
		t.Errorf("alarm %s is not steady", id)
	}

	bravo.ask(t, "POST", "/api/v1/records", `{"kind":"cell.received/1","about":"`+f.Key+`","body":{}}`).want(t, 201, nil)
	var m node.MatterView
	until(t, s.Desk, func() bool {
		s.ask(t, "GET", "/api/v1/matters/"+f.Key, "").want(t, 200, &m)
		return m.State == "received"
	})
	if m.Columns[0].Received == nil || m.Columns[0].Received.Role != "watch" {
		t.Fatalf("alpha sees %s, %+v", m.State, m.Columns[0])
	}
	s.proves(t, f)
}

// proves takes out the proof, checks it offline, and finds the act recorded.
func (s *served) proves(t *testing.T, f filed) {
	t.Helper()
	at := "/api/v1/records/" + url.PathEscape(f.Ref) + "/proof?reason=asked"
	a := s.ask(t, "GET", at, "")
	a.want(t, 200, nil)
	if d := a.header.Get("Content-Disposition"); !strings.Contains(d, f.Ref+".proof") || !strings.HasPrefix(d, "attachment") {
		t.Errorf("offered as %q", d)
	}
	if ct := a.header.Get("Content-Type"); !strings.HasPrefix(ct, "text/plain") {
		t.Errorf("type %q", ct)
	}
	v, r, err := node.VerifyProof(a.body, s.cell.Charter)
	if err != nil || r.Desk != "alpha" || r.ID != f.ID || v.Desk != "alpha" {
		t.Fatalf("the proof does not verify: %v", err)
	}
	var feed struct {
		Records []node.RecordView
		Next    int64
	}
	s.ask(t, "GET", "/api/v1/records?after=0&limit=500", "").want(t, 200, &feed)
	if !slices.ContainsFunc(feed.Records, func(r node.RecordView) bool { return r.Kind == "cell.export/1" }) || feed.Next == 0 {
		t.Errorf("the export is not recorded")
	}
	s.ask(t, "GET", at, "", "Sec-Fetch-Site", "cross-site").want(t, http.StatusForbidden, nil)
}

// The same key files once; with another content it is a conflict (design 2).
func TestIdempotencyKey(t *testing.T) {
	s := serve(t, nil, "alpha")
	var one, two filed
	s.ask(t, "POST", "/api/v1/records", s.cease(), "Idempotency-Key", "k").want(t, 201, &one)
	s.ask(t, "POST", "/api/v1/records", s.cease(), "Idempotency-Key", "k").want(t, 201, &two)
	if two.Ref != one.Ref || two.Commitment != one.Commitment || !two.Again || one.Again {
		t.Errorf("filed %+v, then %+v", one, two)
	}
	other := strings.Replace(s.cease(), "fire", "strike", 1)
	s.ask(t, "POST", "/api/v1/records", other, "Idempotency-Key", "k").want(t, http.StatusConflict, nil)
	s.ask(t, "POST", "/api/v1/records", other, "Idempotency-Key", strings.Repeat("k", 201)).want(t, 422, nil)
}

// HOT-02: an officer's line check states what the node holds, and repeating it
// files nothing new although the journals have grown.
func TestLineCheckByAnOfficer(t *testing.T) {
	s := serve(t, nil, "alpha", "supervisor")
	check := `{"kind":"LINECHK","to":["bravo","supervisor"],"body":{"text":1,"code":"0000"}}`
	var f, again filed
	s.ask(t, "POST", "/api/v1/records", check, "Idempotency-Key", "c").want(t, 201, &f)
	var r struct {
		Body string
		Text string `json:"bytes_text"`
	}
	s.ask(t, "GET", "/api/v1/records/"+url.PathEscape(f.Ref), "").want(t, 200, &r)
	for _, part := range []string{`"heads":[{"desk":"alpha"`, `"channels":[{"channel":"alpha>`, `"role":"watch"`, `"attempt":1`} {
		if !strings.Contains(r.Body, part) {
			t.Errorf("no %s in %s", part, r.Body)
		}
	}
	if strings.Contains(r.Body, `"0000"`) || !strings.Contains(r.Text, r.Body) {
		t.Errorf("the client's own code stands in %s", r.Text)
	}
	s.ask(t, "POST", "/api/v1/records", s.cease()).want(t, 201, nil)
	s.ask(t, "POST", "/api/v1/records", check, "Idempotency-Key", "c").want(t, 201, &again)
	if again.Ref != f.Ref || !again.Again {
		t.Errorf("repeated as %+v", again)
	}
}

// The desk as the console starts from it.
func TestDesk(t *testing.T) {
	s := serve(t, func(c *api.Config) { c.Rate = func() float64 { return 10 } }, "bravo")
	var d struct {
		Desk, Cell, Status string
		Now                int64
		Rate               float64
		Demo               bool
		Officer            struct {
			Code, Role string
			SignedIn   bool `json:"signed_in"`
			OnWatch    bool `json:"on_watch"`
		}
		Members     []any
		Precedences []struct {
			Code     string
			ReceiveS int64 `json:"receive_s"`
			Ladder   []any
		}
		Templates []struct {
			Code    string
			Officer bool
			Fields  []any
		}
		Places []struct {
			ID         string
			SharedName bool `json:"shared_name"`
		}
	}
	s.ask(t, "GET", "/api/v1/desk", "").want(t, 200, &d)
	if d.Desk != "bravo" || d.Rate != 10 || d.Demo || d.Now != s.cell.Clock.Now().UnixMilli() || len(d.Members) != 3 {
		t.Errorf("%+v", d)
	}
	if d.Officer.Code != "watch-1" || !d.Officer.SignedIn || d.Officer.OnWatch {
		t.Errorf("officer %+v", d.Officer)
	}
	if len(d.Precedences) != 4 || d.Precedences[0].Code != "Z" || d.Precedences[0].ReceiveS != 120 || len(d.Precedences[0].Ladder) == 0 {
		t.Errorf("precedences %+v", d.Precedences)
	}
	shared := 0
	for _, p := range d.Places {
		if p.SharedName {
			shared++
		}
	}
	if shared < 2 || len(d.Templates) == 0 {
		t.Errorf("%d places share a name, %d templates", shared, len(d.Templates))
	}
	now := s.cell.Clock.Now().UnixMilli()
	s.Send(t, node.Act{Kind: "hotline.watch/1"}, watchBody(now))
	s.ask(t, "GET", "/api/v1/desk", "").want(t, 200, &d)
	if !d.Officer.OnWatch {
		t.Error("the watch is taken and not shown")
	}
}

func watchBody(now int64) string {
	return fmt.Sprintf(`{"role":"watch","from":%d,"to":%d,"languages":["he"],"authority":"watch"}`, now, now+8*3600*1000)
}

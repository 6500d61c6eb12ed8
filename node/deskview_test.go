package node_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
)

// Everything a form is made from comes from the charter (XC-03, design 5).
func TestDeskView(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	b := c.Start("bravo", "", nil)
	v, err := b.DeskView(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if v.Desk != "bravo" || v.Cell != c.Charter.Cell || v.Charter.Hash != c.Charter.Hash || v.Charter.Reservation["he"] == "" || v.OnWatch {
		t.Errorf("%+v", v.Charter)
	}
	if len(v.Modules) == 0 || v.Modules[0] != c.Modules[0].Name {
		t.Errorf("modules %v, want those that the desk runs", v.Modules)
	}
	if len(v.Members) != 3 || len(v.Templates) != len(c.Charter.Templates) || len(v.Places) != len(c.Charter.Places) || len(v.Levels["alpha"]) == 0 {
		t.Errorf("%d members, %d templates, %d places", len(v.Members), len(v.Templates), len(v.Places))
	}
	z := v.Precedences[0]
	if z.Code != cell.Flash || z.ReceiveS != 120 || len(z.Ladder) == 0 || z.Ladder[0].AfterS != 120 || v.LadderLevels[z.Ladder[0].Level]["ar"] == "" {
		t.Errorf("FLASH %+v", z)
	}
	for _, x := range v.Templates {
		if x.About == "" || x.Status == "" || x.Fields == nil || x.Acks == nil {
			t.Errorf("template %+v", x)
		}
		for _, a := range x.Acks {
			if a.By == "" || (a.Ack == cell.NeedReceived && a.WithinS == 0) {
				t.Errorf("%s asks %+v", x.Code, a)
			}
		}
	}
	now := c.Clock.Now().UnixMilli()
	b.Send(t, node.Act{Kind: "hotline.watch/1"}, fmt.Sprintf(`{"role":"watch","from":%d,"to":%d,"languages":["he"],"authority":"watch"}`, now, now+3600_000))
	if v, err = b.DeskView(t.Context()); err != nil || !v.OnWatch {
		t.Errorf("the watch is taken and not shown: %v", err)
	}
}

// An officer who opens a matter reads what it says now, at the desk that
// changed it and at the others (DEC-02: a chain of versions).
func TestMatterSaysWhatItSaysNow(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a, b := c.Start("alpha", "", nil), c.Start("bravo", "", nil)
	c.Start("supervisor", "", nil)
	f := a.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"works until noon"}}`)
	if m, err := a.MatterView(t.Context(), f.Ref.String()); err != nil || m.Now != nil {
		t.Errorf("%+v, %v: nothing has changed yet", m.Now, err)
	}
	u := a.Send(t, node.Act{Kind: cell.KindUpdate, About: f.Ref}, `{"body":{"body":{"lang":"en","text":"works until dusk"}}}`)
	c.Settle()
	for _, d := range []*nodetest.Desk{a, b} {
		m, err := d.MatterView(t.Context(), f.Ref.String())
		if err != nil || m.Now == nil || m.Now.Ref != u.Cite.String() || len(m.Now.Fields) == 0 || !strings.Contains(m.Now.Body, "until dusk") {
			t.Errorf("%s: %+v, %v", d.Desk(), m.Now, err)
		}
	}
}

// The figures count and say nothing else; a FLASH that nobody took is counted
// in seconds from when it was delivered.
func TestFigures(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a, s := c.Start("alpha", "", nil), c.Start("supervisor", "", nil)
	f := s.Send(t, node.Act{Kind: "CEASE", To: []string{"alpha", "bravo"}}, ceaseBody(c))
	until(t, s, func() bool {
		m, err := s.MatterView(t.Context(), f.Ref.String())
		return err == nil && len(m.Columns) > 0 && m.Columns[0].Delivered != nil
	})
	c.Clock.Add(90 * time.Second)
	x, err := a.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if x.Open[cell.Flash] != 1 || x.Flash["alpha"] != 90_000 || x.Records["supervisor"] == 0 || x.Journal["alpha"] == 0 || x.Feed == 0 {
		t.Errorf("%+v", x)
	}
	if x, err = s.Figures(t.Context()); err != nil || x.Outbox["bravo"] == 0 {
		t.Errorf("the supervisor has %d for bravo, %v", x.Outbox["bravo"], err)
	}
}

// A desk that has stopped says so, and so does one whose time has run out.
func TestReady(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a := c.Start("alpha", "", nil)
	if err := a.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Ready(over); err != nil && !errors.Is(err, cell.ErrNotNow) {
		t.Errorf("out of time: %v", err)
	}
	a.Node.Close()
	if err := a.Ready(t.Context()); !errors.Is(err, cell.ErrNotNow) {
		t.Errorf("stopped: %v", err)
	}
}

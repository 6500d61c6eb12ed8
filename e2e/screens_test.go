package e2e

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/desk"
	"parley/node"
	"parley/scenarios"
)

// evening plays the demo's story to its end and leaves the desks open.
func evening(t *testing.T, prepare ...func(*scenarios.World)) *scenarios.World {
	t.Helper()
	return played(t, "cell", prepare...)
}

// played plays a story to its end and leaves the desks open.
func played(t *testing.T, story string, prepare ...func(*scenarios.World)) *scenarios.World {
	t.Helper()
	s, err := scenarios.Load(story)
	if err != nil {
		t.Fatal(err)
	}
	ports, err := scenarios.Ports("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "cell")
	c, err := scenarios.Setup(dir, s.Head, ports)
	if err != nil {
		t.Fatal(err)
	}
	w := &scenarios.World{Dir: dir, Charter: c, Clock: scenarios.NewClock(s.Head.Start, time.Now), Serve: true, Log: slog.New(slog.DiscardHandler),
		SignIn: func(string) func(string) (string, bool) {
			return func(s string) (string, bool) { return desk.FirstOfficer, s == "e2e" }
		}}
	for _, f := range prepare {
		f(w)
	}
	t.Cleanup(w.Close)
	if err := w.StartAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := &scenarios.Player{World: w, Story: s}
	if err := p.Play(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestEveryScreen opens the screen of every module in three languages after
// the whole story, at the size of an old laptop: nothing runs over the edge, no
// text is missing, and axe-core finds no violation (XC-01, XC-04, WCAG 2.2 AA).
func TestEveryScreen(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := evening(t)
	for desk, lang := range map[string]string{"bravo": "he", "alpha": "ar", "supervisor": "en"} {
		p := open(t, w, desk, lang)
		base := "http://" + w.Desk(desk).Settings.Listen
		screens := []string{"map", "movement", "approvals", "officers", "log", "policy"} // the desk's own
		for _, m := range node.Modules() {
			screens = append(screens, m.Name)
		}
		for _, name := range screens {
			p.do(chromedp.Navigate(base + "/?look=1&screen=" + name + "&lang=" + lang))
			p.until(`document.querySelector('.clockbar') !== null && document.querySelector('main h1, main h2') !== null`)
			p.until(`!document.querySelector('main').innerText.includes('…loading')`)
			<-time.After(300 * time.Millisecond) // the screen's own query
			p.shot(name + "-" + lang)
			p.accessible(name)
			if p.is(`document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
				t.Errorf("%s: the screen %s runs over the edge", p.name, name)
			}
			if missing, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`(document.querySelector('main').innerText.match(/\b(`+name+`|state|need|rule|right|role)\.[a-z_-]+(\.[a-z_-]+)*\b/g) || []).filter(k => !/\.(go|org)$/.test(k)).join(', ')`)); missing != "" {
				t.Errorf("%s: the screen %s shows keys instead of words: %s", p.name, name, missing)
			}
		}
	}
}

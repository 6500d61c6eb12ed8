package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"go.yaml.in/yaml/v4"

	"parley/desk"
)

// DEC-08 T: where the charter lets it, the supervisor decides a conflict by one
// key and a form that says what will be filed; both desks read who decided what.
// A party has no such key.
func TestSupervisorDecides(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	var deciding yaml.Node
	if err := yaml.Unmarshal([]byte("supervisor"), &deciding); err != nil {
		t.Fatal(err)
	}
	w := cellUnder(t, map[string]yaml.Node{"deciding": *deciding.Content[0]}, func(string) func(string) (string, bool) {
		return func(s string) (string, bool) { return desk.FirstOfficer, s == "e2e" }
	})
	planned{desk: "alpha", form: "UAVNOT", activity: "uav", from: 10, until: 16, lat: 12.45, lon: -38.205}.file(t, w)
	planned{desk: "bravo", form: "UAVNOT", activity: "uav", from: 14, until: 20, lat: 12.455, lon: -38.2}.file(t, w)
	conflict := ""
	pages := map[string]*page{}
	for _, x := range []struct{ desk, lang string }{{"supervisor", "en"}, {"alpha", "ar"}} {
		p := open(t, w, x.desk, x.lang)
		pages[x.desk] = p
		at := "http://" + w.Desk(x.desk).Settings.Listen + "/?look=1&screen=deconfliction&lang=" + x.lang
		if conflict == "" {
			p.do(chromedp.Navigate(at))
			p.until(`document.querySelector('.board .tone-warn')`)
			p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.board .tone-warn').click()`))
			p.until(`new URL(location).searchParams.get('open')`)
			conflict = p.value(`new URL(location).searchParams.get('open')`)
		} else {
			p.do(chromedp.Navigate(at + "&open=" + conflict))
		}
		p.until(`document.querySelector('.decision')`)
	}
	a, s := pages["alpha"], pages["supervisor"]
	if a.is(`document.querySelector('.decision button')`) {
		t.Error("a party may decide")
	}
	s.accessible("a conflict that the supervisor may decide")
	s.press("KeyS", "en", `document.querySelector('.compose')`)
	s.shot("decide-en")
	s.key("Enter", "en", 2)
	s.until(`!document.querySelector('.compose') && document.querySelector('.decision p .deskname')`)
	a.until(`document.querySelector('.decision p .deskname')`)
	a.shot("decided-ar")
}

package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"go.yaml.in/yaml/v4"

	"parley/desk"
)

const blindTerms = `
blind: {grid_s: 60, min_area_km2: 4, slot: 1h, layer_m: 500, budget: 6}
`

// DEC-08, DEC-10 T: two meet of which one is blind, and settle it unseen, by the
// keyboard: its owner proposes to begin after the common window, in words that the form knows; the other
// counters; the owner agrees, and is offered the change of its notice. The screen
// says why nothing is computed, and no word of it shows where the blind one is.
func TestSettledUnseen(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	terms := map[string]yaml.Node{}
	if err := yaml.Unmarshal([]byte(blindTerms), &terms); err != nil {
		t.Fatal(err)
	}
	w := cellUnder(t, terms, func(string) func(string) (string, bool) {
		return func(s string) (string, bool) { return desk.FirstOfficer, s == "e2e" }
	})
	hidden := planned{desk: "alpha", form: "UAVNOT", activity: "uav", from: 20, until: 22, lat: 12.46823, lon: -38.20417, confidentiality: "blind"}.file(t, w)
	planned{desk: "bravo", form: "WRKNOT", activity: "works", from: 19, until: 23, lat: 12.46, lon: -38.2, more: `,"people":4,"escort":"no","disputed":"no","vehicles":[{"count":1,"type":"excavator"}]`}.file(t, w)
	settled(t, w)

	key := ""
	pages := map[string]*page{}
	for d, lang := range map[string]string{"alpha": "ar", "bravo": "he", "supervisor": "en"} {
		p := open(t, w, d, lang)
		pages[d] = p
		p.until(`fetch('/api/v1/matters?code=BLINDCONF').then(r => r.json()).then(x => { window.blindKey = (x.items ?? x.matters ?? [])[0]?.key }) && window.blindKey`)
		key = p.value(`window.blindKey`)
		p.do(chromedp.Navigate("http://" + w.Desk(d).Settings.Listen + "/?look=1&screen=deconfliction&lang=" + lang + "&open=" + key))
		p.until(`document.querySelector('.card .note') && document.querySelectorAll('.pane.open .actions button kbd').length >= 3`)
		p.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.pane.open .actions button kbd')].at(-1).scrollIntoView({block: 'center'})`))
		p.shot("unseen-" + lang)
		p.accessible("a meeting that is settled unseen")
		p.fits("a meeting that is settled unseen")
		if says := map[string]string{"ar": "لا يُحسب اقتراح هنا", "he": "לא מחושבת כאן הצעה", "en": "No suggestion is computed here"}[lang]; !p.is(`document.querySelector('.pane.open').innerText.includes('` + says + `')`) {
			t.Errorf("%s: it does not say why nothing is suggested", p.name)
		}
		if d == "bravo" && p.is(`document.querySelector('.pane.open').innerText.includes('12.46823')`) {
			t.Errorf("%s: the screen shows where the blind one is", p.name)
		}
	}

	a, b := pages["alpha"], pages["bravo"]
	a.press("Digit1", "ar", `document.querySelector('.compose .note.warn')`)
	if a.is(`[...document.querySelectorAll('.compose .corners input')].some(i => i.value !== '')`) || !a.is(`[...document.querySelectorAll('.compose textarea')].some(i => /\d{6}Z JAN 26/.test(i.value))`) {
		t.Errorf("%s: the form shows the area, or does not know the time", a.name)
	}
	a.shot("unseen-propose-ar")
	a.accessible("a proposal in words")
	a.key("Enter", "ar", 2)
	a.until(`!document.querySelector('.compose') && document.querySelector('.proposal')`)
	settled(t, w)

	b.until(`document.querySelector('.proposal .actions')`)
	b.shot("unseen-proposed-he")
	b.press("KeyO", "he", `document.querySelector('.compose .note .breaks')`)
	b.focus(".compose textarea", "he")
	b.text("בשעתיים ולא בשלוש")
	b.key("Enter", "he", 2)
	b.until(`!document.querySelector('.compose') && document.querySelectorAll('.proposal').length === 2`)
	settled(t, w)

	a.until(`document.querySelectorAll('.proposal').length === 2 && document.querySelectorAll('.proposal .actions').length === 1`)
	a.press("KeyE", "ar", `document.querySelector('.compose')`)
	a.key("Enter", "ar", 2)
	a.until(`!document.querySelector('.compose') && document.querySelector('.proposal .actions button.primary')`) // its notice moves: it changes it
	a.shot("unseen-accepted-ar")
	settled(t, w)
	for _, d := range []string{"alpha", "bravo"} {
		m, err := w.Desk(d).MatterView(t.Context(), key)
		if err != nil || m.State != "accepted" {
			t.Errorf("at %s the meeting is %q, %v", d, m.State, err)
		}
		for _, r := range m.Records {
			if strings.Contains(r.Body, "12.468") {
				t.Errorf("at %s a record of the meeting shows where the blind one is: %s", d, r.Body)
			}
		}
	}
	if _, err := w.Desk("bravo").MatterView(t.Context(), hidden); err == nil {
		t.Error("bravo holds the blind notice")
	}

	a.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.proposal .actions button.primary').focus()`))
	a.press("Enter", "ar", `document.querySelector('.compose .volumes .corners input')?.value.startsWith('12.46823')`) // as it stands, to be changed
}

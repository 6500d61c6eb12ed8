package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAgreedActivity: after the replay of 1974 a side declares what it holds and asks
// for an agreed activity by their forms, which offer the zones, limits and
// categories of the charter by name; the matters read well in three languages
// (CBM-04, XC-01, XC-04).
func TestAgreedActivity(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := played(t, "replays/limits-1974")
	settled(t, w)
	zone := map[string]string{"ar": "10 كم من الخط أ", "he": "10 ק״מ מקו א", "en": "10 km from line A"}
	limit := map[string]string{"ar": "دبابات، 0-10 كم", "he": "טנקים, 0-10 ק״מ", "en": "Tanks, 0-10 km"}

	p := open(t, w, "alpha", "ar")
	form := func(code string) {
		p.do(chromedp.Navigate("http://" + w.Desk("alpha").Settings.Listen + "/?screen=deconfliction&lang=ar"))
		p.until(`document.querySelector('.clockbar') !== null`)
		p.key("KeyC", "ar", 0)
		p.until(`document.querySelector('.templates') !== null`)
		p.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.templates button')].find(b => b.innerText.includes('` + code + `')).click()`))
		p.until(`document.querySelector('.compose .field') !== null`)
	}
	choose := func(text string) { // the radio button or the option of that name
		p.until(`[...document.querySelectorAll('.compose .choice')].some(c => c.innerText.includes('` + text + `'))`)
		p.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.compose .choice')].find(c => c.innerText.includes('` + text + `')).querySelector('input').click()`))
	}
	form("HOLDINGS")
	choose(zone["ar"])
	p.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.compose .entriesfield ~ button')][0].click()`))
	choose("tanks")
	p.fill(".compose .entriesfield input[inputmode=numeric]", "78")
	p.shot("holdings-ar")
	p.accessible("the form of holdings")
	p.key("Enter", "ar", 2)
	p.until(`!document.querySelector('.compose')`)

	form("AGRACT")
	choose(zone["ar"])
	p.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.compose .entriesfield ~ button')][0].click()`))
	choose(limit["ar"])
	choose("tanks")
	p.fill(".compose .entriesfield input[inputmode=numeric]", "5")
	p.shot("agract-ar")
	p.accessible("the form of an agreed activity")
	settled(t, w)

	for desk, lang := range map[string]string{"alpha": "ar", "bravo": "he", "supervisor": "en"} {
		var keys []string
		for _, code := range []string{"HOLDINGS", "AGRACT"} {
			items, _, err := w.Desk(desk).Matters(t.Context(), "all", "", code, "", 10)
			if err != nil || len(items) != map[string]int{"HOLDINGS": 3, "AGRACT": 1}[code] {
				t.Fatalf("at %s: %d of %s, %v", desk, len(items), code, err)
			}
			for _, it := range items {
				keys = append(keys, it.Key)
			}
		}
		q := open(t, w, desk, lang)
		for _, it := range keys {
			q.do(chromedp.Navigate(fmt.Sprintf("http://%s/?look=1&screen=watch&lang=%s&open=%s", w.Desk(desk).Settings.Listen, lang, it)))
			q.until(`document.querySelector('.pane.open') && document.querySelector('.pane.open').innerText.includes('` + zone[lang] + `')`)
			if bad := q.value(`(document.querySelector('.pane.open').innerText.match(/\{[a-z_]+\}|(state|need|rule)\.[a-z]+\.[a-z-]+/) || [''])[0]`); bad != "" {
				t.Errorf("at %s in %s %s shows %q", desk, lang, it, bad)
			}
			q.fits("the matter " + it)
		}
		q.shot("agreed-" + lang)
		q.accessible("an agreed activity")
		if !strings.Contains(q.value(`document.querySelector('.pane.open').innerText`), limit[lang]) {
			t.Errorf("in %s the limit is not called by its name", lang)
		}
	}
}

// TestUnnotified: a report of which notice was owed, and none is held that covers it,
// says so in its list and on its card, in three languages and without naming anybody;
// one that a notice covers leads to that notice (INC-04, XC-01, XC-04).
func TestUnnotified(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := played(t, "unnotified")
	settled(t, w)
	mark := map[string]string{"ar": "لا إخطار موجود يشمله", "he": "אין הודעה מוקדמת שמכסה", "en": "no notice held covers it"}
	covered := map[string]string{"ar": "يشمله إخطار", "he": "הודעה מוקדמת מכסה", "en": "a notice covers it"}
	for desk, lang := range map[string]string{"alpha": "ar", "bravo": "he", "supervisor": "en"} {
		p := open(t, w, desk, lang)
		base := "http://" + w.Desk(desk).Settings.Listen + "/?look=1&screen=incident&lang=" + lang
		p.do(chromedp.Navigate(base))
		p.until(`document.querySelector('.module-incident') && document.body.innerText.includes('` + mark[lang] + `')`)
		items, _, err := w.Desk(desk).Matters(t.Context(), "all", "", "INCREP", "", 10)
		if err != nil || len(items) != 3 {
			t.Fatalf("at %s: %d reports, %v", desk, len(items), err)
		}
		seen := 0
		for _, it := range items {
			p.do(chromedp.Navigate(base + "&open=" + it.Key))
			p.until(`document.querySelector('.pane.open') && document.querySelector('.pane.open').innerText.includes('` + it.Number + `')`)
			p.until(`document.querySelector('.pane.open .factstable, .pane.open .card')`)
			text := p.value(`document.querySelector('.pane.open').innerText`)
			if strings.Contains(text, covered[lang]+":") {
				seen++
				p.shot("notified-" + lang)
			}
			p.fits("the report " + it.Number)
		}
		if seen != 1 {
			t.Errorf("at %s %d reports lead to a notice, want one", desk, seen)
		}
		p.shot("unnotified-" + lang)
		p.accessible("whether notice was given")
	}
}

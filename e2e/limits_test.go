package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"go.yaml.in/yaml/v4"

	"parley/desk"
)

const agreedRules = `
lines: [{id: line, name: {en: "Line", ar: "الخط", he: "הקו"}, line: [{lat: "12.30", lon: "-38.20"}, {lat: "12.60", lon: "-38.20"}]}]
zones: [{id: near, name: {en: "10 km of the line", ar: "10 كم من الخط", he: "10 ק״מ מן הקו"}, of: line, within_m: 10000}]
limits:
- {id: craft, name: {en: "Craft near the line", ar: "مسيّرات قرب الخط", he: "כלי טיס ליד הקו"}, clause: "4 (b)", zone: near, categories: [uav], max: 3}
- {id: high, name: {en: "Flights near the line", ar: "تحليق قرب الخط", he: "טיסות ליד הקו"}, clause: "4 (c)", zone: near, categories: [uav], height_of: AGL, max_height_m: 150}
`

// DEC-08 T: the page of a notice says of each limit what was counted, what is
// allowed and by how much it is exceeded, with the notices that count with it, in
// the reader's language, and that it permits and refuses nothing.
func TestLimitsOnThePage(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	rules := map[string]yaml.Node{}
	if err := yaml.Unmarshal([]byte(agreedRules), &rules); err != nil {
		t.Fatal(err)
	}
	w := cellUnder(t, rules, func(string) func(string) (string, bool) {
		return func(s string) (string, bool) { return desk.FirstOfficer, s == "e2e" }
	})
	craft := `,"vehicles":[{"count":2,"type":"quadcopter","colour":"","plate":""}]`
	one := planned{desk: "alpha", form: "UAVNOT", activity: "uav", from: 10, until: 16, lat: 12.45, lon: -38.25, more: craft}.file(t, w)
	planned{desk: "alpha", form: "UAVNOT", activity: "uav", from: 12, until: 20, lat: 12.5, lon: -38.22, more: craft}.file(t, w)
	for lang, says := range map[string]string{"en": "Permits nothing and refuses nothing.", "ar": "لا يأذن بشيء ولا يرفض شيئًا.", "he": "אינו מתיר דבר ואינו מסרב לדבר."} {
		p := open(t, w, "bravo", lang)
		p.do(chromedp.Navigate("http://" + w.Desk("bravo").Settings.Listen + "/?look=1&screen=deconfliction&lang=" + lang + "&open=" + one))
		p.until(`document.querySelectorAll('.limits tbody tr').length === 2`)
		p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.limits').scrollIntoView({block: 'center'})`))
		p.shot("limits-" + lang)
		p.accessible("limits")
		p.fits("the limits")
		if row := p.value(`[...document.querySelectorAll('.limits tbody tr')][0].querySelectorAll('td')[0].querySelector('.id').innerText + ' ' + [...document.querySelectorAll('.limits tbody tr')][0].querySelectorAll('td')[1].innerText + ' ' + [...document.querySelectorAll('.limits tbody tr')][0].querySelectorAll('td')[2].innerText`); row != "4 3 1" {
			t.Errorf("%s: counted, allowed and in excess: %q, want 4, 3 and 1", p.name, row)
		}
		if !p.is(`document.querySelector('.pane.open').innerText.includes('` + says + `')`) {
			t.Errorf("%s: the page does not say %q", p.name, says)
		}
	}
}

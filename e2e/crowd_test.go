package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/cell"
	"parley/desk"
	"parley/node"
)

// fiveHundred answers the board's query with so many notices, each over some of the
// three days, and every fortieth meeting the next.
const fiveHundred = `(() => { const real = window.fetch; window.fetch = async (path, init) => {
	if (!String(path).startsWith('/api/v1/deconfliction?from=')) return real(path, init)
	const from = Number(/from=(\d+)/.exec(path)[1]), hour = 3600000, forms = ['uav', 'air', 'works', 'fire', 'exercise']
	const volume = (a, b) => ({ring: [], holes: [], line: [], centre: [{lat: '12.5', lon: '-38.2'}], radius_m: 500, low: [], high: [], windows: [{from: a, until: b}], text: ''})
	const line = (key, number, desk, state) => ({key, number, kind: 'deconfliction.uav/1', from: desk, to: [], at: from, state, since: from, open: true, waiting: [], version: ''})
	const notices = Array.from({length: 500}, (_, i) => { const a = from + (i * 7 % 70) * hour, b = a + (2 + i % 9) * hour
		return {...line('x:' + i, (i % 2 ? 'A-' : 'B-') + i, i % 2 ? 'alpha' : 'bravo', i % 40 ? 'filed' : 'conflicting'), live: true, activity: forms[i % 5], volumes: [volume(a, b)], area: {ring: [], centre: [], radius_m: 0, text: ''},
			window: {from: a, until: b}, height: [], confidentiality: 'exact', lead_ms: 0, lead_so_far_ms: 0, lead_agreed_ms: 0, flag: '', answers: [], overall: '', conflicts: i % 40 ? [] : [':' + i], check: [], text: {}} })
	const conflicts = notices.filter((_, i) => i % 40 === 0 && i < 499).map((n, k) => ({...line(':' + k, n.number + ' × A-' + (k * 40 + 1), '', 'open'), facts: {a: n.number, b: 'A-' + (k * 40 + 1), where: {}, area: '', from: n.window.from, until: n.window.until, rule: 'area+window'},
		between: [n.key, 'x:' + (k * 40 + 1)], causes: [], text: {}, proposals: [], decision: [], suggestions: []}))
	return new Response(JSON.stringify({notices, conflicts, blind: [], more: false, deciding: false, unchecked: []}), {headers: {'Content-Type': 'application/json'}})
} })()`

// DEC-01 T: 500 notices stand on the board and no two in one place; as the clock
// runs and an arrow is pressed, no more of the page is drawn again than the line
// of the present and the two bars that the arrow leaves and reaches.
func TestBoardOfFiveHundred(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellWithLinks(t)
	p := open(t, w, "alpha", "en")
	p.do(chromedp.Navigate("http://" + w.Desk("alpha").Settings.Listen + "/?look=1&screen=deconfliction&lang=en"))
	p.until(`document.querySelector('.boardfilters')`)
	p.shot("board-empty-en")
	p.until(`document.querySelector('.module-deconfliction .empty')`)
	p.accessible("the empty board")
	p.do(chromedp.Evaluate[chromedp.Void](fiveHundred), chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('.boardfilters .switch button')[2].click()`))
	p.until(`document.querySelectorAll('.board .activity').length > 400`)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('.boardfilters .switch button')[1].click()`))
	p.until(`document.querySelectorAll('.board .activity').length === 513`)
	p.shot("board-500-en")
	p.fits("the board of 500")
	if n := p.value(`String([...document.querySelectorAll('.board .lane')].reduce((n, lane) => {
		const boxes = [...lane.querySelectorAll('.activity')].map(e => e.getBoundingClientRect())
		return n + boxes.filter((a, i) => boxes.some((b, k) => k > i && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length }, 0))`); n != "0" {
		t.Errorf("%s bars stand over another", n)
	}
	p.do(chromedp.Evaluate[chromedp.Void](`(() => { window.touched = new Set(); window.ticks = 0
		new MutationObserver(list => list.forEach(m => { const e = m.target.nodeType === 1 ? m.target : m.target.parentElement; const bar = e.closest('.activity'); if (bar) touched.add(bar.id); if (e.matches('.now')) ticks++ })).observe(document.querySelector('.board'), {subtree: true, childList: true, attributes: true, characterData: true})
		document.querySelector('.boardlist').focus() })()`))
	p.until(`window.ticks >= 3`)
	if n := p.value(`String(touched.size)`); n != "0" {
		t.Errorf("the clock draws %s bars again", n)
	}
	p.key("ArrowRight", "en", 0)
	p.until(`window.touched.size > 0`)
	if n := p.value(`String(touched.size)`); n != "1" && n != "2" {
		t.Errorf("an arrow draws %s bars again", n)
	}
	p.do(chromedp.Navigate("http://" + w.Desk("alpha").Settings.Listen + "/?look=1&screen=deconfliction&tab=list&lang=en"))
	p.until(`document.querySelector('.boardfilters')`)
}

// A notice with as much on it as a card may have to say still is one sheet, and
// says what it leaves out.
func TestCardOfMuch(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellWithLinks(t)
	now := w.Clock.Now().UnixMilli()/60_000*60_000 + 20*3_600_000
	var volumes []string
	for v := range 4 {
		var ring, windows []string
		for i := range 20 {
			ring = append(ring, fmt.Sprintf(`{"lat":"%.5f","lon":"%.5f"}`, 12.3+float64(v)/10+float64(min(i, 20-i))/400, -38.3+float64(i)/500+float64(i%2)/900))
			windows = append(windows, fmt.Sprintf(`{"from":%d,"until":%d}`, now+int64(i)*7_200_000, now+int64(i)*7_200_000+3_600_000))
		}
		volumes = append(volumes, fmt.Sprintf(`{"ring":[%s],"holes":[],"line":[],"centre":[],"radius_m":0,"low":[{"m":0,"reference":"AGL","off_m":0}],"high":[{"m":900,"reference":"MSL","off_m":20}],"windows":[%s],"text":"sector %d"}`,
			strings.Join(ring, ","), strings.Join(windows, ","), v+1))
	}
	f, err := w.Desk("alpha").Act(t.Context(), node.Act{Kind: "MOVNOT", To: []string{"bravo", "supervisor"}, By: cell.By{Role: "watch", Officer: desk.FirstOfficer},
		Body: []byte(`{"activity":"movement","escort":"no","people":40,"vehicles":[{"count":12,"type":"lorry","colour":"white","plate":"C-1 to C-12"},{"count":2,"type":"ambulance","colour":"white","plate":"C-13, C-14"}],"volumes":[` + strings.Join(volumes, ",") + `],"units":"one column of 14 vehicles","cargo":"none","recognition":["flags"],"route":[{"place":{"lat":"12.3","lon":"-38.3","notation":"DD"},"at":` + fmt.Sprint(now) + `,"what":"pass"}],"contact":["desk telephone 2","satellite 4","radio 3"],"confidentiality":"exact"}`)})
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, w, "alpha", "he")
	p.do(chromedp.Navigate("http://" + w.Desk("alpha").Settings.Listen + "/?look=1&screen=deconfliction&tab=card&lang=he&open=" + f.Ref.String()))
	p.until(`document.querySelectorAll('.cornertable tr').length === 6 && [...document.querySelectorAll('.cornertable td')].every(e => e.innerText !== '…')`)
	if !p.is(`document.querySelector('.printcard').innerText.includes('More corners, not printed: 18') && document.querySelector('.printcard').innerText.includes('More areas, not printed: 1')`) {
		t.Error("the card does not say what it leaves out")
	}
	p.shot("card-much-he")
	if n := strings.Count(p.pdf("card-much"), "/Type /Page\n"); n != 1 {
		t.Errorf("the card of much has %d sheets", n)
	}
}

// DEC-10 T: a meeting with a blind notice stands on the board of the desk that
// does not see it, with what it was told and no more.
func TestBlindOnTheBoard(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := played(t, "blind")
	items, _, err := w.Desk("bravo").Matters(t.Context(), "all", "deconfliction", "BLINDCONF", "", 10)
	if err != nil || len(items) == 0 {
		t.Fatal(len(items), err)
	}
	for d, lang := range map[string]string{"bravo": "he", "supervisor": "en"} {
		p := open(t, w, d, lang)
		p.do(chromedp.Navigate("http://" + w.Desk(d).Settings.Listen + "/?look=1&screen=deconfliction&lang=" + lang + "&open=" + items[0].Key))
		p.until(`document.querySelector('.matter')`)
		p.shot("blind-" + lang)
		p.accessible("a blind meeting")
		p.fits("a blind meeting")
	}
}

// XC-04: on a small screen the board is narrow beside what is open: a conflict's
// line still stands where its two bars are, and the days are read.
func TestNarrowBoard(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellWithLinks(t)
	planned{desk: "alpha", form: "UAVNOT", activity: "uav", from: 20, until: 22, lat: 12.468, lon: -38.204}.file(t, w)
	planned{desk: "bravo", form: "WRKNOT", activity: "works", from: 19, until: 23, lat: 12.46, lon: -38.2, more: `,"people":4,"escort":"no","disputed":"no","vehicles":[{"count":1,"type":"excavator"}]`}.file(t, w)
	settled(t, w)
	for d, lang := range map[string]string{"alpha": "en", "bravo": "ar"} {
		p := open(t, w, d, lang)
		p.do(chromedp.EmulateViewport(1024, 700), chromedp.Navigate("http://"+w.Desk(d).Settings.Listen+"/?look=1&screen=deconfliction&lang="+lang))
		p.press("F2", lang, `document.querySelector('.pictures') && document.querySelector('.clashlines g')`)
		p.until(`(([g, bar]) => g.left < bar.right + 8 && g.right > bar.left - 8)([document.querySelector('.clashlines g'), document.querySelector('.board .lane .activity:not(.active)')].map(e => e.getBoundingClientRect()))`)
		if p.is(`(all => all.some((r, i) => i && r.left < all[i - 1].right - 1))([...document.querySelectorAll('.hour b')].map(e => e.getBoundingClientRect()).filter(r => r.width))`) {
			t.Errorf("%s: words of the days lie over each other", p.name)
		}
		p.shot("board-narrow-" + lang)
		p.fits("the narrow board")
	}
}

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/geo"
)

// software lets a browser draw in 3D without a graphics processor.
var software = []chromedp.ExecAllocatorOption{chromedp.Flag("disable-gpu", false), chromedp.Flag("use-angle", "swiftshader"),
	chromedp.Flag("enable-unsafe-swiftshader", true), chromedp.Flag("ignore-gpu-blocklist", true)}

// XC-04 T: the map is drawn in three languages in a browser without a
// graphics processor, asks nobody but its node, and every thing on it is in the list
// beside it; an area and a corridor are drawn by the keyboard alone and fill the
// form of a notice, and a border that crosses itself is named and fills none.
func TestMap(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := evening(t)
	for desk, lang := range map[string]string{"bravo": "he", "alpha": "ar", "supervisor": "en"} {
		p := open(t, w, desk, lang, software...)
		base := "http://" + w.Desk(desk).Settings.Listen
		p.do(chromedp.Navigate(base + "/?look=1&screen=map&lang=" + lang))
		p.until(`document.querySelector('.mapcanvas')?.dataset.idle`)
		p.until(`document.querySelectorAll('.mapside .subjects button').length > 0`)
		<-time.After(300 * time.Millisecond)
		p.shot("map-drawn-" + lang)
		p.accessible("map")
		if p.is(`document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
			t.Errorf("%s: the map runs over the edge", p.name)
		}
		p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.mapside .subjects button').click()`))
		p.until(`document.querySelector('.mapside .card .grid')?.innerText.match(/^\d{1,2}[C-X] [A-Z]{2} \d{5} \d{5}$/)`)
		p.shot("map-selected-" + lang)
		p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.timebar input[type=checkbox]').click()`)) // a window begins there
		p.crosses(lang)
		p.leads(lang)
		if lang == "ar" {
			p.draws(lang)
		}
		if p.is(`performance.getEntriesByType('resource').some(e => !/^(data|blob):/.test(e.name) && new URL(e.name).origin !== location.origin)`) {
			t.Errorf("%s: the map asks somebody else than its node", p.name)
		}
	}
}

// draw begins a drawing: 0 a polygon, 2 a corridor.
func (p *page) draw(which int) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelectorAll('.module-map .bar > button')[%d].click()`, which)))
	p.until(`document.activeElement.matches('.mapcanvas')`)
}

// corner goes on by the arrow keys, each five times, and sets the corner of a number.
func (p *page) corner(lang string, n int, arrows ...string) {
	p.t.Helper()
	for _, a := range arrows {
		for range 5 {
			p.key(a, lang, 0)
		}
	}
	p.key("Enter", lang, 0)
	p.until(fmt.Sprintf(`document.querySelectorAll('.drawing > .card .cornerlist > li').length === %d`, n))
}

// crosses draws a polygon that crosses itself: it is said which edges and where,
// no form takes it, the end does not end it, and taking a corner back mends it.
func (p *page) crosses(lang string) {
	p.t.Helper()
	p.draw(0)
	p.corner(lang, 1)
	p.corner(lang, 2, "ArrowRight", "ArrowUp")
	p.corner(lang, 3, "ArrowDown")
	p.until(`document.querySelector('.drawing .forms button') && /^\d+(\.\d+)? km²$/.test(document.querySelector('.drawing .facts dd').innerText)`)
	p.corner(lang, 4, "ArrowLeft", "ArrowUp")
	p.until(`document.querySelector('.drawing [role=status] .clash .grid')?.innerText.match(/^\d{1,2}[C-X] [A-Z]{2} \d{5} \d{5}$/)`)
	p.until(`/1.*2.*3.*4.* -?\d+\.\d{5}, -?\d+\.\d{5}/s.test(document.querySelector('.drawing .clash p').innerText.replace(/[\u2066-\u2069]/g, ''))`)
	p.key("Escape", lang, 0)
	<-time.After(300 * time.Millisecond)
	p.shot("map-crossing-" + lang)
	if p.is(`document.querySelector('.drawing .forms') || document.querySelectorAll('.drawing .cornerlist > li').length !== 4`) {
		p.t.Errorf("%s: a polygon that crosses itself is ended, or offered to forms", p.name)
	}
	p.accessible("map with a polygon that crosses itself")
	p.key("Backspace", lang, 0)
	p.until(`document.querySelectorAll('.drawing .cornerlist > li').length === 3 && !document.querySelector('.drawing .clash')`)
	p.press("Escape", lang, `document.activeElement.matches('.drawing .forms button')`)
}

// leads draws a corridor, in English by the mouse and else by the keyboard: its
// way, half its width by a third gesture and then by the number, in steps of 50 m.
// It becomes the corridor of a form, as long and as wide as was said; what is
// filed is drawn no more.
func (p *page) leads(lang string) {
	p.t.Helper()
	p.draw(2)
	p.way(lang)
	p.until(`document.activeElement.matches('.drawing input[type=number]') && Number(document.activeElement.value) > 50`)
	p.press("ArrowUp", lang, `document.activeElement.value % 50 === 0`)
	p.shot("map-corridor-drawn-" + lang)
	p.accessible("map with a corridor drawn")
	half, long := p.value(`document.activeElement.value`), p.value(`document.querySelector('.drawing .facts dd').innerText`)
	p.focus(".drawing .forms button", lang)
	p.press("Enter", lang, `document.querySelector('.compose .corners')`)
	p.until(`document.querySelector('.compose .choice:nth-child(3) input').checked && document.querySelectorAll('.compose .corners input').length === 3`)
	p.until(`[...document.querySelectorAll('.compose .areafield .sub input')].some(i => i.value === '` + half + `')`)
	p.shot("map-corridor-form-" + lang)
	p.long(long)
	if lang == "he" {
		p.key("Enter", lang, 2)
		p.until(`!document.querySelector('.compose') && !document.querySelector('.drawing')`)
		p.shot("map-corridor-filed-" + lang)
		return
	}
	p.press("Escape", lang, `!document.querySelector('.compose')`)
}

// way sets the three points of a corridor, ends them and sets a point on its edge.
func (p *page) way(lang string) {
	p.t.Helper()
	led := `document.querySelector('.drawing input[type=number]') && !document.querySelector('.drawing .typed')`
	if lang == "en" {
		for i, at := range [][2]float64{{0.5, 0.5}, {0.6, 0.5}, {0.6, 0.4}} {
			p.mouse(`.mapcanvas`, at[0], at[1], int64(1+i/2)) // the second press ends the way
			p.until(fmt.Sprintf(`document.querySelectorAll('.drawing .cornerlist > li').length === %d`, i+1))
		}
		p.until(led)
		p.mouse(`.mapcanvas`, 0.63, 0.45, 1)
		return
	}
	p.corner(lang, 1)
	p.corner(lang, 2, "ArrowRight")
	p.corner(lang, 3, "ArrowUp")
	p.press("Escape", lang, led)
	for range 2 {
		p.key("ArrowLeft", lang, 0)
	}
	p.until(`document.activeElement.matches('.mapcanvas') && document.querySelectorAll('.drawing .facts dd').length === 2`)
	p.shot("map-corridor-" + lang)
	p.key("Enter", lang, 0)
}

// long holds the length that was read out against the geodesics between the points of the form.
func (p *page) long(said string) {
	p.t.Helper()
	var way []geo.Point
	for at := range strings.SplitSeq(p.value(`[...document.querySelectorAll('.compose .corners input')].map(i => i.value).join(';')`), ";") {
		var q geo.Point
		if _, err := fmt.Sscanf(at, "%g, %g", &q.Lat, &q.Lon); err != nil {
			p.t.Fatalf("%s: corner %q: %v", p.name, at, err)
		}
		way = append(way, q)
	}
	metres := 0.0
	for i := range way[1:] {
		metres += geo.Distance(way[i], way[i+1])
	}
	if !strings.Contains(said, fmt.Sprintf("%.0f m", metres)) {
		p.t.Errorf("%s: a way of %.2f m is said to have %q", p.name, metres, said)
	}
}

// draws makes a triangle with the keyboard and opens the form of a notice with it.
func (p *page) draws(lang string) {
	p.t.Helper()
	p.draw(0)
	p.corner(lang, 1, "ArrowUp")
	p.corner(lang, 2, "ArrowRight")
	p.corner(lang, 3, "ArrowDown")
	p.key("Backspace", lang, 0)
	p.until(`document.querySelectorAll('.drawing .cornerlist > li').length === 2`)
	p.corner(lang, 3, "ArrowLeft")
	p.key("Escape", lang, 0)
	p.until(`document.querySelector('.drawing .forms button')`)
	p.until(`document.querySelectorAll('.drawing .cornerlist .grid').length >= 3`)
	p.shot("map-draft-" + lang)
	p.accessible("map with an area drawn")
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.drawing .forms button').click()`))
	p.until(`[...document.querySelectorAll('.compose .corners input')].filter(i => /^-?\d+\.\d+, -?\d+\.\d+$/.test(i.value)).length === 3`)
	p.shot("map-compose-" + lang)
	p.accessible("map with the form of a notice")
	p.do(chromedp.Evaluate[chromedp.Void](`(i => { i.focus(); i.select() })(document.querySelector('.compose .corners input'))`))
	p.text("24P WU 85514 85243") // any notation, read by the node
	p.until(`/^12\.529\d+, -38\.21\d+$/.test(document.querySelector('.compose .corners .hint').innerText)`)
}

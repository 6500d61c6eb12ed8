package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// software lets a browser draw in 3D without a graphics processor.
var software = []chromedp.ExecAllocatorOption{chromedp.Flag("disable-gpu", false), chromedp.Flag("use-angle", "swiftshader"),
	chromedp.Flag("enable-unsafe-swiftshader", true), chromedp.Flag("ignore-gpu-blocklist", true)}

// XC-04 T: the map is drawn in three languages in a browser without a
// graphics processor, asks nobody but its node, and every thing on it is in the list
// beside it; an area is drawn by the keyboard alone and fills the form of a notice.
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
		if lang == "ar" {
			p.draws(lang)
		}
		if p.is(`performance.getEntriesByType('resource').some(e => !/^(data|blob):/.test(e.name) && new URL(e.name).origin !== location.origin)`) {
			t.Errorf("%s: the map asks somebody else than its node", p.name)
		}
	}
}

// draws makes a triangle with the keyboard and opens the form of a notice with it.
func (p *page) draws(lang string) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('.module-map .bar > button')[0].click()`))
	p.until(`document.activeElement.matches('.mapcanvas')`)
	corner := func(n string, arrows ...string) {
		for _, a := range arrows {
			for range 5 {
				p.key(a, lang, 0)
			}
		}
		p.key("Enter", lang, 0)
		p.until(`document.querySelectorAll('.drawing .cornerlist > li').length === ` + n)
	}
	corner("1", "ArrowUp")
	corner("2", "ArrowRight")
	corner("3", "ArrowDown")
	p.key("Backspace", lang, 0)
	p.until(`document.querySelectorAll('.drawing .cornerlist > li').length === 2`)
	corner("3", "ArrowLeft")
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

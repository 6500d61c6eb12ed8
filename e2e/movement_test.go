package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// DEC-09, DEC-13, XC-04: the movement board after a morning in which one convoy
// goes silent: at three desks in three languages every movement stands where it
// does, the gravest first, without the page scrolling; a check-in is two keys; and
// an area of interest is withdrawn.
func TestMovementBoard(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := played(t, "movement")
	standings := map[string]string{"bravo": "he", "alpha": "ar", "supervisor": "en"}
	for _, desk := range []string{"supervisor", "alpha", "bravo"} {
		lang := standings[desk]
		p := open(t, w, desk, lang)
		base := "http://" + w.Desk(desk).Settings.Listen
		p.do(chromedp.Navigate(base + "/?look=1&screen=watch&lang=" + lang))
		p.until(`document.querySelector('main h2')`)
		p.key("KeyG", lang, 0)
		p.key("KeyO", lang, 0)
		p.until(`document.querySelectorAll('.movements > li').length === 7`)
		p.until(`document.querySelector('.movements > li').className.includes('moving-lost')`)
		for _, s := range []string{"lost", "late", "on-time", "planned", "arrived", "over"} {
			if !p.is(`document.querySelector('.movements > li.moving-` + s + `')`) {
				t.Errorf("%s: no movement is %s", p.name, s)
			}
		}
		if !p.is(`document.querySelectorAll('.movements > li')[0].querySelectorAll('.waytrack .is-heard').length === 1 && document.querySelector('.movements .waytrack .is-next.is-late')`) {
			t.Errorf("%s: the picture of the way is another", p.name)
		}
		if p.is(`[...document.querySelectorAll('.waytrack')].some(x => getComputedStyle(x).direction !== 'ltr')`) {
			t.Errorf("%s: time runs from right to left", p.name)
		}
		if p.is(`document.documentElement.scrollWidth > document.documentElement.clientWidth || document.documentElement.scrollHeight > document.documentElement.clientHeight`) {
			t.Errorf("%s: the page scrolls", p.name)
		}
		<-time.After(300 * time.Millisecond)
		p.shot("movement-" + lang)
		p.accessible("movement")
		opens := "KeyJ"
		if desk == "alpha" {
			opens = "F2" // the gravest alarm of its level is lost contact, and leads to it
		}
		p.press(opens, lang, `document.querySelector('.movements > li[data-open] .details')`)
		p.shot("movement-open-" + lang)
		p.accessible("movement with one open")
		if desk == "bravo" {
			p.checksIn(lang)
			p.passesOn(lang)
		}
		p.do(chromedp.Navigate(base + "/?look=1&screen=movement&tab=interests&lang=" + lang))
		p.until(`document.querySelector('.module-movement .page')?.innerText.length > 20 && !document.querySelector('main').innerText.includes('…loading')`)
		<-time.After(300 * time.Millisecond)
		p.shot("interests-" + lang)
		p.accessible("interests")
		if got := p.is(`document.querySelector('.module-movement .card .hits')`); got != (desk == "alpha") {
			t.Errorf("%s: areas of interest are shown: %v", p.name, got)
		}
		if desk == "alpha" {
			p.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.module-movement .card .actions button')].at(-1).click()`))
			p.until(`document.querySelector('.module-movement h3 + .cards .card')`)
		}
	}
}

// checksIn checks in the movement that is silent, by the keyboard alone: the form
// knows the point and the time.
func (p *page) checksIn(lang string) {
	p.t.Helper()
	p.key("KeyI", lang, 0)
	p.until(`document.querySelector('.compose input') && document.querySelector('main').className.includes('docked')`)
	<-time.After(300 * time.Millisecond)
	p.shot("movement-checkin-" + lang)
	p.accessible("the check-in")
	if !p.is(`[...document.querySelectorAll('.compose input')].some(i => i.value === '2') && [...document.querySelectorAll('.compose input')].some(i => /060916Z/.test(i.value))`) {
		p.t.Errorf("%s: the form does not know the point and the time", p.name)
	}
	p.key("Enter", lang, 2)
	p.until(`!document.querySelector('.movements > li.moving-lost')`)
	p.until(`document.querySelectorAll('.movements > li.moving-on-time').length >= 2`)
	p.shot("movement-heard-" + lang)
}

// passesOn files, with one form, that every level that did not know of the other
// side's movement does now (XC-09).
func (p *page) passesOn(lang string) {
	p.t.Helper()
	row := `[...document.querySelectorAll('.movements > li')].find(x => x.innerText.includes('A-8'))`
	p.do(chromedp.Evaluate[chromedp.Void](row + `.querySelector('.head .ref').click()`))
	p.until(row + `?.querySelector('.details .actions button')`)
	p.do(chromedp.Evaluate[chromedp.Void](row + `.querySelector('.details .actions button').click()`))
	p.until(`document.querySelector('article.matter')`)
	p.press("KeyD", lang, `document.querySelector('fieldset.levels')`)
	if !p.is(`document.querySelectorAll('fieldset.levels input').length === 5 && document.querySelectorAll('fieldset.levels .mark.ok').length === 1 && document.querySelectorAll('fieldset.levels input:checked').length === 1`) {
		p.t.Errorf("%s: the form does not know which levels are owed", p.name)
	}
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('fieldset.levels button').click()`))
	p.until(`document.querySelectorAll('fieldset.levels input:checked').length === 4`)
	p.shot("passed-on-" + lang)
	p.accessible("passed on")
	p.key("Enter", lang, 2)
	p.until(`document.querySelectorAll('article.matter td .many').length === 5`)
	p.shot("passed-on-after-" + lang)
}

package e2e

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"parley/cell/deconfliction"
	"parley/node"
)

// DEC-01, DEC-08, XC-04: two sides draw on the map, clash, negotiate and clear.
// Alpha does all of it with the mouse, in Arabic; Bravo never touches one, in
// Hebrew. Both see the conflict on the map and in the list beside it, and both see
// it gone.
func TestTwoSidesOnTheMap(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellWithLinks(t)
	alpha, bravo := open(t, w, "alpha", "ar", software...), open(t, w, "bravo", "he", software...)
	for p, lang := range map[*page]string{alpha: "ar", bravo: "he"} {
		p.do(chromedp.Navigate("http://" + w.Desk(map[string]string{"ar": "alpha", "he": "bravo"}[lang]).Settings.Listen + "/?look=1&screen=map&lang=" + lang))
		p.until(`document.querySelector('.mapcanvas')?.dataset.idle`)
	}

	// Alpha: the time on the bar, a square about the middle, the first form, sent.
	alpha.mouse(`.timebar input[type=checkbox]`, 0.5, 0.5, 1)
	alpha.mouse(`.timebar input[type=range]`, 0.6, 0.5, 1)
	alpha.mouse(`.module-map .bar > button`, 0.5, 0.5, 1)
	for i, at := range [][2]float64{{0.42, 0.4}, {0.58, 0.4}, {0.58, 0.6}, {0.42, 0.6}} {
		alpha.mouse(`.mapcanvas`, at[0], at[1], int64(1+i/3))
		alpha.until(fmt.Sprintf(`document.querySelectorAll('.drawing .cornerlist > li').length === %d`, i+1))
	}
	alpha.until(`document.querySelector('.drawing .forms button')`)
	alpha.shot("clash-drawn-ar")
	alpha.mouse(`.drawing .forms button`, 0.5, 0.5, 1)
	alpha.until(`document.querySelector('.compose')`)
	alpha.accessible("the form of what is drawn")
	alpha.mouse(`.compose .send button.primary`, 0.5, 0.5, 1)
	alpha.until(`!document.querySelector('.compose') && document.querySelector('[data-layer=notices] li')`)
	bravo.until(`document.querySelector('[data-layer=notices] li')`)

	// Bravo: the same hours on the bar, a triangle across it, the first form, sent.
	hours := alpha.value(`document.querySelector('.timebar input[type=range]').value`)
	bravo.focus(`.timebar input[type=checkbox]`, "he")
	bravo.key("Space", "he", 0)
	bravo.until(`document.querySelector('.timebar input[type=checkbox]').checked`)
	bravo.focus(`.timebar input[type=range]`, "he")
	behind := func(by string) bool {
		return bravo.is(`Number(document.activeElement.value) + ` + by + ` <= ` + hours)
	}
	for behind("8 * 3600000") { // a tenth of the bar and a little
		bravo.key("PageUp", "he", 0)
	}
	for behind("900000") {
		bravo.key("ArrowUp", "he", 0)
	}
	bravo.focus(`.module-map .bar > button`, "he")
	bravo.press("Enter", "he", `document.activeElement.matches('.mapcanvas')`)
	for i, way := range [][]string{{"ArrowUp", "ArrowUp", "ArrowUp"}, {"ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"}, {"ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft"}} {
		for _, k := range way {
			bravo.key(k, "he", 0)
		}
		bravo.key("Enter", "he", 0)
		bravo.until(fmt.Sprintf(`document.querySelectorAll('.drawing .cornerlist > li').length === %d`, i+1))
	}
	bravo.press("Escape", "he", `document.querySelector('.drawing .forms button')`)
	bravo.until(`document.activeElement.matches('.drawing .forms button')`)
	bravo.press("Enter", "he", `document.querySelector('.compose')`)
	bravo.shot("clash-form-he")
	bravo.accessible("the form of what is drawn")
	bravo.key("Enter", "he", 2)
	bravo.until(`!document.querySelector('.compose')`)

	// Both see it: in the list, and on the map, where what lies in both is pressed.
	for _, p := range []*page{alpha, bravo} {
		p.until(`document.querySelectorAll('[data-layer=conflicts] li').length === 1`)
	}
	for p, screen := range map[*page]string{alpha: "the alarm of a conflict, in Arabic", bravo: "the alarm of a conflict, in Hebrew"} { // it alarms at both
		p.until(`document.querySelector('.alarms.level-O .alarm')?.innerText.includes('×')`)
		p.shot("clash-alarm-" + p.name[:5])
		p.accessible(screen)
	}
	acknowledge := `.alarms .alarm:first-child button.acknowledge`
	seen := `![...document.querySelectorAll('.alarms .alarm')].some(a => a.innerText.includes('×') && !a.querySelector('.chip'))`
	alpha.mouse(acknowledge, 0.5, 0.5, 1)
	alpha.until(seen)
	bravo.focus(acknowledge, "he")
	bravo.press("Enter", "he", seen)
	for _, d := range []string{"alpha", "bravo"} { // and both owe a proposal, by a clock
		now, err := w.Desk(d).Watch(t.Context())
		if err != nil || !slices.ContainsFunc(append(now.AnswerNow, now.Owed...), func(it node.Item) bool { return it.Kind == deconfliction.RuleConflict }) {
			t.Errorf("%s: the watch owes nothing to the conflict: %v", d, err)
		}
	}
	alpha.mouse(`.mapcanvas`, 0.5, 0.51, 1)
	alpha.until(`!document.querySelector('.drawing') && document.querySelector('.mapside .card')?.innerText.includes('×')`)
	alpha.shot("clash-seen-ar")
	alpha.accessible("a conflict on the map")
	bravo.press("KeyJ", "he", `document.querySelector('.suggestions li')`)
	bravo.shot("clash-suggested-he")
	bravo.press("Digit1", "he", `document.querySelector('.compose')`)
	bravo.key("Enter", "he", 2)
	bravo.until(`!document.querySelector('.compose') && document.querySelector('.proposal')`)

	// Alpha accepts; whose notice is to move changes it, each in its own way.
	alpha.until(`document.querySelector('.proposal .actions button.primary')`)
	alpha.shot("clash-proposed-ar")
	accept := alpha.value(`document.querySelector('.proposal .actions button.primary').innerText`) // which may stand a moment longer
	alpha.mouse(`.proposal .actions button.primary`, 0.5, 0.5, 1)
	alpha.until(`document.querySelector('.compose')`)
	alpha.mouse(`.compose .send button.primary`, 0.5, 0.5, 1)
	alpha.until(`!document.querySelector('.compose')`)
	settled(t, w)
	bravo.until(`document.querySelectorAll('.proposal .deskname, .proposal .desk').length >= 2`)
	change := `document.querySelector('.proposal .actions button.primary') && document.querySelector('.proposal .actions button.primary').innerText !== ` + strconv.Quote(accept)
	for began := time.Now(); !alpha.is(change) && !bravo.is(change) && time.Since(began) < patience; {
		<-time.After(50 * time.Millisecond)
	}
	if alpha.is(change) {
		alpha.mouse(`.proposal .actions button.primary`, 0.5, 0.5, 1)
		alpha.until(`document.querySelector('.compose')`)
		alpha.mouse(`.compose .send button.primary`, 0.5, 0.5, 1)
	} else {
		bravo.focus(`.proposal .actions button.primary`, "he")
		bravo.press("Enter", "he", `document.querySelector('.compose')`)
		bravo.key("Enter", "he", 2)
	}
	for _, p := range []*page{alpha, bravo} {
		p.until(`!document.querySelector('.compose') && !document.querySelector('[data-layer=conflicts]') && document.querySelectorAll('[data-layer=notices] li').length >= 1`)
		p.shot("clash-clear-" + p.name[:5])
	}
}

// mouse presses the mouse on an element, at a share of its width and height,
// once it stands still and nothing lies over it: as a hand would.
func (p *page) mouse(selector string, across, down float64, times int64) {
	p.t.Helper()
	p.until(fmt.Sprintf(`(e => {
		if (!e) return false
		e.scrollIntoView({block: 'nearest'})
		const r = e.getBoundingClientRect(), at = [r.left + r.width * %g, r.top + r.height * %g], before = window.pressAt
		window.pressAt = at
		return before?.every((n, i) => n === at[i]) && e.contains(document.elementFromPoint(...at))
	})(document.querySelector('%s'))`, across, down, selector))
	at, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]float64](`window.pressAt`))
	if err != nil {
		p.fail(err.Error())
	}
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		press := func(typ input.DispatchMouseEventType, button input.MouseButton, n int64) error {
			_, err := cdp.Call(ctx, t, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: typ, X: at[0], Y: at[1], Button: button, ClickCount: n})
			return err
		}
		if err := press(input.DispatchMouseEventTypeMouseMoved, input.MouseButtonNone, 0); err != nil {
			return err
		}
		for n := range times {
			for _, typ := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
				if err := press(typ, input.MouseButtonLeft, n+1); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

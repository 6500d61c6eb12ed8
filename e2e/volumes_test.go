package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/cell"
	"parley/desk"
	"parley/node"
	"parley/scenarios"
)

// DEC-01, XC-04: a notice of two volumes is filed by the keyboard alone: a circle
// with one window, and a corridor with a schedule and a band of two references.
// What is not whole is named with its volume. Later the second is changed, again by
// the keyboard; the first stays to the last digit.
func TestVolumesByKeyboard(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellWithLinks(t)
	p := open(t, w, "bravo", "he")
	p.do(chromedp.Navigate("http://" + w.Desk("bravo").Settings.Listen + "/?look=1&screen=deconfliction&lang=he"))
	p.form("UAVNOT", "he")

	p.types(".volumes .corners input", "12.4512, -38.2533")
	p.types(".volumes .areafield > div > .sub input[inputmode=numeric]", "700")
	p.types(".windowsfield > li .field:nth-child(1) input", "070800Z JAN 26")
	p.types(".windowsfield > li .field:nth-child(2) input", "071000Z JAN 26")
	p.types(".bandfield > [role=group]:nth-child(1) input", "0")
	p.key("Tab", "he", 0)
	p.press("ArrowDown", "he", `document.querySelectorAll('.bandfield select')[1].value === 'AGL'`)
	p.types(".bandfield > [role=group]:nth-child(2) input", "120")
	p.until(`document.querySelectorAll('.bandfield ~ p.small').length === 2`)
	p.shot("volumes-one-he")

	// A second one: empty, and said to be so when it is sent.
	p.focus(".volumes ~ .more button:first-child", "he")
	p.press("Enter", "he", `document.querySelectorAll('.volumes > li').length === 2 && document.activeElement.matches('.volumes > li:nth-child(2) .corners input')`)
	p.text("12.5034, -38.3077")
	p.key("Enter", "he", 2)
	p.until(`[...document.querySelectorAll('.compose .wrong')].length === 1 && document.querySelector('.compose .wrong > .hint .bad').innerText.replace(/[\u2066-\u2069]/g, '').startsWith('נפח 2: ')`)
	p.until(`document.activeElement.closest('.volumes > li:nth-child(2) .wrong')`)
	p.shot("volumes-wrong-he")
	p.accessible("a notice of two volumes")

	p.press("ArrowDown", "he", `document.querySelectorAll('.volumes > li:nth-child(2) .corners > li').length === 3`) // a polygon
	p.press("ArrowDown", "he", `document.querySelector('.volumes > li:nth-child(2) .choice:nth-child(3) input').checked`)
	p.types(".volumes > li:nth-child(2) .corners > li:nth-child(2) input", "12.5534, -38.3077")
	p.key("Tab", "he", 0) // the third point is not wanted
	p.focus(".volumes > li:nth-child(2) .corners > li:nth-child(3) button", "he")
	p.press("Enter", "he", `document.querySelectorAll('.volumes > li:nth-child(2) .corners > li').length === 2`)
	p.types(".volumes > li:nth-child(2) .areafield > div > .sub input[inputmode=numeric]", "250")
	p.types(".volumes > li:nth-child(2) .windowsfield > li .field:nth-child(1) input", "071200Z JAN 26")
	p.types(".volumes > li:nth-child(2) .windowsfield > li .field:nth-child(2) input", "071400Z JAN 26")
	p.focus(".volumes > li:nth-child(2) .windowsfield ~ button", "he")
	p.press("Enter", "he", `document.querySelectorAll('.volumes > li:nth-child(2) .windowsfield > li').length === 2`)
	p.shot("volumes-two-he")
	p.fits("a notice of two volumes")
	p.key("Enter", "he", 2)
	p.until(`!document.querySelector('.compose')`)
	settled(t, w)

	was := volumesAt(t, w, "alpha", "bravo", "UAVNOT")
	if len(was) != 2 {
		t.Fatalf("%d volumes were filed, want 2: %s", len(was), was)
	}
	for i, want := range []string{`"radius_m":700,"low":[{"m":0,"reference":"AGL","off_m":0}],"high":[{"m":120,"reference":"AGL","off_m":0}]`, `"line":[{"lat":"12.5034","lon":"-38.3077"},{"lat":"12.5534","lon":"-38.3077"}],"centre":[],"radius_m":250,"low":[],"high":[]`} {
		if !strings.Contains(string(was[i]), want) {
			t.Errorf("volume %d is %s, and holds no %s", i+1, was[i], want)
		}
	}
	if n := strings.Count(string(was[1]), `"from"`); n != 2 {
		t.Errorf("the second has %d windows, want the schedule of 2", n)
	}

	// The second is changed: by its fold, its height alone.
	p.until(`document.querySelector('article.matter')`)
	p.press("KeyU", "he", `document.querySelectorAll('.volumes > li').length === 2`)
	p.shot("volumes-change-he")
	p.focus(".volumes > li:nth-child(2) .fold", "he")
	p.press("Enter", "he", `document.querySelector('.volumes > li:nth-child(2) .bandfield')`)
	p.types(".volumes > li:nth-child(2) .bandfield > [role=group]:nth-child(2) input", "300")
	p.key("Tab", "he", 0)
	p.press("ArrowDown", "he", `document.querySelectorAll('.bandfield select')[1].value === 'AGL'`)
	p.key("Enter", "he", 2)
	p.until(`!document.querySelector('.compose')`)
	settled(t, w)
	now := volumesAt(t, w, "alpha", "bravo", "UAVNOT")
	if len(now) != 2 || string(now[0]) != string(was[0]) {
		t.Fatalf("the first volume was\n%s\nand is\n%s", was[0], now)
	}
	if want := strings.Replace(string(was[1]), `"high":[]`, `"high":[{"m":300,"reference":"AGL","off_m":0}]`, 1); string(now[1]) != want {
		t.Errorf("the second volume is\n%s, want\n%s", now[1], want)
	}
}

// A filed notice of four volumes, with holes, several windows, heights of two
// references and what they may be off by, is changed by copying, ordering and
// removing: what is not touched stays exactly, whatever was folded meanwhile. What
// the node refuses is named with its volume, and that one opens.
func TestVolumesKeepWhatIsNotTouched(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellWithLinks(t)
	now := w.Clock.Now().UnixMilli() / 60_000 * 60_000
	const hour = 3_600_000
	windows := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"from":%d,"until":%d}`, now+int64(10+24*i)*hour, now+int64(11+24*i)*hour+1234))
		}
		return strings.Join(list, ",")
	}
	volume := func(area, low, high string, n int, name string) string {
		return `{` + area + `,"low":[` + low + `],"high":[` + high + `],"windows":[` + windows(n) + `],"text":"` + name + `"}`
	}
	holed := `"ring":[{"lat":"12.4","lon":"-38.30"},{"lat":"12.40","lon":"-38.2"},{"lat":"12.5000001","lon":"-38.25"}],"holes":[[{"lat":"12.42","lon":"-38.26"},{"lat":"12.42","lon":"-38.24"},{"lat":"12.45","lon":"-38.25"}]],"line":[],"centre":[],"radius_m":0`
	way := `"ring":[],"holes":[],"line":[{"lat":"12.6","lon":"-38.3"},{"lat":"12.65","lon":"-38.25"}],"centre":[],"radius_m":120`
	round := `"ring":[],"holes":[],"line":[],"centre":[{"lat":"12.7","lon":"-38.3"}],"radius_m":400`
	filed := []string{
		volume(holed, `{"m":-7,"reference":"AGL","off_m":3}`, `{"m":1200,"reference":"MSL","off_m":15}`, 3, "with a hole"),
		volume(way, ``, `{"m":90,"reference":"AGL","off_m":0}`, 1, "the way"),
		volume(round, `{"m":10,"reference":"ellipsoid","off_m":1}`, ``, 2, ""),
		volume(round, ``, ``, 1, "again"),
	}
	body := `{"activity":"uav","volumes":[` + strings.Join(filed, ",") + `],"contact":["desk telephone 2"],"confidentiality":"exact"}`
	if _, err := w.Desk("alpha").Act(t.Context(), node.Act{Kind: "UAVNOT", To: others(w, "alpha"), By: cell.By{Role: "watch", Officer: desk.FirstOfficer}, Body: []byte(body)}); err != nil {
		t.Fatal(err)
	}
	settled(t, w)
	was := volumesAt(t, w, "bravo", "alpha", "UAVNOT")

	p := open(t, w, "alpha", "ar")
	p.change("UAVNOT", "ar")
	p.until(`document.querySelectorAll('.volumes > li').length === 4`)
	p.shot("volumes-folded-ar")
	p.accessible("a notice of four volumes")
	p.focus(".volumes > li:nth-child(1) .fold", "ar")
	p.press("Enter", "ar", `document.querySelector('.volumes > li:nth-child(1) .parts .note')`)
	p.shot("volumes-holes-ar")
	p.accessible("a volume with holes")
	p.focus(".volumes > li:nth-child(4) .row button:nth-child(3)", "ar") // a copy of the fourth, to the beginning, with another radius
	p.press("Enter", "ar", `document.querySelectorAll('.volumes > li').length === 5 && document.activeElement.matches('.volumes > li:nth-child(5) .corners input')`)
	p.types(".volumes > li:nth-child(5) .areafield > div > .sub input[inputmode=numeric]", "0")
	p.key("Enter", "ar", 2)
	p.until(`document.querySelector('.volumes > li:nth-child(5) .field.wrong .bad')?.innerText.includes('5')`)
	p.types(".volumes > li:nth-child(5) .areafield > div > .sub input[inputmode=numeric]", "800")
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.volumes > li:nth-child(5) .fold').focus()`))
	for i := 4; i >= 1; i-- {
		p.key("ArrowUp", "ar", 1)
		p.until(fmt.Sprintf(`document.activeElement.closest('.volumes > li') === document.querySelector('.volumes > li:nth-child(%d)')`, i))
	}
	p.focus(".volumes > li:nth-child(3) .row button:nth-child(4)", "ar") // and the way, now the third, is taken out
	p.press("Enter", "ar", `document.querySelectorAll('.volumes > li').length === 4`)
	p.key("Enter", "ar", 2)
	p.until(`!document.querySelector('.compose')`)
	settled(t, w)
	got := volumesAt(t, w, "bravo", "alpha", "UAVNOT")
	want := []string{strings.Replace(string(was[3]), `"radius_m":400`, `"radius_m":800`, 1), string(was[0]), string(was[2]), string(was[3])}
	if len(got) != len(want) {
		t.Fatalf("%d volumes, want %d", len(got), len(want))
	}
	for i := range want {
		if string(got[i]) != want[i] {
			t.Errorf("volume %d is\n%s, want\n%s", i+1, got[i], want[i])
		}
	}

	// What the node refuses of one volume: it is named, and open.
	p.until(`document.querySelector('article.matter')`)
	p.press("KeyU", "ar", `document.querySelectorAll('.volumes > li').length === 4`)
	p.focus(".volumes > li:nth-child(2) .fold", "ar")
	p.press("Enter", "ar", `document.querySelector('.volumes > li:nth-child(2) .parts .note')`)
	p.types(".volumes > li:nth-child(2) .corners > li:nth-child(3) input", "12.43, -38.25") // the hole is cut open
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.volumes > li:nth-child(2) .fold').click()`))
	p.until(`!document.querySelector('.volumes .parts')`)
	p.key("Enter", "ar", 2)
	p.until(`document.querySelector('.volumes > li:nth-child(2) .parts') && [...document.querySelectorAll('.compose .wrong .bad')].some(e => e.innerText.replace(/[\u2066-\u2069]/g, '').startsWith('الحجم 2: '))`)
	p.shot("volumes-refused-ar")
}

// form opens the form of a code by the keyboard, and there is a list of them.
func (p *page) form(code, lang string) {
	p.t.Helper()
	p.until(`document.querySelector('.clockbar') !== null`)
	p.press("KeyC", lang, `document.querySelector('.templates')`)
	at := fmt.Sprintf(`[...document.querySelectorAll('.templates button')].findIndex(b => b.querySelector('.id').innerText === '%s')`, code)
	p.until(at + ` >= 0`)
	for range 90 {
		if p.is(`[...document.querySelectorAll('.templates button')][` + at + `] === document.activeElement`) {
			break
		}
		p.key("Tab", lang, 0)
	}
	p.press("Enter", lang, `document.querySelector('.compose .fields')`)
}

// change opens the form that changes the newest notice of a code.
func (p *page) change(code, lang string) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](`fetch('/api/v1/matters?code=` + code + `').then(r => r.json()).then(x => { location = '/?look=1&screen=deconfliction&lang=` + lang + `&open=' + encodeURIComponent((x.items ?? x.matters)[0].key) })`))
	p.until(`document.querySelector('article.matter')`)
	p.press("KeyU", lang, `document.querySelector('.compose .fields')`)
}

// types goes to a field by the Tab key and types over what stands there.
func (p *page) types(selector, text string) {
	p.t.Helper()
	p.focus(selector, "en")
	p.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.select()`))
	p.text(text)
}

// volumesAt gives the volumes that a desk holds of another's newest notice of a
// code, each as its bytes.
func volumesAt(t *testing.T, w *scenarios.World, at, of, code string) []json.RawMessage {
	t.Helper()
	items, _, err := w.Desk(at).Matters(t.Context(), "all", "deconfliction", code, "", 10)
	if err != nil || len(items) == 0 || items[0].From != of {
		t.Fatalf("at %s: %d of %s of %s: %v", at, len(items), code, of, err)
	}
	m, err := w.Desk(at).MatterView(t.Context(), items[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	said := string(m.Records[0].Body)
	if m.Now != nil {
		said = string(m.Now.Body)
	}
	var body struct{ Volumes []json.RawMessage }
	if err := json.Unmarshal([]byte(said), &body); err != nil {
		t.Fatal(err)
	}
	return body.Volumes
}

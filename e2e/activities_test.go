package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"parley/api"
	"parley/border/activity"
	"parley/cell"
	"parley/desk"
	"parley/node"
	"parley/scenarios"
)

// planned is a notice that a test files, by hours from now.
type planned struct {
	desk, form, activity string
	from, until          int
	lat, lon             float64
	more                 string // further fields
	confidentiality      string // exact unless it is said; what is blind goes to the supervisor alone
}

// file files a notice: a circle of 700 m up to 120 m above the ground.
func (x planned) file(t *testing.T, w *scenarios.World) string {
	t.Helper()
	now := w.Clock.Now().UnixMilli() / 60_000 * 60_000
	const hour = 3_600_000
	body := fmt.Sprintf(`{"activity":%q,"volumes":[{"ring":[],"holes":[],"line":[],"centre":[{"lat":"%.5f","lon":"%.5f"}],"radius_m":700,"low":[{"m":0,"reference":"AGL","off_m":0}],`+
		`"high":[{"m":120,"reference":"AGL","off_m":10}],"windows":[{"from":%d,"until":%d}],"text":""}],"contact":["desk telephone 2","satellite 4"],"confidentiality":%q%s}`,
		x.activity, x.lat, x.lon, now+int64(x.from)*hour, now+int64(x.until)*hour, cmp.Or(x.confidentiality, "exact"), x.more)
	to := others(w, x.desk)
	if strings.HasPrefix(x.confidentiality, "blind") {
		to = []string{"supervisor"}
	}
	f, err := w.Desk(x.desk).Act(t.Context(), node.Act{Kind: x.form, To: to, By: cell.By{Role: "watch", Officer: desk.FirstOfficer}, Body: []byte(body)})
	if err != nil {
		t.Fatal(err)
	}
	return f.Ref.String()
}

func others(w *scenarios.World, own string) (out []string) {
	for _, m := range w.Charter.Members {
		if m.Desk != own {
			out = append(out, m.Desk)
		}
	}
	return out
}

// busy files some notices of every sort over three days, of which two meet.
func busy(t *testing.T, w *scenarios.World) (a, b string) {
	t.Helper()
	forms := []struct{ form, activity string }{{"UAVNOT", "uav"}, {"AIRNOT", "air"}, {"WRKNOT", "works"}, {"LAUNCH", "launch"}, {"EXNOT", "exercise"}}
	n := 0
	for i := range 3 {
		for k, f := range forms {
			d := []string{"alpha", "bravo"}[(i+k)%2]
			n++
			more := ""
			switch f.form {
			case "WRKNOT":
				more = `,"people":4,"escort":"no","disputed":"no","vehicles":[{"count":1,"type":"excavator"}]`
			case "LAUNCH":
				more = `,"azimuth":90`
			}
			planned{desk: d, form: f.form, activity: f.activity, from: 2 + 7*i + 3*k, until: 5 + 8*i + 4*k, lat: 12 + float64(n)/16, lon: -38.9 + float64(k)/40, more: more}.file(t, w)
		}
	}
	a = planned{desk: "alpha", form: "UAVNOT", activity: "uav", from: 10, until: 16, lat: 12.45, lon: -38.205}.file(t, w)
	b = planned{desk: "bravo", form: "UAVNOT", activity: "uav", from: 14, until: 20, lat: 12.455, lon: -38.2}.file(t, w)
	return a, b
}

// TestActivities: the board of three days is worked by the keyboard alone: the
// arrows find the conflict, Enter opens it, 1 makes a proposal of the cheapest
// suggestion and Ctrl+Enter sends it; the other desk counters, the first agrees,
// and the list says what the board shows (DEC-01, DEC-08, XC-04).
func TestActivities(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := evening(t)
	one, _ := busy(t, w)
	settled(t, w)
	pages := map[string]*page{}
	for d, lang := range map[string]string{"supervisor": "en", "alpha": "ar", "bravo": "he"} {
		p := open(t, w, d, lang)
		pages[d] = p
		p.do(chromedp.Navigate("http://" + w.Desk(d).Settings.Listen + "/?look=1&screen=deconfliction&lang=" + lang))
		p.until(`document.querySelectorAll('.board .activity').length >= 17 && document.querySelector('.board .clashlines g')`)
		p.shot("board-" + lang)
		p.accessible("board")
		p.fits("the board")
		if p.is(`[...document.querySelectorAll('.board .track')].some(e => getComputedStyle(e).direction !== 'ltr')`) {
			t.Errorf("%s: time does not run from left to right", p.name)
		}
	}
	p := pages["alpha"]
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#main').focus()`))
	p.focus(".boardlist", "ar")
	p.key("Home", "ar", 0)
	p.press("ArrowUp", "ar", `document.querySelector('.board .activity.active')?.closest('.lane').querySelector('.tone-warn')`)
	p.key("Enter", "ar", 0)
	p.until(`document.querySelector('.suggestions li')`)
	p.until(`document.querySelectorAll('.pictures svg').length === 3`)
	p.shot("conflict-ar")
	p.accessible("conflict")
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.pane.open').scrollTo(0, 620)`))
	p.shot("conflict-below-ar")
	p.fits("the conflict")
	p.press("Digit1", "ar", `document.querySelector('.compose')`)
	p.shot("propose-ar")
	p.key("Enter", "ar", 2)
	p.until(`!document.querySelector('.compose') && document.querySelector('.proposal')`)
	settled(t, w)

	q := pages["bravo"]
	q.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.boardlist').focus()`))
	where := p.value(`new URL(location).searchParams.get('open')`)
	q.do(chromedp.Navigate("http://" + w.Desk("bravo").Settings.Listen + "/?look=1&screen=deconfliction&lang=he&open=" + where))
	q.until(`document.querySelector('.proposal .actions')`)
	q.shot("proposal-he")
	q.accessible("proposal")
	q.press("KeyO", "he", `document.querySelector('.compose .note .breaks')`) // a counter-proposal names the hash of what it answers
	q.accessible("counter-proposal")
	q.key("Enter", "he", 2)
	q.until(`!document.querySelector('.compose') && document.querySelectorAll('.proposal').length === 2`)
	settled(t, w)
	p.until(`document.querySelectorAll('.proposal').length === 2`)
	p.press("KeyE", "ar", `document.querySelector('.compose')`)
	p.key("Enter", "ar", 2)
	p.until(`!document.querySelector('.compose') && document.querySelector('.card .mark')`)
	settled(t, w)
	accepted := `[...document.querySelectorAll('.card header .mark')].some(e => e.innerText === '%s')`
	p.until(fmt.Sprintf(accepted, "مقبول، بانتظار التعديل"))
	q.until(`document.querySelector('.proposal .actions button.primary')`) // whose notice moves changes it
	p.shot("accepted-ar")

	s := pages["supervisor"]
	s.do(chromedp.Navigate("http://" + w.Desk("supervisor").Settings.Listen + "/?look=1&screen=deconfliction&tab=list&lang=en&theme=day"))
	s.until(`document.querySelectorAll('.activities tbody tr').length >= 18`)
	s.shot("list-en")
	s.accessible("list")
	s.do(chromedp.Navigate("http://" + w.Desk("supervisor").Settings.Listen + "/?look=1&screen=deconfliction&lang=en&theme=night&open=" + one))
	s.until(`document.querySelector('.card .band .converted') && document.querySelector('.board .activity.open')`)
	s.shot("notice-en")
	s.accessible("notice")
	s.do(chromedp.Evaluate[chromedp.Void](`(e => { e.value = 'launch'; e.dispatchEvent(new Event('change', {bubbles: true})) })(document.querySelector('.boardfilters select'))`))
	s.until(`document.querySelectorAll('.board .activity:not(.tone-warn)').length === 3`)
}

// settled waits until every desk has heard of what the others filed.
func settled(t *testing.T, w *scenarios.World) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.Settle(ctx); err != nil {
		t.Fatal(err)
	}
}

// value gives what a JavaScript expression is.
func (p *page) value(js string) string {
	p.t.Helper()
	s, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](js))
	if err != nil {
		p.fail(err.Error())
	}
	return s
}

// fits: nothing runs over the edge of the window.
func (p *page) fits(what string) {
	p.t.Helper()
	if p.is(`document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		p.t.Errorf("%s: %s runs over the edge", p.name, what)
	}
}

// DEC-14 T: the card is one sheet of A4 in three languages, under the mark of
// an exercise, with the standing words and two notations, by one key; it is the
// same sheet whichever language the console speaks.
func TestCardIsOneSheet(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := evening(t)
	one, _ := busy(t, w)
	for _, lang := range []string{"ar", "en"} {
		p := open(t, w, "alpha", lang)
		p.do(chromedp.Navigate("http://" + w.Desk("alpha").Settings.Listen + "/?look=1&screen=deconfliction&lang=" + lang + "&open=" + one))
		p.until(`document.querySelector('.card .band')`)
		p.press("KeyI", lang, `document.querySelector('.printcard')`)
		p.until(`[...document.querySelectorAll('.cornertable td')].every(e => e.innerText !== '…') && document.querySelector('.printcard .converted span')`)
		for _, words := range []string{"Notification is not permission", "الإخطار ليس إذنًا", "הודעה אינה רשות"} {
			if !p.is(`document.querySelector('.printcard .standing').innerText.includes('` + words + `')`) {
				t.Errorf("%s: the card does not say %q", p.name, words)
			}
		}
		if !p.is(`/\d{1,2}[C-X] [A-Z]{2} \d{5} \d{5}/.test(document.querySelector('.cornertable').innerText) && /°\d\d'/.test(document.querySelector('.cornertable').innerText)`) {
			t.Errorf("%s: the card does not give two notations (XC-07)", p.name)
		}
		if !p.is(`document.querySelector('.watermark').textContent.includes('EXERCISE') && document.querySelector('.printcard svg polygon')`) {
			t.Errorf("%s: no mark of the exercise, or no sketch", p.name)
		}
		p.shot("card-" + lang)
		p.accessible("card")
		if n := strings.Count(p.pdf("card-"+lang), "/Type /Page\n"); n != 1 {
			t.Errorf("%s: the card has %d sheets", p.name, n)
		}
	}
}

// pdf prints the page as its own style sheet says, and keeps it where pictures
// are kept.
func (p *page) pdf(name string) string {
	p.t.Helper()
	var out []byte
	p.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		yes := true
		r, err := cdp.Call(ctx, tab, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PrintBackground: &yes, PreferCSSPageSize: &yes})
		out = r.Data
		return err
	}))
	if dir := os.Getenv("E2E_SHOTS"); dir != "" {
		_ = os.WriteFile(filepath.Join(dir, name+".pdf"), out, 0o644)
	}
	return string(out)
}

// DEC-14 T: a file that is good shows what was read and what to look at, and
// becomes drafts; one that crosses itself names the feature and the crossing in
// the reader's language, and one of 50 MB is refused before it is sent. Nothing
// of either is kept.
func TestImportFile(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := evening(t, func(w *scenarios.World) { w.Borders = files })
	dir := t.TempDir()
	feature := func(id, ring string) string {
		return `{"type":"Feature","id":"` + id + `","properties":{"title":"Works at the ford","kind":"WRKNOT","from":"2026-01-08T08:00:00Z","until":"2026-01-08T12:00:00Z"},"geometry":{"type":"Polygon","coordinates":[[` + ring + `]]}}`
	}
	const square, bow = `[-38.5,12.5],[-38.4,12.5],[-38.4,12.6],[-38.5,12.6],[-38.5,12.5]`, `[-38.5,12.5],[-38.4,12.6],[-38.4,12.5],[-38.5,12.6],[-38.5,12.5]`
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	collection := func(f ...string) string {
		return `{"type":"FeatureCollection","features":[` + strings.Join(f, ",") + `]}`
	}
	good := write("good.geojson", collection(feature("W-1", square)))
	bad := write("bad.geojson", collection(feature("W-1", square), feature("W-2", bow)))
	bomb := write("bomb.kml", `<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaa">]><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>&a;</name></Document></kml>`)
	large := write("large.csv", strings.Repeat(" ", 50<<20))

	for lang, want := range map[string][3]string{
		"en": {"feature 2: The edge from point 1 to 2 crosses the edge from point 3 to 4", "declares entities", "too large"},
		"ar": {"المعلَم 2", "كيانات", "كبير"},
		"he": {"תוואי 2", "ישויות", "גדול"},
	} {
		p := open(t, w, "alpha", lang)
		p.do(chromedp.Navigate("http://" + w.Desk("alpha").Settings.Listen + "/?look=1&screen=deconfliction&tab=files&lang=" + lang))
		p.until(`document.querySelector('.filebutton input')`)
		for i, path := range []string{bad, bomb, large} {
			p.do(chromedp.SetUploadFiles(".filebutton input", []string{path}))
			p.until(`document.querySelector('.files .fault')?.innerText.replace(/[\u2066-\u2069]/g, '').includes(` + quoted(want[i]) + `)`)
			if i == 0 {
				p.shot("import-bad-" + lang)
				p.accessible("an import refused")
			}
		}
		if items, _, err := w.Desk("alpha").Matters(t.Context(), "all", "deconfliction", "NOTDRAFT", "", 10); err != nil || lang == "en" && len(items) != 0 {
			t.Fatalf("%s: %d drafts of files with faults, %v", lang, len(items), err)
		}
		if lang != "en" {
			continue
		}
		p.do(chromedp.SetUploadFiles(".filebutton input", []string{good}))
		p.until(`document.querySelector('.imported li') && document.querySelector('.imported .warn')`)
		p.shot("import-good-" + lang)
		p.accessible("an import read")
		p.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.files .card .actions button.primary')].at(-1).click()`))
		p.until(`document.querySelector('.files .note.ok') && document.querySelector('.imported button.ref')`)
		if items, _, err := w.Desk("alpha").Matters(t.Context(), "all", "deconfliction", "NOTDRAFT", "", 10); err != nil || len(items) != 1 {
			t.Fatalf("%d drafts of a good file, %v", len(items), err)
		}
		p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.imported button.ref').click()`))
		p.until(`document.querySelector('.draftcard button')`)
		p.shot("draft-" + lang)
		p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.draftcard button').click()`))
		p.until(`document.querySelectorAll('.compose .corners input').length >= 4`)
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// files reads files as a desk does that is served by the command.
func files(d *desk.Desk) (desk.Borders, error) {
	return desk.Borders{Files: &api.Borders{
		Read: func(ctx context.Context, contentType, form string, file []byte) ([]api.Imported, error) {
			list, err := activity.ReadAll(ctx, contentType, "import", file)
			if f, ok := errors.AsType[*activity.Fault](err); ok {
				out := &api.BorderFault{Code: f.Code, At: f.At, Why: f.Why}
				if f.Of != nil {
					out.Shape, out.Params = f.Of.Code, f.Of.Params
				}
				return nil, out
			}
			var out []api.Imported
			for _, a := range list {
				x := api.Imported{ID: a.ID, Title: a.Title, Form: "deconfliction.works/1", Kind: activity.KindDraft, Slips: []api.ImportedSlip{}}
				for _, s := range a.Slips {
					x.Slips = append(x.Slips, api.ImportedSlip{Code: s.Code, At: s.At})
				}
				x.Volumes, err = a.Cell()
				if err == nil {
					x.Body, err = a.Draft(x.Form)
				}
				out = append(out, x)
			}
			return out, err
		},
	}}, nil
}

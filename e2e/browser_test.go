package e2e

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"go.yaml.in/yaml/v4"

	"parley/desk"
	"parley/scenarios"
)

//go:embed testdata/axe.min.js
var axe string

// patience is how long a screen may take to show what it must; a fault ends
// the test there, and nothing is measured by it.
const patience = time.Minute

// chromium finds the browser. Without one the test is not run, loudly; under
// CI that is a failure.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no Chromium is installed; make test installs it")
	}
	t.Skip("NOT RUN: no Chromium is installed (Debian package chromium)")
	return ""
}

// cellWithLinks starts three real desks whose consoles one link opens.
func cellWithLinks(t *testing.T) *scenarios.World {
	t.Helper()
	return cellOf(t, func(string) func(string) (string, bool) {
		return func(s string) (string, bool) { return desk.FirstOfficer, s == "e2e" }
	})
}

// cellOf starts three real desks that serve their consoles, on a clock that
// runs, when their directories are prepared.
func cellOf(t *testing.T, signIn func(string) func(string) (string, bool), prepare ...func(dir string)) *scenarios.World {
	t.Helper()
	return cellUnder(t, nil, signIn, prepare...)
}

// cellUnder does the same in a theatre of which some keys are replaced.
func cellUnder(t *testing.T, theatre map[string]yaml.Node, signIn func(string) func(string) (string, bool), prepare ...func(dir string)) *scenarios.World {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cell")
	ports, err := scenarios.Ports("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	head := scenarios.Head{Start: time.Date(2026, 1, 6, 18, 0, 0, 0, time.UTC), Theatre: theatre}
	c, err := scenarios.Setup(dir, head, ports)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range prepare {
		f(dir)
	}
	w := &scenarios.World{Dir: dir, Charter: c, Clock: scenarios.NewClock(head.Start, time.Now), Serve: true, Tick: 200 * time.Millisecond,
		Log: slog.New(slog.DiscardHandler), SignIn: signIn}
	w.Clock.Run(1)
	if err := w.StartAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// page is one officer's console.
type page struct {
	t    *testing.T
	ctx  context.Context
	name string
}

// browser starts a browser with a profile of its own.
func browser(t *testing.T, name string, flags ...chromedp.ExecAllocatorOption) *page {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(t.Context(), append(opts, flags...)...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // starts the browser, for as long as the test lasts
		t.Fatal(err)
	}
	return &page{t, ctx, name}
}

// open signs in at a desk in a language by an exercise's link.
func open(t *testing.T, w *scenarios.World, desk, lang string, flags ...chromedp.ExecAllocatorOption) *page {
	t.Helper()
	p := browser(t, desk+" ("+lang+")", flags...)
	base := "http://" + w.Desk(desk).Settings.Listen
	p.do(chromedp.EmulateViewport(1366, 768), chromedp.Navigate(base+"/signin?t=e2e"), chromedp.Navigate(base+"/?lang="+lang))
	p.until(`document.querySelector('.clockbar') !== null`)
	p.until(`document.documentElement.lang === '` + lang + `' && document.documentElement.dir === '` + direction(lang) + `'`)
	return p
}

func direction(lang string) string {
	if lang == "en" {
		return "ltr"
	}
	return "rtl"
}

func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fail(err.Error())
	}
}

// until waits until the screen shows something, given as a JavaScript fact.
func (p *page) until(fact string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+fact+")"))
		if ok {
			return
		}
		if ctx.Err() != nil {
			p.fail(fmt.Sprintf("the screen never showed: %s (%v)", fact, err))
		}
		<-time.After(50 * time.Millisecond)
	}
}

// is reports whether the screen shows something now.
func (p *page) is(fact string) bool {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+fact+")"))
	if err != nil {
		p.fail(err.Error())
	}
	return ok
}

func (p *page) fail(why string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience) // a page that hangs shows nothing either
	defer cancel()
	if shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot()); err == nil && os.Getenv("E2E_SHOTS") != "" {
		_ = os.WriteFile(filepath.Join(os.Getenv("E2E_SHOTS"), strings.ReplaceAll(p.t.Name()+"-"+p.name, "/", "-")+".png"), shot, 0o644)
	}
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText.slice(0, 1500)`))
	p.t.Fatalf("%s: %s\nthe screen says:\n%s", p.name, why, text)
}

// arabic and hebrew are what the letter keys give under those layouts: the
// console must act on the key's place, not on its letter (ui, event.code).
var layouts = map[string]map[string]string{
	"ar": {"KeyA": "ش", "KeyB": "لا", "KeyP": "ح", "KeyC": "ؤ"},
	"he": {"KeyA": "ש", "KeyB": "נ", "KeyP": "פ", "KeyC": "ב"},
}

// key presses one key by its place on the keyboard, with the letter that the
// officer's layout gives. mods: 2 is Ctrl.
func (p *page) key(code, lang string, mods int64) {
	p.t.Helper()
	key, text := code, ""
	if l, ok := layouts[lang][code]; ok {
		key, text = l, l
	}
	if code == "Enter" {
		text = "\r"
	}
	if code == "Space" {
		key, text = " ", " "
	}
	if strings.HasPrefix(code, "Digit") {
		key = code[5:]
		text = key
	}
	vk := map[string]int64{"Enter": 13, "F9": 120, "F2": 113, "ArrowDown": 40, "Tab": 9, "Escape": 27, "Backspace": 8, "ArrowUp": 38, "ArrowLeft": 37, "ArrowRight": 39, "Space": 32, "PageUp": 33}[code]
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, typ := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			e := input.DispatchKeyEventParams{Type: typ, Code: code, Key: key, Modifiers: mods, WindowsVirtualKeyCode: vk}
			if typ == input.DispatchKeyEventTypeKeyDown && mods == 0 {
				e.Text = text
			}
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, e); err != nil {
				return err
			}
		}
		return nil
	}))
}

// press presses a key until the screen shows its effect, as a person does when
// the screen was busy.
func (p *page) press(code, lang, fact string) {
	p.t.Helper()
	for range 4 {
		p.key(code, lang, 0)
		for range 120 {
			if p.is(fact) {
				return
			}
			<-time.After(50 * time.Millisecond)
		}
	}
	p.fail("pressed " + code + " again and again; the screen never showed: " + fact)
}

// focus goes to a field by the Tab key, as long as it takes.
func (p *page) focus(selector, lang string) {
	p.t.Helper()
	for range 90 { // every stop of the widest screen
		if p.is(`document.activeElement.matches('` + selector + `')`) {
			return
		}
		p.key("Tab", lang, 0)
		<-time.After(50 * time.Millisecond)
	}
	p.fail("the Tab key never reaches " + selector)
}

// text types into whatever has the focus.
func (p *page) text(s string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: s})
		return err
	}))
}

// accessible runs axe-core over the page: WCAG 2.2 AA and its best practices.
func (p *page) accessible(screen string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](axe+"\n;true")); err != nil {
		p.fail(err.Error())
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | ')).join('\n'))`,
		chromedp.EvalAwaitPromise))
	if err != nil {
		p.fail(err.Error())
	}
	if found != "" {
		p.t.Errorf("%s: %s: axe-core finds\n%s", p.name, screen, found)
	}
}

// shot keeps a picture when a directory for pictures is named.
func (p *page) shot(name string) {
	dir := os.Getenv("E2E_SHOTS")
	if dir == "" {
		return
	}
	if b, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot()); err == nil {
		_ = os.WriteFile(filepath.Join(dir, name+".png"), b, 0o644)
	}
}

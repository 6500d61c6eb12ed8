package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/node"
	"parley/scenarios"
)

// TestCeaseByKeyboard sends a CEASE from one console to another by keyboard
// alone, under an Arabic and a Hebrew layout: F9, the place, Enter; F2, A to
// take it; B to read the place back. Every screen on the way has no violation
// that axe-core can find (HOT-05, WCAG 2.2 AA).
func TestCeaseByKeyboard(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellWithLinks(t)
	pages := map[string]*page{"alpha": open(t, w, "alpha", "ar"), "bravo": open(t, w, "bravo", "he")}
	langs := map[string]string{"alpha": "ar", "bravo": "he"}
	for _, d := range []string{"alpha", "bravo"} {
		p := pages[d]
		p.accessible("sign-in")
		p.shot("signin-" + d)
		p.until(`document.activeElement.matches('.signin button.primary')`)
		p.key("Enter", langs[d], 0)
		p.until(`!document.querySelector('.signin')`)
		p.accessible("watch, empty")
	}
	for _, from := range []string{"alpha", "bravo"} {
		to := map[string]string{"alpha": "bravo", "bravo": "alpha"}[from]
		a, b := pages[from], pages[to]
		name := map[string]string{"ar": "بستوق", "he": "בסטוק"}

		a.press("F9", langs[from], `document.querySelector('.compose input[role=combobox]') !== null`)
		a.accessible("CEASE form")
		a.focus(".compose input[role=combobox]", langs[from])
		a.text(name[langs[from]])
		a.until(`document.querySelector('[role=listbox]:not([hidden]) [role=option]') !== null`)
		a.key("Enter", langs[from], 0)
		a.shot("cease-" + from)
		a.key("Enter", langs[from], 0)
		a.until(`!document.querySelector('.compose')`)

		b.until(`document.querySelector('.alarms .alarm') !== null`)
		b.until(`document.querySelector('.alarms').innerText.includes('CEASE')`)
		b.press("F2", langs[to], `document.querySelector('.matter') !== null`)
		b.accessible("open FLASH")
		b.shot("flash-" + to)
		b.key("KeyA", langs[to], 0)
		taken(t, w, from, to, "received")
		b.press("KeyB", langs[to], `document.querySelector('.matter input[role=combobox]') !== null`)
		b.accessible("read back form")
		b.focus(".matter input[role=combobox]", langs[to])
		b.text(name[langs[to]])
		b.until(`document.querySelector('[role=listbox]:not([hidden]) [role=option]') !== null`)
		b.key("Enter", langs[to], 0)
		b.key("Enter", langs[to], 2)
		b.until(`document.querySelector('.matter input[role=combobox]') === null`)
		b.shot("readback-" + to)
		taken(t, w, from, to, "read back")
	}
	for d, p := range pages {
		for _, screen := range []string{"hotline", "record"} {
			p.do(chromedp.Navigate("http://" + w.Desk(d).Settings.Listen + "/?screen=" + screen + "&lang=" + langs[d]))
			p.until(`document.querySelector('.clockbar') !== null && document.readyState === 'complete'`)
			p.accessible(screen)
			p.shot(screen + "-" + d)
		}
	}
}

// taken waits until the author's own desk shows what the other's officer did
// with its newest CEASE.
func taken(t *testing.T, w *scenarios.World, from, to, what string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var last node.MatterView
	for ctx.Err() == nil {
		items, _, err := w.Desk(from).Matters(ctx, "all", "hotline", "CEASE", "", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range items {
			if it.From != from {
				continue
			}
			if last, err = w.Desk(from).MatterView(ctx, it.Key); err != nil {
				t.Fatal(err)
			}
			for _, c := range last.Columns {
				if c.Desk == to && (what == "received" && c.Received != nil || what == "read back" && c.ReadBack != nil && *c.ReadBack.Matches) {
					return
				}
			}
		}
		<-time.After(50 * time.Millisecond)
	}
	t.Fatalf("%s never saw that %s had it %s: %+v", from, to, what, last.Columns)
}

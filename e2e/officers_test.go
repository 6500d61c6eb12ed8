package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/cell"
	"parley/officer"
)

// SEC-08 T: two officers enrol by their links, each with a key; the link is good
// once; the console locks after five minutes, keeps what was typed, and the same
// officer's key opens it.
func TestEnrolLockUnlock(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellOf(t, nil) // no links to sign in with: officers enrol, and show who they are
	base := console(w, "alpha")
	link := works(t, w, "alpha", officer.Officer{Code: "duty-1", Name: "Duty One", Roles: []string{cell.RoleWatch}, All: true})
	p := keyed(t, "duty-1")
	p.enrol(base, link, "en", "Duty One")

	p.until(`document.activeElement.matches('.signin button.primary')`)
	p.key("Enter", "en", 0)
	p.until(`!document.querySelector('.signin')`)
	p.accessible("watch")

	p.do(chromedp.Navigate(base + "/?screen=hotline&lang=en"))
	p.until(`document.querySelector('.clockbar') !== null`)
	p.key("KeyC", "en", 0)
	p.until(`document.querySelector('.templates') !== null`)
	p.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.templates button')].find(b => b.innerText.includes('MSG')).click()`))
	p.fill(".compose textarea", "kept behind the lock")

	w.Clock.Set(w.Clock.Now().Add(6 * time.Minute)) // nobody touches it
	p.do(chromedp.Evaluate[chromedp.Void](`document.dispatchEvent(new Event('visibilitychange'))`))
	p.until(`document.querySelector('.lockover') !== null`)
	if p.is(`getComputedStyle(document.querySelector('.shell')).visibility !== 'hidden'`) {
		p.fail("what was open is still shown behind the lock")
	}
	p.accessible("lock")
	p.shot("lock")
	p.key("F9", "en", 0)
	p.key("KeyC", "en", 0)
	if status := eval[int](p, `fetch('/api/v1/watch').then(r => r.status)`); status != 401 {
		p.fail("a locked console still reads the watch")
	}
	p.click(".lockover .primary")
	p.until(`document.querySelector('.lockover') === null`)
	p.until(`document.querySelector('.compose textarea').value === 'kept behind the lock'`)

	p.key("F8", "en", 0) // locks at once
	p.until(`document.querySelector('.lockover') !== null`)
	p.click(".lockover .primary")
	p.until(`document.querySelector('.lockover') === null`)

	other := keyed(t, "somebody")
	other.do(chromedp.Navigate(base + "/enrol#" + link))
	other.until(`document.querySelector('[role=alert]') !== null`)
	other.accessible("link used up")
	other.do(chromedp.Navigate(base + "/?lang=he"))
	other.until(`document.querySelector('.ways') !== null`)
	other.accessible("sign-in")
	other.shot("signin-he")
	other.click(".ways .primary") // a key that nobody enrolled
	other.until(`document.querySelector('.ways [role=alert]') !== null`)
}

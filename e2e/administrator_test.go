package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/cell"
	"parley/officer"
)

// menu gives the screens that the navigation offers.
func (p *page) menu() string {
	p.t.Helper()
	return eval[string](p, `[...document.querySelectorAll('.rail .group button .name')].map(n => n.innerText).join(', ')`)
}

// SEC-07, SEC-08 T: an administrator adds an officer and prints their link, and
// sees no content; an officer breaks the glass, which alarms; the security
// officer finds it in the desk's own log.
func TestAdministratorAndSecurity(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellOf(t, nil)
	base := console(w, "alpha")
	admin, viewer, guard := keyed(t, "admin-1"), keyed(t, "viewer-1"), keyed(t, "sec-1")
	admin.enrol(base, works(t, w, "alpha", officer.Officer{Code: "admin-1", Name: "Admin One", Roles: []string{cell.RoleAdmin}}), "he", "Admin One")
	admin.until(`document.querySelector('.officerrow') !== null`)
	if got := admin.menu(); got != "קצינים, מדיניות" {
		admin.fail("an administrator is offered " + got)
	}
	admin.accessible("officers")
	admin.key("KeyN", "he", 0)
	admin.until(`document.querySelector('.compose input') !== null`)
	admin.text("viewer-1")
	admin.fill(".compose .field:nth-child(2) input", "Viewer One")
	admin.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.compose .choice')].find(c => c.innerText === 'צופה').querySelector('input').click()`))
	admin.accessible("a new officer")
	admin.key("Enter", "he", 2)
	admin.until(`document.querySelector('.officerrow[aria-current]') !== null && document.querySelector('.compose') === null`)
	admin.click(".card .actions .primary")
	admin.until(`document.querySelector('.once') !== null`)
	admin.accessible("the link, shown once")
	admin.shot("officer-link-he")
	link := eval[string](admin, `document.querySelector('.once').value`)
	if !strings.HasPrefix(link, base+"/enrol#") {
		t.Fatalf("the link is %s", link)
	}
	viewer.enrol(base, strings.TrimPrefix(link, base+"/enrol#"), "en", "Viewer One")
	viewer.until(`document.querySelector('.queue') !== null`) // who may not take the watch is not asked to
	if viewer.is(`document.querySelector('.queue button.primary') !== null`) {
		viewer.fail("a viewer is offered to write")
	}
	viewer.click("#officer-button")
	viewer.until(`document.querySelector('.officerpanel') !== null`)
	viewer.accessible("who works here")
	viewer.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.officerpanel button')].at(-1).click()`))
	viewer.until(`document.querySelector('.sideform textarea') !== null`)
	viewer.fill(".sideform textarea", "Nobody who may write is here.")
	viewer.key("Enter", "en", 2)
	viewer.until(`document.querySelector('.sideform .note.bad') !== null`)
	viewer.accessible("break glass")
	viewer.shot("breakglass")
	viewer.key("Enter", "en", 2)
	viewer.until(`document.querySelector('.sideform') === null && document.querySelector('.officermenu .chip.bad') !== null`)
	viewer.until(`document.querySelector('.queue button.primary') !== null`)
	viewer.until(`document.querySelector('.alarms') !== null`)
	viewer.accessible("a broken glass")
	viewer.shot("broken")

	guard.enrol(base, works(t, w, "alpha", officer.Officer{Code: "sec-1", Name: "Security One", Roles: []string{cell.RoleSecurity}}), "en", "Security One")
	guard.until(`document.querySelector('.clockbar') !== null`)
	if got := guard.menu(); got != "Approvals, Desk's own log, Policy" {
		guard.fail("a security officer is offered " + got)
	}
	guard.do(chromedp.Navigate(base + "/?screen=log&lang=en"))
	guard.until(`[...document.querySelectorAll('table.log tr.grave')].some(r => r.innerText.includes('viewer-1') && r.innerText.includes('Nobody who may write'))`)
	guard.accessible("the desk's own log")
	guard.shot("log-broken")
	if guard.is(`document.querySelector('main').innerText.includes('undefined')`) {
		guard.fail("a value is missing on the screen")
	}
}

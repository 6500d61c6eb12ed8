package e2e

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/cell"
	"parley/desk"
	"parley/officer"
	"parley/scenarios"
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

// INT-03, SEC-07, HOT-09 T: one officer takes the watch and drafts, another
// releases with a key and takes the watch over. Who drafted is not offered the release, the approval names the
// officer at home, and abroad it is the desk's act.
func TestDraftAndReleaseByTwoKeys(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellOf(t, nil)
	base := console(w, "alpha")
	one, two := keyed(t, "duty-1"), keyed(t, "head-1")
	one.enrol(base, works(t, w, "alpha", officer.Officer{Code: "duty-1", Name: "Duty One", Roles: []string{cell.RoleWatch}, All: true}), "en", "Duty One")
	two.enrol(base, works(t, w, "alpha", officer.Officer{Code: "head-1", Name: "Head One", Roles: []string{cell.RoleHead}, All: true}), "ar", "Head One")
	one.until(`document.activeElement.matches('.signin button.primary')`)
	one.key("Enter", "en", 0) // takes the watch
	one.until(`!document.querySelector('.signin')`)

	one.do(chromedp.Navigate(base + "/?screen=intel&tab=drafts&lang=en"))
	one.until(`document.querySelector('.module-intel .bar') !== null`)
	one.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.module-intel .bar button')].find(b => b.innerText === 'Draft a report').click()`))
	one.until(`document.querySelector('.sideform') !== null`)
	one.until(chooseFirst)
	one.fill(".sideform textarea", "Movement of boats is likely tonight.")
	one.key("Enter", "en", 2)
	one.until(`document.querySelector('.sideform') === null && document.querySelector('.matter') !== null`)
	one.until(`document.querySelector('.matter .actions button:disabled') !== null`) // its author is not offered the release
	one.accessible("own draft")
	one.shot("draft-own")

	two.do(chromedp.Navigate(base + "/?look=1&screen=approvals&lang=ar"))
	two.until(`document.querySelector('.drafts button') !== null`)
	two.accessible("approvals")
	two.shot("approvals-draft")
	two.click(".drafts button")
	two.until(`document.querySelector('.matter .approve') !== null`)
	two.accessible("another's draft")
	two.shot("draft-other")
	two.click(".matter .approve")
	two.until(`document.querySelector('.matter .approve') === null`)
	two.shot("draft-released")
	handOver(w, one, two, base)
	opened(t, w, two, "head-1", "Head One")
}

// handOver lets the officer on watch prepare the hand-over and the other tick
// what is open, sign and take the watch (HOT-09).
func handOver(w *scenarios.World, one, two *page, base string) {
	one.t.Helper()
	one.do(chromedp.Navigate(base + "/?screen=hotline&tab=handover&lang=en"))
	one.until(`document.querySelector('.hotline .send .primary') !== null`)
	one.fill(".hotline .form textarea", "A quiet evening; one report was released.")
	one.accessible("hand-over, prepared")
	one.shot("handover-en")
	one.click(".hotline .send .primary")
	one.until(`document.querySelector('.hotline .send') === null`)
	two.do(chromedp.Navigate(base + "/?look=1&screen=hotline&tab=handover&lang=ar"))
	two.until(`document.querySelector('.ticks') !== null`)
	two.accessible("hand-over, taken")
	two.shot("handover-ar")
	two.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('.ticks input').forEach(i => i.click())`))
	two.click(".hotline .send .primary")
	two.until(`document.querySelector('.ticks') === null`)
	ctx, cancel := context.WithTimeout(one.t.Context(), patience)
	defer cancel()
	for ctx.Err() == nil {
		v, err := w.Desk("alpha").Watch(ctx)
		if err == nil && v.OnWatch["alpha"] != nil && v.OnWatch["alpha"].Officer == "head-1" {
			return
		}
		<-time.After(100 * time.Millisecond)
	}
	two.fail("the watch did not pass to head-1")
}

// opened checks the approval that was just given at alpha: at home it opens to
// the officer and the key; in a proof that bravo takes it is alpha's act.
func opened(t *testing.T, w *scenarios.World, p *page, code, name string) {
	t.Helper()
	type record struct{ Ref, Kind string }
	refs := map[string]string{}
	for _, r := range eval[struct{ Records []record }](p, `fetch('/api/v1/records?limit=500').then(r => r.json())`).Records {
		refs[r.Kind] = r.Ref
	}
	approval, report := refs["cell.approval/1"], refs["intel.report/1"]
	if approval == "" || report == "" {
		p.fail("no approval and report were filed")
	}
	file := filepath.Join(t.TempDir(), "report.proof")
	if err := os.WriteFile(file, proofFrom(t, w, "bravo", report), 0o600); err != nil {
		t.Fatal(err)
	}
	parley := filepath.Join(t.TempDir(), "parley")
	if out, err := exec.Command("go", "build", "-o", parley, "parley/cmd/parley").CombinedOutput(); err != nil {
		t.Fatalf("build parley: %v\n%s", err, out)
	}
	run := func(args ...string) string {
		out, err := exec.Command(parley, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("parley %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	abroad := run("verify", file, "--charter", filepath.Join(w.Dir, "bravo", "charter.note"))
	if !strings.Contains(abroad, "Approved by a second officer of alpha") || strings.Contains(abroad, code) || strings.Contains(abroad, name) {
		t.Errorf("abroad the approval is not the desk's act only:\n%s", abroad)
	}
	w.Stop("alpha")
	home := run("approval", approval, "--dir", filepath.Join(w.Dir, "alpha"))
	if !strings.Contains(home, code+" "+name) || !strings.Contains(home, "signed by that officer's enrolled key") {
		t.Errorf("at home the approval does not open to %s:\n%s", name, home)
	}
}

// proofFrom takes a record's proof out of a desk as a tool of its first officer.
func proofFrom(t *testing.T, w *scenarios.World, at, ref string) []byte {
	t.Helper()
	token, err := desk.Token(filepath.Join(w.Dir, at))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	last := ""
	for { // until the record and its cosignatures have come over
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.Desk(at).Settings.Listen+"/api/v1/records/"+url.PathEscape(ref)+"/proof?reason=test", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("%v; it last said %s", err, last)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err == nil && answer.StatusCode == http.StatusOK {
			return body
		}
		if ctx.Err() != nil {
			t.Fatalf("%s gives no proof of %s: %s", at, ref, body)
		}
		last = string(body)
		<-time.After(100 * time.Millisecond)
	}
}

// chooseFirst answers one choice of a form at the side that is still open, and
// is true when none is: a person does one thing at a time. What is marked RED goes
// into no file.
const chooseFirst = `(() => {
	for (const g of document.querySelectorAll('.sideform .choices')) {
		const radios = [...g.querySelectorAll('input[type=radio]')];
		if (radios.length && !radios.some(r => r.checked)) { (radios.find(r => r.value === 'green') ?? radios[0]).click(); return false; }
	}
	for (const s of document.querySelectorAll('.sideform select')) if (!s.value) {
		Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(s, [...s.options].find(o => o.value).value);
		s.dispatchEvent(new Event('change', { bubbles: true }));
		return false;
	}
	const at = document.querySelector('.sideform .with input');
	if (at && !at.value) { document.querySelector('.sideform .with button').click(); return false; }
	return true;
})()`

package e2e

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"parley/officer"
	"parley/scenarios"
)

// keyed opens a browser of its own with a security key in it: one that keeps
// its credentials, asks for a PIN and is touched at once (Chromium's virtual
// authenticator).
func keyed(t *testing.T, name string, flags ...chromedp.ExecAllocatorOption) *page {
	t.Helper()
	p := browser(t, name, flags...)
	yes := true
	p.do(chromedp.EmulateViewport(1366, 768), chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		if _, err := cdp.Call(ctx, tab, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: yes, HasUserVerification: yes, IsUserVerified: yes, AutomaticPresenceSimulation: yes,
		}})
		return err
	}))
	return p
}

// works is an officer in the desk's book, and the link with which they enrol.
func works(t *testing.T, w *scenarios.World, desk string, o officer.Officer) (secret string) {
	t.Helper()
	book := w.Desk(desk).Book
	if err := book.Add(t.Context(), o, "test"); err != nil {
		t.Fatal(err)
	}
	secret, _, err := book.Enrol(t.Context(), o.Code, "test")
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// console is the address of a desk's console under the name that keys are
// bound to.
func console(w *scenarios.World, desk string) string {
	s := w.Desk(desk).Settings
	_, port, _ := net.SplitHostPort(s.Listen)
	scheme := "http"
	if s.Secure() {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s:%s", scheme, s.Names()[0], port)
}

// enrol follows a link and registers the browser's key; the session begins.
func (p *page) enrol(base, secret, lang, name string) {
	p.t.Helper()
	p.do(chromedp.Navigate(base + "/?lang=" + lang)) // the language is this browser's own
	p.until(`document.querySelector('.signin h1') !== null`)
	p.do(chromedp.Evaluate[chromedp.Void](`localStorage.setItem('parley.lang', '` + lang + `')`))
	p.do(chromedp.Navigate(base + "/enrol#" + secret))
	p.until(`document.querySelector('.whom') !== null && document.querySelector('.whom').innerText.includes('` + name + `')`)
	if p.is(`location.href.includes('` + secret + `') || location.hash !== ''`) {
		p.fail("the secret of the link is still in the address bar")
	}
	p.accessible("enrol")
	p.shot("enrol-" + lang)
	p.click(".signin button.primary")
	p.until(`document.querySelector('.clockbar') !== null`)
}

// click presses what a selector finds, when it can be pressed.
func (p *page) click(selector string) {
	p.t.Helper()
	p.until(`document.querySelector(` + quote(selector) + `) !== null && !document.querySelector(` + quote(selector) + `).disabled`)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(` + quote(selector) + `).click()`))
}

// fill types into a field, as a person does who has clicked on it.
func (p *page) fill(selector, text string) {
	p.t.Helper()
	p.until(`document.querySelector(` + quote(selector) + `) !== null`)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(` + quote(selector) + `).focus()`))
	p.text(text)
}

func quote(s string) string { return "`" + strings.ReplaceAll(s, "`", "\\`") + "`" }

// eval gives what a piece of JavaScript comes to.
func eval[T any](p *page, script string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.fail(err.Error())
	}
	return v
}

package e2e

import (
	"crypto/sha256"
	"encoding/base64"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parley/cell"
	"parley/desk"
	"parley/officer"
)

// SEC-08 T: over HTTPS under the desk's own authority an officer enrols, signs
// out and signs in again with the key.
func TestSignInOverTLS(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	names := []string{"alpha.localhost"}
	pin := ""
	w := cellOf(t, nil, func(dir string) {
		at := filepath.Join(dir, "alpha")
		s, err := desk.ReadSettings(at)
		if err != nil {
			t.Fatal(err)
		}
		s.Console = &desk.Console{TLS: true, Names: names}
		if err := desk.WriteSettings(at, s); err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 1, 6, 18, 0, 0, 0, time.UTC) // as the cell's clock begins
		if err := desk.NewAuthority(at, "alpha", names, now); err != nil {
			t.Fatal(err)
		}
		cert, err := desk.ServerCertificate(at, names, now)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(cert.Leaf.RawSubjectPublicKeyInfo)
		pin = base64.StdEncoding.EncodeToString(sum[:])
	})
	base := console(w, "alpha")
	p := keyed(t, "duty-1", chromedp.Flag("ignore-certificate-errors-spki-list", pin)) // as if the authority were installed
	p.enrol(base, works(t, w, "alpha", officer.Officer{Code: "duty-1", Name: "Duty One", Roles: []string{cell.RoleWatch}, All: true}), "ar", "Duty One")
	if !p.is(`location.protocol === 'https:' && window.isSecureContext && document.cookie === ''`) {
		p.fail("the console is not served securely, or its cookie can be read")
	}
	p.click("#officer-button")
	p.until(`document.querySelector('.officerpanel') !== null`)
	p.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.officerpanel button')].find(b => b.innerText === 'تسجيل الخروج').click()`))
	p.until(`document.querySelector('.ways .primary') !== null`)
	p.click(".ways .primary")
	p.until(`document.querySelector('.clockbar') !== null`)
}

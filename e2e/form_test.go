package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// DEC-06 T: the form of a movement names everything that it still wants, and answers
// nothing by itself: neither whether an armed escort goes along nor the cargo. It is
// not sent.
func TestFormSaysWhatIsMissing(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is not part of the quick tier")
	}
	chromium(t)
	w := cellWithLinks(t)
	p := open(t, w, "bravo", "ar")
	p.do(chromedp.Navigate("http://" + w.Desk("bravo").Settings.Listen + "/?look=1&screen=deconfliction&lang=ar"))
	p.form("HUMMOV", "ar")
	p.key("Enter", "ar", 2)
	p.until(`document.querySelectorAll('.compose .fields .wrong').length > 0`)
	got := p.value(`[...document.querySelectorAll('.compose .fields .wrong')].map(e => e.querySelector(':scope > label, :scope > .label').innerText.replace(/[\u2066-\u2069]/g, '').trim()).join('|')`)
	want := "أين وعلى أي ارتفاع ومتى|المركبات أو الوسائط|عدد الأشخاص|مرافقة مسلّحة|الحمولة|وسائل التعرّف|المسار|وسائل الاتصال"
	if got != want {
		t.Errorf("it wants %q, not %q", got, want)
	}
	p.shot("form-missing-ar")
	p.accessible("a form with what is missing")
}

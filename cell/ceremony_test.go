package cell_test

import (
	"slices"
	"strings"
	"testing"

	sumdb "golang.org/x/mod/sumdb/note"

	"parley/cell"
	"parley/cell/celltest"
	"parley/charter"
	"parley/journal"
)

var three = cell.Text3{Ar: "يلتزم الطرفان.\n\nويجتمعان كل أسبوع.", En: "The sides will hold.\n\nThey meet every week.", He: "הצדדים יעמדו בכך.\n\nהם ייפגשו מדי שבוע."}

// signed makes the note of a text by some desks.
func signed(t testing.TB, c *cell.Charter, text []byte, desks ...string) []byte {
	t.Helper()
	var lines []string
	for _, d := range desks {
		lines = append(lines, celltest.Ceremony(t, c, d, text))
	}
	return cell.CeremonyNote(text, lines)
}

// TLK-14 T: three signatures over one text in three languages are verified from
// the charter alone, blank lines and all; the parts come back as they went in.
func TestTLK14CeremonyIsVerifiedFromTheCharter(t *testing.T) {
	c := celltest.Charter(t)
	facts := [][2]string{{"statement", "alpha:0198a1b2-c3d4-7e5f-8a9b-000000000000"}, {"draft", "3"}}
	text := cell.CeremonyText(cell.PurposeStatement, c, facts, three)
	got, purpose, desks, err := c.OpenCeremony(signed(t, c, text, "supervisor", "alpha", "bravo"))
	if err != nil || purpose != cell.PurposeStatement || !slices.Equal(desks, []string{"supervisor", "alpha", "bravo"}) || string(got) != string(text) {
		t.Fatalf("%q %v %v\n%s", purpose, desks, err, got)
	}
	x, err := cell.ParseCeremony(got)
	if err != nil || x.Text != three || x.Fact("draft") != "3" || x.Fact("charter") != "" || !slices.Equal(x.Facts, facts) {
		t.Errorf("%+v %v", x, err)
	}
	if want := []string{"alpha", "bravo", "supervisor"}; !slices.Equal(c.Founders(), want) {
		t.Errorf("founders %v, want %v", c.Founders(), want)
	}
}

// TLK-14 T: one letter changed in any of the three languages, in the heading or
// in a signature, and the note does not verify.
func TestTLK14OneLetterChanged(t *testing.T) {
	c := celltest.Charter(t)
	file := string(signed(t, c, cell.CeremonyText(cell.PurposeStatement, c, [][2]string{{"draft", "3"}}, three), "alpha", "bravo"))
	for what, change := range map[string][2]string{
		"Arabic":      {"أسبوع", "اسبوع"},
		"English":     {"week", "weak"},
		"Hebrew":      {"שבוע", "שבוצ"},
		"a fact":      {"draft 3", "draft 4"},
		"the purpose": {"parley/statement/v1", "parley/step/v1"},
		"the cell":    {"cell harbour", "cell harbous"},
		"the charter": {"charter " + c.Hash[:1], "charter " + flipped(c.Hash[:1])},
		"a blank":     {"hold.\n\n", "hold.\n"},
		"an end":      {"week.\n", "week. \n"},
		"the name":    {"— parley.harbour/alpha/root", "— parley.harbour/bravo/root"},
	} {
		if !strings.Contains(file, change[0]) {
			t.Fatalf("%s: the note has no %q", what, change[0])
		}
		if _, _, _, err := c.OpenCeremony([]byte(strings.Replace(file, change[0], change[1], 1))); err == nil {
			t.Errorf("%s changed: the note is accepted", what)
		}
	}
	for i := range file {
		b := []byte(file)
		b[i] ^= 1
		if _, _, _, err := c.OpenCeremony(b); err == nil {
			t.Fatalf("one bit of byte %d changed: the note is accepted", i)
		}
	}
}

func flipped(hex string) string {
	if hex == "0" {
		return "1"
	}
	return "0"
}

// A text cannot pass for another: not by blank lines, by what looks like a
// heading, a fact or a signature within it, nor by where one language ends.
func TestCeremonyIsNotAmbiguous(t *testing.T) {
	c := celltest.Charter(t)
	line := celltest.Ceremony(t, c, "bravo", cell.CeremonyText(cell.PurposeStatement, c, nil, three))
	seen := map[string]cell.Text3{}
	for _, tt := range []cell.Text3{
		three,
		{Ar: "أ", En: "b\n\n[he, 1 bytes]\nx", He: "ג"},
		{Ar: "أ", En: "b", He: "[he, 1 bytes]\nx\n\nג"},
		{Ar: "أ\n\n[en, 1 bytes]\nb", En: "b", He: "ג"},
		{Ar: "أ", En: "b\n", He: "ג"},
		{Ar: "أ\n", En: "b", He: "ג"},
		{Ar: "أ", En: "b", He: "ג\n\n"},
		{Ar: "أ", En: "b\ncharter " + c.Hash, He: "ג"},
		{Ar: "أ", En: "b", He: "ג\n\n" + line},
		{Ar: "أ", En: "b\n\n" + line, He: "ג"},
	} {
		text := cell.CeremonyText(cell.PurposeStatement, c, nil, tt)
		if was, ok := seen[string(text)]; ok {
			t.Errorf("%+v and %+v are one text", tt, was)
		}
		seen[string(text)] = tt
		got, _, desks, err := c.OpenCeremony(signed(t, c, text, "alpha"))
		if err != nil || string(got) != string(text) || !slices.Equal(desks, []string{"alpha"}) {
			t.Errorf("%+v: signed by %v, %v", tt, desks, err)
		}
		if x, err := cell.ParseCeremony(text); err != nil || x.Text != tt {
			t.Errorf("%+v comes back as %+v, %v", tt, x.Text, err)
		}
		if _, _, _, err := c.OpenCeremony(text); err == nil { // a signature within the text is none
			t.Errorf("%+v: accepted unsigned", tt)
		}
	}
	a := cell.CeremonyText(cell.PurposeStep, c, [][2]string{{"a", "1\nb 2"}}, three)
	b := cell.CeremonyText(cell.PurposeStep, c, [][2]string{{"a", "1"}, {"b", "2"}}, three)
	if string(a) == string(b) {
		t.Error("a fact's value passes for another fact")
	}
}

// What is not a note of this charter by its members' root keys is refused, and
// the error says why.
func TestOpenCeremonyRefuses(t *testing.T) {
	c := celltest.Charter(t)
	text := cell.CeremonyText(cell.PurposeStatement, c, nil, three)
	alpha := celltest.Ceremony(t, c, "alpha", text)
	other := *c
	other.Hash = strings.Repeat("ab", 32)
	elsewhere := cell.CeremonyText(cell.PurposeStatement, &other, nil, cell.Text3{Ar: "أ", En: "b", He: "ג\ncharter " + c.Hash + "\n"})
	for what, tt := range map[string]struct{ note, why string }{
		"no signature":      {string(text), "there are no signatures"},
		"signed twice":      {string(cell.CeremonyNote(text, []string{alpha, alpha})), "alpha signs twice"},
		"another charter":   {string(cell.CeremonyNote(elsewhere, []string{celltest.Ceremony(t, c, "alpha", elsewhere)})), "not signed under this charter"},
		"a blank between":   {string(cell.CeremonyNote(text, []string{alpha, "", celltest.Ceremony(t, c, "bravo", text)})), ""},
		"a stranger":        {string(cell.CeremonyNote(text, []string{strings.Replace(alpha, "alpha", "delta", 1)})), "by no member's root key"},
		"a break within":    {strings.Replace(string(cell.CeremonyNote(text, []string{alpha})), alpha, alpha[:len(alpha)-8]+"\r"+alpha[len(alpha)-8:], 1), "malformed"},
		"no end":            {strings.TrimSuffix(string(cell.CeremonyNote(text, []string{alpha})), "\n"), "there are no signatures"},
		"text between":      {string(text) + "more\n\n" + alpha + "\n", "one form"},
		"a turned-round":    {strings.Replace(string(cell.CeremonyNote(text, []string{alpha})), "week", "we\u202Eek", 1), ""},
		"a charter, signed": {strings.Replace(string(cell.CeremonyNote(text, []string{alpha})), "/statement/", "/charter/", 1), "first line"},
	} {
		_, _, _, err := c.OpenCeremony([]byte(tt.note))
		if err == nil || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%s: %v, want %q", what, err, tt.why)
		}
	}
}

// A note is a C2SP signed note: the Go project's own reader verifies it.
func TestCeremonyIsASignedNote(t *testing.T) {
	c := celltest.Charter(t)
	text := cell.CeremonyText(cell.PurposeStatement, c, [][2]string{{"draft", "3"}}, three)
	file := signed(t, c, text, "alpha", "bravo", "supervisor")
	var known []sumdb.Verifier
	for _, m := range c.Members {
		name, _, pub, err := journal.ParseVKey(m.Keys.Root)
		if err != nil {
			t.Fatal(err)
		}
		v, err := journal.NewVerifier(name, pub)
		if err != nil {
			t.Fatal(err)
		}
		known = append(known, v)
	}
	n, err := sumdb.Open(file, sumdb.VerifierList(known...))
	if err != nil || n.Text != string(text) || len(n.Sigs) != 3 || len(n.UnverifiedSigs) != 0 {
		t.Fatalf("%+v, %v", n, err)
	}
}

// Whatever the bytes, a note that is accepted holds a text that was signed.
func FuzzOpenCeremony(f *testing.F) {
	c := &cell.Charter{Cell: "harbour", Hash: strings.Repeat("0f", 32)}
	honest := map[string]bool{}
	for i, tt := range []cell.Text3{three, {Ar: "أ", En: "b", He: "ג\n\n— parley.harbour/alpha/root AAAA"}} {
		text := cell.CeremonyText(cell.PurposeStatement, c, [][2]string{{"draft", "3"}}, tt)
		honest[string(text)] = true
		var lines []string
		for _, d := range []string{"alpha", "bravo"} { // the same keys in every process that fuzzes
			k, err := charter.NewKeys(strings.NewReader(strings.Repeat(d, 64)), c.Cell, d)
			if err != nil {
				f.Fatal(err)
			}
			if i == 0 {
				c.Members = append(c.Members, cell.Member{Desk: d, Role: cell.Party, Keys: k.Public().Keys})
			}
			root, err := k.Signer(charter.Root)
			if err != nil {
				f.Fatal(err)
			}
			line, err := charter.SignCeremony(text, root)
			if err != nil {
				f.Fatal(err)
			}
			lines = append(lines, line)
		}
		f.Add(cell.CeremonyNote(text, lines))
		f.Add(cell.CeremonyNote(text, lines[:1]))
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		text, _, desks, err := c.OpenCeremony(file)
		if err != nil {
			return
		}
		if !honest[string(text)] || len(desks) == 0 {
			t.Errorf("accepted what nobody signed: %q by %v", text, desks)
		}
	})
}

// What is accepted as a ceremony's text is what would be written again.
func FuzzParseCeremony(f *testing.F) {
	c := &cell.Charter{Cell: "harbour", Hash: strings.Repeat("0f", 32)}
	f.Add(string(cell.CeremonyText(cell.PurposeStatement, c, [][2]string{{"draft", "3"}}, three)))
	f.Add(string(cell.CeremonyText(cell.PurposeStep, c, nil, cell.Text3{Ar: "\n", En: "[he, 0 bytes]\n", He: ""})))
	f.Fuzz(func(t *testing.T, text string) {
		x, err := cell.ParseCeremony([]byte(text))
		if err != nil {
			return
		}
		again := cell.CeremonyText(x.Purpose, &cell.Charter{Cell: x.Cell, Hash: x.Charter}, x.Facts, x.Text)
		if string(again) != text && !strings.Contains(text, `\`) { // a fact that was written keeps its strokes
			t.Errorf("%q comes back as %q", text, again)
		}
	})
}

package cell

// Text3 is one text in the three languages of the cell, as a record carries
// it: a statement, a measure, an understanding (XC-01). All three are there or
// the record is refused; which one prevails is for those who agree it to say.
type Text3 struct {
	Ar string `json:"ar"`
	En string `json:"en"`
	He string `json:"he"`
}

// Validate wants each text, written in the script of its language.
func (t Text3) Validate(at string) error {
	for _, f := range t.All() {
		if err := f.Validate(at + "/" + f.Lang); err != nil {
			inv := err.(*Invalid)
			return Invalidf(at+"/"+f.Lang, "%s", inv.Why)
		}
	}
	return nil
}

// All gives the three texts in the order of their languages.
func (t Text3) All() []Free {
	return []Free{{"ar", t.Ar}, {"en", t.En}, {"he", t.He}}
}

// T3 gives the texts for a screen.
func (t Text3) T3() T3 { return T3{"ar": t.Ar, "en": t.En, "he": t.He} }

// Grade says how far a source is trusted (A to F) and how far what it says is
// confirmed (1 to 6), two separate judgements (INT-01; admiralty scale, STANAG
// 2511 as the field uses it).
type Grade struct {
	Source      string `json:"source"`
	Information string `json:"information"`
}

// Validate wants both letters.
func (g Grade) Validate(at string) error {
	if len(g.Source) != 1 || g.Source < "A" || g.Source > "F" {
		return Invalidf(at+"/source", "the grade of the source is missing: A to F")
	}
	if len(g.Information) != 1 || g.Information < "1" || g.Information > "6" {
		return Invalidf(at+"/information", "the grade of the information is missing: 1 to 6")
	}
	return nil
}

// String gives the grade as it is spoken: "B2".
func (g Grade) String() string { return g.Source + g.Information }

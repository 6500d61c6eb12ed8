package cell

import "strconv"

// How a check is said, by unit or line and verdict. It says what was found and
// what was agreed, and nothing of who did what. Review state of the Arabic and
// Hebrew wording: draft, unreviewed.
var checkWords = map[string]T3{
	"pieces kept":       {"en": "{name}: {given}, within the agreed limit of {allowed}", "ar": "{name}: {given}، ضمن الحد المتفق عليه {allowed}", "he": "{name}: {given}, בתוך המגבלה המוסכמת {allowed}"},
	"pieces over":       {"en": "{name}: {given}, above the agreed limit of {allowed}", "ar": "{name}: {given}، فوق الحد المتفق عليه {allowed}", "he": "{name}: {given}, מעל המגבלה המוסכמת {allowed}"},
	"pieces not-stated": {"en": "{name}: the number is not stated; the agreed limit is {allowed}", "ar": "{name}: العدد غير مذكور؛ الحد المتفق عليه {allowed}", "he": "{name}: המספר לא צוין; המגבלה המוסכמת {allowed}"},
	"line kept":         {"en": "{name}: {given} m from the line, not nearer than the agreed {allowed} m", "ar": "{name}: على بعد {given} م من الخط، لا أقرب من {allowed} م المتفق عليها", "he": "{name}: {given} מ׳ מן הקו, לא קרוב מ־{allowed} מ׳ המוסכמים"},
	"line over":         {"en": "{name}: {given} m from the line, nearer than the agreed {allowed} m", "ar": "{name}: على بعد {given} م من الخط، أقرب من {allowed} م المتفق عليها", "he": "{name}: {given} מ׳ מן הקו, קרוב מ־{allowed} מ׳ המוסכמים"},
	"height kept":       {"en": "{name}: up to {given} m, within the agreed {allowed} m", "ar": "{name}: حتى {given} م، ضمن {allowed} م المتفق عليها", "he": "{name}: עד {given} מ׳, בתוך {allowed} מ׳ המוסכמים"},
	"height over":       {"en": "{name}: up to {given} m, above the agreed {allowed} m", "ar": "{name}: حتى {given} م، فوق {allowed} م المتفق عليها", "he": "{name}: עד {given} מ׳, מעל {allowed} מ׳ המוסכמים"},
	"height not-stated": {"en": "{name}: the height is not stated as agreed; the agreed limit is {allowed} m", "ar": "{name}: الارتفاع غير مذكور كما اتُّفق؛ الحد المتفق عليه {allowed} م", "he": "{name}: הגובה לא צוין כמוסכם; המגבלה המוסכמת {allowed} מ׳"},
	"agreed":            {"en": "{name}: {given}, outside the agreed limit, allowed by the agreed activity {by}", "ar": "{name}: {given}، خارج الحد المتفق عليه، ويسمح به النشاط المتفق عليه {by}", "he": "{name}: {given}, מחוץ למגבלה המוסכמת, מותר לפי הפעילות המוסכמת {by}"},
	"held":              {"en": "({held} of them declared as held)", "ar": "(منها {held} مصرّح بوجودها)", "he": "(מהם {held} הוצהרו כמוחזקים)"},
	"exception":         {"en": "{name}: outside the agreed limit, covered by {by}", "ar": "{name}: خارج الحد المتفق عليه، ويشمله {by}", "he": "{name}: מחוץ למגבלה המוסכמת, ומכוסה לפי {by}"},
}

// checkedWords says a verdict in each language.
func (c *Charter) checkedWords(l Limit, k Checked) T3 {
	of := "height "
	verdict := k.Verdict
	switch {
	case k.Verdict == Excepted && k.Agreed != "":
		of, verdict = "", "agreed"
	case k.Verdict == Excepted:
		of = ""
	case l.Max != nil:
		of = "pieces "
	case l.From != "":
		of = "line "
	}
	out := T3{}
	for lang, text := range checkWords[of+verdict] {
		if k.Held > 0 {
			text += " " + checkWords["held"][lang]
		}
		by := k.By
		for _, e := range l.Exceptions {
			if e.Purpose == k.By {
				by = e.Name.In(lang)
			}
		}
		values := map[string]string{"name": l.Name.In(lang), "given": strconv.FormatInt(k.Given, 10), "allowed": strconv.FormatInt(k.Allowed, 10),
			"held": strconv.FormatInt(k.Held, 10), "by": by}
		out[lang] = fill(text, func(field string) string { return values[field] })
	}
	return out
}

// called gives a name with the code that it has in the charter.
func called(name T3, code string) T3 {
	out := T3{}
	for _, l := range languages {
		out[l] = name.In(l) + " " + isolate("("+code+")")
	}
	return out
}

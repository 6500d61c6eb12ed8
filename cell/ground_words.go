package cell

import "strconv"

// How touching some ground is said. It says what is there and how near, and
// nothing of who may do what. Review state of the Arabic and Hebrew wording:
// draft, unreviewed.
var groundWords = map[string]T3{
	"place on":        {"en": "{name}: on or over a protected place", "ar": "{name}: في مكان محمي أو فوقه", "he": "{name}: במקום מוגן או מעליו"},
	"place near":      {"en": "{name}: {distance} m from a protected place, within {within} m", "ar": "{name}: على بعد {distance} م من مكان محمي، ضمن {within} م", "he": "{name}: {distance} מ׳ ממקום מוגן, בתוך {within} מ׳"},
	"area on":         {"en": "{name}: touches the area around a protected place", "ar": "{name}: يلامس المنطقة المحيطة بمكان محمي", "he": "{name}: נוגע בשטח שסביב מקום מוגן"},
	"corridor on":     {"en": "{name}: touches a corridor", "ar": "{name}: يلامس ممرًا", "he": "{name}: נוגע במסדרון"},
	"corridor closed": {"en": "{name}: touches a corridor that is closed", "ar": "{name}: يلامس ممرًا مغلقًا", "he": "{name}: נוגע במסדרון סגור"},
	"zone on":         {"en": "{name}: touches a protected zone", "ar": "{name}: يلامس منطقة محمية", "he": "{name}: נוגע באזור מוגן"},
	"zone near":       {"en": "{name}: {distance} m from a protected zone, within {within} m", "ar": "{name}: على بعد {distance} م من منطقة محمية، ضمن {within} م", "he": "{name}: {distance} מ׳ מאזור מוגן, בתוך {within} מ׳"},
	"level":           {"en": "(location verified at level {level} of 3)", "ar": "(درجة التحقق من الموقع {level} من 3)", "he": "(המיקום אומת בדרגה {level} מתוך 3)"},
	"stale":           {"en": "(out of date, and no less protected)", "ar": "(انتهت صلاحية القيد ولا تنقص حمايته)", "he": "(תוקף הרישום פג, וההגנה אינה נגרעת)"},
}

// words says what is touched in each language.
func (t Touched) words() T3 {
	how := t.Sort + " on"
	switch {
	case t.Sort == CorridorGround && t.Closed:
		how = "corridor closed"
	case t.Sort == CorridorGround || t.Sort == AreaGround:
	case t.DistanceM > 0:
		how = t.Sort + " near"
	}
	out := T3{}
	for lang, text := range groundWords[how] {
		if t.Level >= 0 {
			text += " " + groundWords["level"][lang]
		}
		if t.Stale {
			text += " " + groundWords["stale"][lang]
		}
		values := map[string]string{"name": t.Name.In(lang), "distance": strconv.FormatInt(t.DistanceM, 10), "within": strconv.FormatInt(t.WithinM, 10),
			"level": strconv.FormatInt(t.Level, 10)}
		out[lang] = fill(text, func(field string) string { return values[field] })
	}
	return out
}

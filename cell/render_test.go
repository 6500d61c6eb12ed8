package cell

import "testing"

// A clause whose fields are all empty is left out, in every language's marks.
func TestFillLeavesEmptyClausesOut(t *testing.T) {
	values := map[string]string{"body": "Two trucks.", "place": "Bestuk", "what": "fire"}
	value := func(name string) string { return values[name] }
	for _, x := range []struct{ sentence, want string }{
		{"Message: {body} · Place: {place}. Time: {time}.", "Message: \u2068Two trucks.\u2069 · Place: \u2068Bestuk\u2069."},
		{"Message: {body} · Time: {time}.", "Message: \u2068Two trucks.\u2069."},
		{"CEASE: {what}. Place: {place}. Reference: {ref}. Seen since: {since}.", "CEASE: \u2068fire\u2069. Place: \u2068Bestuk\u2069."},
		{"الموقع {place}، الوقت {time}، العدد {number}.", "الموقع \u2068Bestuk\u2069."},
		{"Nothing is asked here.", "Nothing is asked here."},
	} {
		if got := fill(x.sentence, value); got != x.want {
			t.Errorf("%q:\n got %q\nwant %q", x.sentence, got, x.want)
		}
	}
}

// An entry of a list that has parts is shown part by part, each as its own
// field is; a part without wording is left out.
func TestListsOfParts(t *testing.T) {
	c := &Charter{Members: []Member{{Desk: "alpha", Name: T3{"en": "Alpha", "ar": "ألفا", "he": "אלפא"}}},
		Dissemination: map[string][]Level{"alpha": {{Level: "unit", Name: T3{"en": "Unit", "ar": "الوحدة", "he": "הכוח"}}}},
		Templates: []Template{{Kind: "toy.duty/1", Sentence: T3{"en": "Told to: {duties}.", "ar": "إلى: {duties}.", "he": "אל: {duties}."},
			Fields: []Field{{Name: "duties", Type: "list", Fields: []Field{{Name: "desk", Type: "desks"}, {Name: "level", Type: "level"}, {Name: "by", Type: "time"}}}}}}}
	r := Record{Kind: "toy.duty/1", Body: []byte(`{"duties":[{"desk":"alpha","level":"unit","by":1767700800000},{"desk":"alpha","level":"brigade","by":0,"odd":1}]}`)}
	want := "Told to: \u2068Alpha, Unit, 061200Z JAN 26 · Alpha, brigade\u2069."
	if got := c.Text(r).In("en"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := c.Text(r).In("he"); got == want || got == "" {
		t.Errorf("in Hebrew: %q", got)
	}
	r.Body = []byte(`{"duties":[{"odd":1}]}`)
	if f := c.Fields(r); len(f) != 0 {
		t.Errorf("nothing to show is shown as %v", f)
	}
}

// What names a zone, a limit or a type of activity is called as the charter calls
// it, in each language; a code that the charter has not stays a code (XC-01).
func TestNamesOfTheCharter(t *testing.T) {
	name := func(s string) T3 { return T3{"en": s, "ar": s + " ar", "he": s + " he"} }
	c := &Charter{Zones: []Zone{{ID: "z-5", Name: name("Valley")}}, Limits: []Limit{{ID: "l-1", Name: name("Tanks")}}, Activities: []ActivityType{{Type: "fire", Name: name("live fire")}},
		Templates: []Template{{Kind: "toy.act/1", Sentence: T3{"en": "{zone}, {limit}, {types}", "ar": "{zone}, {limit}, {types}", "he": "{zone}, {limit}, {types}"},
			Fields: []Field{{Name: "zone", Type: "zone"}, {Name: "limit", Type: "limit"}, {Name: "types", Type: "activity"}}}}}
	r := Record{Kind: "toy.act/1", Body: []byte(`{"zone":"z-5","limit":"l-1","types":["fire","z-5"]}`)}
	want := "\u2068Valley he \u2068(z-5)\u2069\u2069, \u2068Tanks he \u2068(l-1)\u2069\u2069, \u2068live fire he · z-5\u2069"
	if got := c.Text(r).In("he"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r.Body = []byte(`{"zone":"z-6","limit":"z-5","types":[]}`)
	if got := c.Text(r).In("en"); got != "\u2068z-6\u2069, \u2068z-5\u2069" {
		t.Errorf("codes that are none: %q", got)
	}
}

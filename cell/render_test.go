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

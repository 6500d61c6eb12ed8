package charter

import (
	"fmt"
	"strings"
	"testing"

	"parley/cell"
)

// bare is a theatre without the long lists, so that tests can try every byte.
const bare = `
cell: harbour
title: {en: "Cell", ar: "خلية", he: "תא"}
status: EXERCISE
zone: UTC
members:
  - {desk: alpha, role: party, name: {en: "Alpha", ar: "ألفا", he: "אלפא"}, letter: A, zone: UTC, languages: [ar], addresses: []}
  - {desk: bravo, role: party, name: {en: "Bravo", ar: "برافو", he: "בראבו"}, letter: B, zone: UTC, languages: [he], addresses: []}
  - {desk: supervisor, role: supervisor, name: {en: "Supervisor", ar: "المشرف", he: "המפקח"}, letter: S, zone: UTC, languages: [en], addresses: []}
links: [[alpha, supervisor], [bravo, supervisor]]
stock: []
check_texts: []
templates: []
`

func bareText(t testing.TB, keys map[string]*Keys) string {
	t.Helper()
	desks := publics(keys)
	for i := range desks {
		desks[i].Keys.Sealing = "" // the longest key by far
	}
	text, err := Draft([]byte(bare), desks)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestParseRefuses alters a valid text in one way each and wants the word that
// says what and where (design 5).
func TestParseRefuses(t *testing.T) {
	keys := founders(t)
	text := bareText(t, keys)
	alphaRoot := keys["alpha"].Public().Keys.Root
	bravoPin := keys["bravo"].Public().Keys.TLS
	rootPin := func() string {
		pub, _ := keys["alpha"].public.publicOf(Root)
		pin, _ := Pin(pub)
		return pin
	}()
	for _, c := range []struct{ name, old, new, want string }{
		{"header", Header + "\n", "parley/charter/v2\n", "first line"},
		{"unknown key", "status: EXERCISE", "status: EXERCISE\nstaus: x", `key "staus" is not known`},
		{"duplicate key", "status: EXERCISE", "status: EXERCISE\nstatus: ACTUAL", `key "status" stands at line`},
		{"duplicate key inside", "receive: 2m", "receive: 2m\n    receive: 3m", `key "receive" stands at line`},
		{"alias", "zone: UTC\nlanguages", "zone: &z UTC\nlanguages", "anchors and aliases"},
		{"tag", "status: EXERCISE", "status: !x EXERCISE", "tags are not allowed"},
		{"missing value", "status: EXERCISE", "status:", "a value is missing"},
		{"second document", "status: EXERCISE", "status: EXERCISE\n---\n", "more than one document"},
		{"broken YAML", "languages: [ar, he, en]", "languages: [ar, he", "line "},
		{"bidirectional control", `en: "Cell"`, "en: \"Cell\u202e\"", "bidirectional control character U+202E"},
		{"control character", `en: "Cell"`, "en: \"Cell\x07\"", "control character U+0007"},
		{"carriage return", "status: EXERCISE\n", "status: EXERCISE\r\n", "control character U+000D"},
		{"not UTF-8", `en: "Cell"`, "en: \"\xff\"", "not valid UTF-8"},
		{"time limit", "receive: 2m", "receive: 2 minutes", "is not a time limit"},
		{"status", "status: EXERCISE", "status: GAME", `"GAME" is not ACTUAL or EXERCISE`},
		{"zone", "zone: UTC\nlanguages", "zone: Mars/Base\nlanguages", "is not a time zone"},
		{"ladder level", "level: second-officer", "level: third-officer", "is not in ladder_levels"},
		{"ladder order", "after: 4m", "after: 1m", "a rung comes after the one before it"},
		{"ladder desk", "desk: supervisor}", "desk: charlie}", `"charlie" is not a member`},
		{"link", "[alpha, supervisor]", "[alpha, charlie]", "a link joins two different members"},
		{"wording", `he: "תא"`, `fr: "cellule"`, `no wording in "he"`},
		{"other desk's root", alphaRoot, keys["bravo"].Public().Keys.Root, "root key"},
		{"key of another purpose", alphaRoot, keys["alpha"].Public().Keys.Journal, "root key of alpha: it is \"parley.harbour/alpha/1\""},
		{"one key, two purposes", alphaRoot, renamed(t, keys["alpha"].Public().Keys.Journal, "parley.harbour/alpha/root"), "each key is for one purpose"},
		{"root key as TLS key", bravoPin, rootPin, "each key is for one purpose"},
		{"damaged key", alphaRoot, alphaRoot[:len(alphaRoot)-1], "root key of alpha"},
		{"TLS pin", bravoPin, "c2hvcnQ=", "want the base64 of a SHA-256"},
		{"quota", "records_per_hour: 20000", "records_per_hour: 0", "a quota is at least 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			altered := strings.Replace(text, c.old, c.new, 1)
			if altered == text {
				t.Fatalf("%q does not stand in the text", c.old)
			}
			_, err := Parse([]byte(altered))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// TestUnknownKeyLine: the line in the error is that of the file.
func TestUnknownKeyLine(t *testing.T) {
	text := bareText(t, founders(t))
	before, _, _ := strings.Cut(text, "status: EXERCISE")
	line := strings.Count(before, "\n") + 2
	_, err := Parse([]byte(strings.Replace(text, "status: EXERCISE", "status: EXERCISE\nnew_key: 1", 1)))
	if want := fmt.Sprintf("line %d: key %q is not known", line, "new_key"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
}

func TestHashIsOfTheText(t *testing.T) {
	text := bareText(t, founders(t))
	c, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !cell.IsHash(c.Hash) || c.Hash != Hash([]byte(text)) {
		t.Errorf("hash %q", c.Hash)
	}
}

// What forms and print could not show, and what could send somebody to a wrong
// place, is refused.
func TestParseRefusesContent(t *testing.T) {
	text := string(drafted(t, founders(t)))
	for _, c := range []struct{ name, old, new, want string }{
		{"placeholder", "CEASE: {what}.", "CEASE: {wat}.", "templates/CEASE/sentence/en: {wat} is not a field"},
		{"field type", "type: free", "type: essay", `"essay" is not one of text, choice`},
		{"field twice", "name: since", "name: ref", "the field stands twice"},
		{"about", "about: optional", "about: maybe", `"maybe" is not required`},
		{"code twice", "code: DISTRESS", "code: CEASE", "a code of its own"},
		{"ack", "ack: readback", "ack: nod", `"nod" is not an ack`},
		{"ack by", "by: all", "by: everybody", `"everybody" is not parties, supervisor or all`},
		{"stock digit", `code: "1"`, `code: "10"`, "is not a digit from 1 to 9"},
		{"stock position", "position: objects", "position: agrees", `"agrees" cannot be a stock reply`},
		{"latitude", `lat: "12.4021"`, `lat: "112.4021"`, "outside"},
		{"longitude", `lon: "-38.2655"`, `lon: "38°15′"`, "is not decimal degrees"},
		{"place ID", "id: P-02", "id: P-01", `"P-01" is not an ID of its own`},
		{"line check hour", `at: "09:00"`, `at: "9 a.m."`, "is not a time such as 09:00"},
		{"line check desk", "by: alpha, to: [bravo]", "by: alpha, to: [alpha]", "a check goes to other desks"},
		{"line check stranger", "by: alpha, to: [bravo]", "by: alpha, to: [charlie]", `"charlie" is not a member`},
		{"choice without wording", `he: "אש"`, `he: ""`, `no wording in "he"`},
		{"basket", "commerce: relay", "commerce: open", `"open" is not a supervision mode`},
		{"district of a shared name", "district: {en: \"Upper Valley\", ar: \"الوادي الأعلى\", he: \"מעלה העמק\"}\n    lat: \"12.5412\"", "lat: \"12.5412\"", "another place has the same name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			altered := strings.Replace(text, c.old, c.new, 1)
			if altered == text {
				t.Fatalf("%q does not stand in the text", c.old)
			}
			_, err := Parse([]byte(altered))
			wantErr(t, err, c.want)
		})
	}
}

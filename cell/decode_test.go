package cell_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"parley/cell"
)

// whole is a record in which everything is right.
const whole = `{"v":1,"cell":"harbour","charter":"` + hash64 + `","desk":"alpha","id":"0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",` +
	`"kind":"hotline.message/1","status":"EXERCISE","precedence":"Z","at":1767700000000,"until":0,"by":{"officer":"watch-1","role":"watch"},` +
	`"to":["bravo","supervisor"],"serial":2,"prev":"` + entry66 + `","about":{"desk":"bravo","id":"0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c"},` +
	`"cites":[{"desk":"bravo","gen":1,"index":4}],"seen":[{"desk":"bravo","gen":1,"size":5}],"body":{"body":{"lang":"en","text":"hello"},"place":[],"time":[]}}`

const (
	hash64  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	entry66 = "01" + hash64
)

func TestDecodeAccepts(t *testing.T) {
	r, err := cell.Decode([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.Encode()
	if err != nil || string(again) != whole {
		t.Errorf("encoded again: %s, %v", again, err)
	}
	if _, err := cell.Decode([]byte(strings.Replace(whole, "hotline.message/1", "weather.rain/7", 1))); err != nil {
		t.Errorf("an unknown kind: %v", err)
	}
}

// Every bad input of the design gives an error that says what and where
// (design 2, step 2).
func TestDecodeRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, at, why string }{
		{"float", `"serial":2`, `"serial":2.0`, "/serial", "not an integer"},
		{"exponent", `"serial":2`, `"serial":2e0`, "/serial", "not an integer"},
		{"minus nought", `"until":0`, `"until":-0`, "", "one encoding"},
		{"too large a number", `"serial":2`, `"serial":9223372036854775808`, "/serial", "64 bits"},
		{"duplicate key", `"serial":2`, `"serial":2,"serial":2`, "/serial", "duplicate"},
		{"duplicate key deep inside", `"lang":"en"`, `"lang":"en","lang":"en"`, "/body/body/lang", "duplicate"},
		{"unknown key", `"serial":2`, `"serial":2,"extra":1`, "/extra", "unknown"},
		{"case variant", `"serial":2`, `"Serial":2`, "/Serial", "unknown"},
		{"missing key", `"until":0,`, ``, "", "one encoding"},
		{"fields in another order", `"v":1,"cell":"harbour"`, `"cell":"harbour","v":1`, "", "one encoding"},
		{"white space", `"v":1,`, `"v":1, `, "", "one encoding"},
		{"an escape that is not needed", `hello`, `hell\u006f`, "", "one encoding"},
		{"white space in the body", `"place":[]`, `"place":[ ]`, "", "one encoding"},
		{"text after the end", `"time":[]}}`, `"time":[]}}{}`, "", ""},
		{"lone surrogate", `hello`, `\ud800`, "/body/body/text", ""},
		{"invalid UTF-8", `hello`, "\xff", "/body/body/text", ""},
		{"bidi override", `hello`, "he\u202Ello", "/body/body/text", "U+202E"},
		{"bidi mark in a key", `"place"`, "\"pl\u200Eace\"", "", ""},
		{"control character", `hello`, `he\u0000llo`, "/body/body/text", "U+0000"},
		{"nested too deep", `"place":[]`, `"place":` + strings.Repeat("[", 30) + strings.Repeat("]", 30), "", "deeper"},
		{"another version", `"v":1`, `"v":2`, "/v", "not known"},
		{"cell", `"cell":"harbour"`, `"cell":"Harbour"`, "/cell", "lower-case"},
		{"charter", hash64 + `","desk"`, `x","desk"`, "/charter", "SHA-256"},
		{"desk", `"desk":"alpha"`, `"desk":"al pha"`, "/desk", "lower-case"},
		{"id", `"id":"0198a1b2-c3d4-7e5f`, `"id":"0198a1b2-c3d4-4e5f`, "/id", "version 7"},
		{"kind", `hotline.message/1`, `hotline.message/0`, "/kind", "module.act/version"},
		{"status", `"EXERCISE"`, `"exercise"`, "/status", "ACTUAL, EXERCISE or TEST"},
		{"precedence", `"precedence":"Z"`, `"precedence":"X"`, "/precedence", "Z, O, P or R"},
		{"time nought", `"at":1767700000000`, `"at":0`, "/at", "1970"},
		{"time too late", `"at":1767700000000`, `"at":253402300800000`, "/at", "9999"},
		{"until", `"until":0`, `"until":-1`, "/until", "1970"},
		{"a person's name", `"officer":"watch-1"`, `"officer":"J. Doe"`, "/by", "codes"},
		{"no list of addressees", `"to":["bravo","supervisor"]`, `"to":null`, "", "one encoding"},
		{"not sorted", `"to":["bravo","supervisor"]`, `"to":["supervisor","bravo"]`, "/to", "sorted"},
		{"twice", `"to":["bravo","supervisor"]`, `"to":["bravo","bravo"]`, "/to", "distinct"},
		{"to itself", `"to":["bravo"`, `"to":["alpha","bravo"`, "/to/0", "own addressee"},
		{"serial", `"serial":2`, `"serial":0`, "/serial", "below 1"},
		{"first with a predecessor", `"serial":2`, `"serial":1`, "/prev", "first"},
		{"predecessor", `"prev":"01`, `"prev":"0x`, "/prev", "33 bytes"},
		{"about", `"about":{"desk":"bravo"`, `"about":{"desk":"Bravo"`, "/about", "key"},
		{"cite", `"index":4`, `"index":-1`, "/cites/0", "index from 0"},
		{"generation nought", `"gen":1,"index"`, `"gen":0,"index"`, "/cites/0", "generation from 1"},
		{"seen", `"size":5`, `"size":-5`, "/seen/0", "size from 0"},
		{"body is a list", `{"body":{"lang":"en","text":"hello"},"place":[],"time":[]}`, `[]`, "/body", "not an object"},
		{"too many citations", `{"desk":"bravo","gen":1,"index":4}`, strings.TrimSuffix(strings.Repeat(`{"desk":"bravo","gen":1,"index":4},`, 300), ","), "/cites", "more than"},
		{"one byte too many", `hello`, strings.Repeat("x", cell.MaxRecord-len(whole)+len("hello")+1), "", "more than"},
	} {
		if !strings.Contains(whole, tt.old) {
			t.Fatalf("%s: %q is not in the record", tt.name, tt.old)
		}
		_, err := cell.Decode([]byte(strings.Replace(whole, tt.old, tt.new, 1)))
		inv, ok := errors.AsType[*cell.Invalid](err)
		if !ok {
			t.Errorf("%s: error %v", tt.name, err)
			continue
		}
		if (tt.at != "" && inv.At != tt.at) || !strings.Contains(inv.Why, tt.why) {
			t.Errorf("%s: at %q: %s, want at %q: …%s…", tt.name, inv.At, inv.Why, tt.at, tt.why)
		}
	}
	full := strings.Replace(whole, "hello", strings.Repeat("x", cell.MaxRecord-len(whole)+len("hello")), 1)
	if _, err := cell.Decode([]byte(full)); err != nil {
		t.Errorf("a record of exactly the limit: %v", err)
	}
}

// What decodes encodes to the same bytes: there is one encoding.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(strings.Replace(whole, "hello", "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd <&> \\u2028", 1)))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := cell.Decode(b)
		if err != nil {
			if _, ok := errors.AsType[*cell.Invalid](err); !ok {
				t.Fatalf("error without a place: %v", err)
			}
			return
		}
		again, err := r.Encode()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("decoded and encoded: %s, %v", again, err)
		}
		if back, err := cell.Read(b); err != nil || back.Ref() != r.Ref() {
			t.Fatalf("read: %v", err)
		}
	})
}

// What Fill completes is complete: filling again changes nothing.
func FuzzFill(f *testing.F) {
	kinds := cell.KernelKinds()
	for i, k := range kinds {
		b, err := cell.EncodeBody(k.Sample())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, []byte(b))
	}
	f.Add(4, []byte(`{"position":"noted","text":{"lang":"en","text":"hi"}}`))
	f.Add(2, []byte(`{"number":3,"place":null}`))
	f.Fuzz(func(t *testing.T, i int, b []byte) {
		if i < 0 || i >= len(kinds) {
			return
		}
		full, err := kinds[i].Fill(b)
		if err != nil {
			return
		}
		again, err := kinds[i].Fill(full)
		if err != nil || !bytes.Equal(full, again) {
			t.Fatalf("%s filled to %s, then to %s, %v", b, full, again, err)
		}
	})
}

func TestFill(t *testing.T) {
	var position, readBack cell.Kind
	for _, k := range cell.KernelKinds() {
		switch k.Name {
		case cell.KindPosition:
			position = k
		case cell.KindReadBack:
			readBack = k
		}
	}
	for _, tt := range []struct {
		kind     cell.Kind
		in, want string
	}{
		{position, `{"position":"noted"}`, `{"position":"noted","hash":"","text":[]}`},
		{position, `{"position":"noted","text":{"lang":"en","text":"hi"}}`, `{"position":"noted","hash":"","text":[{"lang":"en","text":"hi"}]}`},
		{position, `{"position":"noted","text":null}`, `{"position":"noted","hash":"","text":[]}`},
		{readBack, `{"number":0}`, `{"place":[],"time":[],"height_m":[],"number":[0]}`},
	} {
		got, err := tt.kind.Fill([]byte(tt.in))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %s, %v, want %s", tt.in, got, err, tt.want)
		}
	}
	for in, at := range map[string]string{
		`{"position":"noted","Text":1}`:           "/Text",
		`{"position":"noted","hash":1.5}`:         "/hash",
		`{"position":"noted","position":"noted"}`: "/position",
		`{"position":7}`:                          "/position",
	} {
		_, err := position.Fill([]byte(in))
		inv, ok := errors.AsType[*cell.Invalid](err)
		if !ok || inv.At != at {
			t.Errorf("%s: error %v, want one at %s", in, err, at)
		}
	}
}

package desk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// INT-03 T: a desk has a token for each of two officers, and neither is the
// other's. They are kept, and nobody else on the machine reads them.
func TestTokensAreOfOneOfficerEach(t *testing.T) {
	dir := t.TempDir()
	first, err := Token(dir)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := Tokens(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := TokenOf(dir, SecondOfficer)
	if err != nil {
		t.Fatal(err)
	}
	if len(tokens) != 2 || tokens[first] != "watch-1" || tokens[second] != "watch-2" || len(second) < 43 {
		t.Errorf("%d tokens; the first is %q's, the second %q's", len(tokens), tokens[first], tokens[second])
	}
	if again, err := TokenOf(dir, FirstOfficer); err != nil || again != first {
		t.Errorf("the first officer's token changed: %v", err)
	}
	for _, name := range []string{"token", "token.watch-2"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if m := info.Mode().Perm(); m != 0o600 {
			t.Errorf("%s: mode %o, want 600", name, m)
		}
	}
}

// INT-03 T: one person with one token is not two officers.
func TestTokensThatAreOneAreRefused(t *testing.T) {
	for _, c := range []struct{ what, first, second, want string }{
		{"the same", "a-token\n", "a-token", "token.watch-2 holds what token holds"},
		{"an empty one", "a-token\n", "\n", "token.watch-2 is empty"},
		{"an empty first one", "", "a-token\n", "token is empty"},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "token"), c.first)
			write(t, filepath.Join(dir, "token.watch-2"), c.second)
			if _, err := Tokens(dir); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// An officer who is not of this desk has no token, and gets none by being
// asked for; a code leads to no other file.
func TestTokenOfNobody(t *testing.T) {
	dir := t.TempDir()
	if _, err := Tokens(dir); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(filepath.Dir(dir), "x"), "elsewhere")
	for officer, want := range map[string]string{
		"watch-3":     "this desk has no officer watch-3: " + filepath.Join(dir, "token.watch-3") + " is missing",
		"Jane Doe":    `"Jane Doe" is not an officer's code`,
		"":            `"" is not an officer's code`,
		"a/../../x":   `"a/../../x" is not an officer's code`,
		"watch-2\x00": "is not an officer's code",
	} {
		if token, err := TokenOf(dir, officer); err == nil || token != "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", officer, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "token.watch-3")); err == nil {
		t.Error("a token was made for an officer who was only asked for")
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

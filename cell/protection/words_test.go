package protection_test

import (
	"encoding/json"
	"io/fs"
	"testing"

	"parley/cell/protection"
)

// wordsIn reads the module's words of a language.
func wordsIn(t *testing.T, lang string) (out map[string]string) {
	t.Helper()
	b, err := fs.ReadFile(protection.Module.Words, "words/"+lang+".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

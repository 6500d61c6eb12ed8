package desk

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"parley/cell"
)

// The officers that an exercise's desk has by itself, by their codes. What
// takes two persons takes two of them (INT-03). Whoever holds one's link or
// token is taken for that officer; a desk in service has neither.
const (
	FirstOfficer  = "watch-1"
	SecondOfficer = "watch-2"
)

// tokenFile names the file that holds an officer's token.
func tokenFile(officer string) string {
	if officer == FirstOfficer {
		return "token"
	}
	return "token." + officer
}

// Token gives the first officer's bearer token of the desk's API, and makes
// one, mode 0600, when there is none.
func Token(dir string) (string, error) { return keptToken(dir, FirstOfficer) }

// Tokens gives the bearer tokens of the desk's API, each with the code of its
// officer, and makes those that are missing, mode 0600. It fails when two
// officers have the same token, or one is empty.
func Tokens(dir string) (map[string]string, error) {
	officers := map[string]string{}
	for _, officer := range []string{FirstOfficer, SecondOfficer} {
		t, err := keptToken(dir, officer)
		if err != nil {
			return nil, err
		}
		if other, taken := officers[t]; taken {
			return nil, fmt.Errorf("read token: %s holds what %s holds, so that one would act as two: remove it, and a new one is made",
				filepath.Join(dir, tokenFile(officer)), tokenFile(other))
		}
		officers[t] = officer
	}
	return officers, nil
}

// TokenOf gives the token of one officer that lies in the directory, as those
// of an exercise do. It makes none: that an officer has none there is an error,
// which names the file and says how to get one.
func TokenOf(dir, officer string) (string, error) {
	if !cell.IsWord(officer) {
		return "", fmt.Errorf("read token: %q is not an officer's code, such as %s", officer, SecondOfficer)
	}
	t, err := readToken(dir, officer)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read token: this desk has no officer %s: %s is missing (a desk in service keeps no tokens: make one with \"parley officer token\" and give it by --token FILE or PARLEY_TOKEN)",
			officer, filepath.Join(dir, tokenFile(officer)))
	}
	return t, err
}

// keptToken reads an officer's token, or makes it.
func keptToken(dir, officer string) (string, error) {
	t, err := readToken(dir, officer)
	if !errors.Is(err, fs.ErrNotExist) {
		return t, err
	}
	t = Secret()
	if err := os.WriteFile(filepath.Join(dir, tokenFile(officer)), []byte(t+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("write token: %w", err)
	}
	return t, nil
}

func readToken(dir, officer string) (string, error) {
	path := filepath.Join(dir, tokenFile(officer))
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read token: %w", err)
	}
	t := string(bytes.TrimSpace(b))
	if t == "" {
		return "", fmt.Errorf("read token: %s is empty: remove it, and a new one is made", path)
	}
	return t, nil
}

// Secret makes 256 random bits for a token or a sign-in link.
func Secret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

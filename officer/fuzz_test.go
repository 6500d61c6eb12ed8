package officer

import (
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
)

// FuzzReadAnswer: whatever a stranger sends as a key's answer is read or
// refused, and the refusal repeats nothing of it.
func FuzzReadAnswer(f *testing.F) {
	f.Add([]byte(`{"id":"AQ","rawId":"AQ","type":"public-key","response":{"authenticatorData":"AQ","clientDataJSON":"e30","signature":"AQ"}}`))
	f.Add([]byte(`{"id":1}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := readAnswer(raw); err != nil && len(raw) > 8 && strings.Contains(err.Error(), string(raw)) {
			t.Errorf("the refusal repeats %q", raw)
		}
		if len(raw) <= mostAnswer {
			_, _ = protocol.ParseCredentialCreationResponseBytes(raw) // as newKey does
		}
	})
}

// FuzzPlain: what stands in the log is one short line of letters.
func FuzzPlain(f *testing.F) {
	f.Add("watch-1\n\x1b[31m\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		if got := plain(s); len(got) > mostDetail || strings.ContainsAny(got, "\n\r\x1b\u202e") || !strings.HasPrefix(plain(got), got) {
			t.Errorf("%q is noted as %q", s, got)
		}
	})
}

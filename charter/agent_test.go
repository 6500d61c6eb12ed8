package charter

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/ssh/agent"
)

// A desk whose keys an SSH agent holds signs as one whose keys are files.
func TestAgent(t *testing.T) {
	k, dir := alphaKeys(t), t.TempDir()
	if err := k.SavePlain(dir); err != nil {
		t.Fatal(err)
	}
	ring := agent.NewKeyring()
	for _, purpose := range []string{Root, Journal, Witness} {
		if purpose != Witness {
			if err := ring.Add(agent.AddedKey{PrivateKey: k.signers[purpose]}); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Remove(keyPath(dir, purpose)); err != nil {
			t.Fatal(err)
		}
	}
	sock := serveAgent(t, ring)
	got, err := Load(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := got.UseAgent(sock, Root, Journal); err != nil {
		t.Fatal(err)
	}
	for _, purpose := range []string{Root, Journal} {
		mine, err := k.Signer(purpose)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := got.Signer(purpose)
		if err != nil {
			t.Fatal(err)
		}
		text := []byte("parley/charter/v1\ntext\n")
		a, err := mine.Sign(text)
		if err != nil {
			t.Fatal(err)
		}
		b, err := theirs.Sign(text)
		if err != nil || !bytes.Equal(a, b) || mine.KeyHash() != theirs.KeyHash() || mine.Name() != theirs.Name() {
			t.Errorf("%s: the agent signs otherwise: %v", purpose, err)
		}
	}
	wantErr(t, got.UseAgent(sock, Witness), "the agent does not hold")
	wantErr(t, got.UseAgent(sock, TLS), "not known by a verifier text")
	wantErr(t, got.UseAgent(filepath.Join(dir, "nobody"), Root), "use SSH agent")
}

func serveAgent(t *testing.T, ring agent.Agent) string {
	t.Helper()
	sock := filepath.Join(t.TempDir(), "a")
	l, err := net.Listen("unix", sock)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = agent.ServeAgent(ring, conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return sock
}

package desk

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// SEC-08: the console's authority vouches for the console's names and for
// nothing else, also when somebody else holds its key; its certificate is made
// anew before it ends and when a name is added, and a foreign one is left alone.
func TestAuthority(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 1, 6, 14, 0, 0, 0, time.UTC)
	names := []string{"desk.example", "localhost"}
	if err := NewAuthority(dir, "alpha", names, now); err != nil {
		t.Fatal(err)
	}
	if err := NewAuthority(dir, "alpha", names, now); err == nil {
		t.Error("made a second time over the first")
	}
	for _, f := range []string{authorityKey, consoleKey} {
		if info, err := os.Stat(filepath.Join(dir, f)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info, err)
		}
	}
	ca, err := tls.LoadX509KeyPair(filepath.Join(dir, authorityFile), filepath.Join(dir, authorityKey))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca.Leaf)
	verify := func(leaf *x509.Certificate, name string, at time.Time) error {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: name, CurrentTime: at})
		return err
	}
	read := func(want []string, at time.Time) tls.Certificate {
		t.Helper()
		c, err := ServerCertificate(dir, want, at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := read(names, now)
	if again := read(names, now.Add(100*24*time.Hour)); !bytes.Equal(first.Certificate[0], again.Certificate[0]) {
		t.Error("made anew long before its end")
	}
	for _, n := range names {
		if err := verify(first.Leaf, n, now); err != nil {
			t.Errorf("%s: %v", n, err)
		}
	}
	late := now.Add(consoleLife - 10*24*time.Hour)
	if renewed := read(names, late); bytes.Equal(first.Certificate[0], renewed.Certificate[0]) || verify(renewed.Leaf, "desk.example", late.Add(renewBefore)) != nil {
		t.Error("not made anew before its end")
	}
	if named := read([]string{"desk.example", "sub.desk.example"}, now); verify(named.Leaf, "sub.desk.example", now) != nil {
		t.Error("not made anew for another name below the first")
	}

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: serial(), DNSNames: []string{"bank.example"}, NotBefore: now, NotAfter: now.Add(time.Hour)}, ca.Leaf, key.Public(), ca.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	stolen, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if verify(stolen, "bank.example", now) == nil {
		t.Error("whoever steals the authority's key can stand in for another site")
	}

	der, err = x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: serial(), DNSNames: names, NotBefore: now, NotAfter: now.Add(time.Hour)}, &x509.Certificate{SerialNumber: serial()}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := writePair(dir, consoleFile, consoleKey, der, key); err != nil {
		t.Fatal(err)
	}
	if foreign := read(names, now); !bytes.Equal(foreign.Certificate[0], der) {
		t.Error("a certificate of somebody else's was replaced")
	}
}

// Where browsers reach a console follows from its settings.
func TestOrigins(t *testing.T) {
	for _, c := range []struct {
		s    Settings
		want []string
	}{
		{Settings{Desk: "alpha", Listen: "127.0.0.1:7101"}, []string{"http://alpha.localhost:7101"}},
		{Settings{Desk: "alpha", Listen: ":443", Console: &Console{TLS: true}}, []string{"https://alpha.localhost"}},
		{Settings{Desk: "alpha", Listen: ":7101", Console: &Console{TLS: true, Names: []string{"desk.example", "a.desk.example", "localhost"}}}, []string{"https://desk.example:7101", "https://a.desk.example:7101"}},
		{Settings{Desk: "alpha", Listen: ":7101", Console: &Console{Names: []string{"desk.example"}, Origins: []string{"https://desk.example"}}}, []string{"https://desk.example"}},
	} {
		got := c.s.Origins()
		if len(got) != len(c.want) {
			t.Errorf("%+v: %q, want %q", c.s, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%+v: %q, want %q", c.s, got, c.want)
			}
		}
	}
	if err := (Settings{Desk: "alpha", Console: &Console{Names: []string{"192.0.2.1"}}}).CheckNames(); err == nil {
		t.Error("an address is taken for a name")
	}
}

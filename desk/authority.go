package desk

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The console's certificates, so that browsers take keys at a desk without a
// public name (SEC-08). A desk has an authority of its own, which people
// install once in their browser. It can vouch for the console's names and for
// nothing else: name constraints say so (RFC 5280, 4.2.1.10), and so whoever
// steals it cannot stand in for another site.
const (
	authorityFile = "console-ca.crt"
	authorityKey  = "console-ca.key"
	consoleFile   = "console.crt"
	consoleKey    = "console.key"

	authorityLife = 10 * 365 * 24 * time.Hour
	consoleLife   = 800 * 24 * time.Hour // some browsers take no more than 825 days
)

// NewAuthority makes a desk's console authority and the console's certificate
// in its directory. It fails where there is one.
func NewAuthority(dir, desk string, names []string, now time.Time) error {
	if _, err := os.Stat(filepath.Join(dir, authorityFile)); err == nil {
		return fmt.Errorf("make the console's authority: %s exists", filepath.Join(dir, authorityFile))
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make the console's authority: %w", err)
	}
	everywhere := []*net.IPNet{{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)}, {IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)}}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Parley console of desk " + desk}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(authorityLife),
		KeyUsage: x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: names, ExcludedIPRanges: everywhere,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return fmt.Errorf("make the console's authority: %w", err)
	}
	if err := writePair(dir, authorityFile, authorityKey, der, key); err != nil {
		return fmt.Errorf("make the console's authority: %w", err)
	}
	return issue(dir, names, now)
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		panic(err) // never (crypto/rand)
	}
	return n
}

func writePair(dir, certFile, keyFile string, der []byte, key *ecdsa.PrivateKey) error {
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
	if err := os.WriteFile(filepath.Join(dir, keyFile), private, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, certFile), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

// issue makes the console's certificate anew.
func issue(dir string, names []string, now time.Time) error {
	ca, err := tls.LoadX509KeyPair(filepath.Join(dir, authorityFile), filepath.Join(dir, authorityKey))
	if err != nil {
		return fmt.Errorf("certify the console: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("certify the console: %w", err)
	}
	end := now.Add(consoleLife)
	if ca.Leaf.NotAfter.Before(end) {
		end = ca.Leaf.NotAfter
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names, NotBefore: now.Add(-time.Hour), NotAfter: end,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, ca.Leaf, key.Public(), ca.PrivateKey)
	if err != nil {
		return fmt.Errorf("certify the console: %w", err)
	}
	if err := writePair(dir, consoleFile, consoleKey, der, key); err != nil {
		return fmt.Errorf("certify the console: %w", err)
	}
	return nil
}

// ServerCertificate reads the console's certificate. One that soon ends, or
// lacks a name, is made anew where the authority's key lies in the directory;
// a certificate of somebody else's is used as it is.
func ServerCertificate(dir string, names []string, now time.Time) (tls.Certificate, error) {
	load := func() (tls.Certificate, error) {
		return tls.LoadX509KeyPair(filepath.Join(dir, consoleFile), filepath.Join(dir, consoleKey))
	}
	cert, err := load()
	_, noKey := os.Stat(filepath.Join(dir, authorityKey))
	switch {
	case errors.Is(err, fs.ErrNotExist) && noKey == nil:
	case err != nil:
		return cert, fmt.Errorf("read the console's certificate: %w", err)
	case noKey != nil || !ours(dir, cert.Leaf) || now.Add(renewBefore).Before(cert.Leaf.NotAfter) && covers(cert.Leaf.DNSNames, names):
		return cert, nil
	}
	if err := issue(dir, names, now); err != nil {
		return cert, err
	}
	return load()
}

// ours reports whether the directory's authority made a certificate.
func ours(dir string, leaf *x509.Certificate) bool {
	ca, err := tls.LoadX509KeyPair(filepath.Join(dir, authorityFile), filepath.Join(dir, authorityKey))
	return err == nil && leaf.CheckSignatureFrom(ca.Leaf) == nil
}

// ConsoleTrust makes a client trust the console of a directory and no other.
func ConsoleTrust(dir string, s Settings) *tls.Config {
	pool := x509.NewCertPool()
	for _, f := range []string{authorityFile, consoleFile} {
		if pemBytes, err := os.ReadFile(filepath.Join(dir, f)); err == nil {
			pool.AppendCertsFromPEM(pemBytes)
		}
	}
	return &tls.Config{RootCAs: pool, ServerName: s.Names()[0], MinVersion: tls.VersionTLS13}
}

// AuthorityPrint gives the authority's SHA-256 fingerprint as people compare
// it, and the path of its certificate.
func AuthorityPrint(dir string) (print, path string, err error) {
	path = filepath.Join(dir, authorityFile)
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", path, fmt.Errorf("read the console's authority: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return "", path, fmt.Errorf("read the console's authority: %s holds no certificate", path)
	}
	sum := sha256.Sum256(block.Bytes)
	return strings.ToUpper(strings.Join(pairs(hex.EncodeToString(sum[:])), ":")), path, nil
}

func pairs(s string) (out []string) {
	for ; len(s) >= 2; s = s[2:] {
		out = append(out, s[:2])
	}
	return out
}

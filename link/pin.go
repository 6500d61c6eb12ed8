package link

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"time"
)

// Pin gives the name under which the charter knows a TLS key: the standard
// base64 of the SHA-256 of its SubjectPublicKeyInfo (RFC 7469, section 2.4). A
// kind of key that X.509 does not know is an error.
func Pin(pub crypto.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return "", fmt.Errorf("pin a key: %w", err)
	}
	sum := sha256.Sum256(der)
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}

// Certificate makes the self-signed certificate in which a desk shows its TLS
// key, Ed25519 or ECDSA P-256. Names, dates and serial number are the same in
// each and nobody looks at them: only the key counts (design 6).
func Certificate(key crypto.Signer) (tls.Certificate, error) {
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "parley"},
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), // RFC 5280, section 4.1.2.5: none
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

var _ crypto.Signer = ed25519.PrivateKey(nil)

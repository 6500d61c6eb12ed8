package charter

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

const (
	keyDir     = "keys"
	publicFile = "public.yaml"

	// scryptWork is log2 of scrypt's N. 17 is what OWASP asks for at least,
	// and takes 128 MiB and a third of a second for each file.
	scryptWork = 17
)

// Save writes the keys into the directory of a desk: keys/<purpose>.key for
// each private key that is held, mode 0600, encrypted with the passphrase
// (age, scrypt), and public.yaml. It refuses an empty passphrase, and never
// overwrites a key.
func (k *Keys) Save(dir, passphrase string) error {
	if passphrase == "" {
		return errors.New("save keys: the passphrase is empty")
	}
	return k.save(dir, func(b []byte) ([]byte, error) { return encrypt(b, passphrase, scryptWork) })
}

// SavePlain is [Keys.Save] without encryption, for exercises and for disks
// that are encrypted themselves.
func (k *Keys) SavePlain(dir string) error {
	return k.save(dir, func(b []byte) ([]byte, error) { return b, nil })
}

func (k *Keys) save(dir string, wrap func([]byte) ([]byte, error)) error {
	if err := os.MkdirAll(filepath.Join(dir, keyDir), 0o700); err != nil {
		return fmt.Errorf("save keys: %w", err)
	}
	for _, purpose := range Purposes() {
		plain, err := k.private(purpose)
		if err != nil {
			return fmt.Errorf("save %s key: %w", purpose, err)
		}
		if plain == nil {
			continue
		}
		file, err := wrap(plain)
		if err != nil {
			return fmt.Errorf("save %s key: %w", purpose, err)
		}
		if err := writeNew(keyPath(dir, purpose), file, 0o600); err != nil {
			return fmt.Errorf("save %s key: %w", purpose, err)
		}
	}
	public, err := k.public.Marshal()
	if err != nil {
		return err
	}
	if err := writeNew(filepath.Join(dir, publicFile), public, 0o644); err != nil {
		return fmt.Errorf("save public keys: %w", err)
	}
	return nil
}

// Load reads the keys of a desk from its directory. It calls pass once, and
// only when a file is encrypted. A key file that others than its owner can
// read is refused, and so is a key that is not the one in public.yaml. A key
// file that is not there is no error: the root key is kept offline, and an
// SSH agent may hold others ([Keys.UseAgent]).
func Load(dir string, pass func() (string, error)) (*Keys, error) {
	file, err := os.ReadFile(filepath.Join(dir, publicFile))
	if err != nil {
		return nil, fmt.Errorf("load keys: %w", err)
	}
	public, err := ParsePublic(file)
	if err != nil {
		return nil, fmt.Errorf("load keys: %w", err)
	}
	k := &Keys{public: public, signers: map[string]crypto.Signer{}}
	ask := once(pass)
	for _, purpose := range Purposes() {
		for n := 1; ; n++ {
			plain, err := readKey(numberedKeyPath(dir, purpose, n), ask)
			if errors.Is(err, fs.ErrNotExist) {
				break
			}
			if err == nil {
				err = k.take(purpose, plain)
			}
			if err != nil {
				return nil, fmt.Errorf("load %s key: %w", purpose, err)
			}
		}
		if err := k.pick(purpose, public.Keys.Of(purpose)); err != nil {
			return nil, fmt.Errorf("load %s key: %w", purpose, err)
		}
	}
	return k, nil
}

// CredentialPassphrase reads the passphrase for an unattended start from the
// directory that systemd names in CREDENTIALS_DIRECTORY, file
// "parley.passphrase" (systemd.exec, "Credentials"). The variable's value is
// handed in; when it is empty, ok is false.
func CredentialPassphrase(credentialsDirectory string) (passphrase string, ok bool, err error) {
	if credentialsDirectory == "" {
		return "", false, nil
	}
	b, err := os.ReadFile(filepath.Join(credentialsDirectory, "parley.passphrase"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read passphrase credential: %w", err)
	}
	return strings.TrimRight(string(b), "\r\n"), true, nil
}

func keyPath(dir, purpose string) string { return numberedKeyPath(dir, purpose, 1) }

// numberedKeyPath names the file of a desk's nth key for a purpose: journal.key,
// journal-2.key and so on. A key that was replaced stays: it opens and shows
// what it once sealed and signed.
func numberedKeyPath(dir, purpose string, n int) string {
	name := purpose
	if n > 1 {
		name = fmt.Sprintf("%s-%d", purpose, n)
	}
	return filepath.Join(dir, keyDir, name+".key")
}

// private writes one key as text: PKCS #8 in PEM (RFC 8410), or for sealing
// the identity of age. It is nil when the key is not held as bytes.
func (k *Keys) private(purpose string) ([]byte, error) {
	if purpose == Sealing {
		if k.sealing == nil {
			return nil, nil
		}
		return []byte(k.sealing.String() + "\n"), nil
	}
	key, ok := k.signers[purpose].(ed25519.PrivateKey)
	if !ok {
		return nil, nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// take reads what private wrote and keeps it beside the others of its purpose.
func (k *Keys) take(purpose string, plain []byte) error {
	if purpose == Sealing {
		id, err := age.ParseHybridIdentity(strings.TrimSuffix(string(plain), "\n"))
		if err != nil {
			return errors.New("the file does not hold a hybrid identity of age")
		}
		k.sealers = append(k.sealers, id)
		return nil
	}
	block, rest := pem.Decode(plain)
	if block == nil || block.Type != "PRIVATE KEY" || len(rest) > 0 {
		return errors.New("the file does not hold one private key in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return errors.New("the file does not hold a private key in PKCS #8")
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return errors.New("the file does not hold an Ed25519 key")
	}
	if k.kept == nil {
		k.kept = map[string][]crypto.Signer{}
	}
	k.kept[purpose] = append(k.kept[purpose], key)
	return nil
}

// once asks for the passphrase the first time only.
func once(pass func() (string, error)) func() (string, error) {
	var word string
	var err error
	asked := false
	return func() (string, error) {
		if !asked {
			asked = true
			if pass == nil {
				err = errors.New("the file is encrypted, and no passphrase is at hand")
			} else {
				word, err = pass()
			}
		}
		return word, err
	}
}

func readKey(path string, pass func() (string, error)) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("%s can be used by others than its owner (mode %04o): set it to 0600", path, mode)
	}
	file, err := io.ReadAll(io.LimitReader(f, 1<<16))
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(file, []byte(armor.Header)) {
		return file, nil
	}
	word, err := pass()
	if err != nil {
		return nil, fmt.Errorf("ask for the passphrase: %w", err)
	}
	return decrypt(file, word)
}

func encrypt(plain []byte, passphrase string, work int) ([]byte, error) {
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	r.SetWorkFactor(work)
	var out bytes.Buffer
	a := armor.NewWriter(&out)
	w, err := age.Encrypt(a, r)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := errors.Join(w.Close(), a.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func decrypt(file []byte, passphrase string) ([]byte, error) {
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(file)), id)
	if err != nil {
		return nil, errors.New("the passphrase is wrong, or the file is damaged")
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, errors.New("the file is damaged")
	}
	return plain, nil
}

// writeNew writes a file that must not exist yet, durably.
func writeNew(path string, content []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

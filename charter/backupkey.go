package charter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// backupKey is the file of the key that opens a desk's backups, among its
// other keys. It is no key of the charter: nobody else needs to know it.
const backupKey = "backup"

// RecipientsFile lists, in a desk's directory, to whom its backups are
// encrypted: one recipient of age a line.
const RecipientsFile = "backup.recipients"

// NewBackupKey makes the key that opens a desk's backups (SEC-16), hybrid and
// so also for an archive of decades, and gives its secret half, which belongs
// on paper or in a safe: a backup whose key burnt with the desk is none. The
// secret is also kept in keys/backup.key, encrypted with the passphrase when
// that is not empty, and the recipient in backup.recipients. It never
// overwrites a key.
func NewBackupKey(dir, passphrase string) (secret string, err error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return "", fmt.Errorf("make backup key: %w", err)
	}
	secret = id.String()
	file := []byte(secret + "\n")
	if passphrase != "" {
		if file, err = encrypt(file, passphrase, scryptWork); err != nil {
			return "", fmt.Errorf("make backup key: %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, keyDir), 0o700); err != nil {
		return "", fmt.Errorf("make backup key: %w", err)
	}
	if err := writeNew(keyPath(dir, backupKey), file, 0o600); err != nil {
		return "", fmt.Errorf("make backup key: %w", err)
	}
	if err := writeNew(filepath.Join(dir, RecipientsFile), []byte(id.Recipient().String()+"\n"), 0o644); err != nil {
		return "", fmt.Errorf("make backup key: %w", err)
	}
	return secret, nil
}

// SealTo encrypts what is written to the recipients of age that a text lists,
// one a line. The stream is whole only once it has been closed.
func SealTo(w io.Writer, recipients string) (io.WriteCloser, error) {
	to, err := age.ParseRecipients(strings.NewReader(recipients))
	if err != nil {
		return nil, fmt.Errorf("encrypt: recipients: %w", err)
	}
	out, err := age.Encrypt(w, to...)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return out, nil
}

// ErrOtherIdentity says that a file is encrypted to somebody else.
var ErrOtherIdentity = errors.New("it is encrypted to another recipient than this identity")

// OpenSealed reads what [SealTo] wrote, with an identity file: of age's, or
// keys/backup.key, for which it asks the passphrase. Reading gives an error
// where the file is damaged or ends early.
func OpenSealed(r io.Reader, identity []byte, pass func() (string, error)) (io.Reader, error) {
	if bytes.HasPrefix(identity, []byte("-----BEGIN AGE")) {
		word, err := once(pass)()
		if err != nil {
			return nil, fmt.Errorf("open the identity: %w", err)
		}
		if identity, err = decrypt(identity, word); err != nil {
			return nil, fmt.Errorf("open the identity: %w", err)
		}
	}
	ids, err := age.ParseIdentities(bytes.NewReader(identity))
	if err != nil {
		return nil, errors.New("open the identity: it is not a file of age identities, nor a key of \"parley backup --init\"")
	}
	out, err := age.Decrypt(r, ids...)
	if _, other := errors.AsType[*age.NoIdentityMatchError](err); other {
		return nil, ErrOtherIdentity
	}
	if err != nil {
		return nil, fmt.Errorf("it is not a file that age has encrypted, or it is damaged: %w", err)
	}
	return out, nil
}

package charter

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// AgentSigner gives an Ed25519 key that an SSH agent holds as a signer
// (draft-miller-ssh-agent; sock is the path of its Unix socket). It asks once
// whether the agent has the key. Each signature opens its own connection, so
// that an agent may be restarted while the desk runs.
func AgentSigner(sock string, pub ed25519.PublicKey) (crypto.Signer, error) {
	key, err := ssh.NewPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("use SSH agent: %w", err)
	}
	s := agentSigner{sock, pub, key}
	err = s.with(func(a agent.ExtendedAgent) error {
		list, err := a.List()
		if err != nil {
			return err
		}
		for _, k := range list {
			if bytes.Equal(k.Blob, key.Marshal()) {
				return nil
			}
		}
		return fmt.Errorf("the agent does not hold %s", ssh.FingerprintSHA256(key))
	})
	if err != nil {
		return nil, fmt.Errorf("use SSH agent: %w", err)
	}
	return s, nil
}

// UseAgent takes the keys of these purposes (root, journal, witness) from an
// SSH agent. The public halves come from public.yaml.
func (k *Keys) UseAgent(sock string, purposes ...string) error {
	for _, purpose := range purposes {
		pub, err := k.public.publicOf(purpose)
		if err != nil {
			return err
		}
		s, err := AgentSigner(sock, pub)
		if err != nil {
			return fmt.Errorf("%s key: %w", purpose, err)
		}
		k.signers[purpose] = s
	}
	return nil
}

type agentSigner struct {
	sock string
	pub  ed25519.PublicKey
	key  ssh.PublicKey
}

func (s agentSigner) Public() crypto.PublicKey { return s.pub }

// Sign signs the message itself: Ed25519 takes no digest (RFC 8032).
func (s agentSigner) Sign(_ io.Reader, msg []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts.HashFunc() != 0 {
		return nil, errors.New("sign with SSH agent: an Ed25519 key signs messages, not digests")
	}
	var out []byte
	err := s.with(func(a agent.ExtendedAgent) error {
		sig, err := a.Sign(s.key, msg)
		if err != nil {
			return err
		}
		if sig.Format != ssh.KeyAlgoED25519 || !ed25519.Verify(s.pub, msg, sig.Blob) {
			return errors.New("the agent's signature does not verify")
		}
		out = sig.Blob
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("sign with SSH agent: %w", err)
	}
	return out, nil
}

func (s agentSigner) with(f func(agent.ExtendedAgent) error) error {
	conn, err := net.Dial("unix", s.sock)
	if err != nil {
		return err
	}
	defer conn.Close()
	return f(agent.NewClient(conn))
}

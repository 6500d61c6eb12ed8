package journal

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

const cosignatureSize = 8 + 64 // time, Ed25519 signature

// Cosign returns the line with which a witness states that, at the given time,
// the checkpoint was the largest consistent tree that it had seen of this
// journal (C2SP tlog-cosignature v1, Ed25519). The caller must have verified
// the checkpoint and stored it first. The time is kept in whole seconds and
// must lie after 1970. The cosigner comes from [NewCosigner].
func Cosign(checkpoint []byte, cosigner note.Signer, at time.Time) (line string, err error) {
	n, err := splitNote(checkpoint)
	if err != nil {
		return "", fmt.Errorf("cosign checkpoint: %w", err)
	}
	if _, _, err := parseCheckpointText(n.text); err != nil {
		return "", fmt.Errorf("cosign checkpoint: %w", err)
	}
	if at.Unix() <= 0 {
		return "", fmt.Errorf("cosign checkpoint: time %s is not after 1970", at)
	}
	stamp := binary.BigEndian.AppendUint64(nil, uint64(at.Unix()))
	sig, err := cosigner.Sign(cosignedMessage(stamp, []byte(n.text)))
	if err != nil {
		return "", fmt.Errorf("cosign checkpoint: %w", err)
	}
	return sigLine{cosigner.Name(), cosigner.KeyHash(), append(stamp, sig...)}.line(), nil
}

// VerifyCosignature checks one cosignature line against a checkpoint and
// returns the time that it states. It does not verify the checkpoint itself.
func VerifyCosignature(checkpoint []byte, line string, v note.Verifier) (at time.Time, err error) {
	n, err := splitNote(checkpoint)
	if err != nil {
		return time.Time{}, fmt.Errorf("verify cosignature by %s: %w", v.Name(), err)
	}
	s, err := parseSigLine(line)
	if err != nil {
		return time.Time{}, fmt.Errorf("verify cosignature by %s: %w", v.Name(), err)
	}
	return verifyCosignature(n.text, s, v)
}

func verifyCosignature(text string, s sigLine, v note.Verifier) (time.Time, error) {
	if s.name != v.Name() || s.id != v.KeyHash() {
		return time.Time{}, fmt.Errorf("verify cosignature by %s: the line is by %s, key %08x", v.Name(), s.name, s.id)
	}
	if len(s.sig) < 8 || !v.Verify([]byte(text), s.sig) {
		return time.Time{}, fmt.Errorf("verify cosignature by %s: the signature does not verify", v.Name())
	}
	seconds := int64(binary.BigEndian.Uint64(s.sig))
	if seconds <= 0 {
		return time.Time{}, fmt.Errorf("verify cosignature by %s: it states no time", v.Name())
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// WithCosignatures returns the checkpoint with the given cosignature lines
// after the log's own signature: in ascending order, one per key, malformed
// lines left out. The lines are not verified. A malformed checkpoint is
// returned as it is.
func WithCosignatures(checkpoint []byte, lines []string) []byte {
	n, err := splitNote(checkpoint)
	if err != nil {
		return checkpoint
	}
	origin, _, _ := strings.Cut(n.text, "\n")
	var own, others []sigLine
	add := func(s sigLine) {
		same := func(o sigLine) bool { return o.name == s.name && o.id == s.id }
		switch {
		case slices.ContainsFunc(own, same), slices.ContainsFunc(others, same):
		case s.name == origin:
			own = append(own, s)
		default:
			others = append(others, s)
		}
	}
	for _, s := range n.sigs {
		add(s)
	}
	for _, line := range lines {
		if s, err := parseSigLine(line); err == nil && s.name != origin {
			add(s)
		}
	}
	slices.SortFunc(others, func(a, b sigLine) int { return strings.Compare(a.line(), b.line()) })
	var b strings.Builder
	b.WriteString(n.text + "\n")
	for _, s := range append(own, others...) {
		b.WriteString(s.line())
	}
	return []byte(b.String())
}

// cosignedMessage is what a cosigner signs. stamp begins with the time in
// seconds since 1970, eight bytes, most significant first.
func cosignedMessage(stamp, text []byte) []byte {
	msg := []byte(cosignatureLabel + "time ")
	msg = strconv.AppendUint(msg, binary.BigEndian.Uint64(stamp), 10)
	return append(append(msg, '\n'), text...)
}

package charter

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"parley/cell"
)

// SignCeremony signs the text of a ceremony with a desk's root key and gives
// the line that goes into the record. It refuses everything but the text of a
// ceremony in its one form: above all a charter, which is signed by [Sign]
// alone, so that nobody puts a signature under an agreement while looking at a
// statement.
func SignCeremony(text []byte, root note.Signer) (line string, err error) {
	if _, err := cell.ParseCeremony(text); err != nil {
		return "", fmt.Errorf("sign ceremony: %w", err)
	}
	if _, _, ok := rootOwner(root.Name()); !ok {
		return "", fmt.Errorf("sign ceremony: %q is not the name of a root key", root.Name())
	}
	return signedLine("ceremony", text, root)
}

// SignGeneration signs the text of a new generation of a desk's journal with
// that desk's root key and gives the line that goes into the record. It
// refuses any other text, and the root key of another desk.
func SignGeneration(text []byte, root note.Signer) (line string, err error) {
	x, err := cell.ParseGeneration(text)
	if err != nil {
		return "", fmt.Errorf("sign generation: %w", err)
	}
	if root.Name() != RootName(x.Cell, x.Desk) {
		return "", fmt.Errorf("sign generation: %q is not the root key of %s in the cell %s", root.Name(), x.Desk, x.Cell)
	}
	return signedLine("generation", text, root)
}

// signedLine signs a text and gives the line of the signature without its end.
func signedLine(what string, text []byte, root note.Signer) (string, error) {
	raw, err := root.Sign(text)
	if err != nil {
		return "", fmt.Errorf("sign %s as %s: %w", what, root.Name(), err)
	}
	return strings.TrimSuffix(signature{root.Name(), root.KeyHash(), raw}.line(), "\n"), nil
}

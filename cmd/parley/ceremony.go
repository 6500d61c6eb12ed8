package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
	"parley/charter"
)

// runCeremony takes the text of a ceremony out of a desk, or signs one where
// the root key is kept: two commands, because they run on two machines.
func runCeremony(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("ceremony", flag.ContinueOnError)
	who, about, file := callerFlags(fs), fs.String("about", "", ""), fs.String("f", "", "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if who.dir == "" {
		return wrong("--dir is wanted: the directory of the desk, or of its root key")
	}
	switch {
	case len(rest) == 2 && rest[0] == "text":
		return ceremonyText(ctx, e, who, rest[1], *about, *file)
	case len(rest) == 1 && *about == "" && *file == "":
		return signCeremony(e, who.dir, rest[0])
	}
	return wrong("parley ceremony text KIND --dir D --about KEY -f body.json > x.txt; then, where the root key is: parley ceremony --dir D x.txt")
}

// ceremonyText prints the exact bytes that an act would have signed.
func ceremonyText(ctx context.Context, e *env, who *caller, kind, about, file string) error {
	body, err := readBody(e, file)
	if err != nil {
		return err
	}
	c, err := dial(ctx, e, who)
	if err != nil {
		return err
	}
	defer c.close()
	out, err := c.call(ctx, http.MethodPost, "/api/v1/ceremony", map[string]any{"kind": kind, "about": about, "body": jsontext.Value(body)})
	if err != nil {
		return err
	}
	var got struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(out, &got); err != nil {
		return err
	}
	_, err = fmt.Fprint(e.out, got.Text)
	return err
}

// signCeremony signs a text with the root key in a directory and prints the
// line. It shows first, to whoever holds the key, what is being signed.
func signCeremony(e *env, dir, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read text: %w", err)
	}
	if generation, err := cell.ParseGeneration(text); err == nil {
		return signGeneration(e, dir, text, generation)
	}
	x, err := cell.ParseCeremony(text)
	if err != nil {
		return fmt.Errorf("%s is not signed: %w", file, err)
	}
	root, err := rootSigner(e, dir)
	if err != nil {
		return err
	}
	line, err := charter.SignCeremony(text, root)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.err, "Signed as %s: a %s of the cell %s.\n", root.Name(), x.Purpose, x.Cell)
	fmt.Fprintln(e.out, line)
	return nil
}

// runNote takes a signed note out of the desk.
func runNote(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("note", flag.ContinueOnError)
	who, number := callerFlags(fs), fs.Int("number", 0, "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return wrong("one ID is wanted: the key of the matter, desk:id, or the id of the record that opened it")
	}
	c, err := dial(ctx, e, who)
	if err != nil {
		return err
	}
	defer c.close()
	key := rest[0]
	if !strings.Contains(key, ":") {
		if key, err = keyOf(ctx, c, key); err != nil {
			return err
		}
	}
	out, err := c.call(ctx, http.MethodGet, "/api/v1/matters/"+url.PathEscape(key)+"/notes", nil)
	if err != nil {
		return err
	}
	var got struct {
		Notes []string `json:"notes"`
	}
	if err := json.Unmarshal(out, &got); err != nil {
		return err
	}
	switch n := len(got.Notes); {
	case n == 0:
		return errors.New("the matter has come to no signed note: not all have signed")
	case n > 1 && *number == 0:
		return wrong("the matter has come to %d notes: name one by --number, 1 to %d", n, n)
	case *number < 0 || *number > n:
		return wrong("--number is from 1 to %d", n)
	}
	_, err = fmt.Fprint(e.out, got.Notes[max(0, *number-1)])
	return err
}

// keyOf gives the key of the matter that a record opened.
func keyOf(ctx context.Context, c *client, id string) (string, error) {
	out, err := c.call(ctx, http.MethodGet, "/api/v1/records/"+url.PathEscape(id), nil)
	if err != nil {
		return "", err
	}
	var got struct {
		Key string `json:"key"`
	}
	return got.Key, json.Unmarshal(out, &got)
}

// isNote tells a signed note of a ceremony from a proof by its first line.
func isNote(file []byte) bool {
	first, _, _ := strings.Cut(string(file), "\n")
	return first == "parley/"+cell.PurposeStatement+"/v1" || first == "parley/"+cell.PurposeStep+"/v1"
}

// verifyNote checks a signed note from the charter alone. A joint statement is
// one only with the signatures of all founding members.
func verifyNote(e *env, file []byte, c *cell.Charter, asJSON bool) error {
	text, purpose, desks, err := c.OpenCeremony(file)
	if err != nil {
		return fmt.Errorf("the note does not hold: %w", err)
	}
	missing := slices.DeleteFunc(c.Founders(), func(d string) bool { return slices.Contains(desks, d) })
	if asJSON {
		b, err := json.Marshal(map[string]any{"valid": purpose != cell.PurposeStatement || len(missing) == 0, "purpose": purpose, "signed": desks,
			"missing": append([]string{}, missing...), "text": string(text)}, json.Deterministic(true))
		if err != nil {
			return err
		}
		if err := indent(e.out, b); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(e.out, "The note holds: a %s, signed by the root keys of %s over exactly this text:\n\n%s\n", purpose, strings.Join(desks, ", "), text)
	}
	if purpose != cell.PurposeStatement {
		return nil
	}
	if len(missing) > 0 {
		return fmt.Errorf("it is no joint statement: not signed by %s", strings.Join(missing, ", "))
	}
	if !asJSON {
		fmt.Fprintln(e.out, "All founding members have signed.")
	}
	return nil
}

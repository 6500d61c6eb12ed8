package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
	"parley/node"
	"parley/officer"
)

// runPropose asks a second officer of the desk for an act of two persons.
func runPropose(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("propose", flag.ContinueOnError)
	who, reason := callerFlags(fs), fs.String("reason", "", "")
	file, key := fs.String("f", "", ""), fs.String("key", "", "")
	asJSON := fs.Bool("json", false, "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) == 0 || len(rest) > 2 || *reason == "" {
		return wrong("WHAT is wanted (release, export, list, charter, key), and --reason")
	}
	act, err := proposedAct(e, rest, *file)
	if err != nil {
		return err
	}
	c, err := dial(ctx, e, who)
	if err != nil {
		return err
	}
	defer c.close()
	c.key = *key
	out, err := c.call(ctx, http.MethodPost, "/api/v1/proposals", map[string]any{"what": rest[0], "act": act, "reason": *reason})
	return answered(e, out, err, *asJSON, func(v map[string]any) string { return fmt.Sprint(v["key"]) })
}

func proposedAct(e *env, rest []string, file string) (jsontext.Value, error) {
	if len(rest) == 1 {
		return readBody(e, file)
	}
	name, ok := map[string]string{cell.WhatExport: "record", cell.WhatList: "list"}[rest[0]]
	if !ok {
		return nil, wrong("the act of %s is given as a file: -f act.json", rest[0])
	}
	return json.Marshal(map[string]string{name: rest[1]})
}

// runProposals lists what waits for a second officer, and what came of it.
func runProposals(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("proposals", flag.ContinueOnError)
	who, asJSON := callerFlags(fs), fs.Bool("json", false, "")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	out, err := ask(ctx, e, who, "/api/v1/proposals")
	if err != nil || *asJSON {
		if err != nil {
			return err
		}
		return indent(e.out, out)
	}
	var list struct {
		Proposals []node.ProposalView `json:"proposals"`
	}
	if err := json.Unmarshal(out, &list); err != nil {
		return err
	}
	for _, p := range list.Proposals {
		fmt.Fprintf(e.out, "%s  %s  %s by %s until %s: %s\n", p.Key, p.State, p.What, p.By, time.UnixMilli(p.Until).UTC().Format(time.RFC3339), plain(p.Reason))
	}
	return nil
}

// runApprove approves without a key, which only an exercise allows: a key is
// asked by the console.
func runApprove(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("approve", flag.ContinueOnError)
	who, file := callerFlags(fs), fs.String("f", "", "")
	asJSON := fs.Bool("json", false, "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return wrong("one KEY is wanted: a proposal's, or a draft's with -f act.json")
	}
	body := map[string]any{"of": rest[0]}
	if *file != "" {
		act, err := readBody(e, *file)
		if err != nil {
			return err
		}
		body["act"] = jsontext.Value(act)
	}
	c, err := dial(ctx, e, who)
	if err != nil {
		return err
	}
	defer c.close()
	out, err := c.call(ctx, http.MethodPost, "/api/v1/approvals", body)
	return answered(e, out, err, *asJSON, func(v map[string]any) string {
		if act, ok := v["act"].(map[string]any); ok {
			return fmt.Sprint(act["key"])
		}
		return "approved"
	})
}

// runTake takes what two officers approved out of the desk, once.
func runTake(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("take", flag.ContinueOnError)
	who := callerFlags(fs)
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return wrong("the KEY of an approved proposal is wanted")
	}
	c, err := dial(ctx, e, who)
	if err != nil {
		return err
	}
	defer c.close()
	out, err := c.call(ctx, http.MethodPost, "/api/v1/proposals/"+url.PathEscape(rest[0])+"/take", map[string]any{})
	if err != nil {
		return err
	}
	_, err = e.out.Write(out)
	return err
}

func answered(e *env, out []byte, err error, asJSON bool, say func(map[string]any) string) error {
	if err != nil {
		return err
	}
	if asJSON {
		return indent(e.out, out)
	}
	var v map[string]any
	if err := json.Unmarshal(out, &v); err != nil {
		return err
	}
	fmt.Fprintln(e.out, say(v))
	return nil
}

// runApproval opens an approval at home: which officer it was, and that their
// key signed just this. No other desk can.
func runApproval(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("approval", flag.ContinueOnError)
	dir, asJSON := fs.String("dir", "", ""), fs.Bool("json", false, "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || *dir == "" {
		return wrong("the ID of an approval and --dir are wanted")
	}
	a, agreed, err := archive(ctx, *dir)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	c := agreed.InForce
	x, err := a.OpenApproval(ctx, c, node.Modules(), rest[0])
	if err != nil {
		return err
	}
	book := officer.Reading(a.DB)
	signed, name, err := signedBy(ctx, book, x)
	if err != nil {
		return err
	}
	var public []byte
	var console string
	if given, err := officer.ReadAssertion(x.Bytes); err == nil && signed {
		if public, console, err = book.KeyOf(ctx, given.Credential); err != nil {
			return err
		}
	}
	if *asJSON {
		b, err := json.Marshal(opened{x.Approval.String(), x.Of.String(), x.Kind, x.Officer, name, x.Role, x.At, x.Commitment,
			fmt.Sprintf("%x", x.Challenge), x.Sealed, fmt.Sprintf("%x", x.Salt), x.Bytes, x.Exercise, signed, public, console})
		if err != nil {
			return err
		}
		return indent(e.out, b)
	}
	fmt.Fprintf(e.out, "Approval %s of %s (%s), %s, by officer %s %s in the role %s.\n", x.Approval, x.Of, x.Kind, time.UnixMilli(x.At).UTC().Format(time.RFC3339), x.Officer, plain(name), x.Role)
	fmt.Fprintln(e.out, "The assertion held here is the one that the approval commits to.")
	if signed {
		fmt.Fprintln(e.out, "It is signed by that officer's enrolled key, over this commitment, with the user verified.")
	} else {
		fmt.Fprintln(e.out, "It is signed by no key: an exercise's officer had none. Nothing shows whose hand it was.")
	}
	return nil
}

// opened is an approval as another program checks it (docs/formats/approval.md).
type opened struct {
	Approval   string `json:"approval"`
	Of         string `json:"of"`
	Kind       string `json:"kind"`
	Officer    string `json:"officer"`
	Name       string `json:"name"`
	Role       string `json:"role"`
	At         int64  `json:"at"`
	Commitment string `json:"commitment"`
	Challenge  string `json:"challenge"`
	Sealed     string `json:"sealed"`
	Salt       string `json:"salt"`
	Assertion  []byte `json:"assertion"`
	Exercise   bool   `json:"exercise"`
	Signed     bool   `json:"signed"`
	PublicKey  []byte `json:"public_key"` // COSE_Key
	Console    string `json:"console"`    // the name that the key is bound to
}

// signedBy verifies an assertion with the keys of the officers' book. An error
// is a signature that does not hold.
func signedBy(ctx context.Context, book *officer.Book, x node.Assertion) (signed bool, name string, err error) {
	if !x.Exercise {
		if err := book.CheckAssertion(ctx, x.Officer, x.Challenge, x.Bytes); err != nil {
			return false, "", fmt.Errorf("the signature does not hold: %w", err)
		}
	}
	name, err = book.NameOf(ctx, x.Officer)
	return !x.Exercise, name, err
}

// showApprovals prints the approvals of a proof: abroad they are a desk's acts.
func showApprovals(e *env, list []node.ProvenApproval, two bool) {
	for _, a := range list {
		fmt.Fprintf(e.out, "Approved by a second officer of %s in the role %s (%s, %s): the desk's act.\n", a.Desk, a.Role, a.Ref, time.UnixMilli(a.At).UTC().Format(time.RFC3339))
	}
	if two && len(list) == 0 {
		fmt.Fprintln(e.out, "It is an act of two persons, and no approval stands in this file.")
	}
}

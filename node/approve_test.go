package node_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
	"parley/cell/intel"
	"parley/journal"
	"parley/node"
	"parley/node/nodetest"
	"parley/store/pgtest"
)

// book is an officers' book of keys that sign a challenge bare: what a passkey
// wraps around it is officer.Book's.
type book map[string]*ecdsa.PrivateKey

func newBook(t *testing.T, officers ...string) book {
	b := book{}
	for _, o := range officers {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		b[o] = k
	}
	return b
}

func (b book) HasKey(officer string) bool { return b[officer] != nil }

func (b book) CheckAssertion(_ context.Context, officer string, challenge, assertion []byte) error {
	if k := b[officer]; k == nil || !ecdsa.VerifyASN1(&k.PublicKey, challenge, assertion) {
		return errors.New("another key, or another challenge")
	}
	return nil
}

func (b book) sign(t *testing.T, d *nodetest.Desk, officer string, of cell.Ref) []byte {
	t.Helper()
	_, challenge, err := d.ToApprove(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ecdsa.SignASN1(rand.Reader, b[officer], challenge)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keyed is a cell whose desk alpha has officers with keys; change alters the
// theatre.
func keyed(t *testing.T, change func(string) string) (*trio, book) {
	t.Helper()
	return keyedOn(t, "", change)
}

func keyedOn(t *testing.T, dsn string, change func(string) string) (*trio, book) {
	t.Helper()
	c, b := nodetest.NewCell(t, change), newBook(t, "drafter-1", "head-1", "head-2")
	x := &trio{Cell: c, t: t, a: c.Start("alpha", dsn, func(cfg *node.Config) { cfg.Approver = b }), b: c.Start("bravo", "", nil), s: c.Start("supervisor", "", nil)}
	x.Settle()
	return x, b
}

func deskHead(code string) cell.By { return cell.By{Officer: code, Role: cell.RoleHead} }

func propose(t *testing.T, d *nodetest.Desk, what, act string) node.Filed {
	t.Helper()
	f, err := d.Propose(t.Context(), node.Proposal{What: what, Act: jsontext.Value(act), Reason: "asked by the joint committee", By: cell.By{Officer: "drafter-1", Role: cell.RoleDrafter}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func brokenBy(err error) (out []string) {
	if r, ok := errors.AsType[*cell.Refused](err); ok {
		for _, b := range r.Breaches {
			out = append(out, b.Rule)
		}
	}
	return out
}

const message = `{"kind":"MSG","body":{"body":{"lang":"en","text":"The convoy halts at 14:00."}}}`

// INT-03, SEC-07 T: one officer proposes, another approves with a key, and the
// act is filed with its approval: at home the officer is named, abroad it is the
// desk's act in a role. A proof shows the same.
func TestProposedApprovedAndSeenAbroad(t *testing.T) {
	x, keys := keyed(t, nil)
	p := propose(t, x.a, cell.WhatRelease, message)
	x.Settle()
	if n := count(t, x.b, `SELECT COUNT(*) FROM record WHERE kind IN ('cell.proposal/1', 'hotline.msg/1', 'hotline.message/1')`); n != 0 {
		t.Errorf("%d records of the proposal left alpha", n)
	}
	sig := keys.sign(t, x.a, "head-1", p.Ref)
	got, err := x.a.Approve(t.Context(), node.Approve{Of: p.Ref, By: deskHead("head-1"), Assertion: sig})
	if err != nil || got.Act == nil {
		t.Fatalf("%+v, %v", got, err)
	}
	again, err := x.a.Approve(t.Context(), node.Approve{Of: p.Ref, By: deskHead("head-1"), Assertion: sig})
	if err != nil || !again.Again || again.Act.Cite != got.Act.Cite || again.Approval.Cite != got.Approval.Cite {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	x.Settle()
	if m := matter(t, x.a, p.Ref); m.State != cell.StateDone || m.Open {
		t.Errorf("the proposal is %s", m.State)
	}
	m := matter(t, x.b, got.Act.Ref)
	if len(m.Records) != 2 || m.Records[0].Kind != cell.KindApproval && m.Records[1].Kind != cell.KindApproval || len(m.Contested) != 0 {
		t.Errorf("at bravo: %+v", m.Records)
	}
	for _, kind := range []string{cell.KindProposal, cell.KindApproved} {
		if n := count(t, x.b, `SELECT COUNT(*) FROM record WHERE kind = '`+kind+`'`); n != 0 {
			t.Errorf("bravo holds %d of %s", n, kind)
		}
	}
	file, err := x.b.Proof(t.Context(), got.Act.Cite.String(), "asked", deskHead("watch-1"))
	if err != nil {
		t.Fatal(err)
	}
	v, r, err := node.VerifyProof(file, x.Charter)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := node.ProvenApprovals(v, r)
	if err != nil || len(shown) != 1 || shown[0].Desk != "alpha" || shown[0].Role != cell.RoleHead || shown[0].Ref != got.Approval.Cite {
		t.Errorf("the proof shows %+v, %v", shown, err)
	}
	if bytes.Contains(file, []byte("c2lnbmVk")) || bytes.Contains(file, sig) {
		t.Error("the officer's signature is in the proof")
	}
	opened, err := x.a.OpenApproval(t.Context(), got.Approval.Cite.String())
	if err != nil || opened.Officer != "head-1" || opened.Of != p.Cite || !bytes.Equal(opened.Bytes, sig) || opened.Exercise {
		t.Errorf("at home: %+v, %v", opened, err)
	}
	if err := keys.CheckAssertion(t.Context(), "head-1", opened.Challenge, opened.Bytes); err != nil {
		t.Errorf("the signature at home: %v", err)
	}
	if _, err := x.b.OpenApproval(t.Context(), got.Approval.Cite.String()); !errors.Is(err, cell.ErrNotFound) {
		t.Errorf("bravo opens it: %v", err)
	}
	rebuilt(t, x.Cell, x.a)
}

// SEC-07, bad input: what may not be approved is refused, and nothing is
// recorded: by its proposer, also under another role, without a key, with a key
// over another proposal, replayed, after its end, withdrawn, used, changed, by a
// role without the right.
func TestWhatMayNotBeApproved(t *testing.T) {
	x, keys := keyed(t, nil)
	keys["drafter-1"] = keys["head-2"] // the proposer has a key too
	entries := func() int { return count(t, x.a, `SELECT COUNT(*) FROM record WHERE desk = 'alpha'`) }
	try := func(what string, a node.Approve, rule string, is error) {
		t.Helper()
		before := entries()
		_, err := x.a.Approve(t.Context(), a)
		if rule != "" && !slices.Contains(brokenBy(err), rule) || is != nil && !errors.Is(err, is) {
			t.Errorf("%s: %v, want %s %v", what, err, rule, is)
		}
		if n := entries(); n != before {
			t.Errorf("%s: %d records more", what, n-before)
		}
	}
	p, other := propose(t, x.a, cell.WhatRelease, message), propose(t, x.a, cell.WhatRelease, message)
	try("by its proposer", node.Approve{Of: p.Ref, By: deskHead("drafter-1"), Assertion: keys.sign(t, x.a, "drafter-1", p.Ref)}, "cell.approval-same", nil)
	try("without a key", node.Approve{Of: p.Ref, By: deskHead("head-1")}, "", cell.ErrForbidden)
	try("over another proposal", node.Approve{Of: p.Ref, By: deskHead("head-1"), Assertion: keys.sign(t, x.a, "head-1", other.Ref)}, "", cell.ErrForbidden)
	try("another's key", node.Approve{Of: p.Ref, By: deskHead("head-1"), Assertion: keys.sign(t, x.a, "head-2", p.Ref)}, "", cell.ErrForbidden)
	try("in a role without the right", node.Approve{Of: p.Ref, By: cell.By{Officer: "head-1", Role: cell.RoleWatch}, Assertion: keys.sign(t, x.a, "head-1", p.Ref)}, "", cell.ErrForbidden)
	if _, err := x.a.Act(t.Context(), node.Act{Kind: cell.KindUpdate, About: p.Ref, By: deskHead("head-2"), Body: []byte(`{"body":{"what":"release","act":{"kind":"MSG"},"reason":"other","until":1}}`)}); !slices.Contains(brokenBy(err), "cell.proposal-fixed") {
		t.Errorf("a proposal is changed: %v", err)
	}
	used := keys.sign(t, x.a, "head-1", p.Ref)
	if _, err := x.a.Approve(t.Context(), node.Approve{Of: p.Ref, By: deskHead("head-1"), Assertion: used}); err != nil {
		t.Fatal(err)
	}
	try("replayed for another", node.Approve{Of: other.Ref, By: deskHead("head-1"), Assertion: used}, "", cell.ErrForbidden)
	try("used", node.Approve{Of: p.Ref, By: deskHead("head-2"), Assertion: keys.sign(t, x.a, "head-2", p.Ref)}, "cell.proposal-used", nil)
	if _, err := x.a.Withdraw(t.Context(), other.Ref, deskHead("head-2"), nil); err != nil {
		t.Fatal(err)
	}
	try("withdrawn", node.Approve{Of: other.Ref, By: deskHead("head-1"), Assertion: keys.sign(t, x.a, "head-1", other.Ref)}, "cell.proposal-over", nil)
	late := propose(t, x.a, cell.WhatRelease, message)
	x.Clock.Add(25 * time.Hour)
	try("expired", node.Approve{Of: late.Ref, By: deskHead("head-1"), Assertion: keys.sign(t, x.a, "head-1", late.Ref)}, "cell.proposal-expired", nil)
	f := x.a.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"one"}}`)
	try("a record that went out", node.Approve{Of: f.Ref, By: deskHead("head-1")}, "", cell.ErrNotFound)
	list, err := x.a.Proposals(t.Context(), "head-1", func(r cell.Right) bool { return r == cell.RightRelease }, nil)
	i := slices.IndexFunc(list, func(v node.ProposalView) bool { return v.Key == late.Ref.String() })
	if err != nil || len(list) != 3 || i < 0 || list[i].State != cell.StateExpired || list[i].May || list[i].Why != "cell.proposal-expired" || list[i].ActCode != "MSG" {
		t.Errorf("%+v, %v", list, err)
	}
}

// INT-03 T: a draft is approved with the officer's key and released in one
// transaction, once; under an ACTUAL charter nobody releases without a key.
func TestADraftIsReleasedByAKey(t *testing.T) {
	x, keys := keyed(t, nil)
	draft := x.a.Send(t, node.Act{Kind: "INTDRAFT", By: officer("drafter-1")}, item(x, "amber", ""))
	release := node.Act{Kind: "INTREP", Body: []byte(item(x, "amber", fmt.Sprintf(`,"drafter":"drafter-1","draft":%q`, draft.Ref)))}
	without := release
	without.By = deskHead("head-1")
	if _, err := x.a.Act(t.Context(), without); !errors.Is(err, cell.ErrForbidden) {
		t.Errorf("released without the officer's key: %v", err)
	}
	if _, err := x.a.Approve(t.Context(), node.Approve{Of: draft.Ref, By: deskHead("head-1"), Assertion: keys.sign(t, x.a, "head-1", draft.Ref), Act: &release}); err != nil {
		t.Fatal(err)
	}
	if _, err := x.a.Approve(t.Context(), node.Approve{Of: draft.Ref, By: deskHead("head-2"), Assertion: keys.sign(t, x.a, "head-2", draft.Ref), Act: &release}); !slices.Contains(brokenBy(err), "intel.draft-released") {
		t.Errorf("a draft is released twice: %v", err)
	}
	x.Settle()
	for _, d := range []*nodetest.Desk{x.b, x.s} {
		if got := intelAt(t, d).Reports; len(got) != 1 || got[0].State != intel.StateReleased {
			t.Errorf("at %s: %+v", d.Node.Desk(), got)
		}
	}
}

// INT-03, bad input: under an ACTUAL charter an approval without a key is
// refused, whoever asks, and a release by an officer alone as well.
func TestActualFailsClosed(t *testing.T) {
	c := nodetest.NewCell(t, func(s string) string { return strings.Replace(s, "status: EXERCISE", "status: ACTUAL", 1) })
	if c.Charter.Status != cell.Actual {
		t.Fatalf("the charter is %s", c.Charter.Status)
	}
	x := &trio{Cell: c, t: t, a: c.Start("alpha", "", nil)}
	draft := x.a.Send(t, node.Act{Kind: "INTDRAFT", By: officer("drafter-1")}, item(x, "amber", ""))
	_, err := x.a.Act(t.Context(), node.Act{Kind: "INTREP", By: deskHead("head-1"), Body: []byte(item(x, "amber", fmt.Sprintf(`,"drafter":"drafter-1","draft":%q`, draft.Ref)))})
	if !slices.Contains(brokenBy(err), "cell.two-persons") {
		t.Errorf("released: %v", err)
	}
	p := propose(t, x.a, cell.WhatRelease, message)
	for _, assertion := range []string{"", `{"exercise":true}`} {
		if _, err := x.a.Approve(t.Context(), node.Approve{Of: p.Ref, By: deskHead("head-1"), Assertion: []byte(assertion)}); !errors.Is(err, cell.ErrForbidden) {
			t.Errorf("approved with %q: %v", assertion, err)
		}
	}
}

// SEC-18 T: a whole list leaves the desk by two officers and a reason; every
// member gets the number of its entries and the file's hash; it is taken once;
// one officer gets nothing.
func TestAListLeavesByTwoOfficers(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { aListLeaves(t, "") })
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("-short runs SQLite only")
		}
		aListLeaves(t, pgtest.DSN(t))
	})
}

func aListLeaves(t *testing.T, dsn string) {
	x, keys := keyedOn(t, dsn, nil)
	until := x.Clock.Now().Add(30 * 24 * time.Hour).UnixMilli()
	x.a.Send(t, node.Act{Kind: "protection.place", To: x.Charter.Others("alpha")}, fmt.Sprintf(`{"code":"clinic-7","category":"clinic","tier":"exact","area":{"ring":[],"centre":[{"lat":"12.5412","lon":"-38.2140"}],"radius_m":200,"text":"clinic"},
		"function":[],"custodian":"custodian-3","population":[],"verification":0,"verified_by":"","valid_until":%d}`, until))
	if _, err := x.a.Act(t.Context(), node.Act{Kind: cell.KindBulk, By: deskHead("head-1"), Body: []byte(`{"list":"protection","entries":1,"sha256":"` + hex.EncodeToString(make([]byte, 32)) + `","reason":"one"}`)}); !slices.Contains(brokenBy(err), "cell.two-persons") {
		t.Errorf("one officer: %v", err)
	}
	p := propose(t, x.a, cell.WhatList, `{"list":"protection"}`)
	if _, _, _, err := x.a.TakeFile(t.Context(), p.Ref, deskHead("drafter-1")); !errors.Is(err, cell.ErrForbidden) {
		t.Errorf("taken before it is approved: %v", err)
	}
	if _, err := x.a.Propose(t.Context(), node.Proposal{What: cell.WhatList, Act: jsontext.Value(`{"list":"hotline"}`), Reason: "one", By: deskHead("head-1")}); err == nil {
		t.Error("a list that is none is proposed")
	}
	got, err := x.a.Approve(t.Context(), node.Approve{Of: p.Ref, By: deskHead("head-1"), Assertion: keys.sign(t, x.a, "head-1", p.Ref)})
	if err != nil {
		t.Fatal(err)
	}
	x.Settle()
	if _, _, _, err := x.a.TakeFile(t.Context(), p.Ref, deskHead("head-2")); !errors.Is(err, cell.ErrForbidden) {
		t.Errorf("taken by a third officer: %v", err)
	}
	name, kind, file, err := x.a.TakeFile(t.Context(), p.Ref, deskHead("drafter-1"))
	if err != nil || name != "protection.geojson" || kind != "application/geo+json" || !bytes.Contains(file, []byte(`"clinic-7"`)) || !bytes.Contains(file, []byte(`[-38.214,12.5412]`)) ||
		!bytes.Contains(file, []byte(`"he":"`)) {
		t.Fatalf("%s %s %s, %v", name, kind, file, err)
	}
	if _, _, _, err := x.a.TakeFile(t.Context(), p.Ref, deskHead("head-1")); !errors.Is(err, cell.ErrForbidden) {
		t.Errorf("taken twice: %v", err)
	}
	if n := count(t, x.a, `SELECT COALESCE(SUM(LENGTH(bytes)), 0) FROM approval_file`); n != 0 {
		t.Errorf("%d bytes of it stay in the database", n)
	}
	sum := sha256.Sum256(file)
	for _, d := range []*nodetest.Desk{x.b, x.s} {
		m := matter(t, d, got.Act.Ref)
		if len(m.Contested) != 0 || !strings.Contains(m.Records[len(m.Records)-1].Body+m.Records[0].Body, hex.EncodeToString(sum[:])) {
			t.Errorf("at %s: %+v", d.Node.Desk(), m.Records)
		}
	}
}

// Design 3, "How it speaks": where the charter wants two officers, a proof leaves
// by a proposal that another officer approved, once, to either of the two.
func TestAProofLeavesByTwoOfficers(t *testing.T) {
	x, keys := keyed(t, func(s string) string { return strings.Replace(s, "proof_officers: 1", "proof_officers: 2", 1) })
	if x.Charter.ProofOfficers != 2 {
		t.Fatal("the charter wants one officer")
	}
	f := x.a.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"one"}}`)
	x.Settle()
	take := func(by string) ([]byte, error) { return x.a.Proof(t.Context(), f.Cite.String(), "asked", deskHead(by)) }
	if _, err := take("head-1"); !errors.Is(err, cell.ErrForbidden) || !strings.Contains(err.Error(), "propose it") {
		t.Errorf("one officer: %v", err)
	}
	p := propose(t, x.a, cell.WhatExport, fmt.Sprintf(`{"record":%q}`, f.Cite))
	if _, err := x.a.Approve(t.Context(), node.Approve{Of: p.Ref, By: deskHead("head-1"), Assertion: keys.sign(t, x.a, "head-1", p.Ref)}); err != nil {
		t.Fatal(err)
	}
	if _, err := take("head-2"); !errors.Is(err, cell.ErrForbidden) {
		t.Errorf("a third officer: %v", err)
	}
	file, err := take("head-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.ParseProof(file); err != nil {
		t.Error(err)
	}
	if _, err := take("drafter-1"); !errors.Is(err, cell.ErrForbidden) {
		t.Errorf("twice: %v", err)
	}
	x.Settle()
	if n := count(t, x.s, `SELECT COUNT(*) FROM record WHERE kind = 'cell.export/1'`); n != 1 {
		t.Errorf("%d exports on record at the supervisor's", n)
	}
}

// A part of the desk that acts upon an approval by itself, as the adoption of a
// charter, files its act under it once.
func TestAnActIsCarriedUnderAnApproval(t *testing.T) {
	x, keys := keyed(t, nil)
	p := propose(t, x.a, cell.WhatCharter, `{"hash":"`+x.Charter.Hash+`"}`)
	adopt := node.Act{Kind: cell.KindAdopted, By: deskHead("head-1"), To: x.Charter.Others("alpha"), Body: []byte(`{"hash":"` + x.Charter.Hash + `","version":1}`)}
	if _, err := x.a.Carry(t.Context(), p.Ref, cell.WhatCharter, adopt); !errors.Is(err, cell.ErrConflict) {
		t.Errorf("carried before it is approved: %v", err)
	}
	if _, err := x.a.Approve(t.Context(), node.Approve{Of: p.Ref, By: cell.By{Officer: "head-1", Role: cell.RoleReleaser}, Assertion: keys.sign(t, x.a, "head-1", p.Ref)}); !errors.Is(err, cell.ErrForbidden) {
		t.Errorf("approved in a role that keeps no keys: %v", err)
	}
	if got, err := x.a.Approve(t.Context(), node.Approve{Of: p.Ref, By: deskHead("head-1"), Assertion: keys.sign(t, x.a, "head-1", p.Ref)}); err != nil || got.Act != nil {
		t.Fatalf("%+v, %v", got, err)
	}
	if m := matter(t, x.a, p.Ref); m.State != cell.StateApproved {
		t.Errorf("%s", m.State)
	}
	if _, err := x.a.Carry(t.Context(), p.Ref, cell.WhatKey, adopt); !errors.Is(err, cell.ErrConflict) {
		t.Errorf("carried as another sort: %v", err)
	}
	if _, err := x.a.Carry(t.Context(), p.Ref, cell.WhatCharter, adopt); err != nil {
		t.Fatal(err)
	}
	if _, err := x.a.Carry(t.Context(), p.Ref, cell.WhatCharter, adopt); !slices.Contains(brokenBy(err), "cell.proposal-used") {
		t.Errorf("carried twice: %v", err)
	}
	x.Settle()
	if m := matter(t, x.a, p.Ref); m.State != cell.StateDone {
		t.Errorf("%s", m.State)
	}
}

// INT-03, bad input: another desk files what two persons must do and one has
// done, or with the approval of a desk that is not its own, or one that is of
// another act: it is kept, contested, and nothing is owed on it.
func TestAnotherDeskReleasesAlone(t *testing.T) {
	c := nodetest.NewCell(t, func(s string) string { return strings.Replace(s, "proof_officers: 1", "proof_officers: 2", 1) })
	alpha, f := c.Start("alpha", "", nil), newForger(t, c, "bravo")
	x := &trio{Cell: c, t: t, a: alpha}
	releaser := cell.By{Officer: "head-9", Role: cell.RoleHead}
	approve := func(change func(*cell.Record)) cell.Cite {
		i := f.say(cell.KindApproval, cell.Approval{Of: "01" + c.Charter.Hash, Officer: cell.RoleHead, Assertion: "01" + c.Charter.Hash}, func(r *cell.Record) {
			if r.By = releaser; change != nil {
				change(r)
			}
		})
		return cell.Cite{Desk: "bravo", Gen: 1, Index: i}
	}
	var report intel.Report
	k, _ := c.Modules.Kind(intel.KindReport)
	report = k.Sample().(intel.Report)
	report.Releasable, report.Draft = []string{"alpha", "supervisor"}, "bravo:0198a1b2-c3d4-7e5f-8a9b-0123456789ab"
	own := alpha.Send(t, node.Act{Kind: "INTDRAFT", By: officer("drafter-1")}, item(x, "amber", ""))
	rel := alpha.Send(t, node.Act{Kind: "INTREP", By: deskHead("head-1")}, item(x, "amber", fmt.Sprintf(`,"drafter":"drafter-1","draft":%q`, own.Ref)))
	theirs := rel.Cite
	theirs.Index-- // alpha's own approval
	for _, tt := range []struct {
		what  string
		cites []cell.Cite
		want  string
	}{
		{"alone", nil, cell.VerdictContested},
		{"by alpha's approval", []cell.Cite{theirs}, cell.VerdictContested},
		{"by the drafter's own", []cell.Cite{approve(func(r *cell.Record) { r.By.Officer = report.Drafter })}, cell.VerdictContested},
		{"by one of another act", []cell.Cite{approve(func(r *cell.Record) { r.About = cell.Ref{Desk: "bravo", ID: "0198a1b2-c3d4-7e5f-8a9b-0123456789ac"} })}, cell.VerdictContested},
		{"by one that alpha was not given", []cell.Cite{approve(func(r *cell.Record) { r.To = []string{"supervisor"} })}, cell.VerdictCannot},
		{"by two", []cell.Cite{approve(nil)}, cell.VerdictOK},
	} {
		for kind, body := range map[string]cell.Body{intel.KindReport: report, cell.KindExport: cell.Export{What: cell.Cite{Desk: "bravo", Gen: 1}, Reason: "asked"}} {
			if kind == cell.KindExport && tt.what == "by the drafter's own" {
				continue // an export has no drafter
			}
			i := f.say(kind, body, func(r *cell.Record) { r.Cites = tt.cites; r.By = cell.By{Officer: "head-8", Role: cell.RoleHead} })
			f.give(alpha)
			v, _, err := alpha.Record(t.Context(), cell.Cite{Desk: "bravo", Gen: 1, Index: i}.String())
			if err != nil || v.Verdict != tt.want {
				t.Errorf("%s %s: %s (%s), %v, want %s", kind, tt.what, v.Verdict, v.Rule, err, tt.want)
			}
			if kind != intel.KindReport {
				continue
			}
			m := matter(t, alpha, cell.Ref{Desk: "bravo", ID: v.ID})
			if open := len(m.Waiting) > 0; open != (tt.want == cell.VerdictOK) {
				t.Errorf("a report released %s: %s, waiting %+v", tt.what, m.State, m.Waiting)
			}
		}
	}
}

package scenarios

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/node"
)

// rotation is a cell whose desks change their keys by charters signed by all.
type rotation struct {
	*Player
	t     *testing.T
	files [][]byte // the charters, from the first on
}

func newRotation(t *testing.T, tls bool) *rotation {
	t.Helper()
	p := begin(t, load(t, "hotline"), tls)
	first, err := os.ReadFile(filepath.Join(p.World.Dir, "charter.note"))
	if err != nil {
		t.Fatal(err)
	}
	return &rotation{p, t, [][]byte{first}}
}

func (r *rotation) dir(desk string) string { return filepath.Join(r.World.Dir, desk) }

func (r *rotation) ctx() context.Context { return context.WithoutCancel(r.t.Context()) }

func (r *rotation) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rotation) keys(name string) *charter.Keys {
	r.t.Helper()
	k, err := charter.Load(r.dir(name), nil)
	r.must(err)
	return k
}

// next makes new keys at every desk and the charter, signed by all, that lists
// them.
func (r *rotation) next() []byte {
	r.t.Helper()
	var public []charter.PublicDesk
	for _, d := range desks {
		p, err := charter.Rotate(r.dir(d), rand.Reader, nil, charter.Journal, charter.Witness, charter.TLS, charter.Sealing)
		r.must(err)
		public = append(public, p)
	}
	last := r.files[len(r.files)-1]
	changes, err := charter.KeyChanges(last, public...)
	r.must(err)
	text, err := charter.Amend(last, changes)
	r.must(err)
	for _, d := range desks {
		s, err := r.keys(d).Signer(charter.Root)
		r.must(err)
		text, err = charter.Sign(text, s)
		r.must(err)
	}
	r.files = append(r.files, text)
	return text
}

// adopt puts a charter in force at a desk and opens it again; file nil is the one
// that the links have brought.
func (r *rotation) adopt(name string, file []byte) {
	r.t.Helper()
	_, err := desk.Adopt(r.dir(name), r.keys(name).Public().Keys.Root, file, nil)
	r.must(err)
	r.World.Stop(name)
	r.must(r.World.Start(r.ctx(), name))
}

// adoptTogether puts a charter in force at all desks while they are off.
func (r *rotation) adoptTogether(file []byte) {
	r.t.Helper()
	r.World.Close()
	for _, d := range desks {
		_, err := desk.Adopt(r.dir(d), r.keys(d).Public().Keys.Root, file, nil)
		r.must(err)
	}
	r.must(r.World.StartAll(r.ctx()))
}

func (r *rotation) send(from, text string) node.Filed {
	r.t.Helper()
	f, err := r.World.Desk(from).Act(r.ctx(), node.Act{Kind: "MSG", Body: []byte(`{"body":{"lang":"en","text":"` + text + `"}}`)})
	r.must(err)
	return f
}

func (r *rotation) prove(name string, f node.Filed) []byte {
	r.t.Helper()
	b, err := r.World.Desk(name).Proof(r.ctx(), f.Cite.String(), "a test", cell.By{Officer: "watch-1", Role: "watch"})
	r.must(err)
	return b
}

// proveCosigned takes a proof once the cosignatures of both other desks have come:
// they travel with what is sent next, and the links count as settled before.
func (r *rotation) proveCosigned(name string, f node.Filed, all cell.Agreement) (proof []byte) {
	r.t.Helper()
	r.must(until(r.ctx(), settleLimit, func() bool {
		proof = r.prove(name, f)
		v, _, err := node.VerifyProofBy(proof, all)
		return err != nil || len(v.Cosigned) == 2
	}))
	return proof
}

func (r *rotation) shows(name string, f node.Filed, text string) node.RecordView {
	r.t.Helper()
	v, _, err := r.World.Desk(name).Record(r.ctx(), f.Cite.String())
	r.must(err)
	if v.Verdict != cell.VerdictOK || !strings.Contains(v.Text.In("en"), text) {
		r.t.Errorf("%s shows %s as %s: %s %q", name, f.Cite, v.Verdict, v.Rule, v.Text.In("en"))
	}
	return v
}

// SEC-06 T: every desk rotates its keys ten times, message 1 is still read at
// every desk, and its proofs, the first one taken and one taken at the end,
// verify with the charters alone. While one desk has adopted and the others have
// not, messages pass both ways over mutual TLS, though all pinned keys change.
func TestSEC06TenRotations(t *testing.T) { rotates(t, 10, true) }

func rotates(t *testing.T, times int, tls bool) {
	t.Helper()
	if testing.Short() {
		t.Skip("desks open many times")
	}
	r := newRotation(t, tls)
	one := r.send("alpha", "message one")
	r.must(r.World.Settle(r.ctx()))
	early := r.prove("alpha", one)
	for i := range times {
		next := r.next()
		if i >= 2 {
			r.adoptTogether(next)
			continue
		}
		order := []string{desks[i%3], desks[(i+1)%3], desks[(i+2)%3]}
		r.adopt(order[0], next)
		a := r.send(order[0], "the first has adopted")
		b := r.send(order[1], "the second has not")
		r.must(r.World.Settle(r.ctx()))
		r.shows(order[1], a, "the first has adopted")
		r.shows(order[0], b, "the second has not")
		r.adopt(order[1], nil) // the link has brought the charter
		r.adopt(order[2], nil)
		r.must(r.World.Settle(r.ctx()))
	}
	for _, d := range desks {
		r.shows(d, one, "message one")
		if v := r.World.Desk(d).Charter().Version; v != times+1 {
			t.Errorf("%s works under version %d", d, v)
		}
	}
	all, err := charter.OpenAgreement(r.files)
	r.must(err)
	late := r.proveCosigned("bravo", one, all)
	newest, err := charter.OpenAgreement(r.files[times:])
	r.must(err)
	for what, proof := range map[string][]byte{"the early": early, "the late": late} {
		if v, rec, err := node.VerifyProofBy(proof, all); err != nil || rec.ID != one.Ref.ID || len(v.Cosigned) != 2 {
			t.Errorf("%s proof of message 1: %v, cosigned by %+v", what, err, v)
		}
	}
	if _, _, err := node.VerifyProofBy(early, newest); err == nil {
		t.Error("a proof of the first charter verifies by the last alone")
	}
	r.World.Close()
	opened := archives(t, r.World.Dir)
	found, err := node.Audit(t.Context(), opened, all)
	if err != nil || len(found) > 0 {
		t.Errorf("audit: %v, %v", found, err)
	}
}

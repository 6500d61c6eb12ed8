package scenarios

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/journal"
	"parley/node"
)

// keyNote makes new keys at a desk that is off, and the note that puts them in the
// place of the old ones from a time on, signed by the root key of signer.
func (r *rotation) keyNote(name, signer string, from time.Time, purposes ...string) (cell.KeyNote, []byte) {
	r.t.Helper()
	agreed, err := desk.ReadAgreement(r.dir(name))
	r.must(err)
	var head journal.Head
	gen := 1
	for _, a := range archives(r.t, r.World.Dir) {
		if a.Desk == name {
			head, gen, err = a.OwnHead(r.ctx())
			r.must(err)
		}
		r.must(a.DB.Close())
	}
	public, err := charter.Rotate(r.dir(name), rand.Reader, nil, purposes...)
	r.must(err)
	keys := agreed.Keys(name, agreed.InForce)
	for _, p := range purposes {
		keys = keys.With(p, public.Keys.Of(p))
	}
	k := cell.KeyNote{Cell: public.Cell, Desk: name, Number: 1, Charter: agreed.InForce.Hash, Gen: gen, Size: head.Size, Head: hex.EncodeToString(head.Root[:]),
		From: from.UnixMilli(), Until: r.World.Clock.Now().UnixMilli(), Keys: keys}
	root, err := r.keys(signer).Signer(charter.Root)
	r.must(err)
	file, err := charter.SignKeyNote(k, root)
	r.must(err)
	return k, file
}

// SEC-14 T, KEYCOMP: a desk alone declares its keys compromised. Every desk takes
// the new ones over the links, marks what was signed in the window, neutrally, and
// shows what the desk stands by since; what the old key signs beyond the note's
// head counts no longer, here and for whoever checks a proof.
func TestSEC14Compromise(t *testing.T) {
	r := newRotation(t, true)
	before := r.send("alpha", "before the doubt")
	r.must(r.World.Settle(r.ctx()))
	early := r.prove("alpha", before)
	r.World.Clock.Set(r.World.Clock.Now().Add(time.Hour))
	from := r.World.Clock.Now()
	within := r.send("alpha", "within the doubt")
	r.World.Clock.Set(r.World.Clock.Now().Add(time.Hour))
	r.must(r.World.Settle(r.ctx()))
	late := r.prove("alpha", within) // appends an export: signed by the old key
	r.must(r.World.Settle(r.ctx()))
	r.World.Close()
	_, file := r.keyNote("alpha", "alpha", from, charter.Journal, charter.TLS, charter.Witness)
	r.must(desk.Learn(r.dir("alpha"), r.keys("alpha").Public().Keys.Root, file, time.Now()))
	r.must(r.World.StartAll(r.ctx()))
	for _, d := range desks {
		if v := r.shows(d, before, "before the doubt"); v.Doubt != nil {
			t.Errorf("%s marks a record from before the window: %+v", d, v.Doubt)
		}
		v := r.shows(d, within, "within the doubt")
		if v.Doubt == nil || v.Doubt.Desk != "alpha" || v.Doubt.By != "" || !strings.Contains(v.Doubt.Text.In("en"), "window of doubt declared by") {
			t.Errorf("%s shows the record in the window with the mark %+v", d, v.Doubt)
		}
		if n := r.World.Desk(d).Agreement().NotesOf("alpha"); len(n) != 1 || n[0].Number != 1 {
			t.Errorf("%s knows the key notes %+v", d, n)
		}
	}
	w, err := r.World.Desk("bravo").Watch(r.ctx())
	r.must(err)
	alarmed := false
	for _, a := range w.Alarms {
		alarmed = alarmed || a.Kind == node.AlarmKeys && a.Level == cell.Immediate
	}
	if !alarmed {
		t.Errorf("bravo is not alarmed: %+v", w.Alarms)
	}
	v, _, err := r.World.Desk("bravo").Record(r.ctx(), within.Cite.String())
	r.must(err)
	body := `{"number":1,"entries":[{"gen":1,"index":` + strings.TrimPrefix(within.Cite.String(), "alpha#") + `,"commitment":"` + v.Commitment + `"}]}`
	_, err = r.World.Desk("alpha").Act(r.ctx(), node.Act{Kind: "REAFFIRM", Body: []byte(body)})
	r.must(err)
	r.must(r.World.Settle(r.ctx()))
	if v := r.shows("bravo", within, "within the doubt"); v.Doubt == nil || v.Doubt.By == "" {
		t.Errorf("what alpha stands by is shown with the mark %+v", v.Doubt)
	}
	a, err := charter.OpenAgreement([][]byte{r.files[0], file})
	r.must(err)
	for _, proof := range [][]byte{early, late} {
		if _, _, err := node.VerifyProofBy(proof, a); err != nil {
			t.Errorf("a proof from before the note's head: %v", err)
		}
	}
	if _, _, err := node.VerifyProofBy(r.prove("bravo", within), a); err != nil {
		t.Errorf("a proof by the new key: %v", err)
	}
	a.Notes[0].Size = 1 // as if the note had ended the old key earlier
	if _, _, err := node.VerifyProofBy(late, a); err == nil || !strings.Contains(err.Error(), "counts no longer") {
		t.Errorf("the old key's signature beyond the note's head: %v", err)
	}
}

// A key note counts for its own desk alone: one signed by another root key, one
// for another member, and one that was altered are refused in words.
func TestSEC14NotesThatAreRefused(t *testing.T) {
	r := newRotation(t, false)
	r.send("alpha", "one")
	r.must(r.World.Settle(r.ctx()))
	r.World.Close()
	own := r.keys("bravo").Public().Keys.Root
	from := r.World.Clock.Now()
	k, other := r.keyNote("alpha", "bravo", from, charter.Journal)
	root, err := r.keys("alpha").Signer(charter.Root)
	r.must(err)
	k.Desk = "bravo"
	foreign, err := charter.SignKeyNote(k, root)
	r.must(err)
	k.Desk, k.Number, k.Previous = "alpha", 2, strings.Repeat("ab", 32)
	skipped, err := charter.SignKeyNote(k, root)
	r.must(err)
	k.Number, k.Previous = 1, ""
	good, err := charter.SignKeyNote(k, root)
	r.must(err)
	used := k
	used.Keys.Journal = r.keys("alpha").Public().Keys.Journal
	used.Keys.TLS = r.keys("bravo").Public().Keys.TLS
	taken, err := charter.SignKeyNote(used, root)
	r.must(err)
	for what, c := range map[string]struct {
		file []byte
		want string
	}{
		"another root key": {other, "a desk replaces its own keys alone"},
		"another member":   {foreign, "a desk replaces its own keys alone"},
		"a number skipped": {skipped, "does not follow"},
		"another's key":    {taken, "stands in the agreement already"},
		"altered":          {[]byte(strings.Replace(string(good), "size: ", "size: 1", 1)), "text or signature was altered"},
	} {
		if err := desk.Learn(r.dir("bravo"), own, c.file, time.Now()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
	}
	r.must(desk.Learn(r.dir("bravo"), own, good, time.Now()))
}

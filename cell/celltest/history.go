package celltest

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/cell"
	"parley/charter"
)

// Noon is when a history begins, in UTC milliseconds.
const Noon = 1767700800000

// Charter gives the charter of the exercise's theatre with the templates of
// the modules, signed with new keys. It is made once for each list of modules
// in a test binary and shared: tests only read it.
func Charter(t testing.TB, ms ...cell.Module) *cell.Charter {
	t.Helper()
	var names []string
	for _, m := range ms {
		names = append(names, m.Name)
	}
	charters.Lock()
	defer charters.Unlock()
	key := strings.Join(names, " ")
	if c, ok := charters.made[key]; ok {
		return c
	}
	c, keys, err := makeCharter(ms, "")
	if err != nil {
		t.Fatal(err)
	}
	charters.made[key], charters.keys[c.Hash] = c, keys
	return c
}

// charters keeps what [Charter] made, and the desks' keys by the charter's
// hash; the mutex guards both.
var charters = struct {
	sync.Mutex
	made map[string]*cell.Charter
	keys map[string]map[string]*charter.Keys
}{made: map[string]*cell.Charter{}, keys: map[string]map[string]*charter.Keys{}}

func makeCharter(ms cell.Modules, rules string) (*cell.Charter, map[string]*charter.Keys, error) {
	_, file, _, _ := runtime.Caller(0)
	top := filepath.Join(filepath.Dir(file), "..", "..")
	text, err := os.ReadFile(filepath.Join(top, "scenarios", "theatre.yaml"))
	if err == nil && rules != "" {
		var set []byte
		set, err = os.ReadFile(filepath.Join(top, "charter", "testdata", "limits", rules+".yaml"))
		plain, _, _ := bytes.Cut(text, []byte("\nlines:")) // its own lines and zones stand last
		text = append(append(plain, '\n'), set...)
	}
	if err != nil {
		return nil, nil, err
	}
	var public []charter.PublicDesk
	all := map[string]*charter.Keys{}
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		k, err := charter.NewKeys(rand.Reader, "harbour", d)
		if err != nil {
			return nil, nil, err
		}
		all[d], public = k, append(public, k.Public())
	}
	if text, err = charter.Draft(text, public, ms.Templates()...); err != nil {
		return nil, nil, err
	}
	for _, k := range all {
		s, err := k.Signer(charter.Root)
		if err != nil {
			return nil, nil, err
		}
		if text, err = charter.Sign(text, s); err != nil {
			return nil, nil, err
		}
	}
	c, err := charter.Open(text)
	return c, all, err
}

// History is what desks recorded, in the order in which they did. Every record
// passes through its bytes, as between real desks.
type History struct {
	Charter *cell.Charter // in force
	Earlier cell.Chain    // those before it
	Modules cell.Modules
	Records []cell.Held
	Now     int64 // the time of the next record; each takes one second

	next map[string]int64 // journal sizes
	last map[string]int64 // serials by channel
}

// NewHistory begins at [Noon].
func NewHistory(c *cell.Charter, ms cell.Modules) *History {
	return &History{Charter: c, Modules: ms, Now: Noon, next: map[string]int64{}, last: map[string]int64{}}
}

// Add records an act of a desk to all others, or to whom change says, and
// gives it as it is held. An act that is about a matter, and has no citation
// of its own, cites nothing.
func (h *History) Add(t testing.TB, desk, kind string, body cell.Body, change func(*cell.Record)) cell.Held {
	t.Helper()
	v, err := cell.EncodeBody(body)
	if err != nil {
		t.Fatal(err)
	}
	index := h.next[desk]
	r := cell.Record{V: cell.Version, Cell: h.Charter.Cell, Charter: h.Charter.Hash, Desk: desk, ID: ID(desk, index), Kind: kind,
		Status: h.Charter.Status, Precedence: cell.Routine, At: h.Now, By: cell.By{Officer: "watch-1", Role: "watch"},
		To: h.Charter.Others(desk), Body: v}
	if k, _ := h.Modules.Kind(kind); k.Home {
		r.To = nil
	}
	if tp, ok := h.Charter.Template(kind); ok {
		r.Precedence = tp.Precedence
		if tp.Status != "" {
			r.Status = tp.Status
		}
	}
	if change != nil {
		change(&r)
	}
	if k, _ := h.Modules.Kind(kind); k.Two && len(r.Cites) == 0 {
		r.Cites = []cell.Cite{h.approve(t, r, index)}
		index = h.next[desk]
	}
	channel := r.Channel()
	r.Serial = h.last[channel] + 1
	if r.Serial > 1 {
		r.Prev = "01" + hex.EncodeToString(hash([]byte(channel)))
	}
	held, err := h.hold(r, index)
	if err != nil {
		t.Fatalf("%s by %s: %v", kind, desk, err)
	}
	h.next[desk], h.last[channel] = index+1, r.Serial
	h.Records = append(h.Records, held)
	h.Now += 1000
	return held
}

// approve records the approval of an act of two persons, by a second officer, to
// those whom the act goes to. An act that cites something cites it itself.
func (h *History) approve(t testing.TB, r cell.Record, index int64) cell.Cite {
	t.Helper()
	entry := "01" + hex.EncodeToString(hash([]byte(r.Desk+r.ID)))
	a := h.Add(t, r.Desk, cell.KindApproval, cell.Approval{Of: entry, Officer: cell.RoleReleaser, Assertion: entry}, func(x *cell.Record) {
		x.ID, x.To, x.By = ID(r.Desk+"-approvals", index), r.To, cell.By{Officer: "second-1", Role: cell.RoleReleaser}
	})
	return a.Cite()
}

func (h *History) hold(r cell.Record, index int64) (cell.Held, error) {
	bytes, err := r.Encode()
	if err != nil {
		return cell.Held{}, err
	}
	read, err := cell.Decode(bytes)
	if err != nil {
		return cell.Held{}, err
	}
	held := cell.Held{Record: read, Gen: 1, Index: index, Hash: hex.EncodeToString(hash(bytes)), Deliveries: map[string]cell.Delivery{}}
	held.Body, _, err = h.Modules.Body(read.Kind, read.Body)
	return held, err
}

func hash(b []byte) []byte { s := sha256.Sum256(b); return s[:] }

// ID gives the id of a desk's record, a UUID version 7 that its place decides.
func ID(desk string, index int64) string {
	return fmt.Sprintf("0198a1b2-c3d4-7e5f-8a9b-%08x%04x", hash([]byte(desk))[:4], index)
}

// Deliver says that a desk's node received a record at the present time.
func (h *History) Deliver(desk string, of cell.Held) {
	i := slices.IndexFunc(h.Records, func(x cell.Held) bool { return x.Cite() == of.Cite() })
	h.Records[i].Deliveries[desk] = cell.Delivery{At: h.Now, Ref: cell.Cite{Desk: desk, Gen: 1, Index: 1 << 30}}
}

// DeliverAll delivers a record to all its addressees.
func (h *History) DeliverAll(of cell.Held) {
	for _, d := range of.To {
		h.Deliver(d, of)
	}
}

// Ack records an ack of a record by a desk, to its whole audience.
func (h *History) Ack(t testing.TB, desk string, of cell.Held, body cell.Body) cell.Held {
	t.Helper()
	about := of.About
	if k, _ := h.Modules.Kind(of.Kind); k.Opens || about.IsZero() {
		about = of.Ref()
	}
	return h.Add(t, desk, ackKind(body), body, func(r *cell.Record) {
		r.About, r.Cites, r.Precedence = about, []cell.Cite{of.Cite()}, of.Precedence
		r.To = slices.DeleteFunc(of.Audience(), func(d string) bool { return d == desk })
	})
}

func ackKind(b cell.Body) string {
	switch b.(type) {
	case cell.Received:
		return cell.KindReceived
	case cell.ReadBack:
		return cell.KindReadBack
	case cell.Disseminated:
		return cell.KindDisseminated
	case cell.Translation:
		return cell.KindTranslation
	}
	return cell.KindPosition
}

// Matter folds a matter from what a desk holds; desk "" holds everything.
func (h *History) Matter(ref cell.Ref, desk string) cell.Matter {
	return h.fold(ref, h.derived(ref), desk)
}

func (h *History) fold(ref cell.Ref, derived *cell.Derived, desk string) cell.Matter {
	var records []cell.Held
	held := map[cell.Cite]cell.Held{}
	for _, x := range h.Records {
		if desk != "" && !x.Addressed(desk) {
			continue
		}
		held[x.Cite()] = x
		k, known := h.Modules.Kind(x.Kind)
		if !known {
			k.Opens = x.About.IsZero()
		}
		if slices.Contains(x.Matters(k), ref) {
			records = append(records, x)
		}
	}
	cited := func(c cell.Cite) (cell.Held, bool) { x, ok := held[c]; return x, ok }
	return cell.Fold(ref, derived, records, cited, h.Modules, append(slices.Clone(h.Earlier), h.Charter), h.Charter)
}

// derived finds what a matter without a record follows from: the charter, or
// the matters that others were folded into.
func (h *History) derived(ref cell.Ref) *cell.Derived {
	if ref.Desk != "" {
		return nil
	}
	for _, d := range h.allDerived() {
		if ref == (cell.Ref{ID: d.ID}) {
			return &d
		}
	}
	return nil
}

// allDerived gives the matters that stand by the charter alone and those that
// the modules derive from folded ones.
func (h *History) allDerived() []cell.Derived {
	var out []cell.Derived
	near := h.Around("", h.Now)
	for _, m := range h.Modules {
		if m.Standing != nil {
			out = append(out, m.Standing(h.Charter)...)
		}
		if m.Derive == nil {
			continue
		}
		for _, x := range h.Records {
			if k, _ := h.Modules.Kind(x.Kind); !k.Opens || !belongs(x.Kind, m) {
				continue
			}
			for _, d := range m.Derive(h.Matter(x.Ref(), ""), near, h.Charter) {
				if !slices.ContainsFunc(out, func(o cell.Derived) bool { return o.ID == d.ID }) {
					out = append(out, d)
				}
			}
		}
	}
	return out
}

func belongs(kind string, m cell.Module) bool { return strings.HasPrefix(kind, m.Name+".") }

// Derived gives the matters that follow by a rule from what was recorded.
func (h *History) Derived(rule string) []cell.Derived {
	return slices.DeleteFunc(h.allDerived(), func(d cell.Derived) bool { return d.Rule != rule })
}

// Around gives what a desk holds beside one matter, with the states at a time.
// It is of the history as it stands: after another record, ask again.
func (h *History) Around(desk string, now int64) cell.Around {
	found := map[string][]cell.Matter{}
	a := cell.Around{Find: func(kind string) []cell.Matter {
		if _, ok := found[kind]; !ok {
			found[kind] = h.find(desk)(kind, 0)
		}
		return found[kind]
	}}
	h.keeping(&a, desk)
	type seen struct {
		ref   cell.Ref
		depth int
	}
	depth, folded, states := 0, map[cell.Ref]cell.Matter{}, map[seen]cell.State{}
	a.Matter = func(r cell.Ref) (cell.Matter, cell.State, bool) {
		m, ok := folded[r]
		if !ok {
			m = h.Matter(r, desk)
			folded[r] = m
		}
		if len(m.Records) == 0 && m.Derived == nil || depth > 4 {
			return m, cell.State{}, false
		}
		s, ok := states[seen{r, depth}]
		if !ok {
			depth++
			s = cell.Status(m, a, h.Modules, m.Charter, now)
			depth--
			states[seen{r, depth}] = s
		}
		return m, s, true
	}
	return a
}

// Between gives the records that a desk holds which were written from a time up
// to another, by place; desk "" holds everything.
func (h *History) Between(desk string) func(from, until int64) []cell.Held {
	return func(from, until int64) []cell.Held {
		out := slices.DeleteFunc(slices.Clone(h.Records), func(x cell.Held) bool {
			return x.At < from || x.At >= until || desk != "" && !x.Addressed(desk)
		})
		slices.SortFunc(out, func(a, b cell.Held) int { return a.Cite().Compare(b.Cite()) })
		return out
	}
}

// State gives the state of a matter at a time.
func (h *History) State(ref cell.Ref, now int64) cell.State {
	m := h.Matter(ref, "")
	return cell.Status(m, h.Around("", now), h.Modules, m.Charter, now)
}

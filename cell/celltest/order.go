package celltest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/store"
)

// order folds what one desk holds, however it arrived, and what two desks that
// hold the same records make of it: matters, verdicts, columns, what follows
// from them, and every state at several times are the same.
func order(t *testing.T, c *cell.Charter, ms cell.Modules) {
	for seed := range uint64(20) {
		h := Generate(t, c, ms, seed, 120)
		shuffled := *h
		shuffled.Records = slices.Clone(h.Records)
		rand.New(rand.NewPCG(seed, 2)).Shuffle(len(shuffled.Records), func(i, j int) {
			shuffled.Records[i], shuffled.Records[j] = shuffled.Records[j], shuffled.Records[i]
		})
		one, other := h.Around("", h.Now), shuffled.Around("", h.Now)
		for _, ref := range h.refs() {
			want := h.digest(ref, "", one)
			if got := shuffled.digest(ref, "", other); got != want {
				t.Fatalf("seed %d: matter %s depends on the order of arrival:\n%s\n%s", seed, ref, got, want)
			}
			h.same(t, seed, ref)
		}
	}
}

// same compares the desks that hold the same records of a matter and the same
// records that these cite.
func (h *History) same(t *testing.T, seed uint64, ref cell.Ref) {
	t.Helper()
	got := map[string]string{}
	for _, d := range h.Charter.Desks() {
		held := fmt.Sprint(h.heldOf(ref, d))
		digest := h.digest(ref, d, cell.Around{})
		if was, ok := got[held]; ok && was != digest {
			t.Fatalf("seed %d: matter %s is not the same at %s as at another desk that holds the same:\n%s\n%s", seed, ref, d, digest, was)
		}
		got[held] = digest
	}
}

// heldOf lists what a desk holds of a matter, with what it holds of the
// records cited.
func (h *History) heldOf(ref cell.Ref, desk string) []string {
	var out []string
	for _, x := range h.Matter(ref, desk).Records {
		out = append(out, x.Cite().String())
		for _, c := range x.Cites {
			if slices.ContainsFunc(h.Records, func(y cell.Held) bool { return y.Cite() == c && y.Addressed(desk) }) {
				out = append(out, "cites "+c.String())
			}
		}
	}
	return out
}

// refs gives every matter of the history.
func (h *History) refs() []cell.Ref {
	var out []cell.Ref
	for _, x := range h.Records {
		k, _ := h.Modules.Kind(x.Kind)
		out = append(out, x.Matters(k)...)
	}
	slices.SortFunc(out, func(a, b cell.Ref) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(out)
}

// digest writes down all that follows from a matter and what is around it.
func (h *History) digest(ref cell.Ref, desk string, near cell.Around) string {
	m := h.Matter(ref, desk)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s cancelled=%v contested=%v\n", m.Kind, m.Precedence(), m.Cancelled != nil, m.Contested)
	for _, x := range m.Records {
		fmt.Fprintf(&b, "  %s %s\n", x.Cite(), m.Verdicts[x.Cite()])
	}
	for _, col := range m.Columns {
		fmt.Fprintf(&b, "  %s delivered=%v received=%v readback=%v matches=%v %q disseminated=%v position=%v facts=%d\n",
			col.Desk, deref(col.Delivered), deref(col.Received), deref(col.ReadBack), col.Matches, col.Difference, col.Disseminated, deref(col.Position), len(col.Facts))
	}
	derived := cell.DeriveKernel(m)
	if mod, ok := h.Modules.Of(m.Kind); ok && mod.Derive != nil {
		derived = append(derived, mod.Derive(m, near, h.Charter)...)
	}
	fmt.Fprintf(&b, "  derived=%v\n", derived)
	life, tabled := cell.Life{}, false
	if mod, ok := h.Modules.Of(m.Kind); ok {
		life, tabled = mod.Life(m.Kind)
	}
	for now := int64(Noon); now < h.Now+48*3600_000; now += 47*60_000 + 1 {
		s := cell.Status(m, near, h.Modules, h.Charter, now)
		fmt.Fprintf(&b, "  %d %v\n", now, s)
		if _, ok := life.Stage(s.Name); tabled && !ok && s.Name != cell.StateCancelled && s.Name != cell.StateUnknown {
			return "a state that is not in the table: " + b.String()
		}
		if s.Next != 0 && s.Next <= now {
			return "a state that says it changes in the past: " + b.String()
		}
	}
	return b.String()
}

func deref(p any) any {
	v := reflect.ValueOf(p)
	if v.IsNil() {
		return nil
	}
	return v.Elem().Interface()
}

// tables applies a history in several orders, and twice: the rows are the same.
func tables(t *testing.T, c *cell.Charter, m cell.Module) {
	if m.Apply == nil {
		return
	}
	h := Generate(t, c, cell.Modules{m}, 7, 300)
	var want []string
	for try := range 4 {
		db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "tables.db"))
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(t.Context(), m.Name+"/1", m.DDL); err != nil {
			t.Fatal(err)
		}
		list := slices.Clone(h.Records)
		rand.New(rand.NewPCG(uint64(try), 3)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if try > 1 {
			list = append(list, list...) // twice without effect
		}
		err = db.Write(t.Context(), func(tx *store.Tx) error {
			for _, x := range list {
				if x.Body == nil {
					continue
				}
				if err := m.Apply(t.Context(), tx, x); err != nil {
					return fmt.Errorf("apply %s: %w", x.Kind, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := dump(t.Context(), db, m.Tables)
		if err != nil {
			t.Fatal(err)
		}
		if try == 0 {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Fatalf("the tables depend on the order of arrival: %d rows and %d rows", len(got), len(want))
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(want) == 0 {
		t.Errorf("nothing in the tables %v", m.Tables)
	}
}

// dump gives every row of the tables as text, sorted.
func dump(ctx context.Context, db *store.DB, names []string) (out []string, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		for _, name := range names {
			rows, err := tx.Query(ctx, "SELECT * FROM "+name)
			if err != nil {
				return err
			}
			defer rows.Close()
			cols, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				vals := make([]any, len(cols))
				for i := range vals {
					vals[i] = new(any)
				}
				if err := rows.Scan(vals...); err != nil {
					return err
				}
				row := name
				for _, v := range vals {
					row += fmt.Sprintf("|%v", *v.(*any))
				}
				out = append(out, row)
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}

// due asks a module what falls due, files it, and asks again at the same time:
// nothing of it comes back under another key, and nothing breaks a rule.
func due(t *testing.T, c *cell.Charter, ms cell.Modules) {
	for _, m := range ms {
		if m.Due == nil {
			continue
		}
		for _, desk := range c.Desks() {
			dueAt(t, c, ms, m, desk)
		}
	}
}

func dueAt(t *testing.T, c *cell.Charter, ms cell.Modules, m cell.Module, desk string) {
	t.Helper()
	h := Generate(t, c, ms, 11, 60)
	filed := map[string]bool{}
	for now := int64(Noon); now < Noon+30*3600_000; now += 5 * 60_000 {
		h.Now = now
		s := h.Situation(desk)
		drafts := m.Due(s)
		again := m.Due(s)
		if !reflect.DeepEqual(drafts, again) {
			t.Fatalf("%s: what is due at one time differs from call to call", desk)
		}
		for _, d := range drafts {
			if d.Key == "" {
				t.Fatalf("%s: a draft without a key: it would be filed again and again", d.Kind)
			}
			if filed[d.Key] {
				continue
			}
			filed[d.Key] = true
			if err := d.Body.Validate(); err != nil {
				t.Errorf("%s: %v", d.Key, err)
			}
			x := h.Add(t, desk, d.Kind, d.Body, func(r *cell.Record) { r.To, r.About, r.Cites, r.By = d.To, d.About, d.Cites, d.By })
			if b := cell.Judge(x, ms, cell.Past{}, c); len(b) > 0 {
				t.Errorf("%s breaks a rule: %v", d.Key, b)
			}
			h.Now = now
		}
	}
	if len(filed) > 200 {
		t.Errorf("%s: %d acts in 30 hours", desk, len(filed))
	}
}

// byRule gives the matters that follow by a rule from others which a desk
// holds. A module's Derive may look for kinds of records, not for rules.
func (h *History) byRule(rule, desk string) []cell.Matter {
	var out []cell.Matter
	mod, _ := h.Modules.Of(rule)
	if _, has := mod.Life(rule); !has || slices.ContainsFunc(mod.Kinds, func(k cell.Kind) bool { return k.Name == rule }) {
		return nil
	}
	for _, d := range h.Derived(rule) {
		if !d.Parent.IsZero() && (desk == "" || slices.Contains(d.Desks, desk)) {
			out = append(out, h.fold(cell.Ref{ID: d.ID}, &d, desk))
		}
	}
	return out
}

func (h *History) find(desk string) func(string, int64) []cell.Matter {
	return func(kind string, since int64) []cell.Matter {
		var out []cell.Matter
		for _, m := range h.Modules {
			if m.Standing == nil {
				continue
			}
			for _, d := range m.Standing(h.Charter) {
				if d.Rule == kind {
					out = append(out, h.Matter(cell.Ref{ID: d.ID}, desk))
				}
			}
		}
		out = append(out, h.byRule(kind, desk)...)
		for _, x := range h.Records {
			if x.Kind == kind && x.At >= since && (desk == "" || x.Addressed(desk)) {
				out = append(out, h.Matter(x.Ref(), desk))
			}
		}
		slices.SortStableFunc(out, func(a, b cell.Matter) int { return strings.Compare(a.Ref.String(), b.Ref.String()) })
		return out
	}
}

package deconfliction_test

import (
	"testing"

	"parley/cell"
	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

// FuzzBodies reads what another desk may send as the bodies of this module: what
// is read is valid, encodes to what reads as the same, and is judged, checked and
// worded without a fault.
func FuzzBodies(f *testing.F) {
	kinds := []string{deconfliction.KindAgreed, deconfliction.KindHoldings, deconfliction.KindWorks}
	for i, name := range kinds {
		k, _ := cell.Modules{deconfliction.Module}.Kind(name)
		v, err := cell.EncodeBody(k.Sample())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, []byte(v))
	}
	f.Add(0, []byte(`{"zone":"a-10","window":{"from":1,"until":2},"beyond":[{"limit":"a-tanks","category":"tanks","amount":-1}],"reason":[],"return":[]}`))
	f.Add(1, []byte(`{"zone":"a-10","as_of":1,"held":[{"category":"tanks","number":9223372036854775807}],"note":[]}`))
	rules := celltest.Ruled(f, "1974", nil, deconfliction.Module)
	f.Fuzz(func(t *testing.T, which int, text []byte) {
		kind := kinds[uint(which)%uint(len(kinds))]
		body, _, err := rules.Modules.Body(kind, text)
		if err != nil {
			return
		}
		v, err := cell.EncodeBody(body)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := rules.Modules.Body(kind, v)
		if err != nil {
			t.Fatalf("what was read does not read back: %v: %s", err, v)
		}
		if w, err := cell.EncodeBody(again); err != nil || string(w) != string(v) {
			t.Fatalf("%s encodes as %s", v, w)
		}
		s := &story{celltest.NewHistory(rules.Charter, rules.Modules), t}
		h := s.Add(t, "alpha", kind, body, nil)
		s.Rules(h)
		s.State(h.Ref(), s.Now)
		s.Charter.Text(h.Record)
		if kind != deconfliction.KindAgreed {
			if _, err := deconfliction.Check(s.View("bravo"), h.Ref().String()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

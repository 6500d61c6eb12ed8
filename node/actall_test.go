package node_test

import (
	"errors"
	"testing"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/node"
	"parley/node/nodetest"
)

// Several acts are one: with a fault in the last of them none is recorded, by a
// try nothing is, and what follows goes on as if none of them had been.
func TestActAllIsAllOrNothing(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a := c.Start("alpha", "", nil)
	draft := func(kind string) node.Act {
		return node.Act{Kind: deconfliction.KindDraft, Body: []byte(`{"kind":"` + kind + `","body":{"activity":"works"}}`)}
	}
	count := func() int {
		items, _, err := a.Matters(t.Context(), "all", "deconfliction", "", "", 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(items)
	}
	good, bad := draft(deconfliction.KindAir), draft("deconfliction.nothing/1")
	for _, all := range []func([]node.Act) error{
		func(acts []node.Act) error { return a.TryAll(t.Context(), acts) },
		func(acts []node.Act) error { _, err := a.ActAll(t.Context(), acts); return err },
	} {
		err := all([]node.Act{good, good, bad})
		which, ok := errors.AsType[*node.OneOf](err)
		if _, invalid := errors.AsType[*cell.Invalid](err); !ok || which.N != 2 || !invalid {
			t.Errorf("%v (%+v)", err, which)
		}
		if n := count(); n != 0 {
			t.Errorf("%d are recorded beside one that may not be", n)
		}
	}
	if err := a.TryAll(t.Context(), []node.Act{good, good}); err != nil || count() != 0 {
		t.Errorf("tried: %v, %d recorded", err, count())
	}
	good.Key = "k/1"
	for i := range 2 {
		filed, err := a.ActAll(t.Context(), []node.Act{good, draft(deconfliction.KindMovement)})
		if err != nil || len(filed) != 2 || filed[0].Serial >= filed[1].Serial || filed[0].Again != (i == 1) {
			t.Fatal(filed, err)
		}
	}
	if n := count(); n != 3 {
		t.Errorf("%d are recorded", n)
	}
}

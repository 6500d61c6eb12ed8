package node_test

import (
	"slices"
	"testing"

	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
)

// A module's rule that panics leaves its matter unknown and ends nothing: the
// record that set it off would come again after every restart (design 2: one
// bad record never stops a link).
func TestAPanicInARuleEndsNothing(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	hotline := c.Modules[0]
	hotline.Lives = slices.Clone(hotline.Lives)
	i := slices.IndexFunc(hotline.Lives, func(l cell.Life) bool { return slices.Contains(l.Kinds, "hotline.message/1") })
	life := &hotline.Lives[i]
	life.Stages = slices.Clone(life.Stages)
	life.Stages[0].When = func(k *cell.Case) (int64, bool) {
		for _, f := range cell.FreeTexts(k.Head.Record) {
			if f.Text == "the planted one" {
				panic("planted")
			}
		}
		return k.Moved(), true
	}
	c.Start("alpha", "", nil)
	c.Start("supervisor", "", nil)
	c.Modules = cell.Modules{hotline}
	bravo := c.Start("bravo", "", nil)
	c.Settle()
	bad := c.Desks["alpha"].Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"the planted one"}}`)
	good := c.Desks["alpha"].Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"the one after it"}}`)
	c.Settle()
	v, err := bravo.MatterView(t.Context(), bad.Ref.String())
	if err != nil {
		t.Fatal(err)
	}
	if v.State != cell.StateUnknown || len(v.Contested) == 0 || v.Contested[0].Rule != "cell.fold" {
		t.Errorf("state %s, contested %+v", v.State, v.Contested)
	}
	if v, err := bravo.MatterView(t.Context(), good.Ref.String()); err != nil || v.State != cell.StateDelivered {
		t.Errorf("the message after it: %s, %v", v.State, err)
	}
	if _, err := bravo.Watch(t.Context()); err != nil {
		t.Errorf("the watch: %v", err)
	}
	if err := bravo.Tick(t.Context()); err != nil {
		t.Errorf("the clocks: %v", err)
	}
}

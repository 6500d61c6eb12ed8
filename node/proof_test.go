package node_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"parley/cell"
	"parley/cell/hotline"
	"parley/node"
	"parley/node/nodetest"
)

// INT-02 T: what a module keeps at the desk leaves it by no proof: neither the
// record, nor what is said about it, nor what it has become by a change.
func TestWhatMayNotLeaveIsNotProven(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	c.Modules = slices.Clone(c.Modules)
	c.Modules[0].Exports = func(h cell.Held) []cell.Breach {
		if m, ok := h.Body.(hotline.Message); ok && strings.HasPrefix(m.Body.Text, "kept") {
			return []cell.Breach{{Rule: "hotline.kept", At: "", Why: "it stays at the desk"}}
		}
		return nil
	}
	a := c.Start("alpha", "", nil)
	say := func(text string) node.Filed {
		return a.Send(t, node.Act{Kind: "MSG"}, `{"body":{"lang":"en","text":"`+text+`"}}`)
	}
	kept, free, changed := say("kept back"), say("free to go"), say("free at first")
	about := a.Send(t, node.Act{Kind: cell.KindTranslation, About: kept.Ref, Cites: []cell.Cite{kept.Cite}},
		`{"field":"body","lang":"he","text":"נשמר כאן","standing":"draft"}`)
	a.Send(t, node.Act{Kind: cell.KindUpdate, About: changed.Ref}, `{"body":{"body":{"lang":"en","text":"kept from now on"},"place":[],"time":[]}}`)
	by := cell.By{Officer: "head", Role: "desk-head"}
	for _, f := range []node.Filed{kept, about, changed} {
		_, err := a.Proof(t.Context(), f.Cite.String(), "asked for", by)
		if r, ok := errors.AsType[*cell.Refused](err); !ok || r.Breaches[0].Rule != "hotline.kept" {
			t.Errorf("%s: %v, want it refused", f.Cite, err)
		}
	}
	if n := count(t, a, `SELECT COUNT(*) FROM record WHERE kind = 'cell.export/1'`); n != 0 {
		t.Errorf("%d exports on record of what did not leave", n)
	}
	if _, err := a.Proof(t.Context(), free.Cite.String(), "asked for", by); err != nil {
		t.Errorf("what may leave: %v", err)
	}
}

package cell_test

import (
	"testing"

	"parley/cell"
	"parley/cell/celltest"
)

// A body whose number counts on with every change.
type count struct {
	N int64 `json:"n"`
}

func (count) Validate() error { return nil }

func (c count) Succeeds(before cell.Body) []cell.Breach {
	if b := before.(count); c.N != b.N+1 {
		return []cell.Breach{{Rule: "counted.on", At: "/body/n", Why: "it does not count on"}}
	}
	return nil
}

// A change is asked whether it may follow what the matter says; what may not is
// kept as contested, and the next is measured by what still stands.
func TestAChangeFollowsWhatStands(t *testing.T) {
	counted := cell.Module{Name: "counted", Kinds: []cell.Kind{cell.KindOf("counted.thing/1", count{1}).Opening()}}
	h := celltest.NewHistory(celltest.Charter(t), cell.Modules{counted})
	head := h.Add(t, "alpha", "counted.thing/1", count{1}, nil)
	for _, tt := range []struct {
		body, verdict string
		says          int64
	}{
		{`{"n":2}`, cell.VerdictOK, 2},
		{`{"n":4}`, cell.VerdictContested, 2},
		{`{"n":3}`, cell.VerdictOK, 3},
		{`{"n":3}`, cell.VerdictContested, 3},
		{`{"n":4}`, cell.VerdictOK, 4},
	} {
		before := h.Matter(head.Ref(), "")
		up := change(t, h, head, cell.Update{Body: []byte(tt.body)})
		m := h.Matter(head.Ref(), "bravo")
		if v := m.Verdicts[up.Cite()]; v != tt.verdict || m.Body.(count).N != tt.says {
			t.Errorf("%s: %s, the matter says %+v, want %s and %d", tt.body, v, m.Body, tt.verdict, tt.says)
		}
		// The author's own node judges the act alike, and says where.
		b := cell.Judge(up, h.Modules, cell.Past{Cited: map[cell.Cite]cell.Held{head.Cite(): head}, Own: before.Records, Says: before.Body}, h.Charter)
		if (len(b) == 0) != (tt.verdict == cell.VerdictOK) {
			t.Errorf("%s: breaches %v", tt.body, b)
		}
		if len(b) > 0 && (b[0].Rule != "counted.on" || b[0].At != "/body/body/n") {
			t.Errorf("%s: %+v", tt.body, b)
		}
	}
}

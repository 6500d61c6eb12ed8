package cell_test

import (
	"testing"

	"parley/cell"
	"parley/cell/celltest"
)

// A body that keeps a rule of the charter by what it says: at most ten.
type size struct {
	Size int64 `json:"size"`
}

func (size) Validate() error { return nil }

func (s size) Breaches(_ cell.Held, _ *cell.Charter) []cell.Breach {
	if s.Size > 10 {
		return []cell.Breach{{Rule: "sized.limit", At: "/body/size", Why: "more than ten"}}
	}
	return nil
}

// What could not be filed cannot be filed as a change either: not by this
// desk, and not by another whose node lets it pass.
func TestAChangeKeepsTheRulesOfWhatItSays(t *testing.T) {
	sized := cell.Module{Name: "sized", Kinds: []cell.Kind{cell.KindOf("sized.thing/1", size{1}).Opening()}}
	for _, tt := range []struct {
		what, body, rule, at string
	}{
		{"within the limit", `{"size":9}`, "", ""},
		{"over the limit", `{"size":11}`, "sized.limit", "/body/body/size"},
		{"of another form", `{"colour":"red"}`, "cell.revision-body", "/body/body/colour"},
	} {
		h := celltest.NewHistory(celltest.Charter(t), cell.Modules{sized})
		head := h.Add(t, "alpha", "sized.thing/1", size{1}, nil)
		up := change(t, h, head, cell.Update{Body: []byte(tt.body)})
		b := cell.Judge(up, h.Modules, cell.Past{Cited: map[cell.Cite]cell.Held{head.Cite(): head}, Own: []cell.Held{head}}, h.Charter)
		m := h.Matter(head.Ref(), "")
		if tt.rule == "" {
			if len(b) != 0 || m.Version.Cite() != up.Cite() {
				t.Errorf("%s: breaches %v, version %s", tt.what, b, m.Version.Cite())
			}
			continue
		}
		if len(b) != 1 || b[0].Rule != tt.rule || b[0].At != tt.at {
			t.Errorf("%s: breaches %v, want %s at %s", tt.what, b, tt.rule, tt.at)
		}
		if m.Version.Cite() != head.Cite() || m.Verdicts[up.Cite()] != cell.VerdictContested {
			t.Errorf("%s: it became the version", tt.what)
		}
	}
	h := celltest.NewHistory(celltest.Charter(t), cell.Modules{sized})
	head := h.Add(t, "alpha", "sized.thing/1", size{11}, nil)
	if m := h.Matter(head.Ref(), ""); m.Verdicts[head.Cite()] != cell.VerdictContested {
		t.Error("the record that opens is not asked")
	}
}

package node_test

import (
	"slices"
	"testing"
	"time"

	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
)

// XC-10: what nobody here can read stands in the interpreter's queue, the
// fastest first, until it is translated into every language of the desk.
func TestInterpretersQueue(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	s := c.Start("supervisor", "", nil) // reads en, ar, he
	queue := func() []node.ToTranslate {
		t.Helper()
		q, err := s.Translations(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	slow := s.Send(t, node.Act{Kind: "MSG", Precedence: cell.Routine}, `{"body":{"lang":"en","text":"3 vehicles"}}`)
	fast := s.Send(t, node.Act{Kind: "MSG", Precedence: cell.Immediate}, `{"body":{"lang":"he","text":"שני רכבים"}}`)
	q := queue()
	if len(q) != 2 || q[0].Ref != fast.Cite.String() || q[1].Key != slow.Ref.String() {
		t.Fatalf("queue %+v", q)
	}
	if !slices.Equal(q[0].Want, []string{"en", "ar"}) || q[0].Lang != "he" || q[0].Field != "body" || q[0].Text != "שני רכבים" {
		t.Errorf("wanted %+v", q[0])
	}
	translate := func(lang, text string) {
		s.Send(t, node.Act{Kind: cell.KindTranslation, About: slow.Ref}, `{"field":"body","lang":"`+lang+`","text":"`+text+`","standing":"draft"}`)
	}
	translate("ar", "٣ مركبات")
	if q = queue(); len(q) != 2 || !slices.Equal(q[1].Want, []string{"he"}) {
		t.Errorf("after the first translation %+v", q)
	}
	translate("he", "3 רכבים")
	if q = queue(); len(q) != 1 || q[0].Ref != fast.Cite.String() {
		t.Errorf("after the second %+v", q)
	}
	s.Send(t, node.Act{Kind: cell.KindCancel, About: fast.Ref}, `{}`)
	if q = queue(); len(q) != 1 {
		t.Errorf("a recent matter left with its end: %+v", q)
	}
	c.Clock.Add(13 * time.Hour)
	if q = queue(); len(q) != 0 {
		t.Errorf("an ended matter of yesterday stands in %+v", q)
	}
}

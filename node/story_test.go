package node_test

import (
	"testing"

	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
)

func TestCeaseTravels(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	for _, d := range []string{"alpha", "bravo", "supervisor"} {
		c.Start(d, "", nil)
	}
	c.Settle()
	a, b := c.Desks["alpha"], c.Desks["bravo"]
	p := c.Charter.Places[0]
	f := a.Send(t, node.Act{Kind: "CEASE"}, `{"what":"fire","place":{"id":"`+p.ID+`","lat":"`+p.Lat+`","lon":"`+p.Lon+`","text":"x","notation":"name","precision_m":100}}`)
	c.Settle()
	v, err := b.MatterView(t.Context(), f.Ref.String())
	if err != nil {
		t.Fatal(err)
	}
	if v.State != cell.StateDelivered {
		t.Fatalf("state %s, waiting %+v", v.State, v.Waiting)
	}
	b.Send(t, node.Act{Kind: cell.KindReceived, About: f.Ref}, `{}`)
	c.Settle()
	v, err = a.MatterView(t.Context(), f.Ref.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", v.Columns)
	w, err := a.Watch(t.Context())
	t.Logf("%+v %v", w.Alarms, err)
	t.Log(v.Subject)
	if v.Columns[0].Received == nil {
		t.Fatal("not received")
	}
}

package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/cell"
	"parley/journal"
	"parley/node"
)

// expect notes a fact that a desk's screen must show by a time, or, with
// "not", must not show until then:
//
//	expect bravo shows stop in answer_now by 18:02:05
//	expect alpha not shows alarm undelivered by 18:05:00
//
// Without "by" the fact must hold now.
func (p *Player) expect(ctx context.Context, l Line) error {
	w := l.Words[1:]
	x := pending{Result: Result{Line: l.At, Text: l.Text}, by: p.World.Clock.Now(), since: p.World.Clock.Now()}
	x.desk, w = w[0], w[1:]
	if w[0] == "not" {
		x.not, w = true, w[1:]
	}
	w = w[1:]
	if n := len(w); n > 2 && w[n-2] == "by" {
		by, err := p.time(w[n-1])
		if err != nil {
			return err
		}
		x.by, w = by, w[:n-2]
	}
	x.fact = w
	if p.Wait != nil {
		return nil // a visitor's own pace: the demo expects nothing of a person
	}
	p.pending = append(p.pending, x)
	return p.look(ctx)
}

// look decides the expectations that can be decided now.
func (p *Player) look(ctx context.Context) error {
	now := p.World.Clock.Now()
	p.pending = slices.DeleteFunc(p.pending, func(x pending) bool {
		holds, why := p.fact(ctx, x.desk, x.fact)
		over := !now.Before(x.by)
		switch {
		case holds && !x.not:
			x.Held = true
		case holds:
			why = "it was shown"
		case x.not && over:
			x.Held = true
		case !over:
			return false
		}
		x.At, x.Why = now, why
		p.record(x.Result)
		return true
	})
	return nil
}

// fact looks at one desk's screen. It gives what was shown instead when the
// fact does not hold.
func (p *Player) fact(ctx context.Context, name string, f []string) (bool, string) {
	d := p.World.Desk(name)
	if d == nil {
		return false, name + " is off"
	}
	ok, why, err := p.shows(ctx, name, f)
	if err != nil {
		return false, err.Error()
	}
	return ok, why
}

func (p *Player) shows(ctx context.Context, name string, f []string) (bool, string, error) {
	d := p.World.Desk(name)
	switch f[0] {
	case "alarm":
		return p.showsAlarm(ctx, d.Node, f[1:])
	case "generation":
		ok, why := generation(ctx, d, f[1:])
		return ok, why, nil
	case "link":
		return p.showsLink(ctx, d.Node, f[1:])
	case "journals":
		return p.showsJournals(ctx, d.Node, f[1:])
	case "watch":
		w, err := d.Watch(ctx)
		if err != nil || len(f) < 2 {
			return false, "", err
		}
		on := w.OnWatch[f[1]]
		return on != nil, "nobody is on watch at " + f[1], nil
	case "sent": // a message of this code was opened by a desk: sent CEASE bravo
		items, _, err := d.Matters(ctx, "all", "", f[1], "", 500)
		if err != nil {
			return false, "", err
		}
		n := 0
		for _, it := range items {
			if len(f) < 3 || it.From == f[2] {
				n++
			}
		}
		if len(f) > 3 {
			return strconv.Itoa(n) == f[3], fmt.Sprintf("%d of them", n), nil
		}
		return n > 0, "none of them", nil
	case "channel":
		return p.showsChannel(ctx, d.Node, f[1:])
	case "ledger":
		return showsCheck(ctx, d.Node, f[1:])
	case "tried":
		return showsTried(ctx, d.Node, f[1:])
	case "withholding":
		return p.World.relayOf(name).keeping(), "nothing is withheld", nil
	case "screen":
		return p.showsScreen(ctx, d.Node, f[1], f[2:])
	case "geo":
		return p.showsPlace(ctx, d.Node, f[1], f[2:])
	case "exported":
		return showsExport(ctx, d.Node, append(f[1:], name)[0])
	}
	return p.showsMatter(ctx, d.Node, f)
}

func (p *Player) showsAlarm(ctx context.Context, n *node.Node, f []string) (bool, string, error) {
	w, err := n.Watch(ctx)
	if err != nil {
		return false, "", err
	}
	var kinds []string
	for _, a := range w.Alarms {
		kinds = append(kinds, a.Kind)
		if a.Kind == f[0] && (len(f) < 2 || strings.Contains(a.ID+" "+a.Matter, p.key(ctx, n, f[1]))) {
			return true, "", nil
		}
	}
	return false, "alarms shown: " + strings.Join(kinds, ", "), nil
}

// key gives the key of a labelled matter, or the word itself.
func (p *Player) key(ctx context.Context, n *node.Node, word string) string {
	if r, err := p.ref(ctx, n, word); err == nil {
		return r.String()
	}
	return word
}

func (p *Player) showsLink(ctx context.Context, n *node.Node, f []string) (bool, string, error) {
	w, err := n.Watch(ctx)
	if err != nil {
		return false, "", err
	}
	for _, l := range w.Links {
		if l.Desk != f[0] {
			continue
		}
		if f[1] == "held" && len(f) > 2 {
			return strconv.Itoa(l.HeldHere) == f[2], fmt.Sprintf("held here: %d", l.HeldHere), nil
		}
		return l.State == f[1], "state " + l.State, nil
	}
	return false, "no such link", nil
}

func (p *Player) showsJournals(ctx context.Context, n *node.Node, f []string) (bool, string, error) {
	heads, err := n.Heads(ctx)
	if err != nil {
		return false, "", err
	}
	mine := journal.Code(heads)
	switch f[0] {
	case "code": // the code that another desk shows too
		other := p.World.Desk(f[1])
		if other == nil {
			return false, f[1] + " is off", nil
		}
		theirs, err := other.Heads(ctx)
		if err != nil {
			return false, "", err
		}
		return journal.Code(theirs) == mine, mine + " here, " + journal.Code(theirs) + " there", nil
	case "size":
		for _, h := range heads {
			if h.Desk == f[1] {
				return strconv.FormatInt(h.Size, 10) == f[2], fmt.Sprint("size ", h.Size), nil
			}
		}
	}
	return false, "not a fact about journals: code or size", nil
}

func (p *Player) showsChannel(ctx context.Context, n *node.Node, f []string) (bool, string, error) {
	state, err := n.Channel(ctx, f[0], f[1])
	return state == f[2], "state " + state, err
}

// showsExport: the newest entries of a desk's journal show that a proof was
// taken out of that desk.
func showsExport(ctx context.Context, n *node.Node, by string) (bool, string, error) {
	views, _, _, err := n.Journals(ctx, 50, nil)
	if err != nil {
		return false, "", err
	}
	for _, v := range views {
		for _, e := range v.Entries {
			if e.Kind == cell.KindExport && v.Desk == by {
				return true, "", nil
			}
		}
	}
	return false, by + " has taken no proof out", nil
}

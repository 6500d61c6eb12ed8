package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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

// showsMatter looks at one matter: in which part of the queue it stands, its
// state, who is waited for, what a desk's column says, what is read.
func (p *Player) showsMatter(ctx context.Context, n *node.Node, f []string) (bool, string, error) {
	if len(f) < 2 {
		return false, "", fmt.Errorf("a fact about a matter has at least two words")
	}
	ref, err := p.ref(ctx, n, f[0])
	if err != nil {
		return false, "it is not held here", nil
	}
	v, err := n.MatterView(ctx, ref.String())
	if err != nil {
		return false, "it is not held here", nil
	}
	switch f[1] {
	case "held":
		return true, "", nil
	case "in":
		return p.queued(ctx, n, ref.String(), f[2])
	case "state":
		return v.State == f[2], "state " + v.State, nil
	case "number":
		return v.Number == f[2], "number " + v.Number, nil
	case "waits":
		return waits(v, f[2:])
	case "text":
		text := v.Subject.In(f[2])
		for _, r := range v.Records {
			text += " " + r.Text.In(f[2])
			for _, fr := range r.Free {
				for _, t := range fr.Translations {
					if t.Lang == f[2] {
						text += " " + t.Text
					}
				}
			}
		}
		return strings.Contains(plain(text), f[3]), "text: " + text, nil
	case "contested":
		for _, c := range v.Contested {
			if len(f) < 3 || c.Rule == f[2] {
				return true, "", nil
			}
		}
		return false, "nothing is contested", nil
	case "derived":
		return p.derived(ctx, n, f[2])
	case "before":
		return p.before(ctx, n, v, f[2])
	case "step":
		return climbed(v, f[2])
	case "difference":
		return difference(v, f[2], f[3])
	}
	return column(v, f[1:])
}

// plain drops the isolating characters around inserted values.
func plain(s string) string {
	return strings.NewReplacer("\u2068", "", "\u2069", "").Replace(s)
}

func (p *Player) derived(ctx context.Context, n *node.Node, rule string) (bool, string, error) {
	items, _, err := n.Matters(ctx, "open", "", "", "", 500)
	if err != nil {
		return false, "", err
	}
	return slices.ContainsFunc(items, func(it node.Item) bool { return it.Kind == rule }), "no open matter of that rule", nil
}

// before looks at the order in which the desk came to hold two matters' heads:
// a FLASH overtakes what was written earlier (design 2, step 4).
func (p *Player) before(ctx context.Context, n *node.Node, v node.MatterView, label string) (bool, string, error) {
	other, err := p.ref(ctx, n, label)
	if err != nil {
		return false, label + " is not held here", nil
	}
	w, err := n.MatterView(ctx, other.String())
	if err != nil || len(w.Records) == 0 || len(v.Records) == 0 {
		return false, label + " is not held here", nil
	}
	for after := int64(0); ; {
		feed, err := n.Feed(ctx, after, 1000)
		if err != nil || len(feed) == 0 {
			return false, "neither is in the feed", err
		}
		for _, e := range feed {
			after = e.Pos
			for _, r := range e.Records {
				switch r {
				case v.Records[0].Ref:
					return true, "", nil
				case w.Records[0].Ref:
					return false, label + " came first", nil
				}
			}
		}
	}
}

func (p *Player) queued(ctx context.Context, n *node.Node, key, part string) (bool, string, error) {
	w, err := n.Watch(ctx)
	if err != nil {
		return false, "", err
	}
	parts := map[string][]node.Item{"answer_now": w.AnswerNow, "owed": w.Owed, "waiting": w.Waiting, "info": w.Info}
	for name, items := range parts {
		if slices.ContainsFunc(items, func(it node.Item) bool { return it.Key == key }) {
			return name == part, "in " + name, nil
		}
	}
	return false, "in no part of the queue", nil
}

func waits(v node.MatterView, f []string) (bool, string, error) {
	var have []string
	for _, w := range v.Waiting {
		have = append(have, strings.TrimSpace(w.Desk+" "+w.For+" "+w.Level))
		if w.Desk == f[0] && (len(f) < 2 || w.For == f[1]) && (len(f) < 3 || w.Level == f[2]) {
			return true, "", nil
		}
	}
	return false, "waits: " + strings.Join(have, ", "), nil
}

// column reads a desk's five acks: "received bravo", "readback bravo differs",
// "position bravo complied", "disseminated bravo brigade", each with an
// optional "at 18:02:05".
func column(v node.MatterView, f []string) (bool, string, error) {
	if len(f) < 2 {
		return false, "", fmt.Errorf("%q is not a fact about a matter", f[0])
	}
	i := slices.IndexFunc(v.Columns, func(c node.ColumnView) bool { return c.Desk == f[1] })
	if i < 0 {
		return false, f[1] + " is not addressed", nil
	}
	c := v.Columns[i]
	var a *node.AckView
	value := ""
	switch f[0] {
	case cell.NeedDelivered:
		a = c.Delivered
		if a != nil && a.Refused != "" {
			value = "refused"
		}
	case cell.NeedReceived:
		a = c.Received
	case cell.NeedReadBack:
		if a = c.ReadBack; a != nil {
			value = "matches"
			if !*a.Matches {
				value = "differs"
			}
		}
	case cell.NeedPosition:
		if a = c.Position; a != nil {
			value = a.Position
		}
	case cell.NeedDisseminated:
		for j := range c.Disseminated {
			a, value = &c.Disseminated[j], c.Disseminated[j].Level
			if len(f) < 3 || value == f[2] {
				break
			}
		}
	default:
		return false, "", fmt.Errorf("%q is not a fact about a matter", f[0])
	}
	if a == nil {
		return false, "nothing yet", nil
	}
	rest := f[2:]
	if len(rest) > 0 && rest[0] != "at" {
		if rest[0] != value {
			return false, value, nil
		}
		rest = rest[1:]
	}
	if len(rest) == 2 {
		at := time.UnixMilli(a.At).UTC().Format("15:04:05")
		return at == strings.TrimSuffix(rest[1], "Z"), "at " + at, nil
	}
	return true, "", nil
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

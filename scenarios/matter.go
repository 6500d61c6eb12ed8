package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/cell"
	"parley/node"
)

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
		have = append(have, strings.TrimSpace(w.Desk+" "+w.For+" "+w.Level+" "+w.Part))
		if w.Desk == f[0] && (len(f) < 2 || w.For == f[1]) && (len(f) < 3 || w.Level == f[2] || slices.Contains(strings.Split(w.Part, ","), f[2])) {
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

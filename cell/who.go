package cell

import (
	"fmt"
	"slices"
	"strings"
)

// judgeKind keeps what a kind's declaration says: at home or addressed, by
// which desk, about which matters, and that the first decision counts.
func judgeKind(h Held, k Kind, ms Modules, p Past, c *Charter) []Breach {
	var out []Breach
	switch kernel := strings.HasPrefix(k.Name, "cell."); {
	case k.Home && len(h.To) > 0:
		out = append(out, Breach{"cell.home", "/to", "a draft stays at its own desk: nobody is addressed"})
	case !k.Home && !k.Stays && !kernel && len(h.To) == 0:
		out = append(out, Breach{"cell.home", "/to", "nobody is addressed"})
	}
	head, has := p.Head(h.Record)
	if (len(k.Follows) > 0 && h.About.Desk != "" || k.needsHead()) && !has {
		return append(out, Breach{"cell.head-cited", "/cites", "it must cite the record that opened the matter"})
	}
	if len(k.Follows) > 0 && has && !slices.Contains(k.Follows, head.Kind) {
		out = append(out, Breach{"cell.follows", "/about", fmt.Sprintf("%s may be about %s only", k.Name, strings.Join(k.Follows, ", "))})
	}
	if len(k.Follows) > 0 && h.About.IsZero() {
		out = append(out, Breach{"cell.follows", "/about", k.Name + " names the matter that it is about"})
	}
	if !k.May(h.Desk, head, c) {
		out = append(out, Breach{"cell.who", "/desk", "this desk may not record " + k.Name + " here: " + k.Who})
	}
	if k.Decides && slices.ContainsFunc(p.Own, func(o Held) bool { x, _ := ms.Kind(o.Kind); return x.Decides && o.About == h.About }) {
		out = append(out, Breach{"cell.decided-once", "/about", "this desk has decided the matter before; its first decision counts"})
	}
	return out
}

func (k Kind) needsHead() bool {
	return slices.Contains([]string{WhoOpener, WhoOthers, WhoCounter, WhoDecides}, k.Who)
}

// May reports whether a desk may record the kind in the matter that head
// opened. For a kind that asks nothing of the head, head may be empty.
func (k Kind) May(desk string, head Held, c *Charter) bool {
	switch k.Who {
	case WhoParty:
		return c.Role(desk) == Party
	case WhoSupervisor:
		return c.Role(desk) == Supervisor
	case WhoOpener:
		return head.Desk == desk
	case WhoOthers:
		return head.Desk != desk
	case WhoCounter:
		return head.Desk != desk && c.Role(desk) == Party
	case WhoDecides:
		d, ok := head.Body.(Decided)
		return ok && d.DecidingDesk() == desk
	}
	return true
}

// Mode gives the supervision mode of a kind's basket, "" when its template
// names none.
func (c *Charter) Mode(kind string) string {
	t, ok := c.Template(kind)
	if !ok || t.Basket == "" {
		return ""
	}
	return c.Baskets[t.Basket]
}

// judgeMode keeps the supervision mode of the record's basket (design 5,
// SUP-01): what goes from party to party goes to the supervisor too in the
// modes relay and copy, and never in the modes sealed copy and metadata only,
// but for what it may know in every mode. Between one party and the supervisor
// nothing is asked: a caucus (TLK-04).
func judgeMode(h Held, k Kind, t Template, ms Modules, p Past, c *Charter) []Breach {
	if t.Basket == "" || !c.between(h.Record) {
		return nil
	}
	for _, s := range c.Supervisors() {
		switch mode := c.Baskets[t.Basket]; {
		case (mode == ModeRelay || mode == ModeCopy) && !h.Addressed(s):
			return []Breach{{"cell.mode", "/to", "the charter puts the basket " + t.Basket + " under the mode " + mode + ": address " + s + " too"}}
		case (mode == ModeSealed || mode == ModeMetadata) && h.Addressed(s) && !mayKnow(h, k, ms, p, c):
			return []Breach{{"cell.mode", "/to", "the charter puts the basket " + t.Basket + " under the mode " + mode + ": " + s + " is not addressed"}}
		}
	}
	return nil
}

// mayKnow reports whether a record may go to the supervisor in every mode: life
// safety does (HOT-05), and what is said about it, or about what the supervisor
// opened itself.
func mayKnow(h Held, k Kind, ms Modules, p Past, c *Charter) bool {
	head, ok := p.Head(h.Record)
	of, _ := ms.Kind(head.Kind)
	return k.LifeSafety || ok && (of.LifeSafety || c.Role(head.Desk) == Supervisor)
}

// onlyInformed reports whether a desk holds a matter of this kind for
// information only: the supervisor, where the basket's mode is copy.
func (c *Charter) onlyInformed(kind, desk string) bool {
	return c.Role(desk) == Supervisor && c.Mode(kind) == ModeCopy
}

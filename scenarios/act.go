package scenarios

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/desk"
	"parley/node"
)

var placeRE = regexp.MustCompile(`@(P-[0-9]+)`)
var saidRE = regexp.MustCompile(`@(key|hash|cite|number|field)\(([^)]*)\)`)
var timeRE = regexp.MustCompile(`@now([+-][0-9a-z]+)?|@[0-9]{2}:[0-9]{2}:[0-9]{2}`)

// body fills places (@P-07), times (@now, @now+30m, @18:35:00) and what a
// labelled record is called (@key(x), @hash(x), @cite(x), @number(x)) into an
// act's JSON.
func (p *Player) body(ctx context.Context, n *node.Node, text string) ([]byte, error) {
	if text == "" {
		return []byte("{}"), nil
	}
	var failed error
	text = saidRE.ReplaceAllStringFunc(text, func(m string) string {
		x := saidRE.FindStringSubmatch(m)
		name, err := p.called(ctx, n, x[1], x[2])
		failed = errors.Join(failed, err)
		if x[1] == "field" {
			return name // as it stands in that record
		}
		return fmt.Sprintf("%q", name)
	})
	text = placeRE.ReplaceAllStringFunc(text, func(m string) string {
		np, ok := p.World.Charter.Place(m[1:])
		if !ok {
			failed = fmt.Errorf("the charter lists no place %s", m[1:])
			return m
		}
		b, err := json.Marshal(cell.Place{ID: np.ID, Lat: np.Lat, Lon: np.Lon, Text: np.ID, Notation: "name", PrecisionM: 100})
		failed = errors.Join(failed, err)
		return string(b)
	})
	text = timeRE.ReplaceAllStringFunc(text, func(m string) string {
		off, now := strings.CutPrefix(m, "@now")
		at, err := p.World.Clock.Now(), error(nil)
		switch {
		case !now:
			at, err = p.time(m[1:])
		case off != "":
			var d time.Duration
			d, err = time.ParseDuration(strings.TrimPrefix(off, "+"))
			at = at.Add(d)
		}
		failed = errors.Join(failed, err)
		return fmt.Sprint(at.UnixMilli())
	})
	return []byte(text), failed
}

// act plays what a desk does.
func (p *Player) act(ctx context.Context, l Line) error {
	w := l.Words
	d := p.World.Desk(w[0])
	if d == nil {
		return fmt.Errorf("%s is off", w[0])
	}
	if w[1] == "finds" {
		return p.find(ctx, d.Node, w[2:])
	}
	if w[1] == "follows" {
		return p.follow(ctx, d, w[2])
	}
	body, err := p.body(ctx, d.Node, l.JSON)
	if err != nil {
		return err
	}
	a := node.Act{By: cell.By{Officer: desk.FirstOfficer, Role: "watch"}, Body: body}
	var label string
	var rest []string
	if w[1] == "sends" {
		a.Kind, rest = w[2], w[3:]
	} else {
		if a.About, err = p.ref(ctx, d.Node, w[2]); err != nil {
			return err
		}
		rest = w[3:]
		if w[1] == "reads" && l.JSON == "" {
			a.Body, err = repeat(ctx, d.Node, a.About)
		}
		if err == nil {
			err = ackOf(d, &a, w[1], rest, p.World.Clock.Now())
		}
		if err != nil {
			return err
		}
		if w[1] == "passes" || w[1] == "stands" {
			rest = rest[1:]
		}
	}
	refused, why := false, ""
	for len(rest) > 0 {
		switch {
		case rest[0] == "refused" || strings.HasPrefix(rest[0], "refused:"):
			refused = true
			_, why, _ = strings.Cut(rest[0], ":")
			rest = rest[1:]
			continue
		case len(rest) < 2:
			return fmt.Errorf("%q wants a value", rest[0])
		case rest[0] == "as":
			label = rest[1]
		case rest[0] == "to":
			a.To = strings.Split(rest[1], ",")
		case rest[0] == "about":
			if a.About, err = p.ref(ctx, d.Node, rest[1]); err != nil {
				return err
			}
		case rest[0] == "cites":
			if a.Cites, err = p.citesOf(ctx, d.Node, rest[1]); err != nil {
				return err
			}
		case rest[0] == "precedence":
			a.Precedence = cell.Precedence(rest[1])
		case rest[0] == "role":
			a.By.Role = rest[1]
		case rest[0] == "officer":
			a.By.Officer = rest[1]
		case rest[0] == "valid":
			dur, err := time.ParseDuration(rest[1])
			if err != nil {
				return err
			}
			a.Until = p.World.Clock.Now().Add(dur).UnixMilli()
		default:
			return fmt.Errorf("%q is not as, to, about, cites, precedence, role, officer, valid or refused", rest[0])
		}
		rest = rest[2:]
	}
	f, err := d.Act(ctx, a)
	if refused {
		if err == nil {
			return errors.New("the act was taken, and should have been refused")
		}
		if !strings.Contains(err.Error(), why) {
			return fmt.Errorf("refused, but not by %s: %w", why, err)
		}
		p.record(Result{Line: l.At, Text: l.Text, At: p.World.Clock.Now(), Held: true, Why: err.Error()})
		return nil
	}
	if err != nil {
		return err
	}
	if label != "" {
		p.named[label], p.cited[label] = f.Ref, f.Cite
	}
	return p.settle(ctx)
}

// ackOf fills an act for the short verbs: takes, reads, passes, stands, cancels.
func ackOf(d *desk.Desk, a *node.Act, verb string, args []string, now time.Time) error {
	switch {
	case verb == "takes":
		a.Kind = cell.KindReceived
	case verb == "reads":
		a.Kind = cell.KindReadBack
	case verb == "cancels":
		a.Kind = cell.KindCancel
	case verb == "translates":
		a.Kind = cell.KindTranslation
	case verb == "updates":
		a.Kind = cell.KindUpdate
	case verb == "passes" && len(args) > 0:
		a.Kind, a.Body = cell.KindDisseminated, fmt.Appendf(nil, `{"level":%q,"at":%d,"cannot":false}`, args[0], now.UnixMilli())
	case verb == "stands" && len(args) > 0:
		hash := ""
		if args[0] == cell.Agrees {
			m, err := d.MatterView(context.Background(), a.About.String())
			if err != nil {
				return err
			}
			hash = m.Hash
		}
		text := "[]"
		if len(a.Body) > 2 {
			text = string(a.Body)
		}
		a.Kind, a.Body = cell.KindPosition, fmt.Appendf(nil, `{"position":%q,"hash":%q,"text":%s}`, args[0], hash, text)
	default:
		return fmt.Errorf("%q is not sends, takes, reads, passes, stands, translates, updates or cancels", verb)
	}
	return nil
}

// repeat makes the read-back that matches a matter as its head says it.
func repeat(ctx context.Context, n *node.Node, about cell.Ref) ([]byte, error) {
	v, _, err := n.Record(ctx, about.String())
	if err != nil {
		return nil, err
	}
	body, _, err := n.Modules.Body(v.Kind, []byte(v.Body))
	if err != nil {
		return nil, err
	}
	r, ok := body.(cell.Repeater)
	if !ok {
		return nil, fmt.Errorf("%s has nothing to read back", about)
	}
	want, out := r.Repeat(), cell.ReadBack{}
	if want.Place != nil {
		out.Place = []cell.Place{*want.Place}
	}
	if want.Time != 0 {
		out.Time = []int64{want.Time}
	}
	if want.Height != nil {
		out.Height = []int64{*want.Height}
	}
	if want.Number != nil {
		out.Number = []int64{*want.Number}
	}
	return cell.EncodeBody(out)
}

// ref gives the matter that a label names. "CEASE/bravo" is the newest CEASE
// that bravo opened, as the desk that is asked holds it: the way to name what
// a visitor wrote, or what a node filed by the hour.
func (p *Player) ref(ctx context.Context, n *node.Node, label string) (cell.Ref, error) {
	if r, ok := p.named[label]; ok {
		return r, nil
	}
	code, from, ok := strings.Cut(label, "/")
	if !ok {
		return cell.Ref{}, fmt.Errorf("nothing is called %q", label)
	}
	items, _, err := n.Matters(ctx, "all", "", code, "", 500)
	if err != nil {
		return cell.Ref{}, err
	}
	for _, it := range items { // newest first
		if it.From == from {
			return cell.ParseRef(it.Key)
		}
	}
	return cell.Ref{}, fmt.Errorf("%s holds no %s of %s", n.Desk(), code, from)
}

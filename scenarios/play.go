package scenarios

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/desk"
	"parley/link"
	"parley/node"
)

// Result is one expectation and what came of it.
type Result struct {
	Line int
	Text string
	At   time.Time // story time at which it was found to hold, or given up
	Held bool
	Why  string // what the screen showed instead
}

// Player plays one story on a running world.
type Player struct {
	World   *World
	Story   *Story
	Out     io.Writer // each expectation with its time; nil: quiet
	Results []Result

	// Wait is called when the visitor's turn comes, and returns once the fact
	// holds. Nil: nobody takes part, and the lines below the turn are played.
	Wait func(ctx context.Context, step string, holds func() (bool, string)) error

	named   map[string]cell.Ref
	pending []pending
	line    int
}

type pending struct {
	Result
	desk  string
	fact  []string
	by    time.Time
	not   bool
	since time.Time
}

// ErrNothingExpected is what an empty story ends in.
var ErrNothingExpected = errors.New("the story expects nothing")

// Play plays the story to its end. It returns an error when a line cannot be
// played; expectations that did not hold are in Results, see [Player.Held].
func (p *Player) Play(ctx context.Context) error {
	p.named = map[string]cell.Ref{}
	if err := p.World.Settle(ctx); err != nil {
		return err
	}
	for _, l := range p.Story.Lines {
		if err := p.play(ctx, l); err != nil {
			return fmt.Errorf("%s: line %d: %s: %w", p.Story.Name, l.At, l.Text, err)
		}
	}
	if len(p.pending) > 0 {
		last := slices.MaxFunc(p.pending, func(a, b pending) int { return a.by.Compare(b.by) }).by
		if err := p.advance(ctx, last); err != nil {
			return err
		}
	}
	if len(p.Results) == 0 {
		return fmt.Errorf("%s: %w", p.Story.Name, ErrNothingExpected)
	}
	return nil
}

// Held reports whether every expectation held, and how many there were.
func (p *Player) Held() (all bool, n int) {
	all = true
	for _, r := range p.Results {
		all = all && r.Held
	}
	return all && len(p.Results) > 0, len(p.Results)
}

func (p *Player) play(ctx context.Context, l Line) error {
	p.line = l.At
	w := l.Words
	switch {
	case w[0] == "at" && len(w) == 2:
		to, err := p.time(w[1])
		if err != nil {
			return err
		}
		return p.advance(ctx, to)
	case w[0] == "after" && len(w) == 2:
		d, err := time.ParseDuration(w[1])
		if err != nil {
			return err
		}
		return p.advance(ctx, p.World.Clock.Now().Add(d))
	case w[0] == "cut" && len(w) == 3:
		p.World.Cut(w[1], w[2])
		return p.part(ctx, w[1], w[2])
	case w[0] == "restore" && len(w) == 3:
		p.World.Restore(w[1], w[2])
		return p.rejoin(ctx, w[1], w[2])
	case w[0] == "stop" && len(w) == 2:
		p.World.Stop(w[1])
		return p.part(ctx, "supervisor", w[1])
	case w[0] == "start" && len(w) == 2:
		if err := p.World.Start(ctx, w[1]); err != nil {
			return err
		}
		return p.rejoin(ctx, w[1], "supervisor")
	case (w[0] == "withhold" || w[0] == "alter") && len(w) == 3:
		p.World.relays[w[1]].set(w[0], w[2], true)
		return nil
	case w[0] == "release" && len(w) == 2:
		p.World.relays[w[1]].release()
		return p.nudge(ctx, w[1])
	case w[0] == "expect":
		return p.expect(ctx, l)
	case w[0] == "turn" && len(w) == 2:
		return p.turn(ctx, l)
	case slices.Contains(desks, w[0]) && len(w) >= 3:
		return p.act(ctx, l)
	}
	return fmt.Errorf("not a line of a story; see the package comment of scenarios")
}

// time reads "18:02:05" as a time of the story's day (or the next, when that
// has passed), or a whole date and time.
func (p *Player) time(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.Parse("15:04:05", strings.TrimSuffix(s, "Z"))
	if err != nil {
		return t, fmt.Errorf("%q is not a time such as 18:02:05 or 2026-01-06T18:02:05Z", s)
	}
	start := p.Story.Head.Start.UTC()
	at := time.Date(start.Year(), start.Month(), start.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	if at.Before(start) {
		at = at.AddDate(0, 0, 1)
	}
	return at, nil
}

// advance moves the story's clock on, by the steps at which something falls
// due on any desk. In a running demo it waits instead.
func (p *Player) advance(ctx context.Context, to time.Time) error {
	if p.World.Clock.Rate() > 0 {
		return p.waitUntil(ctx, to)
	}
	for {
		if err := p.settle(ctx); err != nil {
			return err
		}
		now := p.World.Clock.Now()
		if !now.Before(to) {
			return nil
		}
		next, err := p.next(ctx, now, to)
		if err != nil {
			return err
		}
		p.World.Clock.Set(next)
		for _, name := range desks {
			if d := p.World.Desk(name); d != nil {
				if err := d.Tick(ctx); err != nil {
					return err
				}
			}
		}
	}
}

func (p *Player) waitUntil(ctx context.Context, to time.Time) error {
	for p.World.Clock.Now().Before(to) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

// longestStep is how far the clock moves at once when nothing falls due.
const longestStep = 5 * time.Minute

func (p *Player) next(ctx context.Context, now, to time.Time) (time.Time, error) {
	next := now.Add(longestStep).Truncate(longestStep)
	if !next.After(now) || next.After(to) {
		next = to
	}
	for _, x := range p.pending {
		if x.by.After(now) && x.by.Before(next) {
			next = x.by
		}
	}
	for _, name := range desks {
		d := p.World.Desk(name)
		if d == nil {
			continue
		}
		due, err := d.NextDue(ctx)
		if err != nil {
			return next, err
		}
		if due > 0 {
			if t := time.UnixMilli(due).UTC(); t.After(now) && t.Before(next) {
				next = t
			}
		}
	}
	return next, nil
}

// settle lets the links carry what they can and looks at what is expected.
func (p *Player) settle(ctx context.Context) error {
	if err := p.World.Settle(ctx); err != nil {
		return err
	}
	return p.look(ctx)
}

// nudge makes a desk offer again what it kept back.
func (p *Player) nudge(ctx context.Context, name string) error {
	for _, d := range desks {
		if d != name {
			p.World.Cut(name, d)
			p.World.Restore(name, d)
		}
	}
	return p.rejoin(ctx, name, "")
}

// part waits until both ends have seen that a link is down, then settles.
func (p *Player) part(ctx context.Context, a, b string) error {
	limit, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for p.joined(a, b) || p.joined(b, a) {
		select {
		case <-limit.Done():
			return fmt.Errorf("the link of %s and %s did not go down: %w", a, b, limit.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
	return p.settle(ctx)
}

func (p *Player) joined(a, b string) bool {
	d := p.World.Desk(a)
	return d != nil && slices.ContainsFunc(d.Links.Status(), func(s link.PeerStatus) bool { return s.Peer == b && s.Up })
}

// rejoin waits until a link is up again, then settles.
func (p *Player) rejoin(ctx context.Context, a, b string) error {
	limit, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	up := func() bool {
		d := p.World.Desk(a)
		if d == nil {
			return true
		}
		for _, s := range d.Links.Status() {
			if (s.Peer == b || b == "") && !s.Up && p.World.Desk(s.Peer) != nil && !p.World.isCut(a, s.Peer) {
				return false
			}
		}
		return true
	}
	for !up() {
		select {
		case <-limit.Done():
			return fmt.Errorf("the link of %s did not come up: %w", a, limit.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
	return p.settle(ctx)
}

// turn is the visitor's: it waits for the fact, or plays the lines below.
func (p *Player) turn(ctx context.Context, l Line) error {
	var until Line
	rest := slices.Clone(l.Inner)
	if len(rest) > 0 && rest[0].Words[0] == "until" {
		until, rest = rest[0], rest[1:]
	}
	if len(until.Words) < 4 {
		return fmt.Errorf("a turn begins with: until <desk> shows <fact>")
	}
	holds := func() (bool, string) { return p.fact(ctx, until.Words[1], until.Words[3:]) }
	if p.Wait != nil {
		return p.Wait(ctx, l.Words[1], holds)
	}
	for _, x := range rest {
		if err := p.play(ctx, x); err != nil {
			return fmt.Errorf("line %d: %s: %w", x.At, x.Text, err)
		}
	}
	if ok, why := holds(); !ok {
		return fmt.Errorf("after its own lines the turn's fact does not hold: %s", why)
	}
	return nil
}

var placeRE = regexp.MustCompile(`@(P-[0-9]+)`)
var timeRE = regexp.MustCompile(`@now([+-][0-9a-z]+)?`)

// body fills places (@P-07) and times (@now, @now+30m) into an act's JSON.
func (p *Player) body(text string) ([]byte, error) {
	if text == "" {
		return []byte("{}"), nil
	}
	var failed error
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
		at := p.World.Clock.Now()
		if off := strings.TrimPrefix(m, "@now"); off != "" {
			d, err := time.ParseDuration(strings.TrimPrefix(off, "+"))
			failed = errors.Join(failed, err)
			at = at.Add(d)
		}
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
	body, err := p.body(l.JSON)
	if err != nil {
		return err
	}
	a := node.Act{By: cell.By{Officer: "watch-1", Role: "watch"}, Body: body}
	label, rest := "", w[2:]
	if w[1] == "sends" {
		a.Kind, rest = w[2], w[3:]
	} else {
		if a.About, err = p.ref(w[2]); err != nil {
			return err
		}
		rest = w[3:]
		if err := ackOf(d, &a, w[1], rest, p.World.Clock.Now()); err != nil {
			return err
		}
		if w[1] == "passes" || w[1] == "stands" {
			rest = rest[1:]
		}
	}
	refused := false
	for len(rest) > 0 {
		switch {
		case rest[0] == "refused":
			refused, rest = true, rest[1:]
			continue
		case len(rest) < 2:
			return fmt.Errorf("%q wants a value", rest[0])
		case rest[0] == "as":
			label = rest[1]
		case rest[0] == "to":
			a.To = strings.Split(rest[1], ",")
		case rest[0] == "about":
			if a.About, err = p.ref(rest[1]); err != nil {
				return err
			}
		case rest[0] == "precedence":
			a.Precedence = cell.Precedence(rest[1])
		case rest[0] == "role":
			a.By.Role = rest[1]
		case rest[0] == "valid":
			dur, err := time.ParseDuration(rest[1])
			if err != nil {
				return err
			}
			a.Until = p.World.Clock.Now().Add(dur).UnixMilli()
		default:
			return fmt.Errorf("%q is not as, to, about, precedence, role, valid or refused", rest[0])
		}
		rest = rest[2:]
	}
	f, err := d.Act(ctx, a)
	if refused {
		if err == nil {
			return errors.New("the act was taken, and should have been refused")
		}
		p.record(Result{Line: l.At, Text: l.Text, At: p.World.Clock.Now(), Held: true, Why: err.Error()})
		return nil
	}
	if err != nil {
		return err
	}
	if label != "" {
		p.named[label] = f.Ref
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

func (p *Player) ref(label string) (cell.Ref, error) {
	if r, ok := p.named[label]; ok {
		return r, nil
	}
	return cell.ParseRef(label)
}

func (p *Player) record(r Result) {
	p.Results = append(p.Results, r)
	if p.Out == nil {
		return
	}
	mark := "held    "
	if !r.Held {
		mark = "NOT HELD"
	}
	fmt.Fprintf(p.Out, "%s %s %s", mark, r.At.UTC().Format("15:04:05.000Z"), r.Text)
	if !r.Held {
		fmt.Fprintf(p.Out, "\n         line %d: %s", r.Line, r.Why)
	}
	fmt.Fprintln(p.Out)
}

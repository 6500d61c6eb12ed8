package scenarios

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
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

	// Proofs are the proof files that desks took out, by the label proven.
	Proofs map[string][]byte

	// Wait is called when the visitor's turn comes, and returns once the fact
	// holds. Nil: nobody takes part, and the lines below the turn are played.
	// With a visitor nothing is expected, and a line that cannot be played,
	// because of what the visitor did before, is left out: see Skipped.
	Wait    func(ctx context.Context, step string, holds func() (bool, string)) error
	Skipped func(l Line, err error) // may be nil

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

// Play plays a story that [Parse] has read to its end. It returns an error when a line cannot be
// played; expectations that did not hold are in Results, see [Player.Held].
func (p *Player) Play(ctx context.Context) error {
	p.named, p.Proofs = map[string]cell.Ref{}, map[string][]byte{}
	if err := p.World.Settle(ctx); err != nil {
		return err
	}
	for _, l := range p.Story.Lines {
		err := p.play(ctx, l)
		switch {
		case err == nil:
		case p.Wait == nil || ctx.Err() != nil:
			return fmt.Errorf("%s: line %d: %s: %w", p.Story.Name, l.At, l.Text, err)
		case p.Skipped != nil:
			p.Skipped(l, err)
		}
	}
	if len(p.pending) > 0 {
		last := slices.MaxFunc(p.pending, func(a, b pending) int { return a.by.Compare(b.by) }).by
		if err := p.advance(ctx, last); err != nil {
			return err
		}
	}
	if len(p.Results) == 0 && p.Wait == nil {
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
	case w[0] == "at":
		to, err := p.time(w[1])
		if err != nil {
			return err
		}
		return p.advance(ctx, to)
	case w[0] == "after":
		d, err := time.ParseDuration(w[1])
		if err != nil {
			return err
		}
		return p.advance(ctx, p.World.Clock.Now().Add(d))
	case w[0] == "cut":
		p.World.Cut(w[1], w[2])
		return p.part(ctx, w[1], w[2])
	case w[0] == "restore":
		p.World.Restore(w[1], w[2])
		return p.rejoin(ctx)
	case w[0] == "stop":
		p.World.Stop(w[1])
		return p.part(ctx, "supervisor", w[1])
	case w[0] == "start":
		if err := p.World.Start(ctx, w[1]); err != nil {
			return err
		}
		return p.rejoin(ctx)
	case w[0] == "withhold" || w[0] == "alter":
		p.World.relays[w[1]].set(w[0], w[2], true)
		return nil
	case w[0] == "release":
		p.World.relays[w[1]].release()
		return p.nudge(ctx, w[1])
	case w[0] == "expect":
		return p.expect(ctx, l)
	case w[0] == "turn":
		return p.turn(ctx, l)
	case w[1] == "proves":
		return p.prove(ctx, l)
	}
	return p.act(ctx, l)
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
	step, before := steps[0], map[string]int64(nil)
	for {
		if err := p.settle(ctx); err != nil {
			return err
		}
		now := p.World.Clock.Now()
		if !now.Before(to) {
			return nil
		}
		step = longer(step, maps.Equal(before, p.World.written))
		before = p.World.written
		next, err := p.next(ctx, now, to, step)
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

// steps is how far the clock moves at once when nothing falls due: a little
// after a record was written, because more may follow from it, then further.
var steps = []time.Duration{5 * time.Minute, 10 * time.Minute, 30 * time.Minute}

func longer(step time.Duration, quiet bool) time.Duration {
	if !quiet {
		return steps[0]
	}
	return steps[min(slices.Index(steps, step)+1, len(steps)-1)]
}

func (p *Player) next(ctx context.Context, now, to time.Time, step time.Duration) (time.Time, error) {
	next := now.Add(step).Truncate(step)
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
	return p.rejoin(ctx)
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

// rejoin waits until every desk has noticed how its links stand, then settles.
func (p *Player) rejoin(ctx context.Context) error {
	if err := p.World.Noticed(ctx); err != nil {
		return err
	}
	return p.settle(ctx)
}

// turn is the visitor's: it waits for the fact, or plays the lines below.
func (p *Player) turn(ctx context.Context, l Line) error {
	until, rest := slices.Clone(l.Inner[0].Words), l.Inner[1:]
	not := until[2] == "not"
	if not {
		until = slices.Delete(until, 2, 3)
	}
	holds := func() (bool, string) {
		ok, why := p.fact(ctx, until[1], until[3:])
		return ok != not, why
	}
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
var timeRE = regexp.MustCompile(`@now([+-][0-9a-z]+)?|@[0-9]{2}:[0-9]{2}:[0-9]{2}`)

// body fills places (@P-07) and times (@now, @now+30m, @18:35:00) into an act's JSON.
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
	body, err := p.body(l.JSON)
	if err != nil {
		return err
	}
	a := node.Act{By: cell.By{Officer: "watch-1", Role: "watch"}, Body: body}
	label, rest := "", w[2:]
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
			if a.About, err = p.ref(ctx, d.Node, rest[1]); err != nil {
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

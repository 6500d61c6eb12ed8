package scenarios

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"parley/cell"
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
	cited   map[string]cell.Cite // records by label
	backups map[string][]byte    // by name
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
	p.named, p.cited, p.Proofs = map[string]cell.Ref{}, map[string]cell.Cite{}, map[string][]byte{}
	if err := p.settle(ctx); err != nil {
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
		return p.rejoin(ctx)
	case w[0] == "restore":
		p.World.Restore(w[1], w[2])
		return p.rejoin(ctx)
	case w[0] == "stop":
		p.World.Stop(w[1])
		return p.rejoin(ctx)
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
	case w[0] == "backup" || w[0] == "recover" || w[0] == "override" || w[0] == "audit":
		return p.survive(ctx, l)
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

// visitorSettles is how long, in real time, a story waits for the desks while a
// visitor takes part, who may act or cut a link at any moment.
const visitorSettles = 3 * time.Second

// settle lets the links carry what they can and looks at what is expected.
func (p *Player) settle(ctx context.Context) error {
	if p.Wait != nil {
		limited, cancel := context.WithTimeout(ctx, visitorSettles)
		defer cancel()
		_ = p.World.Settle(limited) // what has not come by then comes later
		return ctx.Err()
	}
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

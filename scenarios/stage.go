package scenarios

import (
	"context"
	"fmt"
	"sync"
	"time"

	"parley/cell"
)

// Stage runs a story for a visitor: it shows whose turn it is, waits for the
// visitor's own acts, and lets them cut the link or have the supervisor
// withhold a record. It is the demo face of every desk's API.
type Stage struct {
	World *World
	Story *Story
	Speed float64 // story seconds per real second
	Proof string  // the command that verifies a downloaded proof

	mu      sync.Mutex
	started bool
	step    string
	done    map[string]bool
	skip    chan struct{}
	over    bool
}

// StageState is what a console's demo bar shows.
type StageState struct {
	Scenario     string      `json:"scenario"`
	Title        cell.T3     `json:"title"`
	Visitor      string      `json:"visitor"`
	Started      bool        `json:"started"`
	Step         string      `json:"step"`
	Prompt       cell.T3     `json:"prompt"`
	Screen       string      `json:"screen"` // on which the turn is done
	Steps        []StageStep `json:"steps"`
	LinkCut      bool        `json:"link_cut"`
	Withholding  bool        `json:"withholding"`
	ProofCommand string      `json:"proof_command"`
	End          *End        `json:"end"`
}

// StageStep is one turn in the list of turns.
type StageStep struct {
	ID    string  `json:"id"`
	Title cell.T3 `json:"title"`
	Done  bool    `json:"done"`
}

// State gives what the demo bar shows now.
func (s *Stage) State() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := StageState{Scenario: s.Story.Name, Title: s.Story.Head.Title, Visitor: s.Story.Head.Visitor, Started: s.started, Step: s.step,
		Steps: []StageStep{}, LinkCut: s.World.isCut(s.Story.Head.Visitor, "supervisor"), ProofCommand: s.Proof}
	if r := s.World.relayOf("supervisor"); r != nil {
		st.Withholding = r.keeping()
	}
	for _, x := range s.Story.Head.Steps {
		st.Steps = append(st.Steps, StageStep{x.ID, x.Title, s.done[x.ID]})
		if x.ID == s.step {
			st.Prompt, st.Screen = x.Prompt, x.Screen
		}
	}
	if s.over {
		st.End = &s.Story.Head.End
	}
	return st
}

// Do takes a button of the demo bar: cut, restore, withhold, release, or next
// to leave a turn out.
func (s *Stage) Do(_ context.Context, action string) error {
	visitor := s.Story.Head.Visitor
	switch action {
	case "cut":
		s.World.Cut(visitor, "supervisor")
	case "restore":
		s.World.Restore(visitor, "supervisor")
	case "withhold":
		s.World.relayOf("supervisor").set("withhold", visitor, true)
	case "release":
		s.World.relayOf("supervisor").release()
		for _, d := range desks[:2] {
			s.World.Cut("supervisor", d)
			s.World.Restore("supervisor", d)
		}
	case "next":
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.skip != nil {
			close(s.skip)
			s.skip = nil
		}
	default:
		return cell.Invalidf("/action", "%q is not cut, restore, withhold, release or next", action)
	}
	return nil
}

// Run plays the story at the visitor's pace.
func (s *Stage) Run(ctx context.Context) error {
	p := &Player{World: s.World, Story: s.Story, Wait: s.wait, Skipped: func(l Line, err error) {
		s.World.Log.Info("a line of the story was left out", "line", l.At, "text", l.Text, "err", err)
	}}
	if err := p.Play(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("play for the visitor: %w", err)
	}
	s.mu.Lock()
	s.over, s.step = true, ""
	s.mu.Unlock()
	return nil
}

// wait shows the turn and returns when its fact holds or the visitor leaves it
// out. The story's clock starts with the end of the first turn.
func (s *Stage) wait(ctx context.Context, step string, holds func() (bool, string)) error {
	skip := make(chan struct{})
	s.mu.Lock()
	if s.done == nil {
		s.done = map[string]bool{}
	}
	s.step, s.skip = step, skip
	s.mu.Unlock()
	t := time.NewTicker(200 * time.Millisecond)
	defer t.Stop()
	for {
		if ok, _ := holds(); ok {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-skip:
			return s.leave(step, false)
		case <-t.C:
		}
	}
	return s.leave(step, true)
}

func (s *Stage) leave(step string, done bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done[step], s.step, s.skip = done, "", nil
	if !s.started {
		s.started = true
		s.World.Clock.Run(s.Speed)
	}
	return nil
}

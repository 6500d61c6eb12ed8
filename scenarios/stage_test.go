package scenarios

import (
	"context"
	"sync"
	"testing"

	"parley/node"
)

// A visitor may leave every turn out, cut and withhold where nobody asked for
// it, and close the channel: the story still comes to its end card.
func TestNothingAVisitorDoesEndsTheStory(t *testing.T) {
	for _, c := range []struct {
		what string
		do   func(t *testing.T, s *Stage, step string)
	}{
		{"leaves every turn out", func(*testing.T, *Stage, string) {}},
		{"presses every button", func(t *testing.T, s *Stage, step string) {
			for _, b := range []string{"cut", "withhold", "restore", "release"} {
				if err := s.Do(t.Context(), b); err != nil {
					t.Errorf("%s at %s: %v", b, step, err)
				}
			}
		}},
		{"suspends the channel", func(t *testing.T, s *Stage, step string) {
			if step == "alpha-message" {
				a := node.Act{Kind: "CHSTATE", Body: []byte(`{"with":"alpha","state":"suspended"}`)}
				if _, err := s.World.Desk("bravo").Act(t.Context(), a); err != nil {
					t.Error(err)
				}
			}
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			visit(t, c.do)
		})
	}
}

// visit runs the demo's story fast for a visitor who does something at every
// turn and then leaves it.
func visit(t *testing.T, do func(*testing.T, *Stage, string)) {
	p := begin(t, load(t, "cell"), false)
	s := &Stage{World: p.World, Story: p.Story, Speed: 2000}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		defer stop()
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	for seen := ""; ; {
		err := until(ctx, settleLimit, func() bool {
			st := s.State().(StageState)
			return st.End != nil || st.Step != "" && st.Step != seen
		})
		st := s.State().(StageState)
		if st.End != nil {
			break
		}
		if err != nil {
			t.Fatalf("after %q: %v", seen, err)
		}
		seen = st.Step
		do(t, s, seen)
		if err := s.Do(ctx, "next"); err != nil {
			t.Error(err)
		}
	}
	st := s.State().(StageState)
	if !st.Started || st.End.Limits["he"] == "" || len(st.Steps) != len(p.Story.Head.Steps) {
		t.Errorf("at the end: %+v", st)
	}
}

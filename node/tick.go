package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"parley/cell"
	"parley/cell/hotline"
	"parley/store"
)

// linkSeen is what the link last told about a peer.
type linkSeen struct {
	up       bool
	since    int64
	evidence string
	told     bool   // whether the state told in the last probe is this one
	last     string // what this desk last recorded, "" while not looked up
}

// How long a link's state must stand before it is recorded: short breaks are
// the link's own business.
const (
	downFor = 15_000
	upFor   = 2_000
)

// LinkChanged notes what the link finds. The probe is recorded by Tick once it
// has stood for a while (HOT-16: node off is found by probe).
func (n *Node) LinkChanged(peer string, up bool, evidence string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.forgetOffers(peer)
	s := n.links[peer]
	if s == nil {
		s = &linkSeen{}
		n.links[peer] = s
	}
	if s.up != up || s.since == 0 {
		s.since, s.told = n.now(), false
	}
	s.up, s.evidence = up, evidence
	close(n.changed)
	n.changed = make(chan struct{})
}

// begin writes the matters that stand by the charter alone, and adopts it.
func (n *Node) begin(ctx context.Context) error {
	err := n.do(ctx, func(ctx context.Context, b *batch) error {
		if err := errors.Join(b.judgeAnew(ctx), b.extendAnew(ctx)); err != nil {
			return err
		}
		return b.writeStanding(ctx)
	})
	if err != nil {
		return err
	}
	return n.adopt(ctx)
}

// adopt files the first acts under the charter in force: at the start, or when a
// restore is over.
func (n *Node) adopt(ctx context.Context) error {
	if n.begun.Load() {
		return nil
	}
	for _, d := range n.firstActs() {
		err := n.fileDecided(ctx, d)
		if errors.Is(err, cell.ErrNotNow) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	n.begun.Store(true)
	return nil
}

// firstActs are the first acts of a desk under a charter or with new keys: that
// it adopted the charter, that its keys are others than before, and each of its
// key notes (design 5, SEC-14). Each is filed once.
func (n *Node) firstActs() []cell.Draft {
	c, me := n.Config.Charter, n.Desk()
	to := c.Others(me)
	out := []cell.Draft{{Kind: cell.KindAdopted, Key: "adopted/" + c.Hash, To: to, By: cell.ByNode(), Body: cell.Adopted{Hash: c.Hash, Version: c.Version}}}
	epochs := n.known().Epochs(me)
	for i, e := range epochs {
		if i == 0 {
			continue
		}
		changed := epochs[i-1].Keys.Differ(e.Keys)
		switch {
		case e.Note != nil:
			out = append(out, cell.Draft{Kind: cell.KindKeyComp, Key: "keycomp/" + e.Hash, To: to, By: cell.ByNode(), Body: cell.KeyComp{Number: e.Note.Number,
				Purposes: changed, From: e.Note.From, Until: e.Note.Until, Note: string(e.Note.File), Reason: []cell.Free{}}})
		case e.Hash == c.Hash && len(changed) > 0:
			out = append(out, cell.Draft{Kind: cell.KindKeyChange, Key: "keychange/" + c.Hash, To: to, By: cell.ByNode(),
				Body: cell.KeyChange{Charter: c.Hash, Version: c.Version, Purposes: changed}})
		}
	}
	return out
}

func (b *batch) writeStanding(ctx context.Context) error {
	for _, c := range b.n.known().Charters { // what stood under an earlier one stays held
		if c.Version > b.n.Config.Charter.Version {
			break
		}
		for _, m := range b.n.Modules {
			if m.Standing == nil {
				continue
			}
			for _, d := range m.Standing(c) {
				if err := b.writeDerived(ctx, d); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Tick runs the clocks at the present time: it folds the matters whose state
// changes by itself, records the rungs of the ladder that this desk takes
// (HOT-07), and files what the modules owe by the hour (HOT-02). Call it every
// second, or whenever the clock has moved.
func (n *Node) Tick(ctx context.Context) error {
	err := n.do(ctx, func(ctx context.Context, b *batch) error {
		if err := b.markStates(ctx, `SELECT key FROM matter WHERE next > 0 AND next <= ? LIMIT 512`, n.now()); err != nil {
			return err
		}
		n.index.sweep(n.now() - keptEnded)
		return nil
	})
	if err != nil {
		return fmt.Errorf("run the clocks: %w", err)
	}
	if err := n.testReadable(ctx); err != nil {
		return fmt.Errorf("run the clocks: %w", err)
	}
	if err := n.rollbacks(ctx); err != nil {
		return fmt.Errorf("run the clocks: %w", err)
	}
	if n.mayAppend() != nil {
		return nil
	}
	if err := n.adopt(ctx); err != nil {
		return fmt.Errorf("adopt the charter: %w", err)
	}
	if err := n.tellRestored(ctx); err != nil {
		return fmt.Errorf("run the clocks: %w", err)
	}
	var drafts []cell.Draft
	var late map[string]int
	err = n.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if drafts, late, err = n.steps(ctx, tx); err != nil {
			return err
		}
		if err := n.recallProbes(ctx, tx); err != nil {
			return err
		}
		drafts = append(drafts, n.probes()...)
		due, err := n.due(ctx, tx)
		drafts = append(drafts, due...)
		if err == nil {
			n.unfiled.sweep(drafts, n.now())
		}
		return err
	})
	if err == nil {
		err = n.fileAll(ctx, drafts)
	}
	if err != nil {
		n.climbing.back(late)
		return fmt.Errorf("run the clocks: %w", err)
	}
	return nil
}

// due gives what the modules owe now.
func (n *Node) due(ctx context.Context, tx *store.Tx) (drafts []cell.Draft, err error) {
	for _, m := range n.Modules {
		if m.Due != nil {
			drafts = append(drafts, m.Due(n.situation(ctx, tx, &err))...)
		}
	}
	return drafts, err
}

// fileAll files what is due. One that cannot be filed holds up none of the others but
// those that say so ([cell.Draft.After]).
func (n *Node) fileAll(ctx context.Context, drafts []cell.Draft) error {
	var failed error
	missing := map[string]bool{}
	for _, d := range drafts {
		if slices.ContainsFunc(d.After, func(key string) bool { return missing[key] }) {
			missing[d.Key] = true
			n.unfiled.wait(d)
			continue
		}
		filed, err := n.file(ctx, d)
		missing[d.Key] = !filed
		failed = errors.Join(failed, err)
		if errors.Is(err, cell.ErrNotNow) {
			break
		}
	}
	if failed != nil {
		return fmt.Errorf("file what is due: %w", failed)
	}
	return nil
}

// file files a draft of the node itself, once per key, and reports whether it is
// filed. One that is refused is said once, and tried again later.
func (n *Node) file(ctx context.Context, d cell.Draft) (filed bool, err error) {
	if n.unfiled.early(d.Key, n.now()) {
		return false, nil
	}
	var known bool
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		var c int
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM act_key WHERE key = ?`, d.Key).Scan(&c)
		known = c > 0
		return err
	})
	if err != nil || known {
		return known, err
	}
	body, err := cell.EncodeBody(d.Body)
	if err == nil {
		_, err = n.Act(ctx, Act{Kind: d.Kind, Key: d.Key, To: n.withRelays(d.To), About: d.About, Cites: d.Cites, Precedence: d.Precedence, Until: d.Until, By: d.By, Body: body})
	}
	why, refused := whyRefused(err)
	if !refused {
		if err == nil && n.unfiled.filed(d.Key) {
			n.wake()
		}
		return err == nil, err
	}
	if n.unfiled.refused(d, why, n.now()) {
		n.Log.Warn("the node's own act was refused; it is tried again later and later", "kind", d.Kind, "err", err)
		n.wake()
		if _, breaches := errors.AsType[*cell.Refused](err); !breaches {
			return false, err
		}
	}
	return false, nil
}

func (n *Node) stepsFor(m cell.Matter, w cell.Wait) []cell.Draft {
	if m.Version == nil {
		return nil
	}
	var out []cell.Draft
	ladder := n.under(m).Clocks[w.Grave(m.Precedence())].Ladder
	reached := slices.IndexFunc(ladder, func(r cell.Rung) bool { return r.Level == w.Level })
	for _, r := range ladder[:reached+1] {
		who := r.Desk
		if who == "" {
			who = w.Desk
		}
		if who != n.Desk() {
			continue
		}
		out = append(out, cell.Draft{
			Kind: cell.KindStep, Key: "step/" + m.Version.Cite().String() + "/" + w.Desk + "/" + w.For + "/" + r.Level,
			About: m.Ref, Cites: []cell.Cite{m.Version.Cite()}, Precedence: m.Precedence(), By: cell.ByNode(),
			Body: cell.Step{Level: r.Level, For: w.For, Of: w.Desk},
		})
	}
	return out
}

// recallProbes takes up what this desk last recorded about each link, so that
// a probe which found a link down is followed by one that finds it up, though
// the desk was started again in between.
func (n *Node) recallProbes(ctx context.Context, tx *store.Tx) error {
	for _, peer := range n.Config.Charter.Others(n.Desk()) {
		n.mu.Lock()
		s := n.links[peer]
		known := s == nil || s.last != ""
		n.mu.Unlock()
		if known {
			continue
		}
		m, err := n.matter(ctx, tx, cell.Ref{ID: hotline.ChannelID(n.Desk(), peer)}.String())
		if err != nil {
			return err
		}
		last := hotline.Up
		for _, f := range m.Column(n.Desk()).Facts {
			if p, ok := f.Body.(hotline.Probe); ok && m.Counts(f) {
				last = p.State
			}
		}
		n.mu.Lock()
		s.last = last
		n.mu.Unlock()
	}
	return nil
}

// probes gives what the link has found about the peers and not yet told.
func (n *Node) probes() []cell.Draft {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []cell.Draft
	for _, peer := range n.Config.Charter.Others(n.Desk()) {
		s := n.links[peer]
		if s == nil || s.told {
			continue
		}
		state, wait := hotline.Up, int64(upFor)
		if !s.up {
			state, wait = hotline.TechDown, downFor
		}
		if n.now()-s.since < wait {
			continue
		}
		s.told = true
		if s.last == state {
			continue
		}
		s.last = state
		evidence := clip(s.evidence, 200)
		out = append(out, cell.Draft{
			Kind: hotline.KindProbe, Key: fmt.Sprintf("probe/%s/%s/%d", peer, state, s.since), To: n.Config.Charter.Others(n.Desk()),
			About: cell.Ref{ID: hotline.ChannelID(n.Desk(), peer)}, Precedence: cell.Routine, By: cell.ByNode(),
			Body: hotline.Probe{With: peer, State: state, Since: s.since, Evidence: evidence, Confidence: "high"},
		})
	}
	return out
}

func (n *Node) situation(ctx context.Context, tx *store.Tx, failed *error) cell.Situation {
	return cell.Situation{Here: n.here(ctx, tx, failed), Began: func() int64 {
		at, err := n.began(ctx, tx)
		*failed = errors.Join(*failed, err)
		return at
	}}
}

// finder finds folded matters of a kind that were opened since a time.
func (n *Node) finder(ctx context.Context, tx *store.Tx, failed *error) func(string, int64) []cell.Matter {
	return func(kind string, since int64) []cell.Matter {
		return n.mattersOf(ctx, tx, failed, `SELECT key FROM matter WHERE kind = ? AND at >= ? ORDER BY at DESC, key LIMIT 2000`, nil, kind, since)
	}
}

func (n *Node) stateOf(ctx context.Context, tx *store.Tx, key string) (cell.Matter, cell.State, error) {
	m, err := n.matter(ctx, tx, key)
	if err != nil {
		return m, cell.State{}, err
	}
	st, _, err := n.status(ctx, tx, m, n.now())
	return m, st, err
}

package venture

import "parley/cell"

// The states of a venture, beside the stages that both sides have reached.
const (
	StatePaused    = "paused"
	StateContested = "contested"
)

// kindGate and gateOpen name a gate of the roadmap and the state in which it is
// open, as its module does.
const (
	kindGate = "roadmap.gate/1"
	gateOpen = "open"
)

// life: a venture stands where the slower side is. What runs beyond a gate is
// paused while the gate is not open, and runs again when it is: nobody signs
// for either.
func life() cell.Life {
	l := cell.Life{Kinds: []string{KindProposal}, Acks: true, Stages: []cell.Stage{{Name: StageIdea}}}
	way := stages()
	for i, name := range way[1:] {
		l.Stages = append(l.Stages, cell.Stage{Name: name, From: []string{way[i]}, Binds: true, Says: "every side has come so far",
			When: func(k *cell.Case) (int64, bool) { return since(k, name) }})
	}
	l.Stages = append(l.Stages,
		cell.Stage{Name: StatePaused, From: []string{StagePilot, StageOperating}, Binds: true, Says: "the gate that it hangs on is not open", When: paused},
		cell.Stage{Name: StageEnded, From: append(way, StatePaused), Ended: true, Binds: true, Says: "a side says that it has ended", When: ended},
		cell.Stage{Name: StateContested, From: []string{StageIdea}, Ended: true, Says: "the record that opened it broke a rule",
			When: (*cell.Case).Broken})
	return l
}

// stageOf gives where a desk stands, and since when it is at least as far.
func stageOf(m cell.Matter, desk string) (stage string, at int64) {
	stage, at = StageIdea, m.At()
	for _, h := range m.Said(KindStep, desk) {
		if s, ok := h.Body.(Step); ok {
			stage, at = s.Stage, h.At
		}
	}
	return stage, at
}

// since gives since when every side is at least as far as a stage. A side that
// goes back takes the venture back.
func since(k *cell.Case, stage string) (at int64, ok bool) {
	p, _ := k.Body.(Proposal)
	for _, d := range p.Sides {
		var from int64
		for _, h := range k.Said(KindStep, d) {
			s, _ := h.Body.(Step)
			switch reaches := rank(s.Stage) >= rank(stage); {
			case !reaches:
				from = 0
			case from == 0:
				from = h.At
			}
		}
		if from == 0 {
			return 0, false
		}
		at = max(at, from)
	}
	return at, len(p.Sides) > 0
}

// paused: both run it, and the gate is not open, or cannot be seen.
func paused(k *cell.Case) (int64, bool) {
	p, _ := k.Body.(Proposal)
	at, runs := since(k, StagePilot)
	if !runs || p.Gate == "" {
		return 0, false
	}
	_, st, seen := see(k.Around, p.Gate)
	if seen && st.Name == gateOpen {
		return 0, false
	}
	return max(at, st.Since), true
}

// see looks at the gate of a key; ok is false when it is not held here, or is no
// gate.
func see(near cell.Around, gate string) (cell.Matter, cell.State, bool) {
	r, err := cell.ParseRef(gate)
	if err != nil {
		return cell.Matter{}, cell.State{}, false
	}
	m, st, ok := near.See(r)
	if !ok || m.Kind != kindGate {
		return cell.Matter{}, cell.State{}, false
	}
	return m, st, true
}

// ended: no venture goes on with one side alone. That a side left is its own
// word, and it may take it back.
func ended(k *cell.Case) (at int64, ok bool) {
	p, _ := k.Body.(Proposal)
	for _, d := range p.Sides {
		if stage, t := stageOf(k.Matter, d); stage == StageEnded && (!ok || t < at) {
			at, ok = t, true
		}
	}
	return at, ok
}

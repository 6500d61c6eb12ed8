package roadmap

import (
	"slices"

	"parley/cell"
)

// Why a condition is met or not: the first part of it that does not hold.
const (
	WhyMet      = "met"
	WhyNotHeld  = "not-held"        // the matter is not held at this desk
	WhyState    = "state"           // the matter is in another state
	WhyNoDDay   = "dday-not-agreed" // D-day is not declared, or not agreed: its dates do not run
	WhyNotYet   = "not-yet"         // the day has not come
	WhyNotQuiet = "not-quiet"       // a matter of the kind is open
)

// Found is a condition as it stands at this desk.
type Found struct {
	ID     string     `json:"id"`
	Text   cell.Text3 `json:"text"`
	Met    bool       `json:"met"`
	Why    string     `json:"why"`
	Since  int64      `json:"since"`  // since when it is so, as far as records say
	Due    int64      `json:"due"`    // when its date comes, 0: none runs
	Matter string     `json:"matter"` // the key of the matter that it waits for, "" for none
	State  string     `json:"state"`  // of that matter, "" when it is not held
	Blocks []Block    `json:"blocks"` // who owes what there
}

// Block is a desk that a gate waits for.
type Block struct {
	Desk   string `json:"desk"`
	For    string `json:"for"`
	Matter string `json:"matter"` // where it is owed
	Due    int64  `json:"due"`
}

// find computes every condition of a gate.
func find(k *cell.Case, g Gate) []Found {
	var out []Found
	for _, c := range g.Conditions {
		f := Found{ID: c.ID, Text: c.Text, Met: true, Why: WhyMet, Since: k.At(), Matter: c.Matter, Blocks: []Block{}}
		f.matter(k, c)
		f.day(k, c, g.DDay)
		f.quiet(k, c)
		out = append(out, f)
	}
	return out
}

// part adds a part of the condition that came to be so at a time: it is met
// since its last part was, or unmet since its first part is.
func (f *Found) part(met bool, why string, at int64) {
	switch {
	case met && f.Met:
		f.Since = max(f.Since, at)
	case !met && f.Met:
		f.Met, f.Why, f.Since = false, why, at
	case !met:
		f.Since = min(f.Since, at)
	}
}

// matter asks for the state of another matter.
func (f *Found) matter(k *cell.Case, c Condition) {
	if c.Matter == "" {
		return
	}
	ref, _ := cell.ParseRef(c.Matter)
	_, s, ok := k.See(ref)
	if !ok {
		f.part(false, WhyNotHeld, k.At())
		return
	}
	met := slices.Contains(c.States, s.Name)
	if f.State = s.Name; !met {
		f.block(s.Waiting, c.Matter)
	}
	f.part(met, WhyState, s.Since)
}

func (f *Found) block(waiting []cell.Wait, matter string) {
	for _, w := range waiting {
		f.Blocks = append(f.Blocks, Block{w.Desk, w.For, matter, w.Due})
	}
}

// day asks whether the day has come. It runs only from a D-day that all parties
// agreed to.
func (f *Found) day(k *cell.Case, c Condition, dday string) {
	if len(c.AfterDays) == 0 {
		return
	}
	ref, _ := cell.ParseRef(dday)
	m, s, ok := k.See(ref)
	if !ok || m.Kind != KindDDay || s.Name != StateAgreed {
		f.block(s.Waiting, dday)
		f.part(false, WhyNoDDay, k.At())
		return
	}
	day, _, _ := agreedDay(m, k.Charter)
	f.Due = day + c.AfterDays[0]*dayMS
	if !k.Past(f.Due) {
		f.part(false, WhyNotYet, k.At())
		return
	}
	f.part(true, "", max(f.Due, s.Since))
}

// quiet asks that no matter of a kind is open.
func (f *Found) quiet(k *cell.Case, c Condition) {
	if c.Quiet == "" {
		return
	}
	for _, m := range k.All(c.Quiet) {
		_, s, ok := k.See(m.Ref)
		if !ok {
			continue
		}
		if s.Open {
			f.block(s.Waiting, m.Ref.String())
			f.part(false, WhyNotQuiet, m.At())
			continue
		}
		f.part(true, "", s.Since)
	}
}

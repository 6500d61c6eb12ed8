package hotline

import (
	"slices"
	"strconv"

	"parley/cell"
)

// Why a matter stands in a hand-over (HOT-09).
const (
	OpenClock   = "clock"   // a clock runs for an ack of this desk
	OpenPromise = "promise" // this desk owes what it has said or was asked: a stand, an effect, a step
	OpenUnacked = "unacked" // this desk waits for others
)

// StatePrepared and StateAccepted are the states of a hand-over, with its need.
const (
	StatePrepared = "prepared"
	StateAccepted = "accepted"
	NeedTakeover  = "takeover"
)

// OpenItem is one open matter that is handed over: its key, the hash of what it
// says now, and why it stands here.
type OpenItem struct {
	Matter string `json:"matter"`
	Hash   string `json:"hash"`
	Why    string `json:"why"`
}

// Validate checks the key, the hash and the reason at a place.
func (o OpenItem) Validate(at string) error {
	if o.Matter == "" {
		return cell.Invalidf(at+"/matter", "no matter is named")
	}
	return cell.First(cell.KeyAt(at+"/matter", o.Matter), cell.HashAt(at+"/hash", o.Hash),
		cell.OneOf(at+"/why", o.Why, OpenClock, OpenPromise, OpenUnacked))
}

// Handover is what the outgoing officer leaves to the next: every open item of
// the desk, and in a few words how things stand. It stays at home. By filing it
// the outgoing officer signs; the incoming one signs by a [Takeover] (HOT-09).
type Handover struct {
	To    string      `json:"to"` // the code of the officer who follows; "" for whoever does
	Items []OpenItem  `json:"items"`
	Mood  []cell.Free `json:"mood"`
}

// Validate checks the items and the words.
func (h Handover) Validate() error {
	if h.To != "" {
		if err := officerAt("/to", h.To); err != nil {
			return err
		}
	}
	if len(h.Items) > 1000 {
		return cell.Invalidf("/items", "more than 1,000 items")
	}
	return cell.First(cell.EachValid("/items", h.Items), cell.IfGiven("/mood", h.Mood))
}

// Succeeds refuses every change: what was signed is withdrawn and prepared anew.
func (Handover) Succeeds(cell.Body) []cell.Breach {
	return []cell.Breach{{Rule: "hotline.handover-anew", At: "", Why: "a hand-over is not changed: withdraw it and prepare another"}}
}

// Takeover is the incoming officer's signature: every item of the hand-over,
// ticked. It stays at home too; a [Watch] tells the other desks.
type Takeover struct {
	Ticked   []OpenItem  `json:"ticked"`
	Question []cell.Free `json:"question"` // what remained unclear
}

// Validate checks the items and the words.
func (t Takeover) Validate() error {
	if len(t.Ticked) > 1000 {
		return cell.Invalidf("/ticked", "more than 1,000 items")
	}
	return cell.First(cell.EachValid("/ticked", t.Ticked), cell.IfGiven("/question", t.Question))
}

// handoverLife: prepared until an officer has accepted it; from then on it binds.
func handoverLife() cell.Life {
	return cell.Life{Kinds: []string{KindHandover}, Stages: []cell.Stage{
		{Name: StatePrepared, Says: "the outgoing officer has signed", Waits: func(k *cell.Case) []cell.Wait {
			return []cell.Wait{{Desk: k.Opener(), For: NeedTakeover, Since: k.At()}}
		}},
		{Name: StateAccepted, From: []string{StatePrepared}, Ended: true, Binds: true, Says: "another officer has ticked every item and signed", When: func(k *cell.Case) (int64, bool) {
			h, ok := k.First(KindTakeover, k.Opener())
			return h.At, ok
		}},
	}}
}

// judgeTakeover wants another officer than the one who hands over, the one whom
// it names, and every item ticked as it was handed over (HOT-09).
func judgeTakeover(h cell.Held, t Takeover, p cell.Past) []cell.Breach {
	head, ok := p.Head(h.Record)
	over, is := head.Body.(Handover)
	if !ok || !is {
		return nil // refused for that
	}
	var out []cell.Breach
	if head.By.Officer == h.By.Officer {
		out = append(out, cell.Breach{Rule: "hotline.handover-same", At: "/by/officer", Why: "the officer who hands over does not take over"})
	}
	if over.To != "" && over.To != h.By.Officer {
		out = append(out, cell.Breach{Rule: "hotline.handover-other", At: "/by/officer", Why: "it is handed over to another officer"})
	}
	for _, x := range over.Items {
		if !slices.Contains(t.Ticked, x) {
			out = append(out, cell.Breach{Rule: "hotline.handover-unticked", At: "/body/ticked", Why: "the item " + x.Matter + " is not ticked"})
		}
	}
	if len(t.Ticked) > len(over.Items) {
		out = append(out, cell.Breach{Rule: "hotline.handover-unticked", At: "/body/ticked", Why: "an item is ticked that was not handed over"})
	}
	if slices.ContainsFunc(p.Own, func(o cell.Held) bool { return o.Kind == KindTakeover && o.About == h.About }) {
		out = append(out, cell.Breach{Rule: "hotline.handover-twice", At: "/about", Why: "it has been taken over before"})
	}
	return out
}

// Item is one line of what is open at a desk, for the officer who hands over.
type Item struct {
	OpenItem
	cell.Line
	Precedence cell.Precedence `json:"precedence"`
	Subject    cell.T3         `json:"subject"`
	Due        int64           `json:"due"` // of the first clock that runs for this desk, 0: none
}

// OpenItems gives what a desk has open: what clocks run for it, what it owes,
// what it waits for (but for the receipts of its own watches). Drills, its own hand-overs and presence checks are none of
// it. flash gives the numbers of the FLASH matters that no officer of the desk
// has taken (HOT-09).
func OpenItems(s cell.Here) (items []Item, flash []string) {
	items = []Item{}
	if s.Open == nil {
		return items, nil
	}
	for _, m := range s.Open() {
		if m.Kind == KindHandover || m.Kind == KindPresence || m.Exercised(s.Charter) {
			continue
		}
		why, due, unread := whyOpen(m, s.Desk)
		if why == "" {
			continue
		}
		if unread && m.Precedence() == cell.Flash {
			flash = append(flash, m.Number(s.Charter))
		}
		items = append(items, Item{OpenItem: OpenItem{m.Ref.String(), hashOf(m.Matter), why}, Line: lineOf(m, s.Charter),
			Precedence: m.Precedence(), Subject: s.Charter.Subject(m.Worded()), Due: due})
	}
	return items, flash
}

// lineOf gives a matter's line from where it stands.
func lineOf(m cell.OpenMatter, c *cell.Charter) cell.Line {
	return cell.Line{Key: m.Ref.String(), Number: m.Number(c), Kind: m.Kind, From: m.Opener(), To: []string{}, At: m.At(),
		State: m.State.Name, Since: m.State.Since, Open: true, Waiting: cell.List(m.State.Waiting)}
}

// hashOf names what a matter says now: the hash of its version, or, where no
// record says it, its own identity.
func hashOf(m cell.Matter) string {
	if m.Version != nil {
		return m.Version.Hash
	}
	return m.Ref.ID
}

// whyOpen says why an open matter concerns a desk, "" when it does not; and
// whether an officer has still to take it.
func whyOpen(m cell.OpenMatter, desk string) (why string, due int64, unread bool) {
	others := false
	for _, w := range m.State.Waiting {
		if w.Desk != desk {
			others = true
			continue
		}
		unread = unread || w.For == cell.NeedReceived
		if w.Due != 0 && (due == 0 || w.Due < due) {
			due = w.Due
		}
		switch w.For {
		case cell.NeedDelivered, cell.NeedReceived, cell.NeedReadBack, cell.NeedDisseminated, cell.NeedClarify:
			why = OpenClock
		default:
			if why == "" {
				why = OpenPromise
			}
		}
	}
	if why == "" && others && m.Opener() == desk && m.Kind != KindWatch && m.Kind != KindRoster {
		why = OpenUnacked
	}
	return why, due, unread
}

// holdHandover wants the officer who has the watch to hand it over, with no
// FLASH unread and every open item named as it stands (HOT-09). What lies in a
// compartment is handed over by who sees it, and asked of nobody: a refusal
// must not name what its officer may not see (SEC-07).
func holdHandover(s cell.Situation, h cell.Held, b Handover) []cell.Breach {
	out := holdFlash(s, "/body/items")
	if on, ok := OnDuty(s.Here); !ok || on.By.Officer != h.By.Officer {
		out = append(out, cell.Breach{Rule: "hotline.handover-not-on-watch", At: "/by/officer", Why: "this officer has not taken the watch that would be handed over"})
	}
	items, _ := OpenItems(s.Here)
	for _, x := range items {
		if s.Charter.Basket(x.Kind) == "" && !slices.Contains(b.Items, x.OpenItem) {
			out = append(out, cell.Breach{Rule: "hotline.handover-open", At: "/body/items", Why: x.Number + " is open and is not handed over as it stands"})
		}
	}
	return out
}

// holdFlash refuses while a FLASH is unread.
func holdFlash(s cell.Situation, at string) []cell.Breach {
	_, flash := OpenItems(s.Here)
	var out []cell.Breach
	for _, number := range flash {
		out = append(out, cell.Breach{Rule: "hotline.handover-flash", At: at, Why: "the FLASH " + number + " has not been taken by an officer: take it first"})
	}
	return out
}

// holdTakeover wants no FLASH unread, and the officer who handed over to have
// the watch still.
func holdTakeover(s cell.Situation, h cell.Held) []cell.Breach {
	out := holdFlash(s, "/body/ticked")
	m, _, ok := s.Near.See(h.About)
	if on, is := OnDuty(s.Here); ok && m.Head != nil && (!is || on.By.Officer != m.Head.By.Officer) {
		out = append(out, cell.Breach{Rule: "hotline.handover-not-on-watch", At: "/about", Why: "the officer who prepared it has the watch no more"})
	}
	return out
}

// OnDuty gives the record by which an officer of this desk has the watch now:
// the latest watch in force that is no second officer's.
func OnDuty(s cell.Here) (h cell.Held, ok bool) {
	for _, m := range s.Find(KindWatch, s.Now-8*day) {
		w, is := m.Body.(Watch)
		if !is || m.Opener() != s.Desk || m.Cancelled != nil || !m.Stands() || w.Role == "second-officer" || s.Now < w.From || s.Now >= w.To {
			continue
		}
		if !ok || m.Head.Cite().Compare(h.Cite()) > 0 {
			h, ok = *m.Head, true
		}
	}
	return h, ok
}

// holdWatch wants an officer who takes the watch from another to have accepted
// its hand-over. Nobody hands over who does not answer: a presence check that
// was missed, or found the officer relieved, sets the watch free.
func holdWatch(s cell.Situation, h cell.Held, w Watch) []cell.Breach {
	on, ok := OnDuty(s.Here)
	if !ok || on.By.Officer == h.By.Officer || w.Role == "second-officer" || w.From > s.Now || free(s, on) {
		return nil
	}
	for _, m := range s.Find(KindHandover, on.At) {
		t, accepted := m.First(KindTakeover, s.Desk)
		if accepted && m.Stands() && m.Head.By.Officer == on.By.Officer && t.By.Officer == h.By.Officer {
			return nil
		}
	}
	return []cell.Breach{{Rule: "hotline.handover-wanted", At: "/by/officer", Why: on.By.Officer + " has the watch since " + strconv.FormatInt(on.At, 10) +
		": take it over by a hand-over that both officers sign"}}
}

// holdWithdrawal lets nobody but its own officer withdraw a hand-over.
func holdWithdrawal(s cell.Situation, h cell.Held) []cell.Breach {
	m, _, ok := s.Near.See(h.About)
	if !ok || m.Kind != KindHandover || m.Head == nil || m.Head.By.Officer == h.By.Officer {
		return nil
	}
	return []cell.Breach{{Rule: "hotline.handover-withdraw", At: "/by/officer", Why: "the officer who prepared a hand-over withdraws it"}}
}

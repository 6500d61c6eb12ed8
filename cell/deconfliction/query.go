package deconfliction

import (
	"context"
	"slices"

	"parley/cell"
)

// The flags of a notice, computed from the receipt by an officer (DEC-03).
const (
	FlagNone       = ""
	FlagShort      = "short-notice" // received later than the agreed lead before the start
	FlagPostFacto  = "post-facto"   // received after the start
	FlagUnreceived = "unreceived"   // no officer of the counterpart has received it
)

// What the query answers when nothing else is asked, and at most.
const (
	someNotices     = 500
	mostNotices     = 2000
	mostSuggestions = 20 // conflicts in one answer that come with what would part them
	day             = 24 * 3_600_000
	farFuture       = int64(1) << 52
)

// Filed is a notice as the screen shows it.
type Filed struct {
	cell.Line
	Live            bool          `json:"live"` // not ended, withdrawn or contested
	Activity        string        `json:"activity"`
	Volumes         []cell.Volume `json:"volumes"`
	Area            cell.Area     `json:"area"`   // of the first volume, as far as an area can say it
	Window          cell.Span     `json:"window"` // from the first to the last
	Height          []cell.Height `json:"height"` // of the first volume, where both ends have one reference
	Confidentiality string        `json:"confidentiality"`
	LeadMS          int64         `json:"lead_ms"`        // start − receipt by an officer of the counterpart; -1 while unreceived
	SoFarMS         int64         `json:"lead_so_far_ms"` // start − now: the most that it can still become, while unreceived
	AgreedMS        int64         `json:"lead_agreed_ms"` // the charter's, for the type
	Flag            string        `json:"flag"`
	Outside         bool          `json:"outside"` // a volume of it lies wholly outside the theatre (XC-06)
	Answers         []Said        `json:"answers"` // of each controller
	Overall         string        `json:"overall"` // the gravest of them
	Route           []Waypoint    `json:"route"`
	Lines           []Apart       `json:"lines"`     // of works: how far from each line of the charter, the nearest first; computed (DEC-12)
	Pictures        []string      `json:"pictures"`  // of works: SHA-256 of each
	Disputed        string        `json:"disputed"`  // of works: whether the line is disputed there
	Conflicts       []string      `json:"conflicts"` // keys of those that are open
	Check           []Checked     `json:"check"`     // what the supervisor's node last said of it as it stands, at most one
	Text            cell.T3       `json:"text"`
}

// Clash is a conflict as the screen shows it.
type Clash struct {
	cell.Line
	Facts       Conflict     `json:"facts"`
	Between     []string     `json:"between"` // keys of the two notices
	Causes      []string     `json:"causes"`  // the records that opened them, which a proposal cites
	Text        cell.T3      `json:"text"`
	Proposals   []Offered    `json:"proposals"`
	Decision    []Offered    `json:"decision"`    // of the supervisor, at most one
	Suggestions []Suggestion `json:"suggestions"` // what would part them, the cheapest first; computed, nobody's word
}

// Offered is a proposal, and what was said to it.
type Offered struct {
	Ref        string        `json:"ref"` // of the record, which an answer cites first
	Hash       string        `json:"hash"`
	By         string        `json:"by"`
	At         int64         `json:"at"`
	Notice     string        `json:"notice"`
	Desk       string        `json:"desk"`
	Window     []cell.Span   `json:"window"`
	Height     []cell.Height `json:"height"`
	Volumes    []cell.Volume `json:"volumes"`
	AcceptedBy []string      `json:"accepted_by"` // beside the desk that proposed, which agrees by proposing
	DeclinedBy []string      `json:"declined_by"`
	Text       cell.T3       `json:"text"`
}

// Board is the answer of the query.
type Board struct {
	Notices   []Filed      `json:"notices"`
	More      bool         `json:"more"` // there are others in the window
	Conflicts []Clash      `json:"conflicts"`
	Deciding  bool         `json:"deciding"`  // the charter lets the supervisor decide what the two do not settle
	Blind     []Unseen     `json:"blind"`     // of notices of which one is blind
	Unchecked []cell.Heard `json:"unchecked"` // desks whose link is down: what they have filed since is not laid beside anything here
}

func board(_ context.Context, v cell.View) (any, error) {
	out := Board{Notices: []Filed{}, Conflicts: []Clash{}, Blind: []Unseen{}, Unchecked: unheard(v), Deciding: v.Charter.Deciding == cell.Supervisor}
	notices, more, err := asked(v)
	if err != nil {
		return nil, err
	}
	out.More = more
	seen, theatre := map[cell.Ref]bool{}, v.Charter.Theatre()
	for _, m := range notices {
		if _, ok := noticeOf(m.Body); !ok || m.Head == nil {
			continue
		}
		f := filed(v, m, theatre)
		for _, x := range v.Near.From(m.Ref) {
			if x.Kind != RuleConflict || v.Ask["conflict"] != "" && x.Ref.String() != v.Ask["conflict"] {
				continue
			}
			full, st, ok := v.Near.See(x.Ref)
			if !ok || full.Derived == nil {
				continue
			}
			if st.Open {
				f.Conflicts = append(f.Conflicts, x.Ref.String())
			}
			if !seen[x.Ref] {
				seen[x.Ref] = true
				out.Conflicts = append(out.Conflicts, clashOf(v, full))
			}
		}
		out.Notices = append(out.Notices, f)
	}
	listed := map[string]bool{}
	for _, f := range out.Notices {
		listed[f.Key] = true
	}
	if v.Ask["conflict"] == "" {
		out.Blind = unseen(v, listed)
	}
	slices.SortStableFunc(out.Conflicts, func(a, b Clash) int { return order(a, b) })
	if v.Ask["brief"] != "" {
		out.brief()
		return out, nil
	}
	suggested := 0
	for i := range out.Conflicts {
		x := &out.Conflicts[i]
		if x.Open && suggested < mostSuggestions && (x.State == StateOpen || x.State == StateProposed) {
			x.Suggestions = suggest(v, *x)
			suggested++
		}
	}
	return out, nil
}

// brief leaves out what a board does not draw: words, the corners of areas, of which a
// notice may have many thousands, and suggestions, which are computed. Windows
// and heights stay.
func (b *Board) brief() {
	for i := range b.Notices {
		f := &b.Notices[i]
		f.Area.Ring, f.Area.Centre, f.Route, f.Text = []cell.Point{}, []cell.Point{}, []Waypoint{}, cell.T3{}
		vs := make([]cell.Volume, len(f.Volumes))
		for k, v := range f.Volumes {
			vs[k] = cell.Volume{Ring: []cell.Point{}, Holes: [][]cell.Point{}, Line: []cell.Point{}, Centre: []cell.Point{}, RadiusM: v.RadiusM,
				Low: v.Low, High: v.High, Windows: v.Windows, Text: v.Text}
		}
		f.Volumes = vs
	}
}

// unheard gives the desks whose link is down.
func unheard(v cell.View) []cell.Heard {
	return cell.List(slices.DeleteFunc(v.Heard(), func(h cell.Heard) bool { return h.Up }))
}

// openConflicts gives the keys of the conflicts of a notice that are open.
func openConflicts(v cell.View, notice cell.Ref) []string {
	out := []string{}
	for _, x := range v.Near.From(notice) {
		if _, st, ok := v.Near.See(x.Ref); ok && x.Kind == RuleConflict && st.Open {
			out = append(out, x.Ref.String())
		}
	}
	return out
}

// order lists conflicts as they came.
func order(a, b Clash) int {
	switch {
	case a.At != b.At:
		return int(min(max(a.At-b.At, -1), 1))
	case a.Key < b.Key:
		return -1
	}
	return 1
}

// asked gives the notices that are asked for.
func asked(v cell.View) (list []cell.Matter, more bool, err error) {
	from, err := v.Number("from", v.Now-day)
	if err != nil {
		return nil, false, err
	}
	until, err := v.Number("until", farFuture)
	if err != nil {
		return nil, false, err
	}
	limit, err := v.Number("limit", someNotices)
	if err != nil {
		return nil, false, err
	}
	if limit < 1 || limit > mostNotices {
		return nil, false, cell.Invalidf("/limit", "%d is not a number from 1 to %d", limit, mostNotices)
	}
	if key := v.Ask["conflict"]; key != "" {
		list, err = between2(v, key)
		return list, false, err
	}
	if key := v.Ask["notice"]; key != "" {
		list, err = one(v, key)
		return list, false, err
	}
	list, more = v.During(from, until, int(limit), Notices()...)
	return list, more, nil
}

// one gives the notice of a key.
func one(v cell.View, key string) ([]cell.Matter, error) {
	ref, err := cell.ParseRef(key)
	if err != nil {
		return nil, cell.Invalidf("/notice", "%q is not the key of a matter", key)
	}
	m, _, ok := v.Near.See(ref)
	if _, is := noticeOf(m.Body); !ok || !is {
		return nil, cell.Invalidf("/notice", "no notice of that key is held here")
	}
	return []cell.Matter{m}, nil
}

// between2 gives the two notices of one conflict.
func between2(v cell.View, key string) ([]cell.Matter, error) {
	ref, err := cell.ParseRef(key)
	if err != nil {
		return nil, cell.Invalidf("/conflict", "%q is not the key of a matter", key)
	}
	x, _, ok := v.Near.See(ref)
	if !ok || x.Derived == nil || x.Derived.Rule != RuleConflict {
		return nil, cell.Invalidf("/conflict", "no conflict of that key is held here")
	}
	var out []cell.Matter
	for _, r := range causesOf(v, x) {
		if m, _, ok := v.Near.See(r); ok {
			out = append(out, m)
		}
	}
	return out, nil
}

// causesOf gives the two notices that a conflict follows from. The parent is one
// of them, and lies beside the other.
func causesOf(v cell.View, x cell.Matter) []cell.Ref {
	out := make([]cell.Ref, len(x.Derived.Causes))
	parent, _, ok := v.Near.See(x.Derived.Parent)
	if !ok || parent.Head == nil {
		return nil
	}
	for _, m := range append([]cell.Matter{parent}, v.Near.Beside(parent.Ref)...) {
		if i := slices.Index(x.Derived.Causes, m.Head.Cite()); i >= 0 {
			out[i] = m.Ref
		}
	}
	return slices.DeleteFunc(out, cell.Ref.IsZero)
}

func filed(v cell.View, m cell.Matter, theatre cell.Theatre) Filed {
	n, _ := noticeOf(m.Body)
	t, _ := v.Charter.Activity(n.activity)
	f := Filed{Line: v.Line(m), Activity: n.activity, Volumes: n.volumes, Area: cell.Area{Ring: []cell.Point{}, Centre: []cell.Point{}}, Window: spanOf(n.volumes),
		Height: []cell.Height{}, Confidentiality: Exact, AgreedMS: t.Lead.Millis(), Conflicts: []string{}, Check: []Checked{}, Route: []Waypoint{}, Pictures: []string{}, Text: v.Text(m)}
	if _, c, ok := checkOf(m); ok {
		f.Check = append(f.Check, c)
	}
	if a, ok := activityOf(m.Body); ok {
		f.Confidentiality, f.Route = a.Confidentiality, cell.List(a.Route)
	}
	f.Lines = []Apart{}
	if m.Kind == KindWorks || m.Kind == KindWorks1 {
		f.Lines = apart(geometry(n.volumes), v.Charter)
	}
	if w, ok := m.Body.(Works); ok {
		f.Pictures, f.Disputed = cell.List(w.Pictures), w.Disputed
	}
	if len(n.volumes) > 0 {
		x := n.volumes[0]
		f.Area = cell.Area{Ring: cell.List(x.Ring), Centre: cell.List(x.Centre), Text: x.Text}
		if len(x.Centre) > 0 {
			f.Area.RadiusM = x.RadiusM
		}
		if len(x.Low) == 1 && len(x.High) == 1 && x.Low[0].Reference == x.High[0].Reference {
			f.Height = []cell.Height{{LowM: x.Low[0].M, HighM: x.High[0].M, Reference: x.Low[0].Reference}}
		}
	}
	f.Outside = outside(n.volumes, theatre)
	f.Live = f.Open && m.Stands()
	f.LeadMS, f.Flag = Lead(m, v.Charter)
	if f.Flag == FlagUnreceived {
		f.SoFarMS = f.Window.From - v.Now
	}
	f.Answers, f.Overall = Answers(m, v.Charter, v.Now)
	f.Answers = cell.List(f.Answers)
	return f
}

// Lead gives the lead time of a notice in milliseconds, from the receipt by an
// officer of the counterpart to the start of the window, with the flag that
// follows from the lead agreed for its type; -1 while nobody has received what
// it says now. Where there are several counterparts the last to receive counts
// (DEC-03). Both ends are in records of both desks: the notice, and the receipt.
func Lead(m cell.Matter, c *cell.Charter) (ms int64, flag string) {
	at, ok := received(m, c)
	if !ok {
		return -1, FlagUnreceived
	}
	n, _ := noticeOf(m.Body)
	t, _ := c.Activity(n.activity)
	switch ms = spanOf(n.volumes).From - at; {
	case ms < 0:
		return ms, FlagPostFacto
	case ms < t.Lead.Millis():
		return ms, FlagShort
	}
	return ms, FlagNone
}

func clashOf(v cell.View, m cell.Matter) Clash {
	x := Clash{Line: v.Line(m), Facts: cell.Computed[Conflict](m.Derived), Between: []string{}, Causes: []string{}, Proposals: []Offered{}, Decision: []Offered{},
		Suggestions: []Suggestion{}, Text: v.Text(m)}
	for _, r := range causesOf(v, m) {
		x.Between = append(x.Between, r.String())
	}
	for _, c := range m.Derived.Causes {
		x.Causes = append(x.Causes, c.String())
	}
	for _, o := range offers(v.Case(m)) {
		x.Proposals = append(x.Proposals, answered(v, o))
	}
	if h, ok := decided(v.Case(m)); ok {
		b := h.Body.(Decide)
		x.Decision = append(x.Decision, offered(v, offer{rec: h, says: Propose{Notice: b.Notice, Desk: b.Desk, Volumes: b.Volumes, Text: b.Text}}))
	}
	return x
}

// answered gives a proposal with who agreed to it beside its own desk.
func answered(v cell.View, o offer) Offered {
	p := offered(v, o)
	for _, d := range o.agreed {
		if d != p.By {
			p.AcceptedBy = append(p.AcceptedBy, d)
		}
	}
	return p
}

func offered(v cell.View, o offer) Offered {
	return Offered{Ref: o.rec.Cite().String(), Hash: o.rec.Hash, By: o.rec.Desk, At: o.rec.At, Notice: o.says.Notice, Desk: o.says.Desk,
		Window: cell.List(o.window), Height: cell.List(o.height), Volumes: cell.List(o.says.Volumes),
		AcceptedBy: []string{}, DeclinedBy: cell.List(o.declined), Text: v.Charter.Text(o.rec.Record)}
}

package node

import (
	"context"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/store"
)

// Wait is what a desk owes on a matter, as a screen shows it.
type Wait struct {
	cell.Wait
	ForName cell.T3 `json:"for_name"`
}

// Contest is a broken rule, as a screen shows it.
type Contest struct {
	Record string  `json:"record"`
	Rule   string  `json:"rule"`
	Why    string  `json:"why"`
	Text   cell.T3 `json:"text"`
}

// Item is one line of a queue: a matter and where it stands.
type Item struct {
	Key        string          `json:"key"`
	Module     string          `json:"module"`
	Kind       string          `json:"kind"`
	Code       string          `json:"code"`
	Number     string          `json:"number"`
	Precedence cell.Precedence `json:"precedence"`
	Status     string          `json:"status"`
	From       string          `json:"from"`
	To         []string        `json:"to"`
	At         int64           `json:"at"`
	DTG        string          `json:"dtg"`
	Subject    cell.T3         `json:"subject"`
	State      string          `json:"state"`
	StateName  cell.T3         `json:"state_name"`
	Since      int64           `json:"since"`
	Open       bool            `json:"open"`
	Waiting    []Wait          `json:"waiting"`
	Contested  []Contest       `json:"contested"`
	Unknown    bool            `json:"unknown"`
}

// AckView is one ack in a column.
type AckView struct {
	At         int64   `json:"at"`
	Role       string  `json:"role"`
	Record     string  `json:"record"`
	Refused    string  `json:"refused,omitempty"`
	Matches    *bool   `json:"matches,omitempty"`
	Difference cell.T3 `json:"difference,omitempty"`
	Level      string  `json:"level,omitempty"`
	LevelName  cell.T3 `json:"level_name,omitempty"`
	Cannot     bool    `json:"cannot,omitempty"`
	Position   string  `json:"position,omitempty"`
	Name       cell.T3 `json:"name,omitempty"`
	Text       any     `json:"text,omitempty"`
}

// ColumnView is what one desk has said: its five acks, never merged.
type ColumnView struct {
	Desk         string    `json:"desk"`
	Delivered    *AckView  `json:"delivered"`
	Received     *AckView  `json:"received"`
	ReadBack     *AckView  `json:"readback"`
	Disseminated []AckView `json:"disseminated"`
	Position     *AckView  `json:"position"`
}

// MatterView is an open matter.
type MatterView struct {
	Item
	Records []RecordView `json:"records"`
	Columns []ColumnView `json:"columns"`
	Actions []string     `json:"actions"`
	Version string       `json:"version"`
	Hash    string       `json:"hash"`  // of the current version's bytes: what "agrees" names
	Moves   []string     `json:"moves"` // kinds that this desk may record about it
	Stages  []StageView  `json:"stages"`
	Facts   *FactsView   `json:"facts"` // of a matter that exists without a record, else null
	Now     *NowView     `json:"now"`   // what it says now, where its opener has changed it, else null
}

// NowView is what a matter says in its current version, worded by the template
// of its head.
type NowView struct {
	Ref    string       `json:"ref"` // of the record that changed it
	Text   cell.T3      `json:"text"`
	Fields []cell.Shown `json:"fields"`
	Body   string       `json:"body"`
}

func (n *Node) item(m cell.Matter, st cell.State) Item {
	c := n.under(m)
	it := Item{Key: m.Ref.String(), Kind: m.Kind, Number: m.Number(c), Precedence: m.Precedence(), From: m.Opener(),
		To: []string{}, At: m.At(), DTG: cell.DTG(m.At()), State: st.Name, Since: st.Since, Open: st.Open,
		Status: m.StatusWord(c), Waiting: []Wait{}, Contested: []Contest{}}
	if mod, ok := n.Modules.Of(m.Kind); ok {
		it.Module = mod.Name
	}
	it.StateName = n.sayOf("state", it.Module, st.Name)
	for _, d := range m.Audience() {
		if d != m.Opener() {
			it.To = append(it.To, d)
		}
	}
	t, known := c.Template(m.Kind)
	it.Code = t.Code
	switch {
	case m.Derived != nil:
		if it.Code == "" {
			it.Code = m.Derived.Rule
		}
		it.Subject = n.say("derived."+m.Derived.Rule, nil)
		if r, ok := n.computed(m); ok {
			it.Subject = c.Subject(r)
		}
	case m.Head != nil && known:
		it.Subject = c.Subject(m.Worded())
	case m.Head != nil:
		it.Unknown, it.Subject = true, n.say("unknown.kind", map[string]string{"kind": m.Head.Kind})
	default:
		it.Unknown, it.Subject = true, n.say("unknown.head", nil)
	}
	for _, w := range st.Waiting {
		it.Waiting = append(it.Waiting, Wait{w, n.withLevels(n.sayOf("need", it.Module, w.For), w)})
	}
	for _, x := range st.Contested {
		it.Contested = append(it.Contested, Contest{x.Record.String(), x.Rule, x.Why, n.say("rule."+x.Rule, nil)})
	}
	return it
}

// MatterView gives one matter with its records and columns.
func (n *Node) MatterView(ctx context.Context, key string) (MatterView, error) {
	var out MatterView
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		full, m, err := n.shown(ctx, tx, key)
		if err != nil {
			return err
		}
		st, _, err := n.status(ctx, tx, full, n.now()) // it is what it is, whoever looks
		if err != nil {
			return err
		}
		item := n.item(m, st)
		if item.Contested, err = n.looker(ctx, tx).contests(item.Contested); err != nil {
			return err
		}
		out = MatterView{Item: item, Records: []RecordView{}, Columns: []ColumnView{}, Actions: n.actions(m, st),
			Moves: n.moves(m, st), Stages: n.stages(m, st), Facts: n.facts(m)}
		if m.Version != nil {
			out.Version, out.Hash = m.Version.Cite().String(), m.Version.Hash
			out.Now = n.nowView(m)
		}
		for _, h := range m.Records {
			rv, err := n.recordView(ctx, tx, h, m)
			if err != nil {
				return err
			}
			out.Records = append(out.Records, rv)
		}
		slices.SortStableFunc(out.Records, func(a, b RecordView) int { return int(a.At - b.At) })
		for _, d := range m.Audience() {
			if d != m.Opener() || m.Derived != nil {
				out.Columns = append(out.Columns, n.columnView(m.Column(d)))
			}
		}
		return nil
	})
	return out, err
}

func (n *Node) nowView(m cell.Matter) *NowView {
	if m.Head == nil || m.Version.Cite() == m.Head.Cite() {
		return nil
	}
	r := m.Worded()
	return &NowView{m.Version.Cite().String(), n.under(m).Text(r), slices.Concat([]cell.Shown{}, n.under(m).Fields(r)), string(r.Body)}
}

func (n *Node) columnView(col *cell.Column) ColumnView {
	v := ColumnView{Desk: col.Desk, Disseminated: []AckView{}}
	if d := col.Delivered; d != nil {
		v.Delivered = &AckView{At: d.At, Role: "node", Record: d.Ref.String(), Refused: d.Refused}
	}
	ack := func(a *cell.Ack) *AckView {
		if a == nil {
			return nil
		}
		return &AckView{At: a.At, Role: a.By.Role, Record: a.Ref.String()}
	}
	v.Received = ack(col.Received)
	if v.ReadBack = ack(col.ReadBack); v.ReadBack != nil {
		v.ReadBack.Matches = &col.Matches
		if col.Difference != "" {
			code, distance, _ := strings.Cut(col.Difference, " ")
			v.ReadBack.Difference = n.say("differs."+code, map[string]string{"distance": distance})
		}
	}
	for _, a := range col.Disseminated {
		b := a.Body.(cell.Disseminated)
		d := *ack(&a)
		d.At, d.Level, d.Cannot, d.LevelName = b.At, b.Level, b.Cannot, n.levelName(col.Desk, b.Level)
		v.Disseminated = append(v.Disseminated, d)
	}
	if v.Position = ack(col.Position); v.Position != nil {
		p := col.Position.Body.(cell.Position)
		v.Position.Position, v.Position.Name = p.Position, n.say("position."+p.Position, nil)
		if len(p.Text) == 1 {
			v.Position.Text = p.Text[0]
		}
	}
	return v
}

// levelNames words some levels of a desk, given as codes with commas between.
func (n *Node) levelNames(desk, list, lang string) string {
	names := strings.Split(list, ",")
	for i, level := range names {
		names[i] = n.levelName(desk, level).In(lang)
	}
	return strings.Join(names, ", ")
}

// withLevels adds to what is waited for the levels that it is waited for at.
func (n *Node) withLevels(need cell.T3, w cell.Wait) cell.T3 {
	if w.Part == "" {
		return need
	}
	out := cell.T3{}
	for l, words := range need {
		out[l] = words + ": " + n.levelNames(w.Desk, w.Part, l)
	}
	return out
}

func (n *Node) levelName(desk, level string) cell.T3 {
	for _, l := range n.Config.Charter.Dissemination[desk] {
		if l.Level == level {
			return l.Name
		}
	}
	return cell.T3{"en": level, "ar": level, "he": level}
}

// actions says what this desk may do on the matter now.
func (n *Node) actions(m cell.Matter, st cell.State) []string {
	out := []string{}
	if m.Version == nil {
		return out
	}
	me := n.Desk()
	if slices.Contains(m.Version.To, me) {
		col := m.Column(me)
		if col.Received == nil {
			out = append(out, "receive")
		}
		if r, ok := m.Body.(cell.Repeater); ok && r.Repeat() != (cell.Repeat{}) && !col.Matches {
			out = append(out, "read_back")
		}
		if len(n.Config.Charter.Dissemination[me]) > 0 {
			out = append(out, "disseminate")
		}
		out = append(out, "position", "clarify")
	}
	if m.Opener() == me && st.Name != cell.StateCancelled {
		out = append(out, "correct", "update")
		if st.Open {
			out = append(out, "cancel")
		}
	}
	return append(out, "reply", "translate", "confirm")
}

func parseState(s string) (cell.State, error) {
	var st cell.State
	if s == "" {
		return st, nil
	}
	err := json.Unmarshal([]byte(s), &st)
	return st, err
}

package node

import (
	"context"
	"fmt"

	"parley/cell"
	"parley/store"
)

// DeskView is what a console must know of the desk before it can show
// anything: the members, the languages, the clocks, the places and the
// templates of the charter, as data (design 5).
type DeskView struct {
	Desk         string                 `json:"desk"`
	Cell         string                 `json:"cell"`
	Status       string                 `json:"status"`
	Now          int64                  `json:"now"`
	Name         cell.T3                `json:"name"`
	Title        cell.T3                `json:"title"`
	Zone         string                 `json:"zone"`
	Charter      CharterView            `json:"charter"`
	OnWatch      bool                   `json:"-"` // whether anybody is, at this desk, by the record (HOT-01)
	Members      []MemberView           `json:"members"`
	Languages    []string               `json:"languages"`
	Precedences  []PrecedenceView       `json:"precedences"`
	Levels       map[string][]LevelView `json:"levels"` // by desk
	LadderLevels map[string]cell.T3     `json:"ladder_levels"`
	Places       []PlaceView            `json:"places"`
	Lines        []LineView             `json:"lines"` // of the agreement, from which zones and distances are counted
	Zones        []ZoneView             `json:"zones"` // in which limits hold (DEC-08)
	Limits       []LimitView            `json:"limits"`
	Templates    []TemplateView         `json:"templates"`
	Modules      []string               `json:"modules"` // that this desk runs, in menu order
	Stock        []StockView            `json:"stock"`
	CheckTexts   []cell.T3              `json:"check_texts"` // the neutral bank of HOT-03, numbered from 1
}

// CharterView names the charter in force, and carries what every screen says:
// that nothing here is permission, recognition or admission.
type CharterView struct {
	Hash        string  `json:"hash"`
	Version     int     `json:"version"`
	Notice      cell.T3 `json:"notice"`
	Reservation cell.T3 `json:"reservation"` // this desk's own
}

// MemberView is one desk of the cell.
type MemberView struct {
	Desk      string   `json:"desk"`
	Role      string   `json:"role"`
	Name      cell.T3  `json:"name"`
	Letter    string   `json:"letter"`
	Zone      string   `json:"zone"`
	Languages []string `json:"languages"`
}

// PrecedenceView is one precedence with its limits in seconds.
type PrecedenceView struct {
	Code     cell.Precedence `json:"code"`
	Name     cell.T3         `json:"name"`
	DeliverS int64           `json:"deliver_s"`
	ReceiveS int64           `json:"receive_s"`
	ReplyS   int64           `json:"reply_s"`
	Ladder   []RungView      `json:"ladder"`
}

// RungView is one step of the ladder (HOT-07).
type RungView struct {
	AfterS int64  `json:"after_s"`
	Level  string `json:"level"`
	Desk   string `json:"desk"` // whose step it is, "" for the desk that is silent
}

// LevelView is one level to which a desk passes things on (XC-09).
type LevelView struct {
	Level string  `json:"level"`
	Name  cell.T3 `json:"name"`
}

// PlaceView is one entry of the gazetteer. SharedName says that another place
// has the same name, so that the district must be shown and read back.
type PlaceView struct {
	ID         string  `json:"id"`
	Name       cell.T3 `json:"name"`
	District   cell.T3 `json:"district"`
	Lat        string  `json:"lat"`
	Lon        string  `json:"lon"`
	SharedName bool    `json:"shared_name"`
}

// TemplateView is one template as a form is made from it (XC-03).
type TemplateView struct {
	Code       string          `json:"code"`
	Kind       string          `json:"kind"`
	Version    int             `json:"version"`
	Precedence cell.Precedence `json:"precedence"`
	Status     string          `json:"status"`
	About      string          `json:"about"` // required, optional or none
	Officer    bool            `json:"officer"`
	Right      cell.Right      `json:"right"`  // that an officer needs to file it (SEC-07)
	Basket     string          `json:"basket"` // the compartment it is in, "" for none
	Name       cell.T3         `json:"name"`
	Sentence   cell.T3         `json:"sentence"`
	Fields     []FieldView     `json:"fields"`
	Acks       []AckSpecView   `json:"acks"`
}

// FieldView is one field of a form.
type FieldView struct {
	Name     string       `json:"name"`
	Type     string       `json:"type"`
	Required bool         `json:"required"`
	Label    cell.T3      `json:"label"`
	Hint     cell.T3      `json:"hint,omitempty"`
	Choices  []ChoiceView `json:"choices,omitempty"`
	Fields   []FieldView  `json:"fields,omitempty"` // of each entry, where the entries of a list have parts
}

// ChoiceView is one coded value with its wording.
type ChoiceView struct {
	Value string  `json:"value"`
	Name  cell.T3 `json:"name"`
}

// AckSpecView is an ack that a template asks for, of whom, and within how many
// seconds of delivery (0: no limit).
type AckSpecView struct {
	Ack     string `json:"ack"`
	By      string `json:"by"`
	WithinS int64  `json:"within_s"`
}

// StockView is a reply that one digit sends.
type StockView struct {
	Code     string  `json:"code"`
	Position string  `json:"position"`
	Text     cell.T3 `json:"text"`
}

// DeskView gives the desk and its charter as a console needs them.
func (n *Node) DeskView(ctx context.Context) (DeskView, error) {
	c := n.Config.Charter
	v := DeskView{Desk: n.Desk(), Cell: c.Cell, Status: c.Status, Now: n.now(), Name: c.DeskName(n.Desk()), Title: c.Title, Zone: c.Zone,
		Charter:   CharterView{c.Hash, c.Version, c.Notice, c.Reservations[n.Desk()]},
		Languages: c.Languages, LadderLevels: c.LadderLevels, Levels: map[string][]LevelView{}, Stock: []StockView{}, CheckTexts: c.CheckTexts}
	if len(v.Languages) == 0 {
		v.Languages = cell.Languages()
	}
	for _, m := range n.Modules {
		v.Modules = append(v.Modules, m.Name)
	}
	for _, m := range c.Members {
		v.Members = append(v.Members, MemberView{m.Desk, m.Role, m.Name, m.Letter, m.Zone, m.Languages})
	}
	for _, p := range cell.Precedences() {
		v.Precedences = append(v.Precedences, precedenceView(p, c.Clocks[p]))
	}
	for desk, levels := range c.Dissemination {
		for _, l := range levels {
			v.Levels[desk] = append(v.Levels[desk], LevelView{l.Level, l.Name})
		}
	}
	for _, p := range c.Places {
		v.Places = append(v.Places, PlaceView{p.ID, p.Name, p.District, p.Lat, p.Lon, c.SharesName(p)})
	}
	v.Lines, v.Zones = ground(c)
	v.Limits = limitViews(c)
	for _, t := range c.Templates {
		tv := templateView(t, c)
		if k, ok := n.Modules.Kind(t.Kind); ok {
			tv.Right = k.Right()
		}
		v.Templates = append(v.Templates, tv)
	}
	for _, s := range c.Stock {
		v.Stock = append(v.Stock, StockView{s.Code, s.Position, s.Text})
	}
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		w := Watch{Now: v.Now, OnWatch: map[string]*OnDuty{}}
		if err := n.onWatch(ctx, tx, &w); err != nil {
			return err
		}
		on := w.OnWatch[n.Desk()]
		v.OnWatch = on != nil && on.Taken
		return nil
	})
	if err != nil {
		return v, fmt.Errorf("describe the desk: %w", err)
	}
	return v, nil
}

func precedenceView(p cell.Precedence, k cell.Clock) PrecedenceView {
	v := PrecedenceView{Code: p, Name: k.Name, DeliverS: seconds(k.Deliver), ReceiveS: seconds(k.Receive), ReplyS: seconds(k.Reply), Ladder: []RungView{}}
	for _, r := range k.Ladder {
		v.Ladder = append(v.Ladder, RungView{seconds(r.After), r.Level, r.Desk})
	}
	return v
}

func seconds(d cell.Duration) int64 { return d.Millis() / 1000 }

func templateView(t cell.Template, c *cell.Charter) TemplateView {
	v := TemplateView{Code: t.Code, Kind: t.Kind, Version: t.Version, Precedence: t.Precedence, Status: t.Status, About: t.About,
		Officer: t.Officer, Basket: t.Basket, Name: t.Name, Sentence: t.Sentence, Fields: []FieldView{}, Acks: []AckSpecView{}}
	if v.Status == "" {
		v.Status = c.Status
	}
	if v.About == "" {
		v.About = "optional"
	}
	v.Fields = append(v.Fields, fieldViews(t.Fields)...)
	for _, a := range t.Acks {
		by := a.By
		if by == "" {
			by = "parties"
		}
		v.Acks = append(v.Acks, AckSpecView{a.Ack, by, ackLimit(a, c.Clocks[t.Precedence])})
	}
	return v
}

func fieldViews(fields []cell.Field) []FieldView {
	var out []FieldView
	for _, f := range fields {
		fv := FieldView{Name: f.Name, Type: f.Type, Required: f.Required, Label: f.Label, Hint: f.Hint, Fields: fieldViews(f.Fields)}
		for _, ch := range f.Choices {
			fv.Choices = append(fv.Choices, ChoiceView{ch.Value, ch.Name})
		}
		out = append(out, fv)
	}
	return out
}

// ackLimit is how long an ack may take, in seconds: the template's own limit,
// or the one of its precedence.
func ackLimit(a cell.AckSpec, k cell.Clock) int64 {
	switch {
	case a.Within > 0:
		return seconds(a.Within)
	case a.Ack == cell.NeedReceived:
		return seconds(k.Receive)
	case a.Ack == cell.NeedPosition || a.Ack == cell.NeedEffect:
		return seconds(k.Reply)
	}
	return 0
}

package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// FreeView is a free text with what translates it.
type FreeView struct {
	Field        string            `json:"field"`
	Lang         string            `json:"lang"`
	Text         string            `json:"text"`
	Translations []TranslationView `json:"translations"`
}

// TranslationView is one translation of a free text.
type TranslationView struct {
	Lang   string `json:"lang"`
	Text   string `json:"text"`
	Status string `json:"status"`
	By     string `json:"by"`
	Record string `json:"record"`
}

// RecordView is one record as a screen shows it.
type RecordView struct {
	Ref        string           `json:"ref"`
	Desk       string           `json:"desk"`
	Gen        int              `json:"gen"`
	Index      int64            `json:"index"`
	ID         string           `json:"id"`
	Key        string           `json:"key"`
	Kind       string           `json:"kind"`
	Code       string           `json:"code"`
	Name       cell.T3          `json:"name"`
	Precedence cell.Precedence  `json:"precedence"`
	Status     string           `json:"status"`
	At         int64            `json:"at"`
	DTG        string           `json:"dtg"`
	Role       string           `json:"role"`
	To         []string         `json:"to"`
	Serial     int64            `json:"serial"`
	Prev       string           `json:"prev"`
	About      string           `json:"about"`
	Cites      []string         `json:"cites"`
	Verdict    string           `json:"verdict"`
	Rule       string           `json:"rule"`
	Text       cell.T3          `json:"text"`
	Free       []FreeView       `json:"free"`
	Fields     []cell.Shown     `json:"fields"`
	Body       string           `json:"body"`
	Commitment string           `json:"commitment"`
	Delivered  map[string]int64 `json:"delivered"`
	Bytes      int              `json:"bytes"`
	Doubt      *DoubtView       `json:"doubt"` // signed with a key declared compromised, in the window named; else null
}

func (n *Node) recordView(ctx context.Context, tx *store.Tx, h cell.Held, m cell.Matter) (RecordView, error) {
	c := n.charterOf(h.Record.Charter)
	t, _ := c.Template(h.Kind)
	v := RecordView{Ref: h.Cite().String(), Desk: h.Desk, Gen: h.Gen, Index: h.Index, ID: h.ID, Kind: h.Kind, Code: t.Code, Name: t.Name,
		Precedence: h.Precedence, Status: h.Status, At: h.At, DTG: cell.DTG(h.At), Role: h.By.Role, To: h.To, Serial: h.Serial, Prev: h.Prev,
		Cites: []string{}, Verdict: m.Verdicts[h.Cite()], Text: c.Text(h.Record), Fields: c.Fields(h.Record), Body: string(h.Record.Body),
		Free: []FreeView{}, Delivered: map[string]int64{}}
	if v.Fields == nil {
		v.Fields = []cell.Shown{}
	}
	if k, ok := n.Modules.Kind(h.Kind); ok {
		if ms := h.Matters(k); len(ms) > 0 {
			v.Key = ms[0].String()
		}
	}
	if !h.About.IsZero() {
		v.About = h.About.String()
	}
	for _, x := range h.Cites {
		v.Cites = append(v.Cites, x.String())
	}
	for _, x := range m.Contested {
		if x.Record == h.Cite() {
			v.Rule = x.Rule
		}
	}
	for _, f := range cell.FreeTexts(h.Record) {
		v.Free = append(v.Free, FreeView{f.Field, f.Lang, f.Text, translations(m, h.Cite(), f.Field)})
	}
	said := h.Deliveries
	if said == nil {
		var err error
		if said, err = deliveries(ctx, tx, h); err != nil {
			return v, err
		}
	}
	for d, x := range said {
		if x.Refused == "" {
			v.Delivered[d] = x.At
		}
	}
	var unapplied string
	err := tx.QueryRow(ctx, `SELECT LENGTH(bytes), unapplied FROM record WHERE desk = ? AND gen = ? AND idx = ?`, h.Desk, h.Gen, h.Index).Scan(&v.Bytes, &unapplied)
	if err != nil {
		return v, fmt.Errorf("view %s: %w", h.Cite(), err)
	}
	if unapplied != "" {
		v.Verdict, v.Rule = cell.VerdictUnapplied, unapplied
	}
	if v.Verdict == "" {
		if v.Verdict, v.Rule, err = n.alone(ctx, tx, h); err != nil {
			return v, err
		}
	}
	if v.Doubt, err = n.doubtOf(ctx, tx, h); err != nil {
		return v, err
	}
	e, err := journal.EntryAt(ctx, tx, h.Desk, h.Gen, h.Index)
	v.Commitment = hex.EncodeToString(e[:])
	return v, err
}

func translations(m cell.Matter, of cell.Cite, field string) []TranslationView {
	out := []TranslationView{}
	for _, h := range m.Records {
		t, ok := h.Body.(cell.Translation)
		if ok && t.Field == field && len(h.Cites) > 0 && h.Cites[0] == of && m.Counts(h) {
			out = append(out, TranslationView{t.Lang, t.Text, t.Standing, h.Desk, h.Cite().String()})
		}
	}
	return out
}

// Record gives one record by "desk#index" or by its id, with its exact text.
func (n *Node) Record(ctx context.Context, name string) (RecordView, []byte, error) {
	var v RecordView
	var text []byte
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		h, err := n.find(ctx, tx, name)
		if err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT bytes FROM record WHERE desk = ? AND gen = ? AND idx = ?`, h.Desk, h.Gen, h.Index).Scan(&text); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		var m cell.Matter
		k, _ := n.Modules.Kind(h.Kind)
		if ms := h.Matters(k); len(ms) > 0 {
			if m, err = n.matter(ctx, tx, ms[0].String()); err != nil {
				return err
			}
			if m, err = n.looker(ctx, tx).strip(m); err != nil {
				return err
			}
		}
		v, err = n.recordView(ctx, tx, h, m)
		return err
	})
	return v, text, err
}

// find looks a record up by "desk#index", by "desk:id" or by its bare id.
func (n *Node) find(ctx context.Context, tx *store.Tx, name string) (cell.Held, error) {
	l := n.looker(ctx, tx)
	if c, err := cell.ParseCite(name); err == nil {
		h, ok, err := n.record(ctx, tx, c)
		if err == nil && ok {
			ok, err = l.record(h)
		}
		if err != nil || ok {
			return h, err
		}
		return cell.Held{}, fmt.Errorf("%w: no record %s is held at this desk", cell.ErrNotFound, name)
	}
	id, desk := name, ""
	if d, rest, ok := strings.Cut(name, ":"); ok {
		desk, id = d, rest
	}
	list, err := n.records(ctx, tx, `WHERE r.id = ? ORDER BY r.desk, r.gen, r.idx`, id)
	if err != nil {
		return cell.Held{}, err
	}
	list = slices.DeleteFunc(list, func(h cell.Held) bool {
		ok, failed := l.record(h)
		err = errors.Join(err, failed)
		return desk != "" && h.Desk != desk || !ok
	})
	if err != nil {
		return cell.Held{}, err
	}
	switch {
	case len(list) == 0:
		return cell.Held{}, fmt.Errorf("%w: no record %s is held at this desk", cell.ErrNotFound, name)
	case list[0].Desk != list[len(list)-1].Desk:
		return cell.Held{}, fmt.Errorf("%w: two desks have used the id %s; say desk:id", cell.ErrConflict, id)
	}
	return list[0], nil
}

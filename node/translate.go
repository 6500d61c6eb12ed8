package node

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/cell"
	"parley/store"
)

// ToTranslate is one free text in the interpreter's queue: it has no
// translation yet into a language that this desk reads (XC-10).
type ToTranslate struct {
	Key        string          `json:"key"` // the matter
	Number     string          `json:"number"`
	Ref        string          `json:"ref"` // the record
	Precedence cell.Precedence `json:"precedence"`
	At         int64           `json:"at"`
	Field      string          `json:"field"`
	Lang       string          `json:"lang"` // of the original
	Want       []string        `json:"want"` // languages still wanted
	Text       string          `json:"text"`
}

// Translations gives the interpreter's queue: the free texts of matters that
// are open, or that were opened in the last twelve hours, which lack a
// translation into one of this desk's languages. The fastest come first, then
// the oldest (XC-10).
func (n *Node) Translations(ctx context.Context) ([]ToTranslate, error) {
	out := []ToTranslate{}
	me, _ := n.Config.Charter.Member(n.Desk())
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT key FROM (
			SELECT rank, at, key FROM (SELECT rank, at, key FROM matter WHERE open = 1 AND kind <> '' ORDER BY rank, at, key LIMIT 1000) AS a UNION ALL
			SELECT rank, at, key FROM (SELECT rank, at, key FROM matter WHERE open = 0 AND at >= ? AND kind <> '' ORDER BY rank, at, key LIMIT 1000) AS b
		) AS c ORDER BY rank, at, key LIMIT 1000`, n.now()-infoSpan)
		if err != nil {
			return err
		}
		keys, err := texts(rows)
		if err != nil {
			return err
		}
		l := n.looker(ctx, tx)
		seen := map[string]bool{} // a record may belong to two matters
		for _, key := range keys {
			m, err := n.matter(ctx, tx, key)
			if err != nil {
				return err
			}
			if ok, err := l.matter(m.Ref); err != nil || !ok {
				if err != nil {
					return err
				}
				continue
			}
			if m, err = l.strip(m); err != nil {
				return err
			}
			for _, t := range n.untranslated(m, me.Languages) {
				if at := t.Ref + "/" + t.Field; !seen[at] {
					seen[at] = true
					out = append(out, t)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the interpreter's queue: %w", err)
	}
	slices.SortStableFunc(out, func(a, b ToTranslate) int {
		if r := a.Precedence.Rank() - b.Precedence.Rank(); r != 0 {
			return r
		}
		return int(max(-1, min(1, a.At-b.At)))
	})
	return out, nil
}

// untranslated lists the free texts of a matter that a reader of these
// languages cannot read yet. A translation is no original of its own.
func (n *Node) untranslated(m cell.Matter, languages []string) []ToTranslate {
	var out []ToTranslate
	for _, h := range m.Records {
		if h.Kind == cell.KindTranslation {
			continue
		}
		for _, f := range cell.FreeTexts(h.Record) {
			want := wanted(f.Lang, languages, translations(m, h.Cite(), f.Field))
			if len(want) == 0 {
				continue
			}
			out = append(out, ToTranslate{Key: m.Ref.String(), Number: m.Number(n.under(m)), Ref: h.Cite().String(),
				Precedence: h.Precedence, At: h.At, Field: f.Field, Lang: f.Lang, Want: want, Text: f.Text})
		}
	}
	return out
}

// wanted gives the languages that neither the original nor a translation is in.
// A tag's first part decides: "ar-Arab" is read by whoever reads "ar".
func wanted(original string, languages []string, done []TranslationView) []string {
	has := map[string]bool{primary(original): true}
	for _, t := range done {
		has[primary(t.Lang)] = true
	}
	var out []string
	for _, l := range languages {
		if !has[primary(l)] {
			out = append(out, l)
		}
	}
	return out
}

func primary(tag string) string {
	l, _, _ := strings.Cut(tag, "-")
	return l
}

package cell

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Judge applies the kernel's rules of conduct and the module's own to one
// record. It serves local acts, which a breach refuses, and foreign records,
// which a breach contests. It knows only what the record cites and what its
// author wrote earlier: never what else a node happens to hold (design 2).
func Judge(h Held, ms Modules, p Past, c *Charter) []Breach {
	out := judgeMembers(h, c)
	switch h.Kind {
	case KindReceived, KindReadBack, KindDisseminated, KindPosition, KindTranslation:
		out = append(out, judgeAck(h, p, c)...)
	}
	out = append(out, judgeGeneration(h, c)...)
	out = append(out, judgeAdoption(h, c)...)
	out = append(out, judgeRevision(h, ms, p)...)
	out = append(out, judgeSays(h, ms, p, c)...)
	k, known := ms.Kind(h.Kind)
	if known {
		out = append(out, judgeKind(h, k, ms, p, c)...)
		out = append(out, judgeApproval(h)...)
		out = append(out, judgeApproved(h, p)...)
	}
	if slices.ContainsFunc(p.Own, func(o Held) bool { return o.ID == h.ID }) {
		out = append(out, Breach{"cell.id-once", "/id", "this desk has used the id before"})
	}
	t, ok := c.Template(h.Kind)
	out = append(out, judgeStatus(h, k, t, p, c)...)
	if ok {
		out = append(out, judgeTemplate(h, t, c)...)
		out = append(out, judgeMode(h, k, t, ms, p, c)...)
	}
	if m, ok := ms.Of(h.Kind); ok && m.Judge != nil {
		out = append(out, m.Judge(h, p, c)...)
	}
	if known {
		out = append(out, judgeTwo(h, k, p, c)...)
	}
	return out
}

// judgeRevision: only the opener changes or cancels a matter, and says so to
// everybody who holds it: nobody is left with what no longer stands.
func judgeRevision(h Held, ms Modules, p Past) []Breach {
	k, _ := ms.Kind(h.Kind)
	if !k.Revises && h.Kind != KindCancel {
		return nil
	}
	if h.About.Desk != h.Desk {
		return []Breach{{"cell.revise-own", "/about", "only the desk that opened a matter may change or cancel it"}}
	}
	if head, ok := opened(h.About, p.Own); ok && !slices.Equal(head.To, h.To) {
		return []Breach{{"cell.revise-audience", "/to", "a change goes to everybody who holds the matter, and to nobody else"}}
	}
	return nil
}

func judgeMembers(h Held, c *Charter) []Breach {
	var out []Breach
	if c.Role(h.Desk) == "" {
		out = append(out, Breach{"cell.member", "/desk", "the author is no member of the cell"})
	}
	for _, d := range h.To {
		if c.Role(d) == "" {
			out = append(out, Breach{"cell.member", "/to", "desk " + d + " is no member of the cell"})
		}
	}
	if h.Cell != c.Cell {
		out = append(out, Breach{"cell.name", "/cell", "the record is of another cell"})
	}
	if c.Status == Exercise && h.Status == Actual {
		out = append(out, Breach{"cell.status", "/status", "an exercise carries no actual traffic"})
	}
	return out
}

func judgeTemplate(h Held, t Template, c *Charter) []Breach {
	var out []Breach
	if (t.Status == Test) != (h.Status == Test) {
		out = append(out, Breach{"cell.status", "/status", "test messages, and only they, have the status TEST"})
	}
	if t.About == "required" && h.About.IsZero() {
		out = append(out, Breach{"cell.about", "/about", t.Code + " must name the matter that it is about"})
	}
	if t.About == "none" && !h.About.IsZero() {
		out = append(out, Breach{"cell.about", "/about", t.Code + " opens a matter and is about no other"})
	}
	return out
}

func judgeAck(h Held, p Past, c *Charter) []Breach {
	of, ok := p.First(h.Record)
	if !ok {
		return []Breach{{"cell.ack-cites", "/cites", "an ack cites the record that it answers"}}
	}
	var out []Breach
	if of.Ref() != h.About && of.About != h.About {
		out = append(out, Breach{"cell.ack-matter", "/cites/0", "the record answered is not of this matter"})
	}
	own := h.Kind == KindTranslation || h.Kind == KindPosition // of what it said itself
	if !slices.Contains(of.To, h.Desk) && !(own && of.Desk == h.Desk) {
		out = append(out, Breach{"cell.ack-addressee", "/cites/0", "the record answered was not addressed to this desk"})
	}
	if !slices.Equal(of.Audience(), h.Audience()) {
		out = append(out, Breach{"cell.ack-audience", "/to", "an ack goes to everybody who holds what it answers"})
	}
	switch b := h.Body.(type) {
	case Position:
		if b.Position == Agrees && b.Hash != of.Hash {
			out = append(out, Breach{"cell.agrees-hash", "/body/hash", "the hash is not that of the version cited"})
		}
	case Disseminated:
		levels := c.Dissemination[h.Desk]
		if !slices.ContainsFunc(levels, func(l Level) bool { return l.Level == b.Level }) {
			out = append(out, Breach{"cell.level", "/body/level", "the charter lists no such level for this desk"})
		}
	case ReadBack:
		_, says := of.Body.(Repeater)
		if _, revises := of.Body.(Reviser); !says && !revises { // a revision is read back as what its matter says now
			out = append(out, Breach{"cell.readback-nothing", "/cites/0", "the record cited has nothing to read back"})
		}
	case Translation:
		out = append(out, judgeTranslation(b, of)...)
	}
	return out
}

// judgeTranslation wants the same figures in the same order as the original
// (XC-10: a number mismatch blocks).
func judgeTranslation(t Translation, of Held) []Breach {
	orig, ok := FreeText(of.Record, t.Field)
	if !ok {
		return []Breach{{"cell.translation-field", "/body/field", "the record cited has no free text of that name"}}
	}
	if orig.Lang == t.Lang {
		return []Breach{{"cell.translation-language", "/body/lang", "the original is in that language"}}
	}
	a, b := Figures(orig.Text), Figures(t.Text)
	slices.Sort(a)
	slices.Sort(b)
	if !slices.Equal(a, b) {
		return []Breach{{"cell.translation-figures", "/body/text", "the figures differ from those of the original"}}
	}
	return nil
}

// FreeText finds the free text of a record's body by the name of its
// top-level field: a {lang, text} object, or a list of at most one.
func FreeText(r Record, field string) (Free, bool) {
	for _, f := range FreeTexts(r) {
		if f.Field == field {
			return f.Free, true
		}
	}
	return Free{}, false
}

// NamedFree is a free text with the field it stands in.
type NamedFree struct {
	Field string
	Free
}

// FreeTexts lists the free texts of a record's body, by field.
func FreeTexts(r Record) []NamedFree {
	var fields map[string]jsontext.Value
	if UnmarshalStrict(r.Body, &fields) != nil {
		return nil
	}
	var out []NamedFree
	for name, v := range fields {
		var one Free
		if v.Kind() == '{' && UnmarshalStrict(v, &one) == nil {
			out = append(out, NamedFree{name, one})
		}
		var list []Free
		if v.Kind() == '[' && UnmarshalStrict(v, &list) == nil && len(list) == 1 {
			out = append(out, NamedFree{name, list[0]})
		}
	}
	slices.SortFunc(out, func(a, b NamedFree) int {
		if a.Field < b.Field {
			return -1
		}
		return 1
	})
	return slices.DeleteFunc(out, func(f NamedFree) bool { return f.Lang == "" })
}

package cell

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Shown is one field of a record's body as people read it.
type Shown struct {
	Name  string `json:"name"`
	Type  string `json:"kind"`
	Label T3     `json:"label"`
	Value T3     `json:"value"`
}

// Fields renders the body of a record field by field, in the order of its
// template. Inserted values are isolated, so that a place or a number cannot
// reorder the sentence around it. Old records render with the template of the
// charter that they name; c must be that charter (XC-03).
func (c *Charter) Fields(r Record) []Shown {
	t, ok := c.Template(r.Kind)
	if !ok {
		return nil
	}
	var body map[string]jsontext.Value
	if strictUnmarshal(r.Body, &body) != nil {
		return nil
	}
	var out []Shown
	for _, f := range t.Fields {
		v, ok := body[f.Name]
		if !ok {
			continue
		}
		if val := c.show(f, v); val != nil {
			out = append(out, Shown{f.Name, f.Type, f.Label, val})
		}
	}
	return out
}

// Text renders a record as one sentence in every language, by its template.
// Free text stands in its own language in all of them; a translation is a
// separate, labelled record.
func (c *Charter) Text(r Record) T3 {
	t, ok := c.Template(r.Kind)
	if !ok {
		return T3{"en": r.Kind, "ar": r.Kind, "he": r.Kind}
	}
	values := map[string]T3{"from": c.DeskName(r.Desk), "dtg": same(DTG(r.At))}
	for _, f := range t.Fields {
		values[f.Name] = same("—")
	}
	for _, f := range c.Fields(r) {
		values[f.Name] = f.Value
	}
	out := T3{}
	for _, lang := range languages {
		out[lang] = fill(t.Sentence[lang], func(name string) string { return values[name].In(lang) })
	}
	return out
}

// DeskName gives the charter's name for a desk.
func (c *Charter) DeskName(desk string) T3 {
	if m, ok := c.Member(desk); ok {
		return m.Name
	}
	return same(desk)
}

func fill(sentence string, value func(string) string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(sentence, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(sentence[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(sentence[:open])
		if v := value(sentence[open+1 : open+end]); v != "" {
			b.WriteString(isolate(v))
		}
		sentence = sentence[open+end+1:]
	}
	return b.String() + sentence
}

func same(s string) T3 { return T3{"en": s, "ar": s, "he": s} }

// show renders one value; nil when it is empty.
func (c *Charter) show(f Field, v jsontext.Value) T3 {
	if v.Kind() == '[' {
		var list []jsontext.Value
		if strictUnmarshal(v, &list) != nil || len(list) == 0 {
			return nil
		}
		out := T3{}
		for i, x := range list {
			one := c.show(f, x)
			for _, l := range languages {
				if i > 0 {
					out[l] += " · "
				}
				out[l] += one.In(l)
			}
		}
		return out
	}
	switch f.Type {
	case "place":
		var p Place
		if strictUnmarshal(v, &p) == nil {
			return c.PlaceText(p)
		}
	case "free":
		var t Free
		if strictUnmarshal(v, &t) == nil {
			return same(t.Text)
		}
	case "time":
		if ms, err := strconv.ParseInt(string(v), 10, 64); err == nil && ms > 0 {
			return same(DTG(ms))
		}
		return nil
	case "desks":
		var d string
		if strictUnmarshal(v, &d) == nil && d != "" {
			return c.DeskName(d)
		}
	}
	return c.showPlain(f, v)
}

func (c *Charter) showPlain(f Field, v jsontext.Value) T3 {
	s := string(v)
	if v.Kind() == '"' {
		if strictUnmarshal(v, &s) != nil || s == "" {
			return nil
		}
	}
	for _, ch := range f.Choices {
		if ch.Value == s {
			return ch.Name
		}
	}
	if f.Type == "level" {
		for _, levels := range c.Dissemination {
			for _, l := range levels {
				if l.Level == s {
					return l.Name
				}
			}
		}
	}
	return same(s)
}

// PlaceText gives a place as it must be read: the name with its district when
// another place has the same name, and always the coordinates (design 4).
func (c *Charter) PlaceText(p Place) T3 {
	at := p.Lat + ", " + p.Lon
	named, ok := c.Place(p.ID)
	if !ok {
		if p.Text != "" && p.Notation == "name" {
			return same(p.Text + " (" + at + ")")
		}
		return same(at)
	}
	out := T3{}
	for _, l := range languages {
		name := named.Name.In(l)
		if d := named.District.In(l); d != "" {
			name += ", " + d
		}
		out[l] = name + " " + isolate("("+at+")")
	}
	return out
}

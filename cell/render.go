package cell

import (
	"regexp"
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
	if UnmarshalStrict(r.Body, &body) != nil {
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
// A clause whose fields are all empty is left out. Free text stands in its own
// language in all of them; a translation is a separate, labelled record.
func (c *Charter) Text(r Record) T3 {
	t, ok := c.Template(r.Kind)
	if !ok {
		return same(r.Kind)
	}
	values := map[string]T3{"from": c.DeskName(r.Desk), "dtg": same(DTG(r.At))}
	for _, f := range c.Fields(r) {
		values[f.Name] = f.Value
	}
	out := T3{}
	for _, lang := range languages {
		out[lang] = fill(t.Sentence[lang], func(name string) string { return values[name].In(lang) })
	}
	return out
}

// subjectLength is how many letters of a free text a subject shows.
const subjectLength = 60

// Subject gives the line by which a queue names a record: its template's name,
// its first coded value, and its place, or else the beginning of its text. A
// record that leads with a title of three languages is named by that alone.
func (c *Charter) Subject(r Record) T3 {
	t, ok := c.Template(r.Kind)
	if !ok {
		return same(r.Kind)
	}
	var title, choice, place, free T3
	for _, f := range c.Fields(r) {
		switch {
		case f.Type == "text3" && title == nil && place == nil:
			title = clipped(f.Value)
		case f.Type == "choice" && choice == nil:
			choice = f.Value
		case f.Type == "place" && place == nil:
			place = c.placeName(r, f)
		case f.Type == "free" && free == nil:
			free = clipped(f.Value)
		}
	}
	if place == nil {
		place = free
	}
	if title != nil {
		choice, place = nil, title
	}
	out := T3{}
	for _, l := range languages {
		out[l] = t.Name.In(l)
		for _, part := range []T3{choice, place} {
			if part != nil {
				out[l] += " · " + isolate(part.In(l))
			}
		}
	}
	return out
}

// placeName gives a place by name and district, without its coordinates.
func (c *Charter) placeName(r Record, f Shown) T3 {
	var body map[string]jsontext.Value
	if UnmarshalStrict(r.Body, &body) != nil {
		return f.Value
	}
	v := body[f.Name]
	var list []Place
	if v.Kind() == '[' && UnmarshalStrict(v, &list) == nil && len(list) == 1 {
		return c.named(list[0])
	}
	var p Place
	if v.Kind() == '{' && UnmarshalStrict(v, &p) == nil {
		return c.named(p)
	}
	return f.Value
}

func (c *Charter) named(p Place) T3 {
	n, ok := c.Place(p.ID)
	if !ok {
		return same(p.Lat + ", " + p.Lon)
	}
	out := T3{}
	for _, l := range languages {
		out[l] = n.Name.In(l)
		if d := n.District.In(l); d != "" {
			out[l] += ", " + d
		}
	}
	return out
}

func clipped(t T3) T3 {
	out := T3{}
	for l, s := range t {
		if r := []rune(s); len(r) > subjectLength {
			s = string(r[:subjectLength]) + "…"
		}
		out[l] = s
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

// clauseRE ends a clause: a mark of punctuation of any of the languages, then
// a space or the end.
var clauseRE = regexp.MustCompile(`[.,;،؛·](\s+|$)`)

// fill puts values into a sentence, clause by clause.
func fill(sentence string, value func(string) string) string {
	var kept []string
	for len(sentence) > 0 {
		end := len(sentence)
		if m := clauseRE.FindStringIndex(sentence); m != nil {
			end = m[1]
		}
		clause, any, empty := fillClause(sentence[:end], value)
		full := strings.ContainsAny(sentence[:end], ".")
		sentence = sentence[end:]
		if !any || !empty {
			kept = append(kept, clause)
			continue
		}
		if n := len(kept); n > 0 && full { // the sentence ends here all the same
			kept[n-1] = strings.TrimRight(kept[n-1], " ,;،؛·.") + ". "
		}
	}
	return strings.TrimRight(strings.Join(kept, ""), " ,;،؛·")
}

// fillClause puts values into one clause, and says whether it asks for any and
// whether all of them are empty.
func fillClause(clause string, value func(string) string) (text string, any, empty bool) {
	var b strings.Builder
	empty = true
	for {
		open := strings.IndexByte(clause, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(clause[open:], '}')
		if end < 0 {
			break
		}
		any = true
		b.WriteString(clause[:open])
		if v := value(clause[open+1 : open+end]); v != "" {
			empty = false
			b.WriteString(isolate(v))
		}
		clause = clause[open+end+1:]
	}
	return b.String() + clause, any, empty
}

func same(s string) T3 { return T3{"en": s, "ar": s, "he": s} }

// show renders one value; nil when it is empty.
func (c *Charter) show(f Field, v jsontext.Value) T3 {
	if v.Kind() == '[' {
		var list []jsontext.Value
		if UnmarshalStrict(v, &list) != nil || len(list) == 0 {
			return nil
		}
		var all []T3
		for _, x := range list {
			all = append(all, c.show(f, x))
		}
		return joined(all, " · ")
	}
	switch f.Type {
	case "place":
		var p Place
		if UnmarshalStrict(v, &p) == nil {
			return c.PlaceText(p)
		}
	case "free":
		var t Free
		if UnmarshalStrict(v, &t) == nil {
			return same(t.Text)
		}
	case "time":
		if ms, err := strconv.ParseInt(string(v), 10, 64); err == nil && ms > 0 {
			return same(DTG(ms))
		}
		return nil
	case "desks":
		var d string
		if UnmarshalStrict(v, &d) == nil && d != "" {
			return c.DeskName(d)
		}
	}
	if v.Kind() == '{' && len(f.Fields) > 0 {
		return c.showParts(f, v)
	}
	if v.Kind() == '{' {
		return showWhole(f, v)
	}
	return c.showPlain(f, v)
}

// showParts renders an entry of a list part by part.
func (c *Charter) showParts(f Field, v jsontext.Value) T3 {
	var body map[string]jsontext.Value
	if UnmarshalStrict(v, &body) != nil {
		return nil
	}
	var all []T3
	for _, part := range f.Fields {
		if x, ok := body[part.Name]; ok {
			all = append(all, c.show(part, x))
		}
	}
	return joined(all, ", ")
}

// joined puts values side by side, nil when there is none.
func joined(all []T3, mark string) T3 {
	var out T3
	for _, t := range all {
		if t == nil {
			continue
		}
		if out == nil {
			out = t
			continue
		}
		both := T3{}
		for _, l := range languages {
			both[l] = out.In(l) + mark + t.In(l)
		}
		out = both
	}
	return out
}

func (c *Charter) showPlain(f Field, v jsontext.Value) T3 {
	s := string(v)
	if v.Kind() == '"' {
		if UnmarshalStrict(v, &s) != nil || s == "" {
			return nil
		}
	}
	for _, ch := range f.Choices {
		if ch.Value == s {
			return ch.Name
		}
	}
	if f.Type == "level" {
		for _, m := range c.Members { // in the charter's order: levels of two desks may have one name
			for _, l := range c.Dissemination[m.Desk] {
				if l.Level == s {
					return l.Name
				}
			}
		}
	}
	if z, ok := c.Zoned(s); f.Type == "zone" && ok {
		return called(z.Name, s)
	}
	if l, ok := c.Limited(s); f.Type == "limit" && ok {
		return called(l.Name, s)
	}
	if a, ok := c.Activity(s); f.Type == "activity" && ok {
		return a.Name
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

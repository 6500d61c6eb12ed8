package i18n

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// message is a parsed text: its parts in order.
type message []part

// part is literal words, a placeholder, or a choice by number or by word.
type part struct {
	words   string             // literal, when arg is empty
	arg     string             // the argument's name
	kind    string             // "", "plural" or "select"
	choices map[string]message // by plural class, "=N" or word
	hash    bool               // the # of the plural around it
}

// parse reads one text.
func parse(text string) (message, error) {
	p := &parser{text: text}
	m, err := p.message(false)
	if err != nil {
		return nil, err
	}
	if p.at < len(p.text) {
		return nil, fmt.Errorf("stray } at byte %d", p.at)
	}
	return m, nil
}

type parser struct {
	text string
	at   int
}

// message reads up to the closing brace or the end; inside a plural # stands
// for the number.
func (p *parser) message(inPlural bool) (message, error) {
	var m message
	for p.at < len(p.text) && p.text[p.at] != '}' {
		switch {
		case p.text[p.at] == '{':
			next, err := p.placeholder()
			if err != nil {
				return nil, err
			}
			m = append(m, next)
		case inPlural && p.text[p.at] == '#':
			p.at++
			m = append(m, part{hash: true})
		default:
			stop := "{}"
			if inPlural {
				stop = "{}#"
			}
			end := strings.IndexAny(p.text[p.at:], stop)
			if end < 0 {
				end = len(p.text) - p.at
			}
			m = append(m, part{words: p.text[p.at : p.at+end]})
			p.at += end
		}
	}
	return m, nil
}

// placeholder reads {name}, {name, plural, …} or {name, select, …}.
func (p *parser) placeholder() (part, error) {
	start := p.at
	p.at++
	out := part{arg: p.word()}
	if out.arg == "" {
		return out, fmt.Errorf("placeholder without a name at byte %d", start)
	}
	if p.take('}') {
		return out, nil
	}
	if !p.take(',') {
		return out, fmt.Errorf("placeholder %s is not closed", out.arg)
	}
	out.kind = p.word()
	if out.kind != "plural" && out.kind != "select" {
		return out, fmt.Errorf("placeholder %s has the unknown form %q", out.arg, out.kind)
	}
	if !p.take(',') {
		return out, fmt.Errorf("placeholder %s has no choices", out.arg)
	}
	out.choices = map[string]message{}
	for !p.take('}') {
		name := p.word()
		if name == "" || !p.take('{') {
			return out, fmt.Errorf("placeholder %s: a choice is not readable at byte %d", out.arg, p.at)
		}
		m, err := p.message(out.kind == "plural")
		if err != nil {
			return out, err
		}
		if !p.take('}') {
			return out, fmt.Errorf("placeholder %s: choice %s is not closed", out.arg, name)
		}
		out.choices[name] = m
	}
	if out.choices["other"] == nil {
		return out, fmt.Errorf("placeholder %s has no choice \"other\"", out.arg)
	}
	return out, nil
}

// word skips spaces and reads a name.
func (p *parser) word() string {
	p.spaces()
	start := p.at
	for p.at < len(p.text) && !strings.ContainsRune(" \t\n,{}", rune(p.text[p.at])) {
		p.at++
	}
	return p.text[start:p.at]
}

// take skips spaces and one given character, if it is there.
func (p *parser) take(c byte) bool {
	p.spaces()
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) spaces() {
	for p.at < len(p.text) && strings.ContainsRune(" \t\n", rune(p.text[p.at])) {
		p.at++
	}
}

// render writes the text in one language. Digits are Latin in all three, so
// that a value read on the telephone is the same on each screen.
func (m message) render(lang string, args map[string]any) string {
	var out strings.Builder
	m.write(&out, lang, args, "")
	return out.String()
}

func (m message) write(out *strings.Builder, lang string, args map[string]any, number string) {
	for _, p := range m {
		switch {
		case p.hash:
			out.WriteString(number)
		case p.arg == "":
			out.WriteString(p.words)
		default:
			p.fill(out, lang, args, number)
		}
	}
}

// fill writes a placeholder's argument, or the choice that it makes.
func (p part) fill(out *strings.Builder, lang string, args map[string]any, number string) {
	value, ok := args[p.arg]
	if !ok {
		out.WriteString("{" + p.arg + "}")
		return
	}
	shown := fmt.Sprint(value)
	switch p.kind {
	case "select":
		choice, ok := p.choices[shown]
		if !ok {
			choice = p.choices["other"]
		}
		choice.write(out, lang, args, number)
	case "plural":
		choice, ok := p.choices["="+shown]
		if !ok {
			choice, ok = p.choices[class(lang, shown)]
		}
		if !ok {
			choice = p.choices["other"]
		}
		choice.write(out, lang, args, shown)
	default:
		out.WriteString(shown)
	}
}

// classes names the plural classes of CLDR.
var classes = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two",
	plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

// class gives the plural class of a whole number, written in digits, in a
// language (Unicode CLDR plural rules); "other" when it is no whole number.
func class(lang, number string) string {
	n, err := strconv.Atoi(strings.TrimPrefix(number, "-"))
	if err != nil {
		return "other"
	}
	return classes[plural.Cardinal.MatchPlural(language.Make(lang), n, 0, 0, 0, 0)]
}

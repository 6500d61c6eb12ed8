package scenarios

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"golang.org/x/tools/txtar"

	"parley/cell"
)

// Story is a scenario as it is read from its file.
type Story struct {
	Name    string
	Comment string
	Head    Head
	Lines   []Line
}

// Head is the file scenario.yaml of a story.
type Head struct {
	Title   cell.T3              `yaml:"title"`
	Start   time.Time            `yaml:"start"`
	Visitor string               `yaml:"visitor"`
	Sources []string             `yaml:"sources"` // of a replay: where the given timeline is on record
	Given   []string             `yaml:"given"`   // the timeline as the sources give it
	Theatre map[string]yaml.Node `yaml:"theatre"` // replaces top-level keys of the theatre
	Steps   []Step               `yaml:"steps"`   // the visitor's turns, in order
	End     End                  `yaml:"end"`
}

// Step is one turn of the visitor: what the screen asks.
type Step struct {
	ID     string  `yaml:"id" json:"id"`
	Screen string  `yaml:"screen" json:"screen"` // where it is done; empty: on the watch
	Title  cell.T3 `yaml:"title" json:"title"`
	Prompt cell.T3 `yaml:"prompt" json:"prompt"`
}

// End is the card at the end: what was real, what was scripted, the limits.
type End struct {
	Real     cell.T3 `yaml:"real" json:"real"`
	Scripted cell.T3 `yaml:"scripted" json:"scripted"`
	Limits   cell.T3 `yaml:"limits" json:"limits"`
}

// Line is one line of the story: a verb's words and, last, its JSON.
type Line struct {
	At    int // line number in the story, from 1
	Words []string
	JSON  string
	Inner []Line // of a turn
	Text  string
}

// Parse reads a story. The error names the line.
func Parse(name string, file []byte) (*Story, error) {
	a := txtar.Parse(file)
	s := &Story{Name: name, Comment: strings.TrimSpace(string(a.Comment))}
	for _, f := range a.Files {
		switch f.Name {
		case "scenario.yaml":
			dec := yaml.NewDecoder(bytes.NewReader(f.Data))
			dec.KnownFields(true)
			if err := dec.Decode(&s.Head); err != nil {
				return nil, fmt.Errorf("%s: scenario.yaml: %w", name, err)
			}
		case "story":
			lines, err := parseLines(string(f.Data))
			if err == nil {
				err = checkLines(lines)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			s.Lines = lines
		default:
			return nil, fmt.Errorf("%s: file %q is not scenario.yaml or story", name, f.Name)
		}
	}
	if s.Head.Start.IsZero() {
		return nil, fmt.Errorf("%s: scenario.yaml has no start", name)
	}
	return s, nil
}

func parseLines(text string) ([]Line, error) {
	var out []Line
	pending := ""
	for i, raw := range strings.Split(text, "\n") {
		if strings.HasSuffix(raw, `\`) {
			pending += strings.TrimSuffix(raw, `\`)
			continue
		}
		raw, pending = pending+raw, ""
		trimmed := strings.TrimSpace(raw)
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		l := Line{At: i + 1, Text: trimmed}
		if b := strings.IndexByte(trimmed, '{'); b >= 0 {
			l.JSON, trimmed = trimmed[b:], trimmed[:b]
			if end := strings.LastIndexByte(l.JSON, '}'); end < len(l.JSON)-1 {
				return nil, fmt.Errorf("line %d: words after the body", l.At)
			}
		}
		if l.Words = words(trimmed); len(l.Words) == 0 {
			return nil, fmt.Errorf("line %d: a body without words before it", l.At)
		}
		inner := raw[0] == ' ' || raw[0] == '\t'
		switch {
		case !inner:
			out = append(out, l)
		case len(out) == 0 || out[len(out)-1].Words[0] != "turn":
			return nil, fmt.Errorf("line %d: an indented line belongs to a turn", l.At)
		default:
			out[len(out)-1].Inner = append(out[len(out)-1].Inner, l)
		}
	}
	return out, nil
}

// words splits at spaces; "quoted words" stay together.
func words(s string) []string {
	var out []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if s[0] == '"' {
			if end := strings.IndexByte(s[1:], '"'); end >= 0 {
				out, s = append(out, s[1:1+end]), s[end+2:]
				continue
			}
		}
		end := strings.IndexAny(s, " \t")
		if end < 0 {
			end = len(s)
		}
		out, s = append(out, s[:end]), s[end:]
	}
	return out
}

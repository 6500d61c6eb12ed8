package cell

import (
	"fmt"
	"strings"
)

// Draw gives the life as a Mermaid state diagram, from the very table that
// [Life.Status] reads, so that the drawing cannot say otherwise.
func (l Life) Draw() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	for i, s := range l.Stages {
		if i == 0 {
			fmt.Fprintf(&b, "  [*] --> %s\n", node(s.Name))
		}
		for _, from := range s.From {
			fmt.Fprintf(&b, "  %s --> %s", node(from), node(s.Name))
			if s.Says != "" {
				b.WriteString(": " + strings.NewReplacer(":", ",", ";", ",", "#", "no. ").Replace(s.Says))
			}
			b.WriteString("\n")
		}
		if s.Ended {
			fmt.Fprintf(&b, "  %s --> [*]\n", node(s.Name))
		}
	}
	b.WriteString("```\n")
	return b.String()
}

// node writes a state's name as Mermaid takes it.
func node(name string) string { return strings.ReplaceAll(name, "-", "_") }

// Table gives the same as rows of a Markdown table.
func (l Life) Table() string {
	var b strings.Builder
	b.WriteString("| state | reached from | when |\n|---|---|---|\n")
	for i, s := range l.Stages {
		name := "`" + s.Name + "`"
		if s.Ended {
			name += " (ended)"
		}
		from := strings.Join(s.From, ", ")
		if i == 0 {
			from = "the record that opens it"
			if s.From != nil {
				from += ", " + strings.Join(s.From, ", ")
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, from, s.Says)
	}
	return b.String()
}

// Check wants a table whose arrows lead somewhere: every stage has a name of
// its own and a condition, and is reached from stages that exist.
func (l Life) Check() error {
	if len(l.Kinds) == 0 || len(l.Stages) == 0 {
		return fmt.Errorf("a life of no kind or without stages")
	}
	seen := map[string]bool{}
	for _, s := range l.Stages {
		if !isCode(s.Name) || seen[s.Name] {
			return fmt.Errorf("%s: stage %q has no name of its own", l.Kinds[0], s.Name)
		}
		seen[s.Name] = true
	}
	for i, s := range l.Stages {
		if i > 0 && (s.When == nil || len(s.From) == 0 || s.Says == "") {
			return fmt.Errorf("%s: stage %s has no condition, says none or is reached from nowhere", l.Kinds[0], s.Name)
		}
		for _, f := range s.From {
			if !seen[f] {
				return fmt.Errorf("%s: stage %s is reached from %q, which is none", l.Kinds[0], s.Name, f)
			}
		}
	}
	return nil
}

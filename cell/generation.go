package cell

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// KindGeneration2 is a new generation that the desk's root key has signed. A
// record of [KindGeneration], which only the journal key vouches for, is still
// read, and begins nothing (design 2, "Restart").
const KindGeneration2 = "cell.generation/2"

// PurposeGeneration is what a root key signs to begin a new generation.
const PurposeGeneration = "generation"

// Generation2 is the first record of a journal's new generation: after a
// restore that went on without the other desks, or a fork. It names the last
// head known, the two officers who decided it, by code and role, and carries
// the root key's signature over [GenerationText].
type Generation2 struct {
	Last Seen   `json:"last"`
	Root string `json:"root"`
	Why  string `json:"why"`
	By   []By   `json:"by"`
	Line string `json:"line"` // of the root key, as in a C2SP signed note
}

// Validate checks the head, that two different officers decided, and that
// there is a signature; whether it holds, [Judge] says.
func (g Generation2) Validate() error {
	if !IsHash(g.Root) || g.Last.Gen < 1 || g.Last.Size < 0 || !IsWord(g.Last.Desk) {
		return Invalidf("/last", "not the last head known of the generation before")
	}
	if strings.TrimSpace(g.Why) == "" || len(g.Why) > 2000 || checkText("", g.Why) != nil {
		return Invalidf("/why", "a reason of at most 2000 bytes is wanted")
	}
	if len(g.By) != 2 || g.By[0].Officer == g.By[1].Officer {
		return Invalidf("/by", "two different officers decide it")
	}
	for _, b := range g.By {
		if !isCode(b.Officer) || !isCode(b.Role) {
			return Invalidf("/by", "not the codes of an officer and a role")
		}
	}
	if !strings.HasPrefix(g.Line, CeremonyLine) || len(g.Line) > 400 || strings.Contains(g.Line, "\n") {
		return Invalidf("/line", "not the line of a signature")
	}
	return nil
}

// GenerationText gives the bytes that the root key of a desk signs: which
// generation begins at which desk of which cell under which charter, what the
// last head known was, and who decided it and why
// (docs/formats/generation.md).
func GenerationText(c *Charter, desk string, gen int, g Generation2) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "parley/%s/v1\ncell %s\ncharter %s\ndesk %s\ngeneration %d\nlast %d %d %s\n", PurposeGeneration, c.Cell, c.Hash, desk, gen, g.Last.Gen, g.Last.Size, g.Root)
	for _, by := range g.By {
		fmt.Fprintf(&b, "officer %s %s\n", by.Officer, by.Role)
	}
	fmt.Fprintf(&b, "why %s\n", oneLine.Replace(g.Why))
	return []byte(b.String())
}

// GenerationParts is what the text of a new generation says.
type GenerationParts struct {
	Cell, Charter, Desk string
	Gen                 int
	Body                Generation2 // without its line
}

// ParseGeneration takes the text apart. It accepts what [GenerationText] would
// write again byte for byte, and nothing else.
func ParseGeneration(text []byte) (GenerationParts, error) {
	var x GenerationParts
	bad := func(what string) (GenerationParts, error) {
		return x, fmt.Errorf("this is no text of a new generation: %s", what)
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) != 10 || lines[0] != "parley/"+PurposeGeneration+"/v1" || lines[9] != "" {
		return bad("it has not its nine lines")
	}
	var values []string
	for i, name := range []string{"cell", "charter", "desk", "generation", "last", "officer", "officer", "why"} {
		v, ok := strings.CutPrefix(lines[i+1], name+" ")
		if !ok {
			return bad("line " + strconv.Itoa(i+2) + " is not \"" + name + "\"")
		}
		values = append(values, v)
	}
	x.Cell, x.Charter, x.Desk = values[0], values[1], values[2]
	x.Gen, _ = strconv.Atoi(values[3])
	g := &x.Body
	g.Last.Desk = x.Desk
	if last := strings.Fields(values[4]); len(last) == 3 {
		g.Last.Gen, _ = strconv.Atoi(last[0])
		g.Last.Size, _ = strconv.ParseInt(last[1], 10, 64)
		g.Root = last[2]
	}
	for _, v := range values[5:7] {
		officer, role, _ := strings.Cut(v, " ")
		g.By = append(g.By, By{officer, role})
	}
	g.Why = manyLines.Replace(values[7])
	check := *g
	check.Line = CeremonyLine
	if err := check.Validate(); err != nil {
		return bad(err.Error())
	}
	if string(GenerationText(&Charter{Cell: x.Cell, Hash: x.Charter}, x.Desk, x.Gen, *g)) != string(text) {
		return bad("it is not in its one form")
	}
	return x, nil
}

var manyLines = strings.NewReplacer(`\\`, `\`, `\n`, "\n")

// judgeGeneration: a new generation is the first record of its journal, comes
// after the one that it names, and is signed by the root key that the charter
// lists for the desk. Without that nobody goes on to it.
func judgeGeneration(h Held, c *Charter) []Breach {
	g, ok := h.Body.(Generation2)
	switch {
	case h.Kind == KindGeneration:
		return []Breach{{"cell.generation", "/kind", "a new generation is bound by the root key: " + KindGeneration2}}
	case h.Kind != KindGeneration2 || !ok:
		return nil
	case h.Index != 0 || g.Last.Desk != h.Desk || g.Last.Gen >= h.Gen:
		return []Breach{{"cell.generation", "/body/last", "it is not the first record of a generation after the one that it names"}}
	}
	under := *c
	under.Hash = h.Charter // the text names what the record names
	if err := c.VerifyCeremony(h.Desk, GenerationText(&under, h.Desk, h.Gen, g), g.Line); err != nil {
		return []Breach{{"cell.generation", "/body/line", err.Error()}}
	}
	if !slices.ContainsFunc(g.By, func(b By) bool { return b.Officer == h.By.Officer && b.Role == h.By.Role }) {
		return []Breach{{"cell.generation", "/by", "the officer who files it is not among those who decided"}}
	}
	return nil
}

// KindRestored says that a desk came back from an older copy of its database.
const KindRestored = "cell.restored/1"

// Restored is what a desk tells the others once it may append again after a
// restore: of when the copy was, how much of its own journal was in it, how
// much it has taken back, and of how many records the content is lost (SEC-03,
// SEC-16). A desk that does not tell is found by the smaller head that it
// states.
type Restored struct {
	Backup int64 `json:"backup"` // UTC ms; 0: a copy of which no time is known
	Size   int64 `json:"size"`   // entries of its own journal in the copy
	Back   int64 `json:"back"`   // entries taken back
	Lost   int64 `json:"lost"`   // records whose content could not be got back
}

// Validate refuses what cannot be counted.
func (r Restored) Validate() error {
	if r.Backup < 0 || r.Size < 0 || r.Back < 0 || r.Lost < 0 || r.Lost > r.Back {
		return Invalidf("/lost", "not counts of a restore")
	}
	return nil
}

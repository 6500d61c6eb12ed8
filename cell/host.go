package cell

import (
	"context"
	"database/sql"
	"strconv"
)

// Tx is the transaction that a module's Apply and queries run in. SQL is the
// same on SQLite and PostgreSQL: "?" for parameters, BIGINT, TEXT and BLOB.
type Tx interface {
	Exec(ctx context.Context, query string, args ...any) error
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Draft is an act that a node or an officer is about to file. Key makes it
// idempotent: the same key is filed once.
type Draft struct {
	Kind       string
	Key        string
	To         []string
	About      Ref
	Cites      []Cite
	Precedence Precedence // "" takes the template's
	Until      int64
	By         By
	Body       Body

	After []string // keys of drafts of the same round without which it is not filed
	Owed  bool     // a duty: the desk's officers are told when it is refused
}

// Here is a desk at a time with what it holds: what a module looks at when it
// says what falls due, keeps an act back or answers a query.
type Here struct {
	Desk    string
	Now     int64
	Charter *Charter
	Find    func(kind string, since int64) []Matter // the folded matters of a kind opened since a time
	Near    Around

	// Open gives the matters that are open here, of every module, the gravest
	// first, with where they stand: at most 1,000.
	Open func() []OpenMatter

	// In gives the open matters in which this desk's node has to do something by
	// itself ([Duty.What]): at most 64, in a fixed order.
	In func(what string) []Matter

	// Leaning gives the open matters of a kind whose states are read from a matter,
	// by key.
	Leaning func(on Ref, kind string) []Matter

	// Of gives the records of a kind held here that were written since a time, by
	// place.
	Of func(kind string, since int64) []Held

	// Records gives the records held here that were written from a time up to
	// another (not included), by place.
	Records func(from, until int64) []Held

	// During gives the matters that keep volumes in a span of time, those that
	// begin first, at most so many; more says that there are others. Where kinds
	// are named, those of these kinds alone.
	During func(from, until int64, most int, kinds ...string) (list []Matter, more bool)

	// DuringBy gives those of them that one desk opened: what others have there is
	// neither read nor counted.
	DuringBy func(desk string, from, until int64, most int, kinds ...string) (list []Matter, more bool)

	// OpenIn gives the open matters that stand in a state, of every module, the
	// gravest first: at most 1,000.
	OpenIn func(state string) []OpenMatter
}

// OpenMatter is a matter that something is waited for in.
type OpenMatter struct {
	Matter
	State State
}

// Case gives a matter at the present time with what is held beside it, as its
// stages see it.
func (h Here) Case(m Matter) *Case {
	return &Case{Matter: m, Around: h.Near, Charter: h.Charter, Now: h.Now}
}

// Text words what a matter says now by the template of its kind.
func (h Here) Text(m Matter) T3 { return h.Charter.Text(m.Worded()) }

// Situation is what a module's Due and Holds look at.
type Situation struct {
	Here

	// Began gives when this desk's journal begins, 0 when that is not known.
	Began func() int64
}

// View is what a module's query reads from.
type View struct {
	Here
	Tx Tx

	// Counted gives the records as Records does, whatever the officer who asks
	// may see: to be counted and hashed, never shown.
	Counted func(from, until int64) []Held

	// State gives where a folded matter stands now.
	State func(Matter) State
	// Journals says how much of every desk's journal is held here, and how many
	// of its entries open to a record that is.
	Journals func() []JournalCount
	// Heard says of every other desk since when the link to it stands or is down,
	// as far as this desk knows.
	Heard func() []Heard

	// Ask holds what was asked for, by the names of [Query.Params].
	Ask map[string]string

	// Entry gives the commitment at a place of a journal, in hexadecimal; ok is
	// false when the journal is not held that far.
	Entry func(Cite) (commitment string, ok bool)
}

// Heard is what this desk knows of another one's nearness: while the link is down
// nobody can tell what the other has written since.
type Heard struct {
	Desk  string `json:"desk"`
	Up    bool   `json:"up"`
	Since int64  `json:"since"` // 0: it has not been heard of since this desk was started
}

// JournalCount is how much of a journal a desk holds: the entries, and those
// whose record it was given.
type JournalCount struct {
	Desk    string `json:"desk"`
	Gen     int    `json:"gen"`
	Entries int64  `json:"entries"`
	Held    int64  `json:"held"`
}

// Query is one row that becomes an API route, a CLI verb and a line of the
// OpenAPI document: GET /api/v1/<Path>.
type Query struct {
	Name    string
	Path    string
	Summary string
	Params  []Param
	Run     func(context.Context, View) (any, error)
}

// Param is something that a query may be asked for: "?name=value".
type Param struct {
	Name    string
	Summary string
	Number  bool // a whole number
	Needed  bool // there is no answer without it
}

// Number gives what was asked for under a name, or what stands for nothing. It
// refuses what is no whole number.
func (v View) Number(name string, otherwise int64) (int64, error) {
	s := v.Ask[name]
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, Invalidf("/"+name, "%q is not a whole number", s)
	}
	return n, nil
}

// Line is what every screen says of a matter: its name, whose it is, and where
// it stands. A module's query embeds it in what it adds.
type Line struct {
	Key     string   `json:"key"`
	Number  string   `json:"number"`
	Kind    string   `json:"kind"`
	From    string   `json:"from"`
	To      []string `json:"to"`
	At      int64    `json:"at"`
	State   string   `json:"state"`
	Since   int64    `json:"since"`
	Open    bool     `json:"open"`
	Waiting []Wait   `json:"waiting"`
	Version string   `json:"version"` // hash that an agreement names
}

// List gives a list that is never null on a screen.
func List[T any](l []T) []T { return append([]T{}, l...) }

// Line gives a matter's line at the present time.
func (v View) Line(m Matter) Line {
	s := v.State(m)
	l := Line{Key: m.Ref.String(), Number: m.Number(v.Charter), Kind: m.Kind, From: m.Opener(), To: []string{}, At: m.At(),
		State: s.Name, Since: s.Since, Open: s.Open, Waiting: List(s.Waiting)}
	for _, d := range m.Audience() {
		if d != m.Opener() {
			l.To = append(l.To, d)
		}
	}
	if m.Version != nil {
		l.Version = m.Version.Hash
	}
	return l
}

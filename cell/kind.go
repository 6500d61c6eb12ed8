package cell

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Body is the content of a record of one kind. Validate is pure and checks
// what can be checked from the body alone; its error is an [*Invalid] whose
// place begins with "/".
type Body interface{ Validate() error }

// Kind is one thing that may be recorded: its name and version ("hotline.cease/1"),
// and how its body is read. A kind's encoding is for ever; new meaning is a
// new version.
type Kind struct {
	Name       string
	Opens      bool     // a record of this kind opens a matter of its own
	Revises    bool     // by the opener: replaces what the head said, acks begin anew
	LifeSafety bool     // passes in every channel state (HOT-17)
	Drill      bool     // may be recorded in a drill inside an actual cell
	Home       bool     // stays at its own desk: a draft; nobody is addressed
	Stays      bool     // may stay at its own desk: addressed to nobody unless somebody is named
	Decides    bool     // by the deciding desk that the head names; the first one counts
	Two        bool     // an act of two persons: it cites an approval, see [Kind.ByTwo]
	Who        string   // which desks may record it, see the Who constants; "" any member
	Follows    []string // the kinds or rules of the matters that it may be about; none: any
	right      Right    // see [Kind.Right]
	read       func(jsontext.Value) (Body, error)
	sample     func() Body
	empty      func() Body
}

// KindOf makes the kind whose body is T. The sample is a valid body: tests
// break it and golden files keep its encoding.
func KindOf[T Body](name string, sample T) Kind {
	return Kind{
		Name: name,
		read: func(v jsontext.Value) (Body, error) {
			var body T
			if err := UnmarshalStrict(v, &body); err != nil {
				return nil, err
			}
			return body, nil
		},
		sample: func() Body { return sample },
		empty:  func() Body { var body T; return body },
	}
}

// Opening returns the kind as one that opens a matter.
func (k Kind) Opening() Kind { k.Opens = true; return k }

// Revising returns the kind as one that replaces what the head said.
func (k Kind) Revising() Kind { k.Revises = true; return k }

// Saving returns the kind as one of life safety.
func (k Kind) Saving() Kind { k.LifeSafety = true; return k }

// AtHome returns the kind as one whose records leave their desk in no case.
func (k Kind) AtHome() Kind { k.Home = true; return k }

// OrAtHome returns the kind as one whose records may stay at their desk: an
// entry that its own desk alone may hold (PRO-06). One that opens a matter
// goes to those who are named, by default to nobody.
func (k Kind) OrAtHome() Kind { k.Stays = true; return k }

// Deciding returns the kind as one by which the matter's deciding desk decides:
// the body of the matter's head implements [Decided].
func (k Kind) Deciding() Kind { k.Decides, k.Who = true, WhoDecides; return k }

// Only returns the kind as one that only some desks may record.
func (k Kind) Only(who string) Kind { k.Who = who; return k }

// After returns the kind as one that is about matters opened by these kinds,
// or derived by these rules.
func (k Kind) After(heads ...string) Kind { k.Follows = heads; return k }

// Which desks may record a kind: the law of who may do what, as a table that
// [Judge] keeps, the console asks and docs/modules.md prints.
const (
	WhoParty      = "party"      // one of the parties
	WhoSupervisor = "supervisor" // the supervisor
	WhoOpener     = "opener"     // the desk that opened the matter
	WhoOthers     = "others"     // any desk but the one that opened it
	WhoCounter    = "counter"    // a party that did not open it
	WhoDecides    = "decides"    // the deciding desk that its head names
)

// Decided is the body of a head that names the desk whose first decision
// counts (design 1, "deciding desk").
type Decided interface{ DecidingDesk() string }

// Sample gives the valid body that the kind was declared with.
func (k Kind) Sample() Body { return k.sample() }

// Module is one of the cell's functions: hotline, incident, talks… It is a
// value, so that [celltest] can try to break it without knowing it, and a new
// one is a folder and a line in node/modules.go (design 3).
type Module struct {
	Name  string
	Kinds []Kind // in the order of a matter's life

	// Judge adds the module's own rules of conduct to the kernel's. Pure.
	// Nil when it has none.
	Judge func(Held, Past, *Charter) []Breach

	// Lives are the states of the module's matters as tables: [Status] follows
	// them and docs/modules.md draws them. A kind without one has the life of a
	// message ([MessageLife]). Conditions are pure.
	Lives []Life

	// Standing gives the derived matters that exist because of the charter
	// alone. Nil when there are none.
	Standing func(*Charter) []Derived

	// Holds says why an act may not go out now, for reasons that are this
	// desk's own and no rule of conduct: a channel it suspended itself, say
	// (HOT-17). It is asked for local acts only. Nil: never.
	Holds func(Situation, Held, Kind) []Breach

	// Exports says why a record may not leave the desk in a file, such as a
	// proof (INT-02). It is asked of the record, and of what the matters that it
	// belongs to say now. Pure. Nil: all may.
	Exports func(Held) []Breach

	// List makes a file of a whole list that this desk holds, named by the module:
	// what leaves the desk only by two officers, a reason and a word to every
	// member (SEC-18). Nil: it has none.
	List func(context.Context, View) (Listing, error)

	// About gives the matter that a body belongs to by what it says, for an act
	// whose officer named none: the channel that a declaration closes, say. Zero
	// when it belongs to none. Nil: never.
	About func(desk string, b Body, c *Charter) Ref
	// Derive gives the matters that follow from a folded one, alone or with
	// others that this desk holds. A matter that follows from two must follow
	// from either, whichever is folded last. Pure. Nil when nothing follows.
	Derive func(Matter, Around, *Charter) []Derived

	// SealedCopy lists what this desk's node files together with a record that it
	// just made, in the same transaction: asked where the record goes from party
	// to party in a basket whose supervision mode is sealed copy ([Charter.Sealed]).
	// Nil: nothing.
	SealedCopy func(Made, *Charter) ([]Draft, error)

	// Tables is the SQL of the module's own tables, and Apply fills them from
	// one record. Apply may be called in any order of records and twice for
	// the same one, and must leave the same rows.
	Tables []string // names, for rebuild and compare
	DDL    string
	Apply  func(context.Context, Tx, Held) error

	// Due lists what the module would have its own node do at a time: line
	// checks that fall due, retries. Pure; the node files the drafts as acts of
	// the role "node". Nil when nothing falls due by itself.
	Due func(Situation) []Draft

	Queries []Query

	// Notes gives the signed notes that a matter has come to: texts that the
	// desks signed with their root keys, which anybody checks from the charter
	// alone ([Charter.OpenCeremony]). Pure. Nil when its matters come to none.
	Notes func(Matter, *Charter) [][]byte

	// Templates is the wording, form and clocks of its kinds: a YAML list of
	// templates as in a charter, embedded from templates.yaml. A first charter
	// takes them up (XC-03); from then on the charter holds.
	Templates []byte

	// Words holds words/ar.json, words/en.json and words/he.json: what screens
	// call the module's states, rules and whatever else it names (XC-01).
	Words fs.FS
}

// Listing is a list as it leaves a desk in a file.
type Listing struct {
	Type    string // media type
	Suffix  string // of the file's name, with its dot
	Entries int64
	File    []byte
}

// Modules is the list of the modules that a node runs, in menu order.
type Modules []Module

// Kind finds a kind by name. The kernel's own kinds are always known.
func (ms Modules) Kind(name string) (Kind, bool) {
	if i := slices.IndexFunc(kernelKinds, func(k Kind) bool { return k.Name == name }); i >= 0 {
		return kernelKinds[i], true
	}
	for _, m := range ms {
		if i := slices.IndexFunc(m.Kinds, func(k Kind) bool { return k.Name == name }); i >= 0 {
			return m.Kinds[i], true
		}
	}
	return Kind{}, false
}

// Of gives the module that owns a kind name, by the word before the dot.
func (ms Modules) Of(kind string) (Module, bool) {
	for _, m := range ms {
		if len(kind) > len(m.Name) && kind[:len(m.Name)] == m.Name && kind[len(m.Name)] == '.' {
			return m, true
		}
	}
	return Module{}, false
}

// Body reads and validates the body of a record. For an unknown kind the body
// is nil and ok is false: the record is kept and shown as unknown.
func (ms Modules) Body(kind string, v jsontext.Value) (body Body, ok bool, err error) {
	k, ok := ms.Kind(kind)
	if !ok {
		return nil, false, nil
	}
	body, err = k.read(v)
	if err == nil {
		err = body.Validate()
	}
	if err != nil {
		if inv, is := err.(*Invalid); is {
			return nil, true, &Invalid{At: "/body" + inv.At, Why: inv.Why, Fault: inv.Fault}
		}
		return nil, true, err
	}
	return body, true, nil
}

// Validate checks the list: names, kinds that belong to their module, samples
// that are valid. A node panics at start on an error, because a test would
// have shown it.
func (ms Modules) Validate() error {
	seen := map[string]bool{}
	for _, m := range ms {
		if !IsWord(m.Name) || seen[m.Name] {
			return fmt.Errorf("module %q: not a word, or listed twice", m.Name)
		}
		seen[m.Name] = true
		for _, l := range m.Lives {
			if err := l.Check(); err != nil {
				return fmt.Errorf("module %s: %w", m.Name, err)
			}
		}
		for _, k := range m.Kinds {
			if owner, ok := ms.Of(k.Name); !ok || owner.Name != m.Name || !kindRE.MatchString(k.Name) || seen[k.Name] {
				return fmt.Errorf("module %s: kind %q is misnamed or listed twice", m.Name, k.Name)
			}
			seen[k.Name] = true
			if err := k.Sample().Validate(); err != nil {
				return fmt.Errorf("module %s: sample of %s: %w", m.Name, k.Name, err)
			}
		}
	}
	return nil
}

// EncodeBody writes a body as it stands in a record.
func EncodeBody(b Body) (jsontext.Value, error) {
	v, err := json.Marshal(b, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode body: %w", err)
	}
	return v, nil
}

// Fill completes a body that an officer's client wrote: a missing field takes
// its empty value, and a single value where the format has a list of at most
// one becomes that list. What remains is checked as strictly as any record.
func (k Kind) Fill(v jsontext.Value) (jsontext.Value, error) {
	var given map[string]jsontext.Value
	if err := checkJSON(v); err != nil {
		return nil, err
	}
	if err := UnmarshalStrict(v, &given); err != nil {
		return nil, err
	}
	shape, err := EncodeBody(k.empty())
	if err != nil {
		return nil, err
	}
	var zero map[string]jsontext.Value
	if err := UnmarshalStrict(shape, &zero); err != nil {
		return nil, err
	}
	for name, val := range given {
		if z, ok := zero[name]; ok && z.Kind() == '[' && val.Kind() != '[' {
			given[name] = jsontext.Value("[" + string(val) + "]")
			if val.Kind() == 'n' {
				given[name] = jsontext.Value("[]")
			}
		}
	}
	full, err := json.Marshal(given, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("complete body: %w", err)
	}
	body, err := k.read(full)
	if err != nil {
		return nil, err
	}
	return EncodeBody(body)
}

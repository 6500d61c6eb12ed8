package supervision

import (
	"slices"

	"parley/cell"
)

// judge applies the module's rules of conduct.
func judge(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	switch b := h.Body.(type) {
	case Report:
		return judgeReport(h, b, c)
	case Sign:
		return judgeSign(h, p, c)
	case Sealed:
		out := judgeAudience(h, c)
		if of, err := cell.ParseCite(b.Of); err != nil || of.Desk != h.Desk {
			out = append(out, cell.Breach{Rule: "supervision.sealed-own", At: "/body/of", Why: "a desk seals copies of its own records only"})
		}
		return out
	case Open:
		out := judgeAudience(h, c)
		if b.Salt == AutoSalt {
			out = append(out, cell.Breach{Rule: "supervision.salt", At: "/body/salt", Why: "the salt itself is handed over; the node of a desk that holds the record fills it in"})
		}
		return out
	}
	return nil
}

// judgeReport: what it says of itself is what follows from its figures, and all
// who are counted get it.
func judgeReport(h cell.Held, r Report, c *cell.Charter) []cell.Breach {
	var out []cell.Breach
	if !slices.Equal(r.Wrong, Reconcile(r)) {
		out = append(out, cell.Breach{Rule: "supervision.reconciles-stated", At: "/body/wrong", Why: "it names other figures than those that do not reconcile"})
	}
	if r.To > h.At {
		out = append(out, cell.Breach{Rule: "supervision.report-early", At: "/body/to", Why: "it is printed before its day is over"})
	}
	if !all(h.Record, c) {
		out = append(out, cell.Breach{Rule: "supervision.report-all", At: "/to", Why: "every desk that is counted gets the same report"})
	}
	return out
}

// judgeSign: a report that does not reconcile cannot be signed, nor one with a
// figure that is more than the records it names (SUP-08).
func judgeSign(h cell.Held, p cell.Past, c *cell.Charter) []cell.Breach {
	head, ok := p.Head(h.Record)
	r, is := head.Body.(Report)
	if !ok || !is {
		return nil // refused for that
	}
	var out []cell.Breach
	for _, f := range r.Figures {
		if f.Value > int64(len(f.Records)) {
			out = append(out, cell.Breach{Rule: "supervision.no-records", At: "/about", Why: "the figure " + f.Name + " is more than the records that it names"})
			break
		}
	}
	if wrong := Reconcile(r); len(wrong) > 0 {
		out = append(out, cell.Breach{Rule: "supervision.unreconciled", At: "/about", Why: "the report does not reconcile, in " + wrong[0] + ": the next one corrects it"})
	}
	if !c.IsFounder(h.Desk) {
		out = append(out, cell.Breach{Rule: "supervision.signer", At: "/desk", Why: "the parties and the supervisor sign"})
	}
	return out
}

// judgeAudience keeps sealed copies and salts between a desk and the supervisor.
func judgeAudience(h cell.Held, c *cell.Charter) []cell.Breach {
	if slices.ContainsFunc(h.To, func(d string) bool { return c.Role(d) != cell.Supervisor }) {
		return []cell.Breach{{Rule: "supervision.sealed-to", At: "/to", Why: "it goes to the supervisor, and to nobody else"}}
	}
	return nil
}

// Case is an incident as a report counts it: what opened it, and what ended it.
type Case struct {
	Head  cell.Held
	Ended *cell.Held
}

// source says what a figure counts: records of some kinds, of which opens says
// that each is a matter of its own, and one value of a field where it is of
// those alone.
type source struct {
	name  string
	kinds []string
	opens bool
	field string
	value string
}

// The figures that are counted from records, in the order of the report. The
// kinds are those of other modules: they meet in the journal, as desks do.
var sources = []source{
	{name: "messages", kinds: []string{"hotline.message/1"}, opens: true},
	{name: "cease", kinds: []string{"hotline.cease/1"}, opens: true},
	{name: "notices", kinds: notices, opens: true},
	{name: "warnings", kinds: []string{"intel.warning/1"}, opens: true},
	{name: "reports", kinds: []string{"intel.report/1"}, opens: true},
	{name: "concerns", kinds: []string{"protection.concern/1"}, opens: true},
	{name: "measures", kinds: []string{"confidence.measure/1"}, opens: true},
	{name: "incidents", kinds: []string{kindIncident}, opens: true},
	{name: "verifications", kinds: []string{"incident.verify/1"}, opens: true},
	{name: Results, kinds: []string{kindResult}},
	{name: "found", kinds: []string{kindResult}, field: "found", value: "found"},
	{name: "nothing", kinds: []string{kindResult}, field: "found", value: "nothing"},
	{name: "partial", kinds: []string{kindResult}, field: "found", value: "partial"},
	{name: "denied", kinds: []string{kindResult}, field: "found", value: "denied"},
	{name: "complied", kinds: []string{cell.KindPosition}, field: "position", value: cell.Complied},
	{name: "acks", kinds: []string{cell.KindReceived, cell.KindReadBack, cell.KindDisseminated, cell.KindPosition}},
}

// notices are the kinds that give notice of an activity.
var notices = []string{"deconfliction.notice/1", "deconfliction.air/1", "deconfliction.uav/1", "deconfliction.movement/1", "deconfliction.fire/1",
	"deconfliction.exercise/1", "deconfliction.works/1", "deconfliction.works/2", "deconfliction.humanitarian/1", "deconfliction.medevac/1", "deconfliction.launch/1"}

const (
	kindIncident = "incident.report/1"
	kindResult   = "incident.result/1"
	kindClose    = "incident.close/1"
)

// The figures that sums are checked over (SUP-08): what was open and what was
// opened, less what ended, is what is open; and the results are those of each
// sort together.
const (
	Incidents   = "incidents"
	OpenAtStart = "open-at-start"
	Opened      = "opened"
	Ended       = "ended"
	OpenAtEnd   = "open-at-end"
	Results     = "results"
)

// Compute makes the report of a time from the records that were written in it
// and all desks hold, and from the incidents that all desks hold. stands says of
// a record whether it breaks no rule. A figure of more records than a report can
// name says so by not reconciling.
func Compute(from, to int64, records []cell.Held, stands func(of cell.Ref, h cell.Held) bool, cases []Case, c *cell.Charter) Report {
	r := Report{From: from, To: to, Wrong: []string{}, Reconciles: Yes}
	counted := map[string]Figure{}
	for _, h := range records {
		if h.At < from || h.At >= to || !all(h.Record, c) || !c.Counted(h.Record) {
			continue
		}
		for _, s := range sources {
			if s.counts(h) && stands(s.matter(h), h) {
				counted[s.name] = counted[s.name].with(h)
			}
		}
	}
	for _, s := range sources {
		r.Figures = append(r.Figures, counted[s.name].named(s.name))
	}
	r.Figures = append(r.Figures, balance(from, to, cases, c)...)
	if r.Wrong = Reconcile(r); len(r.Wrong) > 0 {
		r.Reconciles = No
	}
	return r
}

// counts reports whether a record is of those that a figure counts.
func (s source) counts(h cell.Held) bool {
	return slices.Contains(s.kinds, h.Kind) && (s.field == "" || fieldOf(h, s.field) == s.value)
}

// matter gives the matter in which a record is judged.
func (s source) matter(h cell.Held) cell.Ref {
	if s.opens || h.About.IsZero() {
		return h.Ref()
	}
	return h.About
}

// balance counts the incidents that were open, opened and ended.
func balance(from, to int64, cases []Case, c *cell.Charter) []Figure {
	var start, opened, ended, end Figure
	for _, x := range cases {
		if x.Head.At >= to || !all(x.Head.Record, c) {
			continue
		}
		over := x.Ended != nil && all(x.Ended.Record, c) && x.Ended.At < to
		switch {
		case x.Head.At >= from:
			opened = opened.with(x.Head)
		case over && x.Ended.At < from:
			continue // it was over before
		default:
			start = start.with(x.Head)
		}
		if over {
			ended = ended.with(*x.Ended)
		} else {
			end = end.with(x.Head)
		}
	}
	return []Figure{start.named(OpenAtStart), opened.named(Opened), ended.named(Ended), end.named(OpenAtEnd)}
}

// with counts one record more, and names it as long as there is room.
func (f Figure) with(h cell.Held) Figure {
	f.Value++
	if len(f.Records) < maxRecords {
		f.Records = append(f.Records, h.Cite().String())
	}
	return f
}

// named gives the figure under its name, with its records in a fixed order.
func (f Figure) named(name string) Figure {
	f.Name, f.Records = name, append([]string{}, f.Records...)
	slices.Sort(f.Records)
	return f
}

// Reconcile gives the names of the figures that do not agree with the records
// that they name or with the sums, in the order of the report; none when all do.
// It needs the report alone, so that every desk finds the same (SUP-08).
func Reconcile(r Report) []string {
	value, seen := map[string]int64{}, map[string]bool{}
	wrong := map[string]bool{}
	for _, f := range r.Figures {
		if seen[f.Name] || f.Value != int64(len(f.Records)) || twice(f.Records) {
			wrong[f.Name] = true
		}
		seen[f.Name], value[f.Name] = true, f.Value
	}
	if value[OpenAtStart]+value[Opened]-value[Ended] != value[OpenAtEnd] {
		wrong[OpenAtEnd] = true
	}
	if value[Opened] != value[Incidents] {
		wrong[Opened] = true
	}
	if value["found"]+value["nothing"]+value["partial"]+value["denied"] != value[Results] {
		wrong[Results] = true
	}
	out := []string{}
	for _, f := range r.Figures {
		if wrong[f.Name] {
			out = append(out, f.Name)
			delete(wrong, f.Name)
		}
	}
	for _, name := range []string{OpenAtEnd, Opened, Results} { // a sum that is not even there
		if wrong[name] {
			out = append(out, name)
		}
	}
	return out
}

func twice(records []string) bool {
	seen := map[string]bool{}
	for _, r := range records {
		if seen[r] {
			return true
		}
		seen[r] = true
	}
	return false
}

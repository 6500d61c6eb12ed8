package link

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"parley/journal"
)

// A memDesk is a desk in memory: it keeps journals as numbers of entries with
// the records that were addressed to it, believes what it is told, and notes
// what the link asked of it.
type memDesk struct {
	id     string
	others []string

	mu       sync.Mutex
	journals map[journal.Name]*memJournal
	cosigned map[journal.Name]map[string]int64 // who has stated how much of a journal
	held     map[string]map[journal.Name]map[int64]bool
	changed  chan struct{}
	events   []string // LinkChanged
	admitted []string // records in the order in which they came
	parcels  int
	informed int

	onAdmit func([]string)  // called with the records that a parcel brought
	refuse  func() error    // an error for Admit
	offered func() error    // an error for Offer
	stuck   <-chan struct{} // Holdings waits for it, if set
}

type memJournal struct {
	entries []journal.Entry
	records map[int64]memRecord
}

type memRecord struct {
	fast bool
	to   []string
	text string
}

func newDesk(id string, others ...string) *memDesk {
	return &memDesk{
		id: id, others: others, changed: make(chan struct{}),
		journals: map[journal.Name]*memJournal{},
		cosigned: map[journal.Name]map[string]int64{},
		held:     map[string]map[journal.Name]map[int64]bool{},
	}
}

func own(desk string) journal.Name { return journal.Name{Desk: desk, Gen: 1} }

// file appends records of this desk.
func (d *memDesk) file(fast bool, to []string, texts ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	j := d.journal(own(d.id))
	for _, text := range texts {
		j.records[int64(len(j.entries))] = memRecord{fast: fast, to: to, text: text}
		j.entries = append(j.entries, journal.Commit(journal.Salt{}, []byte(text)))
	}
	d.change()
}

func (d *memDesk) journal(n journal.Name) *memJournal {
	if d.journals[n] == nil {
		d.journals[n] = &memJournal{records: map[int64]memRecord{}}
	}
	return d.journals[n]
}

func (d *memDesk) change() {
	close(d.changed)
	d.changed = make(chan struct{})
}

// texts gives the records that this desk holds of a journal, in index order.
func (d *memDesk) texts(of string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	j := d.journal(own(of))
	var out []string
	for _, i := range slices.Sorted(maps.Keys(j.records)) {
		out = append(out, j.records[i].text)
	}
	return out
}

func (d *memDesk) size(of string) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return int64(len(d.journal(own(of)).entries))
}

// known says how much of this desk's journal another has stated that it holds.
func (d *memDesk) known(by string) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cosigned[own(d.id)][by]
}

func (d *memDesk) history() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.events)
}

func (d *memDesk) Desk() string { return d.id }

func (d *memDesk) Changed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

func (d *memDesk) Holdings(ctx context.Context) ([]journal.Holding, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stuck != nil {
		d.mu.Unlock()
		select {
		case <-d.stuck:
		case <-ctx.Done():
		}
		d.mu.Lock()
	}
	var all []journal.Holding
	for _, n := range d.names() {
		all = append(all, journal.Holding{Name: n, Size: int64(len(d.journals[n].entries)), Checkpoint: d.checkpoint(n)})
	}
	return all, nil
}

func (d *memDesk) names() []journal.Name {
	return slices.SortedFunc(maps.Keys(d.journals), func(a, b journal.Name) int {
		return slices.Compare([]string{a.Desk, fmt.Sprint(a.Gen)}, []string{b.Desk, fmt.Sprint(b.Gen)})
	})
}

// checkpoint stands for a signed one: it changes with every entry.
func (d *memDesk) checkpoint(n journal.Name) []byte {
	entries := d.journals[n].entries
	if len(entries) == 0 {
		return nil
	}
	return fmt.Appendf(nil, "%s %d %x", n.Desk, len(entries), entries[len(entries)-1])
}

// Offer gives entries that the peer lacks, and records that are addressed to
// it, of this lane, and that it has not been seen to hold.
func (d *memDesk) Offer(_ context.Context, peer string, lane Lane, theirs map[journal.Name]int64, sent func(journal.Name, int64) bool, most int) ([]journal.Batch, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.offered != nil {
		if err := d.offered(); err != nil {
			return nil, err
		}
	}
	var out []journal.Batch
	for _, n := range d.names() {
		if n.Desk == peer {
			continue
		}
		j := d.journals[n]
		b := journal.Batch{Name: n, From: min(theirs[n], int64(len(j.entries))), Checkpoint: d.checkpoint(n)}
		room := most
		for i := b.From; i < int64(len(j.entries)); i++ {
			b.Entries = append(b.Entries, j.entries[i])
			if room -= journal.EntrySize; lane == LaneBulk && room <= most/2 {
				break
			}
		}
		for i := int64(0); i < b.From+int64(len(b.Entries)) && room > 0; i++ {
			r, have := j.records[i]
			if !have || r.fast != (lane == LaneFast) || !slices.Contains(r.to, peer) || d.held[peer][n][i] || sent(n, i) {
				continue
			}
			b.Records = append(b.Records, journal.Opened{Index: i, Record: wrap(r)})
			room -= len(r.text)
		}
		if len(b.Entries) > 0 || len(b.Records) > 0 {
			out = append(out, b)
		}
	}
	return out, nil
}

// wrap is a record with its audience before its text, as a relay needs it.
func wrap(r memRecord) []byte {
	b := []byte{byte(len(r.to)), 0}
	if r.fast {
		b[1] = 1
	}
	for _, to := range r.to {
		b = append(append(b, byte(len(to))), to...)
	}
	return append(b, r.text...)
}

func unwrap(b []byte) memRecord {
	n, r := int(b[0]), memRecord{fast: b[1] == 1}
	b = b[2:]
	for range n {
		r.to = append(r.to, string(b[1:1+b[0]]))
		b = b[1+b[0]:]
	}
	r.text = string(b)
	return r
}

func (d *memDesk) Admit(_ context.Context, from string, parcel []journal.Batch) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse != nil {
		if err := d.refuse(); err != nil {
			return err
		}
	}
	var brought []string
	for _, b := range parcel {
		j := d.journal(b.Name)
		held := int64(len(j.entries))
		if b.From > held {
			return fmt.Errorf("admit: %w", &journal.Gap{Have: held})
		}
		for i, e := range b.Entries {
			if at := b.From + int64(i); at < int64(len(j.entries)) && j.entries[at] != e {
				return errors.New("admit: two histories")
			} else if at == int64(len(j.entries)) {
				j.entries = append(j.entries, e)
			}
		}
		for _, o := range b.Records {
			r := unwrap(o.Record)
			if !slices.Contains(r.to, d.id) {
				return errors.New("admit: a record for somebody else")
			}
			if o.Index >= int64(len(j.entries)) || !j.entries[o.Index].Opens(o.Salt, []byte(r.text)) {
				return errors.New("admit: a record that its entry does not open to")
			}
			if _, have := j.records[o.Index]; !have {
				j.records[o.Index] = r
				d.admitted = append(d.admitted, r.text)
				brought = append(brought, r.text)
			}
			d.hold(from, b.Name, o.Index)
		}
	}
	d.parcels++
	d.change()
	if d.onAdmit != nil {
		d.mu.Unlock()
		d.onAdmit(brought)
		d.mu.Lock()
	}
	return nil
}

// hold notes that a peer holds a record, as its receipt would.
func (d *memDesk) hold(peer string, n journal.Name, i int64) {
	if d.held[peer] == nil {
		d.held[peer] = map[journal.Name]map[int64]bool{}
	}
	if d.held[peer][n] == nil {
		d.held[peer][n] = map[int64]bool{}
	}
	d.held[peer][n][i] = true
}

func (d *memDesk) Inform(_ context.Context, from string, theirs []journal.Holding) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.informed++
	for _, h := range theirs {
		if d.cosigned[h.Name] == nil {
			d.cosigned[h.Name] = map[string]int64{}
		}
		if d.cosigned[h.Name][from] < h.Size {
			d.cosigned[h.Name][from] = h.Size
			d.change()
		}
	}
	return nil
}

func (d *memDesk) LinkChanged(peer string, up bool, evidence string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, fmt.Sprintf("%s %v %s", peer, up, evidence))
}

package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"parley/cell"
	"parley/node"
	"parley/node/nodetest"
)

// give gives notice of works that begin in a while and take six hours.
func give(t *testing.T, c *nodetest.Cell, d *nodetest.Desk, in time.Duration) string {
	t.Helper()
	from := c.Clock.Now().Add(in).UnixMilli()
	body := fmt.Sprintf(`{"activity":"works","volumes":[{"centre":[{"lat":"12.46","lon":"-38.2"}],"radius_m":500,"windows":[{"from":%d,"until":%d}]}],
		"vehicles":[{"count":1,"type":"excavator"}],"people":[4],"escort":"no","disputed":"no","units":"a crew","purpose":"repair","contact":["channel 4"],"confidentiality":"exact"}`, from, from+6*3600_000)
	for _, x := range d.Charter().Templates {
		if x.Kind == "deconfliction.works/2" {
			return d.Send(t, node.Act{Kind: x.Code}, body).Ref.String()
		}
	}
	t.Fatal("the charter has no form for works")
	return ""
}

// seen is what a map is shown, as it was told.
type seen map[string]bool

func (s seen) take(changed map[string]*node.Stated) {
	for key, now := range changed {
		if now == nil {
			delete(s, key)
		} else {
			s[key] = true
		}
	}
}

func (s seen) want(t *testing.T, when string, keys ...string) {
	t.Helper()
	slices.Sort(keys)
	if got := slices.Sorted(maps.Keys(s)); !slices.Equal(got, keys) {
		t.Errorf("%s: shown are %v, want %v", when, got, keys)
	}
}

// DEC-14 T: a map is shown what begins within a week: what comes, changes and goes
// after the first look, what comes nearer by itself, and no longer what is over.
func TestMapFollows(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a, b := c.Start("alpha", "", nil), c.Start("bravo", "", nil)
	c.Start("supervisor", "", nil)
	near, far := give(t, c, a, 48*time.Hour), give(t, c, a, 9*24*time.Hour)
	c.Settle()
	p := &picture{d: &Desk{Node: b.Node}, room: room, known: map[string]seat{}}
	shown := seen{}
	pos := follow(t, p, shown, -1)
	shown.want(t, "at first", near)

	soon := give(t, c, a, 12*time.Hour)
	c.Settle()
	pos = follow(t, p, shown, pos)
	shown.want(t, "one more", near, soon)

	a.Send(t, node.Act{Kind: "cell.cancel/1", About: ref(t, near)}, `{"reason":{"lang":"en","text":"not needed"}}`)
	a.Send(t, node.Act{Kind: "cell.cancel/1", About: ref(t, far)}, `{"reason":{"lang":"en","text":"not needed"}}`)
	later := give(t, c, a, 9*24*time.Hour)
	c.Settle()
	pos = follow(t, p, shown, pos)
	shown.want(t, "one withdrawn", soon)

	c.Clock.Add(3 * 24 * time.Hour)
	c.Settle()
	pos = follow(t, p, shown, pos)
	shown.want(t, "three days later", later)

	c.Clock.Add(7 * 24 * time.Hour)
	c.Settle()
	follow(t, p, shown, pos)
	shown.want(t, "when all is over")
	if len(p.known) != 0 || p.taken != 0 {
		t.Errorf("%d are still known, which take %d", len(p.known), p.taken)
	}
}

// Where the room is too small, what begins first is shown, and the rest as soon as
// there is room.
func TestMapShowsWhatBeginsFirst(t *testing.T) {
	c := nodetest.NewCell(t, nil)
	a := c.Start("alpha", "", nil)
	var keys []string
	for i := range 4 {
		keys = append(keys, give(t, c, a, time.Duration(20*(i+1))*time.Hour))
	}
	c.Settle()
	p := &picture{d: &Desk{Node: a.Node}, room: 2, known: map[string]seat{}}
	shown := seen{}
	pos := follow(t, p, shown, -1)
	shown.want(t, "room for two", keys[0], keys[1])
	if !p.short {
		t.Error("nothing was said of what is left out")
	}
	first := give(t, c, a, time.Hour)
	c.Settle()
	pos = follow(t, p, shown, pos)
	shown.want(t, "one that begins before", first, keys[0])
	c.Clock.Add(50 * time.Hour) // the first three are over
	c.Settle()
	follow(t, p, shown, pos)
	shown.want(t, "when there is room", keys[2], keys[3])
	if p.short {
		t.Error("it is still said that something is left out")
	}
}

// follow brings what is shown up to date, from a position of the feed; -1: the
// first look.
func follow(t *testing.T, p *picture, shown seen, pos int64) int64 {
	t.Helper()
	if pos < 0 {
		changed, err := p.look(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		shown.take(changed)
		pos = 0
	}
	for {
		next, changed, err := p.follow(context.Background(), pos)
		if err != nil {
			t.Fatal(err)
		}
		shown.take(changed)
		if next == pos {
			return pos
		}
		pos = next
	}
}

func ref(t *testing.T, key string) cell.Ref {
	t.Helper()
	r, err := cell.ParseRef(key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

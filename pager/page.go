package pager

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
)

// The states of a page.
const (
	Open     = "open"
	Answered = "answered" // an officer took the matter, or answered the page
	Over     = "over"     // its cause ended by itself
)

// Page is one call, as this desk keeps it.
type Page struct {
	ID         string
	Situation  string // of the alarm: at home only
	Matter     string // at home only
	Level      int
	Call       string
	Precedence cell.Precedence
	Exercise   bool  // of a drill in an actual cell (HOT-18)
	Since      int64 // of the situation
	Made       int64
	State      string
	Ended      int64
	Officer    string // who answered, by code
	Tries      []Try
}

// Try is one attempt to bring a page to an address. Delivered says that the
// next machine took it, not that anybody read it.
type Try struct {
	At        int64
	Way, To   string
	Delivered bool
	Why       string // of a failure
}

// Notice is all that leaves the desk: a page without its cause. It must never
// carry content, a place, a name, or the number of a record (issue C, 5).
type Notice struct {
	Page       string  `json:"page"`
	Cell       string  `json:"cell"`
	Desk       string  `json:"desk"`
	Status     string  `json:"status"` // EXERCISE, TEST or ACTUAL
	Precedence string  `json:"precedence"`
	Call       string  `json:"call"`
	Level      string  `json:"level"`
	Minutes    int64   `json:"minutes"` // since when
	At         int64   `json:"at"`      // UTC ms
	Text       cell.T3 `json:"text"`
	Link       string  `json:"link"` // to the console; "" for none
}

// notice makes what may leave the desk of a page.
func (p *Pager) notice(x Page, now int64) Notice {
	n := Notice{Page: x.ID, Cell: p.Cell, Desk: p.Desk, Status: p.Status, Precedence: string(x.Precedence), Call: x.Call,
		Level: levels[min(x.Level, len(levels)-1)], Minutes: max(0, now-cmp.Or(x.Since, x.Made, now)) / 60_000, At: now}
	switch {
	case x.Call == CallTest:
		n.Status = cell.Test
	case x.Exercise:
		n.Status = cell.Exercise
	}
	n.Text = p.Say("page."+x.Call, map[string]string{"desk": p.Desk, "precedence": precedence(x.Precedence), "minutes": fmt.Sprint(n.Minutes)})
	if p.Settings.Console != "" {
		n.Link = strings.TrimRight(p.Settings.Console, "/") + "/?page=" + url.QueryEscape(x.ID)
	}
	return n
}

// Text gives what a page said when it was made, in three languages.
func (p *Pager) Text(x Page) cell.T3 { return p.notice(x, x.Made).Text }

func precedence(p cell.Precedence) string {
	return cmp.Or(map[cell.Precedence]string{cell.Flash: "FLASH", cell.Immediate: "IMMEDIATE", cell.Priority: "PRIORITY", cell.Routine: "ROUTINE"}[p], "ROUTINE")
}

// mark begins every page that is no actual traffic, in a mail's subject too.
func (n Notice) mark(exercise bool) string {
	switch {
	case n.Status == cell.Test && exercise:
		return "TEST · EXERCISE · "
	case n.Status == cell.Actual:
		return ""
	}
	return n.Status + " · "
}

// subject is the one line of a page.
func (n Notice) subject(exercise bool) string {
	return fmt.Sprintf("%sParley %s: %s", n.mark(exercise), n.Desk, n.Text.In("en"))
}

// body is a page as text: the three languages, the link, and what it is not.
func (n Notice) body(exercise bool) string {
	var b strings.Builder
	if m := n.mark(exercise); m != "" {
		fmt.Fprintf(&b, "%s\n\n", strings.TrimSuffix(m, " · "))
	}
	for _, lang := range []string{"ar", "en", "he"} {
		fmt.Fprintf(&b, "%s\n", n.Text.In(lang))
	}
	fmt.Fprintf(&b, "\n%s\n", time.UnixMilli(n.At).UTC().Format("2006-01-02 15:04Z"))
	if n.Link != "" {
		fmt.Fprintf(&b, "%s\n", n.Link)
	}
	fmt.Fprintf(&b, "page %s\n", n.Page)
	return b.String()
}

// event is a page as a CloudEvent in structured JSON (CloudEvents 1.0, JSON
// format 3.2). The library of its authors would bring three transports and a
// batch of encoders for these nine members.
func (n Notice) event() ([]byte, error) {
	b, err := json.Marshal(struct {
		SpecVersion string `json:"specversion"`
		ID          string `json:"id"`
		Source      string `json:"source"`
		Type        string `json:"type"`
		Time        string `json:"time"`
		ContentType string `json:"datacontenttype"`
		Data        Notice `json:"data"`
	}{"1.0", n.Page + "/" + fmt.Sprint(n.At), "/parley/" + n.Cell + "/" + n.Desk, "parley.page.v1",
		time.UnixMilli(n.At).UTC().Format(time.RFC3339), "application/json", n}, json.Deterministic(true), jsontext.AllowInvalidUTF8(false))
	if err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	return b, nil
}

func compareTo(a, b To) int {
	return cmp.Or(strings.Compare(a.Way, b.Way), strings.Compare(a.To, b.To))
}

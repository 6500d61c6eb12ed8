package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"parley/node"
)

// show prints what the API answered, as JSON or as lines that people read.
func show(e *env, body []byte, asJSON bool) error {
	if asJSON {
		return indent(e.out, body)
	}
	var any struct {
		Matters   []node.Item       `json:"matters"`
		AnswerNow []node.Item       `json:"answer_now"`
		Owed      []node.Item       `json:"owed"`
		Waiting   []node.Item       `json:"waiting"`
		Info      []node.Item       `json:"info"`
		Alarms    []node.Alarm      `json:"alarms"`
		Links     []node.Link       `json:"links"`
		Records   []node.RecordView `json:"records"`
		Ref       string            `json:"ref"`
	}
	switch err := json.Unmarshal(body, &any); {
	case err != nil: // one matter: its waiting is a list of another form
		return showMatter(e, body)
	case any.Matters != nil:
		e.items("", any.Matters)
	case any.Ref != "":
		var r node.RecordView
		if err := json.Unmarshal(body, &r); err != nil {
			return err
		}
		e.record(r)
	case any.Records != nil:
		return showMatter(e, body)
	default:
		for _, a := range any.Alarms {
			fmt.Fprintf(e.out, "! %s %s\n", a.Level, plain(a.Text.In("en")))
		}
		for _, l := range any.Links {
			fmt.Fprintf(e.out, "link %s: %s, held here %d\n", l.Desk, l.State, l.HeldHere)
		}
		e.items("Answer now", any.AnswerNow)
		e.items("Owed by us", any.Owed)
		e.items("Waiting on others", any.Waiting)
		e.items("For information", any.Info)
	}
	return nil
}

func showMatter(e *env, body []byte) error {
	var m node.MatterView
	if err := json.Unmarshal(body, &m); err != nil {
		return err
	}
	e.items("", []node.Item{m.Item})
	for _, c := range m.Columns {
		fmt.Fprintf(e.out, "  %-11s delivered %s · received %s · read back %s · position %s\n", c.Desk, when(c.Delivered), when(c.Received), when(c.ReadBack), when(c.Position))
	}
	for _, r := range m.Records {
		e.record(r)
	}
	return nil
}

func (e *env) items(title string, items []node.Item) {
	if title != "" {
		fmt.Fprintf(e.out, "%s: %d\n", title, len(items))
	}
	for _, it := range items {
		fmt.Fprintf(e.out, "  %s %-8s %s %-10s %s  %s\n", it.Precedence, it.Number, it.DTG, it.State, it.Key, plain(it.Subject.In("en")))
		for _, w := range it.Waiting {
			due := ""
			if w.Due > 0 {
				due = " by " + time.UnixMilli(w.Due).UTC().Format("15:04:05Z")
			}
			fmt.Fprintf(e.out, "      %s owes %s%s %s\n", w.Desk, w.For, due, w.Level)
		}
	}
}

func (e *env) record(r node.RecordView) {
	fmt.Fprintf(e.out, "  %-14s %s %s %-10s %s\n", r.Ref, time.UnixMilli(r.At).UTC().Format("15:04:05.000Z"), r.Precedence, r.Verdict, plain(r.Text.In("en")))
}

func when(a *node.AckView) string {
	if a == nil {
		return "—"
	}
	return time.UnixMilli(a.At).UTC().Format("15:04:05Z")
}

// plain drops the isolating characters around inserted values.
func plain(s string) string { return strings.NewReplacer("\u2068", "", "\u2069", "").Replace(s) }

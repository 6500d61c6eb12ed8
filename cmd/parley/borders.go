package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"parley/api"
	"parley/border/activity"
	"parley/border/cot"
	"parley/cell"
	"parley/desk"
	"parley/node"
)

// borders joins a desk with the formats of other systems: files in and out,
// and Cursor on Target where desk.yaml asks for it.
func borders(d *desk.Desk) (desk.Borders, error) {
	b := desk.Borders{Files: &api.Borders{
		Read: func(ctx context.Context, contentType, form string, file []byte) ([]api.Imported, error) {
			return readFile(ctx, known{d.Charter(), d.Now().UnixMilli()}, contentType, form, file)
		},
		Write: func(ctx context.Context, ask api.Export) (api.Exported, error) { return writeFile(ctx, d, ask) },
	}}
	l, err := d.ListenCoT(cot.TLS)
	if err != nil || l == nil {
		return b, err
	}
	b.Run = func(ctx context.Context) error {
		s := cot.New(cot.Config{Now: func() int64 { return d.Now().UnixMilli() }, Log: d.Log})
		return errors.Join(serveBoth(ctx, func(ctx context.Context) error { return s.Serve(ctx, l) }, func(ctx context.Context) error {
			return d.FollowNotices(ctx, func(changed map[string]*node.Stated) { s.Change(drawn(changed)) })
		}))
	}
	return b, nil
}

// drawn gives what a map is to show of what changed, and the keys of what it is
// to show no longer.
func drawn(changed map[string]*node.Stated) (items []cot.Item, gone []string) {
	for key, s := range changed {
		var a activity.Activity
		shown := false
		if s != nil {
			a, shown = activity.FromStated(*s)
		}
		if shown && !a.Ended {
			items = append(items, cot.Item{Key: a.ID, Revision: a.Revision, Callsign: a.Title, Kind: a.Kind, Volumes: a.Volumes})
		} else {
			gone = append(gone, key)
		}
	}
	return items, gone
}

// serveBoth runs two things until one ends, and then ends the other.
func serveBoth(ctx context.Context, a, b func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() {
		defer stop()
		done <- a(ctx)
	}()
	err := b(ctx)
	stop()
	return errors.Join(err, <-done)
}

// known is what a desk knows when it reads a file.
type known struct {
	charter *cell.Charter
	now     int64
}

// readFile reads a file into drafts.
func readFile(ctx context.Context, of known, contentType, form string, file []byte) ([]api.Imported, error) {
	list, err := activity.ReadAll(ctx, contentType, "import", file)
	var out []api.Imported
	for _, a := range list {
		if err = ctx.Err(); err != nil {
			break
		}
		if err = a.CheckAxes(of.charter.Theatre()); err != nil {
			break
		}
		kind, named := formOf(of.charter, a.Kind, form)
		if !named {
			a.Slips = append(a.Slips, activity.Slip{Code: activity.SlipForm, At: a.ID})
		}
		a.Slips = append(a.Slips, a.ByDrafting(of.now)...)
		x := api.Imported{ID: a.ID, Title: a.Title, Form: kind, Kind: activity.KindDraft, Slips: []api.ImportedSlip{}}
		if x.Volumes, err = a.Cell(); err != nil {
			break
		}
		if x.Body, err = a.Draft(kind); err != nil {
			break
		}
		for _, s := range a.Slips {
			x.Slips = append(x.Slips, api.ImportedSlip{Code: s.Code, At: s.At})
		}
		out = append(out, x)
	}
	if f, ok := errors.AsType[*activity.Fault](err); ok {
		out := &api.BorderFault{Code: f.Code, At: f.At, Why: f.Why}
		if f.Of != nil {
			out.Shape, out.Params = f.Of.Code, f.Of.Params
		}
		return nil, out
	}
	return out, err
}

// formOf gives the kind of notice for what a file calls an activity: the code
// of a form or a kind. A type of activity is no form; then it is the form that
// the officer named, and else a movement, which is said.
func formOf(c *cell.Charter, said, form string) (kind string, named bool) {
	for _, s := range []string{said, form} {
		for _, t := range c.Templates {
			if s != "" && (s == t.Code || s == t.Kind) && strings.HasPrefix(t.Kind, "deconfliction.") {
				return t.Kind, true
			}
		}
	}
	return "deconfliction.movement/1", false
}

// writeFile writes what may leave of what an officer sees: what lies in a span of
// time, or the notices of some keys.
func writeFile(ctx context.Context, d *desk.Desk, ask api.Export) (e api.Exported, err error) {
	var notices []node.Stated
	if len(ask.Keys) > 0 {
		notices, err = d.NoticesOf(ctx, ask.Keys)
	} else {
		notices, err = d.Notices(ctx, ask.From, ask.Until)
	}
	if errors.Is(err, desk.ErrMany) {
		return e, &api.BorderFault{Code: api.FaultMany, At: "until", Why: err.Error()}
	}
	if err != nil {
		return e, err
	}
	var list []activity.Activity
	for _, v := range notices {
		if a, ok := activity.FromStated(v); ok && !a.Ended && (len(ask.Keys) > 0 || a.In(ask.From, ask.Until)) {
			list = append(list, a)
		}
	}
	e.Count, e.Name = len(list), "activities."+ask.Format
	switch ask.Format {
	case "kml":
		e.ContentType = activity.TypeKML
		e.File, err = activity.WriteKML(list)
	case "csv":
		e.ContentType = activity.TypeCSV + "; charset=utf-8"
		e.File, e.LeftOut, err = activity.WriteCSV(list)
	default:
		e.ContentType = activity.TypeGeoJSON
		e.File, err = activity.WriteGeoJSON(list)
	}
	if err != nil {
		return e, fmt.Errorf("export: %w", err)
	}
	return e, nil
}

package activity

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"parley/geo"
)

// The columns of a table of movements, by their HXL tags (hxlstandard.org 1.1).
// A row is a point of a way, in order; the rows of one #activity+code are one
// movement: a circle when there is one row, else a corridor. One of several
// volumes numbers them by #activity+volume.
const (
	colID      = "#activity+code"
	colVolume  = "#activity+volume"
	colTitle   = "#activity+name"
	colKind    = "#activity+type"
	colFrom    = "#date+start"
	colUntil   = "#date+end"
	colLat     = "#geo+lat"
	colLon     = "#geo+lon"
	colRadius  = "#geo+radius_m"
	colLow     = "#geo+low_m"
	colLowRef  = "#geo+low_reference"
	colLowOff  = "#geo+low_uncertainty_m"
	colHigh    = "#geo+high_m"
	colHighRef = "#geo+high_reference"
	colHighOff = "#geo+high_uncertainty_m"
	colMargin  = "#geo+margin_m"
)

var columns = []struct{ tag, head string }{
	{colID, "Movement"}, {colVolume, "Volume"}, {colTitle, "Name"}, {colKind, "Type"}, {colFrom, "From (UTC)"}, {colUntil, "Until (UTC)"}, {colLat, "Latitude"}, {colLon, "Longitude"},
	{colRadius, "Radius or half-width, m"}, {colLow, "Lower height, m"}, {colLowRef, "Above"}, {colLowOff, "May be off by, m"},
	{colHigh, "Upper height, m"}, {colHighRef, "Above"}, {colHighOff, "May be off by, m"}, {colMargin, "Margin, m"},
}

// maxRows is how many rows a table may have.
const maxRows = 20_000

// WriteCSV writes the movements among activities, circles and corridors, as a
// table with a row of HXL tags. What has corners is left out, and counted.
func WriteCSV(list []Activity) (b []byte, leftOut int, err error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	var heads, tags []string
	for _, c := range columns {
		heads, tags = append(heads, c.head), append(tags, c.tag)
	}
	rows := [][]string{heads, tags}
	for _, a := range list {
		for i, v := range a.Volumes {
			if len(v.Shape.Ring) > 0 {
				leftOut++
				continue
			}
			part := ""
			if len(a.Volumes) > 1 {
				part = strconv.Itoa(i + 1)
			}
			points := v.Shape.Line
			if len(points) == 0 {
				points = []geo.Point{v.Shape.Centre}
			}
			for _, p := range points {
				row := []string{text(a.ID), part, text(a.Title), text(a.Kind), stamp(v.From), stamp(v.Until), number(round8(p.Lat)), number(round8(p.Lon)), number(v.Shape.RadiusM)}
				for _, h := range []geo.Height{v.Low, v.High} {
					if h.Reference == "" {
						row = append(row, "", "", "")
					} else {
						row = append(row, number(h.M), written[h.Reference], number(h.OffM))
					}
				}
				rows = append(rows, append(row, number(a.Margins.LateralM)))
			}
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, 0, fmt.Errorf("write table: %w", err)
	}
	return out.Bytes(), leftOut, nil
}

// text keeps a cell from being taken for a formula by the program that opens
// the table; untext takes it back.
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r'", rune(s[0])) {
		return "'" + s
	}
	return s
}

func untext(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 1 && s[0] == '\'' {
		return s[1:]
	}
	return s
}

// movement is the rows of one movement.
type movement struct {
	row    int // the first
	cells  map[string]string
	points []geo.Point
}

// readCSV reads a table of movements. Its columns are found by HXL tags, in the
// first or the second row.
func readCSV(ctx context.Context, b []byte) ([]Activity, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	var where map[string]int
	var order []*movement
	byID := map[string]*movement{}
	for n := 1; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, faultf(FaultSyntax, fmt.Sprintf("row %d", n), "no table: %v", err)
		}
		if n > maxRows {
			return nil, faultf(FaultPoints, "", "more than %d rows", maxRows)
		}
		if where == nil {
			if where = tagged(row); where == nil && n > 2 {
				break
			}
			if err := complete(where); err != nil {
				return nil, err
			}
			continue
		}
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		if err := gatherRow(row, n, where, byID, &order); err != nil {
			return nil, err
		}
	}
	if where == nil {
		return nil, faultf(FaultColumns, "row 2", "no row of HXL tags: %s, %s, %s, %s, %s and %s are wanted", colID, colFrom, colUntil, colLat, colLon, colRadius)
	}
	if len(order) == 0 {
		return nil, faultf(FaultVolumes, "", "there is no movement in it")
	}
	if len(order) > maxVolumes {
		return nil, faultf(FaultVolumes, "", "more than %d volumes", maxVolumes)
	}
	var out []Activity
	for _, m := range order {
		a, err := m.activity(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// tagged gives the places of the HXL tags of a row, nil when it has none.
func tagged(row []string) map[string]int {
	out := map[string]int{}
	for i, c := range row {
		c = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(c), " ", ""))
		if strings.HasPrefix(c, "#") {
			if _, twice := out[c]; !twice {
				out[c] = i
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// complete wants the columns that a movement cannot do without.
func complete(where map[string]int) error {
	for _, c := range []string{colID, colFrom, colUntil, colLat, colLon, colRadius} {
		if _, ok := where[c]; where != nil && !ok {
			return faultf(FaultColumns, "", "the column %s is missing", c)
		}
	}
	return nil
}

func gatherRow(row []string, n int, where map[string]int, byID map[string]*movement, order *[]*movement) error {
	cells := map[string]string{}
	for tag, i := range where {
		if i < len(row) {
			cells[tag] = untext(row[i])
		}
	}
	at := fmt.Sprintf("row %d", n)
	id := clip(tidy(cells[colID]))
	if id == "" {
		return faultf(FaultColumns, at, "%s is empty: which movement is it?", colID)
	}
	key := id + "\x00" + cells[colVolume] // which no tidy text holds
	m := byID[key]
	if m == nil {
		m = &movement{row: n, cells: cells}
		byID[key], *order = m, append(*order, m)
	}
	for tag, s := range cells { // a later row leaves out what the first one said, or says the same
		if tag != colLat && tag != colLon && s != "" && s != m.cells[tag] {
			return faultf(FaultDuplicate, at, "%s is %.40q, in row %d it is %.40q", tag, s, m.row, m.cells[tag])
		}
	}
	var c [2]float64
	for i, tag := range []string{colLon, colLat} {
		f, ok := decimal(cells[tag])
		if !ok {
			return faultf(FaultNumber, at, "%s: %.40q is not decimal degrees", tag, cells[tag])
		}
		c[i] = f
	}
	p, err := position(c[:])
	if err != nil {
		return under(at, FaultNumber, err)
	}
	if len(m.points) > geo.MaxPoints {
		return faultf(FaultPoints, at, "more than %d points", geo.MaxPoints)
	}
	m.points = append(m.points, p)
	return nil
}

func (m *movement) activity(ctx context.Context) (a Activity, err error) {
	at := fmt.Sprintf("row %d", m.row)
	number := func(tag string) float64 {
		f, ok := decimal(m.cells[tag])
		if m.cells[tag] != "" && !ok && err == nil {
			err = faultf(FaultNumber, at, "%s: %.40q is no number", tag, m.cells[tag])
		}
		return f
	}
	p := properties{Title: m.cells[colTitle], Kind: m.cells[colKind], From: m.cells[colFrom], Until: m.cells[colUntil], LateralM: number(colMargin)}
	radius := number(colRadius)
	for _, h := range []struct {
		value, ref, off string
		to              **altitude
	}{{colLow, colLowRef, colLowOff, &p.Lower}, {colHigh, colHighRef, colHighOff, &p.Upper}} {
		if m.cells[h.value] != "" {
			*h.to = &altitude{Value: number(h.value), Reference: m.cells[h.ref], OffM: number(h.off)}
		}
	}
	if err != nil {
		return a, err
	}
	if radius == 0 {
		return a, faultf(FaultRadius, at, "a point or a line is no area: %s is wanted", colRadius)
	}
	var s geo.Shape
	if len(m.points) == 1 {
		s, err = geo.Circle(m.points[0], radius)
	} else {
		s, err = geo.Corridor(m.points, radius)
	}
	if err != nil {
		return a, under(at, FaultGeometry, err)
	}
	a = Activity{ID: m.cells[colID], Slips: []Slip{}}
	return a, p.fill(ctx, at, at, at, []geo.Shape{s}, &a)
}

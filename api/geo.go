package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
)

type geoInput struct {
	Text string `query:"text" maxLength:"200" required:"true" doc:"A place in any notation: degrees, MGRS, UTM, GARS"`
}

// geoAnswer is a place in every notation, as parley geo prints it.
type geoAnswer struct {
	Lat        float64 `json:"lat" doc:"Degrees, WGS84, to eight decimals"`
	Lon        float64 `json:"lon"`
	Notation   string  `json:"notation" enum:"DD,DM,DMS,UTM,MGRS,GARS" doc:"That the text was read in"`
	PrecisionM float64 `json:"precision_m" doc:"Half the side of what the text can tell apart"`
	MGRS       string  `json:"mgrs"`
	UTM        struct {
		Zone       int     `json:"zone"`
		Hemisphere string  `json:"hemisphere" enum:"N,S"`
		Easting    float64 `json:"easting"`
		Northing   float64 `json:"northing"`
	} `json:"utm"`
	DMS      string    `json:"dms"`
	DM       string    `json:"dm"`
	GARS     string    `json:"gars"`
	Warnings []string  `json:"warnings" doc:"What may be a slip, as code and text, and what may have been meant"`
	Slips    []geoSlip `json:"slips" doc:"The same for screens, which word the code under notation.slip"`

	Nearest []cell.Nearby `json:"nearest" doc:"The place of the charter that is nearest, with where this one lies from it (XC-07); none when the charter names none"`
}

type geoSlip struct {
	Code   string            `json:"code"`
	Try    string            `json:"try" doc:"What may have been meant; empty for none"`
	Params map[string]string `json:"params" doc:"Of the words"`
}

type heightInput struct {
	M         int64  `query:"m" required:"true" doc:"Metres"`
	Reference string `query:"reference" required:"true" enum:"AGL,MSL,ellipsoid,surface"`
	OffM      int64  `query:"off_m" doc:"By how much it may be off"`
}

type heightOutput struct{ Body cell.Heights }

type geoOutput struct{ Body geoAnswer }

func (h *host) geoRoute(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/api/v1/geo", "get-geo", "A place in every notation, with what may be a slip (XC-06)", cell.RightRead), h.geo)
	huma.Register(api, operation(http.MethodGet, "/api/v1/geo/height", "get-height", "A height as filed, in metres and feet, and between what heights it lies above the ground, the sea and the ellipsoid (DEC-11)", cell.RightRead), h.height)
}

func (h *host) geo(ctx context.Context, in *geoInput) (*geoOutput, error) {
	if h.Locate == nil {
		return nil, newProblem(http.StatusNotFound, "this desk reads no notations")
	}
	box := h.Node.Charter().Theatre()
	b, err := h.Locate(in.Text, box.South, box.West, box.North, box.East)
	if err != nil {
		f, _ := errors.AsType[*cell.Fault](err)
		return nil, newProblem(http.StatusUnprocessableEntity, "query.text: "+err.Error(), worded("notation.fault.", f, &huma.ErrorDetail{Location: "query.text", Message: err.Error()}))
	}
	out := &geoOutput{}
	if err := json.Unmarshal(b, &out.Body); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out.Body.Nearest = h.Node.Charter().Nearest(cell.Point{Lat: degrees(out.Body.Lat), Lon: degrees(out.Body.Lon)})
	return out, nil
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

// height converts a height by what the charter says of the ground.
func (h *host) height(ctx context.Context, in *heightInput) (*heightOutput, error) {
	out, err := h.Node.Charter().Heights(cell.Altitude{M: in.M, Reference: in.Reference, OffM: in.OffM})
	if inv, ok := errors.AsType[*cell.Invalid](err); ok {
		return nil, invalidAt("query."+strings.TrimPrefix(inv.At, "/"), inv.Why)
	}
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return &heightOutput{out}, nil
}

package scenarios

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/cell"
	"parley/geo/notation"
	"parley/node"
)

// showsPlace looks at what a desk's screen makes of a place as it is typed or
// read out, in any notation: the degrees and the grid, what may be a slip, and
// how far the nearest place of the charter is; or why it is no place.
//
//	expect alpha shows geo "-33.1260, 35.8240" "mgrs=36H YJ 63473 31194"
//	expect alpha shows geo "35.8240, -33.1260" code=swapped
func (p *Player) showsPlace(ctx context.Context, n *node.Node, text string, pairs []string) (bool, string, error) {
	want, not, err := p.values(ctx, n, pairs)
	if err != nil || not != "" {
		return false, not, err
	}
	c := n.Charter()
	box := c.Theatre()
	answer, err := notation.JSON(text, box.South, box.West, box.North, box.East)
	if f, ok := errors.AsType[*cell.Fault](err); ok {
		return len(want) == 1 && want["fault"] == f.Code, "it is no place: " + f.Code, nil
	}
	if err != nil {
		return false, "", err
	}
	var at struct {
		Lat json.Number `json:"lat"`
		Lon json.Number `json:"lon"`
	}
	if err := json.Unmarshal(answer, &at); err != nil {
		return false, "", err
	}
	nearest, err := json.Marshal(c.Nearest(cell.Point{Lat: at.Lat.String(), Lon: at.Lon.String()}))
	if err != nil {
		return false, "", err
	}
	return found(fmt.Appendf(nil, `[%s,%s]`, answer, nearest), want)
}

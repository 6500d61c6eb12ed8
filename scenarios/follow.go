package scenarios

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/desk"
	"parley/node"
)

// follow does what two desks have agreed about a conflict: where the proposal
// that both accepted is about a notice of this desk, the desk changes it so.
// Where it is about the other's there is nothing to do.
//
//	alpha follows clash
func (p *Player) follow(ctx context.Context, d *desk.Desk, label string) error {
	ref, err := p.ref(ctx, d.Node, label)
	if err != nil {
		return err
	}
	v, err := d.Ask(ctx, deconfliction.Module.Queries[0], map[string]string{"conflict": ref.String()})
	if err != nil {
		return err
	}
	for _, c := range v.(deconfliction.Board).Conflicts {
		for _, o := range c.Proposals {
			if len(o.AcceptedBy) == 0 {
				continue
			}
			for _, n := range v.(deconfliction.Board).Notices {
				if n.From == d.Node.Desk() && (n.Number == o.Notice || n.Key == o.Notice) {
					return p.replace(ctx, d, n.Key, o.Volumes)
				}
			}
			return nil
		}
	}
	return fmt.Errorf("nothing is agreed about %s", label)
}

// replace files a notice anew with other volumes.
func (p *Player) replace(ctx context.Context, d *desk.Desk, key string, volumes []cell.Volume) error {
	v, _, err := d.Record(ctx, key)
	if err != nil {
		return err
	}
	ref, err := cell.ParseRef(key)
	if err != nil {
		return err
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(v.Body), &body); err != nil {
		return err
	}
	body["volumes"] = volumes
	text, err := json.Marshal(map[string]any{"body": body})
	if err != nil {
		return err
	}
	_, err = d.Act(ctx, node.Act{Kind: cell.KindUpdate, By: cell.By{Officer: desk.FirstOfficer, Role: "watch"}, About: ref, Body: text})
	if err != nil {
		return err
	}
	return p.settle(ctx)
}

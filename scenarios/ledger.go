package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/cell/hotline"
	"parley/node"
)

// ledger is what the screen of line checks shows: the checks and the register
// of attempts, newest first.
type ledger struct {
	Checks   []hotline.Check `json:"checks"`
	Attempts []hotline.Tried `json:"attempts"`
}

func ledgerOf(ctx context.Context, n *node.Node) (l ledger, err error) {
	i := slices.IndexFunc(hotline.Module.Queries, func(q cell.Query) bool { return q.Name == "checks" })
	out, err := n.Query(ctx, hotline.Module.Queries[i])
	if err != nil {
		return l, err
	}
	b, err := json.Marshal(out)
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(b, &l)
}

// showsCheck looks at the newest line check from one desk to another of an
// attempt: "ledger alpha bravo 2 missed", or answered, or waiting.
func showsCheck(ctx context.Context, n *node.Node, f []string) (bool, string, error) {
	if len(f) != 4 {
		return false, "", fmt.Errorf("want: ledger <from> <to> <attempt> <result>")
	}
	l, err := ledgerOf(ctx, n)
	if err != nil {
		return false, "", err
	}
	for _, c := range l.Checks {
		if c.From == f[0] && slices.Contains(c.To, f[1]) && strconv.FormatInt(c.Attempt, 10) == f[2] {
			return c.Result == f[3], c.Result, nil
		}
	}
	return false, "no such check", nil
}

// showsTried looks at the newest line of the register of attempts between two
// desks: "tried alpha bravo no-answer".
func showsTried(ctx context.Context, n *node.Node, f []string) (bool, string, error) {
	if len(f) != 3 {
		return false, "", fmt.Errorf("want: tried <desk> <toward> <outcome>")
	}
	l, err := ledgerOf(ctx, n)
	if err != nil {
		return false, "", err
	}
	for _, a := range l.Attempts {
		if a.Desk == f[0] && a.Toward == f[1] {
			return a.Outcome == f[2], a.Outcome, nil
		}
	}
	return false, "no such attempt", nil
}

// climbed reports whether a desk has recorded that it took a rung of the
// ladder (HOT-07): "stop step second-officer".
func climbed(v node.MatterView, level string) (bool, string, error) {
	return slices.ContainsFunc(v.Records, func(r node.RecordView) bool {
		return r.Kind == cell.KindStep && strings.Contains(r.Body, `"level":"`+level+`"`)
	}), "no such step is recorded", nil
}

// difference reads what a screen says of a read-back that differs:
// "notice difference bravo 9.0".
func difference(v node.MatterView, desk, want string) (bool, string, error) {
	for _, c := range v.Columns {
		if c.Desk == desk && c.ReadBack != nil {
			said := plain(c.ReadBack.Difference.In("en"))
			return strings.Contains(said, want), said, nil
		}
	}
	return false, "nothing was read back", nil
}

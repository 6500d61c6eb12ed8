package node

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/cell/hotline"
	"parley/journal"
	"parley/store"
)

// completeCheck fills in what only the node can state of a line check: the
// heads of the journals, the last serial of each channel, and the code over
// the heads (HOT-02). Whatever the author wrote there is replaced. Other acts
// are given back as they are.
func (n *Node) completeCheck(ctx context.Context, a Act) (Act, error) {
	k, err := n.kind(a.Kind)
	if err != nil || k.Name != hotline.KindLineCheck {
		return a, err
	}
	body, err := k.Fill(a.Body)
	if err != nil {
		return a, placed("/body", err)
	}
	var lc hotline.LineCheck
	if err := json.Unmarshal(body, &lc); err != nil {
		return a, fmt.Errorf("read line check: %w", err)
	}
	lc.Attempt = max(1, lc.Attempt)
	if lc.Role == "" {
		lc.Role = a.By.Role
	}
	if lc.State == "" {
		if lc.State, err = n.channelSeen(ctx, a.To); err != nil {
			return a, err
		}
	}
	before, known, err := n.checkOf(ctx, a.Key)
	if err != nil {
		return a, err
	}
	if known { // repeated: the same act, though the journals have grown since
		lc.Heads, lc.Channels, lc.Code = before.Heads, before.Channels, before.Code
	} else if lc, err = n.fillCheck(ctx, lc); err != nil {
		return a, fmt.Errorf("complete line check: %w", err)
	}
	a.Body, err = cell.EncodeBody(lc)
	return a, err
}

// checkOf finds the line check that an idempotency key has filed before.
func (n *Node) checkOf(ctx context.Context, key string) (lc hotline.LineCheck, known bool, err error) {
	if key == "" {
		return lc, false, nil
	}
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		list, err := n.records(ctx, tx, `JOIN act_key k ON k.gen = r.gen AND k.idx = r.idx WHERE r.desk = ? AND k.key = ?`, n.Desk(), key)
		if err == nil && len(list) == 1 {
			lc, known = list[0].Body.(hotline.LineCheck)
		}
		return err
	})
	if err != nil {
		return lc, false, fmt.Errorf("look up key: %w", err)
	}
	return lc, known, nil
}

// channelSeen gives the state of the channels to some desks as it is seen
// here: the first that is not up, else up.
func (n *Node) channelSeen(ctx context.Context, to []string) (state string, err error) {
	state = hotline.Up
	if len(to) == 0 {
		to = n.Config.Charter.Others(n.Desk())
	}
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		for _, d := range to {
			_, st, err := n.stateOf(ctx, tx, cell.Ref{ID: hotline.ChannelID(n.Desk(), d)}.String())
			if err != nil {
				return err
			}
			if state == hotline.Up && st.Name != cell.StateUnknown {
				state = st.Name
			}
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("read the channels: %w", err)
	}
	return state, nil
}

// fillCheck states in a line check what this desk holds: the heads of the
// journals, the last serial of each channel, and the code over the heads.
func (n *Node) fillCheck(ctx context.Context, lc hotline.LineCheck) (hotline.LineCheck, error) {
	heads, err := n.Heads(ctx)
	if err != nil {
		return lc, err
	}
	lc.Heads, lc.Channels = []hotline.JournalHead{}, []hotline.ChannelHead{}
	for _, h := range heads {
		lc.Heads = append(lc.Heads, hotline.JournalHead{Desk: h.Desk, Gen: h.Gen, Size: h.Size, Root: fmt.Sprintf("%x", h.Root[:])})
	}
	lc.Code = journal.Code(heads)
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT channel, MAX(last) FROM channel WHERE desk = ? GROUP BY channel`, n.Desk())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var ch hotline.ChannelHead
			if err := rows.Scan(&ch.Channel, &ch.Serial); err != nil {
				return err
			}
			lc.Channels = append(lc.Channels, ch)
		}
		return rows.Err()
	})
	slices.SortFunc(lc.Channels, func(a, b hotline.ChannelHead) int { return strings.Compare(a.Channel, b.Channel) })
	return lc, err
}

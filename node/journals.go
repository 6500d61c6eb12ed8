package node

import (
	"context"
	"fmt"

	"parley/cell"
	"parley/journal"
	"parley/store"
)

// JournalView is one journal on the Record screen.
type JournalView struct {
	Desk       string              `json:"desk"`
	Gen        int                 `json:"gen"`
	Size       int64               `json:"size"`
	Root       string              `json:"root"`
	Checkpoint string              `json:"checkpoint"`
	Cosigned   []CosignedView      `json:"cosigned"`
	Views      map[string]PeerView `json:"views"`
	Entries    []EntryView         `json:"entries"`
}

// CosignedView is a cosignature on the newest checkpoint.
type CosignedView struct {
	Desk string `json:"desk"`
	At   int64  `json:"at"`
	Size int64  `json:"size"`
}

// PeerView is what a peer last said it holds of a journal.
type PeerView struct {
	Size int64 `json:"size"`
	Same bool  `json:"same"`
}

// EntryView is one entry: a record held here, or a commitment only.
type EntryView struct {
	Index      int64    `json:"index"`
	Held       bool     `json:"held"`
	Ref        string   `json:"ref"`
	Kind       string   `json:"kind"`
	Code       string   `json:"code"`
	Text       cell.T3  `json:"text"`
	At         int64    `json:"at"`
	To         []string `json:"to"`
	Commitment string   `json:"commitment"`
}

// Journals gives the journals side by side, with the newest entries of each,
// the short code over their heads, and whether all desks hold the same.
func (n *Node) Journals(ctx context.Context, limit int64, before map[string]int64) (views []JournalView, code string, same *bool, err error) {
	holdings, err := n.Holdings(ctx)
	if err != nil {
		return nil, "", nil, err
	}
	all, known := true, true
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		for _, h := range holdings {
			jv, err := n.journalView(ctx, tx, h, limit, before[h.Desk])
			if err != nil {
				return err
			}
			for _, p := range jv.Views {
				all = all && p.Same
				known = known && p.Size == jv.Size
			}
			views = append(views, jv)
		}
		return nil
	})
	if err != nil {
		return nil, "", nil, fmt.Errorf("view journals: %w", err)
	}
	heads, err := n.Heads(ctx)
	if err != nil {
		return nil, "", nil, err
	}
	code = journal.Code(heads)
	if !all || known {
		same = &all
	}
	return views, code, same, nil
}

// Heads gives the head of every journal held here, sorted by desk.
func (n *Node) Heads(ctx context.Context) ([]journal.NamedHead, error) {
	holdings, err := n.Holdings(ctx)
	if err != nil {
		return nil, err
	}
	var out []journal.NamedHead
	for _, h := range holdings {
		v, err := n.verifier(h.Name, h.Checkpoint)
		if err != nil {
			return nil, err
		}
		head, err := journal.OpenCheckpoint(h.Checkpoint, v)
		if err != nil {
			return nil, fmt.Errorf("head of %s: %w", h.Desk, err)
		}
		out = append(out, journal.NamedHead{Desk: h.Desk, Gen: h.Gen, Head: head})
	}
	return out, nil
}

func (n *Node) journalView(ctx context.Context, tx *store.Tx, h journal.Holding, limit, before int64) (JournalView, error) {
	jv := JournalView{Desk: h.Desk, Gen: h.Gen, Size: h.Size, Checkpoint: string(h.Checkpoint), Cosigned: []CosignedView{}, Views: map[string]PeerView{}, Entries: []EntryView{}}
	root, err := journal.RootAt(ctx, tx, h.Desk, h.Gen, h.Size)
	if err != nil {
		return jv, err
	}
	jv.Root = fmt.Sprintf("%x", root[:])
	for _, l := range h.Cosignatures {
		if v, at, ok := n.known().cosignedBy(h.Checkpoint, l); ok {
			jv.Cosigned = append(jv.Cosigned, CosignedView{n.witnessOf(v.Name()), at, h.Size})
		}
	}
	n.mu.Lock()
	for peer, vs := range n.views {
		if v, ok := vs[h.Name]; ok {
			jv.Views[peer] = PeerView{v.size, v.same}
		}
	}
	n.mu.Unlock()
	to := h.Size
	if before > 0 && before < to {
		to = before
	}
	for i := to - 1; i >= max(0, to-limit); i-- {
		e, err := n.entryView(ctx, tx, h.Name, i)
		if err != nil {
			return jv, err
		}
		jv.Entries = append(jv.Entries, e)
	}
	return jv, nil
}

func (n *Node) entryView(ctx context.Context, tx *store.Tx, name journal.Name, i int64) (EntryView, error) {
	e, err := journal.EntryAt(ctx, tx, name.Desk, name.Gen, i)
	if err != nil {
		return EntryView{}, err
	}
	c := cell.Cite{Desk: name.Desk, Gen: name.Gen, Index: i}
	v := EntryView{Index: i, Ref: c.String(), Commitment: fmt.Sprintf("%x", e[:]), To: []string{}}
	h, ok, err := n.record(ctx, tx, c)
	if err == nil && ok {
		ok, err = n.looker(ctx, tx).record(h)
	}
	if err != nil || !ok {
		return v, err
	}
	t, _ := n.Config.Charter.Template(h.Kind)
	v.Held, v.Kind, v.Code, v.At, v.To, v.Text = true, h.Kind, t.Code, h.At, h.To, n.charterOf(h.Record.Charter).Text(h.Record)
	return v, nil
}

func (n *Node) witnessOf(keyName string) string {
	for _, m := range n.Config.Charter.Members {
		if name, _, _, err := journal.ParseVKey(m.Keys.Witness); err == nil && name == keyName {
			return m.Desk
		}
	}
	return keyName
}

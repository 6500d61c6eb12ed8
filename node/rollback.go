package node

import (
	"context"
	"fmt"

	"parley/journal"
)

// rollbackFor is how long a desk must go on stating less of its own journal
// than it signed before that is an alarm. Two connections carry its statements
// side by side, so a statement may be overtaken by a newer one; and a desk that
// was restored takes back what it lost from the others within moments.
const rollbackFor = 5_000

// less is what a desk states of its own journal while that is less than it
// signed.
type less struct {
	size, was, since int64
	evidence         []byte
}

// noteSize compares what a desk states of its own journal with what it is known
// to have signed (design 2, "Rollback").
func (n *Node) noteSize(h journal.Holding, stated int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	was := max(stated, n.holdings[h.Name].Size)
	if h.Size >= was {
		delete(n.less, h.Name)
		return
	}
	l, ok := n.less[h.Name]
	if !ok {
		l.since = n.now()
	}
	l.size, l.was, l.evidence = h.Size, max(l.was, was), h.Checkpoint
	n.less[h.Name] = l
}

// rollbacks raises an alarm for every desk that still states less than it
// signed, with the smaller checkpoint as evidence.
func (n *Node) rollbacks(ctx context.Context) error {
	var due []alarm
	n.mu.Lock()
	for name, l := range n.less {
		if n.now()-l.since >= rollbackFor {
			due = append(due, alarm{ID: fmt.Sprintf("rollback/%s/%d", name.Desk, name.Gen), Kind: AlarmRollback, Since: l.since, Evidence: string(l.evidence),
				Args: map[string]string{"desk": name.Desk, "size": fmt.Sprint(l.size), "was": fmt.Sprint(l.was)}})
			delete(n.less, name)
		}
	}
	n.mu.Unlock()
	for _, a := range due {
		if err := n.alarm(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

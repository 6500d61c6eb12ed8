package desk

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	"parley/api"
	"parley/cell"
	"parley/node"
)

// Borders are a desk's ways to other systems.
type Borders struct {
	Files *api.Borders                    // nil: no file comes in or goes out
	Run   func(ctx context.Context) error // serves maps until the context ends; nil: none
}

// Notices gives the notices of activities that this desk holds and that are not
// over, as what borders may look at. The sight is that of the context.
func (d *Desk) Notices(ctx context.Context) ([]node.MatterView, error) {
	var out []node.MatterView
	before := ""
	for {
		items, more, err := d.Matters(ctx, "open", noticeModule, "", before, 500)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			v, err := d.MatterView(ctx, it.Key)
			if errors.Is(err, cell.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		if !more || len(items) == 0 {
			return out, nil
		}
		before = items[len(items)-1].Key
	}
}

// noticeModule is the module whose matters say what is planned where.
const noticeModule = "deconfliction"

// FollowNotices calls show with every notice by key: with all of them first,
// and then with those that changed, nil for one that is over. It looks at the
// feed whenever the node says that something changed. What is in a compartment
// that desk.yaml does not open to clients is not among them (SEC-07).
func (d *Desk) FollowNotices(ctx context.Context, show func(changed map[string]*node.MatterView)) error {
	ctx = node.WithSight(ctx, d.clientsSee)
	pos, err := d.FeedPos(ctx)
	if err != nil {
		return err
	}
	all, err := d.Notices(ctx)
	if err != nil {
		return err
	}
	changed := map[string]*node.MatterView{}
	for _, v := range all {
		changed[v.Key] = &v
	}
	show(changed)
	for {
		again := d.Changed() // before looking: what changes meanwhile is looked at next
		next, changed, err := d.changedNotices(ctx, pos)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			d.log.Warn("follow notices", "err", err)
		}
		if len(changed) > 0 {
			show(changed)
		}
		if next > pos {
			pos = next
			continue // there may be more
		}
		select {
		case <-ctx.Done():
			return nil
		case <-again:
		}
	}
}

// clientsSee reports whether clients of the CoT port are shown a compartment.
func (d *Desk) clientsSee(basket string) bool {
	var named []string
	if b := d.Settings.Border; b != nil && b.CoT != nil {
		named = b.CoT.Baskets
	}
	if len(named) == 0 {
		named = []string{d.Charter().Basket(noticeModule + ".")}
	}
	return basket == "" || slices.Contains(named, basket)
}

// changedNotices gives the notices that changed after a position of the feed.
func (d *Desk) changedNotices(ctx context.Context, pos int64) (int64, map[string]*node.MatterView, error) {
	list, err := d.Feed(ctx, pos, 500)
	if err != nil {
		return pos, nil, err
	}
	changed := map[string]*node.MatterView{}
	for _, e := range list {
		for _, key := range e.Matters {
			if _, done := changed[key]; done {
				continue
			}
			v, err := d.MatterView(ctx, key)
			switch {
			case errors.Is(err, cell.ErrNotFound):
				continue
			case err != nil:
				return pos, nil, err
			case v.Module != noticeModule:
				continue
			case v.Open:
				changed[key] = &v
			default:
				changed[key] = nil
			}
		}
		pos = e.Pos
	}
	return pos, changed, nil
}

// ListenCoT opens the listener that desk.yaml names for Cursor on Target, nil
// when it names none. wrap makes the settings of TLS.
func (d *Desk) ListenCoT(wrap func(cert tls.Certificate, clientCA []byte) (*tls.Config, error)) (net.Listener, error) {
	if d.Settings.Border == nil || d.Settings.Border.CoT == nil {
		return nil, nil
	}
	s := d.Settings.Border.CoT
	for _, b := range s.Baskets {
		if _, ok := d.Charter().Baskets[b]; !ok {
			return nil, fmt.Errorf("listen for CoT clients: %s: the charter has no basket %q", settingsFile, b)
		}
	}
	var secure *tls.Config
	if s.TLS {
		cert, err := ServerCertificate(d.dir, d.Settings.Names(), d.Now())
		if err != nil {
			return nil, err
		}
		var ca []byte
		if s.ClientCA != "" {
			if ca, err = os.ReadFile(filepath.Join(d.dir, filepath.Clean("/"+s.ClientCA))); err != nil {
				return nil, fmt.Errorf("listen for CoT clients: %w", err)
			}
		}
		if secure, err = wrap(cert, ca); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for CoT clients: %w", err)
	}
	if host, _, _ := net.SplitHostPort(s.Listen); s.ClientCA == "" && !net.ParseIP(host).IsLoopback() {
		d.log.Warn("whoever reaches the CoT port sees the activities that may leave: it asks for no client certificate", "listen", s.Listen)
	}
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	return l, nil
}

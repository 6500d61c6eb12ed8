package desk

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	"parley/api"
	"parley/node"
)

// Borders are a desk's ways to other systems.
type Borders struct {
	Files *api.Borders                    // nil: no file comes in or goes out
	Run   func(ctx context.Context) error // serves maps until the context ends; nil: none
}

// MostNotices is how many notices leave in one file: what is asked for beyond it
// is refused, since a file cannot say what it leaves out.
const MostNotices = 5000

// ErrMany: more notices lie in a span of time than leave in one file.
var ErrMany = fmt.Errorf("more than %d notices of activities lie in that time", MostNotices)

// Notices gives the notices of activities that this desk holds, that are open and
// that lie in a span of time, those that begin first, as what borders may look at.
// It reads these alone. The sight is that of the context.
func (d *Desk) Notices(ctx context.Context, from, until int64) ([]node.Stated, error) {
	list, more, err := d.Lying(ctx, noticeModule, from, until, MostNotices)
	if err != nil {
		return nil, err
	}
	if more {
		return nil, ErrMany
	}
	keys := make([]string, len(list))
	for i, l := range list {
		keys[i] = l.Key
	}
	return d.NoticesOf(ctx, keys)
}

// NoticesOf gives those of some keys that are open.
func (d *Desk) NoticesOf(ctx context.Context, keys []string) (out []node.Stated, err error) {
	for part := range slices.Chunk(keys, readAtOnce) {
		list, err := d.Stated(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			if s.Open && s.Module == noticeModule {
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// readAtOnce is how many notices are read in one transaction: a long one would
// keep what is written meanwhile from being tidied up.
const readAtOnce = 200

// noticeModule is the module whose matters say what is planned where.
const noticeModule = "deconfliction"

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

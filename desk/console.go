package desk

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parley/api"
	"parley/officer"
)

// Console says how browsers reach a desk. Officers' keys are bound to the first
// name: another one makes all of them strangers.
type Console struct {
	TLS     bool     `yaml:"tls"`               // HTTPS, with console.crt and console.key of the directory
	Names   []string `yaml:"names,omitempty"`   // default: <desk>.localhost, localhost
	Origins []string `yaml:"origins,omitempty"` // instead of those that follow from the names: behind a proxy
}

// SocketFile is the desk's own socket in its directory: whoever may open it
// keeps the list of officers.
const SocketFile = "parley.sock"

// Names gives the console's names, the one that keys are bound to first.
func (s Settings) Names() []string {
	if s.Console != nil && len(s.Console.Names) > 0 {
		return s.Console.Names
	}
	return []string{s.Desk + ".localhost", "localhost"}
}

// Secure reports whether the console is served by HTTPS.
func (s Settings) Secure() bool { return s.Console != nil && s.Console.TLS }

// Origins gives where browsers reach the console under the name that keys are
// bound to, and names below it.
func (s Settings) Origins() []string {
	if s.Console != nil && len(s.Console.Origins) > 0 {
		return s.Console.Origins
	}
	scheme := "http"
	if s.Secure() {
		scheme = "https"
	}
	_, port, _ := net.SplitHostPort(s.Listen)
	var out []string
	for _, n := range s.Names() {
		if n == s.Names()[0] || strings.HasSuffix(n, "."+s.Names()[0]) {
			out = append(out, officer.Origin(scheme, n, port))
		}
	}
	return out
}

// CheckNames refuses names of the console that browsers bind no key to.
func (s Settings) CheckNames() error {
	for _, n := range s.Names() {
		if net.ParseIP(n) != nil || strings.ContainsAny(n, ":/ ") || n == "" {
			return fmt.Errorf("the console: %q is an address, not a name: keys are bound to names", n)
		}
	}
	return nil
}

// listen opens the console's listener and the desk's own socket.
func (d *Desk) listen(cfg Config) (err error) {
	if d.listener, err = net.Listen("tcp", d.Settings.Listen); err != nil {
		return fmt.Errorf("listen for consoles: %w", err)
	}
	if d.Settings.Secure() {
		cert, err := ServerCertificate(cfg.Dir, d.Settings.Names(), cfg.Now())
		if err != nil {
			return err
		}
		d.listener = tls.NewListener(d.listener, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13, NextProtos: []string{"h2", "http/1.1"}})
	}
	return d.listenLocal(cfg.Dir)
}

// listenLocal opens the socket, mode 0600. The database's lock has shown that
// no other desk runs here, so a socket that is there was left behind. Where
// the machine takes no socket at that path (too long a name), the desk goes on
// without one and says so.
func (d *Desk) listenLocal(dir string) error {
	path := filepath.Join(dir, SocketFile)
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("listen at the desk's own socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		d.log.Warn("no socket of the desk's own: its officers can be kept while it does not run", "err", err)
		return nil
	}
	d.local = l
	if err := os.Chmod(path, 0o600); err != nil {
		return fmt.Errorf("listen at the desk's own socket: %w", err)
	}
	return nil
}

// served is a server of the desk with what it listens at.
type served struct {
	*http.Server
	at net.Listener
}

// faces gives the desk's servers.
func (d *Desk) faces() []served {
	var out []served
	if d.listener != nil {
		out = append(out, served{api.Server(d.Handler), d.listener})
	}
	if d.local != nil {
		out = append(out, served{api.LocalServer(d.Handler), d.local})
	}
	for _, f := range out { // what strangers send that is no request
		f.ErrorLog = slog.NewLogLogger(d.log.Handler(), slog.LevelDebug)
	}
	return out
}

// renewBefore is how long before its end a console's certificate is made anew.
const renewBefore = 30 * 24 * time.Hour

// covers reports whether a list of names holds all of another.
func covers(have, want []string) bool {
	return !slices.ContainsFunc(want, func(n string) bool { return !slices.Contains(have, n) })
}

package pager

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"time"
)

// Settings is the part "pagers" of desk.yaml: by which ways this desk pages,
// and whom at which level.
type Settings struct {
	Console string `yaml:"console"` // the address of the console that a page links to, "" for no link

	Repeat string `yaml:"repeat"` // until answered, such as 2m; "": every two minutes
	Hourly int    `yaml:"hourly"` // pages in an hour at most, FLASH aside; 0: thirty

	Ways map[string]Way `yaml:"ways"` // by name

	// Whom to call: by level ("watch", "second-officer", "desk-head"), and by the
	// code of an officer, which counts instead where the roster names one.
	Levels   map[string][]To `yaml:"levels"`
	Officers map[string][]To `yaml:"officers"`
}

// Way is one way to page: exactly one of its parts is set.
type Way struct {
	SMTP    *SMTP    `yaml:"smtp,omitempty"`
	Webhook *Webhook `yaml:"webhook,omitempty"`
	Command []string `yaml:"command,omitempty"` // program and arguments; it gets the page on standard input
}

// SMTP is a mail server.
type SMTP struct {
	Server   string `yaml:"server"` // host:port
	From     string `yaml:"from"`
	User     string `yaml:"user,omitempty"`     // "" for no sign-in
	Password string `yaml:"password,omitempty"` // a file that holds it, mode 0600
	Plain    bool   `yaml:"plain,omitempty"`    // without TLS: for a server on this machine only
}

// Webhook is an address that takes CloudEvents.
type Webhook struct {
	URL    string `yaml:"url"`
	Secret string `yaml:"secret"` // a file that holds the key of the signature, mode 0600
}

// To is one address: a way and, for mail, to whom.
type To struct {
	Way string `yaml:"way"`
	To  string `yaml:"to,omitempty"`
}

// The levels of a desk's own ladder, in the order in which they are called
// (HOT-07). The ladder's rungs above them are other desks'.
var levels = []string{"watch", "second-officer", "desk-head"}

const (
	everyDefault  = 2 * time.Minute
	everyLeast    = 30 * time.Second
	hourlyDefault = 30
)

// Check refuses settings that could not page, and says what is wrong where.
func (s Settings) Check() error {
	if _, err := s.every(); err != nil {
		return err
	}
	if s.Hourly < 0 {
		return errors.New("pagers: hourly is negative")
	}
	if u, err := url.Parse(s.Console); s.Console != "" && (err != nil || u.Host == "" || u.RawQuery != "" || u.User != nil) {
		return fmt.Errorf("pagers: console %q is not an address such as https://bravo.example:7102", s.Console)
	}
	for name, w := range s.Ways {
		if err := w.check(); err != nil {
			return fmt.Errorf("pagers: way %q: %w", name, err)
		}
	}
	for what, lists := range map[string]map[string][]To{"level": s.Levels, "officer": s.Officers} {
		for name, list := range lists {
			if what == "level" && !slices.Contains(levels, name) {
				return fmt.Errorf("pagers: level %q is not watch, second-officer or desk-head", name)
			}
			for _, to := range list {
				w, ok := s.Ways[to.Way]
				switch {
				case !ok:
					return fmt.Errorf("pagers: %s %q: there is no way %q", what, name, to.Way)
				case (w.SMTP != nil) != (to.To != ""):
					return fmt.Errorf("pagers: %s %q: \"to\" is an address of mail, and wanted for mail only", what, name)
				}
			}
		}
	}
	if len(s.Ways) > 0 && len(s.Levels) == 0 && len(s.Officers) == 0 {
		return errors.New("pagers: there are ways, and nobody is called by them: name levels or officers")
	}
	return nil
}

func (w Way) check() error {
	n := 0
	for _, set := range []bool{w.SMTP != nil, w.Webhook != nil, len(w.Command) > 0} {
		if set {
			n++
		}
	}
	if n != 1 {
		return errors.New("exactly one of smtp, webhook and command is wanted")
	}
	switch {
	case w.SMTP != nil:
		host, _, err := net.SplitHostPort(w.SMTP.Server)
		if err != nil || host == "" || w.SMTP.From == "" {
			return errors.New("smtp wants a server, host:port, and a sender")
		}
		if ip := net.ParseIP(host); w.SMTP.Plain && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return errors.New("smtp without TLS is for a server on this machine only")
		}
		if (w.SMTP.User == "") != (w.SMTP.Password == "") {
			return errors.New("smtp: user and password go together")
		}
	case w.Webhook != nil:
		u, err := url.Parse(w.Webhook.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
			return errors.New("webhook wants an address, http or https, without a password in it")
		}
		if w.Webhook.Secret == "" {
			return errors.New("webhook wants a secret: the file with the key of its signature")
		}
	case !filepath.IsAbs(w.Command[0]):
		return fmt.Errorf("command %q is not the whole path of a program", w.Command[0])
	}
	return nil
}

func (s Settings) every() (time.Duration, error) {
	if s.Repeat == "" {
		return everyDefault, nil
	}
	d, err := time.ParseDuration(s.Repeat)
	if err != nil || d < everyLeast {
		return 0, fmt.Errorf("pagers: repeat %q is not a duration of at least %v", s.Repeat, everyLeast)
	}
	return d, nil
}

// whom gives the addresses of a level. Where nobody is named for it, the next
// level is called, and at last everybody: a page that goes to nobody is none.
func (s Settings) whom(level int, onWatch []string) []To {
	var out []To
	for _, code := range onWatch {
		out = append(out, s.Officers[code]...)
	}
	for _, l := range levels[min(level, len(levels)-1):] {
		if len(out) > 0 {
			break
		}
		out = slices.Clone(s.Levels[l])
	}
	if len(out) == 0 {
		for _, lists := range []map[string][]To{s.Levels, s.Officers} {
			for _, list := range lists {
				out = append(out, list...)
			}
		}
	}
	slices.SortFunc(out, func(a, b To) int { return compareTo(a, b) })
	return slices.Compact(out)
}

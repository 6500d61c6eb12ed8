package pager

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"parley/cell"
)

// tryLimit is how long one attempt may take.
const tryLimit = 20 * time.Second

// sender brings one page to one address.
type sender func(ctx context.Context, n Notice, to string) error

// senders makes the ways of the settings. Files that they name are read when a
// page goes out, so that a password can be changed under a running desk.
func senders(s Settings, exercise bool) map[string]sender {
	out := map[string]sender{}
	for name, w := range s.Ways {
		switch {
		case w.SMTP != nil:
			out[name] = w.SMTP.sender(exercise)
		case w.Webhook != nil:
			out[name] = w.Webhook.sender()
		default:
			out[name] = command(w.Command)
		}
	}
	return out
}

// secretFile reads a file that nobody else may read.
func secretFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return "", fmt.Errorf("%s can be used by others than its owner (mode %04o): set it to 0600", path, mode)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(b))
	if secret == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return secret, nil
}

func (s SMTP) sender(exercise bool) sender {
	return func(ctx context.Context, n Notice, to string) error {
		m := mail.NewMsg(mail.WithNoDefaultUserAgent())
		if err := errors.Join(m.From(s.From), m.To(to)); err != nil {
			return err
		}
		m.Subject(n.subject(exercise))
		m.SetDateWithValue(time.UnixMilli(n.At).UTC())
		m.SetMessageIDWithValue(fmt.Sprintf("%s.%d@%s.parley.invalid", n.Page, n.At, n.Desk))
		m.SetGenHeader("Auto-Submitted", "auto-generated")
		if n.Precedence == string(cell.Flash) {
			m.SetImportance(mail.ImportanceUrgent)
		}
		m.SetBodyString(mail.TypeTextPlain, n.body(exercise))
		c, err := s.client()
		if err != nil {
			return err
		}
		return c.DialAndSendWithContext(ctx, m)
	}
}

func (s SMTP) client() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(s.Server)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("port %q: %w", port, err)
	}
	opts := []mail.Option{mail.WithPort(number), mail.WithTimeout(tryLimit), mail.WithHELO("parley.invalid")}
	switch {
	case s.Plain:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	case number == 465:
		opts = append(opts, mail.WithSSL())
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.User != "" {
		password, err := secretFile(s.Password)
		if err != nil {
			return nil, err
		}
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(password))
	}
	return mail.NewClient(host, opts...)
}

// SignatureHeader carries the time and the HMAC-SHA256 of a webhook's body:
// "t=<unix seconds>,v1=<hex>", over the time, a dot and the body.
const SignatureHeader = "Parley-Signature"

// Sign makes the value of [SignatureHeader]. A receiver makes it again from
// what it got, compares in constant time, and refuses a time that is more than
// five minutes off.
func Sign(secret string, at int64, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(h, "%d.", at/1000)
	h.Write(body)
	return fmt.Sprintf("t=%d,v1=%s", at/1000, hex.EncodeToString(h.Sum(nil)))
}

func (w Webhook) sender() sender {
	client := &http.Client{Timeout: tryLimit, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func(ctx context.Context, n Notice, _ string) error {
		secret, err := secretFile(w.Secret)
		if err != nil {
			return err
		}
		body, err := n.event()
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/cloudevents+json; charset=UTF-8")
		req.Header.Set(SignatureHeader, Sign(secret, n.At, body))
		req.Header.Set("User-Agent", "parley")
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)) // what it says is nothing to us
		if res.StatusCode/100 != 2 {
			return fmt.Errorf("it answered %s", res.Status)
		}
		return nil
	}
}

// command runs a program with the page as JSON on its standard input: no
// shell, and nothing of this process's environment but the path.
func command(argv []string) sender {
	return func(ctx context.Context, n Notice, _ string) error {
		body, err := n.event()
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
		cmd.Stdin = bytes.NewReader(append(body, '\n'))
		cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
		cmd.WaitDelay = time.Second
		var said bytes.Buffer
		cmd.Stderr = &limited{&said, 500}
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w %s", argv[0], err, strings.TrimSpace(said.String()))
		}
		return nil
	}
}

// limited keeps the first bytes of what is written.
type limited struct {
	w *bytes.Buffer
	n int
}

// Write keeps what fits and drops the rest.
func (l *limited) Write(p []byte) (int, error) {
	if room := l.n - l.w.Len(); room > 0 {
		l.w.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/desk"
)

// client speaks to a desk by its API: to the running one by its own socket,
// otherwise to the desk opened here for the length of the command. It is the
// same API either way.
type client struct {
	base  string
	token string // "" speaks as whoever owns the directory
	key   string // of idempotency, "" for none
	http  *http.Client
	serve http.Handler // when the desk is opened here
	close func()
}

// caller says which desk a command asks, and as which of its officers.
type caller struct{ dir, officer, token string }

func callerFlags(fs *flag.FlagSet) *caller {
	who := &caller{}
	fs.StringVar(&who.dir, "dir", "", "")
	fs.StringVar(&who.officer, "officer", desk.FirstOfficer, "")
	fs.StringVar(&who.token, "token", "", "")
	return who
}

// bearer gives the officer's token: of the file named, of the environment, or
// of the desk's directory, where an exercise's lie.
func (who *caller) bearer() (string, error) {
	switch env := os.Getenv("PARLEY_TOKEN"); {
	case who.token != "":
		b, err := os.ReadFile(who.token)
		if err != nil {
			return "", fmt.Errorf("read token: %w", err)
		}
		return string(bytes.TrimSpace(b)), nil
	case env != "":
		return env, nil
	}
	return desk.TokenOf(who.dir, who.officer)
}

func dial(ctx context.Context, e *env, who *caller) (*client, error) {
	if who.dir == "" {
		return nil, wrong("--dir is wanted: the directory of the desk")
	}
	c, err := running(who.dir)
	if err != nil {
		return nil, err
	}
	if c == nil {
		d, err := desk.Open(ctx, desk.Config{Dir: who.dir, Passphrase: passphrase(e), Now: time.Now, Log: slog.New(slog.DiscardHandler), NoServe: true})
		if err != nil {
			return nil, err
		}
		c = &client{base: "http://desk", serve: d.Handler, close: d.Close}
	}
	if c.token, err = who.bearer(); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// running gives a client of the desk that runs on a directory, nil when none
// does: by its socket, or, where the machine had none for it, by its address.
func running(dir string) (*client, error) {
	s, err := desk.ReadSettings(dir)
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	at := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return d.DialContext(ctx, "unix", filepath.Join(dir, desk.SocketFile))
	}}
	c := &client{base: "http://desk", http: &http.Client{Transport: at}, close: at.CloseIdleConnections}
	if conn, err := net.DialTimeout("unix", filepath.Join(dir, desk.SocketFile), time.Second); err == nil {
		return c, conn.Close()
	}
	conn, err := net.DialTimeout("tcp", s.Listen, time.Second)
	if err != nil {
		return nil, nil
	}
	at.DialContext, c.base = nil, "http://"+s.Listen
	if s.Secure() {
		c.base = "https://" + s.Listen
		at.TLSClientConfig = desk.ConsoleTrust(dir, s)
	}
	return c, conn.Close()
}

// call makes one request. A problem of the API comes back as an error that
// names what is wrong and where.
func (c *client) call(ctx context.Context, method, path string, body any) ([]byte, error) {
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, in)
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" {
		req.Header.Set("Idempotency-Key", c.key)
	}
	var res *http.Response
	if c.serve != nil {
		rec := httptest.NewRecorder()
		c.serve.ServeHTTP(rec, req)
		res = rec.Result()
	} else if res, err = c.http.Do(req); err != nil {
		return nil, err
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 400 {
		return nil, problem(res.Status, out)
	}
	return out, nil
}

// ask makes one GET request of a desk.
func ask(ctx context.Context, e *env, who *caller, path string) ([]byte, error) {
	c, err := dial(ctx, e, who)
	if err != nil {
		return nil, err
	}
	defer c.close()
	return c.call(ctx, http.MethodGet, path, nil)
}

func problem(status string, body []byte) error {
	var p struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
		Errors []struct {
			Location string `json:"location"`
			Message  string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &p) != nil || p.Detail == "" {
		return errors.New(status)
	}
	var b strings.Builder
	b.WriteString(p.Detail)
	for _, e := range p.Errors {
		if e.Message != p.Detail {
			fmt.Fprintf(&b, "; %s: %s", e.Location, e.Message)
		}
	}
	return errors.New(b.String())
}

func runSend(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("send", flag.ContinueOnError)
	who, to := callerFlags(fs), fs.String("to", "", "")
	about, file := fs.String("about", "", ""), fs.String("f", "", "")
	precedence, key := fs.String("precedence", "", ""), fs.String("key", "", "")
	asJSON := fs.Bool("json", false, "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return wrong("one KIND is wanted, such as CEASE or hotline.cease/1")
	}
	body, err := readBody(e, *file)
	if err != nil {
		return err
	}
	act := map[string]any{"kind": rest[0], "body": jsontext.Value(body)}
	for name, v := range map[string]string{"about": *about, "precedence": *precedence} {
		if v != "" {
			act[name] = v
		}
	}
	if *to != "" {
		act["to"] = strings.Split(*to, ",")
	}
	c, err := dial(ctx, e, who)
	if err != nil {
		return err
	}
	defer c.close()
	c.key = *key
	out, err := c.call(ctx, http.MethodPost, "/api/v1/records", act)
	if err != nil {
		return err
	}
	if *asJSON {
		return indent(e.out, out)
	}
	var filed struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(out, &filed); err != nil {
		return err
	}
	fmt.Fprintln(e.out, filed.ID)
	return nil
}

func readBody(e *env, file string) ([]byte, error) {
	switch file {
	case "":
		return []byte("{}"), nil
	case "-":
		return io.ReadAll(e.in)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	return bytes.TrimSpace(b), nil
}

func indent(w io.Writer, b []byte) error {
	v := jsontext.Value(b)
	if err := v.Indent(jsontext.WithIndent("  ")); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, string(v))
	return err
}

func runShow(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("show", flag.ContinueOnError)
	who := callerFlags(fs)
	asJSON := fs.Bool("json", false, "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return wrong("one ID is wanted: desk:id, desk#index or a bare id")
	}
	c, err := dial(ctx, e, who)
	if err != nil {
		return err
	}
	defer c.close()
	if strings.Contains(rest[0], ":") {
		if out, err := c.call(ctx, http.MethodGet, "/api/v1/matters/"+url.PathEscape(rest[0]), nil); err == nil {
			return show(e, out, *asJSON)
		}
	}
	out, err := c.call(ctx, http.MethodGet, "/api/v1/records/"+url.PathEscape(rest[0]), nil)
	if err != nil {
		return err
	}
	return show(e, out, *asJSON)
}

func runList(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("list", flag.ContinueOnError)
	who, state, module := callerFlags(fs), fs.String("state", "open", ""), fs.String("module", "", "")
	asJSON := fs.Bool("json", false, "")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	out, err := ask(ctx, e, who, "/api/v1/matters?"+url.Values{"state": {*state}, "module": {*module}}.Encode())
	if err != nil {
		return err
	}
	return show(e, out, *asJSON)
}

func runWatch(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("watch", flag.ContinueOnError)
	who := callerFlags(fs)
	asJSON := fs.Bool("json", false, "")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	out, err := ask(ctx, e, who, "/api/v1/watch")
	if err != nil {
		return err
	}
	return show(e, out, *asJSON)
}

func runProof(ctx context.Context, e *env, args []string) error {
	fs := flag.NewFlagSet("proof", flag.ContinueOnError)
	who, reason := callerFlags(fs), fs.String("reason", "", "")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return wrong("one ID is wanted: desk:id, desk#index or a bare id")
	}
	out, err := ask(ctx, e, who, "/api/v1/records/"+url.PathEscape(rest[0])+"/proof?"+url.Values{"reason": {*reason}}.Encode())
	if err != nil {
		return err
	}
	_, err = e.out.Write(out)
	return err
}

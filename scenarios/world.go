package scenarios

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v4"

	"parley/api"
	"parley/cell"
	"parley/charter"
	"parley/desk"
	"parley/geo/notation"
	"parley/link"
	"parley/node"
)

//go:embed theatre.yaml *.txtar replays
var files embed.FS

// Names lists the stories that are built in: "cell", "replays/dez-2016", …
func Names() []string {
	var out []string
	_ = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".txtar") {
			out = append(out, strings.TrimSuffix(path, ".txtar"))
		}
		return err
	})
	return out
}

// Load reads a built-in story.
func Load(name string) (*Story, error) {
	b, err := files.ReadFile(name + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("no story is called %q; there are %s", name, strings.Join(Names(), ", "))
	}
	return Parse(name, b)
}

// Desks are the three of the exercise, in the order of their ports.
var desks = []string{"alpha", "bravo", "supervisor"}

// Setup makes a fresh cell of three desks below dir: keys, a charter for the
// theatre signed by all, settings and tokens. The directory must be empty or
// not be there. listen gives each desk's console address.
func Setup(dir string, head Head, listen func(desk string) string) (*cell.Charter, error) {
	if old, err := os.ReadDir(dir); err == nil && len(old) > 0 {
		return nil, fmt.Errorf("%s is not empty: name another directory, or remove it", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("set up the cell: %w", err)
	}
	theatre, name, err := theatreOf(head)
	if err != nil {
		return nil, fmt.Errorf("set up the cell: %w", err)
	}
	keys := map[string]*charter.Keys{}
	var public []charter.PublicDesk
	for _, d := range desks {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return nil, fmt.Errorf("set up the cell: %w", err)
		}
		k, err := charter.NewKeys(rand.Reader, name, d)
		if err != nil {
			return nil, fmt.Errorf("set up the cell: %w", err)
		}
		if err := k.SavePlain(filepath.Join(dir, d)); err != nil {
			return nil, fmt.Errorf("set up the cell: %w", err)
		}
		keys[d], public = k, append(public, k.Public())
	}
	note, err := charter.Draft(theatre, public, node.Modules().Templates()...)
	if err != nil {
		return nil, fmt.Errorf("set up the cell: %w", err)
	}
	for _, d := range desks {
		s, err := keys[d].Signer(charter.Root)
		if err != nil {
			return nil, fmt.Errorf("set up the cell: %w", err)
		}
		if note, err = charter.Sign(note, s); err != nil {
			return nil, fmt.Errorf("set up the cell: %w", err)
		}
	}
	if err := writeCell(dir, note, listen); err != nil {
		return nil, fmt.Errorf("set up the cell: %w", err)
	}
	return charter.Open(note)
}

// writeCell writes the charter to every desk, with links on free ports.
func writeCell(dir string, note []byte, listen func(string) string) error {
	addr := map[string][]string{}
	for _, d := range desks {
		at, err := free("127.0.0.1")
		if err != nil {
			return err
		}
		addr[d] = []string{at}
	}
	for _, path := range []string{dir, filepath.Join(dir, "alpha"), filepath.Join(dir, "bravo"), filepath.Join(dir, "supervisor")} {
		if err := os.WriteFile(filepath.Join(path, "charter.note"), note, 0o644); err != nil {
			return err
		}
	}
	for _, d := range desks {
		s := desk.Settings{Desk: d, Listen: listen(d), Link: desk.Link{Listen: addr[d][0], Dial: addr}}
		if err := desk.WriteSettings(filepath.Join(dir, d), s); err != nil {
			return err
		}
		if _, err := desk.Tokens(filepath.Join(dir, d)); err != nil {
			return err
		}
	}
	return nil
}

// theatreOf gives the built-in theatre with the story's changes, and the
// cell's name.
func theatreOf(head Head) ([]byte, string, error) {
	b, err := files.ReadFile("theatre.yaml")
	if err != nil {
		return nil, "", err
	}
	var top map[string]yaml.Node
	if err := yaml.Unmarshal(b, &top); err != nil {
		return nil, "", fmt.Errorf("theatre: %w", err)
	}
	for k, v := range head.Theatre {
		top[k] = v
	}
	name := top["cell"]
	if len(head.Theatre) == 0 {
		return b, name.Value, nil
	}
	b, err = yaml.Marshal(top)
	return b, name.Value, err
}

// Ports gives console addresses from a base address: the overview at the base,
// alpha, bravo and the supervisor at the three ports after it. A base port of 0
// takes free ports.
func Ports(base string) (func(desk string) string, error) {
	host, port, err := net.SplitHostPort(base)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", base, err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", base, err)
	}
	at := map[string]string{}
	for i, d := range desks {
		at[d] = net.JoinHostPort(host, strconv.Itoa(n+1+i))
		if n == 0 {
			if at[d], err = free(host); err != nil {
				return nil, err
			}
		}
	}
	return func(d string) string { return at[d] }, nil
}

// free gives an address that nobody listens on at this moment.
func free(host string) (string, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// World is a cell of three running desks.
type World struct {
	Dir     string
	Charter *cell.Charter
	Clock   *Clock
	Log     *slog.Logger

	// Serve makes the desks serve consoles; SignIn and Demo are handed to them.
	Serve   bool
	SignIn  func(desk string) func(secret string) (officer string, ok bool)
	Demo    api.Demo
	Borders func(d *desk.Desk) (desk.Borders, error) // nil: the desks have none
	Tick    time.Duration                            // real time between runs of the clocks; 0: the player runs them
	Memory  *link.Memory                             // joins the desks in memory instead of by mTLS; tests only

	written map[string]int64 // by channel: what had been written when the desks last settled
	mu      sync.Mutex
	running map[string]*running
	relays  map[string]*relay
	cuts    map[[2]string]bool
}

type running struct {
	*desk.Desk
	stop func()
}

// Start starts one desk.
func (w *World) Start(ctx context.Context, name string) error {
	w.mu.Lock()
	if w.running == nil {
		w.running, w.relays, w.cuts = map[string]*running{}, map[string]*relay{}, map[[2]string]bool{}
	}
	if w.relays[name] == nil {
		w.relays[name] = &relay{}
	}
	r := w.relays[name]
	w.mu.Unlock()
	cfg := desk.Config{Dir: filepath.Join(w.Dir, name), Now: w.Clock.Now, Log: w.Log, Rate: w.Clock.Rate, NoServe: !w.Serve, Demo: w.Demo, Carry: r.carry, Ceremony: true, Locate: notation.JSON, Borders: w.Borders}
	if w.SignIn != nil {
		cfg.SignIn = w.SignIn(name)
	}
	if w.Memory != nil {
		cfg.Transport = w.Memory.Transport(name)
	}
	d, err := desk.Open(ctx, cfg)
	if err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := d.Run(run, w.Tick); err != nil {
			w.Log.Error("desk ended", "desk", name, "err", err)
		}
	}()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running[name] = &running{d, sync.OnceFunc(func() {
		cancel()
		<-done
		d.Close()
	})}
	for pair := range w.cuts {
		if pair[0] == name {
			d.Links.Cut(pair[1])
		}
	}
	return nil
}

// Desk gives a running desk, nil when it is off.
func (w *World) Desk(name string) *desk.Desk {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r := w.running[name]; r != nil {
		return r.Desk
	}
	return nil
}

// Stop takes a desk off.
func (w *World) Stop(name string) {
	w.mu.Lock()
	r := w.running[name]
	delete(w.running, name)
	w.mu.Unlock()
	if r != nil {
		r.stop()
	}
}

// Close stops all desks.
func (w *World) Close() {
	for _, d := range desks {
		w.Stop(d)
	}
}

// Cut takes the link between two desks down; Restore brings it back.
func (w *World) Cut(a, b string) { w.joined(a, b, true) }

// Restore brings the link between two desks back.
func (w *World) Restore(a, b string) { w.joined(a, b, false) }

func (w *World) joined(a, b string, cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range [][2]string{{a, b}, {b, a}} {
		if cut {
			w.cuts[p] = true
		} else {
			delete(w.cuts, p)
		}
		r := w.running[p[0]]
		switch {
		case r == nil:
		case cut:
			r.Links.Cut(p[1])
		default:
			r.Links.Restore(p[1])
		}
	}
}

func (w *World) isCut(a, b string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cuts[[2]string{a, b}]
}

// StartAll starts the three desks and waits until their links are up.
func (w *World) StartAll(ctx context.Context) error {
	for _, d := range desks {
		if err := w.Start(ctx, d); err != nil {
			return err
		}
	}
	if err := w.Noticed(ctx); err != nil {
		return err
	}
	return w.Settle(ctx)
}

func (w *World) relayOf(name string) *relay {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.relays[name]
}

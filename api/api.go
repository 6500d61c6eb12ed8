package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"parley/cell"
	"parley/link"
	"parley/node"
	"parley/officer"
)

// Config is what the interface of one desk is made of.
type Config struct {
	Node    *node.Node
	Modules cell.Modules // their queries become GET /api/v1<Path>

	Links func() []link.PeerStatus // how the links stand; nil leaves out skew, round trip and evidence
	Rate  func() float64           // story seconds per real second; nil: always 1
	Web   http.Handler             // the console; nil: none is served
	Demo  Demo                     // the exercise's own controls; nil: their routes are not found

	// Acts are filed under the officer whose token or sign-in they come with, by
	// the officer's code, so that an act of two persons has two (INT-03).
	Officers func(code string) officer.Person // what an officer may do; nil: everything

	Tokens map[string]string                             // bearer token of an officer's tools → the officer's code; empty accepts none
	SignIn func(secret string) (officer string, ok bool) // takes a one-time link secret; nil accepts none

	Log     *slog.Logger // nil: nothing is logged
	Version string       // of the program, for the description
}

// Demo is a demonstration that runs around the desk. State is shown as JSON;
// Do takes one of the actions cut, restore, withhold, release and next, and
// its error is worded for people.
type Demo interface {
	State() any
	Do(ctx context.Context, action string) error
}

// host serves one desk.
type host struct {
	Config
	sessions *sessions
	spec     []byte
}

// New makes the handler that serves a desk: its interface, the journals it
// holds, its health and counts, and the console. It fails when the
// configuration lacks the node, two modules want the same path, or a token is
// empty or of an officer who has no code.
func New(cfg Config) (http.Handler, error) {
	if cfg.Node == nil {
		return nil, errors.New("serve desk: no node is given")
	}
	if err := checkQueries(cfg.Modules); err != nil {
		return nil, fmt.Errorf("serve desk: %w", err)
	}
	if err := checkTokens(cfg.Tokens); err != nil {
		return nil, fmt.Errorf("serve desk: %w", err)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Rate == nil {
		cfg.Rate = func() float64 { return 1 }
	}
	h := &host{Config: cfg, sessions: newSessions()}
	mux := http.NewServeMux()
	description := humago.New(mux, h.description())
	description.UseMiddleware(checkRight)
	h.routes(description)
	h.plainRoutes(mux, description.OpenAPI())
	if _, err := routeRights(description.OpenAPI()); err != nil {
		return nil, fmt.Errorf("serve desk: %w", err)
	}
	spec, err := encodeSpec(description.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("serve desk: %w", err)
	}
	h.spec = spec
	return h.outermost(mux), nil
}

// routes registers everything that speaks JSON both ways.
func (h *host) routes(api huma.API) {
	h.deskRoutes(api)
	h.matterRoutes(api)
	h.recordRoutes(api)
	h.actRoute(api)
	h.ceremonyRoutes(api)
	h.journalRoutes(api)
	h.queryRoutes(api)
	h.alarmRoutes(api)
	h.demoRoutes(api)
}

// now gives the desk's clock in milliseconds.
func (h *host) now() int64 { return h.Node.Now().UnixMilli() }

// checkTokens refuses what would let somebody in as nobody.
func checkTokens(tokens map[string]string) error {
	for token, officer := range tokens {
		if token == "" {
			return fmt.Errorf("the token of officer %q is empty", officer)
		}
		if !cell.IsWord(officer) {
			return fmt.Errorf("%q is not an officer's code", officer)
		}
	}
	return nil
}

package api

import (
	"context"
	"crypto/sha256"
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

	// Book says who works here. Acts are filed under the officer whose token or
	// sign-in they come with, by the officer's code, so that an act of two persons
	// has two (INT-03).
	Book   *officer.Book
	SignIn func(secret string) (officer string, ok bool) // takes an exercise's link; nil accepts none

	// Locate reads a place in any notation, with slips by the box around the
	// theatre, and gives it in all of them as JSON ([notation.JSON]); nil: the
	// desk reads none.
	Locate func(text string, south, west, north, east float64) ([]byte, error)

	Borders *Borders // to files of other systems; nil: none

	Pages *Pages // calls to this desk's officers; nil: it has no pager

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
	rights   []RouteRight // what every route wants
}

// New makes the handler that serves a desk: its interface, the journals it
// holds, its health and counts, and the console. It fails when the
// configuration lacks the node or the book, or two modules want the same path.
func New(cfg Config) (http.Handler, error) {
	if cfg.Node == nil {
		return nil, errors.New("serve desk: no node is given")
	}
	if cfg.Book == nil {
		return nil, errors.New("serve desk: no officers' book is given")
	}
	if err := checkQueries(cfg.Modules); err != nil {
		return nil, fmt.Errorf("serve desk: %w", err)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Rate == nil {
		cfg.Rate = func() float64 { return 1 }
	}
	h := &host{Config: cfg, sessions: &sessions{now: cfg.Book.Now, live: map[[sha256.Size]byte]*session{}}}
	mux := http.NewServeMux()
	description := humago.New(mux, h.description())
	description.UseMiddleware(checkRight)
	h.routes(description)
	h.plainRoutes(mux, description.OpenAPI())
	var err error
	if h.rights, err = routeRights(description.OpenAPI()); err != nil {
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
	h.approvalRoutes(api)
	h.journalRoutes(api)
	h.queryRoutes(api)
	h.geoRoute(api)
	h.alarmRoutes(api)
	h.restoreRoutes(api)
	h.pageRoutes(api)
	h.borderRoutes(api)
	h.demoRoutes(api)
	h.signInRoutes(api)
	h.enrolRoutes(api)
	h.sessionRoutes(api)
	h.officerRoutes(api)
	h.policyRoutes(api)
}

// now gives the desk's clock in milliseconds.
func (h *host) now() int64 { return h.Node.Now().UnixMilli() }

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/desk"
	"parley/officer"
)

// keeper keeps the list of officers, wherever it is.
type keeper interface {
	list(ctx context.Context) ([]officer.Officer, error)
	add(ctx context.Context, o officer.Officer) error
	change(ctx context.Context, o officer.Officer) error
	disable(ctx context.Context, code string) error
	enrol(ctx context.Context, code string, lost bool) (links []string, until time.Time, err error)
	token(ctx context.Context, code string, scope []cell.Right, until time.Time) (secret, id string, err error)
	tokens(ctx context.Context, code string) ([]officer.Token, error)
	revoke(ctx context.Context, code, id string) error
}

// keeperOf gives the running desk, or its book.
func keeperOf(ctx context.Context, dir string) (keeper, func(), error) {
	c, err := running(dir)
	if err != nil {
		return nil, nil, err
	}
	if c != nil && c.base != "http://desk" {
		return nil, nil, errors.New("the desk runs and has no socket of its own here: stop it, or use its console")
	}
	if c != nil {
		return atDesk{c}, c.close, nil
	}
	b, closeBook, err := desk.OpenBook(ctx, dir, officer.Config{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		return nil, nil, err
	}
	return inBook{b}, closeBook, nil
}

// atDesk is the running desk's list.
type atDesk struct{ c *client }

const officersPath = "/api/v1/officers"

func under(code string) string { return officersPath + "/" + url.PathEscape(code) }

func (k atDesk) list(ctx context.Context) ([]officer.Officer, error) {
	out, err := k.c.call(ctx, http.MethodGet, officersPath, nil)
	if err != nil {
		return nil, err
	}
	var a struct {
		Officers []officer.Officer `json:"officers"`
	}
	return a.Officers, json.Unmarshal(out, &a)
}

func (k atDesk) put(ctx context.Context, path string, o officer.Officer, withCode bool) error {
	body := map[string]any{"name": o.Name, "roles": o.Roles, "baskets": o.Baskets, "all": o.All, "languages": o.Languages, "disabled": o.Disabled}
	if withCode {
		body["code"] = o.Code
	}
	_, err := k.c.call(ctx, http.MethodPost, path, body)
	return err
}

func (k atDesk) add(ctx context.Context, o officer.Officer) error {
	return k.put(ctx, officersPath, o, true)
}

func (k atDesk) change(ctx context.Context, o officer.Officer) error {
	return k.put(ctx, under(o.Code)+"/change", o, false)
}

func (k atDesk) disable(ctx context.Context, code string) error {
	_, err := k.c.call(ctx, http.MethodPost, under(code)+"/disable", nil)
	return err
}

func (k atDesk) enrol(ctx context.Context, code string, lost bool) (links []string, until time.Time, err error) {
	out, err := k.c.call(ctx, http.MethodPost, under(code)+"/enrol", map[string]bool{"take_back": lost})
	if err != nil {
		return nil, until, err
	}
	var a struct {
		Links []string `json:"links"`
		Until int64    `json:"until"`
	}
	err = json.Unmarshal(out, &a)
	return a.Links, time.UnixMilli(a.Until), err
}

func (k atDesk) token(ctx context.Context, code string, scope []cell.Right, until time.Time) (secret, id string, err error) {
	body := map[string]any{"until": until.UnixMilli()}
	if scope != nil {
		body["scope"] = scope
	}
	out, err := k.c.call(ctx, http.MethodPost, under(code)+"/tokens", body)
	if err != nil {
		return "", "", err
	}
	var a struct {
		Token string `json:"token"`
		ID    string `json:"id"`
	}
	err = json.Unmarshal(out, &a)
	return a.Token, a.ID, err
}

func (k atDesk) tokens(ctx context.Context, code string) ([]officer.Token, error) {
	out, err := k.c.call(ctx, http.MethodGet, under(code)+"/tokens", nil)
	if err != nil {
		return nil, err
	}
	var a struct {
		Tokens []officer.Token `json:"tokens"`
	}
	return a.Tokens, json.Unmarshal(out, &a)
}

func (k atDesk) revoke(ctx context.Context, code, id string) error {
	_, err := k.c.call(ctx, http.MethodDelete, under(code)+"/tokens/"+url.PathEscape(id), nil)
	return err
}

// inBook is the list of a desk that does not run.
type inBook struct{ *officer.Book }

func (k inBook) list(ctx context.Context) ([]officer.Officer, error) { return k.List(ctx) }

func (k inBook) add(ctx context.Context, o officer.Officer) error {
	return k.Add(ctx, o, officer.Local)
}

func (k inBook) change(ctx context.Context, o officer.Officer) error {
	return k.Change(ctx, o, officer.Local)
}

func (k inBook) disable(ctx context.Context, code string) error {
	return k.Disable(ctx, code, officer.Local)
}

func (k inBook) enrol(ctx context.Context, code string, lost bool) (links []string, until time.Time, err error) {
	if lost {
		if err := k.TakeBack(ctx, code, officer.Local); err != nil {
			return nil, until, err
		}
	}
	secret, until, err := k.Enrol(ctx, code, officer.Local)
	for _, origin := range k.Origins {
		links = append(links, origin+"/enrol#"+secret)
	}
	return links, until, err
}

func (k inBook) token(ctx context.Context, code string, scope []cell.Right, until time.Time) (secret, id string, err error) {
	secret, t, err := k.Token(ctx, code, scope, until, officer.Local)
	return secret, t.ID, err
}

func (k inBook) tokens(_ context.Context, code string) ([]officer.Token, error) {
	return k.Tokens(code)
}

func (k inBook) revoke(ctx context.Context, code, id string) error {
	return k.Revoke(ctx, code, id, officer.Local)
}

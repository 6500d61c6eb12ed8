package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/officer"
)

// What an administrator does with the list of officers (SEC-08). Each route
// wants RightOfficers; nobody changes their own roles.

type officerBody struct {
	Code      string   `json:"code,omitempty" doc:"A short lower-case word that stands in records for ever; no name"`
	Name      string   `json:"name,omitempty" doc:"Stays at this desk"`
	Roles     []string `json:"roles,omitempty"`
	Baskets   []string `json:"baskets,omitempty"`
	All       bool     `json:"all,omitempty" doc:"Every basket"`
	Languages []string `json:"languages,omitempty"`
	Disabled  bool     `json:"disabled,omitempty"`
}

type officersOutput struct {
	Body struct {
		Officers []officer.Officer `json:"officers"`
	}
}

type officerOutput struct{ Body officer.Officer }

type codeInput struct {
	Code string `path:"code"`
}

// codeBodyInput is bodyInput under one officer.
type codeBodyInput struct {
	Code        string `path:"code"`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"application/json"`
}

func (in *codeBodyInput) body() *bodyInput { return &bodyInput{in.ContentType, in.RawBody} }

type enrolAskBody struct {
	TakeBack bool `json:"take_back,omitempty" doc:"Void the officer's keys, codes and tokens first: they are lost, or somebody saw them"`
}

type linkOutput struct {
	Body struct {
		Secret string   `json:"secret" doc:"Shown once; good once, until the time given"`
		Until  int64    `json:"until"`
		Links  []string `json:"links" doc:"Where the officer enrols"`
	}
}

type tokenBody struct {
	Scope []cell.Right `json:"scope,omitempty" doc:"What it is good for at most; left out: all that the officer's roles grant"`
	Until int64        `json:"until,omitempty" doc:"UTC milliseconds, within a year; default: 30 days on"`
}

type tokenOutput struct {
	Body struct {
		officer.Token
		Secret string `json:"token" doc:"The bearer token; shown once"`
	}
}

type tokensOutput struct {
	Body struct {
		Tokens []officer.Token `json:"tokens"`
	}
}

type tokenInput struct {
	Code string `path:"code"`
	ID   string `path:"id"`
}

type logInput struct {
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"200"`
}

type logOutput struct {
	Body struct {
		Events []officer.Event `json:"events"`
	}
}

const tokenFor = 30 * 24 * time.Hour

func (h *host) officerRoutes(api huma.API) {
	admin := func(method, path, id, summary string, status int) huma.Operation {
		op := operation(method, path, id, summary, cell.RightOfficers)
		op.Tags, op.DefaultStatus = []string{"officers"}, status
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusConflict)
		return op
	}
	const list, one = "/api/v1/officers", "/api/v1/officers/{code}"
	huma.Register(api, admin(http.MethodGet, list, "list-officers", "The officers of this desk, and how each can sign in", http.StatusOK), h.officers)
	bodied[officerBody](api, admin(http.MethodPost, list, "add-officer", "Take an officer into the list", http.StatusCreated), "Officer", h.addOfficer)
	register[officerBody](api, admin(http.MethodPost, one+"/change", "change-officer", "Give an officer other roles, baskets or languages, or another name; what is left out stays", http.StatusOK), "Officer", h.changeOfficer)
	huma.Register(api, admin(http.MethodPost, one+"/disable", "disable-officer", "Put an officer out at once", http.StatusNoContent), h.disableOfficer)
	register[enrolAskBody](api, admin(http.MethodPost, one+"/enrol", "enrol-officer", "Make a one-time link with which an officer enrols", http.StatusOK), "EnrolOfficer", h.enrolOfficer)
	huma.Register(api, admin(http.MethodGet, one+"/tokens", "list-tokens", "An officer's tokens, without the tokens", http.StatusOK), h.tokens)
	register[tokenBody](api, admin(http.MethodPost, one+"/tokens", "make-token", "Make a bearer token for an officer's tools", http.StatusCreated), "MakeToken", h.makeToken)
	huma.Register(api, admin(http.MethodDelete, one+"/tokens/{id}", "revoke-token", "End a token at once", http.StatusNoContent), h.revokeToken)
	log := operation(http.MethodGet, "/api/v1/log", "get-log", "The desk's own log: who signed in, what was refused, what administrators did; newest first", cell.RightLog)
	log.Errors = append(log.Errors, http.StatusForbidden)
	huma.Register(api, log, h.log)
}

// register is bodied for a route under one officer.
func register[T, O any](api huma.API, op huma.Operation, name string, run func(context.Context, *codeBodyInput) (*O, error)) {
	op.MaxBodyBytes, op.BodyReadTimeout = maxSignIn, 30*time.Second
	op.SkipValidateBody = true
	op.Errors = append(op.Errors, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	huma.Register(api, op, run)
	describeBody[T](api, op, name)
}

func (h *host) officers(ctx context.Context, _ *struct{}) (*officersOutput, error) {
	list, err := h.Book.List(ctx)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &officersOutput{}
	out.Body.Officers = list
	return out, nil
}

func (h *host) addOfficer(ctx context.Context, in *bodyInput) (*officerOutput, error) {
	g, err := readBody[officerBody](h, ctx, in)
	if err != nil {
		return nil, err
	}
	o := officer.Officer{Code: g.Code, Name: g.Name, Roles: g.Roles, Baskets: g.Baskets, All: g.All, Languages: g.Languages, Disabled: g.Disabled}
	if err := h.Book.Add(ctx, o, person(ctx).Code); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return h.officerNow(ctx, g.Code)
}

func (h *host) officerNow(ctx context.Context, code string) (*officerOutput, error) {
	o, err := h.Book.Find(code)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return &officerOutput{o}, nil
}

// aboutOther lets an administrator act on another officer.
func (h *host) aboutOther(ctx context.Context, code string) error {
	if code == person(ctx).Code {
		return newProblem(http.StatusForbidden, "nobody changes what they themselves may do; another administrator does, or the desk's socket")
	}
	return nil
}

func (h *host) changeOfficer(ctx context.Context, in *codeBodyInput) (*officerOutput, error) {
	if err := h.aboutOther(ctx, in.Code); err != nil {
		return nil, err
	}
	was, err := h.Book.Find(in.Code)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	change := struct {
		Name      *string  `json:"name"`
		Roles     []string `json:"roles"`
		Baskets   []string `json:"baskets"`
		All       *bool    `json:"all"`
		Languages []string `json:"languages"`
		Disabled  *bool    `json:"disabled"`
	}{&was.Name, was.Roles, was.Baskets, &was.All, was.Languages, &was.Disabled}
	if err := into(h, ctx, in.body(), &change); err != nil {
		return nil, err
	}
	was.Roles, was.Baskets, was.Languages = change.Roles, change.Baskets, change.Languages
	if err := h.Book.Change(ctx, was, person(ctx).Code); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return h.officerNow(ctx, in.Code)
}

func (h *host) disableOfficer(ctx context.Context, in *codeInput) (*struct{}, error) {
	if err := h.aboutOther(ctx, in.Code); err != nil {
		return nil, err
	}
	if err := h.Book.Disable(ctx, in.Code, person(ctx).Code); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return nil, nil
}

func (h *host) enrolOfficer(ctx context.Context, in *codeBodyInput) (*linkOutput, error) {
	g, err := readBody[enrolAskBody](h, ctx, in.body())
	if err != nil {
		return nil, err
	}
	by := person(ctx).Code
	if g.TakeBack {
		if err := h.Book.TakeBack(ctx, in.Code, by); err != nil {
			return nil, h.problem(ctx, err, nil)
		}
		h.sessions.endOf(in.Code)
	}
	secret, until, err := h.Book.Enrol(ctx, in.Code, by)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &linkOutput{}
	out.Body.Secret, out.Body.Until, out.Body.Links = secret, until.UnixMilli(), []string{}
	for _, origin := range h.Book.Origins {
		out.Body.Links = append(out.Body.Links, origin+"/enrol#"+secret)
	}
	return out, nil
}

// endOf ends an officer's sessions.
func (s *sessions) endOf(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, x := range s.live {
		if x.officer == code {
			delete(s.live, key)
		}
	}
}

func (h *host) tokens(ctx context.Context, in *codeInput) (*tokensOutput, error) {
	list, err := h.Book.Tokens(in.Code)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &tokensOutput{}
	out.Body.Tokens = list
	return out, nil
}

func (h *host) makeToken(ctx context.Context, in *codeBodyInput) (*tokenOutput, error) {
	g, err := readBody[tokenBody](h, ctx, in.body())
	if err != nil {
		return nil, err
	}
	until := h.Book.Now().Add(tokenFor)
	if g.Until != 0 {
		until = time.UnixMilli(g.Until)
	}
	out := &tokenOutput{}
	out.Body.Secret, out.Body.Token, err = h.Book.Token(ctx, in.Code, g.Scope, until, person(ctx).Code)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return out, nil
}

func (h *host) revokeToken(ctx context.Context, in *tokenInput) (*struct{}, error) {
	if err := h.Book.Revoke(ctx, in.Code, in.ID, person(ctx).Code); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return nil, nil
}

func (h *host) log(ctx context.Context, in *logInput) (*logOutput, error) {
	events, err := h.Book.Log(ctx, in.Limit)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &logOutput{}
	out.Body.Events = events
	return out, nil
}

package api

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/officer"
)

// sessionAnswer is who is signed in, and how this console can be signed in at.
type sessionAnswer struct {
	Desk        string       `json:"desk" doc:"Whose console this is"`
	Cell        string       `json:"cell"`
	State       string       `json:"state" enum:"none,open,locked"`
	Officer     string       `json:"officer" doc:"The officer's code; empty when nobody is signed in"`
	Name        string       `json:"name" doc:"The officer's name, which stays at this desk"`
	Roles       []string     `json:"roles"`
	Rights      []cell.Right `json:"rights"`
	Baskets     []string     `json:"baskets"`
	All         bool         `json:"all" doc:"Every basket"`
	How         string       `json:"how" doc:"How they signed in: passkey, code, link, token"`
	Key         bool         `json:"key" doc:"The officer has a key for this console, and can approve with it"`
	LockAfterMS int64        `json:"lock_after_ms" doc:"Without a touch or an act the session locks after this; 0: never"`
	BrokenUntil int64        `json:"broken_until" doc:"Until when break-glass is in force, 0 when it is not"`
	Ways        []string     `json:"ways" doc:"How this console can be signed in at: passkey, code, link"`
	Exercise    bool         `json:"exercise"`
}

type sessionOutput struct{ Body sessionAnswer }

type reasonBody struct {
	Reason string `json:"reason" doc:"Why, in a few words, for the desk's own log; no content"`
}

func (h *host) sessionRoutes(api huma.API) {
	huma.Register(api, openTo(operation(http.MethodGet, "/api/v1/session", "get-session", "Who is signed in, with which rights, and how this console can be signed in at", anyone)), h.session)
	touch := operation(http.MethodPost, "/api/v1/session/touch", "touch-session", "The officer is at work: the session does not lock", signedIn)
	lock := operation(http.MethodPost, "/api/v1/session/lock", "lock-session", "Lock the session; the same officer's sign-in opens it", signedIn)
	glass := operation(http.MethodPost, "/api/v1/session/break-glass", "break-glass", "Take every right but those over officers and keys, and every basket, for an hour; the desk alarms and notes it", cell.RightRead)
	for _, op := range []*huma.Operation{&touch, &lock, &glass} {
		op.DefaultStatus = http.StatusNoContent
		op.Errors = append(op.Errors, http.StatusForbidden, http.StatusConflict)
	}
	huma.Register(api, touch, h.touch)
	huma.Register(api, lock, h.lock)
	bodied[reasonBody](api, glass, "BreakGlass", h.breakGlass)
}

func (h *host) session(ctx context.Context, _ *struct{}) (*sessionOutput, error) {
	v := visitor(ctx)
	a := sessionAnswer{Desk: h.Node.Desk(), Cell: h.Node.Charter().Cell, State: v.state, Roles: []string{}, Rights: []cell.Right{}, Baskets: []string{}, Exercise: h.Node.Charter().Status == cell.Exercise, Ways: h.ways()}
	if v.state == stateNone {
		return &sessionOutput{a}, nil
	}
	p := v.person
	a.Officer, a.How, a.Key = p.Code, v.how, h.Book.HasKey(p.Code)
	if o, err := h.Book.Find(p.Code); err == nil {
		a.Name = o.Name
	}
	if v.value == "" {
		a.How = p.Via
	}
	if v.how == byKey || v.how == byCode {
		a.LockAfterMS = lockAfter.Milliseconds()
	}
	if v.state == stateOpen {
		a.Roles, a.Baskets, a.All = append(a.Roles, p.Roles...), append(a.Baskets, p.Baskets...), p.All
		a.Rights = append(a.Rights, p.Rights()...)
		if p.Broken {
			a.BrokenUntil = v.broken.UnixMilli()
		}
	}
	return &sessionOutput{a}, nil
}

func (h *host) ways() []string {
	ways := []string{}
	if h.Book.RPID != "" {
		ways = append(ways, byKey)
	}
	ways = append(ways, byCode)
	if h.SignIn != nil {
		ways = append(ways, byLink)
	}
	return ways
}

// ofSession refuses what only a browser's session has.
func ofSession(v visit) error {
	if v.value == "" {
		return newProblem(http.StatusConflict, "this is of a session, and a token or the desk's socket has none")
	}
	return nil
}

// touch needs do nothing: an act that the guard lets through touches.
func (h *host) touch(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, ofSession(visitor(ctx))
}

func (h *host) lock(ctx context.Context, _ *struct{}) (*struct{}, error) {
	v := visitor(ctx)
	if err := ofSession(v); err != nil {
		return nil, err
	}
	if v.how == byLink {
		return nil, newProblem(http.StatusConflict, "an exercise's link cannot open a lock, so its sessions have none; sign out instead")
	}
	h.sessions.change(v.value, func(s *session) { s.locked = true })
	h.note(ctx, officer.Event{Kind: officer.Locked, Officer: v.officer, Where: v.from, Detail: "by hand"})
	return nil, nil
}

// breakGlass is for who sees content already: an administrator or a security
// officer, who do not, cannot make themselves ones who do.
func (h *host) breakGlass(ctx context.Context, in *bodyInput) (*struct{}, error) {
	g, err := readBody[reasonBody](h, ctx, in)
	if err != nil {
		return nil, err
	}
	v := visitor(ctx)
	if err := ofSession(v); err != nil {
		return nil, err
	}
	g.Reason = strings.TrimSpace(g.Reason)
	if n := utf8.RuneCountInString(g.Reason); n < 10 || n > 150 {
		return nil, h.problem(ctx, cell.Invalidf("/body/reason", "a reason has 10 to 150 characters"), nil)
	}
	until := h.sessions.now().Add(brokenFor)
	if err := h.Book.Note(ctx, officer.Event{Kind: officer.Broke, Officer: v.officer, Where: v.from, Detail: g.Reason}); err != nil {
		return nil, h.problem(ctx, err, nil) // what is not noted is not given
	}
	h.sessions.change(v.value, func(s *session) { s.broken = until })
	return nil, nil
}

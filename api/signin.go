package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
	"parley/officer"
)

// maxSignIn is how large the body of a sign-in may be.
const maxSignIn = 64 << 10

// bodyInput is a body that is read strictly by the route itself.
type bodyInput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"application/json"`
}

// readBody reads a route's body strictly; an empty one is an empty object.
func readBody[T any](h *host, ctx context.Context, in *bodyInput) (v T, err error) {
	return v, into(h, ctx, in, &v)
}

// into reads a route's body strictly over what is there: members that are left
// out stay.
func into(h *host, ctx context.Context, in *bodyInput, v any) error {
	return h.read(ctx, in.ContentType, in.RawBody, v)
}

// read reads a body strictly; an empty one is an empty object.
func (h *host) read(ctx context.Context, contentType string, raw []byte, v any) error {
	if err := wantJSON(contentType); err != nil {
		return err
	}
	if len(raw) == 0 {
		raw = []byte("{}")
	}
	if err := cell.UnmarshalStrict(raw, v); err != nil {
		return h.problem(ctx, err, nil)
	}
	return nil
}

// bodied is a route whose body is read by the route itself, and described by
// a type.
func bodied[T, O any](api huma.API, op huma.Operation, name string, run func(context.Context, *bodyInput) (*O, error)) {
	op.MaxBodyBytes, op.BodyReadTimeout = maxSignIn, 30*time.Second
	op.SkipValidateBody = true
	op.Errors = append(op.Errors, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusTooManyRequests)
	huma.Register(api, op, run)
	describeBody[T](api, op, name)
}

func describeBody[T any](api huma.API, op huma.Operation, name string) {
	doc := api.OpenAPI()
	schema := doc.Components.Schemas.Schema(reflect.TypeFor[T](), true, name)
	body := doc.Paths[op.Path].Post.RequestBody
	body.Content["application/json"].Schema, body.Required = schema, false
}

// refusal answers a sign-in that is not taken: 401 without a reason, or 429
// with the time to wait.
func (h *host) refusal(ctx context.Context, err error) error {
	if w, ok := errors.AsType[*officer.Wait](err); ok {
		return huma.ErrorWithHeaders(newProblem(http.StatusTooManyRequests, err.Error()), http.Header{"Retry-After": {strconv.FormatInt(w.Seconds(), 10)}})
	}
	if errors.Is(err, officer.ErrRefused) {
		if err.Error() != officer.ErrRefused.Error() {
			h.Log.Error("a refusal was not noted", "err", err)
		}
		return newProblem(http.StatusUnauthorized, "this was refused; the desk's administrator can give a new link")
	}
	return h.problem(ctx, err, nil)
}

// credentialBody is how a key's answer is described: PublicKeyCredential.toJSON.
type credentialBody struct {
	Credential map[string]any `json:"credential,omitempty" doc:"PublicKeyCredential.toJSON() of the browser (WebAuthn Level 3)"`
	Officer    string         `json:"officer,omitempty" doc:"The officer's code, when they sign in without a key"`
	Passphrase string         `json:"passphrase,omitempty"`
	Code       string         `json:"code,omitempty" doc:"Six digits of the authenticator app"`
}

type given struct {
	Credential jsontext.Value `json:"credential"`
	Officer    string         `json:"officer"`
	Passphrase string         `json:"passphrase"`
	Code       string         `json:"code"`
}

type askBody struct {
	Officer string `json:"officer,omitempty" doc:"Not looked at, but for whose session is locked: nobody learns here who has a key"`
}

type optionsOutput struct {
	Body struct {
		PublicKey any `json:"publicKey" doc:"For navigator.credentials (WebAuthn Level 3, 5.1.8 and 5.1.9)"`
	}
}

// cookieOutput is an answer without content that may begin or end a session.
type cookieOutput struct {
	SetCookie string `header:"Set-Cookie"`
}

func (h *host) signInRoutes(api huma.API) {
	begin := operation(http.MethodPost, "/api/v1/signin/begin", "begin-sign-in", "Ask for an officer's key", anyone)
	bodied[askBody](api, openTo(begin), "AskKey", h.beginSignIn)
	finish := operation(http.MethodPost, "/api/v1/signin/finish", "finish-sign-in", "Sign in with a key's answer, or with passphrase and code; the session begins", anyone)
	finish.DefaultStatus = http.StatusNoContent
	bodied[credentialBody](api, openTo(finish), "SignIn", h.finishSignIn)
	out := operation(http.MethodPost, "/api/v1/signout", "sign-out", "End the session", anyone)
	out.DefaultStatus = http.StatusNoContent
	huma.Register(api, openTo(out), h.signOut)
}

// openTo describes a route that is for everybody.
func openTo(op huma.Operation) huma.Operation {
	op.Security = []map[string][]string{}
	return op
}

func (h *host) beginSignIn(ctx context.Context, in *bodyInput) (*optionsOutput, error) {
	if _, err := readBody[askBody](h, ctx, in); err != nil {
		return nil, err
	}
	v := visitor(ctx)
	o, err := h.Book.BeginSignIn(ctx, v.officer, v.from)
	if err != nil {
		return nil, h.refusal(ctx, err)
	}
	out := &optionsOutput{}
	out.Body.PublicKey = o.PublicKey
	return out, nil
}

func (h *host) finishSignIn(ctx context.Context, in *bodyInput) (*cookieOutput, error) {
	g, err := readBody[given](h, ctx, in)
	if err != nil {
		return nil, err
	}
	v, code, how := visitor(ctx), g.Officer, byCode
	if len(g.Credential) > 0 {
		how = byKey
		code, err = h.Book.FinishSignIn(ctx, g.Credential, v.from)
	} else {
		err = h.Book.SignInCode(ctx, g.Officer, g.Passphrase, g.Code, v.from)
	}
	if err != nil {
		return nil, h.refusal(ctx, err)
	}
	return h.begin(v, code, how), nil
}

// begin makes a session and ends the one that the browser had: a value that
// somebody saw or planted before opens nothing after (session fixation). Whose
// lock is opened keeps what was in force.
func (h *host) begin(v visit, code, how string) *cookieOutput {
	value := h.sessions.begin(code, v.from, how)
	if v.value != "" {
		if v.officer == code {
			h.sessions.change(value, func(s *session) { s.broken = v.broken })
		}
		h.sessions.end(v.value)
	}
	return &cookieOutput{h.cookieFor(value, v.secure, http.SameSiteStrictMode).String()}
}

func (h *host) cookieFor(value string, secure bool, same http.SameSite) *http.Cookie {
	return &http.Cookie{Name: h.cookie(secure), Value: value, Path: "/", MaxAge: int(sessionLife / time.Second),
		HttpOnly: true, SameSite: same, Secure: secure}
}

func (h *host) signOut(ctx context.Context, _ *struct{}) (*cookieOutput, error) {
	v := visitor(ctx)
	if v.value != "" {
		h.sessions.end(v.value)
		h.note(ctx, officer.Event{Kind: officer.SignedOut, Officer: v.officer, Where: v.from})
	}
	gone := h.cookieFor("", v.secure, http.SameSiteStrictMode)
	gone.MaxAge = -1
	return &cookieOutput{gone.String()}, nil
}

// signIn trades an exercise's one-time secret for a session and goes to the
// console. Only GET does it: a program that looks at a link with HEAD must not
// use it up.
func (h *host) signIn(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		onlyGet(w, r)
		return
	}
	ctx := r.Context()
	v := h.visitOf(r)
	code, err := h.byLink(ctx, r.URL.Query().Get("t"), v.from)
	if err != nil {
		if wait, ok := errors.AsType[*officer.Wait](err); ok {
			w.Header().Set("Retry-After", strconv.FormatInt(wait.Seconds(), 10))
			writeProblem(w, newProblem(http.StatusTooManyRequests, err.Error()))
			return
		}
		writeProblem(w, newProblem(http.StatusUnauthorized, "this sign-in link is used up or was never given; ask the desk for a new one"))
		return
	}
	if v.value != "" {
		h.sessions.end(v.value)
	}
	c := h.cookieFor(h.sessions.begin(code, v.from, byLink), v.secure, http.SameSiteLaxMode) // a link is followed from elsewhere
	http.SetCookie(w, c)
	if h.Demo != nil {
		c.Name, c.SameSite, c.Secure, c.Partitioned = h.framed(), http.SameSiteNoneMode, true, true
		http.SetCookie(w, c)
	}
	to := "/"
	if r.URL.Query().Has("look") { // look on without taking the watch
		to = "/?look=1"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// byLink looks at an exercise's link.
func (h *host) byLink(ctx context.Context, secret, from string) (code string, err error) {
	if err := h.Book.MayTry(from); err != nil {
		return "", err
	}
	known := secret != "" && h.SignIn != nil
	if known {
		code, known = h.SignIn(secret)
	}
	if known {
		_, err = h.Book.Person(ctx, code, officer.BySession)
	}
	if !known || err != nil {
		return "", h.Book.Refuse(ctx, officer.Event{Officer: code, Where: from, Detail: "a sign-in link of an exercise"})
	}
	h.note(ctx, officer.Event{Kind: officer.SignedIn, Officer: code, Where: from, Detail: "an exercise's link"})
	return code, nil
}

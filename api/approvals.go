package api

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"

	"parley/cell"
	"parley/node"
	"parley/officer"
)

const (
	proposalsPath = "/api/v1/proposals"
	approvalsPath = "/api/v1/approvals"
)

// proposalBody is a proposal as the description words it.
type proposalBody struct {
	What   string         `json:"what" enum:"release,export,list,charter,key"`
	Act    map[string]any `json:"act" doc:"release: an act as POST /api/v1/records takes it; export: {\"record\": \"desk#index\"}; list: {\"list\": \"protection\"}"`
	Reason string         `json:"reason"`
	Until  int64          `json:"until,omitempty" doc:"UTC milliseconds; default: a day from now"`
}

type proposalGiven struct {
	What   string         `json:"what"`
	Act    jsontext.Value `json:"act"`
	Reason string         `json:"reason"`
	Until  int64          `json:"until"`
}

// approvalBody is an approval as the description words it.
type approvalBody struct {
	Of        string         `json:"of" doc:"The key of the proposal, or of the draft that act releases"`
	Assertion map[string]any `json:"assertion,omitempty" doc:"PublicKeyCredential.toJSON() of the officer's key over the challenge; none: an exercise's officer who has no key"`
	Act       map[string]any `json:"act,omitempty" doc:"Of a draft: the act that releases it, as POST /api/v1/records takes it"`
}

type approvalGiven struct {
	Of        string         `json:"of"`
	Assertion jsontext.Value `json:"assertion"`
	Act       jsontext.Value `json:"act"`
}

type rawInput struct {
	Key         string `header:"Idempotency-Key" doc:"Of a proposal: the same key of the same officer proposes once; an approval is once by itself"`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"application/json"`
}

type proposalsOutput struct {
	Body struct {
		Proposals []node.ProposalView `json:"proposals"`
	}
}

type askedOutput struct {
	Body struct {
		Commitment string `json:"commitment" doc:"What is approved: an entry of this desk's journal, hex"`
		Challenge  string `json:"challenge" doc:"What the key signs, hex; docs/formats/approval.md says of what it is made"`
		PublicKey  any    `json:"publicKey,omitempty" doc:"For navigator.credentials.get (WebAuthn Level 3, 5.1.8); none: this officer has no key"`
	}
}

type approvedOutput struct {
	Body struct {
		Approval filed  `json:"approval"`
		Act      *filed `json:"act" doc:"What was filed; null: the approval stands, and another part of the desk acts on it"`
		Again    bool   `json:"again"`
	}
}

type withdrawInput struct {
	Key         string `path:"key" doc:"The proposal's key"`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"application/json"`
}

type withdrawBody struct {
	Reason []cell.Free `json:"reason,omitempty"`
}

// approvalRoutes are for acts of two persons: propose, look, approve, take out.
func (h *host) approvalRoutes(api huma.API) {
	op := operation(http.MethodPost, proposalsPath, "propose", "Ask a second officer of this desk for an act of two persons; nothing is done yet", signedIn)
	op.DefaultStatus = http.StatusCreated
	rawRoute[proposalBody](api, op, "Proposal", h.propose)
	huma.Register(api, operation(http.MethodGet, proposalsPath, "list-proposals", "Proposals, newest first: whether you may approve each, and why not", signedIn), h.proposals)
	rawRoute[approvalBody](api, operation(http.MethodPost, approvalsPath+"/begin", "begin-approval", "Ask your key about a proposal or a draft", signedIn), "AskApproval", h.beginApproval)
	op = operation(http.MethodPost, approvalsPath, "approve", "Approve what another officer proposed or drafted; the act is filed with it", signedIn)
	op.DefaultStatus = http.StatusCreated
	rawRoute[approvalBody](api, op, "Approval", h.approve)
	op = operation(http.MethodPost, proposalsPath+"/{key}/withdraw", "withdraw-proposal", "Take a proposal back, or refuse it", signedIn)
	op.SkipValidateBody = true
	huma.Register(api, op, h.withdraw)
	op = operation(http.MethodPost, proposalsPath+"/{key}/take", "take-approved", "Take out, once, the proof or the list that two officers approved", signedIn)
	op.SkipValidateBody = true
	op.Responses = map[string]*huma.Response{"200": {Description: "The file",
		Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
	huma.Register(api, op, h.take)
}

// rawRoute is a route whose body is read strictly by itself.
func rawRoute[T, O any](api huma.API, op huma.Operation, name string, run func(context.Context, *rawInput) (*O, error)) {
	op.MaxBodyBytes, op.BodyReadTimeout = maxAct, 30*time.Second
	op.SkipValidateBody = true
	op.Errors = append(op.Errors, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	huma.Register(api, op, run)
	doc := api.OpenAPI()
	doc.Paths[op.Path].Post.RequestBody.Content["application/json"].Schema = doc.Components.Schemas.Schema(reflect.TypeFor[T](), true, name)
}

// readRaw reads a body strictly; an empty one is an empty object.
func readRaw[T any](h *host, ctx context.Context, contentType string, raw []byte) (v T, err error) {
	return v, h.read(ctx, contentType, raw, &v)
}

// keyOf reads the key of a matter at a place of a request.
func (h *host) keyOf(ctx context.Context, at, key string) (cell.Ref, error) {
	ref, err := cell.ParseRef(key)
	if err != nil {
		return ref, h.problem(ctx, cell.Invalidf(at, "%v", err), nil)
	}
	return ref, nil
}

// hand gives the officer behind a request in a role that has one of some rights;
// the refusal names the first right, and nothing that was asked for.
func hand(ctx context.Context, rights ...cell.Right) (cell.By, error) {
	p := person(ctx)
	for _, r := range rights {
		if role, ok := p.RoleFor(r); ok {
			return cell.By{Officer: p.Code, Role: role}, nil
		}
	}
	return cell.By{}, missing(rights[0])
}

func (h *host) propose(ctx context.Context, in *rawInput) (*filedOutput, error) {
	g, err := readRaw[proposalGiven](h, ctx, in.ContentType, in.RawBody)
	if err != nil {
		return nil, err
	}
	rights := []cell.Right{cell.RightDraft}
	if g.What == cell.WhatCharter || g.What == cell.WhatKey {
		rights = []cell.Right{cell.RightKeys}
	}
	by, err := hand(ctx, rights...)
	if err != nil {
		return nil, err
	}
	if g.What == cell.WhatRelease {
		if _, a, err := node.ReadAct(g.Act); err != nil {
			return nil, h.problem(ctx, underAct(err), nil)
		} else if err := h.mayFile(a); err != nil {
			return nil, h.problem(ctx, err, nil)
		}
	}
	key, err := actKey(by.Officer, in.Key)
	if err != nil {
		return nil, err
	}
	f, err := h.Node.Propose(ctx, node.Proposal{What: g.What, Act: g.Act, Reason: g.Reason, Until: g.Until, By: by, Key: key})
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return &filedOutput{Location: proposalsPath, Body: shown(f)}, nil
}

// underAct places the faults of an act within the request that it stands in.
func underAct(err error) error {
	if inv, ok := errors.AsType[*cell.Invalid](err); ok {
		return &cell.Invalid{At: "/act" + inv.At, Why: inv.Why, Fault: inv.Fault}
	}
	return err
}

func shown(f node.Filed) filed {
	return filed{f.Ref.String(), f.Cite.String(), f.Ref.ID, f.Serial, f.At, f.Commitment, f.Again}
}

func (h *host) proposals(ctx context.Context, _ *struct{}) (*proposalsOutput, error) {
	p := person(ctx)
	list, err := h.Node.Proposals(ctx, p.Code, p.May, p.Sees)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &proposalsOutput{}
	out.Body.Proposals = list
	return out, nil
}

// beginApproval says what is approved, and asks the officer's key when they have
// one.
func (h *host) beginApproval(ctx context.Context, in *rawInput) (*askedOutput, error) {
	g, err := readRaw[approvalGiven](h, ctx, in.ContentType, in.RawBody)
	if err != nil {
		return nil, err
	}
	by, of, err := h.approver(ctx, g.Of)
	if err != nil {
		return nil, err
	}
	commitment, challenge, err := h.Node.ToApprove(ctx, of)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &askedOutput{}
	out.Body.Commitment, out.Body.Challenge = commitment, fmt.Sprintf("%x", challenge)
	if h.Book.HasKey(by.Officer) {
		options, err := h.Book.BeginApprove(ctx, by.Officer, challenge)
		if err != nil {
			return nil, h.problem(ctx, err, nil)
		}
		out.Body.PublicKey = options
	}
	return out, nil
}

// approver gives the officer in a role that may approve what a key names. Who
// may approve nothing learns nothing of it.
func (h *host) approver(ctx context.Context, key string) (cell.By, cell.Ref, error) {
	if _, err := hand(ctx, cell.RightRelease, cell.RightKeys); err != nil {
		return cell.By{}, cell.Ref{}, err
	}
	of, err := h.keyOf(ctx, "/of", key)
	if err != nil {
		return cell.By{}, of, err
	}
	rights, err := h.Node.WantsToApprove(ctx, of, person(ctx).Sees)
	if err != nil {
		return cell.By{}, of, h.problem(ctx, err, nil)
	}
	for _, r := range rights[1:] {
		if !person(ctx).May(r) {
			return cell.By{}, of, missing(r)
		}
	}
	by, err := hand(ctx, rights[0])
	return by, of, err
}

func (h *host) approve(ctx context.Context, in *rawInput) (*approvedOutput, error) {
	g, err := readRaw[approvalGiven](h, ctx, in.ContentType, in.RawBody)
	if err != nil {
		return nil, err
	}
	by, of, err := h.approver(ctx, g.Of)
	if err != nil {
		return nil, err
	}
	a := node.Approve{Of: of, By: by}
	if len(g.Act) > 0 && g.Act.Kind() != 'n' {
		_, act, err := node.ReadAct(g.Act)
		if err != nil {
			return nil, h.problem(ctx, underAct(err), nil)
		}
		if err := h.mayFile(act); err != nil {
			return nil, h.problem(ctx, err, nil)
		}
		a.Act = &act
	}
	if a.Assertion, err = h.assertion(ctx, by.Officer, of, g.Assertion); err != nil {
		return nil, err
	}
	done, err := h.Node.Approve(ctx, a)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	out := &approvedOutput{}
	out.Body.Approval, out.Body.Again = shown(done.Approval), done.Again
	if done.Act != nil {
		act := shown(*done.Act)
		out.Body.Act = &act
	}
	return out, nil
}

// assertion takes the answer of the officer's key; none when none was sent,
// which the node allows in an exercise only.
func (h *host) assertion(ctx context.Context, code string, of cell.Ref, given jsontext.Value) ([]byte, error) {
	if len(given) == 0 || given.Kind() == 'n' {
		return nil, nil
	}
	_, challenge, err := h.Node.ToApprove(ctx, of)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	a, err := h.Book.FinishApprove(ctx, code, challenge, given, visitor(ctx).from)
	if err != nil {
		return nil, h.notByKey(ctx, err)
	}
	b, err := a.Bytes()
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return b, nil
}

// notByKey answers an approval whose signature is not taken; why stands in the
// desk's own log.
func (h *host) notByKey(ctx context.Context, err error) error {
	if _, wait := errors.AsType[*officer.Wait](err); wait {
		return h.refusal(ctx, err)
	}
	if errors.Is(err, officer.ErrRefused) {
		return newProblem(http.StatusForbidden, "the approval is not signed by your key over this, or was sent before")
	}
	return h.problem(ctx, err, nil)
}

func (h *host) withdraw(ctx context.Context, in *withdrawInput) (*filedOutput, error) {
	g, err := readRaw[withdrawBody](h, ctx, in.ContentType, in.RawBody)
	if err != nil {
		return nil, err
	}
	by, err := hand(ctx, cell.RightRelease, cell.RightKeys, cell.RightDraft)
	if err != nil {
		return nil, err
	}
	ref, err := h.keyOf(ctx, "/key", in.Key)
	if err != nil {
		return nil, err
	}
	if _, err := h.Node.WantsToApprove(ctx, ref, person(ctx).Sees); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	f, err := h.Node.Withdraw(ctx, ref, by, slices.Clone(g.Reason))
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return &filedOutput{Location: proposalsPath, Body: shown(f)}, nil
}

func (h *host) take(ctx context.Context, in *keyInput) (*proofOutput, error) {
	ref, err := h.keyOf(ctx, "/key", in.Key)
	if err != nil {
		return nil, err
	}
	name, kind, file, err := h.Node.TakeFile(ctx, ref, cell.By{Officer: person(ctx).Code})
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return &proofOutput{ContentType: kind, ContentDisposition: mime.FormatMediaType("attachment", map[string]string{"filename": name}), Body: file}, nil
}

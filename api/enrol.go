package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"
)

// An enrolment link carries its secret in the fragment of its address, which
// browsers send to nobody; the page posts it. So it stands in no log.

type secretBody struct {
	Secret string `json:"secret" doc:"The secret of the one-time link"`
}

type enrolBody struct {
	Secret     string         `json:"secret" doc:"The secret of the one-time link"`
	Credential map[string]any `json:"credential,omitempty" doc:"PublicKeyCredential.toJSON() of the new key; or"`
	Passphrase string         `json:"passphrase,omitempty" doc:"twelve characters or more, and"`
	Code       string         `json:"code,omitempty" doc:"the first six digits of the authenticator app"`
}

type enrolGiven struct {
	Secret     string         `json:"secret"`
	Credential jsontext.Value `json:"credential"`
	Passphrase string         `json:"passphrase"`
	Code       string         `json:"code"`
}

type enrolOutput struct {
	Body struct {
		Officer struct {
			Code string `json:"code"`
			Name string `json:"name"`
		} `json:"officer"`
		PublicKey any `json:"publicKey" doc:"For navigator.credentials.create; null where this console takes no keys"`
		TOTP      struct {
			URI    string `json:"uri"`
			Secret string `json:"secret" doc:"Base32, to be typed"`
			QR     string `json:"qr" doc:"A picture, as a data: address"`
		} `json:"totp"`
	}
}

func (h *host) enrolRoutes(api huma.API) {
	begin := operation(http.MethodPost, "/api/v1/enrol/begin", "begin-enrolment", "What a one-time link lets its officer enrol: a key, or a passphrase with codes", anyone)
	bodied[secretBody](api, openTo(begin), "BeginEnrolment", h.beginEnrol)
	finish := operation(http.MethodPost, "/api/v1/enrol/finish", "finish-enrolment", "Enrol a key, or a passphrase with codes; the link is used up and the session begins", anyone)
	finish.DefaultStatus = http.StatusNoContent
	bodied[enrolBody](api, openTo(finish), "Enrolment", h.finishEnrol)
}

func (h *host) beginEnrol(ctx context.Context, in *bodyInput) (*enrolOutput, error) {
	g, err := readBody[secretBody](h, ctx, in)
	if err != nil {
		return nil, err
	}
	e, err := h.Book.BeginEnrol(ctx, g.Secret, visitor(ctx).from)
	if err != nil {
		return nil, h.refusal(ctx, err)
	}
	out := &enrolOutput{}
	out.Body.Officer.Code, out.Body.Officer.Name = e.Code, e.Name
	out.Body.TOTP.URI, out.Body.TOTP.Secret, out.Body.TOTP.QR = e.URI, e.Seed, e.QR
	out.Body.PublicKey = e.Options.PublicKey
	return out, nil
}

func (h *host) finishEnrol(ctx context.Context, in *bodyInput) (*cookieOutput, error) {
	g, err := readBody[enrolGiven](h, ctx, in)
	if err != nil {
		return nil, err
	}
	v, code, how := visitor(ctx), "", byCode
	if len(g.Credential) > 0 {
		how = byKey
		code, err = h.Book.FinishEnrol(ctx, g.Secret, g.Credential, v.from)
	} else {
		code, err = h.Book.FinishEnrolCode(ctx, g.Secret, g.Passphrase, g.Code, v.from)
	}
	if err != nil {
		return nil, h.refusal(ctx, err)
	}
	return h.begin(v, code, how), nil
}

package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/link"
	"parley/node"
)

// officerView is who is signed in, by codes.
type officerView struct {
	Code     string `json:"code"`
	Role     string `json:"role"`
	SignedIn bool   `json:"signed_in"`
	OnWatch  bool   `json:"on_watch" doc:"Whether this desk's watch is taken, by the record"`
}

// deskAnswer is the desk as the console starts from it.
type deskAnswer struct {
	node.DeskView
	Rate    float64     `json:"rate" doc:"Story seconds per real second; 0: the clock stands"`
	Demo    bool        `json:"demo"`
	Officer officerView `json:"officer"`
}

type deskOutput struct{ Body deskAnswer }

// measuredLink is the way to another desk, with what the link itself measures.
type measuredLink struct {
	node.Link
	RTTMS    int64  `json:"rtt_ms" doc:"Round trip as last measured, 0 when unknown"`
	Evidence string `json:"evidence" doc:"Why it is down, or how the clocks differ; empty when all is well"`
}

// watchAnswer is the Watch screen.
type watchAnswer struct {
	Now       int64                   `json:"now"`
	Rate      float64                 `json:"rate"`
	Pos       int64                   `json:"pos" doc:"Position of the feed"`
	OnWatch   map[string]*node.OnDuty `json:"on_watch" doc:"By desk, null when nobody is"`
	AnswerNow []node.Item             `json:"answer_now"`
	Owed      []node.Item             `json:"owed"`
	Waiting   []node.Item             `json:"waiting"`
	Info      []node.Item             `json:"info"`
	Alarms    []node.Alarm            `json:"alarms"`
	OnCall    []node.OnCall           `json:"on_call" doc:"Whom this desk's roster names for each level of the ladder now, by code"`
	Links     []measuredLink          `json:"links"`
}

type watchOutput struct{ Body watchAnswer }

func (h *host) deskRoutes(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/api/v1/desk", "get-desk", "The desk, its charter and who is signed in", signedIn), h.desk)
	huma.Register(api, operation(http.MethodGet, "/api/v1/watch", "get-watch", "What must be answered, what is owed and waited for, alarms and links", signedIn), h.watch)
}

func (h *host) desk(ctx context.Context, _ *struct{}) (*deskOutput, error) {
	v, err := h.Node.DeskView(ctx)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	p := person(ctx)
	first := "" // of their roles, in the order of the policy
	for _, g := range cell.Policy() {
		if first == "" && slices.Contains(p.Roles, g.Role) {
			first = g.Role
		}
	}
	return &deskOutput{deskAnswer{v, h.Rate(), h.Demo != nil, officerView{p.Code, first, true, v.OnWatch}}}, nil
}

func (h *host) watch(ctx context.Context, _ *struct{}) (*watchOutput, error) {
	w, err := h.Node.Watch(ctx)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return &watchOutput{watchAnswer{w.Now, h.Rate(), w.Pos, w.OnWatch, w.AnswerNow, w.Owed, w.Waiting, w.Info, w.Alarms, w.OnCall, h.links(w.Links)}}, nil
}

// links adds what the link measures to what the desk knows. A desk that is
// reached through another has that one's figures.
func (h *host) links(known []node.Link) []measuredLink {
	measured := map[string]link.PeerStatus{}
	if h.Links != nil {
		for _, s := range h.Links() {
			measured[s.Peer] = s
		}
	}
	out := make([]measuredLink, 0, len(known))
	for _, l := range known {
		next := l.Desk
		if l.Via != "direct" {
			next = l.Via
		}
		v := measuredLink{Link: l}
		if s, ok := measured[next]; ok {
			v.SkewMS, v.RTTMS, v.Evidence = s.Skew.Milliseconds(), s.RTT.Milliseconds(), s.Evidence
		}
		out = append(out, v)
	}
	return out
}

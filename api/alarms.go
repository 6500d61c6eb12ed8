package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"parley/cell"
	"parley/node"
	"parley/officer"
)

type alarmInput struct {
	ID string `path:"id" doc:"As the watch lists it, with %2F for /"`
}

func (h *host) alarmRoutes(api huma.API) {
	op := operation(http.MethodPost, "/api/v1/alarms/{id}/acknowledge", "acknowledge-alarm", "Make an alarm steady; it stays listed until its cause ends", cell.RightWatch)
	op.DefaultStatus = http.StatusNoContent
	huma.Register(api, op, h.acknowledge)
	op = operation(http.MethodPost, "/api/v1/alarms/{id}/answer", "answer-alarm", "Say that a broken glass was looked into: the alarm ends, and the desk's log says who answered it", cell.RightLog)
	op.DefaultStatus = http.StatusNoContent
	huma.Register(api, op, h.answer)
}

func (h *host) acknowledge(ctx context.Context, in *alarmInput) (*struct{}, error) {
	w, err := h.Node.Watch(ctx)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	if !slices.ContainsFunc(w.Alarms, func(a node.Alarm) bool { return a.ID == in.ID }) {
		return nil, h.problem(ctx, fmt.Errorf("%w: no alarm %q stands at this desk", cell.ErrNotFound, in.ID), nil)
	}
	if err := h.Node.AcknowledgeAlarm(ctx, in.ID); err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	return nil, nil
}

// answer ends the alarm about a broken glass; another officer's word does.
func (h *host) answer(ctx context.Context, in *alarmInput) (*struct{}, error) {
	by := person(ctx).Code
	about, err := h.Node.AnswerAlarm(ctx, in.ID, by)
	if err != nil {
		return nil, h.problem(ctx, err, nil)
	}
	h.note(ctx, officer.Event{Kind: officer.Answered, Officer: about, By: by, Where: visitor(ctx).from, Detail: in.ID})
	return nil, nil
}

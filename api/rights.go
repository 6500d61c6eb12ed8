package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"parley/cell"
	"parley/node"
)

// What a route may want that is no right of the policy.
const (
	anyone   cell.Right = "anyone"    // nobody needs to have signed in
	signedIn cell.Right = "signed-in" // whoever has; what they may not read is left out of the answer
	byKind   cell.Right = "by-kind"   // the right that the kind of record wants which is filed
)

// rightKey is where a route's description says which right it wants.
const rightKey = "x-right"

// rightProblem is the type of the refusal of who lacks a right (RFC 9457).
const rightProblem = "urn:parley:right"

// missing refuses who lacks a right. It names the right and says nothing about
// what was asked for, not even whether it exists.
func missing(r cell.Right) *huma.ErrorModel {
	p := newProblem(http.StatusForbidden, fmt.Sprintf("this wants the right %q, which your roles do not give", string(r)),
		&huma.ErrorDetail{Message: "a right is missing", Value: string(r)})
	p.Type = rightProblem
	return p
}

// behind notes with a request who is behind it, and that the desk shows no more
// of what it holds than they may see.
func behind(ctx context.Context, v visit) context.Context {
	ctx = context.WithValue(ctx, visitKey{}, v)
	return node.WithSight(ctx, person(ctx).Sees)
}

// allows reports whether the officer behind a request may ask a route.
func allows(ctx context.Context, r cell.Right) bool {
	switch r {
	case anyone, signedIn, byKind: // whoever came through the guard has signed in; a kind is looked at when it is read
		return true
	}
	return person(ctx).May(r)
}

// checkRight stands before every route that speaks JSON: before its input is
// read and before anything is looked up. A route that names no right is closed.
func checkRight(ctx huma.Context, next func(huma.Context)) {
	right, ok := ctx.Operation().Extensions[rightKey].(cell.Right)
	if !ok || !allows(ctx.Context(), right) {
		_, w := humago.Unwrap(ctx)
		writeProblem(w, missing(right))
		return
	}
	next(ctx)
}

// wants is checkRight for a route that the library does not serve.
func wants(right cell.Right, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !allows(r.Context(), right) {
			writeProblem(w, missing(right))
			return
		}
		next(w, r)
	}
}

// RouteRight is a line of the policy: a route and what it wants.
type RouteRight struct {
	Method string     `json:"method"`
	Path   string     `json:"path"`
	Right  cell.Right `json:"right" doc:"A right; or anyone, signed-in, or by-kind: that of the kind filed"`
}

// routeRights reads from the description what every route wants, sorted. A
// route without a right is an error.
func routeRights(doc *huma.OpenAPI) ([]RouteRight, error) {
	var out []RouteRight
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op == nil {
				continue
			}
			right, ok := op.Extensions[rightKey].(cell.Right)
			if !ok || !slices.Contains(append(cell.Rights(), anyone, signedIn, byKind), right) {
				return nil, fmt.Errorf("route %s %s states no right that there is", method, path)
			}
			out = append(out, RouteRight{method, path, right})
		}
	}
	slices.SortFunc(out, func(a, b RouteRight) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return out, nil
}

// as gives the officer who acts, by code and by the role in which they do what
// wants a right (HOT-06): the one that they name, when they hold it and it
// grants that; otherwise the first that does.
func (h *host) as(ctx context.Context, role string, right cell.Right) (cell.By, error) {
	p := person(ctx)
	own, ok := p.RoleFor(right)
	switch {
	case !ok:
		return cell.By{}, missing(right)
	case role == "":
		role = own
	case !slices.Contains(cell.Roles(), role):
		return cell.By{}, h.problem(ctx, cell.Invalidf("/by", "%.40q is no role that an officer holds", role), nil)
	case !p.In(role, right):
		return cell.By{}, missing(right)
	}
	return cell.By{Officer: p.Code, Role: role}, nil
}

// mayAct checks the right that an act wants and gives it its officer. What an
// act wants is asked of its kind before anything is looked up.
func (h *host) mayAct(ctx context.Context, role string, a *node.Act) error {
	right, err := h.Node.Wants(ctx, *a, person(ctx).May)
	if err != nil {
		return h.problem(ctx, err, nil)
	}
	a.By, err = h.as(ctx, role, right)
	return err
}

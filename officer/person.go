package officer

import (
	"slices"

	"parley/cell"
)

// How a request says who it comes from.
const (
	BySession = "session" // a browser that signed in
	ByToken   = "token"   // a tool's bearer token
	BySocket  = "socket"  // the desk's own socket: whoever owns its directory
)

// Person is the officer behind one request, with what they may do in it.
type Person struct {
	Code    string       // "watch-1"; "local" for the desk's own socket
	Roles   []string     // of [cell.Roles]
	Baskets []string     // compartments that they see beside what is in no basket
	All     bool         // they see every basket
	Via     string       // BySession, ByToken or BySocket
	Scope   []cell.Right // of a token: what it is good for at most; nil: all that the roles grant
	Broken  bool         // break-glass is in force: every right but of administration, every basket
}

// May reports whether the person has a right in this request.
func (p Person) May(r cell.Right) bool {
	_, ok := p.RoleFor(r)
	return ok
}

// RoleFor gives the role in which the person does what asks for a right. What
// only the broken glass gives is done in the role of the watch: nobody takes the
// desk head's name by an emergency.
func (p Person) RoleFor(r cell.Right) (role string, ok bool) {
	if p.Scope != nil && !slices.Contains(p.Scope, r) {
		return "", false
	}
	if role, ok := cell.RoleFor(p.Roles, r); ok {
		return role, true
	}
	if p.Broken && slices.Contains(cell.BreakGlass(), r) {
		return cell.RoleWatch, true
	}
	return "", false
}

// In reports whether the person may do what asks for a right in a role that
// they name: they hold it, and it grants that.
func (p Person) In(role string, r cell.Right) bool {
	own, ok := p.RoleFor(r)
	return ok && (role == own || slices.Contains(p.Roles, role) && cell.Grants([]string{role}, r))
}

// Rights gives what the person may do in this request, in the order of the
// policy.
func (p Person) Rights() []cell.Right {
	return slices.DeleteFunc(cell.Rights(), func(r cell.Right) bool { return !p.May(r) })
}

// Sees reports whether the person sees what is in a basket; "" is in none.
// Whoever may not read sees nothing at all.
func (p Person) Sees(basket string) bool {
	return p.May(cell.RightRead) && (basket == "" || p.All || p.Broken || slices.Contains(p.Baskets, basket))
}

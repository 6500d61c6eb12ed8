package cell

import (
	"slices"
)

// Member is one desk of the cell with its public keys by purpose.
type Member struct {
	Desk      string   `yaml:"desk"`
	Role      string   `yaml:"role"`
	Name      T3       `yaml:"name"`
	Letter    string   `yaml:"letter"` // shown beside its colour, and before its message numbers
	Zone      string   `yaml:"zone"`   // local clock, IANA name
	Languages []string `yaml:"languages"`
	Addresses []string `yaml:"addresses"` // host:port where its link listens; none when it only dials
	Keys      Keys     `yaml:"keys"`
}

// Keys are a member's public keys, each for one purpose (design 2, "Keys").
// Root, journal and witness are C2SP verifier keys; TLS is the base64 SHA-256
// of the certificate's public key; sealing is an age recipient. MLDSA holds
// ML-DSA-44 verifier keys: reserved, not used yet.
type Keys struct {
	Root    string            `yaml:"root"`
	Journal string            `yaml:"journal"`
	Witness string            `yaml:"witness"`
	TLS     string            `yaml:"tls"`
	Sealing string            `yaml:"sealing,omitempty"`
	MLDSA   map[string]string `yaml:"mldsa,omitempty"`
}

// Member gives the member with that desk id.
func (c *Charter) Member(desk string) (Member, bool) {
	i := slices.IndexFunc(c.Members, func(m Member) bool { return m.Desk == desk })
	if i < 0 {
		return Member{}, false
	}
	return c.Members[i], true
}

// Desks gives the desk ids of all members in the order of the charter.
func (c *Charter) Desks() []string {
	var out []string
	for _, m := range c.Members {
		out = append(out, m.Desk)
	}
	return out
}

// Others gives all desks but one, sorted: the audience of what concerns all.
func (c *Charter) Others(desk string) []string {
	out := slices.DeleteFunc(c.Desks(), func(d string) bool { return d == desk })
	slices.Sort(out)
	return out
}

// Role gives the role of a desk, "" when it is no member.
func (c *Charter) Role(desk string) string {
	m, _ := c.Member(desk)
	return m.Role
}

// Supervisors gives the desks with the role of supervisor.
func (c *Charter) Supervisors() []string { return c.withRole(Supervisor) }

// Parties gives the desks with the role of party.
func (c *Charter) Parties() []string { return c.withRole(Party) }

func (c *Charter) withRole(role string) []string {
	var out []string
	for _, m := range c.Members {
		if m.Role == role {
			out = append(out, m.Desk)
		}
	}
	return out
}

// Linked reports whether the charter lets two desks link directly.
func (c *Charter) Linked(a, b string) bool {
	return slices.ContainsFunc(c.Links, func(p []string) bool {
		return len(p) == 2 && (p[0] == a && p[1] == b || p[0] == b && p[1] == a)
	})
}

package cell

import (
	"fmt"
	"slices"
	"time"
)

// Validate checks that the charter can be run on: members with their keys and
// letters, links between members, clocks for all precedences, templates with
// their wording in every language. The error is an [*Invalid].
func (c *Charter) Validate() error {
	if !IsWord(c.Cell) {
		return Invalidf("cell", "%q is not a short lower-case word", c.Cell)
	}
	if c.Version < 1 || (c.Version == 1) != (c.Predecessor == "") {
		return Invalidf("version", "the first version has no predecessor, every later one has")
	}
	if c.Status != Actual && c.Status != Exercise {
		return Invalidf("status", "%q is not ACTUAL or EXERCISE", c.Status)
	}
	if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "" {
		return Invalidf("zone", "%q is not a time zone", c.Zone)
	}
	if err := c.checkMembers(); err != nil {
		return err
	}
	for _, p := range Precedences() {
		k, ok := c.Clocks[p]
		if !ok || k.Deliver <= 0 || k.Receive <= 0 || k.Reply <= 0 {
			return Invalidf("clocks/"+string(p), "deliver, receive and reply need a limit")
		}
		for i, r := range k.Ladder {
			if _, ok := c.LadderLevels[r.Level]; !ok {
				return Invalidf(fmt.Sprintf("clocks/%s/ladder/%d", p, i), "level %q is not in ladder_levels", r.Level)
			}
		}
	}
	if n := c.ProofOfficers; n != 1 && n != 2 {
		return Invalidf("proof_officers", "%d is not 1 or 2", n)
	}
	for b, m := range c.Baskets {
		if !slices.Contains([]string{ModeRelay, ModeCopy, ModeSealed, ModeMetadata}, m) {
			return Invalidf("baskets/"+b, "%q is not a supervision mode", m)
		}
	}
	if err := everyLanguage("notice", c.Notice); err != nil {
		return err
	}
	if err := First(c.checkRules(), c.checkZones(), c.checkLimits(), c.checkAgreed(), c.checkProtection(), c.checkOwed()); err != nil {
		return err
	}
	return c.checkTemplates()
}

// checkRules checks what the modules read: types of activity, holds,
// protection, phases.
func (c *Charter) checkRules() error {
	seen := map[string]bool{}
	for _, a := range c.Activities {
		at := "activities/" + a.Type
		if !isCode(a.Type) || seen[a.Type] {
			return Invalidf(at+"/type", "%q is not a code of its own", a.Type)
		}
		seen[a.Type] = true
		if a.MaxAreaKM2 < 1 || a.MarginM < 0 {
			return Invalidf(at, "an area of at least 1 km² and a margin from 0 m are wanted")
		}
		if err := everyLanguage(at+"/name", a.Name); err != nil {
			return err
		}
	}
	if err := c.checkSeparation(); err != nil {
		return err
	}
	for _, p := range c.Phases {
		at := "phases/" + p.ID
		if !isCode(p.ID) || seen["phase "+p.ID] {
			return Invalidf(at+"/id", "%q is not a code of its own", p.ID)
		}
		seen["phase "+p.ID] = true
		if err := everyLanguage(at+"/name", p.Name); err != nil {
			return err
		}
	}
	if c.ReportAt != "" {
		if _, err := time.Parse("15:04", c.ReportAt); err != nil {
			return Invalidf("report_at", "%q is not a time of the day such as 06:00", c.ReportAt)
		}
	}
	return nil
}

func (c *Charter) checkMembers() error {
	if len(c.Members) < 2 {
		return Invalidf("members", "a cell has at least two members")
	}
	seen := map[string]string{}
	for i, m := range c.Members {
		at := fmt.Sprintf("members/%d", i)
		if !IsWord(m.Desk) {
			return Invalidf(at+"/desk", "%q is not a short lower-case word", m.Desk)
		}
		if !slices.Contains([]string{Party, Supervisor, Observer, Witness}, m.Role) {
			return Invalidf(at+"/role", "%q is not party, supervisor, observer or witness", m.Role)
		}
		if _, err := time.LoadLocation(m.Zone); err != nil || m.Zone == "" {
			return Invalidf(at+"/zone", "%q is not a time zone", m.Zone)
		}
		if err := everyLanguage(at+"/name", m.Name); err != nil {
			return err
		}
		for what, v := range map[string]string{"desk": m.Desk, "letter": m.Letter, "root key": m.Keys.Root,
			"journal key": m.Keys.Journal, "witness key": m.Keys.Witness, "TLS key": m.Keys.TLS} {
			if v == "" {
				return Invalidf(at, "no %s", what)
			}
			if who, dup := seen[what+" "+v]; dup {
				return Invalidf(at, "the %s is that of %s too", what, who)
			}
			seen[what+" "+v] = m.Desk
		}
	}
	for i, p := range c.Links {
		if len(p) != 2 || p[0] == p[1] || c.Role(p[0]) == "" || c.Role(p[1]) == "" {
			return Invalidf(fmt.Sprintf("links/%d", i), "a link joins two different members")
		}
	}
	return nil
}

func everyLanguage(at string, t T3) error {
	for _, l := range languages {
		if t[l] == "" {
			return Invalidf(at, "no wording in %q", l)
		}
		if err := checkText(at, t[l]); err != nil {
			return err
		}
	}
	return nil
}

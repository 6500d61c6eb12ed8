package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"parley/cell"
	"parley/officer"
)

const officerUsage = `parley officer list --dir D [--json]
  add CODE --dir D --role ROLE,ROLE [--name NAME] [--basket B,B | --all-baskets] [--language L,L]
  change CODE --dir D [--role …] [--name …] [--basket … | --all-baskets] [--language …] [--enable]
  disable CODE --dir D
  enrol CODE --dir D [--lost]            prints a link that is good once, for 24 hours; --lost voids all that the officer has
  token CODE --dir D [--scope RIGHT,RIGHT] [--days N] [--out FILE]
  tokens CODE --dir D                    lists the officer's tokens, without the tokens
  revoke CODE ID --dir D                 ends one`

// officerCall is one call of the command.
type officerCall struct {
	env                         *env
	dir, code                   string
	name, roles, baskets, langs string
	scope, out                  string
	all, enable, lost, asJSON   bool
	days                        int
	given                       map[string]bool // the flags that were written
}

// runOfficer keeps the list of officers: at the running desk by its own
// socket, otherwise in its database. Whoever may open the directory is the
// administrator.
func runOfficer(ctx context.Context, e *env, args []string) error {
	if len(args) == 0 {
		return wrong("%s", officerUsage)
	}
	c := officerCall{env: e, given: map[string]bool{}}
	fs := flag.NewFlagSet("officer", flag.ContinueOnError)
	for name, into := range map[string]*string{"dir": &c.dir, "name": &c.name, "role": &c.roles, "basket": &c.baskets, "language": &c.langs, "scope": &c.scope, "out": &c.out} {
		fs.StringVar(into, name, "", "")
	}
	for name, into := range map[string]*bool{"all-baskets": &c.all, "enable": &c.enable, "lost": &c.lost, "json": &c.asJSON} {
		fs.BoolVar(into, name, false, "")
	}
	fs.IntVar(&c.days, "days", 30, "")
	rest, err := parse(fs, args[1:])
	if err != nil {
		return err
	}
	fs.Visit(func(f *flag.Flag) { c.given[f.Name] = true })
	if c.dir == "" {
		return wrong("--dir is wanted: the directory of the desk")
	}
	want := map[string]int{"list": 0, "add": 1, "change": 1, "disable": 1, "enrol": 1, "token": 1, "tokens": 1, "revoke": 2}
	n, known := want[args[0]]
	if !known || len(rest) != n {
		return wrong("%s", officerUsage)
	}
	if n > 0 {
		c.code = rest[0]
	}
	k, closeBook, err := keeperOf(ctx, c.dir)
	if err != nil {
		return err
	}
	defer closeBook()
	switch args[0] {
	case "list":
		return c.list(ctx, k)
	case "add", "change":
		return c.put(ctx, k, args[0] == "add")
	case "disable":
		return k.disable(ctx, c.code)
	case "enrol":
		return c.enrol(ctx, k)
	case "tokens":
		return c.tokens(ctx, k)
	case "revoke":
		return k.revoke(ctx, c.code, rest[1])
	}
	return c.token(ctx, k)
}

// split reads a list written with commas.
func split(s string) []string {
	if s == "" {
		return []string{}
	}
	return strings.Split(s, ",")
}

func (c *officerCall) list(ctx context.Context, k keeper) error {
	list, err := k.list(ctx)
	if err != nil {
		return err
	}
	if c.asJSON {
		b, err := json.Marshal(list)
		if err != nil {
			return err
		}
		return indent(c.env.out, b)
	}
	for _, o := range list {
		state := "no key or code yet"
		switch {
		case o.Disabled:
			state = "disabled"
		case o.Exercise:
			state = "of the exercise"
		case o.Keys > 0 && o.HasCode:
			state = fmt.Sprintf("keys: %d, and codes", o.Keys)
		case o.Keys > 0:
			state = fmt.Sprintf("keys: %d", o.Keys)
		case o.HasCode:
			state = "codes"
		}
		baskets := strings.Join(o.Baskets, ",")
		if o.All {
			baskets = "every basket"
		}
		fmt.Fprintf(c.env.out, "%-16s %-24s %s; %s; %s\n", o.Code, o.Name, strings.Join(o.Roles, ","), baskets, state)
	}
	return nil
}

func (c *officerCall) put(ctx context.Context, k keeper, add bool) error {
	o := officer.Officer{Code: c.code}
	if !add {
		list, err := k.list(ctx)
		if err != nil {
			return err
		}
		found := false
		for _, x := range list {
			if x.Code == c.code {
				o, found = x, true
			}
		}
		if !found {
			return fmt.Errorf("this desk has no officer %s", c.code)
		}
	}
	for flagName, set := range map[string]func(){
		"name": func() { o.Name = c.name }, "role": func() { o.Roles = split(c.roles) }, "language": func() { o.Languages = split(c.langs) },
		"basket": func() { o.Baskets, o.All = split(c.baskets), false }, "all-baskets": func() { o.All = c.all }, "enable": func() { o.Disabled = !c.enable },
	} {
		if c.given[flagName] {
			set()
		}
	}
	if !add {
		return k.change(ctx, o)
	}
	if err := k.add(ctx, o); err != nil {
		return err
	}
	fmt.Fprintf(c.env.out, "Officer %s is in the list. To let them enrol: parley officer enrol %s --dir %s\n", c.code, c.code, c.dir)
	return nil
}

func (c *officerCall) enrol(ctx context.Context, k keeper) error {
	links, until, err := k.enrol(ctx, c.code, c.lost)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.env.out, "Officer %s enrols here, once, until %s:\n", c.code, until.UTC().Format("2006-01-02 15:04Z"))
	for _, l := range links {
		fmt.Fprintf(c.env.out, "  %s\n", l)
	}
	fmt.Fprintln(c.env.out, "Hand it over in person: whoever opens it first is that officer.")
	return nil
}

func (c *officerCall) token(ctx context.Context, k keeper) error {
	var scope []cell.Right
	for _, r := range split(c.scope) {
		scope = append(scope, cell.Right(r))
	}
	secret, id, err := k.token(ctx, c.code, scope, time.Now().Add(time.Duration(c.days)*24*time.Hour))
	if err != nil {
		return err
	}
	if c.out == "" {
		fmt.Fprintln(c.env.out, secret)
	} else if err := os.WriteFile(c.out, []byte(secret+"\n"), 0o600); err != nil {
		return fmt.Errorf("write token: %w", err)
	}
	fmt.Fprintf(c.env.err, "Token %s of %s, for %d days. It is shown once. To end it: parley officer revoke %s %s --dir %s\n", id, c.code, c.days, c.code, id, c.dir)
	return nil
}

func (c *officerCall) tokens(ctx context.Context, k keeper) error {
	list, err := k.tokens(ctx, c.code)
	if err != nil {
		return err
	}
	for _, t := range list {
		scope, end := "all that the roles grant", "no end"
		if t.Scope != nil {
			scope = fmt.Sprint(t.Scope)
		}
		switch {
		case t.Revoked != 0:
			end = "revoked"
		case t.Until != 0:
			end = "until " + time.UnixMilli(t.Until).UTC().Format("2006-01-02 15:04Z")
		}
		fmt.Fprintf(c.env.out, "%s  %s; %s\n", t.ID, scope, end)
	}
	return nil
}

// Command parley is the whole of it in one program: it runs a desk, takes its
// officers' acts, checks a record that anybody hands over, and shows a cell of
// three desks on one machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// A command is one verb of the program.
type command struct {
	name  string
	usage string // after the name
	short string
	run   func(ctx context.Context, env *env, args []string) error
}

// env is what a command may use of the process.
type env struct {
	in       io.Reader
	out, err io.Writer
}

var commands = []command{
	{"demo", "[--dir D] [--scenario NAME] [--speed N] [--listen HOST:PORT] [--once]", "three desks on this machine, with a story", runDemo},
	{"init", "--dir D --cell NAME --desk NAME [--listen HOST:PORT] [--link HOST:PORT] [--name HOST,HOST] [--plain-http] [--plain]", "make a desk's keys and directory", runInit},
	{"charter", "draft|sign|verify|amend|adopt|learn …", "the agreement: draft it, sign it, check it, put the next one in force", runCharter},
	{"key", "rotate|changes|compromised|doubt …", "a desk's keys: make new ones, declare old ones compromised", runKey},
	{"serve", "--dir D", "run one desk", runServe},
	{"officer", "add|change|disable|enrol|list|token|revoke [CODE] --dir D …", "who works at the desk, and how they sign in", runOfficer},
	{"send", "KIND --dir D [--officer CODE | --token FILE] [--to DESK,DESK] [--about KEY] [-f body.json]", "file a record; prints its id", runSend},
	{"show", "ID --dir D [--officer CODE | --token FILE]", "a matter or a record", runShow},
	{"list", "--dir D [--officer CODE | --token FILE] [--state open|ended|all] [--module NAME]", "matters, newest first", runList},
	{"watch", "--dir D [--officer CODE | --token FILE]", "what must be answered, what is owed, what is waited for", runWatch},
	{"proof", "ID --dir D [--officer CODE | --token FILE] [--reason TEXT] > x.proof", "take the proof of a record out of the desk", runProof},
	{"propose", "WHAT [ID|NAME] --dir D --reason TEXT [--officer CODE] [-f act.json]", "ask a second officer: release, export, list, charter, key", runPropose},
	{"proposals", "--dir D [--officer CODE]", "what waits for a second officer, and what came of it", runProposals},
	{"approve", "KEY --dir D --officer CODE [-f act.json]", "approve in an exercise without a key; with a key: in the console", runApprove},
	{"take", "KEY --dir D [--officer CODE] > FILE", "take out, once, what two officers approved", runTake},
	{"approval", "ID --dir D", "open an approval at home: which officer, by which key", runApproval},
	{"verify", "FILE --charter charter.note [--charter …]", "check a proof or a signed note with the charter alone", runVerify},
	{"ceremony", "text KIND --dir D [--about KEY] [-f body.json] > x.txt | --dir D x.txt", "what the root key signs: take the text out, sign it offline", runCeremony},
	{"note", "ID --dir D [--officer CODE | --token FILE] [--number N] > x.note", "take a signed note out of the desk: a statement that all have signed", runNote},
	{"audit", "DIR DIR …", "cross-check the journals of several desks", runAudit},
	{"selftest", "--dir D", "read a sample of the archive as it must be readable in years", runSelftest},
	{"rebuild", "--dir D", "make the tables again from the journal and compare", runRebuild},
	{"backup", "--dir D [--to age1…] [--keys] [-o x.age] | --init --dir D | verify x.age -i identity", "an encrypted copy of the desk, while it runs; check one", runBackup},
	{"restore", "--dir D x.age -i identity [--keys-from DIR] [--charter FILE] | finish --dir D", "make the desk anew from a backup", runRestore},
	{"page", "test --dir D [--way NAME]", "send a test page by the ways that desk.yaml names", runPage},
	{"override", "[text] --dir D --reason TEXT [--signed x.line]", "begin a new generation of the journal: two officers, the root key", runOverride},
	{"replay", "FILE.txtar", "play a scenario against three fresh desks", runReplay},
	{"geo", "PLACE [--theatre S,W,N,E]", "a place in any notation, in all of them, with what looks like a slip", runGeo},
	{"conflicts", "FILE FILE … [--theatre S,W,N,E]", "where planned activities come nearer than their margins: GeoJSON or ASTM F3548", runConflicts},
	{"bench", "[journal|link|…] [--json]", "measure, beside the floor", runBench},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := &env{os.Stdin, os.Stdout, os.Stderr}
	os.Exit(Main(ctx, e, os.Args[1:]))
}

// Main runs one command and gives the exit code: 0 when all is well, 1 when
// what was asked does not hold, 2 for a wrong call.
func Main(ctx context.Context, e *env, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		help(e.out)
		return 0
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, e, args[1:])
		switch {
		case err == nil:
			return 0
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprintf(e.out, "usage: parley %s %s\n\n%s\n", c.name, c.usage, c.short)
			return 0
		}
		fmt.Fprintf(e.err, "parley %s: %v\n", c.name, err)
		if _, wrong := errors.AsType[*usageError](err); wrong {
			fmt.Fprintf(e.err, "usage: parley %s %s\n", c.name, c.usage)
			return 2
		}
		return 1
	}
	fmt.Fprintf(e.err, "parley: there is no command %q; see parley help\n", args[0])
	return 2
}

func help(w io.Writer) {
	fmt.Fprintln(w, "parley: the system that a joint security coordination cell runs on")
	fmt.Fprintln(w)
	for _, c := range commands {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.short)
	}
	fmt.Fprintln(w, "\nparley COMMAND --help tells more. First look: parley demo")
}

// usageError is a wrong call.
type usageError struct{ why string }

func (e *usageError) Error() string { return e.why }

func wrong(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// parse reads flags that may stand before, between and after the other
// arguments, and gives the latter.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	fs.SetOutput(io.Discard)
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, wrong("%v", err)
		}
		args = fs.Args()
		if len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

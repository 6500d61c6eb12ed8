package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"parley/store"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"parley": main})
}

// The commands of the program, as an operator types them. Each script has the
// exercise's theatre.yaml in its directory.
func TestScripts(t *testing.T) {
	theatre, err := os.ReadFile(filepath.Join("..", "..", "scenarios", "theatre.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			return os.WriteFile(filepath.Join(e.WorkDir, "theatre.yaml"), theatre, 0o644)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sql": sql, "flip": flip, "keep": keep, "pick": pick, "write": write, "drop": drop, "swap": swap,
		},
	})
}

// sql changes a database behind the desk's back: sql FILE STATEMENT.
func sql(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	db, err := store.Open(ctx, "sqlite:"+ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	ts.Check(db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, strings.Join(args[1:], " ")) }))
}

// flip changes one bit of a file: flip FILE TEXT changes the first letter of
// the first occurrence of TEXT, flip FILE N the byte at N.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	i, err := strconv.Atoi(args[1])
	if err != nil {
		i = strings.Index(string(b), args[1])
	}
	if i < 0 || i >= len(b) {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	b[i] ^= 1
	ts.Check(os.WriteFile(name, b, 0o644))
}

// keep puts the first line of the last output into a variable: keep NAME.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	line, _, _ := strings.Cut(ts.ReadFile("stdout"), "\n")
	ts.Setenv(args[0], line)
}

// pick puts the texts that stand under a name in the last output, JSON, into
// variables: pick KEY key makes KEY1, KEY2, …
func pick(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(`"`+args[1]+`": "([^"]*)"`).FindAllStringSubmatch(ts.ReadFile("stdout"), -1)
	if len(found) == 0 {
		ts.Fatalf("the output has no %q", args[1])
	}
	for i, m := range found {
		ts.Setenv(args[0]+strconv.Itoa(i+1), m[1])
	}
}

// write makes a file of one line: write FILE TEXT.
func write(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(args[1]+"\n"), 0o644))
}

// drop takes the lines out of a file that hold a text: drop FILE TEXT.
func drop(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	var kept []string
	for _, l := range strings.SplitAfter(string(b), "\n") {
		if !strings.Contains(l, args[1]) {
			kept = append(kept, l)
		}
	}
	ts.Check(os.WriteFile(name, []byte(strings.Join(kept, "")), 0o644))
}

// swap puts a text for another in a file: swap FILE OLD NEW.
func swap(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	b, err := os.ReadFile(name)
	ts.Check(err)
	if !strings.Contains(string(b), args[1]) {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(name, []byte(strings.ReplaceAll(string(b), args[1], args[2])), 0o644))
}

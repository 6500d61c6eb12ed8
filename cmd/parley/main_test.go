package main

import (
	"context"
	"os"
	"path/filepath"
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
			"sql": sql, "flip": flip, "keep": keep,
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

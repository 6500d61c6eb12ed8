package store

import (
	"errors"
	"fmt"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrStopped is returned by Write after a CommitError, until Reopen
	// succeeds (design 2: "on any commit error stop, reopen, verify, go on").
	ErrStopped = errors.New("the store has stopped writing and must be reopened")

	// ErrInUse is returned by Open and Reopen when another process, or
	// another DB of this one, holds the database for writing (F19).
	ErrInUse = errors.New("the database is in use by another writer")

	// ErrDiskFull is wrapped by whatever failed because the engine had no
	// room. The whole transaction is undone, savepoints or not, so that a full
	// disk is never mistaken for a bad record.
	ErrDiskFull = errors.New("the disk is full")

	// ErrReadOnly is returned by Write, Migrate and Reopen on a DB that
	// OpenReadOnly made.
	ErrReadOnly = errors.New("the database is open for reading only")

	// ErrClosed is returned after Close.
	ErrClosed = errors.New("the database is closed")
)

// CommitError says that the engine failed while a transaction was being
// begun, run, committed or rolled back, and that the DB has stopped writing
// (design 2). Callers find it with errors.AsType.
type CommitError struct {
	// Step is "begin", "run", "commit" or "roll back".
	Step string
	// Err is what the engine said.
	Err error
}

// Error says which step failed and why.
func (e *CommitError) Error() string { return fmt.Sprintf("%s: %v", e.Step, e.Err) }

// Unwrap returns what the engine said.
func (e *CommitError) Unwrap() error { return e.Err }

// InDoubt reports whether the transaction may be durable although an error
// was returned: true only when the commit itself failed. After Reopen the
// database shows which.
func (e *CommitError) InDoubt() bool { return e.Step == "commit" }

// PanicError is a panic that Savepoint caught and undid, so that one bad
// record never stops a link (design 2, step 5).
type PanicError struct {
	// Value is what was given to panic.
	Value any
	// Stack is the stack of the goroutine at the panic, as debug.Stack prints it.
	Stack []byte
}

// Error gives the value without the stack: a stack belongs in a log, not on a
// screen.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the value when it is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

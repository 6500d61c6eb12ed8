//go:build !unix

package store

import "fmt"

// lockFile refuses: without a lock that ends with its process, two writers
// could fork a journal.
func lockFile(path string) (release func() error, err error) {
	return nil, fmt.Errorf("lock %s: SQLite for writing needs a Unix system", path)
}

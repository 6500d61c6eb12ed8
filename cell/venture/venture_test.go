package venture_test

import (
	"testing"

	"parley/cell/celltest"
	"parley/cell/venture"
)

// What every module must pass without being known.
func TestModule(t *testing.T) { celltest.Run(t, venture.Module) }

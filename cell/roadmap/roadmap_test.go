package roadmap_test

import (
	"testing"

	"parley/cell/celltest"
	"parley/cell/roadmap"
)

// What every module must pass without being known.
func TestModule(t *testing.T) { celltest.Run(t, roadmap.Module) }

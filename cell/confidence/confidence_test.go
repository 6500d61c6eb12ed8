package confidence_test

import (
	"testing"

	"parley/cell/celltest"
	"parley/cell/confidence"
)

// What every module must pass without being known.
func TestModule(t *testing.T) { celltest.Run(t, confidence.Module) }

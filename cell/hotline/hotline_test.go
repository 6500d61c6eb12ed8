package hotline_test

import (
	"testing"

	"parley/cell/celltest"
	"parley/cell/hotline"
)

// What every module must pass without being known.
func TestModule(t *testing.T) { celltest.Run(t, hotline.Module) }

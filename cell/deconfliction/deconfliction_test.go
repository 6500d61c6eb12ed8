package deconfliction_test

import (
	"testing"

	"parley/cell/celltest"
	"parley/cell/deconfliction"
)

// What every module must pass without being known.
func TestModule(t *testing.T) { celltest.Run(t, deconfliction.Module) }

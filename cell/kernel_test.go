package cell_test

import (
	"testing"

	"parley/cell/celltest"
)

// The kernel's own kinds pass what every module's kinds must pass.
func TestKernelKinds(t *testing.T) { celltest.Kernel(t) }

package node

import (
	"parley/cell"
	"parley/cell/confidence"
	"parley/cell/deconfliction"
	"parley/cell/hotline"
	"parley/cell/incident"
	"parley/cell/intel"
	"parley/cell/protection"
	"parley/cell/roadmap"
	"parley/cell/supervision"
	"parley/cell/talks"
	"parley/cell/venture"
)

// Modules is the list of the modules that a desk runs, in menu order. A new
// module is a folder under cell/ and a line here.
func Modules() cell.Modules {
	return cell.Modules{
		hotline.Module,
		deconfliction.Module,
		intel.Module,
		protection.Module,
		incident.Module,
		confidence.Module,
		venture.Module,
		talks.Module,
		roadmap.Module,
		supervision.Module,
	}
}

package cell

import "io/fs"

// Templates gives the template lists of the modules that bring one, in the
// modules' order, as a first charter takes them up.
func (ms Modules) Templates() [][]byte {
	var out [][]byte
	for _, m := range ms {
		if len(m.Templates) > 0 {
			out = append(out, m.Templates)
		}
	}
	return out
}

// Words gives the catalogues of the modules that bring one, in the modules'
// order.
func (ms Modules) Words() []fs.FS {
	var out []fs.FS
	for _, m := range ms {
		if m.Words != nil {
			out = append(out, m.Words)
		}
	}
	return out
}

package cell

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"parley/geo"
)

// shaped is the shape of a volume that was read, made once when it is first asked
// for: a notice is laid beside others at every fold of each of them, and what a
// record says never changes. It may be asked for at once from several sides. A
// copy of the volume that was given other corners is seen to be another.
type shaped struct {
	of    Volume // as it was read
	once  sync.Once
	shape geo.Shape
	err   error
	large bool         // too large to be kept: it is made anew each time
	bytes atomic.Int64 // about what the shape takes, once it is made
}

// What a piece of a border takes, in bytes, and how many pieces a shape may come
// to that is kept.
const (
	pieceBytes = 32
	keptPieces = 10_000
)

// UnmarshalJSONFrom reads a volume, with the place where its shape is kept.
func (v *Volume) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain Volume // without this method
	if err := json.UnmarshalDecode(dec, (*plain)(v)); err != nil {
		return err
	}
	v.made = &shaped{of: Volume{Ring: v.Ring, Holes: v.Holes, Line: v.Line, Centre: v.Centre, RadiusM: v.RadiusM}}
	return nil
}

// shape gives the area of a volume for geometry.
func (v Volume) shape() (geo.Shape, error) {
	s := v.made
	if s == nil || v.RadiusM != s.of.RadiusM || !oneList(v.Ring, s.of.Ring) || !oneList(v.Holes, s.of.Holes) || !oneList(v.Line, s.of.Line) || !oneList(v.Centre, s.of.Centre) {
		return v.newShape()
	}
	s.once.Do(func() {
		s.shape, s.err = s.of.newShape()
		n := s.shape.Pieces()
		if s.large = n > keptPieces; s.large {
			s.shape, n = geo.Shape{}, 0
		}
		s.bytes.Store(int64(pieceBytes * n))
	})
	if s.large {
		return s.of.newShape()
	}
	return s.shape, s.err
}

// Weighty is the body of a record that takes more than its bytes say, once it
// was asked for what follows from it.
type Weighty interface {
	Weight() int // bytes, about
}

// Weigh gives what the shapes of volumes that were read take now, in bytes.
func Weigh(vs []Volume) (bytes int) {
	for _, v := range vs {
		if v.made != nil {
			bytes += int(v.made.bytes.Load())
		}
	}
	return bytes
}

// oneList reports whether two lists are one and the same.
func oneList[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func (v Volume) newShape() (geo.Shape, error) {
	switch {
	case len(v.Centre) == 1:
		return geo.Circle(v.Centre[0].geo(), float64(v.RadiusM))
	case len(v.Line) > 0:
		return geo.Corridor(points(v.Line), float64(v.RadiusM))
	}
	var holes [][]geo.Point
	for _, h := range v.Holes {
		holes = append(holes, points(h))
	}
	return geo.Polygon(points(v.Ring), holes...)
}

func points(list []Point) (out []geo.Point) {
	for _, p := range list {
		out = append(out, p.geo())
	}
	return out
}

// SameButText reports whether another volume is the same area, band of height and
// windows, whatever it is called.
func (v Volume) SameButText(w Volume) bool {
	return v.RadiusM == w.RadiusM && slices.Equal(v.Ring, w.Ring) && slices.EqualFunc(v.Holes, w.Holes, slices.Equal[[]Point]) && slices.Equal(v.Line, w.Line) &&
		slices.Equal(v.Centre, w.Centre) && slices.Equal(v.Low, w.Low) && slices.Equal(v.High, w.High) && slices.Equal(v.Windows, w.Windows)
}

// SameArea reports whether another volume is the same area on the ground, at any
// height and time and whatever it is called: the same corners in the same order,
// however many zeros they are written with.
func (v Volume) SameArea(w Volume) bool {
	return v.RadiusM == w.RadiusM && samePoints(v.Ring, w.Ring) && slices.EqualFunc(v.Holes, w.Holes, samePoints) && samePoints(v.Line, w.Line) && samePoints(v.Centre, w.Centre)
}

func samePoints(a, b []Point) bool {
	return slices.EqualFunc(a, b, func(p, q Point) bool { return p == q || p.geo() == q.geo() })
}

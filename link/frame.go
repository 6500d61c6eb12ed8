package link

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Protocol is the version of the link protocol that this package speaks. HELLO
// carries it, and a peer with another one is refused.
const Protocol = 1

// The types of frames. Numbers are never reused.
const (
	typeHello  = 1
	typeHold   = 2
	typeParcel = 3
	typeTaken  = 4
	typePing   = 5
	typePong   = 6
	typeBye    = 7
	typeRewind = 8
	typeSeen   = 9
	typePaper  = 10
)

const (
	headerSize = 5       // type, then the payload's length
	maxFrame   = 4 << 20 // bytes of any payload
	maxHello   = 8 << 10
	maxHold    = 1 << 20
	maxReason  = 1 << 10
	maxPaper   = 1 << 20 // a signed charter stays below a million bytes
)

// sizes gives the least and the greatest payload of each type, so that a
// length is judged before anything is allocated.
func sizes(typ byte) (least, most int, err error) {
	switch typ {
	case typeHello:
		return 2, maxHello, nil
	case typePaper:
		return 1, maxPaper, nil
	case typeHold:
		return 10, maxHold, nil
	case typeParcel:
		return 10, maxFrame, nil
	case typeTaken, typeRewind, typeSeen:
		return 8, 8, nil
	case typePing:
		return 16, 16, nil
	case typePong:
		return 24, 24, nil
	case typeBye:
		return 0, maxReason, nil
	}
	return 0, 0, fmt.Errorf("read frame: type %d is not known", typ)
}

// A frame is one message of the protocol.
type frame struct {
	typ     byte
	payload []byte
}

// readFrame reads one whole frame. A type that is not known or a length beyond
// that type's limits is an error before the payload is read.
func readFrame(r io.Reader) (frame, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return frame{}, err
	}
	least, most, err := sizes(header[0])
	if err != nil {
		return frame{}, err
	}
	n := binary.BigEndian.Uint32(header[1:])
	if int64(n) < int64(least) || int64(n) > int64(most) {
		return frame{}, fmt.Errorf("read frame: type %d has %d bytes, want %d to %d", header[0], n, least, most)
	}
	f := frame{typ: header[0], payload: make([]byte, n)}
	if _, err := io.ReadFull(r, f.payload); err != nil {
		return frame{}, fmt.Errorf("read frame: type %d of %d bytes: %w", f.typ, n, noEOF(err))
	}
	return f, nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// bytes gives the frame as it travels.
func (f frame) bytes() []byte {
	b := make([]byte, 0, headerSize+len(f.payload))
	b = append(b, f.typ)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.payload)))
	return append(b, f.payload...)
}

// numbers makes a frame whose payload is 8-byte big-endian numbers.
func numbers(typ byte, ns ...uint64) frame {
	f := frame{typ: typ}
	for _, n := range ns {
		f.payload = binary.BigEndian.AppendUint64(f.payload, n)
	}
	return f
}

// number gives the i-th 8-byte number of a payload whose length was checked.
func (f frame) number(i int) uint64 {
	return binary.BigEndian.Uint64(f.payload[8*i:])
}

// byeFrame carries the reason for which a session ends, cut to fit.
func byeFrame(reason string) frame {
	reason = strings.ToValidUTF8(reason, "\uFFFD")
	n := min(len(reason), maxReason)
	for n < len(reason) && !utf8.RuneStart(reason[n]) {
		n--
	}
	return frame{typ: typeBye, payload: []byte(reason[:n])}
}

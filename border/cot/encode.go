package cot

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }

// header begins every event of an XML stream; nothing stands after one.
const header = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// xml writes an event for version 0, the traditional protocol.
func (e event) xml() []byte {
	return fmt.Appendf(nil, `%s<event version="2.0" uid="%s" type="%s" how="%s" time="%s" start="%s" stale="%s"><point lat="%.6f" lon="%.6f" hae="%.1f" ce="9999999.0" le="9999999.0"/><detail>%s</detail></event>`,
		header, escape(e.uid), e.kind, e.how, stamp(e.time), stamp(e.start), stamp(e.stale), e.lat, e.lon, e.hae, e.detail)
}

// The numbers of the fields that are written (docs/formats/cot.md).
const (
	takMessageEvent = 2

	eventType   = 1
	eventUID    = 5
	eventSend   = 6
	eventStart  = 7
	eventStale  = 8
	eventHow    = 9
	eventLat    = 10
	eventLon    = 11
	eventHae    = 12
	eventCe     = 13
	eventLe     = 14
	eventDetail = 15

	detailXML = 1
)

const magic = 0xBF // before every message of a stream

// proto writes an event for version 1: a frame with a TakMessage.
func (e event) proto() []byte {
	var d, c, m []byte
	d = text(d, detailXML, e.detail)
	c = text(c, eventType, e.kind)
	c = text(c, eventUID, e.uid)
	for _, f := range []struct {
		field uint64
		ms    int64
	}{{eventSend, e.time}, {eventStart, e.start}, {eventStale, e.stale}} {
		c = binary.AppendUvarint(c, f.field<<3)
		c = binary.AppendUvarint(c, uint64(max(0, f.ms)))
	}
	c = text(c, eventHow, e.how)
	for _, f := range []struct {
		field uint64
		x     float64
	}{{eventLat, e.lat}, {eventLon, e.lon}, {eventHae, e.hae}, {eventCe, unknown}, {eventLe, unknown}} {
		c = binary.AppendUvarint(c, f.field<<3|1)
		c = binary.LittleEndian.AppendUint64(c, math.Float64bits(f.x))
	}
	c = text(c, eventDetail, string(d))
	m = text(m, takMessageEvent, string(c))
	return append(binary.AppendUvarint([]byte{magic}, uint64(len(m))), m...)
}

// text writes a field of bytes; an empty one is left out, as proto3 does.
func text(b []byte, field uint64, s string) []byte {
	if s == "" {
		return b
	}
	b = binary.AppendUvarint(b, field<<3|2)
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// said is what a client said, as far as anybody asks.
type said struct {
	kind    string
	version string // of the protocol, in a request
}

// maxSaid is how large a message of a client may be.
const maxSaid = 64 << 10

var errTooLong = errors.New("a message beyond what is taken")

// readXML reads a client's event: its type, and the version that a request
// asks for.
func readXML(b []byte) (s said, err error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = true
	for n := 0; n < 2000; n++ {
		token, err := d.RawToken()
		if err != nil {
			return s, nil // what can be read was
		}
		switch x := token.(type) {
		case xml.Directive:
			return s, errors.New("a document type")
		case xml.StartElement:
			for _, a := range x.Attr {
				switch {
				case x.Name.Local == "event" && a.Name.Local == "type" && s.kind == "":
					s.kind = a.Value
				case x.Name.Local == "TakRequest" && a.Name.Local == "version":
					s.version = a.Value
				}
			}
		}
	}
	return s, errors.New("an event without end")
}

// readProto reads a client's TakMessage as far as the type of its event.
func readProto(b []byte) (s said, err error) {
	event, err := field(b, takMessageEvent)
	if err != nil || event == nil {
		return s, err
	}
	kind, err := field(event, eventType)
	s.kind = strings.ToValidUTF8(string(kind), "?")
	return s, err
}

var errProto = errors.New("no protobuf message")

// field gives the bytes of the first field of a number, nil when it has none.
func field(b []byte, want uint64) ([]byte, error) {
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errProto
		}
		b = b[n:]
		switch tag & 7 {
		case 0:
			if _, n = binary.Uvarint(b); n <= 0 {
				return nil, errProto
			}
		case 1:
			n = 8
		case 5:
			n = 4
		case 2:
			l, m := binary.Uvarint(b)
			if m <= 0 || l > uint64(len(b)-m) {
				return nil, errProto
			}
			if tag>>3 == want {
				return b[m : m+int(l)], nil
			}
			n = m + int(l)
		default:
			return nil, errProto
		}
		if n > len(b) {
			return nil, errProto
		}
		b = b[n:]
	}
	return nil, nil
}

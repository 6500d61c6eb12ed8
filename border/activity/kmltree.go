package activity

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// What a KML file may be at most, below [MaxBytes].
const (
	maxDepth    = 40
	maxElements = 100_000
)

// element is a part of an XML file.
type element struct {
	name  string
	local string
	id    string
	attr  string          // the attribute name, of Data and SimpleData
	text  strings.Builder // which comes in pieces: joining each would take the square of the time
	parts []*element
}

// readTree reads an XML file whole. Nothing is fetched and nothing is expanded:
// a document type, with which entities are declared, is refused, and so is what
// is nested or repeated beyond reason.
func readTree(b []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	root := &element{}
	open := []*element{root}
	for n := 0; ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, faultf(FaultSyntax, "", "no XML: %v", err)
		}
		top := open[len(open)-1]
		switch x := token.(type) {
		case xml.Directive:
			return nil, faultf(FaultBomb, "", "the file declares a document type: entities are not read")
		case xml.StartElement:
			if n++; n > maxElements {
				return nil, faultf(FaultBomb, "", "more than %d elements", maxElements)
			}
			if len(open) > maxDepth {
				return nil, faultf(FaultBomb, "", "elements nested deeper than %d", maxDepth)
			}
			e := &element{name: x.Name.Local, local: x.Name.Local}
			if x.Name.Space != "" && x.Name.Space != "kml" {
				e.name = x.Name.Space + ":" + x.Name.Local
			}
			for _, a := range x.Attr {
				switch a.Name.Local {
				case "id":
					e.id = a.Value
				case "name":
					e.attr = a.Value
				}
			}
			top.parts = append(top.parts, e)
			open = append(open, e)
		case xml.EndElement:
			if len(open) == 1 || top.local != x.Name.Local {
				return nil, faultf(FaultSyntax, "", "no XML: </%.40s> closes what is not open", x.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			top.text.Write(x)
		}
	}
	if len(open) != 1 || len(root.parts) != 1 {
		return nil, faultf(FaultSyntax, "", "no XML: one element is wanted, and closed")
	}
	return root.parts[0], nil
}

// one gives the first part of a name, nil when there is none.
func (e *element) one(names ...string) *element {
	for _, name := range names {
		if e == nil {
			return nil
		}
		var found *element
		for _, p := range e.parts {
			if p.name == name {
				found = p
				break
			}
		}
		e = found
	}
	return e
}

// said gives the text of a part, "" when there is none.
func (e *element) said(names ...string) string {
	if p := e.one(names...); p != nil {
		return strings.TrimSpace(p.text.String())
	}
	return ""
}

package supervision

import (
	"encoding/base64"

	"parley/cell"
)

// What may be wrong with a sealed copy.
const (
	FaultEntry  = "entry-differs" // it names another commitment than the author's journal has at that place
	FaultOpens  = "does-not-open" // the salt that was handed over is not that of the record
	FaultRecord = "other-record"  // it opens to what is no record of that desk
)

// SealedLine is a sealed copy, and the record in it once a holder has handed
// over the salt.
type SealedLine struct {
	cell.Line
	Of         string   `json:"of"`
	Author     string   `json:"author"`
	Commitment string   `json:"commitment"`
	Proven     bool     `json:"proven"` // the author's journal has that commitment at that place
	Opened     bool     `json:"opened"`
	By         []string `json:"by"` // desks that handed over a salt
	Fault      string   `json:"fault"`
	Record     *Inside  `json:"record"` // null until it is opened
}

// Inside is the record in an opened copy.
type Inside struct {
	Kind string       `json:"kind"`
	At   int64        `json:"at"`
	To   []string     `json:"to"`
	Text cell.T3      `json:"text"`
	Body string       `json:"body"`
	Show []cell.Shown `json:"fields"`
}

// sealedCopy is what a desk's node files with a record that goes from party to
// party in a basket under the mode sealed copy.
func sealedCopy(m cell.Made, _ *cell.Charter) ([]cell.Draft, error) {
	text, err := cell.Seal(m.Salt, m.Bytes)
	if err != nil {
		return nil, err
	}
	return []cell.Draft{{Kind: KindSealed, To: m.For, By: cell.ByNode(),
		Body: Sealed{Of: m.Cite().String(), Commitment: m.Commitment, Ciphertext: base64.StdEncoding.EncodeToString(text)}}}, nil
}

// sealed gives the copies that are held here, with the records that salts which
// are held here open.
func sealed(v cell.View) []SealedLine {
	keys := map[string][]cell.Held{}
	for _, m := range v.Find(KindOpen, 0) {
		if o, ok := m.Body.(Open); ok && m.Stands() {
			keys[o.Of] = append(keys[o.Of], *m.Head)
		}
	}
	out := []SealedLine{}
	for _, m := range v.Find(KindSealed, 0) {
		if s, ok := m.Body.(Sealed); ok && m.Stands() {
			out = append(out, sealedLine(v, m, s, keys[s.Of]))
		}
	}
	return out
}

func sealedLine(v cell.View, m cell.Matter, s Sealed, keys []cell.Held) SealedLine {
	x := SealedLine{Line: v.Line(m), Of: s.Of, Author: m.Opener(), Commitment: s.Commitment, By: []string{}}
	of, err := cell.ParseCite(s.Of)
	if err != nil {
		return x
	}
	entry, held := v.Entry(of)
	x.Proven = held && entry == s.Commitment
	if held && !x.Proven {
		x.Fault = FaultEntry
	}
	for _, h := range keys {
		x.By = append(x.By, h.Desk)
		bytes, err := cell.Unseal(s.Commitment, h.Body.(Open).Salt, s.bytes())
		if err != nil {
			if x.Fault == "" && x.Record == nil {
				x.Fault = FaultOpens
			}
			continue
		}
		if !x.Proven || x.Record != nil {
			continue
		}
		r, err := cell.Decode(bytes)
		if err != nil || r.Desk != of.Desk {
			x.Fault = FaultRecord
			continue
		}
		x.Opened, x.Fault = true, ""
		x.Record = &Inside{Kind: r.Kind, At: r.At, To: cell.List(r.To), Text: v.Charter.Text(r), Body: string(r.Body), Show: cell.List(v.Charter.Fields(r))}
	}
	return x
}

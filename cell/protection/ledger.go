package protection

import "parley/cell"

// Release is one line of the ledger: which version of an entry or an area went
// to which desk, when its node held it and an officer took it, how far it was
// passed on, and when it was removed (PRO-05). Ref names the record, whose
// proof any desk that holds it can take out.
type Release struct {
	Code         string  `json:"code"`
	Kind         string  `json:"kind"`
	Ref          string  `json:"ref"`
	Version      string  `json:"version"` // hash of the record's bytes
	Sent         int64   `json:"sent"`
	Desk         string  `json:"desk"`
	Delivered    *int64  `json:"delivered"`
	Received     *int64  `json:"received"`
	Disseminated []Level `json:"disseminated"`
	Removed      *int64  `json:"removed"`
}

// Level is a level that a desk passed it on to, or cannot.
type Level struct {
	Level  string `json:"level"`
	At     int64  `json:"at"`
	Cannot bool   `json:"cannot"`
}

// releases gives the ledger of one matter: every version, for every desk that
// it was addressed to.
func releases(m cell.Matter, code string) []Release {
	r, gone := revocation(m)
	var out []Release
	for _, h := range m.Records {
		_, revises := h.Body.(cell.Reviser)
		if h.Ref() != m.Ref && !(revises && h.Desk == m.Opener() && m.Counts(h)) {
			continue
		}
		for _, d := range h.To {
			line := Release{Code: code, Kind: m.Kind, Ref: h.Cite().String(), Version: h.Hash, Sent: h.At, Desk: d, Disseminated: []Level{}}
			if got, ok := h.Deliveries[d]; ok && got.Refused == "" {
				line.Delivered = &got.At
			}
			line.acks(m, h, d)
			if x, ok := removal(m, r, d); gone && ok {
				line.Removed = &x.At
			}
			out = append(out, line)
		}
	}
	return out
}

// acks adds what a desk said of this very version.
func (r *Release) acks(m cell.Matter, of cell.Held, desk string) {
	for _, h := range m.Said(cell.KindReceived, desk) {
		if len(h.Cites) > 0 && h.Cites[0] == of.Cite() && r.Received == nil {
			r.Received = &h.At
		}
	}
	for _, h := range m.Said(cell.KindDisseminated, desk) {
		if b, ok := h.Body.(cell.Disseminated); ok && len(h.Cites) > 0 && h.Cites[0] == of.Cite() {
			r.Disseminated = append(r.Disseminated, Level{b.Level, b.At, b.Cannot})
		}
	}
}

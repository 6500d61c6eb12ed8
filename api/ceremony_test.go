package api_test

import (
	"fmt"
	"testing"

	"parley/cell"
	"parley/node"
)

// TLK-14 T: a client gets the exact text that its desk's root key is to sign,
// and nothing is filed by asking; before all have signed there is no note.
func TestCeremonyText(t *testing.T) {
	s := serve(t, nil, "alpha")
	f := s.Send(t, node.Act{Kind: "STMT"}, `{"draft":3,"text":{"ar":"اتفق الجانبان.","en":"The sides have agreed.","he":"הצדדים הסכימו."}}`)
	var m node.MatterView
	s.ask(t, "GET", "/api/v1/matters/"+f.Ref.String(), "").want(t, 200, &m)
	act := fmt.Sprintf(`{"kind":"STMTSIGN","about":%q,"body":{"hash":%q,"signature":"auto"}}`, f.Ref, m.Hash)
	var got struct{ Text string }
	s.ask(t, "POST", "/api/v1/ceremony", act).want(t, 200, &got)
	x, err := cell.ParseCeremony([]byte(got.Text))
	if err != nil || x.Text.En != "The sides have agreed." || x.Fact("statement") != f.Ref.String() || x.Fact("draft") != "3" || x.Charter != s.cell.Charter.Hash {
		t.Errorf("%+v %v", x, err)
	}
	var after node.MatterView
	s.ask(t, "GET", "/api/v1/matters/"+f.Ref.String(), "").want(t, 200, &after)
	if len(after.Records) != len(m.Records) {
		t.Errorf("asking filed %d records", len(after.Records)-len(m.Records))
	}
	var notes struct{ Notes []string }
	s.ask(t, "GET", "/api/v1/matters/"+f.Ref.String()+"/notes", "").want(t, 200, &notes)
	if notes.Notes == nil || len(notes.Notes) != 0 {
		t.Errorf("notes: %v", notes.Notes)
	}
	for _, tt := range []struct {
		method, path, body string
		header             []string
		status             int
	}{
		{"POST", "/api/v1/ceremony", act, []string{"Content-Type", "text/plain"}, 415},
		{"POST", "/api/v1/ceremony", `{"kind":"STMTSIGN"}`, nil, 422},
		{"POST", "/api/v1/ceremony", `{"kind":"STMTSIGN","body":{"hash":"x","signature":"auto"}}`, nil, 422},
		{"POST", "/api/v1/ceremony", `{"kind":"MSG","body":{"body":{"lang":"en","text":"one"}}}`, nil, 422},
		{"POST", "/api/v1/ceremony", `{"kind":"STMTSIGN","about":"bravo:0198a1b2-c3d4-7e5f-8a9b-000000000000","body":{"hash":"` + m.Hash + `","signature":"auto"}}`, nil, 404},
		{"GET", "/api/v1/matters/bravo:0198a1b2-c3d4-7e5f-8a9b-000000000000/notes", "", nil, 404},
		{"GET", "/api/v1/matters/nothing/notes", "", nil, 404},
		{"POST", "/api/v1/records", act, nil, 422}, // this desk's root key is kept offline
	} {
		s.ask(t, tt.method, tt.path, tt.body, tt.header...).want(t, tt.status, nil)
	}
	s.askAs(t, "", "POST", "/api/v1/ceremony", act).want(t, 401, nil)
	s.askAs(t, "", "GET", "/api/v1/matters/"+f.Ref.String()+"/notes", "").want(t, 401, nil)
}

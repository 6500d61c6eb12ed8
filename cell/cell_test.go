package cell

import "testing"

func TestRecordRoundTrip(t *testing.T) {
	body, _ := EncodeBody(Received{})
	r := Record{V: 1, Cell: "cedar", Charter: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Desk: "alpha", ID: "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", Kind: KindReceived, Status: Exercise, Precedence: Flash, At: 1767700000000, By: By{"watch-1", "watch"}, To: []string{"bravo"}, Serial: 1, Body: body}
	b, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(string(b))
	if _, err := Decode(b); err != nil {
		t.Fatal(err)
	}
}
func TestFill(t *testing.T) {
	var k Kind
	for _, x := range kernelKinds {
		if x.Name == KindPosition {
			k = x
		}
	}
	v, err := k.Fill([]byte(`{"position":"noted","text":{"lang":"en","text":"hi"}}`))
	t.Log(string(v), err)
	v, err = k.Fill([]byte(`{"position":"noted","Text":1.5}`))
	t.Log(string(v), err)
	v, err = k.Fill([]byte(`{"position":"noted","Position":"x"}`))
	t.Log(string(v), err)
	v, err = k.Fill([]byte(`{"position":"noted","position":"x"}`))
	t.Log(string(v), err)
}

package link

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"parley/journal"
)

func someBatches() []journal.Batch {
	return []journal.Batch{
		{Name: journal.Name{Desk: "alpha", Gen: 1}, From: 7, Entries: []journal.Entry{journal.Cover([32]byte{1}), journal.Cover([32]byte{2})},
			Checkpoint: []byte("parley.test/alpha/1\n9\nroot\n"), Cosignatures: []string{"— bravo x\n", "— supervisor y\n"}},
		{Name: journal.Name{Desk: "supervisor", Gen: math.MaxInt32}, From: math.MaxInt64,
			Records: []journal.Opened{{Index: 3, Salt: journal.Salt{9}, Record: []byte("{}")}, {Index: math.MaxInt64}}},
	}
}

func someHoldings() []journal.Holding {
	return []journal.Holding{
		{Name: journal.Name{Desk: "alpha", Gen: 1}, Size: 9, Checkpoint: []byte("signed"), Cosignatures: []string{"— bravo x\n"}},
		{Name: journal.Name{Desk: "alpha", Gen: 2}},
	}
}

// F11: whatever is read as a frame is written back as the same bytes, and no
// more is read than the frame.
func FuzzFrame(f *testing.F) {
	f.Add(numbers(typePing, 1, 2).bytes())
	f.Add(append(byeFrame("enough").bytes(), 1, 2, 3))
	f.Add([]byte{typeParcel, 0, 0x40, 0, 1})
	f.Add([]byte{typeHello, 0, 0, 0, 9, '{'})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		got, err := readFrame(r)
		if err != nil {
			return
		}
		if again := got.bytes(); !bytes.Equal(again, b[:len(b)-r.Len()]) {
			t.Errorf("read %x, wrote %x", b, again)
		}
		if got.typ == typeHello {
			parseHello(got.payload)
		}
	})
}

// F11: whatever is read as a parcel is written back as the same bytes.
func FuzzParcel(f *testing.F) {
	for _, batches := range [][]journal.Batch{nil, someBatches(), someBatches()[1:]} {
		b, err := EncodeParcel(5, batches)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		id, batches, err := DecodeParcel(b)
		if err != nil {
			return
		}
		again, err := EncodeParcel(id, batches)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("read %x, wrote %x: %v", b, again, err)
		}
	})
}

// F11: whatever is read as a HOLD is written back as the same bytes.
func FuzzHold(f *testing.F) {
	for _, holdings := range [][]journal.Holding{nil, someHoldings()} {
		b, err := EncodeHold(5, holdings)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		seq, holdings, err := DecodeHold(b)
		if err != nil {
			return
		}
		again, err := EncodeHold(seq, holdings)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("read %x, wrote %x: %v", b, again, err)
		}
	})
}

// F11: a payload that ends early anywhere is an error.
func TestTruncated(t *testing.T) {
	parcel, err := EncodeParcel(1, someBatches())
	if err != nil {
		t.Fatal(err)
	}
	hold, err := EncodeHold(1, someHoldings())
	if err != nil {
		t.Fatal(err)
	}
	for n := range parcel {
		if _, _, err := DecodeParcel(parcel[:n]); err == nil {
			t.Errorf("the first %d bytes of a parcel are taken for one", n)
		}
	}
	for n := range hold {
		if _, _, err := DecodeHold(hold[:n]); err == nil {
			t.Errorf("the first %d bytes of a HOLD are taken for one", n)
		}
	}
	whole := frame{typeParcel, parcel}.bytes()
	for n := range whole {
		if _, err := readFrame(bytes.NewReader(whole[:n])); err == nil || n > 0 && err == io.EOF {
			t.Errorf("the first %d bytes of a frame: %v", n, err)
		}
	}
}

// What this desk may not send is found before it is sent.
func TestEncodeLimits(t *testing.T) {
	big := make([]byte, maxRecord)
	for _, test := range []struct {
		want  string
		batch journal.Batch
	}{
		{"desk id", journal.Batch{Name: journal.Name{Gen: 1}}},
		{"desk id", journal.Batch{Name: journal.Name{Desk: strings.Repeat("x", 65), Gen: 1}}},
		{"generation 0", journal.Batch{Name: journal.Name{Desk: "alpha"}}},
		{"from -1", journal.Batch{Name: own("alpha"), From: -1}},
		{"a checkpoint", journal.Batch{Name: own("alpha"), Checkpoint: big}},
		{"cosignatures", journal.Batch{Name: own("alpha"), Cosignatures: make([]string, 65)}},
		{"a cosignature", journal.Batch{Name: own("alpha"), Cosignatures: []string{string(big)}}},
		{"a record", journal.Batch{Name: own("alpha"), Records: []journal.Opened{{Record: append(big, 1)}}}},
		{"index -1", journal.Batch{Name: own("alpha"), Records: []journal.Opened{{Index: -1}}}},
		{"at most 4194304 fit", journal.Batch{Name: own("alpha"), Records: []journal.Opened{{Record: big}, {Record: big}, {Record: big}, {Record: big}}}},
	} {
		if _, err := EncodeParcel(1, []journal.Batch{test.batch}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("want an error about %q, got %v", test.want, err)
		}
	}
}

// A BYE is cut to fit between two characters, never within one.
func TestByeFits(t *testing.T) {
	for n := range 4 {
		f := byeFrame(strings.Repeat("x", n) + strings.Repeat("é", maxReason))
		if len(f.payload) > maxReason || len(f.payload) < maxReason-1 || strings.ContainsRune(string(f.payload), '\uFFFD') {
			t.Errorf("%d bytes: %.20q", len(f.payload), f.payload)
		}
	}
	if got := string(byeFrame("plain \xff words").payload); got != "plain \uFFFD words" {
		t.Errorf("got %q", got)
	}
}

// The set of records taken knows each index, and only those.
func TestMarks(t *testing.T) {
	m := make(marks)
	a, b := own("alpha"), own("bravo")
	more := make(marks)
	for i := int64(0); i < 1000; i += 6 {
		m.set(a, i)
		more.set(a, i+3)
	}
	m.add(more)
	for i := range int64(1000) {
		if m.has(a, i) != (i%3 == 0) || m.has(b, i) {
			t.Fatalf("index %d is wrong", i)
		}
	}
}

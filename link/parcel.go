package link

import (
	"fmt"
	"math"

	"parley/journal"
)

const (
	openedSize = 8 + 32 + 4              // of a record without its bytes
	batchSize  = 2 + 1 + 4 + 8 + 4*3 + 2 // of the smallest batch
)

// EncodeParcel gives the payload of a PARCEL frame (docs/formats/link.md). An
// error names what does not fit into one; a parcel has at most 4 MiB.
func EncodeParcel(id uint64, batches []journal.Batch) ([]byte, error) {
	w := &writer{b: make([]byte, 0, parcelSize(batches))}
	w.u64(int64(id))
	if len(batches) > maxBatches {
		w.fail("%d batches, at most %d fit", len(batches), maxBatches)
	}
	w.u16(len(batches))
	for _, b := range batches {
		w.name(b.Name)
		w.index("from", b.From)
		w.u32(len(b.Entries))
		for _, e := range b.Entries {
			w.b = append(w.b, e[:]...)
		}
		w.head(b.Checkpoint, b.Cosignatures)
		w.u32(len(b.Records))
		for _, o := range b.Records {
			w.index("index", o.Index)
			w.b = append(w.b, o.Salt[:]...)
			w.bytes("a record", o.Record, maxRecord)
		}
	}
	if len(w.b) > maxFrame {
		w.fail("%d bytes, at most %d fit", len(w.b), maxFrame)
	}
	if w.err != nil {
		return nil, fmt.Errorf("encode parcel: %w", w.err)
	}
	return w.b, nil
}

// parcelSize gives the number of bytes that a parcel takes on its way.
func parcelSize(batches []journal.Batch) int {
	n := 10
	for _, b := range batches {
		n += batchSize - 1 + len(b.Desk) + len(b.Entries)*journal.EntrySize + len(b.Checkpoint)
		for _, c := range b.Cosignatures {
			n += 4 + len(c)
		}
		for _, o := range b.Records {
			n += openedSize + len(o.Record)
		}
	}
	return n
}

// DecodeParcel is the inverse of [EncodeParcel]: whatever it accepts encodes to
// the same bytes. It checks form only; signatures and roots are the journal's
// to judge. Record bytes and checkpoints alias b.
func DecodeParcel(b []byte) (id uint64, batches []journal.Batch, err error) {
	r := &reader{b: b}
	id = r.u64()
	n := r.count("batches", int64(r.u16()), maxBatches, batchSize)
	for range n {
		batches = append(batches, r.batch())
		if r.err != nil {
			break
		}
	}
	if err := r.done(); err != nil {
		return 0, nil, fmt.Errorf("decode parcel: %w", err)
	}
	return id, batches, nil
}

func (r *reader) batch() journal.Batch {
	b := journal.Batch{Name: r.name(), From: r.index("from")}
	if n := r.count("entries", r.u32(), maxFrame/journal.EntrySize, journal.EntrySize); n > 0 {
		b.Entries = make([]journal.Entry, n)
		for i := range b.Entries {
			copy(b.Entries[i][:], r.take(journal.EntrySize))
		}
	}
	if b.From > math.MaxInt64-int64(len(b.Entries)) {
		r.fail("%d entries from %d on cannot be", len(b.Entries), b.From)
	}
	b.Checkpoint, b.Cosignatures = r.head()
	if n := r.count("records", r.u32(), maxFrame/openedSize, openedSize); n > 0 {
		b.Records = make([]journal.Opened, n)
		for i := range b.Records {
			o := &b.Records[i]
			o.Index = r.index("index")
			copy(o.Salt[:], r.take(len(o.Salt)))
			o.Record = r.bytes("a record", maxRecord)
		}
	}
	return b
}

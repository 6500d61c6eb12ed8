package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

const (
	headMagic   = "PARLEYH1"
	headBody    = 64       // magic, counter, generation, size, root
	headSlot    = 96       // body and its SHA-256
	headStride  = 4096     // each slot in a page of its own
	headFileLen = 2 * 4096 // never grows, so writing needs no new space
)

// A HeadFile is `head.latest` beside the database: the last head that a desk
// was about to publish (design 2, "Restart"). A database that was restored
// from an older copy is behind it, and must not be appended to before the
// peers have been asked.
//
// The file has two slots that are overwritten in turn, each with a counter and
// a checksum; a torn slot is ignored and the other one stands. A HeadFile may
// be used by several goroutines.
type HeadFile struct {
	mu    sync.Mutex
	f     *os.File
	count uint64 // of the newest slot
	kept  bool   // a slot was written and synced since the file was opened
}

// OpenHeadFile opens the file, or makes an empty one and makes that durable.
func OpenHeadFile(path string) (*HeadFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open head file: %w", err)
	}
	h := &HeadFile{f: f}
	if err := h.prepare(path); err != nil {
		f.Close()
		return nil, fmt.Errorf("open head file %s: %w", path, err)
	}
	return h, nil
}

func (h *HeadFile) prepare(path string) error {
	info, err := h.f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < headFileLen {
		// Zeros are written, not left as a hole, so that a full disk cannot
		// fail a later write.
		if _, err := h.f.WriteAt(make([]byte, headFileLen-info.Size()), info.Size()); err != nil {
			return err
		}
		if err := h.f.Sync(); err != nil {
			return err
		}
		dir, err := os.Open(filepath.Dir(path))
		if err != nil {
			return err
		}
		defer dir.Close()
		if err := dir.Sync(); err != nil {
			return err
		}
	}
	_, _, _, err = h.read()
	return err
}

// Write records that a head is about to be published. Only the first write
// after opening waits for the disk: a power cut that loses a later one leaves
// that slot, which a database that lost nothing has grown past; one that left
// no slot at all would look like a restored copy.
func (h *HeadFile) Write(gen int, head Head) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	count := h.count + 1
	slot := make([]byte, 0, headSlot)
	slot = append(slot, headMagic...)
	slot = binary.BigEndian.AppendUint64(slot, count)
	slot = binary.BigEndian.AppendUint64(slot, uint64(gen))
	slot = binary.BigEndian.AppendUint64(slot, uint64(head.Size))
	slot = append(slot, head.Root[:]...)
	sum := sha256.Sum256(slot)
	slot = append(slot, sum[:]...)
	if _, err := h.f.WriteAt(slot, int64(count%2)*headStride); err != nil {
		return fmt.Errorf("write head file: %w", err)
	}
	h.count = count
	if !h.kept {
		if err := h.f.Sync(); err != nil {
			return fmt.Errorf("sync head file: %w", err)
		}
		h.kept = true
	}
	return nil
}

// Read returns the newest intact slot. ok is false when there is none: the
// file is new, or both slots are damaged.
func (h *HeadFile) Read() (gen int, head Head, ok bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.read()
}

func (h *HeadFile) read() (gen int, head Head, ok bool, err error) {
	for i := range int64(2) {
		slot := make([]byte, headSlot)
		if _, err := h.f.ReadAt(slot, i*headStride); err != nil && !errors.Is(err, io.EOF) {
			return 0, Head{}, false, fmt.Errorf("read head file: %w", err)
		}
		sum := sha256.Sum256(slot[:headBody])
		if string(slot[:8]) != headMagic || !bytes.Equal(sum[:], slot[headBody:]) {
			continue
		}
		count := binary.BigEndian.Uint64(slot[8:])
		if ok && count < h.count {
			continue
		}
		h.count, ok = count, true
		gen = int(binary.BigEndian.Uint64(slot[16:]))
		head = Head{Size: int64(binary.BigEndian.Uint64(slot[24:])), Root: Hash(slot[32:64])}
	}
	return gen, head, ok, nil
}

// Close closes the file.
func (h *HeadFile) Close() error {
	return h.f.Close()
}

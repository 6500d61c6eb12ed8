package node_test

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	fusefs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// disk is one flat folder on a disk that forgets: what was written, cut,
// created, renamed or removed and not synced is gone after a power cut. It is
// harsher than real disks, which write most things back unasked. Fault F2.
type disk struct {
	mu    sync.Mutex
	names map[string]*file // as processes see the folder
	kept  map[string]*file // as the disk would show it after a cut
	off   bool             // the power is cut: everything fails
	lost  int              // writes that a cut has dropped
}

// file is the content that processes see, and what the disk has of it.
type file struct {
	fusefs.Inode
	on     *disk
	now    []byte
	kept   []byte
	unkept []change // since the last sync, in order
}

// change is one write, or with data nil one cut to a length.
type change struct {
	at   int64
	data []byte
}

func newDisk() *disk { return &disk{names: map[string]*file{}, kept: map[string]*file{}} }

// mount shows the disk as a folder to every process. It skips the test where
// the system has no FUSE.
func (d *disk) mount(t *testing.T) (dir string, unmount func()) {
	t.Helper()
	if _, err := os.Stat("/dev/fuse"); errors.Is(err, fs.ErrNotExist) {
		t.Skip("NOT PROVEN HERE: there is no /dev/fuse, so no power can be cut")
	}
	dir = t.TempDir()
	server, err := fusefs.Mount(dir, &folder{on: d}, &fusefs.Options{
		MountOptions: fuse.MountOptions{DirectMount: true, FsName: "powercut", Name: "powercut"},
	})
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("/dev/fuse is there but nothing can be mounted: %v", err)
		}
		t.Skipf("NOT PROVEN HERE: nothing can be mounted, so no power can be cut: %v", err)
	}
	unmount = sync.OnceFunc(func() {
		if err := server.Unmount(); err != nil {
			_ = syscall.Unmount(dir, syscall.MNT_DETACH)
		}
	})
	t.Cleanup(unmount)
	return dir, unmount
}

// cut cuts the power: from now on everything fails, and what was not synced is
// gone. With rng, each unsynced write may have reached the disk by itself, in
// any order, as real disks do it; without, none has.
func (d *disk) cut(rng *rand.Rand) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.off = true
	d.names = map[string]*file{}
	for name, f := range d.kept {
		survivor := &file{on: d, kept: f.kept}
		for _, c := range f.unkept {
			if rng == nil || rng.IntN(2) == 0 {
				d.lost++
				continue
			}
			survivor.kept = c.apply(survivor.kept)
		}
		survivor.now = append([]byte(nil), survivor.kept...)
		d.names[name] = survivor
	}
	d.kept = map[string]*file{}
	for name, f := range d.names {
		d.kept[name] = f
	}
}

// restore gives the power back.
func (d *disk) restore() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.off = false
}

// export writes what is on the disk into an ordinary folder.
func (d *disk) export(t *testing.T) (dir string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	dir = t.TempDir()
	for name, f := range d.names {
		if err := os.WriteFile(filepath.Join(dir, name), f.now, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// apply gives b as it is after the change.
func (c change) apply(b []byte) []byte {
	if c.data == nil {
		if c.at <= int64(len(b)) {
			return b[:c.at:c.at]
		}
		return append(b, make([]byte, c.at-int64(len(b)))...)
	}
	if end := c.at + int64(len(c.data)); end > int64(len(b)) {
		b = append(b, make([]byte, end-int64(len(b)))...)
	}
	copy(b[c.at:], c.data)
	return b
}

// do runs one step unless the power is cut.
func (d *disk) do(f func() syscall.Errno) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.off {
		return syscall.EIO
	}
	return f()
}

// change notes a write or a cut that is not synced yet.
func (f *file) change(c change) {
	f.now = c.apply(f.now)
	f.unkept = append(f.unkept, c)
}

func (f *file) Open(context.Context, uint32) (fusefs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, 0
}

func (f *file) Read(_ context.Context, _ fusefs.FileHandle, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	n := 0
	errno := f.on.do(func() syscall.Errno {
		if off < int64(len(f.now)) {
			n = copy(dest, f.now[off:])
		}
		return 0
	})
	return fuse.ReadResultData(dest[:n]), errno
}

func (f *file) Write(_ context.Context, _ fusefs.FileHandle, data []byte, off int64) (uint32, syscall.Errno) {
	errno := f.on.do(func() syscall.Errno {
		f.change(change{off, append([]byte{}, data...)})
		return 0
	})
	return uint32(len(data)), errno
}

func (f *file) Fsync(context.Context, fusefs.FileHandle, uint32) syscall.Errno {
	return f.on.do(func() syscall.Errno {
		for _, c := range f.unkept {
			f.kept = c.apply(f.kept)
		}
		f.unkept = nil
		return 0
	})
}

func (f *file) Flush(context.Context, fusefs.FileHandle) syscall.Errno { return 0 }

func (f *file) Getattr(_ context.Context, _ fusefs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	return f.on.do(func() syscall.Errno {
		out.Mode, out.Size = fuse.S_IFREG|0o600, uint64(len(f.now))
		return 0
	})
}

func (f *file) Setattr(_ context.Context, _ fusefs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	return f.on.do(func() syscall.Errno {
		if size, ok := in.GetSize(); ok {
			f.change(change{at: int64(size)})
		}
		out.Mode, out.Size = fuse.S_IFREG|0o600, uint64(len(f.now))
		return 0
	})
}

// folder is the disk as it is mounted.
type folder struct {
	fusefs.Inode
	on *disk
}

func (r *folder) OnAdd(ctx context.Context) {
	r.on.mu.Lock()
	defer r.on.mu.Unlock()
	for name, f := range r.on.names {
		r.AddChild(name, r.NewPersistentInode(ctx, f, fusefs.StableAttr{Mode: fuse.S_IFREG}), true)
	}
}

func (r *folder) Create(ctx context.Context, name string, _ uint32, _ uint32, out *fuse.EntryOut) (*fusefs.Inode, fusefs.FileHandle, uint32, syscall.Errno) {
	f := &file{on: r.on}
	errno := r.on.do(func() syscall.Errno { r.on.names[name] = f; return 0 })
	if errno != 0 {
		return nil, nil, 0, errno
	}
	out.Mode = fuse.S_IFREG | 0o600
	return r.NewPersistentInode(ctx, f, fusefs.StableAttr{Mode: fuse.S_IFREG}), nil, 0, 0
}

func (r *folder) Unlink(_ context.Context, name string) syscall.Errno {
	return r.on.do(func() syscall.Errno { delete(r.on.names, name); return 0 })
}

func (r *folder) Rename(_ context.Context, name string, _ fusefs.InodeEmbedder, to string, _ uint32) syscall.Errno {
	return r.on.do(func() syscall.Errno {
		r.on.names[to] = r.on.names[name]
		delete(r.on.names, name)
		return 0
	})
}

// Fsync of the folder makes its names durable: until then a new file has none.
func (r *folder) Fsync(context.Context, fusefs.FileHandle, uint32) syscall.Errno {
	return r.on.do(func() syscall.Errno {
		r.on.kept = map[string]*file{}
		for name, f := range r.on.names {
			r.on.kept[name] = f
		}
		return 0
	})
}

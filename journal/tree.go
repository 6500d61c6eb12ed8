package journal

import (
	"crypto/sha256"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8 // a tile spans 256 hashes (tlog-tiles)

// A Tree is the right edge of a journal: enough to append and to know the
// root, without reading anything back. It holds one hash for each set bit of
// the size, largest subtree first. The zero Tree is the empty journal. A Tree
// belongs to one goroutine; readers work on a Clone.
type Tree struct {
	size int64
	edge []Hash
	done []tileHash // finished since the last store
}

// A tileHash is the root of a finished subtree of 256^k leaves. These are the
// only inner nodes that are stored; every other one is computed from them.
type tileHash struct {
	level int // 8, 16, 24 …
	n     int64
	hash  Hash
}

// Append adds one entry at index Head().Size.
func (t *Tree) Append(e Entry) {
	t.appendHash(e.LeafHash())
}

func (t *Tree) appendHash(h Hash) {
	n := t.size
	for level := 0; ; {
		if level > 0 && level%tileHeight == 0 {
			t.done = append(t.done, tileHash{level, n, h})
		}
		if n&1 == 0 {
			break
		}
		last := len(t.edge) - 1
		h = tlog.NodeHash(t.edge[last], h)
		t.edge = t.edge[:last]
		level, n = level+1, n>>1
	}
	t.edge = append(t.edge, h)
	t.size++
}

// Head returns the size and the RFC 6962 root. The root of the empty tree is
// SHA-256 of nothing (tlog-checkpoint).
func (t *Tree) Head() Head {
	if t.size == 0 {
		return Head{Root: emptyRoot()}
	}
	root := t.edge[len(t.edge)-1]
	for i := len(t.edge) - 2; i >= 0; i-- {
		root = tlog.NodeHash(t.edge[i], root)
	}
	return Head{Size: t.size, Root: root}
}

// Clone returns a tree that grows independently of t.
func (t *Tree) Clone() *Tree {
	return &Tree{
		size: t.size,
		edge: append([]Hash(nil), t.edge...),
		done: append([]tileHash(nil), t.done...),
	}
}

// MarshalBinary returns the edge as it is stored beside the head: the hashes
// of the complete subtrees, largest first, 32 bytes each. The size is not part
// of it. The error is always nil.
func (t *Tree) MarshalBinary() ([]byte, error) {
	return t.marshalEdge(), nil
}

func (t *Tree) marshalEdge() []byte {
	b := make([]byte, 0, len(t.edge)*tlog.HashSize)
	for _, h := range t.edge {
		b = append(b, h[:]...)
	}
	return b
}

// ParseTree returns the tree of size entries whose edge was written by
// [Tree.MarshalBinary]. An edge of the wrong length is an error.
func ParseTree(size int64, edge []byte) (*Tree, error) {
	if size < 0 || len(edge) != bits.OnesCount64(uint64(size))*tlog.HashSize {
		return nil, fmt.Errorf("parse tree: an edge of %d bytes does not fit a size of %d", len(edge), size)
	}
	t := &Tree{size: size}
	for ; len(edge) > 0; edge = edge[tlog.HashSize:] {
		t.edge = append(t.edge, Hash(edge[:tlog.HashSize]))
	}
	return t, nil
}

func emptyRoot() Hash {
	return sha256.Sum256(nil)
}

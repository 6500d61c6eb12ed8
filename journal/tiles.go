package journal

import (
	"context"
	"encoding/binary"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

const (
	tileEntries  = -1 // the level of /tile/entries/
	maxTileLevel = 7  // 256^8 is more than a size can say
)

// Tiles serves one journal as a C2SP tlog-tiles log, so that any member and
// any outside tool can follow it: /checkpoint, /tile/<L>/<N>[.p/<W>] and
// /tile/entries/<N>[.p/<W>]. Only what lies under the newest saved checkpoint
// is served. read runs its argument in a read transaction.
func Tiles(read func(context.Context, func(Tx) error) error, desk string, gen int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		var body []byte
		var found bool
		err := read(r.Context(), func(tx Tx) (err error) {
			if r.URL.Path == "/checkpoint" {
				body, found, err = publishedCheckpoint(r.Context(), tx, desk, gen)
			} else if t, ok := parseTilePath(r.URL.Path); ok {
				body, found, err = publishedTile(r.Context(), tx, desk, gen, t)
			}
			return err
		})
		switch {
		case err != nil:
			http.Error(w, "the journal cannot be read now", http.StatusInternalServerError)
			return
		case !found:
			http.Error(w, "no such part of this journal", http.StatusNotFound)
			return
		}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.URL.Path == "/checkpoint" {
			h.Set("Content-Type", "text/plain; charset=utf-8")
			h.Set("Cache-Control", "max-age=1")
		} else {
			h.Set("Content-Type", "application/octet-stream")
			h.Set("Cache-Control", "public, max-age=604800, immutable")
		}
		w.Write(body) // a client that went away is no error of ours
	})
}

// A tilePath is a parsed tile address: width hashes (1 to 256) of tile n.
type tilePath struct {
	level int
	n     int64
	width int
}

// parseTilePath accepts the one spelling that tlog-tiles gives each tile.
func parseTilePath(path string) (tilePath, bool) {
	rest, ok := strings.CutPrefix(path, "/tile/")
	level, rest, ok2 := strings.Cut(rest, "/")
	t := tilePath{level: tileEntries, width: 1 << tileHeight}
	if level != "entries" {
		n, ok := tileNumber(level, maxTileLevel)
		if !ok {
			return t, false
		}
		t.level = int(n)
	}
	number, width, partial := strings.Cut(rest, ".p/")
	if partial {
		n, ok := tileNumber(width, 1<<tileHeight-1)
		if !ok || n == 0 {
			return t, false
		}
		t.width = int(n)
	}
	n, ok3 := parseTileNumber(number)
	t.n = n
	return t, ok && ok2 && ok3
}

// parseTileNumber reads x001/x234/067 as 1234067.
func parseTileNumber(s string) (int64, bool) {
	groups := strings.Split(s, "/")
	var n int64
	for i, g := range groups {
		if i < len(groups)-1 {
			var ok bool
			if g, ok = strings.CutPrefix(g, "x"); !ok {
				return 0, false
			}
		}
		v, err := strconv.ParseUint(g, 10, 16)
		if len(g) != 3 || err != nil || i > 5 || i == 0 && v == 0 && len(groups) > 1 {
			return 0, false
		}
		n = n*1000 + int64(v)
	}
	return n, n < 1<<(62-2*tileHeight)
}

// tileNumber reads a decimal number of at most limit, without leading zeros.
func tileNumber(s string, limit int64) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0 && n <= limit && strconv.FormatInt(n, 10) == s
}

func publishedCheckpoint(ctx context.Context, tx Tx, desk string, gen int) ([]byte, bool, error) {
	checkpoint, cosigs, _, err := Checkpoint(ctx, tx, desk, gen)
	if err != nil || checkpoint == nil {
		return nil, false, err
	}
	return WithCosignatures(checkpoint, cosigs), true, nil
}

func publishedTile(ctx context.Context, tx Tx, desk string, gen int, t tilePath) ([]byte, bool, error) {
	_, head, err := savedCheckpoint(ctx, tx, desk, gen)
	if err != nil {
		return nil, false, err
	}
	level := max(t.level, 0) * tileHeight
	first := t.n << tileHeight
	if first+int64(t.width) > head.Size>>level {
		return nil, false, nil
	}
	if t.level == tileEntries {
		entries, err := Entries(ctx, tx, desk, gen, first, first+int64(t.width))
		if err != nil {
			return nil, false, err
		}
		var body []byte
		for _, e := range entries {
			body = binary.BigEndian.AppendUint16(body, EntrySize)
			body = append(body, e[:]...)
		}
		return body, true, nil
	}
	hashes, err := tileHashes(ctx, tx, desk, gen, tileAt{level, t.n})
	if err != nil {
		return nil, false, err
	}
	if len(hashes) < t.width {
		return nil, false, errors.New("tile is shorter than the published size")
	}
	var body []byte
	for _, h := range hashes[:t.width] {
		body = append(body, h[:]...)
	}
	return body, true, nil
}

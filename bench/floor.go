package bench

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"parley/link"
)

const (
	floorDisk   = "floor: 4 KiB append and sync"
	floorSigned = "floor: signed, two syncs"
	floorKept   = "floor: signed, receipt kept"
)

// measureFloor measures what no software that keeps the same promise can be
// faster than.
func measureFloor(ctx context.Context, r *run) error {
	disk, err := openLog(filepath.Join(r.dir, "floor"))
	if err != nil {
		return err
	}
	defer disk.Close()
	x, err := r.repeat(ctx, floorDisk, func() error { return disk.append(make([]byte, 4096)) })
	if err != nil {
		return err
	}
	r.add(x)
	for _, keep := range []bool{false, true} {
		if err := r.signedFloor(ctx, keep); err != nil {
			return err
		}
	}
	return nil
}

// repeat does one thing after the other for the span of a measurement.
func (r *run) repeat(ctx context.Context, name string, once func() error) (Result, error) {
	var each []time.Duration
	begin := time.Now()
	for time.Since(begin) < r.span && ctx.Err() == nil {
		at := time.Now()
		if err := once(); err != nil {
			return Result{}, err
		}
		each = append(each, time.Since(at))
	}
	return times(name, each, time.Since(begin)), ctx.Err()
}

// log is a bare file that is synced at every append.
type log struct{ *os.File }

func openLog(path string) (log, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	return log{f}, err
}

func (l log) append(b []byte) error {
	if _, err := l.Write(b); err != nil {
		return err
	}
	return l.Sync()
}

// signedFloor is the least for one record of 1 KiB between two desks (design
// 10): signed and synced here, carried over mutually pinned TLS 1.3, verified,
// synced and signed there, and verified here; with keep, the receipt is synced
// here as well.
func (r *run) signedFloor(ctx context.Context, keep bool) error {
	there, err := newFloorPeer(filepath.Join(r.dir, "there"))
	if err != nil {
		return err
	}
	defer there.close()
	here, err := openLog(filepath.Join(r.dir, "here"))
	if err != nil {
		return err
	}
	defer here.Close()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: there.client, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	there.author = pub
	name := floorSigned
	if keep {
		name = floorKept
	}
	record := make([]byte, 1024)
	x, err := r.repeat(ctx, name, func() error {
		signed := append(ed25519.Sign(key, record), record...)
		if err := here.append(signed); err != nil {
			return err
		}
		receipt, err := post(ctx, client, there.url, signed)
		if err != nil {
			return err
		}
		if !ed25519.Verify(there.key.Public().(ed25519.PublicKey), record, receipt) {
			return errors.New("the receipt does not verify")
		}
		if keep {
			return here.append(receipt)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	r.add(x)
	return nil
}

func post(ctx context.Context, client *http.Client, url string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// floorPeer is the other end of the floor.
type floorPeer struct {
	log    log
	key    ed25519.PrivateKey
	author ed25519.PublicKey
	server *http.Server
	client *tls.Config
	url    string
}

func newFloorPeer(path string) (*floorPeer, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	cert, err := link.Certificate(key)
	if err != nil {
		return nil, err
	}
	p := &floorPeer{key: key}
	if p.log, err = openLog(path); err != nil {
		return nil, err
	}
	pin := func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) == 0 || !key.Public().(ed25519.PublicKey).Equal(s.PeerCertificates[0].PublicKey) {
			return errors.New("another key")
		}
		return nil
	}
	p.client = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13, InsecureSkipVerify: true, VerifyConnection: pin}
	served := p.client.Clone()
	served.ClientAuth, served.NextProtos = tls.RequireAnyClientCert, []string{"h2"}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, p.log.Close())
	}
	p.url = "https://" + l.Addr().String() + "/"
	p.server = &http.Server{Handler: p, TLSConfig: served, ReadHeaderTimeout: time.Minute}
	go func() { _ = p.server.ServeTLS(l, "", "") }() // ends with close
	return p, nil
}

// ServeHTTP verifies a record, syncs it and answers with a signature over it.
func (p *floorPeer) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	b, err := io.ReadAll(req.Body)
	if err != nil || len(b) < ed25519.SignatureSize || !ed25519.Verify(p.author, b[ed25519.SignatureSize:], b[:ed25519.SignatureSize]) {
		http.Error(w, "not a signed record", http.StatusBadRequest)
		return
	}
	if err := p.log.append(b); err != nil {
		http.Error(w, "not stored", http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(ed25519.Sign(p.key, b[ed25519.SignatureSize:]))
}

func (p *floorPeer) close() {
	_ = p.server.Close()
	_ = p.log.Close()
}

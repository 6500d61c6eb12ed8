package cot

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"maps"
	"net"
	"sync"
	"time"
)

// Config is what a server is made of. Zero values stand for what is written
// beside them.
type Config struct {
	Now        func() int64 // the desk's clock, UTC ms
	Log        *slog.Logger
	MaxClients int           // 32
	WriteWait  time.Duration // 10 s: a client that does not take an event in it is dropped
	OfferWait  time.Duration // 2 s: how long a client may answer the offer before it is sent XML
	Look       time.Duration // 5 s: how often windows are looked at
}

// Server holds the picture and brings every client to it.
type Server struct {
	cfg Config

	mu      sync.Mutex
	picture picture       // guarded by mu
	changed chan struct{} // guarded by mu; closed when the picture changes
	clients int           // guarded by mu
}

// New makes a server that shows nothing yet.
func New(cfg Config) *Server {
	for _, d := range []struct {
		to *time.Duration
		is time.Duration
	}{{&cfg.WriteWait, 10 * time.Second}, {&cfg.OfferWait, 2 * time.Second}, {&cfg.Look, 5 * time.Second}} {
		if *d.to == 0 {
			*d.to = d.is
		}
	}
	if cfg.MaxClients == 0 {
		cfg.MaxClients = 32
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Server{cfg: cfg, changed: make(chan struct{})}
}

// TLS gives the settings of a listener: a certificate, and, when pem holds
// authorities, clients with a certificate of theirs only.
func TLS(cert tls.Certificate, pem []byte) (*tls.Config, error) {
	c := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12} // clients in the field know no 1.3
	if pem != nil {
		c.ClientCAs, c.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
		if !c.ClientCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("show on CoT clients: client_ca holds no certificate")
		}
	}
	return c, nil
}

// Show makes the whole picture: what is not in it any more is deleted at the
// clients. An item that is there unchanged is not sent again.
func (s *Server) Show(items []Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := maps.Clone(s.picture.of)
	for _, it := range items {
		delete(gone, it.Key)
		s.picture.put(it, s.cfg.Now())
	}
	for key := range gone {
		s.picture.drop(key)
	}
	s.tell()
}

// Change brings some items into the picture, each in the place of the one of its
// key, and takes others out by their keys. It costs what it changes.
func (s *Server) Change(items []Item, gone []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range gone {
		s.picture.drop(key)
	}
	for _, it := range items {
		s.picture.put(it, s.cfg.Now())
	}
	s.tell()
}

// tell wakes every client. The caller holds mu.
func (s *Server) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// since gives what came or went in the picture after a mark, by uid and nil for
// what went, the next mark, and what is closed when there is more. What is over
// has gone. all says that it is the whole picture, because the mark is too old.
func (s *Server) since(mark int) (list []change, all bool, next int, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.picture.end(s.cfg.Now()) {
		s.tell()
	}
	list, all, next = s.picture.since(mark)
	return list, all, next, s.changed
}

// Serve takes clients until the context ends. It closes the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	var all sync.WaitGroup
	defer all.Wait()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	defer l.Close()
	for {
		conn, err := l.Accept()
		if ctx.Err() != nil {
			if conn != nil {
				_ = conn.Close()
			}
			return nil
		}
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil { // too many open files, for one: it passes
			s.cfg.Log.Warn("take a CoT client", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
			continue
		}
		if !s.enter() {
			s.cfg.Log.Warn("a CoT client too many", "from", conn.RemoteAddr().String(), "most", s.cfg.MaxClients)
			_ = conn.Close()
			continue
		}
		all.Go(func() {
			defer s.leave()
			err := s.serve(ctx, conn)
			s.cfg.Log.Info("a CoT client went", "from", conn.RemoteAddr().String(), "why", err)
		})
	}
}

func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clients >= s.cfg.MaxClients {
		return false
	}
	s.clients++
	return true
}

func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients--
}

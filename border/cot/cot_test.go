package cot

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"math/big"
	mrand "math/rand/v2"
	"net"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/geo"
)

// seen is an event as a TAK client reads it, from either encoding.
type seen struct {
	uid, kind, how string
	start, stale   int64
	lat, lon       float64
	callsign       string
	remarks        string
	ring           []geo.Point
	radius         float64
	link           string // uid of what is deleted
	bytes          int
	proto          bool
}

// tak is a client that reads as the known ones do: an XML event of more than
// 2,048 bytes or a frame of more than 64 KiB ends it.
type tak struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

type detail struct {
	Contact struct {
		Callsign string `xml:"callsign,attr"`
	} `xml:"contact"`
	Remarks string `xml:"remarks"`
	Shape   struct {
		Ellipse struct {
			Major float64 `xml:"major,attr"`
		} `xml:"ellipse"`
	} `xml:"shape"`
	Links []struct {
		Point string `xml:"point,attr"`
		UID   string `xml:"uid,attr"`
	} `xml:"link"`
}

func (s *seen) take(d detail) {
	s.callsign, s.remarks, s.radius = d.Contact.Callsign, d.Remarks, d.Shape.Ellipse.Major
	for _, l := range d.Links {
		if l.UID != "" {
			s.link = l.UID
			continue
		}
		lat, lon, _ := strings.Cut(l.Point, ",")
		p := geo.Point{}
		p.Lat, _ = strconv.ParseFloat(lat, 64)
		p.Lon, _ = strconv.ParseFloat(lon, 64)
		s.ring = append(s.ring, p)
	}
}

func (c *tak) read() (s seen) {
	c.t.Helper()
	first, err := c.r.Peek(1)
	if err != nil {
		c.t.Fatal(err)
	}
	if first[0] == magic {
		return c.readFrame()
	}
	var b []byte
	for !bytes.HasSuffix(b, []byte("</event>")) {
		x, err := c.r.ReadByte()
		if err != nil {
			c.t.Fatal(err)
		}
		if b = append(b, x); len(b) > 2048 {
			c.t.Fatalf("an event of more than 2048 bytes: %s", b)
		}
	}
	var e struct {
		UID   string `xml:"uid,attr"`
		Type  string `xml:"type,attr"`
		How   string `xml:"how,attr"`
		Start string `xml:"start,attr"`
		Stale string `xml:"stale,attr"`
		Point struct {
			Lat float64 `xml:"lat,attr"`
			Lon float64 `xml:"lon,attr"`
		} `xml:"point"`
		Detail detail `xml:"detail"`
	}
	if err := xml.Unmarshal(b, &e); err != nil {
		c.t.Fatalf("%v: %s", err, b)
	}
	ms := func(s string) int64 {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			c.t.Fatal(err)
		}
		return t.UnixMilli()
	}
	s = seen{uid: e.UID, kind: e.Type, how: e.How, start: ms(e.Start), stale: ms(e.Stale), lat: e.Point.Lat, lon: e.Point.Lon, bytes: len(b)}
	s.take(e.Detail)
	return s
}

func (c *tak) readFrame() (s seen) {
	c.t.Helper()
	_, _ = c.r.ReadByte()
	n, err := binary.ReadUvarint(c.r)
	if err != nil || n > 64<<10 {
		c.t.Fatal(n, err)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(c.r, b); err != nil {
		c.t.Fatal(err)
	}
	s = seen{proto: true, bytes: len(b)}
	c.fields(b, func(num uint64, v uint64, event []byte) {
		if num != 2 {
			c.t.Fatalf("field %d of a TakMessage", num)
		}
		c.fields(event, func(num, v uint64, x []byte) {
			switch num {
			case 1:
				s.kind = string(x)
			case 5:
				s.uid = string(x)
			case 7:
				s.start = int64(v)
			case 8:
				s.stale = int64(v)
			case 9:
				s.how = string(x)
			case 10:
				s.lat = math.Float64frombits(v)
			case 11:
				s.lon = math.Float64frombits(v)
			case 15:
				c.fields(x, func(num, _ uint64, x []byte) {
					var d detail
					if err := xml.Unmarshal(fmt.Appendf(nil, "<detail>%s</detail>", x), &d); num != 1 || err != nil {
						c.t.Fatal(num, err)
					}
					s.take(d)
				})
			}
		})
	})
	return s
}

func (c *tak) fields(b []byte, each func(num, v uint64, x []byte)) {
	c.t.Helper()
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		b = b[n:]
		switch tag & 7 {
		case 0:
			v, n := binary.Uvarint(b)
			each(tag>>3, v, nil)
			b = b[n:]
		case 1:
			each(tag>>3, binary.LittleEndian.Uint64(b), nil)
			b = b[8:]
		case 2:
			l, n := binary.Uvarint(b)
			each(tag>>3, 0, b[n:n+int(l)])
			b = b[n+int(l):]
		default:
			c.t.Fatalf("wire type %d", tag&7)
		}
	}
}

func (c *tak) say(kind, detail string) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.conn, `<?xml version="1.0"?><event version="2.0" uid="client-1" type="%s" how="m-g" time="2026-01-06T08:00:00Z" start="2026-01-06T08:00:00Z" stale="2026-01-06T08:01:00Z"><point lat="0" lon="0" hae="0" ce="0" le="0"/><detail>%s</detail></event>`, kind, detail); err != nil {
		c.t.Fatal(err)
	}
}

const at = 1767700000000

func items(t *testing.T) []Item {
	t.Helper()
	var many []geo.Point
	for i := range 400 { // a star, of 400 corners
		p, _ := geo.Direct(geo.Point{Lat: 12.5, Lon: -38.5}, 360*float64(i)/400, 3000+1500*float64(i%2))
		many = append(many, p)
	}
	star, err := geo.Polygon(many)
	if err != nil {
		t.Fatal(err)
	}
	square, _ := geo.Polygon([]geo.Point{{Lat: 12.5, Lon: -38.5}, {Lat: 12.6, Lon: -38.5}, {Lat: 12.6, Lon: -38.4}, {Lat: 12.5, Lon: -38.4}})
	circle, _ := geo.Circle(geo.Point{Lat: 12.5, Lon: -38.5}, 750)
	way, _ := geo.Corridor([]geo.Point{{Lat: 12.5, Lon: -38.5}, {Lat: 12.6, Lon: -38.4}, {Lat: 12.7, Lon: -38.4}}, 200)
	v := geo.Volume{From: at - 1000, Until: at + 3600_000, Low: geo.Height{M: 0, Reference: geo.AGL}, High: geo.Height{M: 300, Reference: geo.AGL}}
	var out []Item
	for i, s := range []geo.Shape{star, square, circle, way} {
		v.Shape = s
		out = append(out, Item{Key: fmt.Sprintf("alpha:%d", i+1), Callsign: fmt.Sprintf(`A-%d "<&`, i+1), Kind: "works", Volumes: []geo.Volume{v}})
	}
	return out
}

// covers reports whether what was drawn contains a shape, by points of its edge.
func covers(t *testing.T, drawn []seen, s geo.Shape) {
	t.Helper()
	var shapes []geo.Shape
	for _, d := range drawn {
		ring := d.ring
		if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
			t.Fatalf("%s is not closed: %v", d.uid, ring)
		}
		p, err := geo.Polygon(geo.Straight(ring[:len(ring)-1], true)) // straight, as a map draws it
		if err != nil {
			t.Fatalf("%s: %v", d.uid, err)
		}
		shapes = append(shapes, p)
	}
	on := edge(s)
	for i := 0; i < len(on); i += 1 + len(on)/200 {
		p, in := on[i], false
		for _, d := range shapes {
			in = in || geo.Within(p, d, 0.7) // what is sent exactly follows its edges to half a metre
		}
		if !in {
			t.Fatalf("%v of the area is not in what is drawn", p)
		}
	}
}

func edge(s geo.Shape) (out []geo.Point) {
	line := s.Line
	if len(s.Ring) > 0 {
		line = append(append([]geo.Point{}, s.Ring...), s.Ring[0])
	}
	for i := range line[1:] {
		metres, azimuth, _ := geo.Inverse(line[i], line[i+1])
		for k := range 10 {
			p, az := geo.Direct(line[i], azimuth, metres*float64(k)/10)
			for _, side := range []float64{-90, 90} {
				q, _ := geo.Direct(p, az+side, s.RadiusM)
				out = append(out, q)
			}
		}
	}
	return out
}

func dial(t *testing.T, l net.Listener) *tak {
	t.Helper()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &tak{t, conn, bufio.NewReader(conn)}
}

func serve(t *testing.T, cfg Config, wrap func(net.Listener) net.Listener) (*Server, net.Listener) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if wrap != nil {
		l = wrap(l)
	}
	if cfg.Now == nil {
		cfg.Now = func() int64 { return at }
	}
	s := New(cfg)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(ctx, l) }()
	t.Cleanup(func() { stop(); <-done })
	return s, l
}

// "Done when": a TAK-style client receives polygons, circles, corridors and
// deletions in XML and in protobuf, each with the end of the window, and nothing
// smaller than the area.
func TestClientReceives(t *testing.T) {
	list := items(t)
	for _, proto := range []bool{false, true} {
		t.Run(fmt.Sprintf("protobuf %v", proto), func(t *testing.T) {
			cfg := Config{OfferWait: time.Millisecond}
			if proto {
				cfg.OfferWait = time.Hour // it is the request that ends the wait
			}
			s, l := serve(t, cfg, nil)
			s.Show(list)
			c := dial(t, l)
			if o := c.read(); o.kind != "t-x-takp-v" {
				t.Fatalf("the server begins with %+v", o)
			}
			if proto {
				c.say("t-x-takp-q", `<TakControl><TakRequest version="1"/></TakControl>`)
				if a := c.read(); a.kind != "t-x-takp-r" || a.proto {
					t.Fatalf("%+v", a)
				}
			}
			got := map[string][]seen{}
			for range 5 { // the corridor has two legs
				e := c.read()
				if e.proto != proto || e.stale != at+3600_000 || e.start != at-1000 {
					t.Errorf("%+v", e)
				}
				key, _, _ := strings.Cut(e.uid, ".")
				got[key] = append(got[key], e)
			}
			star, square, circle, way := got["alpha:1"], got["alpha:2"], got["alpha:3"], got["alpha:4"]
			if star[0].kind != "u-d-f" || square[0].kind != "u-d-f" || way[0].kind != "u-d-f" || circle[0].kind != "u-d-c-c" || len(way) != 2 {
				t.Errorf("%+v", got)
			}
			if circle[0].radius != 750 || circle[0].callsign != `A-3 "<&` || circle[0].lat != 12.5 || circle[0].uid != "alpha:3.0.1" {
				t.Errorf("%+v", circle)
			}
			wider := strings.Contains(star[0].remarks, "larger")
			if proto != (len(star[0].ring) >= 401) || proto == wider || strings.Contains(square[0].remarks, "larger") {
				t.Errorf("%d corners, %q", len(star[0].ring), star[0].remarks)
			}
			covers(t, star, list[0].Volumes[0].Shape)
			covers(t, square, list[1].Volumes[0].Shape)
			covers(t, way, list[3].Volumes[0].Shape)

			// A new version replaces the old one, and what is withdrawn is deleted.
			list[1].Revision = 1
			s.Show(list[:2])
			over := map[string]bool{}
			for range 5 {
				e := c.read()
				switch {
				case e.kind == "t-x-d-d":
					over[e.link] = true
				case e.uid != "alpha:2.1.1":
					t.Errorf("%+v", e)
				}
			}
			for _, uid := range []string{"alpha:2.0.1", "alpha:3.0.1", "alpha:4.0.1.1", "alpha:4.0.1.2"} {
				if !over[uid] {
					t.Errorf("%s was not deleted: %v", uid, over)
				}
			}
			list[1].Revision = 0

			// What a client says moves nothing but its own connection.
			c.say("a-u-G", `<contact callsign="X"/>`)
			if !proto {
				c.say("t-x-c-t", "")
			} else if _, err := c.conn.Write(event{uid: "p", kind: typePing}.proto()); err != nil {
				t.Fatal(err)
			}
			if p := c.read(); p.kind != "t-x-c-t-r" || p.proto != proto {
				t.Errorf("%+v", p)
			}
		})
	}
}

// A client that asks for a version that there is not goes on with XML.
func TestUnknownVersion(t *testing.T) {
	s, l := serve(t, Config{OfferWait: 50 * time.Millisecond}, nil)
	s.Show(items(t)[2:3])
	c := dial(t, l)
	c.read()
	c.say("t-x-takp-q", `<TakControl><TakRequest version="7"/></TakControl>`)
	if a := c.read(); a.kind != "t-x-takp-r" {
		t.Errorf("%+v", a)
	}
	if e := c.read(); e.proto || e.kind != "u-d-c-c" {
		t.Errorf("%+v", e)
	}
}

// A window that ends takes its area off the map; one that does not take what it
// is sent loses its connection; clients have a number.
func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		s := New(Config{Now: func() int64 { return at + time.Since(begin).Milliseconds() }, MaxClients: 1})
		s.Show(items(t)[2:3])
		ours, theirs := net.Pipe()
		done := make(chan error, 1)
		go func() { done <- s.serve(t.Context(), theirs) }()
		c := &tak{t, ours, bufio.NewReader(ours)}
		c.read()
		if e := c.read(); e.kind != "u-d-c-c" {
			t.Errorf("%+v", e)
		}
		if e := c.read(); e.kind != "t-x-d-d" || e.link != "alpha:3.0.1" || time.Since(begin) < time.Hour {
			t.Errorf("after %v: %+v", time.Since(begin), e)
		}
		s.Show(items(t)[:1])
		time.Sleep(2 * time.Hour) // over too, so nothing is sent
		it := items(t)[1:2]
		it[0].Volumes[0].Until = at + 1e9
		s.Show(it) // nobody reads
		if err := <-done; err != errSlow {
			t.Errorf("a slow client: %v", err)
		}
	})
	s, l := serve(t, Config{MaxClients: 1}, nil)
	_ = s
	first := dial(t, l)
	first.read()
	second := dial(t, l)
	if _, err := second.r.ReadByte(); err == nil {
		t.Error("a second client was taken")
	}
}

// What a client sends beyond reason ends its connection.
func TestBadClients(t *testing.T) {
	for _, bad := range []string{strings.Repeat("x", 200_000), "<event>" + strings.Repeat("<a>", 100_000), "\xbf\xff\xff\xff\x7f", "\xbf\x02\x12\x7f",
		`<!DOCTYPE x [<!ENTITY a "b">]><event type="t-x-c-t"></event>`} {
		_, l := serve(t, Config{}, nil)
		c := dial(t, l)
		c.read()
		_, _ = io.WriteString(c.conn, bad)
		if _, err := io.ReadAll(c.r); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}

// Over TLS; with client_ca, only clients whose certificate it signed.
func TestTLS(t *testing.T) {
	make := func(parent *x509.Certificate, signer *ecdsa.PrivateKey, ca bool) (tls.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: ca, BasicConstraintsValid: true,
			KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, DNSNames: []string{"localhost"}}
		if parent == nil {
			parent, signer = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		leaf, _ := x509.ParseCertificate(der)
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, key
	}
	ca, key := make(nil, nil, true)
	mine, _ := make(ca.Leaf, key, false)
	strange, _ := make(nil, nil, false)
	cfg, err := TLS(mine, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Certificate[0]}))
	if err != nil {
		t.Fatal(err)
	}
	s, l := serve(t, Config{OfferWait: time.Millisecond}, func(l net.Listener) net.Listener { return tls.NewListener(l, cfg) })
	s.Show(items(t)[2:3])
	roots := x509.NewCertPool()
	roots.AddCert(ca.Leaf)
	for _, x := range []struct {
		certs []tls.Certificate
		ok    bool
	}{{[]tls.Certificate{mine}, true}, {[]tls.Certificate{strange}, false}, {nil, false}} {
		conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: roots, ServerName: "localhost", Certificates: x.certs})
		if err == nil {
			_, err = conn.Read(make1())
			conn.Close()
		}
		if (err == nil) != x.ok {
			t.Errorf("%d certificates, %v: %v", len(x.certs), x.ok, err)
		}
	}
	if _, err := TLS(mine, []byte("no certificate")); err == nil {
		t.Error("an empty client_ca was taken")
	}
}

func make1() []byte { return make([]byte, 1) }

// What is drawn in few corners contains what it stands for, whatever its form,
// and fits.
func TestOutline(t *testing.T) {
	r := mrand.New(mrand.NewPCG(7, 8))
	for n := range 40 {
		c := geo.Point{Lat: -60 + 120*r.Float64(), Lon: -170 + 340*r.Float64()}
		var s geo.Shape
		var err error
		if n%2 == 0 {
			var ring []geo.Point
			corners, size := 3+r.IntN(300), 100*(1+900*r.Float64())
			for i := range corners {
				p, _ := geo.Direct(c, 360*float64(i)/float64(corners), size*(0.3+0.7*r.Float64()))
				ring = append(ring, p)
			}
			s, err = geo.Polygon(ring)
		} else {
			line := []geo.Point{c}
			for range 1 + r.IntN(40) {
				p, _ := geo.Direct(line[len(line)-1], 360*r.Float64(), 200+4000*r.Float64())
				line = append(line, p)
			}
			s, err = geo.Corridor(line, 10+500*r.Float64())
		}
		if err != nil {
			continue
		}
		it := Item{Key: "alpha:0198a1b2-c3d4-7e5f-8a9b-0123456789ab", Callsign: strings.Repeat("ع<", 40), Kind: strings.Repeat("א", 60), Volumes: []geo.Volume{{Shape: s, From: at, Until: at + 1000}}}
		for _, most := range []int{maxXML, maxProto} {
			var drawn []seen
			for _, a := range areas(it) {
				encode := event.xml
				if most == maxProto {
					encode = event.proto
				}
				b := a.fit(at, most, encode)
				if len(b) > most {
					t.Fatalf("%d bytes, more than %d", len(b), most)
				}
				tk := &tak{t, nil, bufio.NewReader(bytes.NewReader(b))}
				drawn = append(drawn, tk.read())
			}
			covers(t, drawn, s)
		}
	}
}

// Whatever a client sends, reading it ends.
func FuzzNext(f *testing.F) {
	f.Add([]byte(`<event type="t-x-c-t"></event>`))
	f.Add(event{uid: "p", kind: typePing}.proto())
	f.Add([]byte(`<?xml version="1.0"?><event type="t-x-takp-q"><detail><TakControl><TakRequest version="1"/></TakControl></detail></event>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(b), maxSaid)
		for {
			if _, err := next(r); err != nil {
				return
			}
		}
	})
}

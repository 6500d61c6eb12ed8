package api

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// healthLimit is how long the desk may take to answer for itself.
const healthLimit = 2 * time.Second

// health says whether the desk takes acts: 200, or 503 with the reason in
// words. It tells nothing of what the desk holds, and anybody may ask.
func (h *host) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthLimit)
	defer cancel()
	if err := h.Node.Ready(ctx); err != nil {
		writeProblem(w, newProblem(http.StatusServiceUnavailable, err.Error()))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("ok\n")) // a client that went away is no error of ours
}

// metrics gives counts to a watcher of machines (Prometheus text format) that
// runs beside the desk, or shows the desk's token: never content, never a
// place.
func (h *host) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(&collector{h})
	serve := promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError})
	guarded := h.guard(serve)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if beside(r) {
			serve.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// beside reports whether a request comes from this machine itself: not through
// a proxy on it, and not from a page whose name was made to point here.
func beside(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if net.ParseIP(host) == nil && host != "localhost" && !strings.HasSuffix(host, ".localhost") {
		return false
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	from, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(from).IsLoopback()
}

var (
	records = gauge("parley_records", "Records held, by author.", "desk")
	open    = gauge("parley_open_matters", "Matters that are open, by precedence.", "precedence")
	flash   = gauge("parley_flash_unacknowledged_seconds", "How long the oldest open FLASH has waited for an officer, by the desk that owes the receipt; 0 for none.", "desk")
	outbox  = gauge("parley_outbox_records", "Records that a desk has not said it holds.", "desk")
	entries = gauge("parley_journal_entries", "Entries held of the newest generation of a desk's journal.", "desk")
	feedPos = gauge("parley_feed_position", "Newest position of the feed.")
	linkUp  = gauge("parley_link_up", "Whether the link to a desk stands.", "desk")
)

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// collector reads the figures when it is asked.
type collector struct{ *host }

// Describe names the figures (interface of the Prometheus client).
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{records, open, flash, outbox, entries, feedPos, linkUp} {
		out <- d
	}
}

// Collect gives the figures (interface of the Prometheus client).
func (c *collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), healthLimit)
	defer cancel()
	f, err := c.Node.Figures(ctx)
	if err != nil {
		c.Log.Error("figures cannot be read", "err", err)
		out <- prometheus.NewInvalidMetric(feedPos, err)
		return
	}
	send := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for _, d := range c.Node.Charter().Desks() {
		send(records, float64(f.Records[d]), d)
		send(entries, float64(f.Journal[d]), d)
		send(flash, float64(f.Flash[d])/1000, d)
		if d != c.Node.Desk() {
			send(outbox, float64(f.Outbox[d]), d)
		}
	}
	for p, n := range f.Open {
		send(open, float64(n), string(p))
	}
	send(feedPos, float64(f.Feed))
	c.collectLinks(send)
}

func (c *collector) collectLinks(send func(*prometheus.Desc, float64, ...string)) {
	if c.Links == nil {
		return
	}
	for _, s := range c.Links() {
		up := 0.0
		if s.Up {
			up = 1
		}
		send(linkUp, up, s.Peer)
	}
}

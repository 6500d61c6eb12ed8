package e2e

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"parley/cell"
	"parley/cell/deconfliction"
	"parley/node"
	"parley/scenarios"
	"parley/web"
)

// counter counts, in the page, the frames in which the map was drawn anew, and the
// draw calls in them.
const counter = `(() => {
  const draws = {calls: 0, frames: []}
  for (const name of ['drawElements', 'drawArrays']) {
    const was = WebGL2RenderingContext.prototype[name]
    WebGL2RenderingContext.prototype[name] = function (...a) { draws.calls++; return was.apply(this, a) }
  }
  window.draws = draws
})()`

// travel moves the map for some seconds as an officer does, a step with every
// frame, and says how many frames a second were drawn.
const travel = `(async (how, seconds) => {
  const canvas = document.querySelector('.maplibregl-canvas')
  const box = canvas.getBoundingClientRect()
  const mouse = (type, x, y) => (type === 'mousedown' ? canvas : document).dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, button: 0, buttons: type === 'mouseup' ? 0 : 1}))
  const frame = () => new Promise(requestAnimationFrame)
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
  await frame()
  const begun = performance.now()
  const times = []
  let calls = 0, last = begun, n = 0
  if (how === 'drag') mouse('mousedown', x, y)
  while (performance.now() - begun < seconds * 1000) {
    n++
    const turn = (performance.now() - begun) / 1000 * 2
    if (how === 'drag') mouse('mousemove', x + 220 * Math.sin(turn), y + 150 * Math.sin(turn * 1.3))
    else canvas.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, deltaY: Math.sin(turn) > 0 ? -24 : 24, deltaMode: 0}))
    draws.calls = 0
    const at = await frame()
    await 0
    if (draws.calls) { times.push(at - last); calls += draws.calls; last = at }
  }
  if (how === 'drag') mouse('mouseup', x, y)
  const took = (performance.now() - begun) / 1000
  times.sort((a, b) => a - b)
  return [(times.length / took).toFixed(1) + ' frames a second', 'p95 ' + Math.round(times[Math.floor(times.length * 0.95)] ?? 0) + ' ms', Math.round(calls / times.length) + ' draw calls a frame', Math.round(n / took) + ' asked'].join(', ')
})`

// TestFrames measures how many frames a second the map draws while it is dragged
// and zoomed, with 10,000 live volumes of real notices in sight and with none, in
// a browser without a graphics processor, and how much CPU time a frame takes in
// all of the browser's processes: that figure a busy machine does not blur. The
// notices are filed at a real desk, which then rests, so that only the browser is
// measured. It asserts nothing of time:
//
//	E2E_FRAMES=10000 go test ./e2e -run TestFrames -v
func TestFrames(t *testing.T) {
	want, _ := strconv.Atoi(os.Getenv("E2E_FRAMES"))
	if want == 0 {
		t.Skip("a measurement: E2E_FRAMES=10000 runs it (docs/operate/performance.md)")
	}
	base := atRest(t, want)
	p := browser(t, "frames", software...)
	p.do(chromedp.EmulateViewport(1366, 768), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: counter})
		return err
	}), chromedp.Navigate(base+"/?look=1&screen=map&lang=en"))
	for round := range 3 {
		for _, hidden := range []string{`["notices","conflicts"]`, `[]`} {
			p.do(chromedp.Evaluate[chromedp.Void](`localStorage.setItem('parley.map.hidden', '`+hidden+`')`), chromedp.Navigate(base+"/?look=1&screen=map&lang=en"))
			p.until(`document.querySelector('.mapcanvas')?.dataset.idle`)
			<-time.After(2 * time.Second)
			name := map[bool]string{true: "none", false: fmt.Sprint(want, " volumes")}[hidden != "[]"]
			for _, how := range []string{"drag", "zoom"} {
				ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
				before := spent()
				said, err := chromedp.Run(ctx, chromedp.Evaluate[string](travel+`('`+how+`', 6)`, chromedp.EvalAwaitPromise))
				used := spent() - before
				cancel()
				if err != nil {
					t.Fatal(err)
				}
				rate, _, _ := strings.Cut(said, " ")
				frames, _ := strconv.ParseFloat(rate, 64)
				load, _ := os.ReadFile("/proc/loadavg")
				t.Logf("%d %-14s %s: %s, %.0f ms CPU a frame (load %.4s)", round, name, how, said, float64(used.Milliseconds())/(6*frames), load)
			}
			if round == 0 {
				p.shot("frames-" + name)
			}
		}
	}
}

// atRest files so many volumes at a real desk, takes down what it answers to the
// console, closes it, and serves those answers.
func atRest(t *testing.T, volumes int) string {
	t.Helper()
	w := cellWithLinks(t)
	crowd(t, w, volumes)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c, desk := &http.Client{Jar: jar}, "http://"+w.Desk("alpha").Settings.Listen
	answers := map[string][]byte{}
	for _, path := range []string{"/signin?t=e2e", "/api/v1/desk", "/api/v1/watch", "/api/v1/policy", "/api/v1/session", "/api/v1/deconfliction?limit=2000", "/api/v1/protection", "/api/v1/incident"} {
		r, err := c.Get(desk + path)
		if err != nil {
			t.Fatal(err)
		}
		path, _, _ = strings.Cut(path, "?")
		answers[path], err = io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatal(path, r.Status, err)
		}
		_ = r.Body.Close() // read to its end
	}
	w.Close()
	files := web.Handler()
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.Path]
		switch {
		case ok:
			rw.Header().Set("Content-Type", "application/json")
			_, _ = rw.Write(answer) // a browser that left needs none
		case r.URL.Path == "/api/v1/events":
			rw.Header().Set("Content-Type", "text/event-stream")
			rw.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(rw).Flush()
			<-r.Context().Done()
		case strings.HasPrefix(r.URL.Path, "/api/"):
			http.NotFound(rw, r)
		default:
			files.ServeHTTP(rw, r)
		}
	}))
	t.Cleanup(s.CloseClientConnections)
	return s.URL
}

// spent gives the CPU time that the processes below this one have taken: the
// browser's. Linux alone tells; elsewhere it is none.
func spent() time.Duration {
	parents, used := map[int]int{}, map[int]time.Duration{}
	list, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range list {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(b), ") ")
		f := strings.Fields(rest)
		if len(f) < 13 {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		parents[pid], _ = strconv.Atoi(f[1])
		for _, ticks := range f[11:13] { // user and system, in hundredths of a second
			n, _ := strconv.Atoi(ticks)
			used[pid] += time.Duration(n) * 10 * time.Millisecond
		}
	}
	var all time.Duration
	for pid := range parents {
		for up := parents[pid]; up > 1; up = parents[up] {
			if up == os.Getpid() {
				all += used[pid]
				break
			}
		}
	}
	return all
}

// crowd files so many volumes at alpha: circles, polygons and corridors of up to
// a kilometre and a half, 64 in a notice.
func crowd(t *testing.T, w *scenarios.World, volumes int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	now := w.Clock.Now().UnixMilli()
	for filed := 0; filed < volumes; filed += cell.MaxVolumes {
		var list []cell.Volume
		for range min(cell.MaxVolumes, volumes-filed) {
			from := now + 3_600_000 + rng.Int64N(48*3_600_000)
			list = append(list, anywhere(rng, cell.Span{From: from, Until: from + 1_800_000 + rng.Int64N(6*3_600_000)}))
		}
		a := deconfliction.Activity{Activity: "uav", Volumes: list, Vehicles: []deconfliction.Vehicle{}, People: []int64{}, EscortText: []cell.Free{},
			Recognition: []string{}, Contact: []string{"channel 4"}, Route: []deconfliction.Waypoint{}, Controllers: []deconfliction.Controller{},
			Confidentiality: deconfliction.Exact, Site: []cell.Place{}, Azimuth: []int64{}, Contingency: []cell.Free{}, Note: []cell.Free{}}
		body, err := cell.EncodeBody(a)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Desk("alpha").Act(t.Context(), node.Act{Kind: deconfliction.KindUAV, To: []string{"bravo", "supervisor"}, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
}

// anywhere gives a volume somewhere in the theatre.
func anywhere(rng *rand.Rand, window cell.Span) cell.Volume {
	at, size := [2]float64{12.2 + 0.5*rng.Float64(), -38.55 + 0.7*rng.Float64()}, 0.002+0.01*rng.Float64()
	point := func(lat, lon float64) cell.Point {
		return cell.Point{Lat: strconv.FormatFloat(at[0]+lat, 'f', 6, 64), Lon: strconv.FormatFloat(at[1]+lon, 'f', 6, 64)}
	}
	v := cell.Volume{Ring: []cell.Point{}, Holes: [][]cell.Point{}, Line: []cell.Point{}, Centre: []cell.Point{}, Low: []cell.Altitude{}, High: []cell.Altitude{}, Windows: []cell.Span{window}}
	switch rng.IntN(3) {
	case 0:
		v.Centre, v.RadiusM = []cell.Point{point(0, 0)}, 100+rng.Int64N(700)
	case 1:
		v.Line, v.RadiusM = []cell.Point{point(0, 0), point(size, size), point(size, 2*size)}, 50+rng.Int64N(200)
	default:
		v.Ring = []cell.Point{point(0, 0), point(size, 0), point(size, size), point(0, size)}
	}
	return v
}

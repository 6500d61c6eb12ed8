package bench

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Result is one figure. Rates are per second; times are milliseconds.
type Result struct {
	Name   string  `json:"name"`
	Rate   float64 `json:"per_second,omitempty"`
	P50    float64 `json:"p50_ms,omitempty"`
	P99    float64 `json:"p99_ms,omitempty"`
	Value  float64 `json:"value,omitempty"` // what is neither, in Unit
	Unit   string  `json:"unit,omitempty"`
	Count  int     `json:"count"`
	Floor  string  `json:"floor,omitempty"` // the name of the floor that Ratio compares with
	Ratio  float64 `json:"ratio,omitempty"` // p50 over the floor's p50
	Target string  `json:"target,omitempty"`
	Met    *bool   `json:"met,omitempty"`
}

func (r *run) heading() {
	if !r.json {
		fmt.Fprintf(r.out, "%-38s %12s %10s %10s %8s  %s\n", "", "per second", "p50 ms", "p99 ms", "× floor", "target")
	}
}

// add notes a figure and prints it at once.
func (r *run) add(x Result) {
	r.done = append(r.done, x)
	if r.json {
		line, err := json.Marshal(x)
		if err == nil {
			fmt.Fprintf(r.out, "%s\n", line)
		}
		return
	}
	met := ""
	if x.Met != nil {
		met = map[bool]string{true: "met", false: "NOT met"}[*x.Met]
	}
	fmt.Fprintf(r.out, "%-38s %12s %10s %10s %8s  %s %s\n", x.Name, blank("%.0f", x.Rate), blank("%.3f", x.P50), blank("%.3f", x.P99), blank("%.2f", x.Ratio), x.Target, met)
	if x.Unit != "" {
		fmt.Fprintf(r.out, "%-38s %12.1f %s\n", "", x.Value, x.Unit)
	}
}

func blank(format string, v float64) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf(format, v)
}

// against fills in the ratio of the median to a floor measured before.
func (r *run) against(x Result, floor string) Result {
	for _, f := range r.done {
		if f.Name == floor && f.P50 > 0 {
			x.Floor, x.Ratio = floor, x.P50/f.P50
		}
	}
	return x
}

// atLeast states a target for the rate.
func atLeast(x Result, rate float64) Result {
	ok := x.Rate >= rate
	x.Target, x.Met = fmt.Sprintf("≥ %.0f/s", rate), &ok
	return x
}

// times sums up how long each of many things took, over a whole span.
func times(name string, each []time.Duration, span time.Duration) Result {
	x := Result{Name: name, Count: len(each)}
	if len(each) == 0 {
		return x
	}
	slices.Sort(each)
	x.Rate = float64(len(each)) / span.Seconds()
	x.P50, x.P99 = ms(each[len(each)/2]), ms(each[len(each)*99/100])
	return x
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

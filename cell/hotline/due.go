package hotline

import (
	"fmt"
	"slices"
	"time"

	"parley/cell"
)

// retries are the minutes after a missed check at which it is asked again
// (HOT-02).
var retries = []int64{10, 30}

// due gives what this desk's node files by itself: the line checks that the desk
// owes by the charter's hours, their retries, and the attempts that missed checks
// become (HOT-02, HOT-04); presence checks; the injects of a drill that an
// officer here opened (HOT-18).
func due(s cell.Situation) []cell.Draft {
	return slices.Concat(dueChecks(s), duePresence(s), dueInjects(s))
}

func dueChecks(s cell.Situation) []cell.Draft {
	zone, err := time.LoadLocation(s.Charter.Zone)
	if err != nil {
		return nil
	}
	now := time.UnixMilli(s.Now).In(zone)
	var out []cell.Draft
	for i, lc := range s.Charter.LineChecks {
		if lc.By != s.Desk {
			continue
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", now.Format("2006-01-02 ")+lc.At, zone)
		if err != nil || now.Before(at) || now.Sub(at) > time.Hour {
			continue
		}
		out = append(out, cell.Draft{
			Kind: KindLineCheck, Key: fmt.Sprintf("check/%s/%d", at.Format("2006-01-02T15:04"), i), To: lc.To, By: cell.ByNode(),
			Body: LineCheck{Text: int64(at.YearDay()%max(1, len(s.Charter.CheckTexts))) + 1, Slot: at.UnixMilli(), Attempt: 1, Role: "node", State: Up, Code: "auto"},
		})
	}
	unanswered := map[string]bool{}
	for _, m := range s.Find(RuleChannel, 0) {
		if channelStatus(m, s.Charter, s.Now).Name == Unanswered {
			for _, d := range m.Audience() {
				unanswered[d] = true
			}
		}
	}
	for _, m := range s.Find(KindLineCheck, s.Now-3*3600*1000) {
		if m.Opener() == s.Desk && m.Head != nil {
			out = append(out, afterCheck(s, m, unanswered)...)
		}
	}
	return out
}

// afterCheck files what follows from a check: an attempt for every desk that
// did not answer, an answered attempt for those that did while their channel
// was unanswered, and the next try.
func afterCheck(s cell.Situation, m cell.Matter, unanswered map[string]bool) []cell.Draft {
	b, ok := m.Body.(LineCheck)
	if !ok {
		return nil
	}
	st := checkStatus(m, s.Charter, s.Now)
	var out []cell.Draft
	var silent []string
	for _, d := range m.Head.To {
		col := m.Column(d)
		outcome := ""
		switch {
		case col.Received != nil && unanswered[d]:
			outcome = "answered"
		case col.Received != nil:
		case st.Name == StateMissed && (col.Delivered == nil || col.Delivered.At >= m.Head.At+checkLimit(s.Charter)):
			outcome = "line-fault" // it was not there in time to be answered
			silent = append(silent, d)
		case st.Name == StateMissed:
			outcome = "no-answer"
			silent = append(silent, d)
		}
		if outcome == "" {
			continue
		}
		out = append(out, cell.Draft{
			Kind: KindAttempt, Key: "attempt/" + m.Ref.ID + "/" + d + "/" + outcome, To: s.Charter.Others(s.Desk),
			About: cell.Ref{ID: ChannelID(s.Desk, d)}, By: cell.ByNode(),
			Body: Attempt{Toward: d, Means: "link", Outcome: outcome, Started: m.Head.At, Check: m.Number(s.Charter)},
		})
	}
	if st.Name == StateMissed && int(b.Attempt) <= len(retries) && b.Slot > 0 {
		if s.Now >= b.Slot+retries[b.Attempt-1]*60000 {
			slices.Sort(silent)
			out = append(out, cell.Draft{
				Kind: KindLineCheck, Key: fmt.Sprintf("check/%s/retry/%d", m.Ref.ID, b.Attempt), To: silent, By: cell.ByNode(),
				Body: LineCheck{Text: b.Text, Slot: b.Slot, Attempt: b.Attempt + 1, Role: "node", State: b.State, Code: "auto"},
			})
		}
	}
	return out
}

package node

import (
	"fmt"
	"strings"

	"parley/cell"
)

// backupDue is how old the newest backup may be before that is an alarm
// (SEC-16).
const backupDue = 24 * 3600 * 1000

// survivalAlarms gives what stands between this desk and going on: a restore, a
// way to page that fails, and a backup that is too old. An exercise alarms only when it makes backups.
func (n *Node) survivalAlarms(now int64) []Alarm {
	var out []Alarm
	switch why, need, missing := n.RestoreState(); {
	case why != "" && len(need) == 0 && missing > 0:
		out = append(out, Alarm{ID: "restoring", Kind: AlarmRegaining, Level: cell.Flash, args: map[string]string{"n": fmt.Sprint(missing)}})
	case why != "":
		out = append(out, Alarm{ID: "restoring", Kind: AlarmRestoring, Level: cell.Flash, args: map[string]string{"desks": strings.Join(need, ", ")}})
	}
	out = append(out, n.pagerAlarms()...)
	if n.BackedUp == nil {
		return out
	}
	at, ever := n.BackedUp()
	switch {
	case ever && now-at > backupDue:
		out = append(out, Alarm{ID: fmt.Sprintf("backup/%d", at), Kind: AlarmBackup, Level: cell.Priority, Since: at + backupDue, args: map[string]string{"time": cell.DTG(at)}})
	case !ever && n.Config.Charter.Status != cell.Exercise:
		out = append(out, Alarm{ID: "backup/none", Kind: AlarmNoBackup, Level: cell.Priority})
	}
	return out
}

// pagerFails is how often a way must fail in a row before that is an alarm.
const pagerFails = 3

// PagerFailing notes how often in a row a way to page has failed; 0 when it
// works again.
func (n *Node) PagerFailing(way string, tries int) {
	n.mu.Lock()
	if n.failing == nil {
		n.failing = map[string]int{}
	}
	was := n.failing[way] >= pagerFails
	n.failing[way] = tries
	n.mu.Unlock()
	if was != (tries >= pagerFails) {
		n.wake()
	}
}

func (n *Node) pagerAlarms() (out []Alarm) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for way, tries := range n.failing {
		if tries >= pagerFails {
			out = append(out, Alarm{ID: "pager/" + way, Kind: AlarmPager, Level: cell.Immediate, args: map[string]string{"way": way, "n": fmt.Sprint(tries)}})
		}
	}
	return out
}

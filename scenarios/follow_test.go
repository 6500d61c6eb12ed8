package scenarios

import (
	"strings"
	"testing"
)

// DEC-08 T: what two desks have agreed is done by the one whose notice is to move,
// whoever proposed it; the other has nothing to do, and what nobody has agreed
// cannot be followed.
func TestADeskFollowsWhatWasAgreed(t *testing.T) {
	volume := func(from, until string) string {
		return `{"ring":[],"holes":[],"line":[],"centre":[{"lat":"12.4640","lon":"-38.1905"}],"radius_m":900,"low":[],"high":[],"windows":[{"from":@now+` + from + `,"until":@now+` + until + `}],"text":""}`
	}
	notice := func(v string) string {
		return `{"activity":"uav","volumes":[` + v + `],"contact":["desk telephone 2"],"confidentiality":"exact"}`
	}
	story := head + `alpha sends UAVNOT as flight ` + notice(volume("4h", "6h")) + `
bravo sends UAVNOT as other ` + notice(volume("5h", "7h")) + `
bravo finds deconfliction.conflict/1 as clash
`
	agreed := `bravo sends PROPOSE about clash {"notice":@key(flight),"desk":"alpha","volumes":[` + volume("9h", "11h") + `],"text":{"lang":"he","text":"אחר כך."}}
alpha sends ACCEPT about clash cites clash:PROPOSE/bravo {"hash":@hash(clash:PROPOSE/bravo)}
bravo follows clash
expect alpha shows clash state accepted by 18:00:00
alpha follows clash
expect bravo shows clash state cleared by 18:00:00
expect supervisor shows clash state cleared by 18:00:00
`
	s, err := Parse("follows", []byte(story+agreed))
	if err != nil {
		t.Fatal(err)
	}
	p := begin(t, s, false)
	if err := p.Play(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all, n := p.Held(); !all || n != 3 {
		t.Errorf("held: %v of %d: %+v", all, n, p.Results)
	}
	if s, err = Parse("follows", []byte(story+"alpha follows clash\nexpect bravo shows clash held by 18:00:00\n")); err != nil {
		t.Fatal(err)
	}
	if err := begin(t, s, false).Play(t.Context()); err == nil || !strings.Contains(err.Error(), "nothing is agreed about clash") {
		t.Errorf("followed what nobody had agreed: %v", err)
	}
}

package cell

import "slices"

// The roles that an officer can hold at their own desk (SEC-07). Records carry
// the role in which an act was done, and no name (HOT-01, HOT-06). The codes
// stand in records for ever.
const (
	RoleWatch       = "watch"         // watch officer: answers, acknowledges, sounds the alarm
	RoleHead        = "desk-head"     // speaks for the desk: agrees, signs, opens gates
	RoleDrafter     = "drafter"       // writes what another officer releases
	RoleReleaser    = "releaser"      // releases and approves what another officer drafted
	RoleInterpreter = "interpreter"   // translates and checks translations
	RoleLiaison     = "liaison"       // speaks for a community (PRO-11)
	RoleViewer      = "viewer"        // reads
	RoleAdmin       = "administrator" // keeps the officers' list; sees no content
	RoleSecurity    = "security"      // reads the desk's own log, approves keys; sees no content
	RoleNode        = "node"          // the desk's own program; no officer holds it
)

// Right is something that an officer may do. Every kind of record and every
// route of the interface asks for one.
type Right string

// The rights.
const (
	RightRead      Right = "read"      // see what the desk holds, in one's own compartments
	RightSafety    Right = "safety"    // raise life safety: CEASE, distress, a threat (HOT-05)
	RightWatch     Right = "watch"     // take and hand over the watch; take, read back and pass on what came
	RightFile      Right = "file"      // write to the other desks
	RightDraft     Right = "draft"     // write drafts at home and propose acts of two persons
	RightRelease   Right = "release"   // release or approve what another officer drafted or proposed
	RightCommit    Right = "commit"    // bind the desk: agreements, gates, statements, steps in escrow
	RightTranslate Right = "translate" // write translations and say how far they were checked
	RightSpeak     Right = "speak"     // speak for a community
	RightExport    Right = "export"    // take a proof or a list out of the desk
	RightOfficers  Right = "officers"  // keep the list of officers, their links and their tokens
	RightLog       Right = "log"       // read the desk's own log and answer its alarms
	RightKeys      Right = "keys"      // propose and approve charters and keys
)

// Rights gives all rights, in the order in which the policy is shown.
func Rights() []Right {
	return []Right{RightRead, RightSafety, RightWatch, RightFile, RightDraft, RightRelease, RightCommit, RightTranslate,
		RightSpeak, RightExport, RightOfficers, RightLog, RightKeys}
}

// Granted is one line of the policy: a role and what it may do.
type Granted struct {
	Role   string  `json:"role"`
	Rights []Right `json:"rights"`
}

// Policy is who may do what at a desk: the whole of it (SEC-07). It is a value
// without a clock and without I/O, shown on the console as it stands here, and
// tested cell by cell. What it does not grant is refused.
func Policy() []Granted {
	return []Granted{
		{RoleWatch, []Right{RightRead, RightSafety, RightWatch, RightFile, RightDraft, RightExport}},
		{RoleHead, []Right{RightRead, RightSafety, RightWatch, RightFile, RightDraft, RightRelease, RightCommit, RightExport, RightKeys}},
		{RoleDrafter, []Right{RightRead, RightDraft}},
		{RoleReleaser, []Right{RightRead, RightRelease}},
		{RoleInterpreter, []Right{RightRead, RightTranslate}},
		{RoleLiaison, []Right{RightRead, RightSpeak}},
		{RoleViewer, []Right{RightRead}},
		{RoleAdmin, []Right{RightOfficers}},
		{RoleSecurity, []Right{RightLog, RightKeys}},
	}
}

// Roles gives the roles that an officer can hold, in the order of the policy.
func Roles() []string {
	var out []string
	for _, g := range Policy() {
		out = append(out, g.Role)
	}
	return out
}

// Grants reports whether one of some roles has a right.
func Grants(roles []string, right Right) bool {
	_, ok := RoleFor(roles, right)
	return ok
}

// RoleFor gives the first of some roles, in the order of the policy, that has
// a right: the role in which an officer who holds several does an act.
func RoleFor(roles []string, right Right) (role string, ok bool) {
	for _, g := range Policy() {
		if slices.Contains(roles, g.Role) && slices.Contains(g.Rights, right) {
			return g.Role, true
		}
	}
	return "", false
}

// BreakGlass gives the rights that an officer has for an hour after breaking
// the glass, beside their own: all that an emergency can want. It gives none
// over officers, keys and the desk's own log, so that who broke it cannot hide
// it, and none to speak for a community, which is nobody's emergency but its own.
func BreakGlass() []Right {
	return []Right{RightRead, RightSafety, RightWatch, RightFile, RightDraft, RightRelease, RightCommit, RightTranslate, RightExport}
}

// Needs returns the kind as one whose record an officer with this right files.
func (k Kind) Needs(r Right) Kind { k.right = r; return k }

// Asking is a body that may ask for another right than its kind does: a
// position that agrees binds the desk, one that notes does not.
type Asking interface {
	Asks() Right // "" for that of the kind
}

// RightOf gives the right that an officer needs to record what a body of the
// kind says.
func (k Kind) RightOf(b Body) Right {
	if a, ok := b.(Asking); ok && a.Asks() != "" {
		return a.Asks()
	}
	return k.Right()
}

// Also gives the right that some bodies of the kind ask for, "" when all ask for
// the kind's.
func (k Kind) Also() Right {
	if k.Name == KindPosition {
		return RightCommit
	}
	return ""
}

// Follow reports whether recording the kind wants the right that the matter
// which it is about was opened with: who may open it may change it, correct it
// and take it back.
func (k Kind) Follow() bool { return k.Revises || k.Name == KindCancel }

// Right gives the right that an officer needs to record the kind: the one that
// it names, or what follows from its sort.
func (k Kind) Right() Right {
	switch {
	case k.right != "":
		return k.right
	case k.LifeSafety:
		return RightSafety
	case k.Home:
		return RightDraft
	case k.Decides:
		return RightCommit
	}
	switch k.Name {
	case KindReceived, KindReadBack, KindDisseminated, KindPosition:
		return RightWatch
	case KindTranslation:
		return RightTranslate
	case KindExport:
		return RightExport
	case KindAdopted, KindGeneration:
		return RightKeys
	}
	return RightFile
}

package cell

// MessageLife is the states of a message, for matters of these kinds. Each
// message ends in acked, expired, failed or cancelled (HOT-08). An ack after
// expired still counts: the state is computed from what there is.
func MessageLife(kinds ...string) Life {
	return Life{Kinds: kinds, Acks: true, Stages: []Stage{
		{Name: StateSent, Says: "written, not held everywhere", When: func(k *Case) (int64, bool) { return k.Moved(), true }},
		{Name: StateDelivered, From: []string{StateSent}, Says: "every addressee's node holds it", When: func(k *Case) (int64, bool) {
			return k.Moved(), k.everywhere()
		}},
		{Name: StateReceived, From: []string{StateDelivered}, Says: "an officer of at least one desk has taken it", When: func(k *Case) (int64, bool) {
			return k.Moved(), k.everywhere() && k.taken()
		}},
		{Name: StateExpired, From: []string{StateSent, StateDelivered, StateReceived}, Ended: true, Says: "its validity is over with something owed",
			When: func(k *Case) (int64, bool) {
				return k.Version.Until, !k.refused() && k.Owes() && k.Past(k.Version.Until)
			}},
		{Name: StateAcked, From: []string{StateSent, StateDelivered, StateReceived, StateExpired}, Ended: true, Says: "nothing is owed any more",
			When: func(k *Case) (int64, bool) { return k.Moved(), !k.Owes() }},
		{Name: StateFailed, From: []string{StateSent, StateDelivered, StateReceived}, Ended: true, Says: "an addressee's node refused it",
			When: func(k *Case) (int64, bool) { return k.Moved(), k.refused() }},
	}}
}

// messageLife serves matters of kinds that have no table of their own.
var messageLife = MessageLife()

// answering gives the columns of the addressees that a message waits for.
func (k *Case) answering() []*Column {
	var out []*Column
	for _, d := range k.Version.To {
		if k.Charter.IsFounder(d) {
			out = append(out, k.Column(d))
		}
	}
	return out
}

// Moved gives when a message last moved: written, delivered or taken.
func (k *Case) Moved() int64 {
	at := k.Version.At
	for _, col := range k.answering() {
		if col.Delivered != nil && col.Delivered.Refused == "" {
			at = max(at, col.Delivered.At)
		}
		if col.Received != nil {
			at = max(at, col.Received.At)
		}
	}
	return at
}

func (k *Case) everywhere() bool {
	for _, col := range k.answering() {
		if col.Delivered == nil {
			return false
		}
	}
	return true
}

func (k *Case) taken() bool {
	for _, col := range k.answering() {
		if col.Received != nil {
			return true
		}
	}
	return false
}

func (k *Case) refused() bool {
	for _, col := range k.answering() {
		if col.Delivered != nil && col.Delivered.Refused != "" {
			return true
		}
	}
	return false
}

// Owes reports whether an addressee still owes an ack on the current version.
func (k *Case) Owes() bool {
	var s State
	for _, col := range k.answering() {
		s.duties(k.Matter, col, k.Charter, k.Now)
	}
	return len(s.Waiting) > 0
}

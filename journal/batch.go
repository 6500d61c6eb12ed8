package journal

// Name identifies one journal of a cell: whose, and which generation (from 1).
type Name struct {
	Desk string
	Gen  int
}

// Holding says how much of one journal a desk's node holds, with the newest
// checkpoint of that size that the journal's desk signed, and the
// cosignatures that this node knows for exactly that checkpoint.
type Holding struct {
	Name
	Size         int64
	Checkpoint   []byte
	Cosignatures []string // note lines "— name base64\n"
}

// Batch is a stretch of one journal on its way to another desk: the entries
// from From on, the signed checkpoint that they lead to, and the records among
// the journal's entries that are addressed to that desk (design 2, step 4).
// Entries may be empty when only records travel; Records may belong to any
// entry below the checkpoint's size.
type Batch struct {
	Name
	From         int64
	Entries      []Entry
	Checkpoint   []byte
	Cosignatures []string
	Records      []Opened
}

// Opened is a record with the salt that opens its entry.
type Opened struct {
	Index  int64
	Salt   Salt
	Record []byte
}

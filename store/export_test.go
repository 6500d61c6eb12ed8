package store

// FailCommits makes every commit fail with err from now on; nil ends that.
func (db *DB) FailCommits(err error) {
	db.turn <- struct{}{}
	defer func() { <-db.turn }()
	if db.failCommit = nil; err != nil {
		db.failCommit = func() error { return err }
	}
}

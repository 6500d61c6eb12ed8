package cell

// CheckZones checks the zones of a charter that is no whole one.
func (c *Charter) CheckZones() error { return c.checkZones() }

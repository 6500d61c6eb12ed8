package supervision

import (
	"encoding/json"

	"parley/cell"
)

// fieldOf reads one coded field of a record's body, "" when it has none: the
// bodies are other modules'.
func fieldOf(h cell.Held, field string) string {
	var body map[string]json.RawMessage
	if json.Unmarshal(h.Record.Body, &body) != nil {
		return ""
	}
	var s string
	if json.Unmarshal(body[field], &s) != nil {
		return ""
	}
	return s
}

package cell

// Names, hashes and ids are checked by hand: they stand in every record, and an
// expression costs as much as the rest of the reading. A test holds each to the
// expression that says what is meant.

// isName reports whether s is a small letter, then small letters, digits or
// hyphens, at most so many bytes in all: wordLen or codeLen.
func isName(s string, most int) bool {
	if len(s) < 1 || len(s) > most || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

const (
	wordLen = 32
	codeLen = 48
)

// isCode reports whether s is a code of the charter, or an officer's.
func isCode(s string) bool { return isName(s, codeLen) }

// isEntry reports whether s is a commitment in a journal, with its version.
func isEntry(s string) bool { return isHex(s, 66) }

// isHex reports whether s is so many digits of lower-case hexadecimal.
func isHex(s string, length int) bool {
	if len(s) != length {
		return false
	}
	for i := range length {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isUUID7 reports whether s is a UUID of version 7 in small letters.
func isUUID7(s string) bool {
	return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' && s[14] == '7' &&
		(s[19] == '8' || s[19] == '9' || s[19] == 'a' || s[19] == 'b') &&
		isHex(s[:8], 8) && isHex(s[9:13], 4) && isHex(s[14:18], 4) && isHex(s[19:23], 4) && isHex(s[24:], 12)
}

// Package api lets an officer's console, and the tools of a desk, speak with
// that desk's own node: read the watch, open a matter, file an act, take out a
// proof, follow what happens.
//
//	/api/v1/…       JSON over HTTP; refusals are RFC 9457 problems that name
//	                the field at fault and the rule broken
//	/api/v1/events  what changed, as it changes; resumes where it was cut off
//	/journal/…      the journals held here as C2SP tiles: commitments only
//	/openapi.json   the description of all that, made from the code
//	/healthz        whether the desk takes acts; /metrics counts, no content
//	/               the console
//
// The package hosts modules without knowing one by name: whatever queries a
// module lists become routes and lines of the description (design 8, 9). It
// reads no clock of its own; times are the desk's.
package api

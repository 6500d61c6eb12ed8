// Package scenarios plays stories: what each desk does at what time, and what
// must then stand on each desk's screen. The same files are the system tests
// and the demo.
//
// A story is a txtar archive. Its comment says what it tells; the file
// scenario.yaml gives title, start, sources and changes to the theatre; the
// file story has one act or expectation a line:
//
//	at 18:02:00                               the story's clock goes on to then
//	after 30s
//	alpha sends CEASE as stop {"what":"fire","place":@P-07}
//	bravo takes stop                          an officer's receipt
//	bravo reads stop {"place":@P-09}          a read-back; without a body it repeats what was said
//	bravo passes stop brigade                 dissemination
//	bravo stands stop complied                a position
//	alpha takes CEASE/bravo                   the newest CEASE of bravo: what has no label
//	bravo proves stop "asked for"             a proof is taken out, and checked with the charter alone
//	bravo finds deconfliction.conflict/1 as clash   the newest matter of a rule, which no record opened
//	bravo follows clash                       bravo changes its notice as both have agreed
//	cut bravo supervisor                      the link is down; restore brings it back
//	stop bravo                                the node is off; start brings it back
//	withhold supervisor bravo                 the next record relayed to bravo is kept back; release lets it go
//	alter supervisor bravo                    the next record relayed to bravo is changed on the way
//	backup bravo monday                       the desk is backed up while it runs
//	recover bravo monday                      a new machine is made from that backup
//	override bravo                            two officers begin a new generation of its journal
//	audit clean                               the three databases agree; or: audit rollback bravo
//	expect bravo shows stop in answer_now by 18:02:05
//	expect alpha not shows alarm undelivered by 18:05:00
//	turn read-back                            a visitor's turn: until a fact holds, else the lines below it
//	  until bravo shows stop readback bravo
//	  bravo reads stop {"place":@P-07}
//
// In a body @P-07 stands for that place of the charter, @now+30m and @18:35:00
// for times, @key(x), @hash(x), @cite(x) and @number(x) for what a labelled
// record or matter is called, @field(pair:DEPOSIT/bravo.salt) for a field of
// what bravo said in the matter of that label. "expect bravo shows screen venture state=paused
// key=@x" looks for one thing with these values on a module's screen; "screen
// deconfliction/check?notice=@x" asks for something; geo "12.5, -38.2"
// code=swapped is what a desk makes of a place, in any notation. Words after
// an act: as LABEL, to DESK,DESK, about LABEL, cites LABEL,LABEL, precedence Z,
// role interpreter, officer watch-2 (else watch-1), valid 2h, refused or
// refused:RULE (the desk must refuse it, by that rule).
//
// With a visitor the lines below a turn are not played: the story waits for
// the turn's fact. A line that cannot be played because of what the visitor
// did is left out, so that nothing a visitor does ends the story.
//
// Every expectation names a fact on a desk's screen by a time (design 3). A
// story without expectations fails.
package scenarios

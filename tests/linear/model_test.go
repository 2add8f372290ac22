package main

import (
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"
)

const subjectA = "session/u0/s"

// appended is answered with `position`; its id follows from it.
func appended(position uint64, call, back int64) *Op {
	return appendedAs(idOf(position), position, call, back)
}

func idOf(position uint64) string { return "e" + string(rune('0'+position)) }

func appendedAs(id string, position uint64, call, back int64) *Op {
	return &Op{Kind: appendEvents, Subject: subjectA, Drafts: []Draft{{id, int64(position)}},
		Expected: noVersion, Call: call, Return: back,
		Answer: &Answer{Status: 201, Head: position,
			Receipts: []Receipt{{Position: position, ID: id}}}}
}

func given(version int64, op *Op) *Op { op.Expected = version; return op }

func unsure(op *Op) *Op { op.Unsure = true; return op }

func duplicate(op *Op) *Op { op.Answer.Receipts[0].Duplicate = true; return op }

func mismatch(version, current int64, call, back int64) *Op {
	return &Op{Kind: appendEvents, Subject: subjectA, Drafts: []Draft{{"refused", 1}},
		Expected: version, Call: call, Return: back,
		Answer: &Answer{Status: 412, Head: uint64(current), Current: current}}
}

func events(positions ...uint64) (seen []Seen) {
	for _, position := range positions {
		seen = append(seen, Seen{position, idOf(position), source, subjectA, "h"})
	}
	return seen
}

func history(call, back int64, positions ...uint64) *Op {
	return &Op{Kind: readHistory, Subject: subjectA, Limit: 10, Call: call, Return: back,
		Answer: &Answer{Status: 200, Head: 9, Events: events(positions...)}}
}

func session(call, back int64, positions ...uint64) *Op {
	op := history(call, back, positions...)
	op.Kind = readSession
	return op
}

func one(position uint64, status int, call, back int64) *Op {
	op := &Op{Kind: readEvent, Subject: subjectA, Position: position, Call: call, Return: back,
		Answer: &Answer{Status: status, Head: 9}}
	if status == 200 {
		op.Answer.Events = events(position)
	}
	return op
}

func batch(op *Op, position uint64) *Op {
	op.Drafts = append(op.Drafts, Draft{idOf(position), int64(position)})
	op.Answer.Receipts = append(op.Answer.Receipts, Receipt{Position: position, ID: idOf(position)})
	return op
}

func late(op *Op) *Op { op.Drafts[0].Activity = 0; return op }

func TestTheModel(t *testing.T) {
	for _, row := range []struct {
		name string
		ok   bool
		ops  []*Op
	}{
		{"reads after writes", true, []*Op{appended(1, 0, 1), history(2, 3, 1), one(1, 200, 2, 3),
			session(2, 3, 1)}},
		{"a read beside a write may see it or not", true, []*Op{appended(1, 0, 9),
			history(1, 2), history(3, 4, 1)}},
		{"once seen, it stays", false, []*Op{appended(1, 0, 9), history(1, 2, 1), history(3, 4)}},
		{"seen by one read, it is seen by another", false, []*Op{appended(1, 0, 9),
			one(1, 200, 1, 2), history(3, 4)}},
		{"an acknowledged event is in the history", false, []*Op{appended(1, 0, 1), history(2, 3)}},
		{"and at its position", false, []*Op{appended(1, 0, 1), one(1, 404, 2, 3)}},
		{"and in the session", false, []*Op{appended(1, 0, 1), session(2, 3)}},
		{"positions rise", false, []*Op{appended(2, 0, 1), appended(1, 2, 3)}},
		{"of two at once, either is first", true, []*Op{appended(2, 0, 3), appended(1, 1, 2)}},
		{"one of two wins a version", false, []*Op{given(0, appended(1, 0, 9)),
			given(0, appended(2, 0, 9))}},
		{"the loser is told of the winner", true, []*Op{given(0, appended(1, 0, 9)),
			mismatch(0, 1, 0, 9)}},
		{"and not of another", false, []*Op{given(0, appended(1, 0, 9)), mismatch(0, 2, 0, 9)}},
		{"and when it told, it is there", false, []*Op{appended(1, 0, 9), mismatch(0, 1, 1, 2),
			history(3, 4)}},
		{"a mismatch needs one", false, []*Op{mismatch(0, 0, 0, 1)}},
		{"a repeat", true, []*Op{appended(1, 0, 1), duplicate(appended(1, 2, 3))}},
		{"a repeat is no new event", false, []*Op{appended(1, 0, 1), appendedAs("e1", 2, 2, 3)}},
		{"a repeat says so", false, []*Op{appended(1, 0, 1), appended(1, 2, 3)}},
		{"a first event is no repeat", false, []*Op{duplicate(appended(1, 0, 1))}},
		{"but sent twice it may be its own", true, []*Op{unsure(duplicate(appended(1, 0, 1)))}},
		{"without an answer, late", true, []*Op{unsure(appended(1, 0, never)), history(1, 2),
			history(3, 4, 1)}},
		{"a batch is seen whole", false, []*Op{batch(appended(1, 0, 9), 2), history(1, 2, 1)}},
		{"a batch is in one piece", false, []*Op{batch(appended(1, 0, 1), 3)}},
		{"late news is not shown", true, []*Op{appended(1, 0, 1), late(appended(2, 2, 3)),
			session(4, 5, 1)}},
		{"but what names its base is", true, []*Op{appended(1, 0, 1), given(1, late(appended(2, 2, 3))),
			session(4, 5, 2)}},
	} {
		var ops []porcupine.Operation
		for _, op := range row.ops {
			ops = append(ops, porcupine.Operation{Input: op, Call: op.Call, Return: op.Return})
		}
		if porcupine.CheckOperations(model, ops) != row.ok {
			t.Errorf("%s: not %v", row.name, row.ok)
		}
	}
}

func TestAPage(t *testing.T) {
	page := history(2, 3, 1)
	page.Limit, page.Answer.More = 1, true
	state := subject{}
	for position := uint64(1); position <= 2; position++ {
		state = state.with(Draft{idOf(position), 0}, position, noVersion)
	}
	if ok, _ := step(state, page); !ok {
		t.Error("a page that is cut")
	}
	page.Answer.More = false
	if ok, _ := step(state, page); ok {
		t.Error("a page that says it is the last")
	}
	page.After, page.Answer.Events = 1, events(2)
	if ok, _ := step(state, page); !ok {
		t.Error("the last page")
	}
}

func TestTheWholeLog(t *testing.T) {
	log := events(1, 2)
	other := func(op *Op) *Op { op.Subject = "session/u1/s"; return op }
	behind := func(op *Op, head uint64) *Op { op.Answer.Head = head; return op }
	for _, row := range []struct {
		fault string // none when empty
		ops   []*Op
	}{
		{"", []*Op{appended(1, 0, 1), other(appended(2, 2, 3))}},
		{"", []*Op{appended(2, 0, 3), other(appended(1, 1, 2))}},
		{"out of order", []*Op{other(appended(2, 0, 1)), appended(1, 2, 3)}},
		{"lost", []*Op{appended(1, 0, 1), appended(2, 2, 3), appended(3, 4, 5)}},
		{"nobody sent", []*Op{appended(1, 0, 1)}},
		{"stale", []*Op{appended(1, 0, 1), appended(2, 2, 3), behind(history(4, 5, 1), 1)}},
		{"beyond the head", []*Op{appended(1, 0, 1), appended(2, 2, 3), behind(history(2, 3, 2), 1)}},
		{"altered", []*Op{appended(1, 0, 1), appended(2, 2, 3), history(0, 9, 3)}},
	} {
		faults := strings.Join(whole(row.ops, log), "\n")
		if row.fault == "" && faults != "" || !strings.Contains(faults, row.fault) {
			t.Errorf("not %q but %q", row.fault, faults)
		}
	}
	if faults := whole(nil, append(events(1), events(1)...)); len(faults) < 2 {
		t.Errorf("an event twice: %q", faults)
	}
}

func TestOpenEnds(t *testing.T) {
	open := func(op *Op) *Op { op.Answer, op.Return = nil, never; return op }
	ops := []*Op{open(appended(1, 0, 1)), open(appended(3, 0, 1)), open(history(0, 1)),
		one(2, 404, 0, 1), one(7, 404, 0, 1)}
	ops[3].Subject, ops[4].Subject = "", ""
	settled, faults := settle(ops, events(1, 2))
	if len(faults) > 0 || len(settled) != 2 || settled[0] != ops[0] || settled[1] != ops[3] {
		t.Errorf("kept %v, faults %v", settled, faults)
	}
	if !ops[0].Unsure || ops[0].Answer.Receipts[0].Position != 1 || ops[3].Subject != subjectA {
		t.Errorf("settled %s of %s", describe(ops[0]), ops[3].Subject)
	}
	if _, faults = settle([]*Op{open(batch(appended(2, 0, 1), 3))}, events(1, 2)); len(faults) != 1 {
		t.Errorf("half a batch: %q", faults)
	}
}

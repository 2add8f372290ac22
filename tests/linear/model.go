package main

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// kept is an event of one subject, and through `before` all that came ahead of it. Never changed.
type kept struct {
	before   *kept
	id       string
	position uint64
	stamp    int64 // microseconds; the merge stamp, which decides what the session shows
}

// subject is the state of the model: an append-only register.
type subject struct {
	last  *kept
	shown *kept // by the session view
}

func (s subject) version() uint64 {
	if s.last == nil {
		return 0
	}
	return s.last.position
}

func (s subject) at(position uint64) *kept {
	event := s.last
	for event != nil && event.position > position {
		event = event.before
	}
	if event == nil || event.position < position {
		return nil
	}
	return event
}

func (s subject) find(id string) *kept {
	event := s.last
	for event != nil && event.id != id {
		event = event.before
	}
	return event
}

func same(a, b *kept) bool {
	for ; a != b; a, b = a.before, b.before {
		if a == nil || b == nil || a.position != b.position || a.id != b.id {
			return false
		}
	}
	return true
}

// model says what one subject may answer, one operation after the other.
var model = porcupine.Model{
	Init: func() interface{} { return subject{} },
	Step: func(state, input, _ interface{}) (bool, interface{}) {
		return step(state.(subject), input.(*Op))
	},
	Equal: func(a, b interface{}) bool {
		x, y := a.(subject), b.(subject)
		return same(x.last, y.last) && (x.shown == nil) == (y.shown == nil) &&
			(x.shown == nil || x.shown.position == y.shown.position)
	},
	DescribeOperation: func(input, _ interface{}) string { return describe(input.(*Op)) },
	DescribeState: func(state interface{}) string {
		s := state.(subject)
		shown := uint64(0)
		if s.shown != nil {
			shown = s.shown.position
		}
		return fmt.Sprintf("version %d, shows %d", s.version(), shown)
	},
}

func step(s subject, op *Op) (bool, subject) {
	switch op.Kind {
	case appendEvents:
		return stepAppend(s, op)
	case readEvent:
		event := s.at(op.Position)
		if op.Answer.Status == 404 {
			return event == nil, s
		}
		return event != nil && len(op.Answer.Events) == 1 && event.id == op.Answer.Events[0].ID, s
	case readHistory:
		return isPage(s, op), s
	case readSession:
		shown := op.Answer.Events
		if len(shown) == 0 || s.shown == nil {
			return len(shown) == 0 && s.shown == nil, s
		}
		return shown[0].Position == s.shown.position && shown[0].ID == s.shown.id, s
	}
	panic("an operation of kind " + op.Kind)
}

func stepAppend(s subject, op *Op) (bool, subject) {
	if op.Answer.Status == 412 {
		mismatch := op.Expected != noVersion && uint64(op.Expected) != s.version()
		return mismatch && s.find(op.Drafts[0].ID) == nil && op.Answer.Current == int64(s.version()), s
	}
	if op.Answer.Status != 201 || len(op.Answer.Receipts) != len(op.Drafts) {
		return false, s
	}
	for i, draft := range op.Drafts {
		receipt := op.Answer.Receipts[i]
		if known := s.find(draft.ID); known != nil {
			if receipt.Position != known.position || !(receipt.Duplicate || op.Unsure) {
				return false, s
			}
			continue
		}
		expected := noVersion
		if i == 0 {
			expected = op.Expected
		}
		if receipt.Duplicate && !op.Unsure || receipt.Position <= s.version() ||
			expected != noVersion && uint64(expected) != s.version() ||
			i > 0 && receipt.Position != op.Answer.Receipts[i-1].Position+1 {
			return false, s
		}
		s = s.with(draft, receipt.Position, expected)
	}
	return true, s
}

// with appends. An event that names the version it was based on wins over what its author had seen.
func (s subject) with(draft Draft, position uint64, expected int64) subject {
	event := &kept{s.last, draft.ID, position, draft.Activity * 1000}
	if expected > 0 && event.stamp <= s.last.stamp {
		event.stamp = s.last.stamp + 1
	}
	s.last = event
	if s.shown == nil || event.stamp >= s.shown.stamp {
		s.shown = event
	}
	return s
}

// isPage: the first events of the subject behind op.After, and whether there are more.
func isPage(s subject, op *Op) bool {
	var behind []*kept // newest first
	for event := s.last; event != nil && event.position > op.After; event = event.before {
		behind = append(behind, event)
	}
	events := op.Answer.Events
	if op.Answer.More != (len(behind) > op.Limit) {
		return false
	}
	if !op.Answer.More && len(events) != len(behind) || op.Answer.More && len(events) != op.Limit {
		return false
	}
	for i, seen := range events {
		event := behind[len(behind)-1-i]
		if seen.Position != event.position || seen.ID != event.id {
			return false
		}
	}
	return true
}

func describe(op *Op) string {
	asked := string(op.Kind)
	switch op.Kind {
	case appendEvents:
		asked = fmt.Sprintf("append %v", op.Drafts)
		if op.Expected != noVersion {
			asked += fmt.Sprintf(" if at version %d", op.Expected)
		}
	case readEvent:
		asked += fmt.Sprintf(" %d", op.Position)
	case readHistory:
		asked += fmt.Sprintf(" behind %d", op.After)
	}
	if op.Answer == nil {
		return asked + " → no answer"
	}
	told := fmt.Sprintf(" → %d", op.Answer.Status)
	switch {
	case op.Answer.Status == 412:
		told += fmt.Sprintf(" current %d", op.Answer.Current)
	case op.Kind == appendEvents:
		told += fmt.Sprintf(" %+v", op.Answer.Receipts)
	default:
		for i, seen := range op.Answer.Events {
			if i == 8 {
				told += fmt.Sprintf(" and %d more", len(op.Answer.Events)-i)
				break
			}
			told += fmt.Sprintf(" %d", seen.Position)
		}
	}
	return fmt.Sprintf("%s%s (head %d)", asked, told, op.Answer.Head)
}

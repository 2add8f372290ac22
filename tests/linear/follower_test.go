package main

import (
	"bufio"
	"errors"
	"math/rand"
	"strings"
	"testing"
)

func TestAFrameThatIsCutOffWasNotSeen(t *testing.T) {
	f := &Follower{random: rand.New(rand.NewSource(1))}
	text := "retry: 1000\nid: t0\n: keep-alive\n\n" +
		"id: t1\ndata: {\"position\":1,\"id\":\"e1\"}\n\n" +
		"id: t2\ndata: {\"position\":2,\"id\":\"e2\"}\n"
	if err := f.frames(bufio.NewReader(strings.NewReader(text)), 9); err != nil {
		t.Fatal(err)
	}
	if f.back != "t1" || len(f.seen) != 1 || f.seen[0].ID != "e1" {
		t.Errorf("%v, and back behind %s", f.seen, f.back)
	}
}

func TestAStreamIsHeldAgainstTheLog(t *testing.T) {
	log := append(events(1, 2, 3), Seen{Position: 4, ID: "x", Subject: "session/u1/s"})
	for _, row := range []struct {
		name, subject string
		seen          []Seen
		ok            bool
	}{
		{"all", "", log, true},
		{"of one subject", subjectA, events(1, 2, 3), true},
		{"a gap", subjectA, events(1, 3), false},
		{"a repeat", subjectA, events(1, 2, 2, 3), false},
		{"out of order", subjectA, events(2, 1, 3), false},
		{"of another subject", subjectA, log, false},
		{"not to the end", "", events(1, 2, 3), false},
	} {
		f := &Follower{subject: row.subject, seen: row.seen, done: make(chan error, 1)}
		f.done <- nil
		if faults := f.Compare(log); (len(faults) == 0) != row.ok {
			t.Errorf("%s: %q", row.name, faults)
		}
	}
	f := &Follower{done: make(chan error, 1)}
	f.done <- errors.New("409 Conflict")
	if len(f.Compare(log)) == 0 {
		t.Error("a stream that cannot go on")
	}
}

package main

import "math"

type Kind string

const (
	appendEvents Kind = "append"
	readEvent    Kind = "read event"
	readHistory  Kind = "read history"
	readSession  Kind = "read session"
)

const (
	noVersion    = int64(-1) // an append that expects none; a 412 that names none
	historyLimit = 100       // of one page of a subject's events
)

// Draft is an event before it has a position. The session that a subject stands for shows the event
// with the greatest merge stamp, which follows from Activity.
type Draft struct {
	ID       string
	Activity int64 // milliseconds; what the producer claims
}

// Op is one operation of one client. Everything that a model may ask of it is in here.
type Op struct {
	Kind     Kind
	Client   int
	Subject  string  // empty: of a position that nobody knew the subject of
	Drafts   []Draft // append: one, or several as an atomic batch; the first one expects
	Expected int64   // the subject's version, or noVersion
	Position uint64  // read event
	After    uint64  // read history
	Limit    int     // read history

	Call, Return int64   // nanoseconds; an operation without an answer never returns
	Unsure       bool    // it was sent more than once, or nobody knows: it may be its own duplicate
	Answer       *Answer // nil: none came; it may have happened, and may still
}

type Answer struct {
	Status   int
	Head     uint64 // x-syncline-position: what the answer reflects
	Receipts []Receipt
	Current  int64 // of a 412
	Events   []Seen
	More     bool // a page is not the last
}

type Receipt struct {
	Position  uint64 `json:"position"`
	ID        string `json:"id"`
	Duplicate bool   `json:"duplicate"`
}

// Seen is an event as a reader was shown it; Hash covers all of it.
type Seen struct {
	Position uint64 `json:"position"`
	ID       string `json:"id"`
	Source   string `json:"source"`
	Subject  string `json:"subject"`
	Hash     string `json:"hash"`
}

const never = int64(math.MaxInt64)

// settle makes a history that is complete out of one with open ends, by the whole log as it was
// read after everything else. Dropped is what had no effect that anybody could ever see:
//
//   - an append without an answer whose events are not in the log (had it happened, that last
//     reading would contradict it); one whose events are there did happen, any time since its call;
//   - a read without an answer, and a read of a position that the log never reached.
func settle(ops []*Op, log []Seen) (settled []*Op, faults []string) {
	byID := map[string]uint64{}
	for _, event := range log {
		byID[event.ID] = event.Position
	}
	for _, op := range ops {
		switch {
		case op.Kind == readEvent && op.Answer != nil && op.Subject == "":
			if op.Position > uint64(len(log)) {
				continue
			}
			op.Subject = log[op.Position-1].Subject
		case op.Answer != nil:
		case op.Kind == appendEvents:
			receipts := receiptsOf(op.Drafts, byID)
			if len(receipts) == 0 {
				continue
			}
			if len(receipts) < len(op.Drafts) {
				faults = append(faults, "half of an atomic batch is in the log: "+describe(op))
				continue
			}
			op.Answer = &Answer{Status: 201, Receipts: receipts}
			op.Return, op.Unsure = never, true
		default:
			continue
		}
		settled = append(settled, op)
	}
	return settled, faults
}

func receiptsOf(drafts []Draft, byID map[string]uint64) (receipts []Receipt) {
	for _, draft := range drafts {
		if position, known := byID[draft.ID]; known {
			receipts = append(receipts, Receipt{Position: position, ID: draft.ID})
		}
	}
	return receipts
}

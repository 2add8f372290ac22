package main

import (
	"context"
	"fmt"
	"math/rand"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxUnanswered = 0.1 // of a history; over that it shows too little

	clients      = 8
	hotSubjects  = 5
	subjects     = 30
	hotShare     = 0.85
	rebuildEvery = 250 // operations
	sendsAtMost  = 40  // of one operation; a server that is there answers sooner
	impatient    = 0.02
	impatienceMs = 4.0
	givesUp      = 0.4 // of those that got no answer; the others send it again
)

// Workload is one history while it is made.
type Workload struct {
	server     *Server
	operations int
	killAt     []int // by operations begun, ascending
	kills      int
	begin      time.Time

	begun      atomic.Int64
	activity   atomic.Int64
	rebuilds   atomic.Int64
	background sync.WaitGroup // crashes and rebuilds

	mutex    sync.Mutex
	ops      []*Op
	appended []*Op             // in the order of their answers: to repeat, and to read again
	versions map[string]uint64 // the highest that anybody was told
	newest   uint64
	failed   error
}

func newWorkload(server *Server, operations, kills int, random *rand.Rand) *Workload {
	w := &Workload{server: server, operations: operations, begin: time.Now(),
		versions: map[string]uint64{}}
	for i := 0; i < kills; i++ {
		w.killAt = append(w.killAt, (operations*i+random.Intn(operations))/kills)
	}
	sort.Ints(w.killAt)
	return w
}

func (w *Workload) now() int64 { return int64(time.Since(w.begin)) }

// Run returns when every client is done: nothing is under way but what was given up.
func (w *Workload) Run(random *rand.Rand) ([]*Op, error) {
	var done sync.WaitGroup
	for i := 0; i < clients; i++ {
		client := &Client{w, newWire(), i, 0, rand.New(rand.NewSource(random.Int63()))}
		done.Add(1)
		go func() {
			defer done.Done()
			client.run()
		}()
	}
	done.Wait()
	w.background.Wait()
	if w.failed == nil {
		w.failed = w.appendLast()
	}
	return w.ops, w.failed
}

// admit counts one more operation, and crashes the server when its time has come. False: enough.
func (w *Workload) admit() bool {
	n := int(w.begun.Add(1))
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if n > w.operations || w.failed != nil {
		return false
	}
	if len(w.killAt) > 0 && n > w.killAt[0] {
		w.killAt = w.killAt[1:]
		w.kills++
		w.inBackground(func() { w.fail(w.server.Crash()) })
	}
	if n%rebuildEvery == 0 {
		w.inBackground(func() { w.rebuild([]string{"history", "sessions"}[n/rebuildEvery%2]) })
	}
	return true
}

func (w *Workload) inBackground(work func()) {
	w.background.Add(1)
	go func() {
		defer w.background.Done()
		work()
	}()
}

// rebuild has a view built anew while it is read. A crash may come in between.
func (w *Workload) rebuild(view string) {
	place, err := w.server.Place()
	if err != nil {
		return
	}
	var told interface{}
	answer, err := newWire().call(context.Background(), place, "POST", "/v1/views/"+view+"/rebuild",
		"", nil, &told)
	if err == nil && answer.Status == 200 {
		w.rebuilds.Add(1)
	}
}

// appendLast appends the event that tells followers that there is no more.
func (w *Workload) appendLast() error {
	place, err := w.server.Place()
	if err != nil {
		return err
	}
	op := &Op{Kind: appendEvents, Client: clients, Subject: subjectOf(0), Expected: noVersion,
		Drafts: []Draft{{lastID, w.activity.Add(1)}}, Call: w.now()}
	if op.Answer, err = newWire().Ask(context.Background(), place, op); err != nil {
		return err
	}
	op.Return = w.now()
	w.note(op)
	return nil
}

func (w *Workload) fail(err error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.failed == nil {
		w.failed = err
	}
}

// note keeps the operation, and what its answer told, for everybody.
func (w *Workload) note(op *Op) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.ops = append(w.ops, op)
	if op.Answer == nil {
		return
	}
	for _, receipt := range op.Answer.Receipts {
		if receipt.Position > w.versions[op.Subject] {
			w.versions[op.Subject] = receipt.Position
		}
		if receipt.Position > w.newest {
			w.newest = receipt.Position
		}
	}
	if len(op.Answer.Receipts) > 0 {
		w.appended = append(w.appended, op)
	}
}

// Client makes one operation after the other.
type Client struct {
	*Workload
	wire   *Wire
	number int
	sent   int
	random *rand.Rand
}

func (c *Client) run() {
	for c.admit() {
		op := c.next()
		op.Client, op.Call, op.Return = c.number, c.now(), never
		answer, err := c.insist(op)
		if err != nil {
			c.fail(err)
			return
		}
		if answer != nil {
			op.Answer, op.Return = answer, c.now()
		}
		c.note(op)
	}
}

// insist sends the operation until there is an answer, or the client gives up. What got no answer
// may have happened; with its ids it can be sent again, even while it is still on its way.
func (c *Client) insist(op *Op) (*Answer, error) {
	for sends := 1; sends <= sendsAtMost; sends++ {
		place, err := c.server.Place()
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.Background(), func() {}
		if c.random.Float64() < impatient {
			patience := time.Duration(c.random.Float64() * impatienceMs * float64(time.Millisecond))
			ctx, cancel = context.WithTimeout(ctx, patience)
		}
		answer, err := c.wire.Ask(ctx, place, op)
		cancel()
		if err == nil && answer.Status < 500 {
			return answer, nil
		}
		if op.Kind != appendEvents || c.random.Float64() < givesUp {
			return nil, nil
		}
		op.Unsure = true
	}
	return nil, fmt.Errorf("no answer to %s, sent %d times", describe(op), sendsAtMost)
}

// next draws an operation.
func (c *Client) next() *Op {
	subject := subjectOf(c.random.Intn(hotSubjects))
	if c.random.Float64() >= hotShare {
		subject = subjectOf(hotSubjects + c.random.Intn(subjects-hotSubjects))
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	op := &Op{Subject: subject, Expected: noVersion}
	switch n := c.random.Intn(100); {
	case n < 22:
		c.makeAppend(op, 1)
	case n < 42:
		c.makeAppend(op, 1)
		op.Expected = int64(c.versions[subject])
	case n < 48:
		c.makeAppend(op, 2+c.random.Intn(3))
		if c.random.Intn(2) == 0 {
			op.Expected = int64(c.versions[subject])
		}
	case n < 54 && len(c.appended) > 0:
		first := c.earlier()
		op.Kind, op.Subject, op.Drafts, op.Expected =
			appendEvents, first.Subject, first.Drafts, first.Expected
	case n < 70:
		op.Kind = readEvent
		if c.random.Intn(3) == 0 || len(c.appended) == 0 {
			op.Subject, op.Position = "", c.newest+1+uint64(c.random.Intn(3))
			break
		}
		first := c.earlier()
		op.Subject, op.Position = first.Subject, first.Answer.Receipts[0].Position
	case n < 86:
		op.Kind, op.Limit = readHistory, historyLimit
		if c.random.Intn(20) > 0 && c.versions[subject] > 200 {
			op.After = c.versions[subject] - uint64(c.random.Intn(200))
		}
	default:
		op.Kind = readSession
	}
	return op
}

func (c *Client) makeAppend(op *Op, events int) {
	op.Kind = appendEvents
	for i := 0; i < events; i++ {
		c.sent++
		// Mostly rising, now and then late: the session does not show every event.
		activity := c.activity.Add(1) - int64(c.random.Intn(20))
		op.Drafts = append(op.Drafts, Draft{fmt.Sprintf("c%d-%d", c.number, c.sent), activity})
	}
}

// earlier is an append that was answered, mostly a recent one.
func (c *Client) earlier() *Op {
	span := len(c.appended)
	if c.random.Intn(4) > 0 && span > 16 {
		span = 16
	}
	return c.appended[len(c.appended)-1-c.random.Intn(span)]
}

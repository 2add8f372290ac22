// linear holds a server to linearizability: clients append and read on few subjects at once while
// the server is killed again and again, and porcupine looks for an order of all operations in which
// each one answers as a simple register would (model.go).
//
//	linear -binary PATH [-histories N] [-operations N] [-kills N] [-seed N] [-dir FOLDER]
//
// Operations that got no answer stay open to the end (history.go). What no single subject can tell
// is checked over the whole log (order.go), and streams that are followed through all of it against
// the log (follower.go). Views are rebuilt meanwhile. The last line of stdout is a summary in JSON.
// Exit code 1: an answer that no order explains, or no verdict in time; porcupine's picture of it
// is left in FOLDER. 3: it could not be tried.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"time"

	"github.com/anishathalye/porcupine"
)

// Summary counts over all histories.
type Summary struct {
	Histories  int      `json:"histories"`
	Operations int      `json:"operations"`
	Events     int      `json:"events"`
	Hot        float64  `json:"hot"` // share of the operations that are on 5 subjects
	Kills      int      `json:"kills"`
	Rebuilds   int64    `json:"rebuilds"`
	Pending    int      `json:"pending"`  // appends without an answer
	Happened   int      `json:"happened"` // of those, the ones that turned out to be in the log
	Repeats    int      `json:"repeats"`  // events answered as duplicates
	Mismatches int      `json:"mismatches"`
	CheckMs    int64    `json:"check_ms"`
	Faults     []string `json:"faults"`
}

func main() {
	binary := flag.String("binary", "", "the server's program")
	histories := flag.Int("histories", 2, "how many, each on a data folder of its own")
	operations := flag.Int("operations", 2000, "in each history")
	kills := flag.Int("kills", 5, "in each history")
	seed := flag.Int64("seed", 1, "of what is asked; what is answered hangs on the machine, too")
	dir := flag.String("dir", os.TempDir(), "for data folders and pictures")
	flag.Parse()
	summary := Summary{Faults: []string{}}
	for i := 1; i <= *histories && len(summary.Faults) == 0; i++ {
		name := filepath.Join(*dir, fmt.Sprintf("history-%d", i))
		random := rand.New(rand.NewSource(*seed*1000 + int64(i)))
		if err := summary.attempt(name, *binary, *operations, *kills, random); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	}
	summary.Hot /= float64(summary.Operations)
	line, _ := json.Marshal(summary)
	fmt.Println(string(line))
	if len(summary.Faults) > 0 {
		os.Exit(1)
	}
}

// attempt makes one history, checks it, and adds it up. Its files begin with `name`.
func (s *Summary) attempt(name, binary string, operations, kills int, random *rand.Rand) error {
	server, err := newServer(binary, name)
	if err != nil {
		return err
	}
	defer server.Kill()
	followers := []*Follower{follow(server, "", rand.New(rand.NewSource(random.Int63()))),
		follow(server, subjectOf(0), rand.New(rand.NewSource(random.Int63())))}
	workload := newWorkload(server, operations, kills, random)
	ops, err := workload.Run(random)
	if err != nil {
		return err
	}
	last, log, err := lastWords(server, workload)
	if err != nil {
		return err
	}
	began := time.Now()
	s.Histories++
	s.Operations += len(ops)
	s.Events += len(log)
	s.Kills += workload.kills
	s.Rebuilds += workload.rebuilds.Load()
	settled, faults := settle(append(ops, last...), log)
	if unanswered := s.count(ops); unanswered > maxUnanswered*float64(operations) {
		return fmt.Errorf("%.0f of %d operations got no answer", unanswered, operations)
	}
	for _, follower := range followers {
		faults = append(faults, follower.Compare(log)...)
	}
	faults = append(faults, whole(settled, log)...)
	faults = append(faults, linearize(name, settled)...)
	s.CheckMs += time.Since(began).Milliseconds()
	s.Faults = append(s.Faults, faults...)
	fmt.Fprintf(os.Stderr, "%s: %d operations, %d events, %d kills, %d faults, checked in %d ms\n",
		filepath.Base(name), len(ops), len(log), workload.kills, len(faults),
		time.Since(began).Milliseconds())
	for i, fault := range faults {
		if i == 20 {
			fmt.Fprintf(os.Stderr, "  and %d more\n", len(faults)-i)
			break
		}
		fmt.Fprintln(os.Stderr, " ", fault)
	}
	return nil
}

// count looks at operations that are settled, but for those that were dropped.
func (s *Summary) count(ops []*Op) (unanswered float64) {
	hot := map[string]bool{}
	for i := 0; i < hotSubjects; i++ {
		hot[subjectOf(i)] = true
	}
	for _, op := range ops {
		if hot[op.Subject] {
			s.Hot++
		}
		if op.Return == never {
			unanswered++
			if op.Kind == appendEvents {
				s.Pending++
			}
			if op.Answer != nil {
				s.Happened++
			}
			continue
		}
		if op.Answer.Status == 412 {
			s.Mismatches++
		}
		for _, receipt := range op.Answer.Receipts {
			if receipt.Duplicate {
				s.Repeats++
			}
		}
	}
	return unanswered
}

// lastWords reads everything once more when all is over: each session, and the whole log, which is
// also the last history of each subject.
func lastWords(server *Server, workload *Workload) (ops []*Op, log []Seen, err error) {
	place, err := server.Place()
	if err != nil {
		return nil, nil, err
	}
	client := &Client{workload, newWire(), clients, 0, rand.New(rand.NewSource(0))}
	for i := 0; i < subjects; i++ {
		op := &Op{Kind: readSession, Client: clients, Subject: subjectOf(i), Call: client.now()}
		if op.Answer, err = client.wire.Ask(context.Background(), place, op); err != nil {
			return nil, nil, err
		}
		op.Return = client.now()
		ops = append(ops, op)
	}
	call := client.now()
	if log, err = client.wire.All(place); err != nil {
		return nil, nil, err
	}
	head := uint64(len(log))
	for i := 0; i < subjects; i++ {
		op := &Op{Kind: readHistory, Client: clients, Subject: subjectOf(i), Limit: len(log),
			Call: call, Return: client.now(), Answer: &Answer{Status: 200, Head: head}}
		for _, seen := range log {
			if seen.Subject == op.Subject {
				op.Answer.Events = append(op.Answer.Events, seen)
			}
		}
		ops = append(ops, op)
	}
	return ops, log, nil
}

const checkDeadline = time.Minute // for one subject; no verdict is a fault

// linearize asks porcupine, subject by subject: they are independent registers.
func linearize(name string, ops []*Op) (faults []string) {
	bySubject := map[string][]porcupine.Operation{}
	for _, op := range ops {
		bySubject[op.Subject] = append(bySubject[op.Subject], porcupine.Operation{
			ClientId: op.Client, Input: op, Call: op.Call, Return: op.Return})
	}
	for i := 0; i < subjects; i++ {
		history := bySubject[subjectOf(i)]
		verdict := porcupine.CheckOperationsTimeout(model, history, checkDeadline)
		if verdict == porcupine.Ok {
			continue
		}
		picture := fmt.Sprintf("%s-u%d.html", name, i)
		_, info := porcupine.CheckOperationsVerbose(model, history, checkDeadline)
		if err := porcupine.VisualizePath(model, info, picture); err != nil {
			picture = err.Error()
		}
		faults = append(faults,
			fmt.Sprintf("porcupine on %s: %s; see %s", subjectOf(i), verdict, picture))
	}
	return faults
}

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	followDeadline = 30 * time.Second // to see the last event when all is over
	leavesAfter    = 200              // events at most, then it comes back as if it had been cut off
	lastID         = "the-end"        // of the event that ends every stream
)

// Follower reads the stream of events through every crash: each time it goes on from the last
// resume token it saw. It is to see every event, once, in order.
type Follower struct {
	server  *Server
	subject string // empty: all
	random  *rand.Rand

	seen []Seen
	back string // the last resume token
	done chan error
}

func follow(server *Server, subject string, random *rand.Rand) *Follower {
	f := &Follower{server: server, subject: subject, random: random, done: make(chan error, 1)}
	go func() {
		var err error
		for err == nil && !f.atEnd() {
			err = f.read()
		}
		f.done <- err
	}()
	return f
}

func (f *Follower) atEnd() bool { return len(f.seen) > 0 && f.seen[len(f.seen)-1].ID == lastID }

// Compare waits for the last event, and answers with what is not as it is in the log.
func (f *Follower) Compare(log []Seen) (faults []string) {
	select {
	case err := <-f.done:
		if err != nil {
			return []string{err.Error()}
		}
	case <-time.After(followDeadline):
		return []string{fmt.Sprintf("a stream of %q did not come to its end", f.subject)}
	}
	var want []Seen
	for _, event := range log {
		if f.subject == "" || event.Subject == f.subject {
			want = append(want, event)
		}
	}
	for i, event := range f.seen {
		if i >= len(want) || event != want[i] {
			return []string{fmt.Sprintf("a stream of %q: event %d, number %d it showed, is not the next",
				f.subject, event.Position, i+1)}
		}
	}
	if len(f.seen) < len(want) {
		return []string{fmt.Sprintf("a stream of %q: %d of %d", f.subject, len(f.seen), len(want))}
	}
	return nil
}

// read follows one connection to its end. An error: there is no way to go on.
func (f *Follower) read() error {
	place, err := f.server.Place()
	if err != nil {
		return err
	}
	query := url.Values{"subject": {f.subject}}
	if f.subject == "" {
		query = url.Values{}
	}
	if f.back == "" {
		query.Set("after", "0")
	}
	ctx, leave := context.WithCancel(context.Background())
	defer leave()
	request, err := http.NewRequestWithContext(ctx, "GET",
		place.URL+"/v1/events/stream?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+place.Token)
	if f.back != "" {
		request.Header.Set("Last-Event-ID", f.back)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil // the server is gone: the next one has a place of its own
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		return fmt.Errorf("a stream behind %q: %s", f.back, response.Status)
	}
	return f.frames(bufio.NewReader(response.Body), 1+f.random.Intn(leavesAfter))
}

// frames takes `most` events at most. A frame that is cut off was not seen.
func (f *Follower) frames(in *bufio.Reader, most int) error {
	id, data := "", ""
	for most > 0 && !f.atEnd() {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case line != "\n":
			if name == "id" {
				id = value
			} else if name == "data" {
				data = value
			}
			continue
		case id != "":
			f.back = id
		}
		if data != "" {
			var event Seen
			if err := json.Unmarshal([]byte(data), &event); err != nil {
				return fmt.Errorf("a stream with %.200q", data)
			}
			f.seen = append(f.seen, event)
			most--
		}
		id, data = "", ""
	}
	return nil
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	source         = "/linear"
	eventType      = "application/cloudevents+json"
	batchType      = "application/cloudevents-batch+json"
	answerDeadline = 30 * time.Second
)

var firstActivity = time.Date(2025, 9, 18, 0, 0, 0, 0, time.UTC)

// Wire speaks HTTP for one client: one connection, kept alive.
type Wire struct {
	http http.Client
}

func newWire() *Wire {
	return &Wire{http.Client{Transport: &http.Transport{DisableCompression: true}}}
}

// Ask sends the operation once. An error: nobody knows whether it happened.
func (w *Wire) Ask(ctx context.Context, place Place, op *Op) (*Answer, error) {
	switch op.Kind {
	case appendEvents:
		return w.append(ctx, place, op)
	case readEvent:
		var event Seen
		answer, err := w.call(ctx, place, "GET", fmt.Sprintf("/v1/events/%d", op.Position), "", nil,
			&event)
		if err == nil && answer.Status == 200 {
			answer.Events = []Seen{event}
		}
		return answer, err
	case readHistory:
		var page struct {
			Events []Seen
			Next   *string `json:"next_cursor"`
		}
		path := fmt.Sprintf("/v1/subjects/%s/history?limit=%d&cursor=%d", url.PathEscape(op.Subject),
			op.Limit, op.After)
		answer, err := w.call(ctx, place, "GET", path, "", nil, &page)
		if err == nil {
			answer.Events, answer.More = page.Events, page.Next != nil
		}
		return answer, err
	case readSession:
		var view struct {
			Latest *struct {
				Position uint64
				Mark     string `json:"app_version"`
			} `json:"latest_session"`
		}
		path := "/api/admin/users/" + url.PathEscape(user(op.Subject)) + "/centcom-sessions"
		answer, err := w.call(ctx, place, "GET", path, "", nil, &view)
		if err == nil && view.Latest != nil {
			answer.Events = []Seen{{Position: view.Latest.Position, ID: view.Latest.Mark}}
		}
		return answer, err
	}
	panic("an operation of kind " + op.Kind)
}

func (w *Wire) append(ctx context.Context, place Place, op *Op) (*Answer, error) {
	var events []map[string]interface{}
	for i, draft := range op.Drafts {
		events = append(events, event(op.Subject, draft))
		if i == 0 && op.Expected != noVersion {
			events[i]["expectedversion"] = op.Expected
		}
	}
	var told struct {
		Receipt
		Current *int64
		Results []Receipt
	}
	var answer *Answer
	var err error
	if len(events) == 1 {
		answer, err = w.call(ctx, place, "POST", "/v1/events", eventType, events[0], &told)
		told.Results = []Receipt{told.Receipt}
	} else {
		answer, err = w.call(ctx, place, "POST", "/v1/events?atomic=true", batchType, events, &told)
	}
	if err != nil {
		return nil, err
	}
	switch answer.Status {
	case 200, 201:
		answer.Status, answer.Receipts = 201, told.Results
	case 412:
		answer.Current = noVersion
		if told.Current != nil {
			answer.Current = *told.Current
		}
	}
	return answer, nil
}

// event is what the subject's session does; the view shows its id as the app's version.
func event(subject string, draft Draft) map[string]interface{} {
	activity := firstActivity.Add(time.Duration(draft.Activity) * time.Millisecond)
	return map[string]interface{}{
		"specversion": "1.0", "type": "session.synced", "source": source, "id": draft.ID,
		"data": map[string]interface{}{
			"user_id": user(subject),
			"session_data": map[string]interface{}{
				"session_id": "s", "status": "idle",
				"last_activity":    activity.Format("2006-01-02T15:04:05.000Z"),
				"application_info": map[string]string{"app_version": draft.ID},
			},
		},
	}
}

// A subject is the only session of a user.
func subjectOf(user int) string  { return fmt.Sprintf("session/u%d/s", user) }
func user(subject string) string { return subject[len("session/") : len(subject)-len("/s")] }

// All reads the whole log, page by page.
func (w *Wire) All(place Place) (log []Seen, err error) {
	for after := uint64(0); ; {
		var page struct {
			Events []Seen
			Next   *uint64
		}
		path := fmt.Sprintf("/v1/events?limit=1000&after=%d", after)
		answer, err := w.call(context.Background(), place, "GET", path, "", nil, &page)
		if err != nil {
			return nil, err
		}
		if answer.Status != 200 {
			return nil, fmt.Errorf("%s: %d", path, answer.Status)
		}
		log = append(log, page.Events...)
		if page.Next == nil {
			return log, nil
		}
		after = *page.Next
	}
}

// call decodes the body into `told`, whatever the status.
func (w *Wire) call(ctx context.Context, place Place, method, path, media string,
	body, told interface{}) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, answerDeadline)
	defer cancel()
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, place.URL+path, bytes.NewReader(sent))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+place.Token)
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	response, err := w.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, told); err != nil {
		return nil, fmt.Errorf("%s %s: %d with %.200q", method, path, response.StatusCode, text)
	}
	head, err := strconv.ParseUint(response.Header.Get("X-Syncline-Position"), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%s %s: no x-syncline-position", method, path)
	}
	return &Answer{Status: response.StatusCode, Head: head}, nil
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

const startDeadline = 60 * time.Second

// Server is a `syncline serve --dev` on one data folder, in one process after another. Any
// goroutine may ask where it listens, or kill it.
type Server struct {
	binary, data string

	crashing sync.Mutex // one crash after the other

	mutex    sync.Mutex // guards the rest
	changed  *sync.Cond
	process  *exec.Cmd
	gone     chan struct{} // closed when the process has ended
	place    Place
	up       bool
	failed   error // why there will be no server any more
	expected bool  // its end is ours
}

// Place is where to reach it, until the next crash.
type Place struct {
	URL   string
	Token string
}

func newServer(binary, data string) (*Server, error) {
	server := &Server{binary: binary, data: data}
	server.changed = sync.NewCond(&server.mutex)
	return server, server.start()
}

// Place waits while there is none.
func (s *Server) Place() (Place, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for !s.up && s.failed == nil {
		s.changed.Wait()
	}
	return s.place, s.failed
}

func (s *Server) start() error {
	log, err := os.OpenFile(s.data+".server.log", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	process := exec.Command(s.binary, "serve", "--dev", "--data", s.data,
		"--listen", "127.0.0.1:0", "--log-format", "json")
	process.Stderr = log
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	watchdog := time.AfterFunc(startDeadline, func() { process.Process.Kill() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	watchdog.Stop()
	var started struct{ Address, Token string }
	if err == nil {
		err = json.Unmarshal(line, &started)
	}
	if err != nil {
		process.Process.Kill()
		process.Wait()
		return s.fail(fmt.Errorf("the server did not start (see %s.server.log): %w", s.data, err))
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.process, s.up, s.expected, s.gone = process, true, false, make(chan struct{})
	s.place = Place{"http://" + started.Address, started.Token}
	s.changed.Broadcast()
	go s.watch(process, s.gone)
	return nil
}

func (s *Server) watch(process *exec.Cmd, gone chan struct{}) {
	err := process.Wait()
	close(gone)
	s.mutex.Lock()
	expected := s.expected
	s.mutex.Unlock()
	if !expected {
		s.fail(fmt.Errorf("the server ended by itself: %v (see %s.server.log)", err, s.data))
	}
}

func (s *Server) fail(err error) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.failed == nil {
		s.failed = err
	}
	s.changed.Broadcast()
	return err
}

// Kill is SIGKILL, and returns when the process is gone.
func (s *Server) Kill() {
	s.mutex.Lock()
	s.up, s.expected = false, true
	process, gone := s.process, s.gone
	s.mutex.Unlock()
	process.Process.Kill()
	<-gone
}

// Crash kills it and starts the next one.
func (s *Server) Crash() error {
	s.crashing.Lock()
	defer s.crashing.Unlock()
	s.Kill()
	return s.start()
}

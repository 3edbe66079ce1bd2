// What the franz-go client says, see consistency/voice.py.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

const perProcess = 1_000_000_000

type plan struct {
	name, bootstrap, topic, group, protocol, parts, isolation string
	partitions, number, rate, sessionMs                       int
}

func (p plan) key(partition int32) string { return fmt.Sprintf("%s-%d", p.topic, partition) }
func (p plan) uncommitted() bool          { return p.isolation == "read_uncommitted" }
func (p plan) plays(part string) bool     { return strings.Contains(p.parts, part) }

// An event is a line. Values and offsets are pairs and triples, as they are there.
type event struct {
	Op          int64                 `json:"op"`
	Process     string                `json:"process"`
	Type        string                `json:"type"`
	F           string                `json:"f"`
	Ns          int64                 `json:"ns"`
	Sends       [][3]any              `json:"sends,omitempty"`
	Polls       map[string][][2]int64 `json:"polls,omitempty"`
	Keys        []string              `json:"keys,omitempty"`
	Group       string                `json:"group,omitempty"`
	Offsets     map[string]int64      `json:"offsets,omitempty"`
	Uncommitted bool                  `json:"uncommitted,omitempty"`
	Generation  *int32                `json:"generation,omitempty"`
	Why         string                `json:"why,omitempty"`
}

type voice struct {
	plan
	operations atomic.Int64
	lock       sync.Mutex
	out        *bufio.Writer
}

func newVoice(p plan) *voice {
	v := &voice{plan: p, out: bufio.NewWriter(os.Stdout)}
	v.operations.Store(int64(p.number) * perProcess)
	return v
}

// Go's own monotonic clock cannot be compared with other processes': this is the one that they read, too.
func now() int64 {
	const monotonic = 1
	var at syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, monotonic, uintptr(unsafe.Pointer(&at)), 0)
	return at.Nano()
}

func (v *voice) line(text []byte) {
	v.lock.Lock()
	defer v.lock.Unlock()
	v.out.Write(append(text, '\n'))
	v.out.Flush()
}

func (v *voice) say(e event) {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	v.line(text)
}

func (v *voice) begin(part, f string, ns int64, e event) event {
	e.Op, e.Process, e.Type, e.F, e.Ns = v.operations.Add(1), v.name+"-"+part, "invoke", f, ns
	v.say(e)
	return e
}

func (v *voice) end(begun event, kind string, e event) {
	e.Op, e.Process, e.Type, e.F, e.Ns = begun.Op, begun.Process, kind, begun.F, now()
	v.say(e)
}

func (v *voice) unsure(begun event, err error) { v.end(begun, "info", event{Why: err.Error()}) }

func (v *voice) problem(err error) {
	v.line([]byte("problem " + strings.ReplaceAll(err.Error(), "\n", " ")))
}

func (v *voice) keyed(offsets map[int32]int64) map[string]int64 {
	keyed := map[string]int64{}
	for partition, offset := range offsets {
		keyed[v.key(partition)] = offset
	}
	return keyed
}

// What a member of a group owns. Its callbacks come from threads of the library.
type membership struct {
	*voice
	part, group    string
	lock           sync.Mutex
	owned, changed map[int32]bool
}

func newMembership(v *voice, part, group string) *membership {
	return &membership{voice: v, part: part, group: group, owned: map[int32]bool{}, changed: map[int32]bool{}}
}

func (m *membership) given(partitions []int32, generation int32) {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, partition := range partitions {
		m.owned[partition], m.changed[partition] = true, true
	}
	m.tell(generation)
}

func (m *membership) taken(partitions []int32) {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, partition := range partitions {
		delete(m.owned, partition)
	}
	m.tell(-1)
}

func (m *membership) tell(generation int32) {
	begun := m.begin(m.part, "assign", now(), event{Group: m.group, Keys: m.keys(m.owned), Generation: &generation})
	m.end(begun, "ok", event{})
}

func (m *membership) keys(partitions map[int32]bool) []string {
	var keys []string
	for partition := range partitions {
		keys = append(keys, m.key(partition))
	}
	sort.Strings(keys)
	return keys
}

// The keys that changed hands since this was asked last.
func (m *membership) handed() []string {
	m.lock.Lock()
	defer m.lock.Unlock()
	handed := m.keys(m.changed)
	clear(m.changed)
	return handed
}

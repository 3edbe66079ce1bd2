// Transactions of franz-go, see consistency/work.py.
package main

import (
	"context"
	"math/rand"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	workGroup       = "group-work"
	workRate        = 8.0
	sendsMax        = 5
	transactionTime = 4 * time.Second
	impatienceMax   = 30 * time.Millisecond
)

type fate int

const (
	commit fate = iota
	abort
	replaced
	impatient
)

func draw() fate {
	switch drawn := rand.Float64(); {
	case drawn < 0.76:
		return commit
	case drawn < 0.88:
		return abort
	case drawn < 0.94:
		return replaced
	}
	return impatient
}

// One transaction, told of.
type step struct {
	*voice
	fate      fate
	begun     event
	asked     bool
	records   []*kgo.Record
	delivered sync.Map
	told      event
	taken     map[string]int64
}

func (s *step) sends() [][3]any {
	var sends [][3]any
	for index, one := range s.records {
		offset, _ := s.delivered.Load(index)
		sends = append(sends, [3]any{s.key(one.Partition), s.begun.Sends[index][1], offset})
	}
	return sends
}

func (s *step) say(kind string, e event) {
	e.Group, e.Sends = s.begun.Group, s.sends()
	s.end(s.begun, kind, e)
}

func (s *step) asks() {
	s.asked = true
	s.say("ending", event{Polls: s.told.Polls, Keys: s.told.Keys, Offsets: s.taken})
}

func (s *step) aborted() { s.say("fail", s.told) }

func (s *step) lost(err error) {
	if s.asked && s.fate != replaced {
		s.say("info", event{Why: err.Error()})
	} else {
		s.aborted()
	}
}

type work struct {
	*client
	membership *membership
	session    *kgo.GroupTransactSession
	value      int64
}

func (c *client) work() error {
	w := &work{client: c, membership: newMembership(c.voice, "worker", workGroup), value: int64(c.number)*perProcess + perProcess/2}
	if err := w.renew(); err != nil {
		return err
	}
	defer func() { w.session.Close() }()
	return c.paced(workRate, w.turn)
}

func (w *work) id() kgo.Opt {
	return kgo.TransactionalID(w.name[:strings.LastIndex(w.name, "-")] + "-work")
}

// A session that goes on where the group is; its producer begins with its first transaction and fences the one before it.
func (w *work) renew() (err error) {
	if w.session != nil {
		w.session.Close()
	}
	w.session, err = kgo.NewGroupTransactSession(w.grouped(w.membership, w.id(), kgo.TransactionTimeout(transactionTime),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0), kgo.FetchIsolationLevel(kgo.ReadCommitted()))...)
	return err
}

// A second instance begins, and thereby fences the first.
func (w *work) replace(ctx context.Context) error {
	second, err := kgo.NewClient(w.options(w.id(), kgo.TransactionTimeout(transactionTime))...)
	if err != nil {
		return err
	}
	defer second.Close()
	_, _, err = second.ProducerID(ctx)
	return err
}

func (w *work) begins(polls map[string][][2]int64, positions map[int32]int64) *step {
	s := &step{voice: w.voice, fate: draw(), told: event{Polls: polls, Keys: w.membership.handed()}, taken: w.keyed(positions)}
	var sends [][3]any
	for range 1 + rand.Intn(sendsMax) {
		w.value++
		one := w.record(int32(rand.Intn(w.partitions)), w.value)
		s.records = append(s.records, one)
		sends = append(sends, [3]any{w.key(one.Partition), w.value, nil})
	}
	group := ""
	if len(polls) > 0 {
		group = workGroup
	}
	s.begun = w.begin("worker", "txn", now(), event{Group: group, Sends: sends})
	return s
}

func (w *work) turn(count int) error {
	ctx, cancel := context.WithTimeout(context.Background(), pollTime/4)
	polls, positions, err := w.found(w.session.PollRecords(ctx, pollRecordsMax))
	cancel()
	if err != nil {
		return err
	}
	if count%10 == 9 {
		w.ask(w.membership, w.session.Client())
	}
	s := w.begins(polls, positions)
	if err := w.transact(s); err != nil {
		s.lost(err)
		return w.renew()
	}
	return nil
}

// An error is one that its session cannot go on after.
func (w *work) transact(s *step) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.session.Begin(); err != nil {
		return err
	}
	for index, one := range s.records {
		w.session.Produce(ctx, one, func(sent *kgo.Record, err error) {
			if err == nil {
				s.delivered.Store(index, sent.Offset)
			}
		})
	}
	if s.fate == abort {
		_, err := w.session.End(ctx, kgo.TryAbort)
		if err == nil {
			s.aborted()
		}
		return err
	}
	if err := w.session.Client().Flush(ctx); err != nil {
		return err
	}
	if s.fate == replaced {
		if err := w.replace(ctx); err != nil {
			return err
		}
	}
	s.asks()
	if s.fate == impatient {
		var hurry context.CancelFunc
		ctx, hurry = context.WithTimeout(ctx, time.Duration(rand.Int63n(int64(impatienceMax))))
		defer hurry()
	}
	committed, err := w.session.End(ctx, kgo.TryCommit)
	switch {
	case committed:
		s.say("ok", event{})
	case err == nil:
		s.aborted()
	}
	return err
}

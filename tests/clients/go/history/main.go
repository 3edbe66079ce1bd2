// A franz-go client that tells what it lives through.
package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	inFlightMax    = 50
	pollRecordsMax = 200
	pollTime       = 200 * time.Millisecond
	patience       = 90 * time.Second
)

type client struct {
	*voice
	writing, running atomic.Bool
}

func (c *client) options(more ...kgo.Opt) []kgo.Opt {
	return append([]kgo.Opt{
		kgo.SeedBrokers(c.bootstrap),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }),
		kgo.RetryTimeout(patience),
		kgo.RequestRetries(1_000_000),
		kgo.MetadataMinAge(50 * time.Millisecond),
	}, more...)
}

func (c *client) isolated() kgo.Opt {
	if c.uncommitted() {
		return kgo.FetchIsolationLevel(kgo.ReadUncommitted())
	}
	return kgo.FetchIsolationLevel(kgo.ReadCommitted())
}

// Calls `do` with 0, 1, 2 ... at so many a second, until writing ends.
func (c *client) paced(rate float64, do func(int) error) error {
	started := time.Now()
	for count := 0; ; count++ {
		time.Sleep(time.Until(started.Add(time.Duration(float64(count) / rate * float64(time.Second)))))
		if !c.writing.Load() {
			return nil
		}
		if err := do(count); err != nil {
			return err
		}
	}
}

func (c *client) record(partition int32, value int64) *kgo.Record {
	return &kgo.Record{Topic: c.topic, Partition: partition, Value: strconv.AppendInt(nil, value, 10)}
}

func (c *client) write() error {
	producer, err := kgo.NewClient(c.options(
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.MaxBufferedRecords(inFlightMax), kgo.ProducerLinger(0))...)
	if err != nil {
		return err
	}
	defer producer.Close()
	err = c.paced(float64(c.rate), func(count int) error {
		partition, value := int32(count%c.partitions), int64(c.number)*perProcess+int64(count)
		begun := c.begin("writer", "send", now(), event{Sends: [][3]any{{c.key(partition), value, nil}}})
		producer.Produce(context.Background(), c.record(partition, value), func(sent *kgo.Record, err error) {
			if err != nil {
				c.unsure(begun, err)
				return
			}
			c.end(begun, "ok", event{Sends: [][3]any{{c.key(partition), value, sent.Offset}}})
		})
		return nil
	})
	return errors.Join(err, producer.Flush(context.Background()))
}

// What was polled: (offset, value) pairs of each key, and each partition's next offset.
func (c *client) found(fetches kgo.Fetches) (map[string][][2]int64, map[int32]int64, error) {
	polls, positions := map[string][][2]int64{}, map[int32]int64{}
	for _, one := range fetches.Errors() { // lost connections are its own to mend, and a session that was lost begins anew
		var session *kgo.ErrGroupSession
		if !errors.Is(one.Err, context.DeadlineExceeded) && !errors.As(one.Err, &session) && !kerr.IsRetriable(one.Err) {
			return nil, nil, one.Err
		}
	}
	for _, one := range fetches.Records() {
		value, err := strconv.ParseInt(string(one.Value), 10, 64)
		if err != nil {
			return nil, nil, err
		}
		key := c.key(one.Partition)
		polls[key] = append(polls[key], [2]int64{one.Offset, value})
		positions[one.Partition] = one.Offset + 1
	}
	return polls, positions, nil
}

func (c *client) follow() error {
	places := map[int32]kgo.Offset{}
	for partition := range c.partitions {
		places[int32(partition)] = kgo.NewOffset().At(0)
	}
	consumer, err := kgo.NewClient(c.options(c.isolated(), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{c.topic: places}))...)
	if err != nil {
		return err
	}
	for c.running.Load() {
		since := now()
		ctx, cancel := context.WithTimeout(context.Background(), pollTime)
		polls, _, err := c.found(consumer.PollRecords(ctx, pollRecordsMax))
		cancel()
		if err != nil {
			return err
		}
		if len(polls) > 0 {
			begun := c.begin("reader", "poll", since, event{Uncommitted: c.uncommitted()})
			c.end(begun, "ok", event{Polls: polls})
		}
	}
	return nil
}

func (c *client) grouped(m *membership, more ...kgo.Opt) []kgo.Opt {
	session := time.Duration(c.sessionMs) * time.Millisecond
	given := func(_ context.Context, client *kgo.Client, given map[string][]int32) {
		_, generation := client.GroupMetadata()
		m.given(given[c.topic], generation)
	}
	taken := func(_ context.Context, _ *kgo.Client, taken map[string][]int32) { m.taken(taken[c.topic]) }
	return c.options(append([]kgo.Opt{
		kgo.ConsumerGroup(m.group),
		kgo.ConsumeTopics(c.topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.Balancers(kgo.RangeBalancer()),
		kgo.SessionTimeout(session),
		kgo.HeartbeatInterval(session / 4),
		kgo.OnPartitionsAssigned(given),
		kgo.OnPartitionsRevoked(taken),
		kgo.OnPartitionsLost(taken),
	}, more...)...)
}

func (c *client) belong() error {
	m := newMembership(c.voice, "member", c.group)
	member, err := kgo.NewClient(c.grouped(m, c.isolated(), kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll())...)
	if err != nil {
		return err
	}
	for polled := 1; c.running.Load(); {
		since := now()
		ctx, cancel := context.WithTimeout(context.Background(), pollTime)
		polls, positions, err := c.found(member.PollRecords(ctx, pollRecordsMax))
		cancel()
		if err != nil {
			return err
		}
		handed := m.handed()
		if len(polls) > 0 {
			begun := c.begin("member", "poll", since, event{Group: m.group, Uncommitted: c.uncommitted()})
			c.end(begun, "ok", event{Polls: polls, Keys: handed})
			c.commit(m, member, positions)
			if polled++; polled%10 == 0 {
				c.ask(m, member)
			}
		}
		member.AllowRebalance()
	}
	return nil
}

func (c *client) commit(m *membership, member *kgo.Client, positions map[int32]int64) {
	begun := c.begin("member", "commit", now(), event{Group: m.group, Offsets: c.keyed(positions)})
	offsets := map[int32]kgo.EpochOffset{}
	for partition, offset := range positions {
		offsets[partition] = kgo.EpochOffset{Epoch: -1, Offset: offset}
	}
	var failed error
	note := func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, answer *kmsg.OffsetCommitResponse, err error) {
		if failed = err; err != nil {
			return
		}
		for _, topic := range answer.Topics {
			for _, partition := range topic.Partitions {
				failed = errors.Join(failed, kerr.ErrorForCode(partition.ErrorCode))
			}
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	member.CommitOffsetsSync(ctx, map[string]map[int32]kgo.EpochOffset{c.topic: offsets}, note)
	if failed != nil {
		c.unsure(begun, failed)
		return
	}
	c.end(begun, "ok", event{})
}

func (c *client) ask(m *membership, member *kgo.Client) {
	begun := c.begin(m.part, "committed", now(), event{Group: m.group})
	ctx, cancel := context.WithTimeout(kadm.RequireStable(context.Background()), patience)
	defer cancel()
	found, err := kadm.NewClient(member).FetchOffsets(ctx, m.group)
	if err = errors.Join(err, found.Error()); err != nil {
		c.unsure(begun, err)
		return
	}
	told := map[string]int64{}
	found.Each(func(one kadm.OffsetResponse) { told[c.key(one.Partition)] = one.At })
	c.end(begun, "ok", event{Offsets: told})
}

func (c *client) start(part string, play func() error, waiting *sync.WaitGroup) {
	if !c.plays(part) {
		return
	}
	waiting.Add(1)
	go func() {
		defer waiting.Done()
		if err := play(); err != nil {
			c.problem(err)
		}
	}()
}

func number(word string) int {
	parsed, err := strconv.Atoi(word)
	if err != nil {
		panic(err)
	}
	return parsed
}

func main() {
	w := os.Args[1:]
	c := &client{voice: newVoice(plan{w[0], w[1], w[2], w[3], w[4], w[5], w[6], number(w[7]), number(w[8]), number(w[9]), number(w[10])})}
	c.writing.Store(true)
	c.running.Store(true)
	var writers, others sync.WaitGroup
	c.start("writer", c.write, &writers)
	c.start("worker", c.work, &writers)
	c.start("reader", c.follow, &others)
	c.start("member", c.belong, &others)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		c.writing.Store(false)
		writers.Wait()
		c.line([]byte("finished"))
	}
	c.running.Store(false)
	others.Wait()
}

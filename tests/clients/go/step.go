// Read, write and commit in a transaction, by franz-go; see tests/clients/step.py.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const stepRecordsMax = 10

func takeSteps(arguments []string) {
	bootstrap, group, topic, output, id := arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]
	flags := flag.NewFlagSet("step", flag.ExitOnError)
	abort := flags.Int("abort", 0, "")
	hold := flags.Int("hold", 0, "")
	sessionMs := flags.Int("session-ms", 6000, "")
	flags.Parse(arguments[5:])

	voice := newVoice()
	session, err := kgo.NewGroupTransactSession(append(
		inGroup(bootstrap, group, topic, time.Duration(*sessionMs)*time.Millisecond),
		kgo.TransactionalID(id),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.OnPartitionsAssigned(voice.changes(true)),
		kgo.OnPartitionsRevoked(voice.changes(false)),
		kgo.OnPartitionsLost(voice.changes(false)),
	)...)
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	if _, _, err := session.Client().ProducerID(ctx); err != nil {
		panic(err)
	}
	voice.say("ready", true)
	held := make(chan struct{})
	leave := untilToldToLeave(func() { close(held) })
	for number := 1; leave.Err() == nil; number++ {
		records := session.PollRecords(leave, stepRecordsMax).Records()
		if len(records) == 0 {
			number--
			continue
		}
		if err := session.Begin(); err != nil {
			panic(err)
		}
		for _, one := range records {
			value := fmt.Sprintf("%d-%d", one.Partition, one.Offset)
			session.Produce(ctx, &kgo.Record{Topic: output, Partition: one.Partition, Value: []byte(value)}, nil)
		}
		if err := session.Client().Flush(ctx); err != nil {
			panic(err)
		}
		if number == *hold {
			voice.say("holds", true)
			<-held
		}
		committed, err := session.End(ctx, kgo.TransactionEndTry(number != *abort))
		switch {
		case errors.Is(err, kerr.ProducerFenced), errors.Is(err, kerr.InvalidProducerEpoch):
			voice.say("fenced", true)
			return
		case err != nil:
			panic(err)
		case number == *abort:
			voice.say("aborted", true)
		case committed:
			voice.say("read", positionsOf(records))
		}
	}
	session.Close()
}

// A member of a group, by franz-go; see tests/clients/member.py.
package main

import (
	"context"
	"flag"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const recordsMax = 50

var balancers = map[string]kgo.GroupBalancer{
	"range":              kgo.RangeBalancer(),
	"roundrobin":         kgo.RoundRobinBalancer(),
	"sticky":             kgo.StickyBalancer(),
	"cooperative-sticky": kgo.CooperativeStickyBalancer(),
	"uniform":            kgo.StickyBalancer(), // what franz-go calls the broker's
}

func beMember(arguments []string) {
	bootstrap, group, topic := arguments[0], arguments[1], arguments[2]
	flags := flag.NewFlagSet("member", flag.ExitOnError)
	assignor := flags.String("assignor", "range", "")
	instance := flags.String("instance", "", "")
	protocol := flags.String("protocol", "classic", "")
	sessionMs := flags.Int("session-ms", 6000, "")
	committed := flags.Bool("committed", false, "")
	flags.Parse(arguments[3:])

	voice := newVoice()
	options := append(inGroup(bootstrap, group, topic, time.Duration(*sessionMs)*time.Millisecond),
		kgo.Balancers(balancers[*assignor]),
		kgo.DisableAutoCommit(),
		kgo.BlockRebalanceOnPoll(),
		kgo.OnPartitionsAssigned(voice.changes(true)),
		kgo.OnPartitionsRevoked(voice.changes(false)),
		kgo.OnPartitionsLost(voice.changes(false)),
	)
	if *instance != "" {
		options = append(options, kgo.InstanceID(*instance))
	}
	if *protocol == "consumer" {
		options = append(options, kgo.ServerSideBalancer())
	}
	if *committed {
		options = append(options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		panic(err)
	}
	for leave := untilToldToLeave(func() {}); leave.Err() == nil; client.AllowRebalance() {
		records := client.PollRecords(leave, recordsMax).Records()
		if len(records) > 0 && client.CommitRecords(context.Background(), records...) == nil {
			voice.say("read", positionsOf(records))
		} // else a rebalance came between: whoever gets the partitions reads them again
	}
	client.CloseAllowingRebalance()
}

// inGroup is what members and steps have in common.
func inGroup(bootstrap, group, topic string, session time.Duration) []kgo.Opt {
	options := []kgo.Opt{
		kgo.SeedBrokers(bootstrap),
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(session),
		kgo.HeartbeatInterval(session / 12),
		kgo.MetadataMinAge(100 * time.Millisecond),
		kgo.MetadataMaxAge(time.Second),
		kgo.RetryBackoffFn(func(int) time.Duration { return 50 * time.Millisecond }),
	}
	if strings.HasPrefix(topic, "^") {
		options = append(options, kgo.ConsumeRegex())
	}
	return options
}

// The franz-go driver: answers lines of JSON, see drivers/process.py.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	messageBytesMax = 11_000_000
	waitMax         = 60 * time.Second
)

// A header's value keeps null and empty apart, as a record's key and value do.
type header struct {
	name  string
	value []byte
}

// franz-go answers metadata of this age from its own memory; whoever wants to see a change waits for as long.
const metadataAge = 10 * time.Millisecond

func (h header) MarshalJSON() ([]byte, error) { return json.Marshal([]any{h.name, h.value}) }

func (h *header) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&h.name, &h.value})
}

type record struct {
	Value     []byte   `json:"value"`
	Key       []byte   `json:"key"`
	Headers   []header `json:"headers"`
	Timestamp *int64   `json:"timestamp"`
	Offset    int64    `json:"offset"`
}

type request struct {
	Do         string
	Topic      string
	Partitions int32
	Partition  int32
	Total      int
	Configs    map[string]string
	Records    []record
	Codec      string
	Idempotent bool
	Alone      bool
	Offset     int64
	Count      int
	Before     int64
	Timestamp  int64
}

type driver struct {
	bootstrap string
	admin     *kadm.Client
}

var codecs = map[string]kgo.CompressionCodec{
	"none":   kgo.NoCompression(),
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

func (d driver) do(ctx context.Context, r request) (any, error) {
	switch r.Do {
	case "create":
		configs := map[string]*string{}
		for name, value := range r.Configs {
			configs[name] = &value
		}
		answer, err := d.admin.CreateTopic(ctx, r.Partitions, 1, configs, r.Topic)
		return nil, either(err, answer.Err)
	case "add_partitions":
		answers, err := d.admin.UpdatePartitions(ctx, r.Total, r.Topic)
		return nil, either(err, answers.Error())
	case "partitions":
		time.Sleep(metadataAge)
		topics, err := d.admin.ListTopics(ctx, r.Topic)
		return len(topics[r.Topic].Partitions), either(err, topics.Error())
	case "topics":
		time.Sleep(metadataAge)
		topics, err := d.admin.ListTopics(ctx)
		return topics.Names(), err
	case "delete":
		answers, err := d.admin.DeleteTopics(ctx, r.Topic)
		return nil, either(err, answers.Error())
	case "configs":
		return d.configs(ctx, r.Topic)
	case "alter":
		var changes []kadm.AlterConfig
		for name, value := range r.Configs {
			changes = append(changes, kadm.AlterConfig{Op: kadm.SetConfig, Name: name, Value: &value})
		}
		answers, err := d.admin.AlterTopicConfigs(ctx, changes, r.Topic)
		if err == nil {
			err = answers[0].Err
		}
		return nil, err
	case "delete_records":
		var offsets kadm.Offsets
		offsets.Add(kadm.Offset{Topic: r.Topic, Partition: r.Partition, At: r.Before, LeaderEpoch: -1})
		answers, err := d.admin.DeleteRecords(ctx, offsets)
		return nil, either(err, answers.Error())
	case "produce":
		return nil, d.produce(ctx, r)
	case "read":
		return d.read(ctx, r)
	case "offsets":
		return d.offsets(ctx, r)
	case "offset_at":
		listed, err := d.admin.ListOffsetsAfterMilli(ctx, r.Timestamp, r.Topic)
		return offsetAt(listed, r, either(err, listed.Error()))
	}
	return nil, fmt.Errorf("nothing is called %q", r.Do)
}

func (d driver) configs(ctx context.Context, topic string) (any, error) {
	answers, err := d.admin.DescribeTopicConfigs(ctx, topic)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, config := range answers[0].Configs {
		found[config.Key] = config.MaybeValue()
	}
	return found, answers[0].Err
}

func (d driver) produce(ctx context.Context, r request) error {
	options := []kgo.Opt{
		kgo.SeedBrokers(d.bootstrap),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchCompression(codecs[r.Codec]),
		kgo.ProducerBatchMaxBytes(messageBytesMax),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.RetryBackoffFn(func(int) time.Duration { return 10 * time.Millisecond }),
	}
	if !r.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	if r.Alone { // no room for a second record of 600 bytes
		options = append(options, kgo.ProducerBatchMaxBytes(1024))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return err
	}
	defer client.Close()
	var records []*kgo.Record
	for _, one := range r.Records {
		sent := &kgo.Record{Topic: r.Topic, Partition: r.Partition, Key: one.Key, Value: one.Value}
		for _, header := range one.Headers {
			sent.Headers = append(sent.Headers, kgo.RecordHeader{Key: header.name, Value: header.value})
		}
		if one.Timestamp != nil {
			sent.Timestamp = time.UnixMilli(*one.Timestamp)
		}
		records = append(records, sent)
	}
	return client.ProduceSync(ctx, records...).FirstErr()
}

func (d driver) read(ctx context.Context, r request) (any, error) {
	from := map[string]map[int32]kgo.Offset{r.Topic: {r.Partition: kgo.NewOffset().At(r.Offset)}}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(d.bootstrap),
		kgo.ConsumePartitions(from),
		kgo.FetchMaxPartitionBytes(messageBytesMax),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
	)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	var records []record
	for len(records) < r.Count {
		fetches := client.PollRecords(ctx, r.Count-len(records))
		if err := fetches.Err(); err != nil {
			return nil, err
		}
		for _, one := range fetches.Records() {
			timestamp := one.Timestamp.UnixMilli()
			found := record{Value: one.Value, Key: one.Key, Timestamp: &timestamp, Offset: one.Offset}
			for _, h := range one.Headers {
				found.Headers = append(found.Headers, header{h.Key, h.Value})
			}
			records = append(records, found)
		}
	}
	return records, nil
}

func (d driver) offsets(ctx context.Context, r request) (any, error) {
	first, err := d.admin.ListStartOffsets(ctx, r.Topic)
	if err = either(err, first.Error()); err != nil {
		return nil, err
	}
	end, err := d.admin.ListEndOffsets(ctx, r.Topic)
	if err = either(err, end.Error()); err != nil {
		return nil, err
	}
	return []int64{first[r.Topic][r.Partition].Offset, end[r.Topic][r.Partition].Offset}, nil
}

// kadm gives the end of the log, and -1 as the time, where no record is as late as that.
func offsetAt(listed kadm.ListedOffsets, r request, err error) (any, error) {
	found := listed[r.Topic][r.Partition]
	if found.Timestamp < 0 {
		return -1, err
	}
	return found.Offset, err
}

func either(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

func answer(bootstrap string) {
	// The least age keeps kadm from answering from what it learned before the last change.
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap), kgo.MetadataMinAge(metadataAge))
	if err != nil {
		panic(err)
	}
	d := driver{bootstrap, kadm.NewClient(client)}
	lines, answers := bufio.NewReaderSize(os.Stdin, 1<<20), json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			panic(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), waitMax)
		ok, err := d.do(ctx, r)
		cancel()
		if err != nil {
			answers.Encode(map[string]string{"error": err.Error()})
		} else {
			answers.Encode(map[string]any{"ok": ok})
		}
	}
}

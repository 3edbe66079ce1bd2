// What members and steps say on standard output, a JSON object a line.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// A partition and an offset.
type position [2]int64

func positionsOf(records []*kgo.Record) []position {
	var found []position
	for _, record := range records {
		found = append(found, position{int64(record.Partition), record.Offset})
	}
	return found
}

type voice struct {
	lock  sync.Mutex
	owned map[int32]bool
}

func newVoice() *voice { return &voice{owned: map[int32]bool{}} }

func (v *voice) say(what string, value any) {
	v.lock.Lock()
	defer v.lock.Unlock()
	v.write(what, value)
}

func (v *voice) write(what string, value any) {
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{what: value}); err != nil {
		panic(err)
	}
}

// changes tells what is owned when partitions of some topic come or go: a test's members read one topic at a time.
func (v *voice) changes(mine bool) func(context.Context, *kgo.Client, map[string][]int32) {
	return func(_ context.Context, _ *kgo.Client, changed map[string][]int32) {
		v.lock.Lock()
		defer v.lock.Unlock()
		before := len(v.owned)
		for _, partitions := range changed {
			for _, partition := range partitions {
				if mine {
					v.owned[partition] = true
				} else {
					delete(v.owned, partition)
				}
			}
		}
		if len(v.owned) != before {
			v.write("owned", slices.AppendSeq([]int32{}, maps.Keys(v.owned)))
		}
	}
}

// untilToldToLeave ends with standard input; a line that comes before means something else.
func untilToldToLeave(line func()) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			line()
		}
		cancel()
	}()
	return ctx
}

// A Java client that tells what it lives through, see consistency/voice.py.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class HistoryClient {
    static final long PER_PROCESS = 1_000_000_000L;
    static final int IN_FLIGHT_MAX = 50, POLL_RECORDS_MAX = 200, PATIENCE_MS = 90_000;
    static final Duration POLL = Duration.ofMillis(200);

    static String name, bootstrap, topic, group, protocol;
    static int partitions, number, rate, sessionMs;
    static AtomicLong operations;
    static volatile boolean writing = true, running = true;
    static final PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false);

    public static void main(String[] words) throws Exception {
        name = words[0];
        bootstrap = words[1];
        topic = words[2];
        group = words[3];
        protocol = words[4];
        partitions = Integer.parseInt(words[5]);
        number = Integer.parseInt(words[6]);
        rate = Integer.parseInt(words[7]);
        sessionMs = Integer.parseInt(words[8]);
        operations = new AtomicLong(number * PER_PROCESS);
        var writer = start(HistoryClient::write);
        start(HistoryClient::follow);
        start(HistoryClient::belong);
        var lines = new BufferedReader(new InputStreamReader(System.in));
        while (lines.readLine() != null) {
            writing = false;
            writer.join();
            line("finished");
        }
        Runtime.getRuntime().halt(0);
    }

    interface Work {
        void run() throws Exception;
    }

    static Thread start(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception error) {
                line("problem " + error.toString().replace('\n', ' '));
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    // -- what is said: JSON by hand, all text in it is ours -----------------------------------------------------------------

    static synchronized void line(String text) {
        out.print(text + "\n");
        out.flush();
    }

    record Begun(long op, String process, String f) {}

    static Begun begin(String part, String f, long ns, String more) {
        var begun = new Begun(operations.getAndIncrement(), name + "-" + part, f);
        say(begun, "invoke", ns, more);
        return begun;
    }

    static void end(Begun begun, String type, String more) {
        say(begun, type, System.nanoTime(), more);
    }

    static void say(Begun begun, String type, long ns, String more) {
        line("{\"op\":" + begun.op + ",\"process\":\"" + begun.process + "\",\"type\":\"" + type + "\",\"f\":\"" + begun.f
            + "\",\"ns\":" + ns + more + "}");
    }

    static void unsure(Begun begun, Exception error) {
        end(begun, "info", ",\"why\":\"" + error.toString().replaceAll("[^A-Za-z0-9 .:,_-]", " ") + "\"");
    }

    static String key(int partition) {
        return "\"" + topic + "-" + partition + "\"";
    }

    static String keys(Collection<Integer> named) {
        return ",\"keys\":[" + named.stream().sorted().map(HistoryClient::key).collect(Collectors.joining(",")) + "]";
    }

    static String polls(ConsumerRecords<String, String> records) {
        return ",\"polls\":{" + records.partitions().stream().map(place -> key(place.partition()) + ":["
            + records.records(place).stream().map(one -> "[" + one.offset() + "," + one.value() + "]").collect(Collectors.joining(","))
            + "]").collect(Collectors.joining(",")) + "}";
    }

    static String offsets(Map<Integer, Long> offsets) {
        return ",\"offsets\":{" + offsets.entrySet().stream().map(one -> key(one.getKey()) + ":" + one.getValue())
            .collect(Collectors.joining(",")) + "}";
    }

    static String grouped() {
        return ",\"group\":\"" + group + "\"";
    }

    // -- what is done -------------------------------------------------------------------------------------------------------

    static void write() throws Exception {
        var options = new HashMap<String, Object>();
        options.put("bootstrap.servers", bootstrap);
        options.put("acks", "all");
        options.put("enable.idempotence", true);
        options.put("delivery.timeout.ms", PATIENCE_MS);
        options.put("max.block.ms", PATIENCE_MS);
        options.put("linger.ms", 0);
        options.put("reconnect.backoff.ms", 10);
        options.put("reconnect.backoff.max.ms", 200);
        var room = new Semaphore(IN_FLIGHT_MAX);
        var producer = new KafkaProducer<>(options, new StringSerializer(), new StringSerializer());
        var started = System.nanoTime();
        for (long count = 0; writing; count++) {
            var ahead = count * 1_000_000_000L / rate - (System.nanoTime() - started);
            if (ahead > 0) {
                Thread.sleep(ahead / 1_000_000, (int) (ahead % 1_000_000));
            }
            room.acquire();
            var partition = (int) (count % partitions);
            var value = number * PER_PROCESS + count;
            var begun = begin("writer", "send", System.nanoTime(), ",\"sends\":[[" + key(partition) + "," + value + ",null]]");
            producer.send(new ProducerRecord<>(topic, partition, null, Long.toString(value)), (metadata, error) -> {
                room.release();
                if (error == null) {
                    end(begun, "ok", ",\"sends\":[[" + key(partition) + "," + value + "," + metadata.offset() + "]]");
                } else {
                    unsure(begun, error);
                }
            });
        }
        producer.flush();
    }

    static KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        var options = new HashMap<String, Object>(more);
        options.put("bootstrap.servers", bootstrap);
        options.put("enable.auto.commit", false);
        options.put("auto.offset.reset", "earliest");
        options.put("max.poll.records", POLL_RECORDS_MAX);
        options.put("reconnect.backoff.ms", 10);
        options.put("reconnect.backoff.max.ms", 200);
        return new KafkaConsumer<>(options, new StringDeserializer(), new StringDeserializer());
    }

    static void follow() {
        var consumer = consumer(Map.of());
        var places = new ArrayList<TopicPartition>();
        for (int partition = 0; partition < partitions; partition++) {
            places.add(new TopicPartition(topic, partition));
        }
        consumer.assign(places);
        consumer.seekToBeginning(places);
        while (running) {
            var since = System.nanoTime();
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                end(begin("reader", "poll", since, ""), "ok", polls(records));
            }
        }
    }

    static final Set<Integer> owned = new TreeSet<>(), changed = new TreeSet<>();

    static void tell() {
        end(begin("member", "assign", System.nanoTime(), grouped() + keys(owned)), "ok", "");
    }

    static class Listener implements ConsumerRebalanceListener {
        public void onPartitionsAssigned(Collection<TopicPartition> given) {
            given.forEach(one -> {
                owned.add(one.partition());
                changed.add(one.partition());
            });
            tell();
        }

        public void onPartitionsRevoked(Collection<TopicPartition> taken) {
            taken.forEach(one -> owned.remove(one.partition()));
            tell();
        }
    }

    static void belong() {
        var options = new HashMap<String, Object>();
        options.put("group.id", group);
        options.put("group.protocol", protocol);
        if (protocol.equals("classic")) {
            options.put("session.timeout.ms", sessionMs);
            options.put("heartbeat.interval.ms", sessionMs / 4);
            options.put("partition.assignment.strategy", RangeAssignor.class.getName());
        }
        var consumer = consumer(options);
        consumer.subscribe(List.of(topic), new Listener());
        for (int polls = 1; running;) {
            var since = System.nanoTime();
            var records = consumer.poll(POLL);
            var handed = List.copyOf(changed);
            changed.clear();
            if (records.isEmpty()) {
                continue;
            }
            end(begin("member", "poll", since, grouped()), "ok", polls(records) + keys(handed));
            var read = new TreeMap<Integer, Long>();
            records.partitions().forEach(one -> read.put(one.partition(), records.records(one).get(records.records(one).size() - 1).offset() + 1));
            commit(consumer, read);
            if (polls++ % 10 == 0) {
                ask(consumer, read.keySet());
            }
        }
    }

    static void commit(KafkaConsumer<String, String> consumer, Map<Integer, Long> read) {
        var begun = begin("member", "commit", System.nanoTime(), grouped() + offsets(read));
        var named = new HashMap<TopicPartition, OffsetAndMetadata>();
        read.forEach((partition, offset) -> named.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        try {
            consumer.commitSync(named);
            end(begun, "ok", "");
        } catch (KafkaException error) {
            unsure(begun, error);
        }
    }

    static void ask(KafkaConsumer<String, String> consumer, Set<Integer> asked) {
        var begun = begin("member", "committed", System.nanoTime(), grouped());
        try {
            var found = consumer.committed(asked.stream().map(one -> new TopicPartition(topic, one)).collect(Collectors.toSet()));
            var told = new TreeMap<Integer, Long>();
            found.forEach((place, one) -> told.put(place.partition(), one == null ? -1 : one.offset()));
            end(begun, "ok", offsets(told));
        } catch (KafkaException error) {
            unsure(begun, error);
        }
    }
}

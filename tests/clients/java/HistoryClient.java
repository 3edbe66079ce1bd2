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

    static String name, bootstrap, topic, group, protocol, isolation;
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
        var parts = Set.of(words[5].split(","));
        isolation = words[6];
        partitions = Integer.parseInt(words[7]);
        number = Integer.parseInt(words[8]);
        rate = Integer.parseInt(words[9]);
        sessionMs = Integer.parseInt(words[10]);
        operations = new AtomicLong(number * PER_PROCESS);
        var writers = new ArrayList<Thread>(List.of(start(HistoryClient::write)));
        if (parts.contains("worker")) {
            writers.add(start(HistoryClient::work));
        }
        start(HistoryClient::follow);
        start(HistoryClient::belong);
        var lines = new BufferedReader(new InputStreamReader(System.in));
        while (lines.readLine() != null) {
            writing = false;
            for (var writer : writers) {
                writer.join();
            }
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

    static String uncommitted() {
        return ",\"uncommitted\":" + isolation.equals("read_uncommitted");
    }

    static String grouped(String group) {
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
        options.putIfAbsent("isolation.level", isolation);
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
                end(begin("reader", "poll", since, uncommitted()), "ok", polls(records));
            }
        }
    }

    /** What a member of a group owns, and tells of it. */
    static class Membership implements ConsumerRebalanceListener {
        final String part, group;
        final Set<Integer> owned = new TreeSet<>(), changed = new TreeSet<>();
        KafkaConsumer<String, String> consumer;

        Membership(String part, String group) {
            this.part = part;
            this.group = group;
        }

        void tell(int generation) {
            end(begin(part, "assign", System.nanoTime(), grouped(group) + keys(owned) + ",\"generation\":" + generation), "ok", "");
        }

        public void onPartitionsAssigned(Collection<TopicPartition> given) {
            given.forEach(one -> {
                owned.add(one.partition());
                changed.add(one.partition());
            });
            tell(part.equals("worker") || protocol.equals("classic") ? consumer.groupMetadata().generationId() : -1);
        }

        public void onPartitionsRevoked(Collection<TopicPartition> taken) {
            taken.forEach(one -> owned.remove(one.partition()));
            tell(-1);
        }

        String handed() {
            var handed = keys(changed);
            changed.clear();
            return handed;
        }

        void ask(Collection<Integer> asked) {
            var begun = begin(part, "committed", System.nanoTime(), grouped(group));
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

    static Map<String, Object> classic() {
        return Map.of("session.timeout.ms", sessionMs, "heartbeat.interval.ms", sessionMs / 4,
            "partition.assignment.strategy", RangeAssignor.class.getName());
    }

    static Map<Integer, Long> positions(ConsumerRecords<String, String> records) {
        var read = new TreeMap<Integer, Long>();
        records.partitions().forEach(one -> read.put(one.partition(), records.records(one).get(records.records(one).size() - 1).offset() + 1));
        return read;
    }

    static Map<TopicPartition, OffsetAndMetadata> named(Map<Integer, Long> read) {
        var named = new HashMap<TopicPartition, OffsetAndMetadata>();
        read.forEach((partition, offset) -> named.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        return named;
    }

    static void belong() {
        var options = new HashMap<String, Object>(protocol.equals("classic") ? classic() : Map.of());
        options.put("group.id", group);
        options.put("group.protocol", protocol);
        var membership = new Membership("member", group);
        var consumer = membership.consumer = consumer(options);
        consumer.subscribe(List.of(topic), membership);
        for (int polls = 1; running;) {
            var since = System.nanoTime();
            var records = consumer.poll(POLL);
            var handed = membership.handed();
            if (records.isEmpty()) {
                continue;
            }
            end(begin("member", "poll", since, grouped(group) + uncommitted()), "ok", polls(records) + handed);
            var read = positions(records);
            commit(consumer, read);
            if (polls++ % 10 == 0) {
                membership.ask(read.keySet());
            }
        }
    }

    static void commit(KafkaConsumer<String, String> consumer, Map<Integer, Long> read) {
        var begun = begin("member", "commit", System.nanoTime(), grouped(group) + offsets(read));
        try {
            consumer.commitSync(named(read));
            end(begun, "ok", "");
        } catch (KafkaException error) {
            unsure(begun, error);
        }
    }

    // -- transactions, see consistency/work.py ------------------------------------------------------------------------------

    static final String WORK_GROUP = "group-work";
    static final int WORK_RATE = 8, SENDS_MAX = 5, TRANSACTION_MS = 4_000, IMPATIENCE_MS_MAX = 30;
    static final Random chance = new Random();

    enum Fate { COMMIT, ABORT, REPLACED, IMPATIENT }

    static Fate fate() {
        var drawn = chance.nextDouble();
        return drawn < 0.76 ? Fate.COMMIT : drawn < 0.88 ? Fate.ABORT : drawn < 0.94 ? Fate.REPLACED : Fate.IMPATIENT;
    }

    static long lastValue;

    /** One transaction, told of. */
    static class Step {
        final Fate fate = fate();
        final List<Integer> places = new ArrayList<>();
        final List<Long> values = new ArrayList<>();
        final Map<Integer, Long> offsets = new java.util.concurrent.ConcurrentHashMap<>(), taken;
        final String read, grouped;
        final Begun begun;
        boolean asked;

        Step(Membership membership, ConsumerRecords<String, String> records) {
            for (int count = 1 + chance.nextInt(SENDS_MAX); count > 0; count--) {
                places.add(chance.nextInt(partitions));
                values.add(++lastValue);
            }
            taken = positions(records);
            grouped = records.isEmpty() ? "" : grouped(WORK_GROUP);
            read = polls(records) + membership.handed();
            begun = begin("worker", "txn", System.nanoTime(), grouped + sends());
        }

        String sends() {
            var said = new ArrayList<String>();
            for (int index = 0; index < values.size(); index++) {
                said.add("[" + key(places.get(index)) + "," + values.get(index) + "," + offsets.get(index) + "]");
            }
            return ",\"sends\":[" + String.join(",", said) + "]";
        }

        void asks() {
            asked = true;
            end(begun, "ending", grouped + sends() + read + HistoryClient.offsets(taken));
        }

        void committed() {
            end(begun, "ok", grouped + sends());
        }

        void aborted() {
            end(begun, "fail", grouped + sends() + read);
        }

        void lost(Exception error) {
            if (asked && fate != Fate.REPLACED) {
                unsure(begun, error);
            } else {
                aborted();
            }
        }
    }

    static void work() throws Exception {
        lastValue = number * PER_PROCESS + PER_PROCESS / 2;
        var options = new HashMap<String, Object>(classic());
        options.put("group.id", WORK_GROUP);
        options.put("isolation.level", "read_committed");
        var membership = new Membership("worker", WORK_GROUP);
        var consumer = membership.consumer = consumer(options);
        consumer.subscribe(List.of(topic), membership);
        var producer = transactional();
        var started = System.nanoTime();
        for (long count = 1; writing; count++) {
            var ahead = count * 1000 / WORK_RATE - (System.nanoTime() - started) / 1_000_000;
            var step = new Step(membership, consumer.poll(Duration.ofMillis(Math.max(10, Math.min(ahead, 200)))));
            var following = transact(step, producer, consumer);
            if (following != producer) {
                producer.close(Duration.ZERO);
                producer = following;
            }
            if (count % 10 == 0) {
                membership.ask(membership.owned);
            }
        }
    }

    /** A producer that has begun: it has fenced the one before it, whose open transaction has come to an end. */
    static KafkaProducer<String, String> transactional() {
        var options = new HashMap<String, Object>();
        options.put("bootstrap.servers", bootstrap);
        options.put("transactional.id", name.substring(0, name.lastIndexOf('-')) + "-work");
        options.put("transaction.timeout.ms", TRANSACTION_MS);
        options.put("delivery.timeout.ms", PATIENCE_MS);
        options.put("max.block.ms", PATIENCE_MS);
        options.put("linger.ms", 0);
        options.put("reconnect.backoff.ms", 10);
        options.put("reconnect.backoff.max.ms", 200);
        var producer = new KafkaProducer<>(options, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    /** The producer to go on with. */
    static KafkaProducer<String, String> transact(
            Step step, KafkaProducer<String, String> producer, KafkaConsumer<String, String> consumer) throws Exception {
        var following = producer;
        try {
            producer.beginTransaction();
            for (int index = 0; index < step.values.size(); index++) {
                var sent = index;
                var record = new ProducerRecord<String, String>(topic, step.places.get(index), null, step.values.get(index).toString());
                producer.send(record, (metadata, error) -> {
                    if (error == null) {
                        step.offsets.put(sent, metadata.offset());
                    }
                });
            }
            if (!step.taken.isEmpty()) {
                producer.sendOffsetsToTransaction(named(step.taken), consumer.groupMetadata());
            }
            if (step.fate == Fate.ABORT) {
                producer.abortTransaction();
                step.aborted();
                goBack(consumer);
                return producer;
            }
            producer.flush();
            following = step.fate == Fate.REPLACED ? transactional() : producer;
            step.asks();
            if (step.fate == Fate.IMPATIENT) {
                return abandon(step, producer, consumer);
            }
            producer.commitTransaction();
            step.committed();
            return following;
        } catch (KafkaException error) {
            return recover(step, producer, following, consumer, error);
        }
    }

    /** It asks to be committed, and is closed a moment later, whatever has become of that. */
    static KafkaProducer<String, String> abandon(
            Step step, KafkaProducer<String, String> producer, KafkaConsumer<String, String> consumer) throws Exception {
        var asking = new Thread(() -> {
            try {
                producer.commitTransaction();
            } catch (KafkaException error) {
                // Nobody knows.
            }
        });
        asking.setDaemon(true);
        asking.start();
        asking.join(1 + chance.nextInt(IMPATIENCE_MS_MAX));
        producer.close(Duration.ZERO);
        step.lost(new KafkaException("it was not waited for"));
        var following = transactional();
        goBack(consumer);
        return following;
    }

    /** Abort if that is possible; else a new producer takes over, and nobody knows how this one ended. */
    static KafkaProducer<String, String> recover(
            Step step, KafkaProducer<String, String> producer, KafkaProducer<String, String> following,
            KafkaConsumer<String, String> consumer, KafkaException error) {
        try {
            if (following == producer) {
                producer.abortTransaction();
                step.aborted();
            } else {
                step.lost(error);
            }
        } catch (KafkaException fatal) {
            step.lost(fatal);
            producer.close(Duration.ZERO);
            following = transactional();
        }
        goBack(consumer);
        return following;
    }

    /** What was not taken is read again. */
    static void goBack(KafkaConsumer<String, String> consumer) {
        while (running && !consumer.assignment().isEmpty()) {
            try {
                var found = consumer.committed(consumer.assignment());
                found.forEach((place, one) -> consumer.seek(place, one == null ? 0 : one.offset()));
                return;
            } catch (org.apache.kafka.common.errors.TimeoutException error) {
                // Its coordinator cannot be reached: try again.
            }
        }
    }
}

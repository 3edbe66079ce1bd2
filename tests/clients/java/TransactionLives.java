// What transactions of a Java client and its administrator come to, one line each; see test_java_transactions.py.
import java.time.Duration;
import java.util.*;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

@SuppressWarnings("removal")  // what comes for it is not in the old client
class TransactionLives {
    static final int INPUTS = 40, AT_ONCE = 5, LONG_MS = 60_000, SHORT_MS = 1000;
    static final Duration POLL = Duration.ofMillis(100);

    static String bootstrap, prefix;
    static Admin admin;

    public static void main(String[] arguments) throws Exception {
        bootstrap = arguments[0];
        prefix = arguments[1];
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        for (var name : List.of("input", "output", "fenced", "late", "admin", "hanging")) {
            admin.createTopics(List.of(new NewTopic(prefix + name, 2, (short) 1))).all().get();
        }
        steps("classic");
        steps("consumer");
        fenced();
        late();
        administered();
        hanging();
        System.exit(0);
    }

    static void say(String what, Object is) {
        System.out.println(what + ": " + is);
    }

    interface Work {
        void run() throws Exception;
    }

    /** What came of it: `done`, or the name of what was thrown. */
    static String outcome(Work work) {
        try {
            work.run();
            return "done";
        } catch (Exception error) {
            return (error instanceof ExecutionException ? error.getCause() : error).getClass().getSimpleName();
        }
    }

    static KafkaProducer<String, String> producer(String id, int timeoutMs) {
        return new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap, "transactional.id", prefix + id, "linger.ms", 0,
            "transaction.timeout.ms", timeoutMs, "max.block.ms", 20_000), new StringSerializer(), new StringSerializer());
    }

    static KafkaProducer<String, String> begun(String id, int timeoutMs, String topic) throws Exception {
        var made = producer(id, timeoutMs);
        made.initTransactions();
        made.beginTransaction();
        made.send(new ProducerRecord<>(prefix + topic, 0, null, id)).get();
        return made;
    }

    static KafkaConsumer<String, String> consumer(String group, Map<String, String> more) {
        var settings = new HashMap<String, Object>(Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed",
            "auto.offset.reset", "earliest", "group.id", prefix + group, "enable.auto.commit", false, "max.poll.records", AT_ONCE));
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    /** All that is committed in a topic, in the order of values. */
    static List<String> committed(String topic) {
        var found = new ArrayList<String>();
        try (var consumer = consumer("reader", Map.of())) {
            var places = List.of(new TopicPartition(prefix + topic, 0), new TopicPartition(prefix + topic, 1));
            consumer.assign(places);
            consumer.seekToBeginning(places);
            var ends = consumer.endOffsets(places);
            while (places.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(POLL).forEach(record -> found.add(record.value()));
            }
        }
        Collections.sort(found);
        return found;
    }

    // -- consume, transform, produce -----------------------------------------------------------------------------------------

    /** Each input makes one output, though every third attempt is aborted and taken up again from what is committed. */
    static void steps(String protocol) throws Exception {
        var mark = protocol + "-";
        try (var plain = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap), new StringSerializer(), new StringSerializer())) {
            for (int number = 0; number < INPUTS; number++) {
                plain.send(new ProducerRecord<>(prefix + "input", number % 2, null, mark + number));
            }
        }
        var group = "steps-" + protocol;
        var outputs = new TreeSet<String>();
        try (var reader = consumer(group, Map.of("group.protocol", protocol)); var writer = producer(group, LONG_MS)) {
            reader.subscribe(List.of(prefix + "input"));
            writer.initTransactions();
            for (int attempt = 0; outputs.size() < INPUTS; attempt++) {
                var records = reader.poll(POLL);
                var mine = new ArrayList<String>();
                if (records.isEmpty()) continue;
                writer.beginTransaction();
                var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
                for (var record : records) {
                    offsets.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
                    if (!record.value().startsWith(mark)) continue;
                    writer.send(new ProducerRecord<>(prefix + "output", record.partition(), null, record.value()));
                    mine.add(record.value());
                }
                writer.sendOffsetsToTransaction(offsets, reader.groupMetadata());
                if (attempt % 3 == 0) {
                    writer.flush();
                    writer.abortTransaction();
                    for (var place : reader.assignment()) {
                        var kept = reader.committed(Set.of(place)).get(place);
                        reader.seek(place, kept == null ? 0 : kept.offset());
                    }
                } else {
                    writer.commitTransaction();
                    outputs.addAll(mine);
                }
            }
            var said = reader.groupMetadata();
            var stale = new ConsumerGroupMetadata(said.groupId(), said.generationId() + 1, said.memberId(), said.groupInstanceId());
            say(protocol + ", offsets of another generation", outcome(() -> offer(writer, stale)));
            writer.abortTransaction();
            var stranger = new ConsumerGroupMetadata(said.groupId(), said.generationId(), "nobody", said.groupInstanceId());
            say(protocol + ", offsets of a stranger", outcome(() -> offer(writer, stranger)));
            writer.abortTransaction();
            say(protocol + ", offsets of a member", outcome(() -> offer(writer, said)));
            writer.commitTransaction();
        }
        say(protocol + ", inputs that came out once", committed("output").stream().filter(one -> one.startsWith(mark)).count());
        say(protocol + ", inputs that came out", outputs.size());
    }

    static void offer(KafkaProducer<String, String> writer, ConsumerGroupMetadata group) {
        writer.beginTransaction();
        writer.sendOffsetsToTransaction(Map.of(new TopicPartition(prefix + "input", 0), new OffsetAndMetadata(1)), group);
    }

    // -- fencing -------------------------------------------------------------------------------------------------------------

    static void fenced() throws Exception {
        for (var end : List.of("commit", "abort", "send", "offsets")) {
            var first = begun("holder-" + end, LONG_MS, "fenced");
            var second = begun("holder-" + end, LONG_MS, "fenced");
            say("fenced, " + end, outcome(() -> {
                switch (end) {
                    case "commit" -> first.commitTransaction();
                    case "abort" -> first.abortTransaction();
                    case "send" -> first.send(new ProducerRecord<>(prefix + "fenced", 0, null, "never")).get();
                    default -> first.sendOffsetsToTransaction(
                        Map.of(new TopicPartition(prefix + "fenced", 0), new OffsetAndMetadata(1)), new ConsumerGroupMetadata(prefix + "none"));
                }
            }));
            second.commitTransaction();
            first.close(Duration.ZERO);
            second.close();
        }
        say("fenced, committed", committed("fenced"));
    }

    // -- timeouts ------------------------------------------------------------------------------------------------------------

    static void late() throws Exception {
        say("late, a timeout longer than the broker allows", outcome(() -> producer("longest", 900_001).initTransactions()));
        var slow = begun("slow", SHORT_MS, "late");
        while (!state("slow").equals("CompleteAbort")) Thread.sleep(20);
        say("late, commit", outcome(slow::commitTransaction));
        slow.close(Duration.ZERO);
        var next = begun("slow", LONG_MS, "late");
        next.commitTransaction();
        next.beginTransaction();
        next.commitTransaction();
        next.beginTransaction();
        next.abortTransaction();
        next.close();
        say("late, committed", committed("late"));
    }

    // -- the administrator ---------------------------------------------------------------------------------------------------

    static TransactionDescription described(String id) throws Exception {
        return admin.describeTransactions(List.of(prefix + id)).description(prefix + id).get();
    }

    static String state(String id) throws Exception {
        return described(id).state().toString();
    }

    static List<String> listed(ListTransactionsOptions options) throws Exception {
        return admin.listTransactions(options).all().get().stream().filter(one -> one.transactionalId().startsWith(prefix + "seen"))
            .map(one -> one.transactionalId().substring(prefix.length()) + " " + one.state()).sorted().toList();
    }

    static void administered() throws Exception {
        var open = begun("seen-open", LONG_MS, "admin");
        var done = begun("seen-done", LONG_MS, "admin");
        done.commitTransaction();
        while (!state("seen-done").equals("CompleteCommit")) Thread.sleep(20);
        var told = described("seen-open");
        say("open is described", told.state() + ", " + told.transactionTimeoutMs() + " ms, begun " + (told.transactionStartTimeMs().isPresent())
            + ", in " + told.topicPartitions().stream().map(one -> one.topic().substring(prefix.length()) + one.partition()).toList()
            + ", at " + told.coordinatorId());
        say("done is described", described("seen-done").topicPartitions() + ", begun " + described("seen-done").transactionStartTimeMs().isPresent());
        say("nobody is described", outcome(() -> described("nobody")));
        say("listed", listed(new ListTransactionsOptions()));
        say("listed by state", listed(new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING))));
        say("listed by producer", listed(new ListTransactionsOptions().filterProducerIds(List.of(told.producerId()))));
        say("listed by age", listed(new ListTransactionsOptions().filterOnDuration(3_600_000)));
        say("fence two", outcome(() -> admin.fenceProducers(List.of(prefix + "seen-open", prefix + "seen-done")).all().get()));
        say("fenced by hand, open commits", outcome(open::commitTransaction));
        say("fenced by hand, done begins", outcome(() -> {
            done.beginTransaction();
            done.send(new ProducerRecord<>(prefix + "admin", 0, null, "never")).get();
        }));
        say("fenced by hand, epoch", described("seen-open").producerEpoch() - told.producerEpoch());
        say("fenced by hand, committed", committed("admin"));
        open.close(Duration.ZERO);
        done.close(Duration.ZERO);
    }

    /** What a partition says is open is ended by hand, as Kafka's tool for transactions does it. */
    static void hanging() throws Exception {
        var place = new TopicPartition(prefix + "hanging", 0);
        var open = begun("hanging", LONG_MS, "hanging");
        var plain = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap), new StringSerializer(), new StringSerializer());
        plain.send(new ProducerRecord<>(prefix + "hanging", 0, null, "behind it")).get();
        say("hanging, committed", committed("hanging"));
        var found = admin.describeProducers(List.of(place)).partitionResult(place).get().activeProducers().stream()
            .filter(one -> one.currentTransactionStartOffset().isPresent()).toList();
        say("hanging, open since offsets", found.stream().map(one -> one.currentTransactionStartOffset().getAsLong()).toList());
        var one = found.get(0);
        var spec = new AbortTransactionSpec(place, one.producerId(), (short) one.producerEpoch(), one.coordinatorEpoch().orElse(0));
        say("hanging, aborted by hand", outcome(() -> admin.abortTransaction(spec).all().get()));
        say("hanging, committed then", committed("hanging"));
        say("hanging, open then", admin.describeProducers(List.of(place)).partitionResult(place).get().activeProducers().stream()
            .filter(other -> other.currentTransactionStartOffset().isPresent()).count());
        say("hanging, its producer commits", outcome(open::commitTransaction));
        say("hanging, committed at last", committed("hanging"));
        open.close(Duration.ZERO);
        plain.close();
    }
}

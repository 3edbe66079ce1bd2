// A Java producer's transactions, and what consumers see of them; see test_transactions.py.
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class TransactionalClient {
    public static void main(String[] arguments) throws Exception {
        String bootstrap = arguments[0], topic = arguments[1];
        var first = producer(bootstrap, topic);
        first.initTransactions();
        for (int number = 0; number < 6; number++) {
            first.beginTransaction();
            for (int part = 0; part < 4; part++) {
                first.send(new ProducerRecord<>(topic, part % 2, null, number + "-" + part));
            }
            first.sendOffsetsToTransaction(
                Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(number)), new ConsumerGroupMetadata(topic));
            first.flush();  // Java throws away what it has not sent yet when it aborts
            if (number % 2 == 0) {
                first.commitTransaction();
            } else {
                first.abortTransaction();
            }
        }
        first.beginTransaction();
        first.send(new ProducerRecord<>(topic, 0, null, "fenced")).get();
        var second = producer(bootstrap, topic);
        second.initTransactions();
        try {
            first.commitTransaction();
            System.out.println("not fenced");
        } catch (ProducerFencedException | InvalidProducerEpochException expected) {
            System.out.println("fenced");
        }
        second.beginTransaction();
        second.send(new ProducerRecord<>(topic, 1, null, "last"));
        second.commitTransaction();
        System.out.println(read(bootstrap, topic, "read_committed"));
        System.out.println(read(bootstrap, topic, "read_uncommitted").size());
        System.out.println(committed(bootstrap, topic));
        System.exit(0);
    }

    static KafkaProducer<String, String> producer(String bootstrap, String id) {
        return new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "transactional.id", id, "linger.ms", 0), new StringSerializer(), new StringSerializer());
    }

    static KafkaConsumer<String, String> consumer(String bootstrap, String topic, String level) {
        return new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", level, "auto.offset.reset", "earliest", "group.id", topic, "enable.auto.commit", false),
            new StringDeserializer(), new StringDeserializer());
    }

    static SortedSet<String> read(String bootstrap, String topic, String level) {
        var found = new TreeSet<String>();
        try (var consumer = consumer(bootstrap, topic, level)) {
            var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> found.add(record.value()));
            }
        }
        return found;
    }

    static long committed(String bootstrap, String topic) {
        try (var consumer = consumer(bootstrap, topic, "read_committed")) {
            return consumer.committed(Set.of(new TopicPartition(topic, 0))).values().iterator().next().offset();
        }
    }
}

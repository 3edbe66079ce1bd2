// The Java driver: answers lines of JSON, see drivers/process.py.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class ClientDriver {
    static final int MESSAGE_BYTES_MAX = 11_000_000;
    static final Duration WAIT_MAX = Duration.ofSeconds(60);
    static final ObjectMapper JSON = new ObjectMapper();

    final String bootstrap;
    final Admin admin;

    ClientDriver(String bootstrap) {
        this.bootstrap = bootstrap;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    public static void main(String[] arguments) throws Exception {
        var driver = new ClientDriver(arguments[0]);
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var answer = new HashMap<String, Object>();
            try {
                answer.put("ok", driver.answer(JSON.readTree(line)));
            } catch (Exception error) {
                answer.put("error", error.toString());
            }
            System.out.println(JSON.writeValueAsString(answer));
        }
        driver.admin.close();
    }

    Object answer(JsonNode asked) throws Exception {
        var topic = asked.path("topic").asText();
        var place = new TopicPartition(topic, asked.path("partition").asInt());
        switch (asked.get("do").asText()) {
            case "create" -> {
                var made = new NewTopic(topic, asked.get("partitions").asInt(), (short) 1).configs(texts(asked.get("configs")));
                return admin.createTopics(List.of(made)).all().get();
            }
            case "add_partitions" -> {
                return admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(asked.get("total").asInt()))).all().get();
            }
            case "partitions" -> {
                return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
            }
            case "topics" -> {
                return admin.listTopics().names().get();
            }
            case "delete" -> {
                return admin.deleteTopics(List.of(topic)).all().get();
            }
            case "configs" -> {
                return configs(topic);
            }
            case "alter" -> {
                return alter(topic, texts(asked.get("configs")));
            }
            case "delete_records" -> {
                admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(asked.get("before").asLong()))).all().get();
                return null;
            }
            case "produce" -> {
                return produce(place, asked);
            }
            case "read" -> {
                return read(place, asked.get("offset").asLong(), asked.get("count").asInt());
            }
            case "offsets" -> {
                return List.of(offset(place, OffsetSpec.earliest()), offset(place, OffsetSpec.latest()));
            }
            case "offset_at" -> {
                return offset(place, OffsetSpec.forTimestamp(asked.get("timestamp").asLong()));
            }
            default -> throw new IllegalArgumentException(asked.toString());
        }
    }

    Map<String, String> configs(String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var found = new HashMap<String, String>();
        for (var entry : admin.describeConfigs(List.of(resource)).all().get().get(resource).entries()) found.put(entry.name(), entry.value());
        return found;
    }

    Object alter(String topic, Map<String, String> configs) throws Exception {
        var changes = new ArrayList<AlterConfigOp>();
        configs.forEach((name, value) -> changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
        return admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), changes)).all().get();
    }

    long offset(TopicPartition place, OffsetSpec spec) throws Exception {
        return admin.listOffsets(Map.of(place, spec)).partitionResult(place).get().offset();
    }

    Object produce(TopicPartition place, JsonNode asked) throws Exception {
        var alone = asked.get("alone").asBoolean();
        var options = new HashMap<String, Object>();
        options.put("bootstrap.servers", bootstrap);
        options.put("compression.type", asked.get("codec").asText());
        options.put("enable.idempotence", asked.get("idempotent").asBoolean());
        options.put("acks", "all");
        options.put("batch.size", alone ? 1 : 16384);
        options.put("linger.ms", alone ? 0 : 5);
        options.put("max.request.size", MESSAGE_BYTES_MAX);
        options.put("retry.backoff.ms", 10);
        options.put("reconnect.backoff.ms", 10);
        options.put("reconnect.backoff.max.ms", 100);
        try (var producer = new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer())) {
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (var record : asked.get("records")) {
                var headers = new RecordHeaders();
                for (var header : record.get("headers")) headers.add(header.get(0).asText(), bytes(header.get(1)));
                var timestamp = record.get("timestamp").isNull() ? null : record.get("timestamp").asLong();
                sent.add(producer.send(
                    new ProducerRecord<>(place.topic(), place.partition(), timestamp, bytes(record.get("key")), bytes(record.get("value")), headers)));
            }
            for (var one : sent) one.get();
        }
        return null;
    }

    Object read(TopicPartition place, long offset, int count) {
        Map<String, Object> options = Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "none", "enable.auto.commit", false,
            "max.partition.fetch.bytes", MESSAGE_BYTES_MAX, "max.poll.records", count);
        var found = new ArrayList<Map<String, Object>>();
        try (var consumer = new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(place));
            consumer.seek(place, offset);
            while (found.size() < count) {
                var records = consumer.poll(WAIT_MAX);
                if (records.isEmpty()) throw new IllegalStateException(found.size() + " of " + count + " records came");
                for (var record : records) if (found.size() < count) found.add(json(record));
            }
        }
        return found;
    }

    static Map<String, Object> json(ConsumerRecord<byte[], byte[]> record) {
        var found = new HashMap<String, Object>();
        found.put("value", record.value());
        found.put("key", record.key());
        found.put("timestamp", record.timestamp());
        found.put("offset", record.offset());
        var headers = new ArrayList<List<Object>>();
        for (var header : record.headers()) headers.add(Arrays.asList(header.key(), header.value()));
        found.put("headers", headers);
        return found;
    }

    static byte[] bytes(JsonNode text) throws Exception {
        return text.isNull() ? null : text.binaryValue();
    }

    static Map<String, String> texts(JsonNode object) {
        var found = new HashMap<String, String>();
        object.fields().forEachRemaining(entry -> found.put(entry.getKey(), entry.getValue().asText()));
        return found;
    }
}

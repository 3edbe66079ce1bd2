// A Java client that writes and reads on while its broker comes and goes, see steady/client.py.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

class SteadyClient {
    static volatile boolean writing = true;
    static volatile boolean reading = true;

    public static void main(String[] arguments) throws Exception {
        var writer = new Thread(() -> write(arguments[0], arguments[1], Integer.parseInt(arguments[3]), 1000 * Integer.parseInt(arguments[4])));
        var reader = new Thread(() -> read(arguments[0], arguments[2]));
        writer.start();
        reader.start();
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            writing = false;
            writer.join();
            say("finished");
        }
        writing = reading = false;
        reader.join();
        System.exit(0);
    }

    static synchronized void say(String line) {
        System.out.println(line.replace('\n', ' '));
    }

    static void write(String bootstrap, String topic, int most, int patience) {
        var options = new HashMap<String, Object>();
        options.put("bootstrap.servers", bootstrap);
        options.put("acks", "all");
        options.put("enable.idempotence", true);
        options.put("delivery.timeout.ms", patience);
        options.put("max.block.ms", patience);
        options.put("linger.ms", 0);
        options.put("retry.backoff.ms", 10);
        options.put("reconnect.backoff.ms", 10);
        options.put("reconnect.backoff.max.ms", 200);
        var room = new Semaphore(most);
        try (var producer = new KafkaProducer<>(options, new StringSerializer(), new StringSerializer())) {
            for (int number = 0; writing; number++) {
                var sent = number;
                room.acquire();
                producer.send(new ProducerRecord<>(topic, 0, null, Integer.toString(number)), (metadata, error) -> {
                    room.release();
                    say(error == null ? "wrote " + sent + " " + metadata.offset() : "failed " + sent + ": " + error);
                });
            }
            producer.flush();
        } catch (Exception error) {
            say("failed writing: " + error);
        }
    }

    static void read(String bootstrap, String topic) {
        Map<String, Object> options = Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "none", "enable.auto.commit", false,
            "retry.backoff.ms", 10, "reconnect.backoff.ms", 10, "reconnect.backoff.max.ms", 200);
        try (var consumer = new KafkaConsumer<>(options, new StringDeserializer(), new StringDeserializer())) {
            var place = new TopicPartition(topic, 0);
            consumer.assign(List.of(place));
            consumer.seek(place, 0);
            while (reading) {
                for (var record : consumer.poll(Duration.ofMillis(200))) say("read " + record.offset() + " " + record.value());
            }
        } catch (Exception error) {
            say("failed reading: " + error);
        }
    }
}

// A Kafka Streams application: word count and a windowed join, exactly once; see test_streams.py.
import java.time.Duration;
import java.util.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.*;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.*;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.state.KeyValueStore;

class StreamsApplication {
    static final Duration APART_MAX = Duration.ofSeconds(5), GRACE = Duration.ofHours(1), PATIENCE = Duration.ofSeconds(30);

    /** Arguments: bootstrap address, application id, folder of its state, more settings as name=value. */
    public static void main(String[] arguments) throws Exception {
        var settings = new Properties();
        settings.put("bootstrap.servers", arguments[0]);
        settings.put("application.id", arguments[1]);
        settings.put("state.dir", arguments[2]);
        settings.put("processing.guarantee", "exactly_once_v2");
        settings.put("default.key.serde", Serdes.StringSerde.class);
        settings.put("default.value.serde", Serdes.StringSerde.class);
        settings.put("statestore.cache.max.bytes", 0);  // every count is seen, none is skipped by one that comes soon after it
        for (var more : Arrays.asList(arguments).subList(3, arguments.length)) {
            settings.put(more.substring(0, more.indexOf('=')), more.substring(more.indexOf('=') + 1));
        }
        var streams = new KafkaStreams(topology(arguments[1]), settings);
        streams.setStateListener((after, before) -> System.out.println("state " + after));
        streams.setUncaughtExceptionHandler(error -> {
            System.out.println("failed " + root(error).toString().replace('\n', ' '));
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setGlobalStateRestoreListener(new Restored());
        streams.start();
        while (System.in.read() >= 0) {}
        System.out.println(streams.close(PATIENCE) ? "closed" : "failed to close in time");
        Runtime.getRuntime().halt(0);
    }

    static Topology topology(String name) {
        var builder = new StreamsBuilder();
        builder.<String, String>stream(name + "-lines")
            .flatMapValues(line -> Arrays.asList(line.split(" ")))
            .groupBy((key, word) -> word)
            .count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("counts"))
            .toStream()
            .mapValues(count -> Long.toString(count))
            .to(name + "-counts");
        var clicks = builder.<String, String>stream(name + "-clicks");
        builder.<String, String>stream(name + "-views")
            .join(clicks, (view, click) -> view + "+" + click, JoinWindows.ofTimeDifferenceAndGrace(APART_MAX, GRACE))
            .to(name + "-joined");
        return builder.build();
    }

    static Throwable root(Throwable error) {
        return error.getCause() == null ? error : root(error.getCause());
    }

    /** Tells how many records each store got back from its changelog. */
    static class Restored implements StateRestoreListener {
        @Override
        public void onRestoreStart(TopicPartition place, String store, long first, long end) {}

        @Override
        public void onBatchRestored(TopicPartition place, String store, long end, long count) {}

        @Override
        public void onRestoreEnd(TopicPartition place, String store, long count) {
            System.out.println("restored " + store + " " + count);
        }
    }
}

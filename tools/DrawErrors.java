// Prints Kafka's error codes as JSON: code, name, retriable.
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;

/** Run by tools/draw_schemas.py as `java -cp 'JARS/*' DrawErrors.java`; one line an error, in the order of the codes. */
class DrawErrors {
    public static void main(String[] arguments) {
        System.out.println(Stream.of(Errors.values())
            .sorted(Comparator.comparing(Errors::code))
            .map(error -> String.format("{\"code\":%d,\"name\":\"%s\",\"retriable\":%s}",
                error.code(), error.name(), error.exception() instanceof RetriableException))
            .collect(Collectors.joining(",\n", "[\n", "\n]")));
    }
}

// Kafka's own message classes, asked by tests/clients/test_wire_bytes.py.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.Readable;

/**
 * One question, one answer, until standard input ends; every part but the version has an int32 length before it.
 * Question: name of the message, int16 version, body. Answer: how the body reads as JSON, the body written anew, what went
 * wrong (empty if nothing did).
 */
class WireOracle {
    /** The classes of one message or record: its values, and their form as JSON. */
    record Kind(Constructor<?> read, Method json) {
        static Kind of(String name) {
            for (String place : PLACES) {
                try {
                    Class<?> values = Class.forName(place.formatted(name));
                    Class<?> converter = Class.forName(place.formatted(name) + "JsonConverter");
                    return new Kind(values.getConstructor(Readable.class, short.class),
                        converter.getMethod("write", values, short.class, boolean.class));
                } catch (ClassNotFoundException elsewhere) {
                    continue;
                } catch (ReflectiveOperationException error) {
                    throw new IllegalArgumentException(name, error);
                }
            }
            throw new IllegalArgumentException(name);
        }
    }

    private static final String[] PLACES = {
        "org.apache.kafka.common.message.%sData",
        "org.apache.kafka.common.message.%s",
        "org.apache.kafka.coordinator.group.generated.%s",
        "org.apache.kafka.coordinator.transaction.generated.%s",
    };
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Kind> KINDS = new HashMap<>();

    public static void main(String[] arguments) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
        while (true) {
            String name;
            try {
                name = new String(part(in), StandardCharsets.UTF_8);
            } catch (EOFException end) {
                return;
            }
            answer(out, KINDS.computeIfAbsent(name, Kind::of), in.readShort(), part(in));
            out.flush();
        }
    }

    private static void answer(DataOutputStream out, Kind kind, short version, byte[] body) throws IOException {
        byte[] json = {};
        byte[] again = {};
        String wrong = "";
        try {
            ByteBufferAccessor readable = new ByteBufferAccessor(ByteBuffer.wrap(body));
            Message message = (Message) kind.read.newInstance(readable, version);
            // Records are shown by their size: the converter shows no bytes of them.
            json = JSON.writeValueAsBytes((JsonNode) kind.json.invoke(null, message, version, false));
            again = MessageUtil.byteBufferToArray(MessageUtil.toByteBufferAccessor(message, version).buffer());
            wrong = readable.remaining() == 0 ? "" : readable.remaining() + " bytes follow the end";
        } catch (InvocationTargetException error) {
            wrong = error.getCause().toString();
        } catch (ReflectiveOperationException | RuntimeException error) {
            wrong = error.toString();
        }
        part(out, json);
        part(out, again);
        part(out, wrong.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] part(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    private static void part(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}

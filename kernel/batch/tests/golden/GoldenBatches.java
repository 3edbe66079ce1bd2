// Record batches as Apache Kafka's own classes write them.
//
//   python3 -c 'from tests.clients.jars import *; print(*java(SERVER, "kernel/batch/tests/golden/GoldenBatches.java"))'
//
// prints the command (without its last argument, the folder to write to). golden.rs says what the records are.

import java.io.File;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;

public final class GoldenBatches {
    private static final long BASE_OFFSET = 1000;
    private static final long NOW = 1_700_000_000_000L;
    private static final int LEADER_EPOCH = 7;

    private static Path folder;

    public static void main(String[] arguments) throws Exception {
        folder = Path.of(arguments[0]);
        for (CompressionType codec : CompressionType.values()) {
            if (codec != CompressionType.NONE && codec.id > 4) continue;
            few(codec);
            many(codec);
        }
        appendTime();
        idempotent();
        marker();
        old((byte) 0);
        old((byte) 1);
        snapshot();
    }

    private static MemoryRecordsBuilder builder(byte magic, CompressionType codec, TimestampType type, boolean transactional, boolean producer) {
        return MemoryRecords.builder(ByteBuffer.allocate(1 << 20), magic, Compression.of(codec).build(), type, BASE_OFFSET, NOW,
            producer ? 4711L : -1L, producer ? (short) 3 : -1, producer ? Integer.MAX_VALUE - 1 : -1, transactional, LEADER_EPOCH);
    }

    private static void append(MemoryRecordsBuilder builder) {
        Header[] headers = {new RecordHeader("trace", "1".getBytes()), new RecordHeader("trace", null), new RecordHeader("", new byte[0])};
        builder.append(NOW, "key".getBytes(), "value".getBytes(), headers);
        builder.append(NOW - 5, (byte[]) null, new byte[0]);
        builder.append(NOW + 100_000, new byte[0], (byte[]) null);
    }

    private static void few(CompressionType codec) throws Exception {
        MemoryRecordsBuilder builder = builder((byte) 2, codec, TimestampType.CREATE_TIME, false, false);
        append(builder);
        write("few-" + codec.name, builder.build());
    }

    /** More than 200 KB in 2,000 records: several blocks and windows of every codec. */
    private static void many(CompressionType codec) throws Exception {
        MemoryRecordsBuilder builder = builder((byte) 2, codec, TimestampType.CREATE_TIME, false, false);
        if (codec == CompressionType.NONE) return;
        for (int index = 0; index < 2000; index++) {
            byte[] value = (index + " is followed by " + (index + 1) + "; ").repeat(4).getBytes();
            builder.append(NOW + index % 10, Integer.toString(index).getBytes(), value);
        }
        write("many-" + codec.name, builder.build());
    }

    private static void appendTime() throws Exception {
        MemoryRecordsBuilder builder = builder((byte) 2, CompressionType.NONE, TimestampType.LOG_APPEND_TIME, false, false);
        append(builder);
        write("append-time", builder.build());
    }

    private static void idempotent() throws Exception {
        MemoryRecordsBuilder builder = builder((byte) 2, CompressionType.NONE, TimestampType.CREATE_TIME, true, true);
        append(builder);
        write("transactional", builder.build());
    }

    private static void marker() throws Exception {
        EndTransactionMarker marker = new EndTransactionMarker(ControlRecordType.COMMIT, 9);
        write("marker", MemoryRecords.withEndTransactionMarker(BASE_OFFSET, NOW, LEADER_EPOCH, 4711L, (short) 3, marker));
    }

    private static void old(byte magic) throws Exception {
        TimestampType type = magic == 0 ? TimestampType.NO_TIMESTAMP_TYPE : TimestampType.CREATE_TIME;
        MemoryRecordsBuilder builder = builder(magic, CompressionType.NONE, type, false, false);
        builder.append(magic == 0 ? -1 : NOW, "key".getBytes(), "value".getBytes());
        write("format-" + magic, builder.build());
    }

    private static void snapshot() throws Exception {
        Map<Long, ProducerStateEntry> entries = new TreeMap<>();
        entries.put(4711L, entry(4711L, 3, Integer.MAX_VALUE, 1002, 2, 77, -1));
        entries.put(4712L, entry(4712L, 0, 0, 1003, 0, -1, 1003));
        File file = folder.resolve("00000000000000001004.snapshot").toFile();
        ProducerStateManager.writeSnapshot(file, entries, true);
    }

    private static ProducerStateEntry entry(long id, int epoch, int sequence, long offset, int delta, int coordinator, long transaction) throws Exception {
        OptionalLong open = transaction < 0 ? OptionalLong.empty() : OptionalLong.of(transaction);
        ProducerStateEntry entry = new ProducerStateEntry(id, (short) epoch, coordinator, NOW, open);
        Method add = ProducerStateEntry.class.getDeclaredMethod("addBatch", short.class, int.class, long.class, int.class, long.class);
        add.setAccessible(true);
        add.invoke(entry, (short) epoch, sequence, offset, delta, NOW);
        return entry;
    }

    private static void write(String name, MemoryRecords records) throws Exception {
        byte[] bytes = new byte[records.sizeInBytes()];
        records.buffer().duplicate().get(bytes);
        Files.write(folder.resolve(name + ".batch"), bytes);
    }
}

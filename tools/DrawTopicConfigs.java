// Prints what a real broker knows of topic configs, as JSON.
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.*;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.server.config.ConfigSynonym;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;

/** Run by tools/draw_topic_configs.py as `java -cp 'JARS/*' DrawTopicConfigs.java BOOTSTRAP`. */
class DrawTopicConfigs {
    static final ConfigResource TOPIC = new ConfigResource(ConfigResource.Type.TOPIC, "drawn");

    // Texts near every bound that a validator could have; Kafka itself says which it takes.
    static final List<String> NUMBERS = List.of("-9223372036854775808", "-2147483648", "-131073", "-131072", "-3", "-2", "-1", "0", "1", "3",
        "4", "9", "10", "13", "14", "17", "18", "22", "23", "1024", "1048575", "1048576", "2147483639", "2147483640", "2147483647",
        "2147483648", "9223372036854775807", "9223372036854775808", "0.5", "1.1", "1e0", " 5 ", "+5", "0x10", "five", "");
    static final List<String> WORDS = List.of("true", "TRUE", " true ", "yes", "false", "", "delete", "compact", "delete,compact", "compact , delete",
        "delete,delete", "delete,,compact", ",", "none", "Delete", "producer", "uncompressed", "gzip", "GZIP", "snappy", "lz4", "zstd", "brotli",
        "CreateTime", "LogAppendTime", "createtime", "*", "0:1", "0:1,1:1", "0:1,*", "0", "0:", "0:1:2", "x:y", "-1:1");

    public static void main(String[] arguments) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", arguments[0]))) {
            admin.createTopics(List.of(new NewTopic(TOPIC.name(), 1, (short) 1))).all().get();
            var described = new TreeMap<String, ConfigEntry>();
            var options = new DescribeConfigsOptions().includeSynonyms(true);
            admin.describeConfigs(List.of(TOPIC), options).all().get().get(TOPIC).entries().forEach(entry -> described.put(entry.name(), entry));
            var rows = new ArrayList<Map<String, Object>>();
            for (var entry : described.values()) rows.add(row(admin, entry));
            admin.deleteTopics(List.of(TOPIC.name())).all().get();
            System.out.println(new ObjectMapper().writeValueAsString(rows));
        }
    }

    static Map<String, Object> row(Admin admin, ConfigEntry entry) {
        var key = LogConfig.configKeys().get(entry.name());
        var texts = new LinkedHashSet<>(Set.of("INT", "LONG", "DOUBLE").contains(entry.type().name()) ? NUMBERS : WORDS);
        var taken = taken(admin, entry.name(), texts);
        var row = new LinkedHashMap<String, Object>();
        row.put("name", entry.name());
        row.put("type", entry.type().name());
        row.put("default", entry.value());
        row.put("source", entry.source().name());
        row.put("readOnly", entry.isReadOnly());
        row.put("sensitive", entry.isSensitive());
        row.put("importance", key.importance.name());
        row.put("validator", key.validator == null ? null : key.validator.toString());
        row.put("settings", settings(entry.name()));
        row.put("synonyms", entry.synonyms().stream().map(one -> List.of(one.name(), one.value(), one.source().name())).toList());
        row.put("takes", texts.stream().filter(taken::contains).toList());
        row.put("refuses", texts.stream().filter(text -> !taken.contains(text)).toList());
        return row;
    }

    /** The texts that the broker would set on a topic that has no other config. */
    static Set<String> taken(Admin admin, String name, Set<String> texts) {
        var options = new AlterConfigsOptions().validateOnly(true);
        var answers = new LinkedHashMap<String, AlterConfigsResult>();
        for (var text : texts) {
            var operation = new AlterConfigOp(new ConfigEntry(name, text), AlterConfigOp.OpType.SET);
            answers.put(text, admin.incrementalAlterConfigs(Map.of(TOPIC, List.of(operation)), options));
        }
        var taken = new HashSet<String>();
        answers.forEach((text, answer) -> {
            try {
                answer.all().get();
                taken.add(text);
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            } catch (ExecutionException refused) {
                if (!(refused.getCause() instanceof InvalidConfigurationException)) throw new IllegalStateException(name + "=" + text, refused);
            }
        });
        return taken;
    }

    /** The broker's settings that give the default, the first that is set wins: name, how its unit becomes the topic's. */
    static List<List<Object>> settings(String name) {
        var all = new ArrayList<List<Object>>();
        for (ConfigSynonym one : ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.getOrDefault(name, List.of())) {
            all.add(List.of(one.name(), one.name().matches(".*\\.(minutes|hours)") ? Long.parseLong(one.converter().apply("1")) : 1L));
        }
        return all;
    }
}

// Many members of many groups in one process, and an administrator; see group_host.py.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

class GroupHost {
    static final Duration POLL = Duration.ofMillis(50), PATIENCE = Duration.ofSeconds(30);
    static final ObjectMapper JSON = new ObjectMapper();
    static final Map<String, Member> members = new ConcurrentHashMap<>();

    /** Is told a JSON object a line, `do` names what; what a member lives through is said as it happens. */
    public static void main(String[] arguments) throws Exception {
        var admin = Admin.create(Map.of("bootstrap.servers", arguments[0]));
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var told = JSON.readTree(line);
            switch (told.get("do").asText()) {
                case "join" -> {
                    var member = new Member(arguments[0], told);
                    members.put(member.name, member);
                    member.start();
                }
                case "leave" -> members.remove(told.get("member").asText()).leaving = true;
                default -> answer(admin, told);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    static void say(Object... words) {
        var line = new LinkedHashMap<String, Object>();
        for (int index = 0; index < words.length; index += 2) line.put((String) words[index], words[index + 1]);
        try {
            System.out.println(JSON.writeValueAsString(line));
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    static List<List<Object>> plain(Collection<TopicPartition> places) {
        return places.stream().sorted(Comparator.comparing(TopicPartition::toString)).map(one -> List.<Object>of(one.topic(), one.partition())).toList();
    }

    // -- a member ------------------------------------------------------------------------------------------------------------

    static class Member extends Thread implements ConsumerRebalanceListener {
        final String name;
        final KafkaConsumer<byte[], byte[]> consumer;
        final List<ConsumerRecord<byte[], byte[]>> uncommitted = new ArrayList<>();
        volatile boolean leaving;

        Member(String bootstrap, JsonNode told) {
            name = told.get("member").asText();
            var settings = new HashMap<String, Object>(Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", false,
                "auto.offset.reset", "earliest", "client.id", name, "retry.backoff.ms", 20, "metadata.max.age.ms", 500));
            told.get("settings").properties().forEach(one -> settings.put(one.getKey(), one.getValue().asText()));
            consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            var topic = told.get("topic").asText();
            switch (told.get("by").asText()) {
                case "name" -> consumer.subscribe(List.of(topic), this);
                case "pattern" -> consumer.subscribe(Pattern.compile(topic), this);
                case "broker's pattern" -> consumer.subscribe(new SubscriptionPattern(topic), this);
                default -> throw new IllegalArgumentException(told.toString());
            }
        }

        @Override
        public void run() {
            try {
                Set<TopicPartition> owned = Set.of();
                while (!leaving) {
                    consumer.poll(POLL).forEach(uncommitted::add);
                    if (!owned.equals(consumer.assignment())) {
                        owned = Set.copyOf(consumer.assignment());
                        say("member", name, "owned", plain(owned));
                    }
                    settle();
                }
                consumer.close(CloseOptions.timeout(PATIENCE));
                say("member", name, "left", true);
            } catch (Exception error) {
                say("member", name, "failed", error.toString());
            }
        }

        /** What was read is told once its commit is confirmed. */
        void settle() {
            if (uncommitted.isEmpty()) return;
            try {
                consumer.commitSync();
            } catch (RebalanceInProgressException | CommitFailedException | RetriableException later) {
                return;
            }
            say("member", name, "read",
                uncommitted.stream().map(one -> List.of(one.topic(), one.partition(), one.offset())).collect(Collectors.toList()));
            uncommitted.clear();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> places) {}

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> places) {
            settle();
            gone("revoked", places);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> places) {
            gone("lost", places);
        }

        void gone(String how, Collection<TopicPartition> places) {
            uncommitted.removeIf(one -> places.contains(new TopicPartition(one.topic(), one.partition())));
            say("member", name, how, plain(places));
        }
    }

    // -- the administrator ---------------------------------------------------------------------------------------------------

    static void answer(Admin admin, JsonNode told) {
        try {
            say("answer", administered(admin, told));
        } catch (ExecutionException error) {
            say("refused", error.getCause().getClass().getSimpleName());
        } catch (Exception error) {
            say("refused", error.toString());
        }
    }

    static Object administered(Admin admin, JsonNode told) throws Exception {
        var group = told.path("group").asText();
        var places = new LinkedHashMap<TopicPartition, OffsetAndMetadata>();
        for (var one : told.path("offsets")) {
            places.put(new TopicPartition(one.get(0).asText(), one.get(1).asInt()), new OffsetAndMetadata(one.path(2).asLong(), one.path(3).asText()));
        }
        return switch (told.get("do").asText()) {
            case "list" -> listed(admin, told);
            case "describe" -> described(admin.describeConsumerGroups(List.of(group)).all().get().get(group));
            case "offsets" -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .sorted(Comparator.comparing(one -> one.getKey().toString()))
                .map(one -> List.of(one.getKey().topic(), one.getKey().partition(), one.getValue().offset(), one.getValue().metadata())).toList();
            case "alter" -> admin.alterConsumerGroupOffsets(group, places).all().get();
            case "delete offsets" -> admin.deleteConsumerGroupOffsets(group, places.keySet()).all().get();
            case "delete" -> admin.deleteConsumerGroups(List.of(group)).all().get();
            case "remove" -> {
                var removed = new ArrayList<MemberToRemove>();
                for (var one : told.get("instances")) removed.add(new MemberToRemove(one.asText()));
                var options = removed.isEmpty() ? new RemoveMembersFromConsumerGroupOptions() : new RemoveMembersFromConsumerGroupOptions(removed);
                yield admin.removeMembersFromConsumerGroup(group, options).all().get();
            }
            default -> throw new IllegalArgumentException(told.toString());
        };
    }

    /** [group, its type, its protocol, its state] of each that passes the filters and has `prefix`. */
    static Object listed(Admin admin, JsonNode told) throws Exception {
        var options = new ListGroupsOptions();
        if (told.has("type")) options.withTypes(Set.of(GroupType.parse(told.get("type").asText())));
        if (told.has("state")) options.inGroupStates(Set.of(GroupState.parse(told.get("state").asText())));
        return admin.listGroups(options).all().get().stream()
            .filter(one -> one.groupId().startsWith(told.get("prefix").asText()))
            .sorted(Comparator.comparing(GroupListing::groupId))
            .map(one -> List.of(one.groupId(), one.type().get().toString(), one.protocol(), one.groupState().get().toString())).toList();
    }

    static Object described(ConsumerGroupDescription found) {
        var told = new TreeMap<String, Object>();
        told.put("type", found.type().toString());
        told.put("state", found.groupState().toString());
        told.put("assignor", found.partitionAssignor());
        told.put("simple", found.isSimpleConsumerGroup());
        told.put("coordinator", found.coordinator().id());
        told.put("members", found.members().stream().sorted(Comparator.comparing(MemberDescription::clientId)).map(one -> {
            var about = new TreeMap<String, Object>();
            about.put("client", one.clientId());
            about.put("instance", one.groupInstanceId().orElse(null));
            about.put("host", one.host());
            about.put("assigned", plain(one.assignment().topicPartitions()));
            about.put("upgraded", one.upgraded().orElse(null));
            about.put("at group's epoch", one.memberEpoch().isPresent() ? one.memberEpoch().get().equals(found.groupEpoch().get()) : null);
            return about;
        }).toList());
        return told;
    }
}

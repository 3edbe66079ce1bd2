"""Lives of groups, told to both brokers step by step."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from itertools import count
from typing import Any

from leftfold.fold.shells import partition_of
from leftfold.wire.generated.configs import DescribeConfigsRequest, IncrementalAlterConfigsRequest, ListConfigResourcesRequest
from leftfold.wire.generated.consumer_groups import ConsumerGroupDescribeRequest, ConsumerGroupHeartbeatRequest
from leftfold.wire.generated.group_offsets import OffsetCommitRequest, OffsetDeleteRequest, OffsetFetchRequest
from leftfold.wire.generated.groups import (
    DeleteGroupsRequest,
    DescribeGroupsRequest,
    HeartbeatRequest,
    JoinGroupRequest,
    LeaveGroupRequest,
    ListGroupsRequest,
    SyncGroupRequest,
)
from tests.clients.differential.side import Question, Side, id_of

Asked = tuple[str, Question]
Steps = Generator[Asked, Any, None]


class Group:
    """What one member asks of one group; `member` and `generation` are what it was last told."""

    def __init__(self, name: str, *, kind: str = "consumer", topics: tuple[str, ...] = ("t",)) -> None:
        self.name = name
        self.kind = kind
        self.member, self.generation, self.protocol = "", -1, ""
        self.subscription = bytes(2) + len(topics).to_bytes(4, "big")
        for topic in topics:
            self.subscription += len(topic).to_bytes(2, "big") + topic.encode()
        self.subscription += b"\xff" * 4

    def join(
        self, version: int = 9, *, member: str | None = None, instance: str | None = None, protocols: str = "range"
    ) -> Question:
        made = JoinGroupRequest
        offered = [made.JoinGroupRequestProtocol(name=name, metadata=self.subscription) for name in protocols.split()]
        more: dict[str, Any] = {"rebalance_timeout_ms": 30_000} if version >= 1 else {}
        more |= {"group_instance_id": instance} if version >= 5 else {}
        who = self.member if member is None else member
        made_of = made(
            group_id=self.name, session_timeout_ms=30_000, member_id=who, protocol_type=self.kind, protocols=offered, **more
        )
        return Question(made_of, version)

    def joined(self, answer: Any) -> None:
        """Remember what an answer said."""
        assert not isinstance(answer, str), answer
        self.member = answer.member_id
        if not answer.error_code:
            self.generation, self.protocol = answer.generation_id, answer.protocol_name

    def sync(self, version: int = 5, *, instance: str | None = None, **more: Any) -> Question:
        made = SyncGroupRequest
        given = [made.SyncGroupRequestAssignment(member_id=self.member, assignment=b"\0\1what it gets")]
        fields: dict[str, Any] = {"generation_id": self.generation, "member_id": self.member, "assignments": given}
        fields |= {"protocol_type": self.kind, "protocol_name": self.protocol} if version >= 5 else {}
        fields |= {"group_instance_id": instance} if version >= 3 else {}
        return Question(made(group_id=self.name, **(fields | more)), version)

    def heartbeat(self, version: int = 4, *, instance: str | None = None, **more: Any) -> Question:
        fields: dict[str, Any] = {"generation_id": self.generation, "member_id": self.member}
        fields |= {"group_instance_id": instance} if version >= 3 else {}
        return Question(HeartbeatRequest(group_id=self.name, **(fields | more)), version)

    def leave(self, version: int = 5, *, member: str | None = None, instance: str | None = None) -> Question:
        made, who = LeaveGroupRequest, self.member if member is None else member
        if version < 3:
            return Question(made(group_id=self.name, member_id=who), version)
        return Question(
            made(group_id=self.name, members=[made.MemberIdentity(member_id=who, group_instance_id=instance)]), version
        )

    def commit(self, topic: str, offset: int, version: int = 9, *, partition: int = 0, **more: Any) -> Question:
        made = OffsetCommitRequest
        parts = [made.OffsetCommitRequestPartition(partition_index=partition, committed_offset=offset, committed_metadata="m")]
        by: dict[str, Any] = {"topic_id": id_of(topic)} if version >= 10 else {"name": topic}
        fields: dict[str, Any] = {"generation_id_or_member_epoch": self.generation, "member_id": self.member}
        topics = [made.OffsetCommitRequestTopic(partitions=parts, **by)]
        return Question(made(group_id=self.name, topics=topics, **(fields | more)), version)

    def fetch(self, *topics: str, version: int = 9, **more: Any) -> Question:
        """How far the group has read these topics; all, if none is named."""
        made = OffsetFetchRequest
        key, value = ("topic_id", id_of) if version >= 10 else ("name", str)
        asked = [made.OffsetFetchRequestTopics(partition_indexes=[0, 1], **{key: value(one)}) for one in topics]  # type: ignore[arg-type]
        return Question(made(groups=[made.OffsetFetchRequestGroup(group_id=self.name, topics=asked or None, **more)]), version)

    def describe(self, version: int = 6) -> Question:
        return Question(DescribeGroupsRequest(groups=[self.name]), version)

    def listed(self, *states: str) -> Question:
        return Question(ListGroupsRequest(states_filter=list(states)), 5)

    def forget(self, *topics: str) -> Question:
        made = OffsetDeleteRequest
        parts = [made.OffsetDeleteRequestPartition(partition_index=0)]
        asked = [made.OffsetDeleteRequestTopic(name=topic, partitions=parts) for topic in topics]
        return Question(made(group_id=self.name, topics=asked), 0)

    def delete(self) -> Question:
        return Question(DeleteGroupsRequest(groups_names=[self.name]), 2)


def neighbour(name: str) -> Group:
    """A group in the same partition of the log as another."""
    names = (f"{name} {number}" for number in count())
    return Group(next(one for one in names if partition_of(one, 50) == partition_of(name, 50)))


def a_group_of_one(side: Side, topic: str) -> Steps:
    """From the first join to the first generation, right steps and wrong ones."""
    side.create([topic], partitions=2)
    group = Group(topic, topics=(topic,))
    yield "describe before", group.describe()
    yield "describe before, as an old client", group.describe(5)
    answer = yield "join", group.join()
    group.joined(answer)
    yield "a neighbour commits", neighbour(topic).commit(topic, 1)  # Kafka shows a group behind the next write to its partition
    yield "describe while it is pending", group.describe()
    yield "heartbeat while it is pending", group.heartbeat()
    answer = yield "join again", group.join()
    group.joined(answer)
    yield "describe while it completes", group.describe()
    yield "heartbeat while it completes", group.heartbeat()
    yield "commit while it completes", group.commit(topic, 1)
    answer = yield "the same join once more", group.join()
    yield "sync of another generation", group.sync(generation_id=group.generation + 1)
    yield "sync of another protocol", group.sync(protocol_name="sticky")
    yield "sync of another type", group.sync(protocol_type="connect")
    yield "sync of a stranger", group.sync(member_id="stranger")
    yield "sync", group.sync()
    yield "sync again", group.sync()
    yield "describe", group.describe()
    yield "listed", group.listed("Stable")
    yield "delete while it lives", group.delete()
    yield "leave of a stranger", group.leave(member="stranger")
    yield "leave", group.leave()
    yield "leave again", group.leave()
    yield "heartbeat after", group.heartbeat()
    yield "describe empty", group.describe()
    yield "listed empty", group.listed("Empty")
    yield "join of a member that was", group.join()


def a_member_reads_and_commits(side: Side, topic: str) -> Steps:
    """From the first generation to the group's deletion."""
    side.create([topic], partitions=2)
    group = Group(topic, topics=(topic,))
    answer = yield "join", group.join(3)
    group.joined(answer)
    yield "sync", group.sync()
    yield "heartbeat", group.heartbeat()
    yield "heartbeat of another generation", group.heartbeat(generation_id=7)
    yield "heartbeat of a stranger", group.heartbeat(member_id="stranger")
    yield "heartbeat of an instance", group.heartbeat(instance="i")
    yield "commit", group.commit(topic, 5)
    yield "commit by id", group.commit(topic, 6, 10)
    yield "commit of another generation", group.commit(topic, 7, generation_id_or_member_epoch=0)
    yield "commit of a stranger", group.commit(topic, 7, member_id="stranger")
    yield "commit of an outsider", group.commit(topic, 7, generation_id_or_member_epoch=-1, member_id="")
    yield "fetch", group.fetch(topic)
    yield "fetch by id", group.fetch(topic, version=10)
    yield "fetch all", group.fetch()
    yield "fetch as a member", group.fetch(topic, member_id=group.member, member_epoch=group.generation)
    yield "fetch as a stranger", group.fetch(topic, member_id="stranger", member_epoch=3)
    yield "forget what is read", group.forget(topic, "unknown")
    answer = yield "the leader joins again", group.join()
    group.joined(answer)
    yield "sync the second", group.sync()
    yield "leave", group.leave()
    yield "fetch after", group.fetch(topic)
    yield "commit of an outsider after", group.commit(topic, 8, generation_id_or_member_epoch=-1, member_id="")
    yield "commit of the member after", group.commit(topic, 9)
    yield "forget", group.forget(topic)
    yield "fetch the forgotten", group.fetch(topic)
    yield "delete", group.delete()
    yield "delete again", group.delete()
    yield "describe after", group.describe()


def a_static_member(side: Side, topic: str) -> Steps:
    """It comes back, is fenced, and is removed by its instance."""
    del side
    group = Group(topic)
    answer = yield "join", group.join(instance="i")
    group.joined(answer)
    yield "sync", group.sync(instance="i")
    first = group.member
    answer = yield "come back", group.join(instance="i", member="")
    group.joined(answer)
    yield "sync after it came back", group.sync(instance="i")
    yield "heartbeat of the first", group.heartbeat(instance="i", member_id=first)
    yield "sync of the first", group.sync(instance="i", member_id=first)
    yield "join of the first", group.join(instance="i", member=first)
    yield "leave of the first", group.leave(instance="i", member=first)
    yield "commit of the first", group.commit("t", 1, member_id=first, group_instance_id="i")
    yield "heartbeat of the second", group.heartbeat(instance="i")
    yield "heartbeat of another instance", group.heartbeat(instance="j")
    second = group.member
    answer = yield "come back as an older client", group.join(8, instance="i", member="")
    group.joined(answer)
    yield "describe", group.describe()
    yield "the second is gone", group.heartbeat(member_id=second)
    answer = yield "come back with another protocol", group.join(instance="i", member="", protocols="sticky")
    group.joined(answer)
    yield "sync the next generation", group.sync(instance="i")
    yield "leave of another instance", group.leave(member="", instance="j")
    yield "leave by instance", group.leave(member="", instance="i")
    yield "leave by instance again", group.leave(member="", instance="i")
    yield "describe empty", group.describe()


def a_group_of_workers(side: Side, topic: str) -> Steps:
    """A protocol type that is not the consumers'."""
    del side
    group = Group(topic, kind="connect")
    answer = yield "join", group.join(3, protocols="sessioned compatible")
    group.joined(answer)
    yield "sync", group.sync(3)
    yield "describe", group.describe()
    yield "join as a consumer", Group(topic).join(3)
    yield "join with another protocol", group.join(3, member="", protocols="eager")
    yield "forget", group.forget("t")
    yield "leave", group.leave(2)
    yield "join as a consumer, once it is empty", Group(topic).join(4)
    yield "listed", group.listed()


def offsets_without_members(side: Side, topic: str) -> Steps:
    """A group that exists by its offsets alone."""
    side.create([topic], partitions=2)
    group = Group(topic)
    yield "commit", group.commit(topic, 5)
    yield "commit to keep for long", group.commit(topic, 6, 4, retention_time_ms=2**40)
    yield "fetch as an old client", _old_fetch(group, topic)
    yield "describe", group.describe()
    yield "listed", group.listed()
    yield "heartbeat", group.heartbeat(generation_id=0, member_id="m")
    yield "join as a member", group.join(member="m")
    yield "forget", group.forget(topic)
    yield "forget again", group.forget(topic)
    yield "fetch", group.fetch(topic)
    yield "commit again", group.commit(topic, 7)
    yield "delete", group.delete()
    yield "fetch after", group.fetch(topic)
    yield "commit of a generation", group.commit(topic, 7, generation_id_or_member_epoch=1, member_id="m")


def _old_fetch(group: Group, topic: str) -> Question:
    made = OffsetFetchRequest
    return Question(made(group_id=group.name, topics=[made.OffsetFetchRequestTopic(name=topic, partition_indexes=[0, 1])]), 1)


class Consumer:
    """One member of a consumer group (KIP-848); `epoch` and `owned` are what it was last told."""

    def __init__(self, group: str, member: str) -> None:
        self.group = group
        self.member = member
        self.epoch = 0
        self.owned: dict[bytes, list[int]] = {}

    def joins(self, *topics: str, **more: Any) -> Question:
        fields = {"rebalance_timeout_ms": 60_000, "subscribed_topic_names": list(topics), "topic_partitions": []}
        return self.beats(member_epoch=0, **(fields | more))

    def beats(self, **more: Any) -> Question:
        fields: dict[str, Any] = {"group_id": self.group, "member_id": self.member, "member_epoch": self.epoch}
        return Question(ConsumerGroupHeartbeatRequest(**(fields | more)), 1)

    def owns(self, **more: Any) -> Question:
        """A heartbeat that says what it has."""
        made = ConsumerGroupHeartbeatRequest.TopicPartitions
        has = [made(topic_id=topic_id, partitions=partitions) for topic_id, partitions in self.owned.items()]
        return self.beats(topic_partitions=has, **more)

    def told(self, answer: Any) -> None:
        assert not isinstance(answer, str), answer
        self.epoch = answer.member_epoch
        if answer.assignment is not None:
            self.owned = {one.topic_id: sorted(one.partitions) for one in answer.assignment.topic_partitions}

    def described(self) -> Question:
        return Question(ConsumerGroupDescribeRequest(group_ids=[self.group]), 1)


def a_consumer_group(side: Side, topic: str) -> Steps:
    """Two members walk, step by step."""
    side.create([topic], partitions=4)
    side.wait_assigned(topic)
    one, other = Consumer(topic, "one"), Consumer(topic, "other")
    group = Group(topic)
    answer = yield "the first joins", one.joins(topic)
    one.told(answer)
    yield "described", one.described()
    yield "it has what it got", one.owns()
    yield "it is still there", one.beats()
    answer = yield "the second joins", other.joins(topic)
    other.told(answer)
    yield "described while they walk", one.described()
    answer = yield "the first is told to give back", one.beats()
    one.told(answer)
    yield "the second still waits", other.beats()
    answer = yield "the first has given back", one.owns()
    one.told(answer)
    answer = yield "the second gets it", other.beats()
    other.told(answer)
    yield "the second has it", other.owns()
    yield "described when they have arrived", one.described()
    yield "listed", group.listed("Stable")
    yield "described as a classic group", group.describe()
    yield "commit of a member", group.commit(topic, 3, generation_id_or_member_epoch=one.epoch, member_id="one")
    yield "commit of a later epoch", group.commit(topic, 4, generation_id_or_member_epoch=one.epoch + 1, member_id="one")
    yield "commit of a stranger", group.commit(topic, 4, generation_id_or_member_epoch=one.epoch, member_id="stranger")
    yield "commit of an outsider", group.commit(topic, 4, generation_id_or_member_epoch=-1, member_id="")
    yield "fetch of a member", group.fetch(topic, member_id="one", member_epoch=one.epoch)
    yield "fetch of a later epoch", group.fetch(topic, member_id="one", member_epoch=one.epoch + 1)
    yield "fetch of a stranger", group.fetch(topic, member_id="stranger", member_epoch=1)
    yield "fetch of an outsider", group.fetch(topic)
    yield "forget what is read", group.forget(topic)
    yield "delete while it lives", group.delete()
    yield "an epoch to come", one.beats(member_epoch=one.epoch + 5)
    yield "an epoch long past", one.beats(member_epoch=1)
    answer = yield "it reads nothing more", one.owns(subscribed_topic_names=[])
    one.told(answer)
    yield "the second leaves", other.beats(member_epoch=-1)
    yield "the second leaves again", other.beats(member_epoch=-1)
    yield "the first leaves", one.beats(member_epoch=-1)
    yield "described empty", one.described()
    yield "listed empty", group.listed("Empty")
    yield "delete", group.delete()
    yield "described after", one.described()


def commits_across_epochs(side: Side, topic: str) -> Steps:
    """Who has been given a partition in an epoch may still commit it with that epoch (KIP-1251)."""
    side.create([topic], partitions=4)
    side.wait_assigned(topic)
    one, other = Consumer(topic, "one"), Consumer(topic, "other")
    group = Group(topic)
    answer = yield "the first joins", one.joins(topic)
    one.told(answer)
    yield "it has what it got", one.owns()
    first = one.epoch
    answer = yield "the second joins", other.joins(topic)
    other.told(answer)
    answer = yield "the first is told to give back", one.beats()
    one.told(answer)
    for partition in range(4):
        of_one: dict[str, Any] = {"generation_id_or_member_epoch": first, "member_id": "one", "partition": partition}
        yield f"of {partition} before it has given back", group.commit(topic, 1, **of_one)
    answer = yield "the first has given back", one.owns()
    one.told(answer)
    answer = yield "the second gets it", other.beats()
    other.told(answer)
    yield "the second has it", other.owns()
    for epoch in (-1, 0, first, one.epoch, one.epoch + 1):
        for member in ("one", "other"):
            for partition in range(4):
                who: dict[str, Any] = {"generation_id_or_member_epoch": epoch, "member_id": member, "partition": partition}
                yield f"of {partition} by {member} in {epoch}", group.commit(topic, 2, **who)
    yield "the second leaves", other.beats(member_epoch=-1)
    yield "the first leaves", one.beats(member_epoch=-1)


def a_static_consumer(side: Side, topic: str) -> Steps:
    """It goes away for a while, and comes back as another member."""
    side.create([topic], partitions=2)
    side.wait_assigned(topic)
    one, again = Consumer(topic, "one"), Consumer(topic, "again")
    answer = yield "joins", one.joins(topic, instance_id="i")
    one.told(answer)
    yield "has", one.owns(instance_id="i")
    yield "comes back too early", again.joins(topic, instance_id="i")
    yield "another instance", again.beats(member_epoch=3, instance_id="j")
    yield "goes away", one.beats(member_epoch=-2, instance_id="i")
    yield "described while it is away", one.described()
    answer = yield "comes back", again.joins(topic, instance_id="i")
    again.told(answer)
    yield "described when it is back", one.described()
    yield "the first is fenced", one.beats(instance_id="i")
    yield "has again", again.owns(instance_id="i")
    yield "leaves", again.beats(member_epoch=-1, instance_id="i")
    yield "described empty", one.described()


def members_in_ranges(side: Side, topic: str) -> Steps:
    """Static ones stand first, by their instances: one that comes back under another id has its range again."""
    side.create([topic], partitions=7)
    side.wait_assigned(topic)
    others = {Consumer(topic, "a"): None, Consumer(topic, "z"): "first", Consumer(topic, "y"): "second"}
    for one, instance in others.items():
        answer = yield f"{one.member} joins", one.joins(topic, instance_id=instance, server_assignor="range")
        one.told(answer)
        yield from _rounds(others)
    away = next(one for one, instance in others.items() if instance == "first")
    del others[away]
    yield "the first leaves for good", away.beats(member_epoch=-1, instance_id="first")
    yield from _rounds(others)
    again = Consumer(topic, "b")
    others[again] = "first"
    answer = yield "another is the first", again.joins(topic, instance_id="first", server_assignor="range")
    again.told(answer)
    yield from _rounds(others)


def _rounds(members: Mapping[Consumer, str | None]) -> Steps:
    """Everybody walks until all have arrived."""
    for number in range(3):
        for one, instance in members.items():
            if one.epoch:
                answer = yield f"{one.member} walks, round {number}", one.owns(instance_id=instance)
                one.told(answer)


_SESSION, _HEARTBEAT = "consumer.session.timeout.ms", "consumer.heartbeat.interval.ms"


def _configured(group: str, *changes: tuple[str, int, str | None]) -> Question:
    """Configs of a group, changed by steps: (name, 0 to set it or 1 to take it back, value)."""
    made = IncrementalAlterConfigsRequest
    configs = [made.AlterableConfig(name=name, config_operation=how, value=value) for name, how, value in changes]
    return Question(made(resources=[made.AlterConfigsResource(resource_type=32, resource_name=group, configs=configs)]), 1)


def _configs(group: str) -> Question:
    made = DescribeConfigsRequest
    names = [_SESSION, _HEARTBEAT]
    one = made.DescribeConfigsResource(resource_type=32, resource_name=group, configuration_keys=names)
    return Question(made(resources=[one], include_synonyms=True), 4)


def a_groups_own_configs(side: Side, topic: str) -> Steps:
    """They are there before the group is, and its members are told."""
    side.create([topic], partitions=1)
    side.wait_assigned(topic)
    one, listed = Consumer(topic, "one"), Question(ListConfigResourcesRequest(resource_types=[32]), 1)
    yield "described as they are", _configs(topic)
    yield "listed before", listed
    yield "of no group", _configured("", (_SESSION, 0, "50000"))
    yield "too short", _configured(topic, (_SESSION, 0, "44999"))
    yield "too long", _configured(topic, (_HEARTBEAT, 0, "15001"))
    yield "no number", _configured(topic, (_SESSION, 0, "long"))
    yield "unknown", _configured(topic, ("session.timeout.ms", 0, "50000"))
    yield "appended", _configured(topic, (_SESSION, 2, "50000"))
    yield "set", _configured(topic, (_SESSION, 0, "50000"), (_HEARTBEAT, 0, "7000"))
    side.settle(_configs(topic), lambda answer: [one.value for one in answer.results[0].configs] == ["50000", "7000"])
    yield "described", _configs(topic)
    yield "listed", listed
    answer = yield "a member joins", one.joins(topic)
    one.told(answer)
    yield "one is taken back", _configured(topic, (_SESSION, 1, None))
    side.settle(_configs(topic), lambda answer: [one.value for one in answer.results[0].configs] == ["45000", "7000"])
    yield "described with the other", _configs(topic)
    yield "both are taken back", _configured(topic, (_HEARTBEAT, 1, None))
    side.settle(_configs(topic), lambda answer: [one.value for one in answer.results[0].configs] == ["45000", "5000"])
    yield "a member beats", one.owns()
    yield "listed after", listed
    yield "the member leaves", one.beats(member_epoch=-1)


GROUP_STORIES = (
    a_groups_own_configs,
    a_consumer_group,
    commits_across_epochs,
    a_static_consumer,
    members_in_ranges,
    a_group_of_one,
    a_member_reads_and_commits,
    a_static_member,
    a_group_of_workers,
    offsets_without_members,
)

"""Lives of groups whose members send bytes that are nothing."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import shake_128

from leftfold.wire.generated.groups import SyncGroupRequest
from tests.clients.differential.group_stories import Group, Steps
from tests.clients.differential.side import Side

MALFORMED: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda fine: fine[:0],
    "half_a_version": lambda fine: fine[:1],
    "a_version_alone": lambda fine: fine[:2],
    "a_version_below_all": lambda fine: b"\xff\xff" + fine[2:],
    "a_version_above_all": lambda fine: b"\x7f\xff" + fine[2:] + bytes(8) + b"\xff\xff",
    "random_bytes": lambda fine: shake_128(fine).digest(100),
    "less": lambda fine: fine[:-5],
    "more": lambda fine: fine + b"more",
    "endless_topics": lambda fine: fine[:2] + b"\x7f\xff\xff\xff" + fine[6:],
    "fewer_topics_than_none": lambda fine: fine[:2] + b"\xff\xff\xff\xfe" + fine[6:],
    "a_topic_that_is_no_text": lambda fine: fine[:2] + b"\0\0\0\1\0\4\xc3\x28\xff\xfe" + b"\xff" * 4,
    "very_much": lambda fine: fine + bytes(500_000),
}
"""What becomes of a subscription, which is an assignment too: to the broker both are bytes, until it has to read them."""


def _members_that_say(words: str, spoiled: Callable[[bytes], bytes]) -> Callable[[Side, str], Steps]:
    def members_say(side: Side, topic: str) -> Steps:
        side.create([topic], partitions=2)
        group = Group(topic, topics=(topic,))
        group.subscription = said = spoiled(group.subscription)
        answer = yield "join", group.join(3)
        group.joined(answer)
        yield "described while it completes", group.describe()
        given = [SyncGroupRequest.SyncGroupRequestAssignment(member_id=group.member, assignment=said)]
        yield "sync", group.sync(assignments=given)
        yield "described", group.describe()
        yield "listed", group.listed("Stable")
        yield "commit", group.commit(topic, 5)
        yield "forget what it may read", group.forget(topic)
        yield "fetch", group.fetch(topic)
        answer = yield "join again", group.join()
        group.joined(answer)
        yield "sync without assignments", group.sync(assignments=[])
        yield "leave", group.leave()
        yield "described when it is empty", group.describe()

    members_say.__name__ = f"members_say_{words}"
    return members_say


def a_leader_says_too_much(side: Side, topic: str) -> Steps:
    """More than a record of the group may hold."""
    side.create([topic], partitions=2)
    group = Group(topic, topics=(topic,))
    answer = yield "join", group.join(3)
    group.joined(answer)
    given = [SyncGroupRequest.SyncGroupRequestAssignment(member_id=group.member, assignment=bytes(2_000_000))]
    yield "sync", group.sync(assignments=given)
    yield "described", group.describe()
    answer = yield "join again", group.join(3)
    group.joined(answer)
    yield "sync with less", group.sync()
    yield "described when it is stable", group.describe()
    yield "leave", group.leave()


MALFORMED_STORIES = (
    a_leader_says_too_much,
    *(_members_that_say(words, spoiled) for words, spoiled in MALFORMED.items()),
)

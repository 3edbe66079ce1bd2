"""`leftfold group offset-delete`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import click

from leftfold.base.errors import Code, Failure, WireError
from leftfold.cli.asking import confirm, destructive
from leftfold.cli.connection import Cluster, Problem, connected
from leftfold.cli.conversation import Conversation, NotKafka
from leftfold.cli.group.standing import commits, described, group_argument
from leftfold.cli.listing import Field, formatted, tell_rows
from leftfold.cli.numbers import counted
from leftfold.wire.generated.group_offsets import OffsetDeleteRequest, OffsetDeleteResponse

FIELDS = (
    Field("topic", "text", "the topic's name"),
    Field("partition", "number", "its number"),
    Field("status", "text", "what became of it, or would: otherwise the error"),
)


@click.command("offset-delete")
@group_argument()
@click.option("-t", "--topic", "topics", multiple=True, required=True, metavar="TOPIC[:N,N]", help="Again for more.")
@destructive
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, group: str, topics: tuple[str, ...], dry: bool, yes: bool, form: str) -> None:
    """Forget the committed offsets of topics. A topic that a member is subscribed to keeps them."""
    places = _places(cluster, group, topics)
    if dry:
        status: Mapping[tuple[str, int], str] = dict.fromkeys(places, "would be deleted")
    else:
        confirm(f"delete {counted(len(places), 'committed offset')} of group {group} at {cluster.brokers}", yes=yes)
        status = _delete(cluster, group, places)
    rows = [{"topic": topic, "partition": one, "status": said} for (topic, one), said in sorted(status.items())]
    tell_rows(rows, form, FIELDS)
    if any(said not in ("deleted", "would be deleted") for said in status.values()):
        raise Problem("not every offset was deleted; the list above says why", Failure.NOT_ALL_DONE)


def _places(cluster: Cluster, group: str, topics: tuple[str, ...]) -> list[tuple[str, int]]:
    committed = commits(cluster, group)
    found = []
    for text in topics:
        topic, _, numbers = text.partition(":")
        if numbers and not all(one.isdecimal() for one in numbers.split(",")):
            raise click.BadParameter(f"{text!r} is not TOPIC or TOPIC:0,1", param_hint="-t")
        wanted = {int(one) for one in numbers.split(",")} if numbers else None
        found += [place for place in committed if place[0] == topic and (wanted is None or place[1] in wanted)]
    if not found:
        why = f"group {group} has committed nothing for {' '.join(topics)}; see `leftfold group describe {group}`"
        raise Problem(why, Failure.NOTHING_TO_MOVE)
    return found


def _delete(cluster: Cluster, group: str, places: list[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
    """librdkafka's Python has no such request: it goes to the coordinator by hand."""
    if cluster.is_secured:
        raise Problem("offset-delete speaks neither TLS nor SASL yet; use kafka-consumer-groups", Failure.SETTING_INVALID)
    by_topic: dict[str, list[int]] = defaultdict(list)
    for topic, partition in places:
        by_topic[topic].append(partition)
    request = OffsetDeleteRequest(
        group_id=group,
        topics=[
            OffsetDeleteRequest.OffsetDeleteRequestTopic(
                name=name, partitions=[OffsetDeleteRequest.OffsetDeleteRequestPartition(partition_index=one) for one in each]
            )
            for name, each in by_topic.items()
        ],
    )
    coordinator = described(cluster, group).coordinator
    try:
        with Conversation(coordinator.host, coordinator.port, cluster.command_seconds) as conversation:
            answer: OffsetDeleteResponse = conversation.ask(request, 0)
    except (OSError, NotKafka, WireError) as error:
        why = f"the coordinator at {coordinator.host}:{coordinator.port} does not answer: {error}"
        raise Problem(why, Failure.UNREACHABLE) from None
    if answer.error_code:
        raise Problem(f"group {group}: {_said(answer.error_code)}", Code.known(answer.error_code) or Failure.REFUSED)
    return {
        (topic.name, one.partition_index): "deleted" if not one.error_code else _said(one.error_code)
        for topic in answer.topics
        for one in topic.partitions
    }


def _said(number: int) -> str:
    code = Code.known(number)
    return f"{code.happened} {code.todo}" if code else f"the broker answers with error {number}"

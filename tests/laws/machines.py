"""What the laws know of each machine: its random commands."""

# A new machine adds one entry here, and gets all laws for it. A missing entry fails a test.

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from leftfold.machines.cluster import commands as cluster
from leftfold.machines.cluster.machine import CLUSTER
from tests.laws import groups, transactions


@dataclass(frozen=True)
class Law:
    machine: Any
    beginning: tuple[Any, ...]  # commands that every life begins with
    commands: Callable[[Any], st.SearchStrategy[Any]]  # given the state: ids that are drawn anew must be new


NAMES = st.sampled_from(["a", "b", "a.b", "a_b", "a.b_c", "orders", "..", "", "with space", "x" * 250, "__leftfold_cluster"])
NODES = st.integers(0, 3)
TIMES = st.integers(0, 2**41)
CONFIGS = st.tuples(
    st.sampled_from(
        ["retention.ms", "cleanup.policy", "min.compaction.lag.ms", "max.compaction.lag.ms", "write.caching", "nope"]
    ),
    st.sampled_from(["-1", "1", "1000", "delete", "compact,delete", "true", "", "x"]) | st.none(),
)
CHANGES = st.builds(lambda how, pair: cluster.Change(how, *pair), st.sampled_from(list(cluster.How)), CONFIGS)
ASSIGNMENT = st.lists(st.tuples(st.integers(0, 2), st.lists(NODES, max_size=3).map(tuple)), max_size=3).map(tuple)


IDS = st.integers(0, 8).map("{:022d}".format)
CREATE = st.builds(
    cluster.CreateTopic, topic_id=IDS, name=NAMES, partitions=st.integers(-2, 4), replicas=st.integers(-2, 3), at_ms=TIMES,
    assignment=st.just(()) | ASSIGNMENT, configs=st.lists(CONFIGS, max_size=2).map(tuple), validate_only=st.booleans(),
    partitions_max=st.integers(0, 20),
)  # fmt: skip
CREATE_BY_HAND = st.builds(
    cluster.CreateTopic, topic_id=IDS, name=NAMES, partitions=st.just(-1), replicas=st.just(-1), at_ms=TIMES,
    assignment=ASSIGNMENT,
)  # fmt: skip
FEW = st.sampled_from(["a", "b", "a.b"])  # so that commands meet what earlier ones have left
CREATE_LEGAL = st.builds(
    cluster.CreateTopic, topic_id=IDS, name=FEW, partitions=st.integers(1, 3), replicas=st.integers(-1, 2), at_ms=TIMES
)
LEGAL_CHANGES = st.lists(
    st.sampled_from(
        [
            cluster.Change(cluster.How.SET, "retention.ms", "5"),
            cluster.Change(cluster.How.APPEND, "cleanup.policy", "compact"),
            cluster.Change(cluster.How.DELETE, "retention.ms", None),
        ]
    ),
    max_size=2,
).map(tuple)
NUMBER, DIGITS = st.sampled_from(["number", "nope"]), st.sampled_from(["3", "6", "7", "x"]) | st.none()
GROW_BY_HAND = st.none() | st.lists(st.lists(NODES, max_size=3).map(tuple), max_size=3).map(tuple)
LEGAL = st.one_of(
    CREATE_LEGAL,
    CREATE_LEGAL,
    st.builds(cluster.DeleteTopic, st.none() | FEW, IDS),
    st.builds(cluster.CreatePartitions, FEW, st.integers(2, 6)),
    st.builds(cluster.AlterTopic, FEW, LEGAL_CHANGES, st.booleans()),
    st.builds(
        cluster.AlterGroup,
        FEW,
        st.tuples(st.builds(cluster.Change, st.sampled_from([cluster.How.SET, cluster.How.DELETE]), NUMBER, DIGITS)),
        st.just((("number", 3, 6),)),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(
        cluster.AlterBroker,
        st.sampled_from(["", "1"]),
        st.just((cluster.Change(cluster.How.SET, "log.retention.ms", "7"),)),
        st.booleans(),
    ),
)
ANY = st.one_of(
    st.builds(cluster.FoundCluster, st.text(min_size=1, max_size=4)),
    st.builds(cluster.RegisterBroker, NODES, st.text(max_size=4), st.none() | st.text(max_size=4), TIMES),
    CREATE,
    CREATE_BY_HAND,
    st.builds(cluster.DeleteTopic, st.none() | NAMES, IDS),
    st.builds(cluster.CreatePartitions, NAMES, st.integers(-1, 8), GROW_BY_HAND, st.booleans(), st.integers(0, 20)),
    st.builds(cluster.AlterTopic, NAMES, st.lists(CHANGES, max_size=3).map(tuple), st.booleans(), st.booleans()),
    st.builds(cluster.AlterBroker, st.sampled_from(["", "1"]), st.lists(CHANGES, max_size=3).map(tuple), st.booleans()),
    st.builds(cluster.GrantProducerIds, NODES, st.integers(1, 1000)),
    st.builds(cluster.FinalizeFeature, st.sampled_from(["metadata.version"]), st.integers(0, 40)),
)


CLUSTER_COMMANDS = st.one_of(LEGAL, LEGAL, ANY)


def _with_a_new_id(state: Any, command: Any) -> Any:
    """Whoever makes a topic draws an id that no topic has had."""
    if isinstance(command, cluster.CreateTopic) and command.topic_id in state.topics:
        free = next(number for number in range(100) if f"{number:022d}" not in state.topics)
        return replace(command, topic_id=f"{free:022d}")
    return command


def _cluster_commands(state: Any) -> st.SearchStrategy[Any]:
    return CLUSTER_COMMANDS.map(lambda command: _with_a_new_id(state, command))


TWO_BROKERS = (cluster.RegisterBroker(0, "first", None, 0), cluster.RegisterBroker(1, "second", "rack", 0))
LAWS = {
    "cluster": Law(CLUSTER, TWO_BROKERS, _cluster_commands),
    "groups": Law(groups.MACHINE, (), groups.commands),
    "transactions": Law(transactions.MACHINE, (), transactions.commands),
}

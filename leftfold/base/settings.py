"""Every setting of a broker: one table, three sources."""

# A value comes from `--set NAME=VALUE`, else from the environment (num.partitions is LEFTFOLD_NUM_PARTITIONS), else from the
# one configuration file, else it is the default. Names are Kafka's own where Kafka has one, defaults Kafka's where they are
# safe. The broker's defaults of topic configs (log.retention.ms ...) are rows too; they come from base/topic_configs.py.

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from leftfold.base.errors import Failure, SettingError
from leftfold.base.topic_configs import TABLE as TOPIC_CONFIGS
from leftfold.base.values import ANY, INT_MAX, LONG_MAX, Bounds, Kind, Value, lookup_hint, parse, render

ENVIRONMENT_PREFIX = "LEFTFOLD_"
LISTENER_PREFIX = "listener.name."
FILE_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class Setting:
    """One row. `restart`: a change takes force at the next start; else AlterConfigs on the broker changes it at once."""

    name: str
    kind: Kind
    default: Value
    unit: str
    bounds: Bounds
    doc: str
    restart: bool = True
    by_listener: bool = False  # whether listener.name.NAME. before it sets it for one listener alone, as in Kafka

    @property
    def variable(self) -> str:
        """The name of its environment variable."""
        return ENVIRONMENT_PREFIX + self.name.upper().replace(".", "_")


_POSITIVE = Bounds(low=1)
_NOT_NEGATIVE = Bounds(low=0)
_OPTIONAL_LONG = Bounds(low=-1)

# fmt: off
_OWN: tuple[Setting, ...] = (
    Setting("node.id", Kind.INT, 1, "", _NOT_NEGATIVE, "This broker's number; it stays with its data folder."),
    Setting("broker.id", Kind.INT, -1, "", Bounds(low=-1), "An older name of node.id; -1 takes node.id."),
    Setting("broker.rack", Kind.STRING, None, "", ANY, "The rack or zone this broker stands in, told to clients."),
    Setting("log.dirs", Kind.STRING, "leftfold-data", "folder", ANY, "The data folder: everything the broker keeps."),
    Setting("listeners", Kind.LIST, ("PLAINTEXT://127.0.0.1:9092",), "NAME://HOST:PORT", Bounds(empty_list=False),
        "Where Kafka clients connect, one or more; port 0 takes a free one. Anything but loopback is open to everybody."),
    Setting("advertised.listeners", Kind.LIST, (), "NAME://HOST:PORT", ANY,
        "The address that clients are told to connect to, by listener; without one, the address they already reached."),
    Setting("admin.listener", Kind.STRING, "127.0.0.1:9644", "HOST:PORT", ANY,
        "Where metrics and health are served over HTTP; empty serves none, port 0 takes a free one."),
    Setting("auto.create.topics.enable", Kind.BOOLEAN, True, "", ANY,
        "Whether asking for the metadata of a topic that is not there creates it."),
    Setting("delete.topic.enable", Kind.BOOLEAN, True, "", ANY, "Whether clients may delete topics."),
    Setting("num.partitions", Kind.INT, 1, "partitions", Bounds(low=1, high=10_000),
        "How many partitions a topic gets that does not say."),
    Setting("default.replication.factor", Kind.INT, 1, "replicas", _POSITIVE,
        "How many replicas a topic gets that does not say."),
    Setting("partitions.max", Kind.INT, 100_000, "partitions", _POSITIVE,
        "How many partitions there may be in all; creating more is refused."),
    Setting("create.topics.partitions.max", Kind.INT, 10_000, "partitions", _POSITIVE,
        "How many partitions one request may create."),
    Setting("max.request.partition.size.limit", Kind.INT, 2000, "partitions", _POSITIVE,
        "How many partitions one page of DescribeTopicPartitions holds at most."),
    Setting("socket.request.max.bytes", Kind.INT, 104_857_600, "bytes", Bounds(low=1024),
        "How large a request may be."),
    Setting("sasl.server.max.receive.size", Kind.INT, 524_288, "bytes", Bounds(low=1024),
        "How large a request may be while a listener does not know its client; listeners that ask nobody know everybody."),
    Setting("socket.listen.backlog.size", Kind.INT, 512, "connections", _POSITIVE,
        "How many connections the system holds before they are accepted."),
    Setting("max.connections", Kind.INT, INT_MAX, "connections", _NOT_NEGATIVE, "How many connections there may be in all."),
    Setting("max.connections.per.ip", Kind.INT, INT_MAX, "connections", _NOT_NEGATIVE,
        "How many connections one address may have."),
    Setting("max.connection.creation.rate", Kind.INT, INT_MAX, "connections a second", _NOT_NEGATIVE,
        "How many connections are accepted a second, on all listeners together; the others wait. After the prefix "
        "listener.name.NAME. it holds for that listener alone.", by_listener=True),
    Setting("connections.max.idle.ms", Kind.LONG, 600_000, "ms", _OPTIONAL_LONG,
        "After how long without a request a connection is closed; -1 never."),
    Setting("queued.max.requests", Kind.INT, 500, "requests", _POSITIVE,
        "How many requests may wait for Python at once; past that, connections are not read."),
    Setting("queued.max.request.bytes", Kind.LONG, 268_435_456, "bytes", Bounds(low=1 << 20),
        "How much memory request bodies may take at once; past that, connections wait for their turn."),
    Setting("fetch.max.bytes", Kind.INT, 57_671_680, "bytes", Bounds(low=1024),
        "How many bytes of records one fetch answers with at most."),
    Setting("max.incremental.fetch.session.cache.slots", Kind.INT, 1000, "sessions", _NOT_NEGATIVE,
        "How many incremental fetch sessions are remembered."),
    Setting("producer.id.expiration.ms", Kind.INT, 86_400_000, "ms", _POSITIVE,
        "How long the sequence of an idle idempotent producer is remembered."),
    Setting("producers.per.partition.max", Kind.INT, 10_000, "producers", _POSITIVE,
        "How many idempotent producers one partition remembers (about 600 bytes each) before it forgets the longest silent."),
    Setting("transaction.max.timeout.ms", Kind.INT, 900_000, "ms", _POSITIVE,
        "The longest transaction timeout that a producer may ask for."),
    Setting("transactional.id.expiration.ms", Kind.INT, 604_800_000, "ms", _POSITIVE,
        "How long a transactional id that nobody uses is remembered."),
    Setting("transaction.remove.expired.transaction.cleanup.interval.ms", Kind.INT, 3_600_000, "ms", _POSITIVE,
        "How often transactional ids that have expired are looked for."),
    Setting("transaction.state.log.num.partitions", Kind.INT, 50, "partitions", _POSITIVE,
        "How many partitions __transaction_state gets when it is made; it cannot change later."),
    Setting("transaction.state.log.replication.factor", Kind.INT, 1, "replicas", _POSITIVE,
        "How many replicas __transaction_state gets when it is made."),
    Setting("transaction.state.log.segment.bytes", Kind.INT, 104_857_600, "bytes", Bounds(low=1 << 20),
        "How large a segment of __transaction_state is."),
    Setting("group.min.session.timeout.ms", Kind.INT, 6_000, "ms", _POSITIVE,
        "The shortest session timeout that a consumer may ask for."),
    Setting("group.max.session.timeout.ms", Kind.INT, 1_800_000, "ms", _POSITIVE,
        "The longest session timeout that a consumer may ask for."),
    Setting("group.initial.rebalance.delay.ms", Kind.INT, 3_000, "ms", _NOT_NEGATIVE,
        "How long a new group waits for more members before its first generation."),
    Setting("group.max.size", Kind.INT, INT_MAX, "members", _POSITIVE, "How many members a classic group may have."),
    Setting("group.consumer.session.timeout.ms", Kind.INT, 45_000, "ms", _POSITIVE,
        "How long a member of a consumer group (group.protocol=consumer) may be silent."),
    Setting("group.consumer.min.session.timeout.ms", Kind.INT, 45_000, "ms", _POSITIVE,
        "The shortest consumer.session.timeout.ms that a group may be given."),
    Setting("group.consumer.max.session.timeout.ms", Kind.INT, 60_000, "ms", _POSITIVE,
        "The longest consumer.session.timeout.ms that a group may be given."),
    Setting("group.consumer.heartbeat.interval.ms", Kind.INT, 5_000, "ms", _POSITIVE,
        "How often members of a consumer group are told to send a heartbeat."),
    Setting("group.consumer.min.heartbeat.interval.ms", Kind.INT, 5_000, "ms", _POSITIVE,
        "The shortest consumer.heartbeat.interval.ms that a group may be given."),
    Setting("group.consumer.max.heartbeat.interval.ms", Kind.INT, 15_000, "ms", _POSITIVE,
        "The longest consumer.heartbeat.interval.ms that a group may be given."),
    Setting("group.consumer.max.size", Kind.INT, INT_MAX, "members", _POSITIVE,
        "How many members a consumer group (group.protocol=consumer) may have."),
    Setting("offset.metadata.max.bytes", Kind.INT, 4096, "bytes", _NOT_NEGATIVE,
        "How long the text may be that is committed with an offset."),
    Setting("offsets.retention.minutes", Kind.INT, 10_080, "minutes", _POSITIVE,
        "How long the offsets of a group without members are kept."),
    Setting("offsets.retention.check.interval.ms", Kind.LONG, 600_000, "ms", _POSITIVE,
        "How long an empty group without offsets is kept."),
    Setting("offsets.topic.num.partitions", Kind.INT, 50, "partitions", _POSITIVE,
        "How many partitions __consumer_offsets gets when it is made; it cannot change later."),
    Setting("offsets.topic.replication.factor", Kind.INT, 1, "replicas", _POSITIVE,
        "How many replicas __consumer_offsets gets when it is made."),
    Setting("offsets.topic.segment.bytes", Kind.INT, 104_857_600, "bytes", Bounds(low=1 << 20),
        "How large a segment of __consumer_offsets is."),
    Setting("log.retention.check.interval.ms", Kind.LONG, 300_000, "ms", _POSITIVE,
        "How often old segments are looked for."),
    Setting("log.cleaner.enable", Kind.BOOLEAN, True, "", ANY,
        "Whether topics with cleanup.policy=compact are compacted; without it they only grow."),
    Setting("log.cleaner.backoff.ms", Kind.LONG, 15_000, "ms", _NOT_NEGATIVE,
        "How long compaction rests before it looks for topics to compact again."),
    Setting("log.cleaner.dedupe.buffer.size", Kind.LONG, 41_943_040, "bytes", Bounds(low=1 << 20, high=1 << 36),
        "How much memory compaction takes for keys: 40 MiB are 2.9 million keys, more of them take another pass."),
    Setting("journal.file.bytes", Kind.INT, 67_108_864, "bytes", Bounds(low=1 << 20, high=1 << 30),
        "How large one file of the journal is."),
    Setting("stop.deadline.ms", Kind.LONG, 10_000, "ms", _NOT_NEGATIVE,
        "How long a stop waits for requests in flight before it closes their connections."),
)
# fmt: on


def _of_topic_configs() -> Iterator[Setting]:
    """One row for each broker-wide default of a topic config; the first name has the default, the others are unset."""
    for config in TOPIC_CONFIGS:
        for name, factor in config.settings:
            last = (name, factor) == config.settings[-1]
            default = config.default
            if len(config.settings) > 1:
                default = config.default // factor if last and isinstance(config.default, int) else None
            bounds = config.bounds if factor == 1 else ANY
            kind = config.kind if factor == 1 else Kind.INT
            yield Setting(name, kind, default, _unit(name), bounds, config.documentation, factor > 1)


def _unit(name: str) -> str:
    suffixes = {".ms": "ms", ".minutes": "minutes", ".hours": "hours", ".bytes": "bytes"}
    return next((unit for suffix, unit in suffixes.items() if name.endswith(suffix)), "")


TABLE: tuple[Setting, ...] = tuple(sorted((*_OWN, *_of_topic_configs()), key=lambda row: row.name))
BY_NAME: dict[str, Setting] = {row.name: row for row in TABLE}
_BY_VARIABLE: dict[str, Setting] = {row.variable: row for row in TABLE}


@dataclass(frozen=True, slots=True)
class Settings:
    """A value for every setting; `given` are those that were set.

    Invariant: keys are the names of TABLE, and those of single listeners that were given.
    """

    values: Mapping[str, Value] = field(default_factory=lambda: {row.name: row.default for row in TABLE})
    given: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def integer(self, name: str) -> int:
        """A whole number; the setting must be one (a bug otherwise)."""
        value = self.values[name]
        assert isinstance(value, int), name
        return value

    def flag(self, name: str) -> bool:
        """A setting that is true or false."""
        value = self.values[name]
        assert isinstance(value, bool), name
        return value

    def text(self, name: str) -> str:
        """A setting that is text; unset is empty."""
        value = self.values[name]
        assert value is None or isinstance(value, str), name
        return value or ""

    def items(self, name: str) -> tuple[str, ...]:
        """A setting that is a list."""
        value = self.values[name]
        assert isinstance(value, tuple), name
        return value

    @property
    def node_id(self) -> int:
        """node.id, or broker.id where only that one is given."""
        broker_id = self.integer("broker.id")
        return broker_id if broker_id >= 0 and "node.id" not in self.given else self.integer("node.id")

    def with_(self, given: Mapping[str, str], source: str) -> Settings:
        """These settings with some others on top; SettingError names the first that is unknown or out of bounds."""
        values = {**self.values, **{name: parsed(name, text, source) for name, text in given.items()}}
        return Settings(values, self.given | given.keys())

    def for_kernel(self) -> dict[str, int | bool | str]:
        """What the kernel takes: every setting that has a value, dots as underscores, lists with commas."""
        values = ((name.replace(".", "_"), value) for name, value in self.values.items() if value is not None)
        return {name: value if isinstance(value, int) else render(value) or "" for name, value in values}


def load(file: Path | None, environment: Mapping[str, str], sets: Sequence[str]) -> Settings:
    """The settings of one broker; raises SettingError with one clear line.

    `sets` are NAME=VALUE. Variables that begin with LEFTFOLD_ and resemble no setting belong to others (clients, tests).
    """
    settings = Settings()
    if file is not None:
        settings = settings.with_(_read(file), str(file))
    settings = settings.with_(_from_environment(environment), "the environment")
    return settings.with_(dict(_pair(text) for text in sets), "--set")


def parsed(name: str, text: str, source: str) -> Value:
    """The value that a text means for a setting; SettingError says what is wrong and what would be right."""
    row = row_of(name)
    if row is None:
        hint = lookup_hint(name, list(BY_NAME))
        raise SettingError(f"{source}: no setting is called {name}{hint}", Failure.SETTING_UNKNOWN)
    try:
        return parse(row.kind, row.bounds, text)
    except ValueError as why:
        unit = f" ({row.unit})" if row.unit else ""
        raise SettingError(f"{source}: {name}={text}: {why}{unit}") from None


def row_of(name: str) -> Setting | None:
    """The row of a setting, which may be one listener's own."""
    listener, _, own = name.removeprefix(LISTENER_PREFIX).partition(".")
    if not name.startswith(LISTENER_PREFIX) or not listener:
        return BY_NAME.get(name)
    row = BY_NAME.get(own)
    return row if row and row.by_listener else None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise SettingError(f"--set {text}: it must read NAME=VALUE")
    return name.strip(), value.strip()


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    given = {}
    for variable, text in environment.items():
        if row := _BY_VARIABLE.get(variable):
            given[row.name] = text
        elif variable.startswith(ENVIRONMENT_PREFIX) and (near := _nearly_a_setting(variable)):
            raise SettingError(f"the environment: {variable} is no setting; did you mean {near}?", Failure.SETTING_UNKNOWN)
    return given


def _nearly_a_setting(variable: str) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(variable, list(_BY_VARIABLE), n=1, cutoff=0.92)), None)


def _read(file: Path) -> dict[str, str]:
    """The names and values of a file: TOML if it is called so, else lines as in Kafka's server.properties."""
    try:
        with file.open("rb") as stream:
            content = stream.read(FILE_BYTES_MAX + 1)
        text = content.decode("utf-8")
    except OSError as why:
        raise SettingError(f"{file}: it cannot be read: {why.strerror}") from None
    except UnicodeDecodeError:
        raise SettingError(f"{file}: it is not text in UTF-8") from None
    if len(content) > FILE_BYTES_MAX:
        raise SettingError(f"{file}: it is larger than {FILE_BYTES_MAX} bytes; is it a configuration file?")
    return _toml(file, text) if file.suffix == ".toml" else _properties(file, text)


def _toml(file: Path, text: str) -> dict[str, str]:
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        hint = 'quote a name that has dots: "max.connections.per.ip" = 10'
        raise SettingError(f"{file}: {why}; {hint}") from None
    return dict(_flat("", tables))


def _flat(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        match value:
            case dict():
                yield from _flat(f"{prefix}{name}.", value)
            case bool():
                yield prefix + name, "true" if value else "false"
            case list():
                yield prefix + name, ",".join(map(str, value))
            case _:
                yield prefix + name, str(value)


def _properties(file: Path, text: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for number, line in enumerate(text.replace("\\\n", "").splitlines(), start=1):
        content = line.strip()
        if not content or content[0] in "#!":
            continue
        name, equals, value = content.partition("=")
        if not equals:
            raise SettingError(f"{file}, line {number}: it must read NAME=VALUE")
        given[name.strip()] = value.strip()
    return given


assert len(BY_NAME) == len(TABLE), "two settings have one name"
assert all(isinstance(limit, int) and limit <= LONG_MAX for limit in (INT_MAX, FILE_BYTES_MAX))

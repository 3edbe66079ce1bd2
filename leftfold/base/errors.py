"""Every error the house knows, in two tables and one tree."""

# LeftfoldError                what a caller may catch; `failure` is its row in the table below
# |-- WireError                bytes from outside that are not what they claim to be
# |-- SettingError             a setting that does not exist, or whose value is out of bounds
# |-- StartError               the broker cannot start: folder in use, port taken, journal damaged
# |-- StorageError             the disk refused an append; what was asked did not happen
# `-- StoppedError             the broker is stopping, or stopped by itself; the outcome is unknown
#
# A refusal is a value (`Refusal`), a failure of the world is an exception, a bug is an assert.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class Code(IntEnum):
    """The Kafka error codes that this broker sends.

    `retriable` is what clients believe (it comes from Kafka's own exception classes). `definite` says that what was asked
    for certainly did not happen; an indefinite error must never be sent for a write that is known to have succeeded.
    """

    retriable: bool
    definite: bool
    happened: str
    todo: str

    def __new__(cls, code: int, retriable: bool, definite: bool, happened: str, todo: str) -> Code:
        member = int.__new__(cls, code)
        member._value_ = code
        member.retriable = retriable
        member.definite = definite
        member.happened = happened
        member.todo = todo
        return member

    # fmt: off
    UNKNOWN_SERVER_ERROR = (-1, False, False,
        "The broker met a bug of its own while it answered.",
        "Read the broker's log at that moment and report what it says; check the outcome before you repeat a write.")
    NONE = (0, False, False, "Nothing went wrong.", "Nothing.")
    OFFSET_OUT_OF_RANGE = (1, False, True,
        "The offset is before the first or after the last record that the partition holds.",
        "Seek to the start or the end (auto.offset.reset), or lengthen retention.ms if records left too early.")
    CORRUPT_MESSAGE = (2, True, True,
        "A record batch failed its checksum, or is shorter or longer than it says; what was to be read is quarantined.",
        "For a reader, `leftfold doctor --data DIR` names the range and the command that gives it up; seek past it till then. "
        "A writer sends it again; if it stays, the client or the network between damages bytes.")
    UNKNOWN_TOPIC_OR_PARTITION = (3, True, True,
        "The topic or the partition does not exist here.",
        "Create it (leftfold topic create NAME), or correct the name or the partition number.")
    LEADER_NOT_AVAILABLE = (5, True, True,
        "The partition has no leader at this moment.",
        "Ask again; `leftfold cluster health` names partitions that stay without a leader.")
    NOT_LEADER_OR_FOLLOWER = (6, True, True,
        "This broker does not lead the partition.",
        "Refresh the metadata and ask the leader; clients do so by themselves.")
    REQUEST_TIMED_OUT = (7, True, False,
        "The answer did not come within the time that the request allowed.",
        "Ask again; a write may have happened all the same.")
    BROKER_NOT_AVAILABLE = (8, False, True,
        "The broker that was named is not part of the cluster now.",
        "Look at `leftfold cluster info` for the brokers that are.")
    MESSAGE_TOO_LARGE = (10, False, True,
        "A record batch is larger than the topic allows.",
        "Raise the topic's max.message.bytes, or lower the producer's batch.size or the size of the record.")
    OFFSET_METADATA_TOO_LARGE = (12, False, True,
        "The metadata committed with an offset is too large.",
        "Commit less metadata, or raise offset.metadata.max.bytes.")
    COORDINATOR_LOAD_IN_PROGRESS = (14, True, True,
        "The coordinator is still reading its topic.", "Ask again in a moment; clients do so by themselves.")
    COORDINATOR_NOT_AVAILABLE = (15, True, True,
        "No coordinator serves this group or transactional id now: it starts or stops, or it is of a kind not served yet.",
        "Ask again, clients do so by themselves; share groups are not there yet.")
    NOT_COORDINATOR = (16, True, True,
        "This broker does not coordinate that group or transactional id.", "Ask FindCoordinator again; clients do so.")
    INVALID_TOPIC_EXCEPTION = (17, False, True,
        "The name is not a legal topic name, or the topic is internal and not for clients to write.",
        "Use 1 to 249 letters, digits, dots, underscores and hyphens, and not `.` or `..` alone.")
    RECORD_LIST_TOO_LARGE = (18, False, True,
        "A request holds more than one segment of the topic can.", "Send smaller batches, or raise segment.bytes.")
    NOT_ENOUGH_REPLICAS = (19, True, True,
        "Fewer replicas are in sync than the topic's min.insync.replicas asks for.",
        "Lower min.insync.replicas to the number of replicas, or produce with acks=1.")
    INVALID_REQUIRED_ACKS = (21, False, True, "acks is something else than -1, 0 or 1.", "Set acks to all, 1 or 0.")
    ILLEGAL_GENERATION = (22, False, True,
        "The member speaks of another generation of the group than the one that is.", "Join anew; clients do so by themselves.")
    INCONSISTENT_GROUP_PROTOCOL = (23, False, True,
        "The member shares no assignment protocol with the others of its group, or is of another protocol type.",
        "Give all members of the group at least one partition.assignment.strategy in common.")
    INVALID_GROUP_ID = (24, False, True, "The group id is empty or not legal.", "Set group.id to a name.")
    UNKNOWN_MEMBER_ID = (25, False, True,
        "The group knows no such member: it was away for longer than its session, or was never there.",
        "Join anew; clients do so by themselves. If it comes back, raise session.timeout.ms or max.poll.interval.ms.")
    INVALID_SESSION_TIMEOUT = (26, False, True,
        "The session timeout is shorter or longer than the broker allows.",
        "Set session.timeout.ms between group.min.session.timeout.ms and group.max.session.timeout.ms.")
    REBALANCE_IN_PROGRESS = (27, False, True,
        "The group waits for all of its members to join anew.", "Join; clients do so by themselves.")
    INVALID_COMMIT_OFFSET_SIZE = (28, False, True, "The committed metadata is too large.", "Commit less metadata.")
    INVALID_TIMESTAMP = (32, False, True,
        "A record's timestamp is further from the broker's clock than the topic allows.",
        "Set the clock, or raise message.timestamp.before.max.ms or message.timestamp.after.max.ms.")
    UNSUPPORTED_VERSION = (35, False, True,
        "The request's version, or what it asks for, is not served here.",
        "Let the client ask ApiVersions first (all current ones do), or use a client that Kafka 4 still serves.")
    TOPIC_ALREADY_EXISTS = (36, False, True,
        "A topic of that name exists.", "Use it, choose another name, or delete it first.")
    INVALID_PARTITIONS = (37, False, True,
        "The number of partitions is not possible for this topic.",
        "Ask for at least 1, and more than there are when adding; partitions cannot be taken away.")
    INVALID_REPLICATION_FACTOR = (38, False, True,
        "More replicas are asked for than brokers are alive, or fewer than one.",
        "Ask for as many as there are brokers (-1 takes the default), or start more brokers.")
    INVALID_REPLICA_ASSIGNMENT = (39, False, True,
        "The assignment by hand names an unknown broker, a broker twice, or leaves a gap between partitions.",
        "Number partitions from 0 without gaps and give each the same number of known brokers.")
    INVALID_CONFIG = (40, False, True,
        "A configuration does not exist or its value is not allowed.",
        "The message names it; `leftfold topic describe -c` shows all with their values.")
    NOT_CONTROLLER = (41, True, True, "This broker does not control the cluster.", "Ask the controller; clients do so.")
    INVALID_REQUEST = (42, False, True,
        "The request contradicts itself or breaks a rule of the protocol.", "The message says which rule.")
    UNSUPPORTED_FOR_MESSAGE_FORMAT = (43, False, True,
        "The records are in a message format older than version 2.", "Use a client of Kafka 0.11 or later.")
    POLICY_VIOLATION = (44, False, True,
        "The cluster's policy forbids what was asked.", "The message names the policy and its limit.")
    OUT_OF_ORDER_SEQUENCE_NUMBER = (45, False, True,
        "An idempotent producer's batch does not follow its last one.",
        "The client lost a batch: let it fail and start a new producer.")
    DUPLICATE_SEQUENCE_NUMBER = (46, False, True,
        "The batch was written before and left the window of five that is remembered.", "Nothing: it is in the log once.")
    INVALID_PRODUCER_EPOCH = (47, False, True,
        "A newer producer with the same id has taken over.", "Close this producer; only the newest may write.")
    INVALID_TXN_STATE = (48, False, True, "A transaction cannot do this now.", "Abort it and begin anew.")
    INVALID_PRODUCER_ID_MAPPING = (49, False, True,
        "The producer id is not the one that the transactional id holds.", "Start a new producer.")
    INVALID_TRANSACTION_TIMEOUT = (50, False, True,
        "The transaction timeout is not positive or larger than the broker allows.", "Lower transaction.timeout.ms.")
    CONCURRENT_TRANSACTIONS = (51, True, True,
        "The producer's last transaction is still being ended.", "Ask again in a moment; clients do so by themselves.")
    TRANSACTION_COORDINATOR_FENCED = (52, False, True,
        "A newer coordinator has ended this producer's transactions.", "Nothing: the newer one goes on.")
    OPERATION_NOT_ATTEMPTED = (55, False, True,
        "It was not tried, since another part of the request was refused.", "Correct the other part, and send both again.")
    KAFKA_STORAGE_ERROR = (56, True, True,
        "The disk refused the write: it is full, or it fails.",
        "Free space or mend the disk; writes return by themselves, reads go on meanwhile.")
    LOG_DIR_NOT_FOUND = (57, False, True,
        "The folder that was named is not one of the broker's.", "This broker has one data folder.")
    UNKNOWN_PRODUCER_ID = (59, False, True,
        "The broker no longer remembers this idempotent producer.", "Start a new producer; clients do so by themselves.")
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED = (53, False, True,
        "A transactional batch names no transactional id that this producer may use.",
        "Produce without transactions, or set transactional.id in the producer.")
    NON_EMPTY_GROUP = (68, False, True,
        "The group still has members.", "Stop all of its consumers first.")
    GROUP_ID_NOT_FOUND = (69, False, True,
        "There is no group of this id.", "Correct the group id; a group is there once a consumer has joined or committed.")
    FETCH_SESSION_ID_NOT_FOUND = (70, True, True,
        "The fetch session has left the broker's cache.", "Open a new one; clients do so by themselves.")
    INVALID_FETCH_SESSION_EPOCH = (71, True, True,
        "A fetch request came out of its session's order.", "Open a new session; clients do so by themselves.")
    TOPIC_DELETION_DISABLED = (73, False, True,
        "This broker does not let topics be deleted.", "Set delete.topic.enable=true and restart.")
    FENCED_LEADER_EPOCH = (74, True, True,
        "The client knows an older leader of the partition.", "Refresh the metadata; clients do so by themselves.")
    UNKNOWN_LEADER_EPOCH = (75, True, True,
        "The client knows a newer leader than this broker.", "Ask again in a moment; clients do so by themselves.")
    UNSUPPORTED_COMPRESSION_TYPE = (76, False, True,
        "The compression is not known, or zstd came in a version that does not allow it.",
        "Use none, gzip, snappy, lz4 or zstd, zstd with a client of Kafka 2.1 or later.")
    MEMBER_ID_REQUIRED = (79, False, True,
        "A new member is told its id first (KIP-394).", "Join again with that id; clients do so by themselves.")
    GROUP_MAX_SIZE_REACHED = (81, False, True,
        "The group has as many members as the broker allows.", "Start fewer consumers, or raise group.max.size.")
    FENCED_INSTANCE_ID = (82, False, True,
        "Another member took over this static member's place.",
        "Give each consumer a group.instance.id of its own, and stop the one that should not run.")
    GROUP_SUBSCRIBED_TO_TOPIC = (86, False, True,
        "The group reads this topic now, so its offsets stay.", "Stop the group's consumers of this topic first.")
    INVALID_RECORD = (87, False, True,
        "A record breaks a rule of the format or of its topic.", "The message names the record and the rule.")
    UNSTABLE_OFFSET_COMMIT = (88, True, True,
        "A transaction that has not ended yet may move this offset.", "Ask again in a moment; clients do so by themselves.")
    THROTTLING_QUOTA_EXCEEDED = (89, True, True,
        "More was asked for than the quota allows.", "Wait as long as throttle_time says; clients do so by themselves.")
    PRODUCER_FENCED = (90, False, True,
        "A newer producer has taken over the transactional id, or its transaction outlived its timeout.",
        "Close this producer; give each producer a transactional.id of its own, or raise transaction.timeout.ms.")
    RESOURCE_NOT_FOUND = (91, False, True, "What was named does not exist.", "Correct the name.")
    UNKNOWN_TOPIC_ID = (100, True, True,
        "No topic has this id: it was deleted, perhaps made anew under the same name.",
        "Refresh the metadata; clients do so by themselves.")
    INCONSISTENT_TOPIC_ID = (103, True, True,
        "The topic's id changed while a fetch session was open.", "Open a new session; clients do so by themselves.")
    TRANSACTIONAL_ID_NOT_FOUND = (105, False, True,
        "Nothing is known of this transactional id.", "Correct the id; one that nobody uses is forgotten after a week.")
    FETCH_SESSION_TOPIC_ID_ERROR = (106, True, True,
        "A fetch session mixes topics by name and by id.", "Open a new session; clients do so by themselves.")
    FENCED_MEMBER_EPOCH = (110, False, True,
        "The member speaks of an epoch that is not its own: the group went on without it.",
        "It gives up its partitions and joins anew; clients do so by themselves.")
    UNRELEASED_INSTANCE_ID = (111, False, True,
        "Another member with this instance id is still in the group.",
        "Stop it, or wait for its session to end; give each consumer a group.instance.id of its own.")
    UNSUPPORTED_ASSIGNOR = (112, False, True,
        "No assignor of this name is here.", "Set group.remote.assignor to uniform or range, or leave it unset.")
    STALE_MEMBER_EPOCH = (113, False, True,
        "The member commits in an epoch that it has left.", "Commit again after the next heartbeat; clients do so.")
    MISMATCHED_ENDPOINT_TYPE = (114, False, True,
        "Controllers were asked for on a listener of brokers.", "Use --bootstrap-server rather than --bootstrap-controller.")
    UNSUPPORTED_ENDPOINT_TYPE = (115, False, True,
        "The kind of endpoint that was asked for is not known.", "Ask for brokers (1).")
    TRANSACTION_ABORTABLE = (120, False, True,
        "The transaction cannot be committed any more.", "Abort it and begin anew.")
    INVALID_REGULAR_EXPRESSION = (128, False, True,
        "The pattern of a subscription is no regular expression, or patterns are not resolved by this broker.",
        "Correct it, or subscribe to topics by name.")
    REBOOTSTRAP_REQUIRED = (129, False, True,
        "The client holds metadata of another cluster or node.", "Connect anew from bootstrap.servers; clients do so.")
    # fmt: on

    @classmethod
    def known(cls, code: int) -> Code | None:
        """The row of a number, if this broker ever sends it."""
        return cls._value2member_map_.get(code)  # type: ignore[return-value]  # the map is typed for any Enum


class Failure(Enum):
    """Our own failures: number for `leftfold explain LF-nnnn`, what happened, what to do.

    The names in lower case are the `code` of a KernelError. All of them are definite but `stopped` and `fsync_failed`.
    """

    number: str
    definite: bool
    happened: str
    todo: str

    def __new__(cls, number: str, definite: bool, happened: str, todo: str) -> Failure:
        member = object.__new__(cls)
        member._value_ = number
        member.number = number
        member.definite = definite
        member.happened = happened
        member.todo = todo
        return member

    # fmt: off
    FOLDER_IN_USE = ("LF-1001", True,
        "Another broker holds the data folder.", "Stop that process, or start this one with another --data folder.")
    FOLDER_FORMAT = ("LF-1002", True,
        "The data folder was written by a newer version, or is not a data folder of Leftfold.",
        "Start it with the version that wrote it, or choose an empty folder.")
    PORT_TAKEN = ("LF-1003", True,
        "Another process listens on the port.", "Stop that process, or choose another port with --listen or --admin.")
    ADDRESS_UNUSABLE = ("LF-1004", True,
        "The address is not one of this machine, or may not be used.",
        "Listen on 127.0.0.1 or on an address that `ip addr` shows.")
    SETTING_UNKNOWN = ("LF-1005", True, "No setting has this name.", "The message names the nearest one that exists.")
    SETTING_INVALID = ("LF-1006", True, "A setting's value is not allowed.", "The message gives the unit and the bounds.")
    DISK_FULL = ("LF-1101", True,
        "The disk has no room for what was to be written.",
        "Free space or shorten retention; writes return by themselves, reads and deletes go on meanwhile.")
    DISK_ERROR = ("LF-1102", True,
        "The disk answered a read or a write with an error.", "Look at the kernel log (dmesg) and mend the disk.")
    FSYNC_FAILED = ("LF-1103", False,
        "The disk could not promise that written bytes are safe. That is never tried again: the node stops with status 74.",
        "Mend the disk, then start again: recovery keeps all that was acknowledged.")
    CORRUPT_BATCH = ("LF-1104", True,
        "Bytes in the log fail their checksum. They are kept, never served and never cut.",
        "Stop the broker and run `leftfold doctor --data DIR`: it names each range and the command that gives it up.")
    JOURNAL_DAMAGED = ("LF-1105", True,
        "The journal is damaged below what was promised to be safe, and what is lost cannot be told.",
        "Restore the folder from a copy; `leftfold doctor --data DIR` says where the damage is and how to go on without it.")
    SNAPSHOT_AHEAD = ("LF-1106", True,
        "A snapshot knows more than the log it was taken from: the log has lost its end.",
        "Restore the folder from a copy; to go on without what was lost, move the folder `folds` away.")
    SNAPSHOT_DAMAGED = ("LF-1107", True,
        "A snapshot fails its checksum. It was set aside; the state was folded from the log again.", "Nothing.")
    FOLDER_UNEXPLAINED = ("LF-1108", True,
        "A folder of records belongs to no topic that the cluster's log knows. It was set aside, nothing was removed.",
        "Look at what is in it (leftfold dump-log); remove it by hand if nobody misses it.")
    EVENT_UNKNOWN = ("LF-1109", True,
        "The cluster's log holds an event of a kind or version that this version does not know.",
        "Start the version that wrote it, or a newer one.")
    NOT_DAMAGED = ("LF-1110", True,
        "Offsets were to be given up that are not quarantined, or only a part of what is.",
        "Give up whole ranges as `leftfold doctor --data DIR` names them.")
    WIRE = ("LF-1201", True,
        "A client sent bytes that are not the request they claim to be; its connection was closed.",
        "Look at which client that is: the log line names its address.")
    STOPPED = ("LF-1301", False, "The broker is stopping or has stopped.", "Start it again; check the outcome of a write.")
    NAME_UNKNOWN = ("LF-2001", True,
        "The broker's name does not resolve to an address here.",
        "Correct the name, or add it to DNS or /etc/hosts on this machine.")
    NOTHING_LISTENS = ("LF-2002", True,
        "Nothing listens on the port.",
        "Start a broker (leftfold start), or name another address with -X brokers=HOST:PORT.")
    UNREACHABLE = ("LF-2003", True,
        "The address does not answer: packets get lost or are dropped.",
        "Check the address, the network between, and firewalls.")
    SPEAKS_TLS = ("LF-2004", True,
        "TLS is spoken on the port: a client without TLS cannot talk to it.",
        "Connect to a plaintext listener, or give the client -X security.protocol=SSL.")
    SPEAKS_HTTP = ("LF-2005", True,
        "A web server answers on the port, not a Kafka broker.",
        "Use the broker's Kafka port (9092 by default), or start the broker on another port with --listen.")
    SPEAKS_OTHERWISE = ("LF-2006", True,
        "Something listens on the port and does not answer as a Kafka broker.",
        "Look at which program that is; use the broker's Kafka port, or start the broker on another one with --listen.")
    ASKS_WHO = ("LF-2007", True,
        "The broker wants to know who connects (SASL) before it answers anything.",
        "Give the client one of the mechanisms that the broker offers: -X security.protocol=... -X sasl.mechanism=...")
    API_MISSING = ("LF-2008", True,
        "The broker does not serve a request, or no version of it, that clients need.",
        "Use a newer broker, or a client of its time.")
    TOPIC_MISSING = ("LF-2010", True,
        "There is no topic of that name.", "Make it (leftfold topic create NAME); `leftfold topic list` shows those there are.")
    PARTITION_MISSING = ("LF-2011", True,
        "The topic has no partition of that number.", "Partitions count from 0; `leftfold topic describe NAME -p` shows them.")
    NOT_WRITTEN = ("LF-2012", False,
        "Records were not acknowledged.", "The message says why; look for them before you send them again.")
    NOT_ALL_DONE = ("LF-2013", False,
        "Some of what was asked for was done, and some was not.", "The lines above say which, and why.")
    INPUT_UNREADABLE = ("LF-2014", True,
        "What was given to the command cannot be read as what it should be.",
        "The message says where it breaks; what came before that was taken.")
    NOT_CONFIRMED = ("LF-2015", True,
        "Something would be lost, and nobody said yes.", "Say --yes, or look first with --dry-run.")
    NO_SUCH_FILE = ("LF-2016", True,
        "The file or folder is not there, or holds nothing of what was looked for.", "Correct the path.")
    REFUSED = ("LF-2017", True,
        "The broker refused what was asked for, with a code that is not known here.", "The message gives Kafka's own words.")
    OFFSET_PAST_END = ("LF-2018", True,
        "The offset lies behind the end of the partition.",
        "`leftfold topic describe NAME -p` shows where each partition ends.")
    CODE_UNKNOWN = ("LF-2019", True,
        "No error has this code.", "Codes look like LF-1003; Kafka's numbers and names are known as well.")
    PROFILE_MISSING = ("LF-2020", True,
        "No profile has this name.", "`leftfold profile list` shows those there are.")
    PROFILE_UNREADABLE = ("LF-2021", True,
        "The file of profiles cannot be read or written.", "The message says why; mend the file or remove it.")
    PROFILE_EXISTS = ("LF-2022", True,
        "A profile of this name is there already.", "Change it with `leftfold profile set`, or choose another name.")
    GROUP_MISSING = ("LF-2024", True,
        "There is no group of that name.", "`leftfold group list` shows those there are; a group is made by its first member.")
    NOTHING_TO_MOVE = ("LF-2025", True,
        "The group has committed nothing for the topics that were meant.",
        "`leftfold group describe GROUP` shows what it committed.")
    DEMO_FAILED = ("LF-2030", True,
        "The demo could not go on.", "The message says which of its parts stopped, and why.")
    ADVERTISED_NOWHERE = ("LF-2101", True,
        "The broker tells clients to connect to an address that is none (0.0.0.0 or ::, port 0).",
        "Set advertised.listeners to an address that clients can reach, or leave it unset.")
    ADVERTISED_LOOPBACK = ("LF-2102", True,
        "The broker tells clients to connect to localhost: clients on other machines would talk to themselves.",
        "Set advertised.listeners to an address that clients can reach, or leave it unset.")
    ADVERTISED_UNREACHABLE = ("LF-2103", True,
        "The address that the broker tells clients to use cannot be reached from here.",
        "Set advertised.listeners to an address that clients can reach, and open the way to it.")
    ANOTHER_CLUSTER = ("LF-2104", True,
        "At the address that the broker tells clients to use, a broker of another cluster answers.",
        "Correct advertised.listeners: each broker needs an address of its own.")
    CLOCK_SKEW = ("LF-2105", True,
        "The clocks of this machine and of the broker differ.",
        "Let both follow a time server (NTP): retention and timestamps go by the clocks.")
    NOT_READY = ("LF-2106", True,
        "The broker runs, but does not serve clients: it recovers, or it stops.",
        "Wait: it opens its listeners when recovery is done; its log shows the progress.")
    DISK_LOW = ("LF-2107", True,
        "The disk of the data folder is nearly full.", "Free space, shorten retention, or give the folder a larger disk.")
    OPEN_TO_EVERYBODY = ("LF-2108", True,
        "Everybody who can reach the machine may read and write: the listener is not on loopback and asks nobody who they are.",
        "Listen on 127.0.0.1, or let a firewall decide who reaches the port.")
    TOO_FEW_BROKERS = ("LF-2109", True,
        "More replicas are asked for than there are brokers.",
        "Start more brokers, or ask for fewer replicas (default.replication.factor, topic create -r).")
    PARTITIONS_UNSERVED = ("LF-2110", True,
        "Partitions have no leader: nobody can read or write them.",
        "Look at the broker's log: start the brokers that are missing, give the disk room.")
    # fmt: on

    @classmethod
    def of_kernel(cls, code: str) -> Failure:
        """The row that a KernelError names; a code that is not here is a disk that answers strangely."""
        return cls.__members__.get(code.upper(), cls.DISK_ERROR)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decided no: nothing happened, and `why` says why and what to do."""

    error: Code
    why: str


class LeftfoldError(Exception):
    """A failure of the world; its text says what happened, to what, and what to do next."""

    failure: Failure = Failure.STOPPED

    def __init__(self, message: str, failure: Failure | None = None) -> None:
        super().__init__(message)
        if failure is not None:
            self.failure = failure


class WireError(LeftfoldError):
    """Bytes from outside that are not what they claim to be."""

    failure = Failure.WIRE


class SettingError(LeftfoldError):
    """A setting that does not exist, or a value that is out of its bounds."""

    failure = Failure.SETTING_INVALID


class StartError(LeftfoldError):
    """The broker cannot start."""

    failure = Failure.DISK_ERROR


class StorageError(LeftfoldError):
    """The disk refused an append: what was asked for did not happen."""

    failure = Failure.DISK_ERROR


class StoppedError(LeftfoldError):
    """The broker stopped before the outcome was known."""

    failure = Failure.STOPPED

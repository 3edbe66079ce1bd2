"""The one door to Rust."""

from leftfold._kernel import (  # noqa: TID251  # this is that door
    Batch,
    Call,
    Done,
    Fatal,
    Kernel,
    KernelError,
    PartitionState,
    ProducerEntry,
    Record,
    Recovery,
    crc32c,
    decode_batches,
    encode_batch,
    matching,
    version,
)

__all__ = [
    "Batch",
    "Call",
    "Done",
    "Fatal",
    "Kernel",
    "KernelError",
    "PartitionState",
    "ProducerEntry",
    "Record",
    "Recovery",
    "crc32c",
    "decode_batches",
    "encode_batch",
    "matching",
    "version",
]

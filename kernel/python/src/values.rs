//! The values that go to Python, one class each.

use leftfold_log::{Cause, CompactionFailure, OldestTransaction, Partition};
use leftfold_shell::{Call as ShellCall, Item, Verify as ShellVerify};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Recovery {
    pub done_bytes: u64,
    pub total_bytes: u64,
    pub finished: bool,
    pub error: Option<String>,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Call {
    id: u64,
    api_key: i16,
    api_version: i16,
    correlation_id: i32,
    client_id: Option<String>,
    principal: String,
    listener: String,
    local_host: String,
    local_port: i32,
    peer_host: String,
    peer_port: i32,
    connection: u64,
    arrived_ms: i64,
    arrived_mono_ns: u64,
    body: Py<PyBytes>,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Done {
    ticket: u64,
    base_offset: i64,
    error: Option<String>,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct CompactionFailed {
    topic_id: Py<PyBytes>,
    partition: i32,
    code: &'static str,
    why: String,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Fatal {
    reason: String,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct PartitionState {
    topic_id: Py<PyBytes>,
    partition: i32,
    log_start_offset: i64,
    high_watermark: i64,
    last_stable_offset: i64,
    log_end_offset: i64,
    leader_epoch: i32,
    size_bytes: u64,
    segment_count: usize,
    produced_bytes: u64,
    fetched_bytes: u64,
    path: String,
    damage: Vec<(i64, i64, String)>,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct ProducerEntry {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub last_sequence: i32,
    pub last_timestamp: i64,
    pub coordinator_epoch: i32,
    pub current_txn_start_offset: i64,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Verify {
    id: u64,
    transactional_id: String,
    producer_id: i64,
    producer_epoch: i16,
    add: bool,
    abortable: bool,
    partitions: Vec<(Py<PyBytes>, i32)>,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct OpenTransaction {
    topic_id: Py<PyBytes>,
    partition: i32,
    producer_id: i64,
    producer_epoch: i16,
    first_offset: i64,
    since_ms: i64,
}

impl OpenTransaction {
    pub fn of(py: Python<'_>, open: &OldestTransaction) -> Self {
        Self {
            topic_id: PyBytes::new(py, &open.partition.topic).unbind(),
            partition: open.partition.index,
            producer_id: open.producer_id,
            producer_epoch: open.producer_epoch,
            first_offset: open.first_offset,
            since_ms: open.since_ms,
        }
    }
}

impl Verify {
    fn of(py: Python<'_>, verify: ShellVerify) -> Self {
        let partitions = verify.partitions.iter();
        Self {
            id: verify.id,
            transactional_id: verify.transactional_id,
            producer_id: verify.producer_id,
            producer_epoch: verify.producer_epoch,
            add: verify.add,
            abortable: verify.abortable,
            partitions: partitions.map(|(topic, index)| (PyBytes::new(py, topic).unbind(), *index)).collect(),
        }
    }
}

/// What is known of a partition besides its log.
pub struct Beside {
    pub leader_epoch: i32,
    pub produced_bytes: u64,
    pub fetched_bytes: u64,
}

impl PartitionState {
    pub fn of(py: Python<'_>, partition: &Partition, beside: &Beside) -> Self {
        let offsets = partition.offsets();
        let (size_bytes, segment_count) = partition.size();
        let damage = partition.damage().into_iter();
        Self {
            topic_id: PyBytes::new(py, &partition.id.topic).unbind(),
            partition: partition.id.index,
            log_start_offset: offsets.log_start,
            high_watermark: offsets.high_watermark,
            last_stable_offset: offsets.last_stable,
            log_end_offset: offsets.log_end,
            leader_epoch: beside.leader_epoch,
            size_bytes,
            segment_count,
            produced_bytes: beside.produced_bytes,
            fetched_bytes: beside.fetched_bytes,
            path: partition.path(),
            damage: damage.map(|damage| (damage.first, damage.last, damage.reason)).collect(),
        }
    }
}

impl Call {
    fn of(py: Python<'_>, call: ShellCall) -> Self {
        Self {
            id: call.id,
            api_key: call.api_key,
            api_version: call.api_version,
            correlation_id: call.correlation_id,
            client_id: call.client_id,
            principal: "User:ANONYMOUS".to_owned(),
            listener: call.listener,
            local_host: call.local.0,
            local_port: call.local.1,
            peer_host: call.peer.0,
            peer_port: call.peer.1,
            connection: call.connection,
            arrived_ms: call.arrived_ms,
            arrived_mono_ns: call.arrived_us * 1000,
            body: PyBytes::new(py, &call.body).unbind(),
        }
    }
}

impl CompactionFailed {
    fn of(py: Python<'_>, failure: CompactionFailure) -> Self {
        let CompactionFailure { partition, cause, why } = failure;
        let code = match cause {
            Cause::Damage => "corrupt_batch",
            Cause::NoSpace => "disk_full",
            Cause::Disk => "disk_error",
        };
        Self { topic_id: PyBytes::new(py, &partition.topic).unbind(), partition: partition.index, code, why }
    }
}

/// A drained item as the Python value that it is.
pub fn of_item(py: Python<'_>, item: Item) -> PyResult<Py<PyAny>> {
    Ok(match item {
        Item::Call(call) => Py::new(py, Call::of(py, call))?.into_any(),
        Item::Verify(verify) => Py::new(py, Verify::of(py, verify))?.into_any(),
        Item::Done { ticket, base_offset, error } => Py::new(py, Done { ticket, base_offset, error })?.into_any(),
        Item::CompactionFailed(failure) => Py::new(py, CompactionFailed::of(py, failure))?.into_any(),
        Item::Fatal(reason) => Py::new(py, Fatal { reason })?.into_any(),
    })
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Recovery>()?;
    module.add_class::<Call>()?;
    module.add_class::<Verify>()?;
    module.add_class::<OpenTransaction>()?;
    module.add_class::<Done>()?;
    module.add_class::<CompactionFailed>()?;
    module.add_class::<Fatal>()?;
    module.add_class::<PartitionState>()?;
    module.add_class::<ProducerEntry>()
}

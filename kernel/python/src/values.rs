//! The values that cross the boundary; all frozen.

use pyo3::prelude::*;

/// How far the replay of the journal is.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Recovery {
    pub done_bytes: u64,
    pub total_bytes: u64,
    pub finished: bool,
    pub error: Option<String>,
}

/// One request that is Python's to answer.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Call {
    pub id: u64,
    pub api_key: i16,
    pub api_version: i16,
    pub correlation_id: i32,
    pub client_id: Option<String>,
    pub principal: String,
    pub listener: String,
    pub local_host: String,
    pub local_port: u16,
    pub peer_host: String,
    pub peer_port: u16,
    pub connection: u64,
    pub arrived_ms: i64,
    pub arrived_mono_ns: u64,
    pub body: Py<pyo3::types::PyBytes>,
}

/// The end of an asynchronous append or trim.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Done {
    pub ticket: u64,
    pub base_offset: i64,
    pub error: Option<String>,
}

/// The kernel stopped serving.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Fatal {
    pub reason: String,
}

/// A partition as it stands.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct PartitionState {
    pub topic_id: Py<pyo3::types::PyBytes>,
    pub partition: i32,
    pub log_start_offset: i64,
    pub high_watermark: i64,
    pub last_stable_offset: i64,
    pub log_end_offset: i64,
    pub leader_epoch: i32,
    pub size_bytes: u64,
    pub segment_count: usize,
    pub path: String,
    pub damage: Vec<(i64, i64, String)>,
}

/// One live producer of a partition (KIP-664).
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct ProducerEntry {
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub last_sequence: i32,
    pub last_timestamp: i64,
    pub coordinator_epoch: i32,
    pub current_txn_start_offset: i64,
}

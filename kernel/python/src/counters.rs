//! The kernel's counters, as Python's dictionary.

use std::sync::atomic::{AtomicU64, Ordering};

use leftfold_log::{Compactions, Log};
use leftfold_shell::{LATENCY_BOUNDS_US, ShellCounts};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// See `_kernel.pyi`. Of the log nothing is counted before it is open.
pub fn of<'py>(py: Python<'py>, counts: ShellCounts, log: Option<&Log>) -> PyResult<Bound<'py, PyDict>> {
    let requests = PyDict::new(py);
    for (key, row) in counts.requests {
        let values = (row.count, row.errors, row.bytes_in, row.bytes_out, row.buckets, row.latency_us);
        requests.set_item(key, values)?;
    }
    let (rounds, bytes, fsync_us) = log.map_or((0, 0, 0), Log::journal_counters);
    let compacted = |counter: fn(&Compactions) -> &AtomicU64| {
        log.map_or(0, |log| counter(log.compactions()).load(Ordering::Relaxed))
    };
    let all = PyDict::new(py);
    all.set_item("requests", requests)?;
    all.set_item("latency_bounds_us", LATENCY_BOUNDS_US.to_vec())?;
    for (name, value) in [
        ("connections_open", counts.connections_open),
        ("connections_total", counts.connections_total),
        ("connections_refused", counts.connections_refused),
        ("frames_refused", counts.frames_refused),
        ("strangers_tls", counts.strangers_tls),
        ("strangers_http", counts.strangers_http),
        ("transfers_stalled", counts.transfers_stalled),
        ("memory_permit_bytes_max", counts.permit_bytes_max),
        ("memory_permit_bytes_used", counts.permit_bytes_used),
        ("journal_rounds", rounds),
        ("journal_bytes", bytes),
        ("journal_fsync_us_total", fsync_us),
        ("compaction_passes", compacted(|done| &done.passes)),
        ("compaction_read_bytes", compacted(|done| &done.read_bytes)),
        ("compaction_written_bytes", compacted(|done| &done.written_bytes)),
        ("compaction_kept_records", compacted(|done| &done.kept_records)),
        ("compaction_removed_records", compacted(|done| &done.removed_records)),
        ("compaction_memory_bytes", compacted(|done| &done.map_bytes)),
        ("compaction_failures", compacted(|done| &done.failures)),
        ("compaction_failing_partitions", compacted(|done| &done.failing)),
        ("fetch_waiting", counts.fetch_waiting),
        ("produce_waiting", counts.produce_waiting),
        ("calls_queued", counts.calls_queued),
    ] {
        all.set_item(name, value)?;
    }
    Ok(all)
}

//! OffsetCommit in columns: what Python would read one by one.

use leftfold_wire::generated::offset_commit_request::OffsetCommitRequestTopic;
use leftfold_wire::generated::offset_commit_response::{OffsetCommitResponsePartition, OffsetCommitResponseTopic};
use leftfold_wire::generated::{OffsetCommitRequest, OffsetCommitResponse};
use leftfold_wire::{Array, Message, Uuid};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyTuple};

use crate::errors::kernel_error;

/// Topics and partitions that a request may name: in Python each takes ten times its bytes on the wire.
const MENTIONS_MAX: usize = 100_000;

/// See `_kernel.pyi`.
#[pyfunction]
fn decode_offset_commit<'py>(py: Python<'py>, version: i16, body: &[u8]) -> PyResult<Bound<'py, PyTuple>> {
    let wrong = |why: String| kernel_error("corrupt_request", why);
    let asked = OffsetCommitRequest::parse_leading(body, version).map_err(|error| wrong(error.to_string()))?;
    let mentions: usize = asked.topics.iter().map(|topic| 1 + topic.partitions.len()).sum();
    if mentions > MENTIONS_MAX {
        return Err(wrong(format!("it names {mentions} topics and partitions, {MENTIONS_MAX} are allowed")));
    }
    let topics: Vec<_> = asked.topics.iter().map(|topic| columns(py, &topic)).collect::<PyResult<_>>()?;
    let OffsetCommitRequest {
        group_id,
        generation_id_or_member_epoch,
        member_id,
        group_instance_id,
        retention_time_ms,
        ..
    } = asked;
    (group_id, generation_id_or_member_epoch, member_id, group_instance_id, retention_time_ms, topics).into_pyobject(py)
}

fn columns<'py>(py: Python<'py>, topic: &OffsetCommitRequestTopic<'_>) -> PyResult<Bound<'py, PyTuple>> {
    let count = topic.partitions.len();
    let (mut numbers, mut offsets) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut epochs, mut metadata) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for one in topic.partitions {
        numbers.push(one.partition_index);
        offsets.push(one.committed_offset);
        epochs.push(one.committed_leader_epoch);
        metadata.push(one.committed_metadata.unwrap_or_default());
    }
    (topic.name, PyBytes::new(py, &topic.topic_id), numbers, offsets, epochs, metadata).into_pyobject(py)
}

type Answered<'py> = (PyBackedStr, Bound<'py, PyBytes>, Vec<i32>, Vec<i16>);

/// See `_kernel.pyi`.
#[pyfunction]
fn encode_offset_commit<'py>(
    py: Python<'py>,
    version: i16,
    topics: Vec<Answered<'py>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let rows: Vec<Vec<_>> = topics.iter().map(|(_, _, numbers, errors)| rows(numbers, errors)).collect();
    let answered = topics.iter().zip(&rows).map(|((name, topic_id, ..), rows)| {
        let topic_id = Uuid::try_from(topic_id.as_bytes())?;
        Ok(OffsetCommitResponseTopic { name, topic_id, partitions: Array::of(rows) })
    });
    let answered: Vec<_> = answered.collect::<PyResult<_>>()?;
    let response = OffsetCommitResponse { throttle_time_ms: 0, topics: Array::of(&answered) };
    Ok(PyBytes::new(py, &response.body(version).concat()))
}

fn rows(numbers: &[i32], errors: &[i16]) -> Vec<OffsetCommitResponsePartition> {
    let pairs = numbers.iter().zip(errors);
    pairs.map(|(&partition_index, &error_code)| OffsetCommitResponsePartition { partition_index, error_code }).collect()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(decode_offset_commit, module)?)?;
    module.add_function(wrap_pyfunction!(encode_offset_commit, module)?)
}

//! Record batches as Python values: for folds and tools, never on a record's way.

use leftfold_batch::{self as batch, Caps, Codec, EncodeOptions, Header, NewRecord};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::kernel_error;

type Headers = Vec<(String, Option<Py<PyBytes>>)>;

/// One decoded record.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Record {
    pub offset: i64,
    pub timestamp: i64,
    pub key: Option<Py<PyBytes>>,
    pub value: Option<Py<PyBytes>>,
    pub headers: Headers,
}

/// One decoded batch with its records.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Batch {
    pub position: usize,
    pub size_bytes: usize,
    pub base_offset: i64,
    pub last_offset: i64,
    pub leader_epoch: i32,
    pub crc: u32,
    pub compression: &'static str,
    pub timestamp_type: &'static str,
    pub transactional: bool,
    pub control: bool,
    pub base_timestamp: i64,
    pub max_timestamp: i64,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub base_sequence: i32,
    pub records: Vec<Py<Record>>,
}

/// Decode whole batches; a part of one at the end is left.
#[pyfunction]
#[pyo3(signature = (data, *, check = true))]
pub fn decode_batches(py: Python<'_>, data: &[u8], check: bool) -> PyResult<Vec<Py<Batch>>> {
    let mut found = Vec::new();
    let mut position = 0;
    for item in batch::batches(data) {
        let corrupt = |why: batch::BatchError| kernel_error("corrupt_batch", format!("at byte {position}: {why}"));
        let (header, bytes) = match item {
            Err(batch::BatchError::Truncated(_)) => break,
            other => other.map_err(corrupt)?,
        };
        if check {
            header.check_crc(bytes).map_err(corrupt)?;
        }
        found.push(Py::new(py, decode(py, &header, bytes, position).map_err(corrupt)?)?);
        position += bytes.len();
    }
    Ok(found)
}

fn decode(py: Python<'_>, header: &Header, bytes: &[u8], position: usize) -> Result<Batch, batch::BatchError> {
    let codec = header.codec().ok_or(batch::BatchError::Invalid("an unknown codec"))?;
    let plain = batch::decompress(codec, &bytes[batch::HEADER_BYTES..], &Caps::default())?;
    let mut records = Vec::new();
    for record in batch::records(header, &plain) {
        let record = record?;
        let headers = record.headers.iter().map(|(key, value)| {
            (String::from_utf8_lossy(key).into_owned(), value.map(|value| PyBytes::new(py, value).unbind()))
        });
        let made = Record {
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key.map(|key| PyBytes::new(py, key).unbind()),
            value: record.value.map(|value| PyBytes::new(py, value).unbind()),
            headers: headers.collect(),
        };
        records.push(Py::new(py, made).map_err(|error| batch::BatchError::Codec(error.to_string()))?);
    }
    Ok(Batch {
        position,
        size_bytes: bytes.len(),
        base_offset: header.base_offset,
        last_offset: header.last_offset(),
        leader_epoch: header.leader_epoch,
        crc: header.crc,
        compression: codec.name(),
        timestamp_type: if header.is_log_append_time() { "LogAppendTime" } else { "CreateTime" },
        transactional: header.is_transactional(),
        control: header.is_control(),
        base_timestamp: header.base_timestamp,
        max_timestamp: header.max_timestamp,
        producer_id: header.producer_id,
        producer_epoch: header.producer_epoch,
        base_sequence: header.base_sequence,
        records,
    })
}

type PyRecord = (Option<Vec<u8>>, Option<Vec<u8>>, Vec<(String, Option<Vec<u8>>)>, i64);

/// One batch from [(key, value, headers, timestamp)]; offsets start at 0 and are given on append.
#[pyfunction]
#[pyo3(signature = (records, *, compression = "none", producer_id = -1, producer_epoch = -1, base_sequence = -1))]
pub fn encode_batch<'py>(
    py: Python<'py>,
    records: Vec<PyRecord>,
    compression: &str,
    producer_id: i64,
    producer_epoch: i16,
    base_sequence: i32,
) -> PyResult<Bound<'py, PyBytes>> {
    let codec = Codec::from_name(compression)
        .ok_or_else(|| kernel_error("unknown_codec", format!("no codec is called {compression:?}")))?;
    let borrowed: Vec<NewRecord<'_>> = records
        .iter()
        .map(|(key, value, headers, timestamp)| NewRecord {
            timestamp: *timestamp,
            key: key.as_deref(),
            value: value.as_deref(),
            headers: headers.iter().map(|(key, value)| (key.as_bytes(), value.as_deref())).collect(),
        })
        .collect();
    let options = EncodeOptions { codec, producer_id, producer_epoch, base_sequence, ..EncodeOptions::default() };
    let bytes = batch::encode(&borrowed, &options).map_err(|error| kernel_error("corrupt_batch", error))?;
    Ok(PyBytes::new(py, &bytes))
}

#[pyfunction]
pub fn crc32c(data: &[u8]) -> u32 {
    batch::crc32c(data)
}

//! Batches for folds and tools: decode, encode, checksum.

use leftfold_batch::{
    BatchError, Caps, Codec, EncodeOptions, HEADER_BYTES, Header, NewRecord, batches, crc32c as checksum, decompress,
    encode, records,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::errors::kernel_error;

type Headers = Vec<(String, Option<Py<PyBytes>>)>;

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Record {
    offset: i64,
    timestamp: i64,
    key: Option<Py<PyBytes>>,
    value: Option<Py<PyBytes>>,
    headers: Headers,
}

/// See `_kernel.pyi`.
#[pyclass(frozen, get_all, module = "leftfold._kernel")]
pub struct Batch {
    position: usize,
    size_bytes: usize,
    base_offset: i64,
    last_offset: i64,
    leader_epoch: i32,
    crc: u32,
    compression: String,
    timestamp_type: &'static str,
    transactional: bool,
    control: bool,
    base_timestamp: i64,
    max_timestamp: i64,
    producer_id: i64,
    producer_epoch: i16,
    base_sequence: i32,
    records: Vec<Py<Record>>,
}

/// Decode whole batches; a part of one at the end is left.
#[pyfunction]
#[pyo3(signature = (data, *, check = true))]
fn decode_batches(py: Python<'_>, data: &[u8], check: bool) -> PyResult<Vec<Batch>> {
    let mut found = Vec::new();
    let mut position = 0;
    for next in batches(data) {
        let (header, batch) = match next {
            Ok(next) => next,
            Err(BatchError::Truncated(_)) => break,
            Err(error) => return Err(corrupt(position, &error)),
        };
        found.push(decode(py, position, &header, batch, check).map_err(|error| corrupt(position, &error))??);
        position += batch.len();
    }
    Ok(found)
}

fn corrupt(position: usize, error: &BatchError) -> PyErr {
    kernel_error("corrupt_batch", format!("the batch at byte {position}: {error}"))
}

fn decode(
    py: Python<'_>,
    position: usize,
    header: &Header,
    batch: &[u8],
    check: bool,
) -> Result<PyResult<Batch>, BatchError> {
    if check {
        header.check_crc(batch)?;
    }
    let codec = header.codec().ok_or(BatchError::Invalid("an unknown codec"))?;
    let plain = decompress(codec, &batch[HEADER_BYTES..], &Caps::default())?;
    let decoded: Vec<_> = records(header, &plain).collect::<Result<_, _>>()?;
    let bytes = |part: Option<&[u8]>| part.map(|part| PyBytes::new(py, part).unbind());
    let made: PyResult<Vec<Py<Record>>> = decoded
        .into_iter()
        .map(|record| {
            let headers = record.headers.iter();
            let headers =
                headers.map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), bytes(*value))).collect();
            let (key, value) = (bytes(record.key), bytes(record.value));
            Py::new(py, Record { offset: record.offset, timestamp: record.timestamp, key, value, headers })
        })
        .collect();
    Ok(made.map(|records| Batch {
        position,
        size_bytes: batch.len(),
        base_offset: header.base_offset,
        last_offset: header.last_offset(),
        leader_epoch: header.leader_epoch,
        crc: header.crc,
        compression: header.codec().map_or_else(|| "unknown".to_owned(), |codec| codec.name().to_owned()),
        timestamp_type: if header.is_log_append_time() { "LogAppendTime" } else { "CreateTime" },
        transactional: header.is_transactional(),
        control: header.is_control(),
        base_timestamp: header.base_timestamp,
        max_timestamp: header.max_timestamp,
        producer_id: header.producer_id,
        producer_epoch: header.producer_epoch,
        base_sequence: header.base_sequence,
        records,
    }))
}

type Given = (Option<Vec<u8>>, Option<Vec<u8>>, Vec<(String, Option<Vec<u8>>)>, i64);

/// One batch from (key, value, headers, timestamp)s.
#[pyfunction]
#[pyo3(signature = (records, *, compression = "none", producer_id = -1, producer_epoch = -1, base_sequence = -1, transactional = false))]
#[allow(clippy::too_many_arguments)] // Python names them.
fn encode_batch<'py>(
    py: Python<'py>,
    records: Vec<Given>,
    compression: &str,
    producer_id: i64,
    producer_epoch: i16,
    base_sequence: i32,
    transactional: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let codec = Codec::from_name(compression)
        .ok_or_else(|| kernel_error("corrupt_batch", format!("no codec is called {compression}")))?;
    let given: Vec<_> = records
        .iter()
        .map(|(key, value, headers, timestamp)| NewRecord {
            timestamp: *timestamp,
            key: key.as_deref(),
            value: value.as_deref(),
            headers: headers.iter().map(|(name, value)| (name.as_bytes(), value.as_deref())).collect(),
        })
        .collect();
    let options = EncodeOptions { codec, producer_id, producer_epoch, base_sequence, transactional, control: false };
    let batch = encode(&given, &options).map_err(|error| kernel_error("corrupt_batch", error.to_string()))?;
    Ok(PyBytes::new(py, &batch))
}

/// CRC-32C.
#[pyfunction]
fn crc32c(data: &[u8]) -> u32 {
    checksum(data)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Record>()?;
    module.add_class::<Batch>()?;
    module.add_function(wrap_pyfunction!(decode_batches, module)?)?;
    module.add_function(wrap_pyfunction!(encode_batch, module)?)?;
    module.add_function(wrap_pyfunction!(crc32c, module)?)
}

//! KernelError: a code of base/errors.py and the reason.

use std::io;

use leftfold_batch::code;
use leftfold_log::{AppendError, GiveUpError, OpenError, ReadError};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

pyo3::create_exception!(_kernel, KernelError, PyException, "What the kernel could not do.");

/// The exception with its code, as `error.code`.
pub fn kernel_error(code: &str, why: impl Into<String>) -> PyErr {
    let error = KernelError::new_err(why.into());
    Python::attach(|py| {
        // An exception's instance takes any attribute; if it does not, the class's own default stays.
        let _ = error.value(py).setattr("code", code);
    });
    error
}

pub fn of_io(error: &io::Error) -> PyErr {
    let code = if error.kind() == io::ErrorKind::StorageFull { "disk_full" } else { "disk_error" };
    kernel_error(code, error.to_string())
}

pub fn of_append(error: AppendError) -> PyErr {
    match error {
        AppendError::Rejected(rejected) => kernel_error(name_of(rejected.code), rejected.message),
        AppendError::Full => kernel_error("disk_full", "the disk is full, nothing was appended"),
        AppendError::Gone => kernel_error("stopped", "the topic is gone"),
        AppendError::Stopped(stopped) => kernel_error("fsync_failed", stopped.0),
    }
}

/// What a batch or a marker was refused for.
fn name_of(code: i16) -> &'static str {
    match code {
        code::INVALID_PRODUCER_EPOCH => "invalid_producer_epoch",
        code::INVALID_TXN_STATE => "invalid_txn_state",
        code::TRANSACTION_COORDINATOR_FENCED => "coordinator_fenced",
        _ => "corrupt_batch",
    }
}

pub fn of_read(error: ReadError) -> PyErr {
    match error {
        ReadError::OutOfRange => kernel_error("offset_out_of_range", "the offset is outside of the log"),
        ReadError::Damaged(why) => kernel_error("corrupt_batch", why),
        ReadError::Gone => kernel_error("stopped", "the topic is gone"),
        ReadError::Io(error) => of_io(&error),
    }
}

pub fn of_give_up(error: GiveUpError) -> PyErr {
    match error {
        GiveUpError::Io(error) => of_io(&error),
        GiveUpError::NotDamaged(why) => kernel_error("not_damaged", why),
        GiveUpError::Unknown => kernel_error("stopped", "the topic is gone"),
    }
}

/// The code of a folder that cannot be opened.
pub fn code_of_open(error: &OpenError) -> &'static str {
    match error {
        OpenError::Format(_) => "folder_format",
        OpenError::Journal(_) => "journal_damaged",
        OpenError::Io(error) if error.kind() == io::ErrorKind::StorageFull => "disk_full",
        OpenError::Io(_) => "disk_error",
    }
}

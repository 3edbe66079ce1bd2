//! KernelError: what the kernel could not do, with its code.

use pyo3::prelude::*;
use pyo3::types::PyType;
use pyo3::{PyTypeInfo, create_exception, exceptions::PyException};

create_exception!(_kernel, KernelError, PyException, "What the kernel could not do: `code` names it, then why.");

/// An exception whose `code` is a name of base/errors.py.
pub fn kernel_error(code: &str, why: impl std::fmt::Display) -> PyErr {
    let why = why.to_string();
    Python::attach(|py| {
        let kind: Bound<'_, PyType> = KernelError::type_object(py);
        match kind.call1((why,)) {
            Ok(error) => match error.setattr("code", code) {
                Ok(()) => PyErr::from_value(error),
                Err(error) => error,
            },
            Err(error) => error,
        }
    })
}

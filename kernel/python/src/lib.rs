//! The binding: what Python may see of the kernel.
//!
//! `leftfold/_kernel.pyi` is the contract. Methods that wait or touch the disk release the GIL; no network thread takes it.

mod batches;
mod commits;
mod config;
mod counters;
mod errors;
mod kernel;
mod patterns;
mod values;

use pyo3::prelude::*;

#[pymodule]
fn _kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("KernelError", module.py().get_type::<errors::KernelError>())?;
    module.add("version", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<kernel::Kernel>()?;
    values::register(module)?;
    batches::register(module)?;
    commits::register(module)?;
    patterns::register(module)
}

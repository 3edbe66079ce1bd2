//! The binding: what Python may see of the kernel.

mod batches;
mod error;
mod values;

use pyo3::prelude::*;

#[pymodule]
fn _kernel(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("KernelError", module.py().get_type::<error::KernelError>())?;
    module.add_class::<values::Recovery>()?;
    module.add_class::<values::Call>()?;
    module.add_class::<values::Done>()?;
    module.add_class::<values::Fatal>()?;
    module.add_class::<values::PartitionState>()?;
    module.add_class::<values::ProducerEntry>()?;
    module.add_class::<batches::Record>()?;
    module.add_class::<batches::Batch>()?;
    module.add_function(wrap_pyfunction!(batches::decode_batches, module)?)?;
    module.add_function(wrap_pyfunction!(batches::encode_batch, module)?)?;
    module.add_function(wrap_pyfunction!(batches::crc32c, module)?)?;
    module.add("version", env!("CARGO_PKG_VERSION"))
}

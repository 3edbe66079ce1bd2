//! Patterns of topic names, matched in linear time.

use pyo3::prelude::*;
use regex::bytes::RegexBuilder;

use crate::errors::kernel_error;

/// What a compiled pattern may take, so that `((a{99}){99}){99}` is refused and not tried.
const COMPILED_BYTES_MAX: usize = 1 << 20;

/// The names that a pattern matches from their first to their last letter, as RE2J's `matches` does. Names of topics are
/// ASCII, so the pattern is read without Unicode's tables. What RE2J knows and this does not: `\Q...\E`, `\C`, `\pL`.
#[pyfunction]
fn matching(py: Python<'_>, pattern: &str, names: Vec<String>) -> PyResult<Vec<String>> {
    py.detach(|| {
        // A pattern that closes a group it never opened must not close ours.
        let alone = build(pattern)?;
        drop(alone);
        let whole = build(&format!("^(?:{pattern})$"))?;
        Ok(names.into_iter().filter(|name| whole.is_match(name.as_bytes())).collect())
    })
    .map_err(|why: regex::Error| kernel_error("bad_pattern", why.to_string()))
}

fn build(pattern: &str) -> Result<regex::bytes::Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).size_limit(COMPILED_BYTES_MAX).build()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(matching, module)?)
}

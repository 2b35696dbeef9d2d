//! The Python interpreter that runs the PyTorch programs.

use std::process::Command;

/// The interpreter that `PYTHON` names, or `python3`.
///
/// # Panics
/// Panics if it cannot import these modules: a test that needs them must not pass without them.
pub fn python(modules: &str) -> String {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let found = Command::new(&python).args(["-c", &format!("import {modules}")]).output();
    let has_them = found.is_ok_and(|output| output.status.success());
    assert!(has_them, "{python} cannot import {modules}: set PYTHON to an interpreter that can");
    python
}

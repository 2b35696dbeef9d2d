//! The `.py` files of the labs' programs: Python compiles each of them unchanged.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::python::python;

/// Compiles the given files without writing anything.
const COMPILE: &str = "\
import sys
for name in sys.argv[1:]:
    with open(name, encoding='utf-8') as file:
        compile(file.read(), name, 'exec')
";

/// Every `.py` file in a folder and those in it.
pub fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "py") {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "needs Python"]
fn every_python_file_of_the_sources_compiles() {
    let python = python("sys");
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 6, "{found:?}");
    let output = Command::new(python).args(["-c", COMPILE]).args(&found).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

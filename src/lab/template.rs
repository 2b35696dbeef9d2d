//! Templates of Python programs: `.py` files in the labs' folders with placeholders for values.
//!
//! ```python
//! from placeholders import __draws__, __mean__
//!
//! # %% start
//! K = __draws__
//! # %% normal
//! q = Normal(__mean__, 1.0)
//! # %% student
//! q = StudentT(5.0, __mean__)
//! ```
//!
//! - `__draws__` is a placeholder: [`write`] puts a value there.
//! - A line `# %% name` begins a cell; a program consists of the cells that its lab names.
//! - Lines above the first cell are not part of the program. They import the placeholders' names, so that the file
//!   itself compiles and is accepted by a linter (pyflakes).

use super::python::in_every_language;

/// The prefix of a line that begins a cell.
const CELL: &str = "# %% ";
/// The text before and after a placeholder's name, which occurs nowhere else in a cell.
const EDGE: &str = "__";

/// The cells of a file with these names, one after the other, with a value in each placeholder and every comment in all
/// languages.
///
/// # Panics
/// With debug assertions, if there is no such cell, if a placeholder has no value, or if the file has no placeholder
/// for a value.
pub(super) fn write(file: &str, cells: &[&str], values: &[(&str, &dyn Python)]) -> String {
    for (name, _) in values {
        debug_assert!(file.contains(&[EDGE, name, EDGE].concat()), "no placeholder {name}");
    }
    cells.iter().map(|name| filled(&in_every_language(cell(file, name)), values)).collect()
}

/// The lines of a cell, without the line that begins it.
fn cell<'a>(file: &'a str, name: &str) -> &'a str {
    let begin = format!("{CELL}{name}\n");
    let after = file.split_once(&begin).map(|(_, after)| after);
    debug_assert!(after.is_some(), "no cell {name}");
    after.map_or("", |after| after.split(CELL).next().unwrap_or(after))
}

/// A text with a value in each placeholder.
fn filled(text: &str, values: &[(&str, &dyn Python)]) -> String {
    let parts = text.split(EDGE).enumerate().map(|(index, part)| {
        if index % 2 == 0 {
            return part.to_owned();
        }
        let value = values.iter().find(|(name, _)| *name == part);
        debug_assert!(value.is_some(), "no value for {part}");
        value.map_or_else(String::new, |(_, value)| value.text())
    });
    parts.collect()
}

/// A value for a placeholder.
pub(super) trait Python {
    /// Its Python source.
    fn text(&self) -> String;
}

/// A float is written with a point or an exponent, so that Python reads it as a float.
impl Python for f64 {
    fn text(&self) -> String {
        format!("{self:?}")
    }
}

impl Python for usize {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Python for u64 {
    fn text(&self) -> String {
        self.to_string()
    }
}

/// A name or an expression is inserted unchanged.
impl Python for &str {
    fn text(&self) -> String {
        (*self).to_owned()
    }
}

impl Python for String {
    fn text(&self) -> String {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "from placeholders import __a__, __b_c__\n\n# %% one\nx = __a__  # a\n\n\
                        # %% two\ny = [__b_c__]\n# %% three\nz = 1\n";

    #[test]
    fn cells_are_joined_in_the_order_of_their_names() {
        let written = write(FILE, &["three", "one"], &[("a", &2.0)]);
        assert_eq!(written, "z = 1\nx = 2.0  # a\n\n");
    }

    #[test]
    fn values_are_written_as_python_reads_them() {
        let (list, count, seed) = ("p, q".to_owned(), 3_usize, 4_u64);
        let one = |a: &dyn Python| write(FILE, &["one"], &[("a", a)]);
        assert_eq!(one(&1e-7), "x = 1e-7  # a\n\n");
        assert_eq!((one(&count), one(&seed)), ("x = 3  # a\n\n".into(), "x = 4  # a\n\n".into()));
        assert_eq!(write(FILE, &["two"], &[("b_c", &list)]), "y = [p, q]\n");
        // Inserted values are not searched for placeholders.
        assert_eq!(write(FILE, &["two"], &[("b_c", &"__a__")]), "y = [__a__]\n");
    }

    #[test]
    #[should_panic(expected = "no value for a")]
    fn a_placeholder_without_a_value_is_an_error() {
        write(FILE, &["one"], &[]);
    }

    #[test]
    #[should_panic(expected = "no placeholder d")]
    fn a_value_without_a_placeholder_is_an_error() {
        write(FILE, &["one"], &[("a", &1.0), ("d", &1.0)]);
    }

    #[test]
    #[should_panic(expected = "no cell four")]
    fn a_cell_that_is_not_there_is_an_error() {
        write(FILE, &["four"], &[]);
    }
}

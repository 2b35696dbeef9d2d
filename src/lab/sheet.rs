//! What a lab shows at one moment: pictures, numbers, a table, remarks.

use serde::{Deserialize, Serialize};

use crate::figure::{Figure, Name};

/// Everything on the page of a lab, apart from its controls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// The pictures, the main one first.
    pub figures: Vec<Figure>,
    /// The numbers, in reading order.
    pub metrics: Vec<Metric>,
    /// The numbers behind the pictures.
    pub table: Table,
    /// What is to be noticed now, one sentence each; a warning where an estimate is not to be trusted.
    pub remarks: Vec<Remark>,
}

/// A number with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// The documented name in the page.
    pub name: Name,
    /// K or T, for the metrics that exist once for each.
    pub k: Option<usize>,
    /// What it is, in words.
    pub label: String,
    /// Its value; `None` where it has none, +∞ where it is infinite.
    pub value: Option<f64>,
    /// Its standard error, if it is an estimate.
    pub stderr: Option<f64>,
    /// How it is written.
    pub form: Form,
    /// What it was measured on, where one sheet shows numbers of several networks or sets of images.
    pub basis: Option<Basis>,
}

/// The network and the images that a number is a mean over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Steps that the network had taken.
    pub step: u32,
    /// So many of the validation images, the first ones.
    pub images: usize,
    /// The other numbers of the sheet are of a newer network.
    pub is_older: bool,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Nats, with so many decimals.
    Nats(usize),
    /// Rounded to a whole number.
    Count,
    /// A share of one, in percent.
    Percent,
    /// With two decimals.
    Plain,
    /// One or two significant digits with a power of ten.
    Small,
    /// Whole seconds.
    Seconds,
}

/// The numbers behind the pictures, for the table of the page and for CSV.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// One name per column.
    pub header: Vec<String>,
    /// As many values per row; `None` is an empty cell.
    pub rows: Vec<Vec<Option<f64>>>,
}

/// A sentence about what is seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// Whether it warns.
    pub is_warning: bool,
    /// The sentence.
    pub text: String,
}

impl Remark {
    /// Something worth noticing.
    pub fn note(text: impl Into<String>) -> Self {
        Self { is_warning: false, text: text.into() }
    }

    /// Something that must not be trusted.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { is_warning: true, text: text.into() }
    }
}

impl Sheet {
    /// The value of the number with this name, if it is shown and has one.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.name == name)?.value
    }
}

impl Metric {
    /// A number that exists once.
    pub fn new(
        name: impl Into<Name>,
        label: impl Into<String>,
        value: Option<f64>,
        form: Form,
    ) -> Self {
        // NaN is no value, and nothing on the page ever says so.
        let value = value.filter(|value| !value.is_nan());
        let (name, label) = (name.into(), label.into());
        Self { name, k: None, label, value, stderr: None, form, basis: None }
    }

    /// The same with its standard error.
    pub fn with_stderr(self, stderr: Option<f64>) -> Self {
        Self { stderr: stderr.filter(|stderr| !stderr.is_nan()), ..self }
    }

    /// The same with what it was measured on.
    pub fn on(self, basis: Basis) -> Self {
        Self { basis: Some(basis), ..self }
    }

    /// The same for one K (or T) of several.
    pub fn of(self, k: usize) -> Self {
        Self { k: Some(k), ..self }
    }
}

impl Table {
    /// The table as comma-separated values with a dot as decimal sign, as every program reads them.
    pub fn to_csv(&self) -> String {
        let quoted = |text: &String| {
            if text.contains([',', '"', '\n']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.clone()
            }
        };
        let mut csv = self.header.iter().map(quoted).collect::<Vec<_>>().join(",");
        csv.push_str("\r\n");
        for row in &self.rows {
            let cell = |value: &Option<f64>| {
                value.filter(|value| !value.is_nan()).map_or_else(String::new, |v| v.to_string())
            };
            csv.push_str(&row.iter().map(cell).collect::<Vec<_>>().join(","));
            csv.push_str("\r\n");
        }
        csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_reads_back_to_the_last_digit() {
        let table = Table {
            header: vec!["K".to_owned(), "log p, \"exact\"".to_owned()],
            rows: vec![vec![Some(1.0), Some(-1.838_840_140_668_227)], vec![Some(2.0), None]],
        };
        let expected = "K,\"log p, \"\"exact\"\"\"\r\n1,-1.838840140668227\r\n2,\r\n";
        assert_eq!(table.to_csv(), expected);
    }

    #[test]
    fn nan_is_no_value() {
        let metric = Metric::new("elbo", "ELBO", Some(f64::NAN), Form::Nats(2));
        assert_eq!(metric.value, None);
        assert_eq!(metric.with_stderr(Some(f64::NAN)).stderr, None);
    }
}

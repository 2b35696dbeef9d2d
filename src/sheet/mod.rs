//! What a lab or a run of training shows at one moment: pictures, numbers, a table, remarks.

mod playback;
mod scene;

pub use playback::Playback;
pub use scene::Scene;
use serde::{Deserialize, Serialize};

use crate::figure::Figure;
use crate::quantity::{Column, Form, Label, Measure, Quantity};
use crate::state::Language;

/// Everything on a page, apart from its controls.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// The figures, the main one first.
    pub figures: Vec<Figure>,
    /// The numbers, in reading order.
    pub metrics: Vec<Metric>,
    /// The data of the figures.
    pub table: Table,
    /// The remarks, one sentence each; a warning where an estimate is not reliable.
    pub remarks: Vec<Remark>,
}

/// A number that is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// The quantity.
    pub quantity: Quantity,
    /// K or T, for the metrics that exist once for each.
    pub k: Option<usize>,
    /// The registry's label with its qualifiers.
    pub label: String,
    /// Its value; `None` where it has none, +∞ where it is infinite.
    pub value: Option<f64>,
    /// Its standard error, if it is an estimate.
    pub stderr: Option<f64>,
    /// Its number format.
    pub form: Form,
    /// The network and images of the number, where one sheet has numbers of several.
    pub basis: Option<Basis>,
}

/// The network and the images that a number is a mean over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Steps that the network had taken.
    pub step: u32,
    /// The number of validation images, the first ones.
    pub images: usize,
    /// Whether the other numbers of the sheet are of a newer network.
    pub is_older: bool,
}

/// The data of the figures, for the table on the page and for CSV.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// One head per column.
    pub header: Vec<Column>,
    /// As many values per row; `None` is an empty cell.
    pub rows: Vec<Vec<Option<f64>>>,
}

/// A sentence about the present results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// Whether it is a warning.
    pub is_warning: bool,
    /// The sentence.
    pub text: String,
}

impl Remark {
    /// A remark that is no warning.
    pub fn note(text: impl Into<String>) -> Self {
        Self { is_warning: false, text: text.into() }
    }

    /// A warning.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { is_warning: true, text: text.into() }
    }
}

impl Sheet {
    /// The value of a quantity, if it is shown and has one.
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.quantity == quantity)?.value
    }

    /// The number that a lesson names, if it is shown.
    pub fn measured(&self, measure: Measure) -> Option<&Metric> {
        let is_it = |metric: &&Metric| {
            metric.quantity == measure.quantity && (measure.k.is_none() || metric.k == measure.k)
        };
        self.metrics.iter().find(is_it)
    }
}

impl Metric {
    /// A number that exists once, with a label of the registry.
    pub fn new(label: Label, value: Option<f64>, form: Form) -> Self {
        // NaN is treated as no value.
        let value = value.filter(|value| !value.is_nan());
        let quantity = label.quantity();
        Self { quantity, k: None, label: label.into(), value, stderr: None, form, basis: None }
    }

    /// The same with its standard error.
    pub fn with_stderr(self, stderr: Option<f64>) -> Self {
        Self { stderr: stderr.filter(|stderr| !stderr.is_nan()), ..self }
    }

    /// The same with its network and images.
    pub fn on(self, basis: Basis) -> Self {
        Self { basis: Some(basis), ..self }
    }

    /// The same for one K (or T) of several.
    pub fn of(self, k: usize) -> Self {
        Self { k: Some(k), ..self }
    }
}

/// The format of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Csv {
    /// Commas between cells and decimal points: Python, R, and spreadsheets in English.
    Point,
    /// Semicolons between cells and decimal commas: spreadsheets in Portuguese, which recognise UTF-8 by a byte order
    /// mark.
    Comma,
}

impl Csv {
    /// The character between two cells.
    fn separator(self) -> char {
        match self {
            Self::Point => ',',
            Self::Comma => ';',
        }
    }

    /// The shortest text that reads back as the same number; infinity is "inf".
    fn number(self, value: f64) -> String {
        let is_long = value != 0.0 && !(1e-5..1e15).contains(&value.abs());
        let plain =
            if is_long && value.is_finite() { format!("{value:e}") } else { value.to_string() };
        match self {
            Self::Point => plain,
            Self::Comma => plain.replace('.', ","),
        }
    }

    /// The name of the file with the table of a page.
    pub fn file_name(self, page: &str) -> String {
        match self {
            Self::Point => format!("{page}.csv"),
            Self::Comma => format!("{page}-br.csv"),
        }
    }
}

impl Table {
    /// A cell as the page shows it; a column of shares in percent.
    pub fn write(&self, column: usize, value: f64, language: Language) -> String {
        let is_share = self.header.get(column).is_some_and(Column::is_share);
        let is_whole = value.fract() == 0.0 && value.abs() < 1e9;
        let is_tiny = value != 0.0 && !(1e-4..1e7).contains(&value.abs());
        let form = match (is_share, is_tiny, is_whole) {
            (true, ..) => Form::Percent,
            (false, true, _) => Form::Small,
            (false, false, true) => Form::Count,
            (false, false, false) => Form::Nats(4),
        };
        form.write(Some(value), language)
    }

    /// The table as a file, with the names of the columns in its first line.
    pub fn to_csv(&self, csv: Csv) -> String {
        let separator = csv.separator();
        let quoted = |column: &Column| {
            let text = &column.name;
            if text.contains([separator, '"', '\n']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.clone()
            }
        };
        let line = |cells: Vec<String>| cells.join(&separator.to_string()) + "\r\n";
        let mut text = String::new();
        if csv == Csv::Comma {
            text.push('\u{feff}');
        }
        text.push_str(&line(self.header.iter().map(quoted).collect()));
        for row in &self.rows {
            let cell = |value: &Option<f64>| {
                value.filter(|value| !value.is_nan()).map_or_else(String::new, |v| csv.number(v))
            };
            text.push_str(&line(row.iter().map(cell).collect()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Unit;
    use crate::state::number;

    #[test]
    fn csv_reads_back_to_the_last_digit() {
        let table = Table {
            header: vec![
                Column::new("K", Unit::Count),
                Column::new("log p; \"exact\",", Unit::Nats),
            ],
            rows: vec![
                vec![Some(1.0), Some(-1.838_840_140_668_227)],
                vec![Some(65_536.0), None],
                vec![Some(f64::INFINITY), Some(-2.5e-9)],
                vec![Some(f64::NAN), Some(1e300)],
            ],
        };
        let point = "K,\"log p; \"\"exact\"\", (nats)\"\r\n1,-1.838840140668227\r\n65536,\r\n\
                     inf,-2.5e-9\r\n,1e300\r\n";
        assert_eq!(table.to_csv(Csv::Point), point);
        let comma = "\u{feff}K;\"log p; \"\"exact\"\", (nats)\"\r\n1;-1,838840140668227\r\n65536;\r\n\
                     inf;-2,5e-9\r\n;1e300\r\n";
        assert_eq!(table.to_csv(Csv::Comma), comma);
        assert_eq!(Csv::Point.file_name("bias"), "bias.csv");
        assert_ne!(Csv::Comma.file_name("bias"), "bias.csv");
    }

    #[test]
    fn a_table_writes_its_shares_in_percent() {
        for (language, whole, part, share) in
            [(Language::En, "1,024", "0.0123", "1.2%"), (Language::Pt, "1.024", "0,0123", "1,2%")]
        {
            let label = Label::of(Quantity::MaxShare, language);
            let header = vec![Column::new("n", Unit::Count), Column::of(label)];
            let table = Table { header, rows: Vec::new() };
            assert_eq!(table.write(0, 1024.0, language), whole);
            assert_eq!(table.write(0, 1_048_576.0, language), number::integer(1_048_576, language));
            assert_eq!(table.write(0, 0.0123, language), part);
            assert_eq!(table.write(0, 8e-5, language), "8·10⁻⁵");
            assert_eq!(table.write(1, 0.0123, language), share);
        }
    }

    #[test]
    fn nan_is_no_value() {
        let metric =
            Metric::new(Label::of(Quantity::Elbo, Language::En), Some(f64::NAN), Form::Nats(2));
        assert_eq!(metric.value, None);
        assert_eq!(metric.with_stderr(Some(f64::NAN)).stderr, None);
    }
}

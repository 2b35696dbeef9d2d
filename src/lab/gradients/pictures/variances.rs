//! The variance in m by method: measured with its interval, beside the exact one.

use super::super::run::RunAtStep;
use super::role;
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::gradient::{METHODS, MethodKind};
use crate::state::{number, say, text};

/// The share of the figure's width for the names.
const NAMES: f64 = 0.36;
/// Smaller variances, as a share of the largest, are drawn at the edge.
const SMALLEST_SHARE: f64 = 1e-6;

/// All methods, one row each.
pub(in super::super) fn variances(moment: &RunAtStep<'_>) -> Figure {
    let range = range(moment);
    let rows = Rows { axis: Axis::log("", NO_TICKS).fixed() };
    let mut marks = Vec::new();
    let mut exact_ticks = Vec::new();
    for (index, method) in METHODS.iter().map(|method| method.kind).enumerate() {
        let [low, middle, high] = rows.place(index);
        let [beneath, ..] = rows.tall(index);
        let [measured, exact] = [
            moment.measured(method).map(|moments| moments.variance),
            moment.exact(method).map(|exact| exact.variance),
        ];
        let note = match (measured, exact) {
            _ if method.method().least_draws > moment.run.setting.draws => ": K ≥ 2",
            (_, Some(0.0)) | (Some(0.0), None) => " = 0",
            _ => "",
        };
        let name = format!("{}{note}", moment.name(method));
        let role = role(moment, method);
        marks.push(Mark::new(role, Shape::Label([range[0], beneath], name)));
        if let Some(moments) = moment.measured(method).filter(|moments| moments.variance > 0.0) {
            let reach = 2.0 * moments.variance_stderr;
            let [left, right] = [moments.variance - reach, moments.variance + reach];
            let left = left.max(range[0]);
            marks.push(Mark::new(role, Shape::Bars(vec![[left, right, low, high]])));
            marks.push(Mark::new(role, Shape::Dots(vec![[moments.variance, middle, 4.5]])));
        }
        if let Some(exact) = exact.filter(|exact| *exact > 0.0) {
            let [low, _, high] = rows.tall(index);
            exact_ticks
                .push(Mark::new(Role::Evidence, Shape::Line(vec![[exact, low], [exact, high]])));
        }
    }
    let words = [
        text!("Variance by method"),
        text!("variance of ∂/∂m"),
        text!("measured ± 2 s.e."),
        text!("exact", "feminine"),
    ]
    .map(|text| text.say(moment.language));
    // The colours are those of the methods, whose names stand beside them: the legend explains the marks.
    marks.push(Mark::named(Role::Guide, words[2], Shape::Bars(Vec::new())));
    marks.push(Mark::named(Role::Evidence, words[3], Shape::Line(Vec::new())));
    marks.extend(exact_ticks);
    Figure {
        name: "variances".into(),
        caption: words[0].to_owned(),
        x: Axis::log(words[1], range),
        y: rows.axis,
        marks,
        handles: Vec::new(),
        summary: summary(moment),
    }
}

/// This range contains no power of two, so that the axis of the methods has no numbers.
const NO_TICKS: [f64; 2] = [1.02, 1.98];

struct Rows {
    axis: Axis,
}

impl Rows {
    /// Lower edge, middle and upper edge of an interval in the row of a method, the first row at the top.
    fn place(&self, index: usize) -> [f64; 3] {
        self.around(index, 0.18)
    }

    /// The same for the tick of the exact value.
    fn tall(&self, index: usize) -> [f64; 3] {
        self.around(index, 0.36)
    }

    fn around(&self, index: usize, half: f64) -> [f64; 3] {
        let row = (METHODS.len() - index) as f64 - 0.6;
        [row - half, row, row + half].map(|row| self.axis.value(row / (METHODS.len() as f64)))
    }
}

/// From below the smallest variance to above the largest, with a margin for the names.
fn range(moment: &RunAtStep<'_>) -> [f64; 2] {
    let of = |method: MethodKind| {
        let measured = moment.measured(method);
        let high = measured.map(|moments| moments.variance + 2.0 * moments.variance_stderr);
        [moment.exact(method).map(|exact| exact.variance), high]
    };
    let all = METHODS.iter().flat_map(|method| of(method.kind)).flatten();
    let positive: Vec<f64> = all.filter(|variance| *variance > 0.0).collect();
    let high = 1.6 * positive.iter().copied().fold(0.0, f64::max);
    let low = positive.iter().copied().fold(high, f64::min).max(SMALLEST_SHARE * high) / 1.6;
    if !(low > 0.0 && high.is_finite()) {
        return [1e-3, 10.0];
    }
    let low = low.min(high / 10.0);
    [low * (low / high).powf(NAMES / (1.0 - NAMES)), high]
}

fn summary(moment: &RunAtStep<'_>) -> String {
    let language = moment.language;
    let all: Vec<String> = METHODS
        .iter()
        .filter_map(|method| {
            let exact = moment.exact(method.kind)?;
            let value = number::small(exact.variance, language);
            Some(format!("{} {value}", moment.name(method.kind)))
        })
        .collect();
    say!(language, "Exact variance of the gradient in m: {all}.", all = all.join(", "))
}

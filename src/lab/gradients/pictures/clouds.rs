//! The clouds: every estimate of the gradient as a point, two methods on the same axes.

use super::super::run::RunAtStep;
use super::{noisiest_first, role};
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::gradient::{EstimatedBound, MethodKind};
use crate::state::{number, say, text};

/// Most dots: more would not show more, but take time to draw.
const MOST_DOTS: usize = 400;
/// Radius of a dot in pixels.
const RADIUS: f64 = 2.2;

/// The estimates by both methods, and the exact gradients.
pub(in super::super) fn clouds(moment: &RunAtStep<'_>) -> Figure {
    let run = moment.run;
    let chosen = noisiest_first(moment);
    let fallen = moment.fallen();
    let mut clouds = Vec::new();
    let mut ranges = [Reach::default(), Reach::default()];
    for &method in &chosen {
        let Some(column) = run.clouds.column(method) else { continue };
        let [in_mean, in_log_sd] = &column.values;
        let mut own = [Reach::default(), Reach::default()];
        for ((own, all), values) in own.iter_mut().zip(&mut ranges).zip(&column.values) {
            // The axes contain the whole cloud from the first dot on.
            for &value in values.iter().take(MOST_DOTS) {
                own.take(value);
                all.take(value);
            }
        }
        let dots = in_mean.iter().zip(in_log_sd).take(fallen.min(MOST_DOTS));
        let dots = dots.map(|(&x, &y)| [x, y, RADIUS]).collect();
        let mark = Mark::named(role(moment, method), moment.name(method), Shape::Dots(dots));
        clouds.push((own, mark));
    }
    let mut exact = Vec::new();
    for (method, label) in targets(moment) {
        let Some([x, y]) = run.exact_gradient(method) else { continue };
        ranges[0].take(x);
        ranges[1].take(y);
        exact.push(Mark::new(Role::Evidence, Shape::Dots(vec![[x, y, 5.0]])));
        exact.push(Mark::new(Role::Evidence, Shape::Label([x, y], label.to_owned())));
    }
    // A cloud smaller than the dot of the exact gradient is drawn on top of it.
    let is_tiny = |own: &[Reach; 2]| (0..2).all(|i| own[i].length() < 0.04 * ranges[i].length());
    let (tiny, wide): (Vec<_>, Vec<_>) = clouds.into_iter().partition(|(own, _)| is_tiny(own));
    let marks = |clouds: Vec<(_, Mark)>| clouds.into_iter().map(|(_, mark)| mark);
    let marks = marks(wide).chain(exact).chain(marks(tiny)).collect();
    Figure {
        name: "clouds".into(),
        caption: text!("Gradient estimates").say(moment.language).to_owned(),
        x: Axis::linear("∂/∂m", ranges[0].padded()),
        y: Axis::linear("∂/∂ ln σ", ranges[1].padded()),
        marks,
        handles: Vec::new(),
        summary: summary(moment, &chosen),
    }
}

/// One method for each exact gradient that the chosen ones estimate, and its name.
fn targets(moment: &RunAtStep<'_>) -> Vec<(MethodKind, &'static str)> {
    let setting = &moment.run.setting;
    let objective = |method: MethodKind| {
        // L_1 is the ELBO.
        if setting.draws == 1 { EstimatedBound::Elbo } else { method.method().objective }
    };
    let name = |method: MethodKind| match objective(method) {
        EstimatedBound::Elbo => "∇ELBO",
        EstimatedBound::ImportanceWeighted => "∇L_K",
    };
    let mut targets = vec![(setting.method, name(setting.method))];
    if objective(setting.method) != objective(setting.versus) {
        targets.push((setting.versus, name(setting.versus)));
    }
    targets
}

/// The smallest and the largest of some values.
struct Reach([f64; 2]);

impl Default for Reach {
    fn default() -> Self {
        Self([f64::INFINITY, f64::NEG_INFINITY])
    }
}

impl Reach {
    fn take(&mut self, value: f64) {
        self.0 = [self.0[0].min(value), self.0[1].max(value)];
    }

    fn length(&self) -> f64 {
        self.0[1] - self.0[0]
    }

    /// With a margin, and never so narrow that rounding errors would look like a cloud.
    fn padded(&self) -> [f64; 2] {
        let [low, high] = self.0;
        let (middle, half) = (0.5 * (low + high), 0.54 * (high - low));
        let half = half.max(0.5);
        [middle - half, middle + half]
    }
}

fn summary(moment: &RunAtStep<'_>, chosen: &[MethodKind]) -> String {
    let language = moment.language;
    let spreads: Vec<String> = chosen
        .iter()
        .filter_map(|&method| {
            let sd = number::decimal(moment.measured(method)?.variance.sqrt(), 2, language);
            Some(say!(
                language,
                "{method}: standard deviation {sd} in m",
                method = moment.name(method),
                sd
            ))
        })
        .collect();
    let count = number::integer(moment.fallen() as u64, language);
    say!(
        language,
        "Clouds of {count} gradient estimates. {spreads}.",
        count,
        spreads = spreads.join("; "),
    )
}

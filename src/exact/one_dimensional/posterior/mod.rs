//! p(x) and p(z|x) of a model with one latent dimension, by quadrature to ten digits and more.

use rand::{Rng, RngExt};

use super::density::Landmark;
use super::kronrod::{Panel, QuadratureError};
use super::measure::LineMeasure;
use crate::model::{Link, NonlinearGaussian};

/// Sines have modes without number; beyond 15 the prior leaves none of them e^{−100} of the mass.
const REACH_OF_SINES: f64 = 15.0;

/// log p(x), and the posterior with its distribution function.
#[derive(Clone, Debug)]
pub struct LinePosterior {
    model: NonlinearGaussian,
    log_evidence: f64,
    mean: f64,
    variance: f64,
    /// Where panels must end or be short.
    landmarks: Vec<Landmark>,
    kinks: &'static [f64],
    /// Panels in order, `value` their share of the posterior.
    panels: Vec<Panel>,
    /// The posterior's mass below each panel.
    below: Vec<f64>,
}

impl LinePosterior {
    /// Integrates the model at its x.
    ///
    /// # Errors
    /// [`QuadratureError`] if the parameters are so extreme that p(x, z) overflows or cannot be resolved.
    pub fn new(model: NonlinearGaussian) -> Result<Self, QuadratureError> {
        let landmarks = landmarks(&model);
        // |z| has its kink there; even links have a mode or a saddle.
        let kinks: &'static [f64] = if model.link() == Link::Linear { &[] } else { &[0.0] };
        let measure = LineMeasure::new(|z| model.log_joint(z), landmarks.iter().copied(), kinks)?;
        let mean = measure.mean(|z| z)?;
        let variance = measure.mean(|z| (z - mean) * (z - mean))?;
        let panels: Vec<Panel> = measure.shares().filter(|panel| panel.value > 0.0).collect();
        let below = panels
            .iter()
            .scan(0.0, |sum, panel| {
                let below = *sum;
                *sum += panel.value;
                Some(below)
            })
            .collect();
        let log_evidence = measure.log_mass();
        Ok(Self { model, log_evidence, mean, variance, landmarks, kinks, panels, below })
    }

    /// The model, at its x.
    pub fn model(&self) -> &NonlinearGaussian {
        &self.model
    }

    /// log p(x) = log ∫ p(x, z) dz in nats.
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }

    /// E\[z|x\].
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Var\[z|x\].
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// log p(z|x) in nats.
    pub fn log_density(&self, z: f64) -> f64 {
        self.model.log_joint(z) - self.log_evidence
    }

    /// P(z' ≤ z | x).
    pub fn cdf(&self, z: f64) -> f64 {
        let index = self.panels.partition_point(|panel| panel.high <= z);
        let Some(panel) = self.panels.get(index) else { return 1.0 };
        (self.below[index] + self.share(panel.low, z)).min(1.0)
    }

    /// The z with P(z' ≤ z | x) = `probability`, which is taken into [0, 1]: exact posterior draws
    /// are quantiles of uniform numbers.
    ///
    /// To the rounding of `probability`: the far upper tail, where 1 − p is below 1e-16, has none.
    pub fn quantile(&self, probability: f64) -> f64 {
        let probability = probability.clamp(0.0, 1.0);
        let index = self.below.partition_point(|below| *below <= probability).max(1) - 1;
        // There is at least one panel: its mass is positive.
        let Some(panel) = self.panels.get(index) else { return self.mean };
        let wanted = probability - self.below[index];
        let (mut low, mut high) = (panel.low, panel.high);
        let mut z = low + (high - low) * (wanted / panel.value).min(1.0);
        // Newton's steps, replaced by halving when they leave the bracket.
        for _ in 0..100 {
            let excess = self.share(panel.low, z) - wanted;
            if excess > 0.0 {
                high = z
            } else {
                low = z
            }
            let step = z - excess / self.log_density(z).exp();
            let next = if low < step && step < high { step } else { 0.5 * low + 0.5 * high };
            if (next - z).abs() <= 1e-15 * z.abs().max(panel.high - panel.low) {
                return next;
            }
            z = next;
        }
        z
    }

    /// `count` independent exact draws from p(z|x).
    pub fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        (0..count).map(|_| self.quantile(rng.random::<f64>())).collect()
    }

    /// The posterior's mass between two points of one panel.
    fn share(&self, low: f64, high: f64) -> f64 {
        // A panel's function is smooth enough for one application of the rule, and so is a part of it.
        let density = |z: f64| self.log_density(z).exp();
        Panel::new(&density, low, high.max(low)).map_or(0.0, |part| part.value)
    }

    /// A measure on panels that follow the posterior as well as what else is in it.
    pub(super) fn measure<F: Fn(f64) -> f64>(
        &self,
        log_weight: F,
        landmarks: &[Landmark],
    ) -> Result<LineMeasure<F>, QuadratureError> {
        let landmarks = self.landmarks.iter().chain(landmarks).copied();
        LineMeasure::new(log_weight, landmarks, self.kinks)
    }

    #[cfg(test)]
    pub(super) fn landmarks(&self) -> &[Landmark] {
        &self.landmarks
    }
}

/// Points near the modes of p(x, z) in z, from which an ascent finds them, with their widths.
fn landmarks(model: &NonlinearGaussian) -> Vec<Landmark> {
    let (w, s) = (model.weight(), model.noise_sd());
    let mut marks = vec![Landmark { at: 0.0, scale: 1.0 }];
    if w == 0.0 {
        return marks;
    }
    // g(z) that would explain x without noise, and the noise in units of g.
    let (wanted, noise) = ((model.observation() - model.offset()) / w, s / w.abs());
    let mut mark = |at: f64, scale: f64| {
        if at.is_finite() && scale > 0.0 {
            marks.push(Landmark { at, scale: scale.min(1.0) });
        }
    };
    match model.link() {
        Link::Linear | Link::Abs => {
            let shrunk = 1.0 / (1.0 + noise * noise);
            let scale = noise * shrunk.sqrt();
            mark(wanted * shrunk, scale);
            mark(-wanted * shrunk, scale);
            mark(0.0, scale);
        }
        Link::Square => {
            // d/dz log p(x, z) = z (2 (wanted − z²)/noise² − 1), so the modes beside 0 are at
            // z² = wanted − noise²/2, where the second derivative is −4z²/noise².
            let square = wanted - 0.5 * noise * noise;
            if square > 0.0 {
                let at = square.sqrt();
                let scale = (0.5 * noise / at).min(noise.sqrt());
                mark(at, scale);
                mark(-at, scale);
            }
            let curvature = (2.0 * wanted / (noise * noise) - 1.0).abs();
            mark(0.0, (1.0 / curvature.sqrt()).min(noise.sqrt()));
        }
        Link::Sine => {
            let angle = wanted.clamp(-1.0, 1.0).asin();
            let scale = (noise / angle.cos().abs()).min(noise.sqrt());
            let turns = (REACH_OF_SINES / std::f64::consts::TAU).ceil() as i32;
            for turn in -turns..=turns {
                let turn = f64::from(turn) * std::f64::consts::TAU;
                mark(turn + angle, scale);
                mark(turn + std::f64::consts::PI - angle, scale);
            }
        }
    }
    marks.retain(|mark| model.link() != Link::Sine || mark.at.abs() <= REACH_OF_SINES);
    marks
}

#[cfg(test)]
mod tests;

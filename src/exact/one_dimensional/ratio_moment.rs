//! Moments of r = p(z|x)/q(z) under q, which may be infinite however good the ELBO.

use std::f64::consts::TAU;

use super::density::{LineDensity, LineGaussian};
use super::kronrod::QuadratureError;
use super::mills::log_mills_ratio;
use super::posterior::LinePosterior;
use crate::model::{Link, NonlinearGaussian};

/// E_q r^α, or why there is no number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RatioMoment {
    /// log E_q r^α in nats.
    Finite(f64),
    /// It is +∞: the tail of q is too thin.
    Infinite,
    /// q is not known well enough in its tail: q and p(x, z) leave the range of f64 together.
    Undetermined,
}

impl RatioMoment {
    /// log E_q r^α in nats, +∞ included; `None` if undetermined.
    pub fn log_value(self) -> Option<f64> {
        match self {
            Self::Finite(log_moment) => Some(log_moment),
            Self::Infinite => Some(f64::INFINITY),
            Self::Undetermined => None,
        }
    }
}

impl LinePosterior {
    /// E_q r^α with r = p(z|x)/q(z), on the log scale.
    ///
    /// # Formula
    /// ∫ p(z|x)^α q(z)^{1−α} dz. 1 for α = 0 and α = 1. The Rényi bound of order α' = 1 − α is
    /// log p(x) + log E_q r^α/α, CUBO-n is that of α = n.
    ///
    /// Whether it is finite is decided from the tails before anything is integrated when q is Gaussian;
    /// for another q by whether the integrand dies out.
    ///
    /// # Errors
    /// [`QuadratureError`] if the integrand is NaN or cannot be resolved.
    pub fn ratio_moment(
        &self,
        q: &LineDensity,
        alpha: f64,
    ) -> Result<RatioMoment, QuadratureError> {
        let is_known = match q.as_gaussian() {
            Some(gaussian) => {
                if !is_finite(self.model(), gaussian, alpha) {
                    return Ok(RatioMoment::Infinite);
                }
                true
            }
            None => false,
        };
        // Just above the limit the integrand is far wider than any landmark; there it has a formula.
        let by_formula = q
            .as_gaussian()
            .and_then(|gaussian| log_moment(self.model(), gaussian, alpha, self.log_evidence()));
        if let Some(log_moment) = by_formula {
            return Ok(RatioMoment::Finite(log_moment));
        }
        let integrand = |z: f64| {
            let (log_posterior, log_q) = (self.log_density(z), q.log_density(z));
            // Where both underflow to −∞ nothing is known; 0 · ∞ is kept out.
            let posterior = if alpha == 0.0 { 0.0 } else { alpha * log_posterior };
            let proposal = if alpha == 1.0 { 0.0 } else { (1.0 - alpha) * log_q };
            posterior + proposal
        };
        match self.measure(integrand, q.landmarks()) {
            Ok(measure) => Ok(RatioMoment::Finite(measure.log_mass())),
            Err(QuadratureError::Infinite { .. }) if !is_known => Ok(RatioMoment::Infinite),
            Err(QuadratureError::NotANumber { .. }) if !is_known => Ok(RatioMoment::Undetermined),
            Err(error) => Err(error),
        }
    }

    /// χ² = Var_q r = E_q r² − 1, the relative variance of one weight; +∞ included, `None` if
    /// undetermined.
    ///
    /// # Errors
    /// As [`Self::ratio_moment`].
    pub fn chi_square(&self, q: &LineDensity) -> Result<Option<f64>, QuadratureError> {
        Ok(self.ratio_moment(q, 2.0)?.log_value().map(f64::exp_m1))
    }
}

/// Whether ∫ p(x,z)^α q(z)^{1−α} dz converges for Gaussian q.
///
/// For large |z| the exponent is −½ A z² + c± |z| + a bounded rest, or has a term −α w² z⁴/2s².
fn is_finite(model: &NonlinearGaussian, q: LineGaussian, alpha: f64) -> bool {
    let ratio = model.weight() / model.noise_sd();
    if alpha == 0.0 {
        return true;
    }
    if model.link() == Link::Square && ratio != 0.0 {
        // z⁴ decides alone.
        return alpha > 0.0;
    }
    let is_unbounded = matches!(model.link(), Link::Linear | Link::Abs);
    let joint = if is_unbounded { 1.0 + ratio * ratio } else { 1.0 };
    // α P − (α − 1)/v, which is compared and not subtracted: at v = τ²/2 rounding must not decide.
    let (held, lost) = (alpha * joint * q.variance, alpha - 1.0);
    if held != lost {
        return held > lost;
    }
    // The quadratic terms cancel; the linear ones must fall on both sides.
    let pull = if is_unbounded {
        alpha * ratio * (model.observation() - model.offset()) / model.noise_sd()
    } else {
        0.0
    };
    let push = (1.0 - alpha) * q.mean / q.variance;
    let (right, left) = match model.link() {
        Link::Abs => (pull + push, pull - push),
        _ => (pull + push, -pull - push),
    };
    right < 0.0 && left < 0.0
}

/// log E_q r^α of a Gaussian q where log p(x, z) is a quadratic on each side of 0: on the side of u = |z| the
/// integrand is exp(C + c u − ½ A u²). `None` for other models, and where A is not positive.
fn log_moment(
    model: &NonlinearGaussian,
    q: LineGaussian,
    alpha: f64,
    log_evidence: f64,
) -> Option<f64> {
    let is_abs = match model.link() {
        Link::Abs => true,
        Link::Linear => false,
        _ => return None,
    };
    let ratio = model.weight() / model.noise_sd();
    let distance = (model.observation() - model.offset()) / model.noise_sd();
    let joint = 1.0 + ratio * ratio;
    let curvature = (alpha * joint * q.variance - (alpha - 1.0)) / q.variance;
    if curvature <= 0.0 {
        return None;
    }
    let (pull, push) = (alpha * ratio * distance, (1.0 - alpha) * q.mean / q.variance);
    let left = if is_abs { pull - push } else { -pull - push };
    let sides = [pull + push, left].map(|slope| log_half_gaussian(curvature, slope));
    let of_posterior = -0.5 * distance * distance - TAU.ln() - model.noise_sd().ln() - log_evidence;
    let of_q = -0.5 * (q.mean * q.mean / q.variance + TAU.ln() + q.variance.ln());
    Some(alpha * of_posterior + (1.0 - alpha) * of_q + log_sum(sides))
}

/// log(eᵃ + eᵇ) of two finite numbers.
fn log_sum([a, b]: [f64; 2]) -> f64 {
    a.max(b) + (-(a - b).abs()).exp().ln_1p()
}

/// log ∫₀^∞ exp(cu − ½Au²) du for A > 0, in nats.
fn log_half_gaussian(curvature: f64, slope: f64) -> f64 {
    // With t = −c/√A it is Mills' ratio of the standard normal at t, over √A.
    log_mills_ratio(-slope / curvature.sqrt()) - 0.5 * curvature.ln()
}

#[cfg(test)]
mod tests {
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use proptest::prelude::*;

    use super::*;
    use crate::exact::one_dimensional::Landmark;
    use crate::known_gaussian::{NOISE_SD, OBSERVATION, OFFSET, PROPOSALS, WEIGHT, WIDE};

    /// w, b, s, x of |z|, and m, v, log(1 + χ²) in 60 digits by mpmath: at 1.5, 1 + 1e-3, 1 + 1e-4 and
    /// 1 + 1e-8 times the variance from which χ² is infinite.
    const ABS: [f64; 4] = [1.2, 0.25, 0.7, 0.9];
    const ABS_MOMENTS: [(f64, f64, f64); 4] = [
        (0.2, 0.190_414_507_772_020_74, 2.086_808_047_750_488),
        (0.2, 0.127_069_948_186_528_5, 1_439.468_750_648_870_4),
        (-0.4, 0.126_955_699_481_865_28, 25_473.064_951_048_407),
        (0.0, 0.126_943_006_450_777_2, 64_333_306.972_504_75),
    ];

    fn posterior(link: Link, [w, b, s, x]: [f64; 4]) -> LinePosterior {
        LinePosterior::new(NonlinearGaussian::new(link, w, b, s, x).unwrap()).unwrap()
    }

    fn gaussian(mean: f64, variance: f64) -> LineDensity<'static> {
        LineDensity::gaussian(mean, variance).unwrap()
    }

    fn chi_square(truth: &LinePosterior, mean: f64, variance: f64) -> f64 {
        truth.chi_square(&gaussian(mean, variance)).unwrap().unwrap()
    }

    const ORACLE: [f64; 4] = [WEIGHT, OFFSET, NOISE_SD, OBSERVATION];

    #[test]
    fn the_oracle_by_mpmath() {
        let truth = posterior(Link::Linear, ORACLE);
        for known in PROPOSALS {
            let q = gaussian(known.mean, known.variance);
            let found = chi_square(&truth, known.mean, known.variance);
            assert_relative_eq!(found, known.chi_squared, epsilon = 1e-11);
            // CUBO-2 = log p(x) + ½ log E r², and the Rényi bound of order ½.
            let bound = |alpha: f64| {
                let moment = truth.ratio_moment(&q, alpha).unwrap().log_value().unwrap();
                truth.log_evidence() + moment / alpha
            };
            assert_relative_eq!(bound(2.0), known.cubo_2, epsilon = 1e-10);
            assert_abs_diff_eq!(bound(0.5), known.renyi_half, epsilon = 1e-10);
        }
    }

    #[test]
    fn abs_and_sine_by_mpmath() {
        let abs = posterior(Link::Abs, [1.2, -0.3, 0.4, 0.9]);
        assert_relative_eq!(
            chi_square(&abs, 0.8, 0.15) + 1.0,
            502_338.334_870_218_07,
            max_relative = 1e-10
        );
        assert_abs_diff_eq!(chi_square(&abs, 0.0, 1.0), 0.764_641_343_309_033_4, epsilon = 1e-10);
        let sine = posterior(Link::Sine, [1.5, 0.2, 0.25, 0.9]);
        assert_abs_diff_eq!(chi_square(&sine, 0.0, 1.0), 2.958_361_324_086_878, epsilon = 1e-10);
        assert_eq!(chi_square(&sine, 0.5, 0.3), f64::INFINITY);
        let square = posterior(Link::Square, [1.0, 0.0, 0.3, 2.25]);
        assert_relative_eq!(
            chi_square(&square, 1.474_432, 0.101_734),
            1.927_717_752_519_734_4e19,
            max_relative = 1e-10
        );
    }

    #[test]
    fn at_half_the_posteriors_variance_the_variance_is_infinite_however_good_the_elbo() {
        // Known answer: m = μ, v = τ²/2 has an ELBO gap of .0966 and χ² = ∞. With w = s = 1, τ² = ½.
        let truth = posterior(Link::Linear, [1.0, 0.0, 1.0, 2.0]);
        assert_eq!(chi_square(&truth, 1.0, 0.25), f64::INFINITY);
        assert!(chi_square(&truth, 1.0, 0.2500001).is_finite());
        let gap = truth.decomposition(&gaussian(1.0, 0.25)).unwrap().kl_posterior;
        assert_abs_diff_eq!(gap, 0.5 * (2.0_f64.ln() - 0.5), epsilon = 1e-12);
    }

    #[test]
    fn just_above_the_limit_it_is_the_closed_form() {
        // By hand: Jᵅ q^{1−α} in 60 digits with mpmath. Linear: 1 + χ² = v/√(τ²(2v − τ²)) e^{δ²/(2v − τ²)}.
        let truth = posterior(Link::Linear, [1.0, 0.0, 1.0, 2.0]);
        for (distance, above) in [(0.0, 1e-3), (0.0, 1e-9), (0.1, 1e-4), (0.5, 1e-3), (1.0, 1e-3)] {
            let (mean, variance) = (1.0 + distance, 0.25 * (1.0 + above));
            let spread: f64 = 0.5 * above;
            let expected = variance.ln() - 0.5 * (0.5 * spread).ln() + distance * distance / spread;
            let found = truth.ratio_moment(&gaussian(mean, variance), 2.0).unwrap();
            let found = found.log_value().unwrap();
            assert!(
                (found - expected).abs() < 1e-6 * expected.abs().max(1.0),
                "{found} {expected}"
            );
        }
        let abs = posterior(Link::Abs, ABS);
        for (mean, variance, expected) in ABS_MOMENTS {
            let found = abs.ratio_moment(&gaussian(mean, variance), 2.0).unwrap();
            assert_relative_eq!(found.log_value().unwrap(), expected, max_relative = 1e-7);
        }
    }

    #[test]
    fn where_the_squares_cancel_the_slopes_decide() {
        // |z| with P = 2, v = ¼ at α = 2: slopes 2 w (x − b)/s² ∓ 4 m, so (x − b) = −1, m = 0 falls.
        let falling = posterior(Link::Abs, [1.0, 0.0, 1.0, -1.0]);
        // E r² = ∫ p²/q = 2 ∫₀^∞ e^{−2z − 1}/(2π)² /(p(x)² √(2/π)) dz.
        let log_integral = -1.0
            - 2.0 * std::f64::consts::TAU.ln()
            - 0.5 * (2.0 / std::f64::consts::PI).ln()
            - 2.0 * falling.log_evidence();
        let found = falling.ratio_moment(&gaussian(0.0, 0.25), 2.0).unwrap();
        assert_abs_diff_eq!(found.log_value().unwrap(), log_integral, epsilon = 1e-10);
        assert_eq!(chi_square(&falling, 0.5, 0.25), f64::INFINITY);
        let rising = posterior(Link::Abs, [1.0, 0.0, 1.0, 1.0]);
        assert_eq!(chi_square(&rising, 0.0, 0.25), f64::INFINITY);
        // A sine is bounded: P = 1.
        let sine = posterior(Link::Sine, [1.0, 0.0, 1.0, 0.5]);
        assert_eq!(chi_square(&sine, 0.0, 0.5), f64::INFINITY);
        assert!(chi_square(&sine, 0.0, 0.51).is_finite());
    }

    #[test]
    fn a_bare_function_is_followed_into_its_tail() {
        let truth = posterior(Link::Linear, ORACLE);
        let normal = |variance: f64| {
            let log_norm = -0.5 * (std::f64::consts::TAU * variance).ln();
            LineDensity::new(vec![Landmark { at: 0.5, scale: variance.sqrt() }], move |z| {
                log_norm - 0.5 * (z - 0.5) * (z - 0.5) / variance
            })
            .unwrap()
        };
        let wide = truth.ratio_moment(&normal(0.4), 2.0).unwrap().log_value().unwrap();
        assert_abs_diff_eq!(wide.exp_m1(), WIDE.chi_squared, epsilon = 1e-11);
        assert_eq!(truth.ratio_moment(&normal(0.1), 2.0).unwrap(), RatioMoment::Infinite);
        // A Cauchy q has every moment of positive order.
        let cauchy = LineDensity::new(vec![Landmark { at: 0.0, scale: 1.0 }], |z| {
            -(std::f64::consts::PI * (1.0 + z * z)).ln()
        })
        .unwrap();
        let chi_square = truth.chi_square(&cauchy).unwrap().unwrap();
        // ∫ N(z; μ, τ²)² π (1 + z²) dz = π (1 + μ² + τ²/2)/(2 τ √π).
        let (mu, tau2) = (truth.mean(), truth.variance());
        let pi = std::f64::consts::PI;
        let expected = pi * (1.0 + mu * mu + 0.5 * tau2) / (2.0 * (tau2 * pi).sqrt()) - 1.0;
        assert_abs_diff_eq!(chi_square, expected, epsilon = 1e-11);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn every_order_of_the_gaussian_oracle(
            w in 0.2..2.0_f64, s in 0.3..2.0_f64, x in -2.0..2.0_f64,
            m in -2.0..2.0_f64, log_v in -3.0..1.0_f64,
            alpha in prop_oneof![-1.5..-0.1_f64, 0.1..0.9_f64, 1.1..3.0_f64],
        ) {
            let truth = posterior(Link::Linear, [w, 0.25, s, x]);
            let v = log_v.exp();
            let tau2 = 1.0 / (1.0 + w * w / (s * s));
            let mu = tau2 * w * (x - 0.25) / (s * s);
            let found = truth.ratio_moment(&gaussian(m, v), alpha).unwrap();
            // σ_α² = (1 − α) τ² + α v.
            let spread = (1.0 - alpha) * tau2 + alpha * v;
            prop_assume!(spread.abs() > 1e-3 * tau2);
            if spread <= 0.0 {
                prop_assert_eq!(found, RatioMoment::Infinite);
            } else {
                let divergence = 0.5 * (v / tau2).ln()
                    + (v / spread).ln() / (2.0 * (alpha - 1.0))
                    + alpha * (m - mu).powi(2) / (2.0 * spread);
                let expected = (alpha - 1.0) * divergence;
                let found = found.log_value().unwrap();
                prop_assert!((found - expected).abs() < 1e-9 * (1.0 + expected.abs()),
                    "{} {}", found, expected);
            }
        }
    }
}

//! Gradients without calculus, for the tests of this folder.

use proptest::prelude::*;

use super::known_joints::Rippled;
use super::parameters::{GaussianGradient, GaussianParameters};

/// A random bent joint, a random q and one to six rows of noise.
pub(super) fn rippled_and_point() -> impl Strategy<Value = (Rippled, GaussianParameters, Vec<f64>)>
{
    let joint = (0.3..2.0_f64, -0.5..0.5_f64, 0.3..2.0_f64, -1.0..1.0_f64, -1.5..1.5_f64).prop_map(
        |(a, b, c, amplitude, wave)| Rippled { curvature: [a, b, c], amplitude, wave: [wave, 0.7] },
    );
    let point = prop::collection::vec(-1.5..1.5_f64, 4);
    let noise = prop::collection::vec([-2.5..2.5_f64, -2.5..2.5_f64], 1..=6);
    (joint, point, noise).prop_map(|(joint, point, noise)| {
        let q = GaussianParameters::new(point[..2].to_vec(), point[2..].to_vec()).unwrap();
        (joint, q, noise.concat())
    })
}

/// Compares with central differences of fourth order, whose error is about step⁴ times the fifth
/// derivative and 1e-16/step times the objective: 1e-6 of the largest slope.
pub(super) fn assert_is_quotient(
    found: &GaussianGradient,
    q: &GaussianParameters,
    objective: impl Fn(&GaussianParameters) -> f64,
) {
    const STEP: f64 = 1e-3;
    let dimension = q.dimension();
    let at = |index: usize, steps: f64| {
        let (mut mean, mut log_sd) = (q.mean().to_vec(), q.log_sd().to_vec());
        let moved =
            if index < dimension { &mut mean[index] } else { &mut log_sd[index - dimension] };
        *moved += steps * STEP;
        objective(&GaussianParameters::new(mean, log_sd).unwrap())
    };
    let found: Vec<f64> = found.mean.iter().chain(&found.log_sd).copied().collect();
    let largest = found.iter().fold(1.0_f64, |most, slope| most.max(slope.abs()));
    for (index, found) in found.into_iter().enumerate() {
        let near = at(index, 1.0) - at(index, -1.0);
        let far = at(index, 2.0) - at(index, -2.0);
        let quotient = (8.0 * near - far) / (12.0 * STEP);
        assert!((found - quotient).abs() < 1e-6 * largest, "{index}: {found} {quotient}");
    }
}

//! Tests of Laplace's approximation: Gaussian and other closed forms, kinks, and failures.

use approx::assert_abs_diff_eq;

use super::*;
use crate::density::LogDensity;

/// A function and its gradient.
struct Function<F>(usize, F);

impl<F: Fn(&[f64]) -> (f64, Vec<f64>)> LogDensity for Function<F> {
    fn dimension(&self) -> usize {
        self.0
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        Ok(latents.chunks_exact(self.0).map(|z| self.1(z).0).collect())
    }
}

impl<F: Fn(&[f64]) -> (f64, Vec<f64>)> DifferentiableDensity for Function<F> {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let (values, gradients): (Vec<_>, Vec<_>) =
            latents.chunks_exact(self.0).map(&self.1).unzip();
        Ok((values, gradients.concat()))
    }
}

#[test]
fn a_gaussian_joint_is_exact_wherever_it_is_begun() {
    // −½ (z−a)ᵀ P (z−a) − 170 with P = [[4, 1, 0], [1, 3, −1], [0, −1, 2]], det P = 18.
    let gaussian = Function(3, |z: &[f64]| {
        let d = [z[0] - 1.0, z[1] + 2.0, z[2] - 30.0];
        let pd = [4.0 * d[0] + d[1], d[0] + 3.0 * d[1] - d[2], 2.0 * d[2] - d[1]];
        (-0.5 * dot(&d, &pd) - 170.0, pd.iter().map(|slope| -slope).collect())
    });
    for start in [[0.0; 3], [1.0, -2.0, 30.0], [500.0, -300.0, 1e4]] {
        let found = laplace(&gaussian, &start).unwrap();
        let expected = -170.0 + 1.5 * TAU.ln() - 0.5 * 18.0_f64.ln();
        assert_abs_diff_eq!(found.log_evidence, expected, epsilon = 1e-9);
        assert_abs_diff_eq!(found.log_determinant, 18.0_f64.ln(), epsilon = 1e-9);
        assert_abs_diff_eq!(found.log_joint, -170.0, epsilon = 1e-12);
        for (found, expected) in found.mode.iter().zip([1.0, -2.0, 30.0]) {
            assert_abs_diff_eq!(*found, expected, epsilon = 1e-6);
        }
    }
}

#[test]
fn of_the_gamma_function_it_is_stirlings_formula() {
    // ∫ exp(a z − e^z) dz = Γ(a); mode log a, −H = a.
    for a in [0.5_f64, 5.0, 200.0] {
        let gamma = Function(1, |z: &[f64]| (a * z[0] - z[0].exp(), vec![a - z[0].exp()]));
        for start in [-3.0, 0.0, 4.0] {
            let found = laplace(&gamma, &[start]).unwrap();
            let stirling = a * a.ln() - a + 0.5 * (TAU / a).ln();
            assert_abs_diff_eq!(found.log_evidence, stirling, epsilon = 1e-7);
            assert_abs_diff_eq!(found.mode[0], a.ln(), epsilon = 1e-7);
        }
    }
}

#[test]
fn a_curved_valley_is_climbed() {
    // Minus Rosenbrock's function: mode (1, 1), −H = [[802, −400], [−400, 200]], determinant 400.
    let banana = Function(2, |z: &[f64]| {
        let (x, y) = (z[0], z[1]);
        let bend = y - x * x;
        let value = -100.0 * bend * bend - (1.0 - x).powi(2);
        (value, vec![400.0 * x * bend + 2.0 * (1.0 - x), -200.0 * bend])
    });
    let found = laplace(&banana, &[-1.2, 1.0]).unwrap();
    assert_abs_diff_eq!(found.log_evidence, TAU.ln() - 0.5 * 400.0_f64.ln(), epsilon = 1e-6);
    assert_abs_diff_eq!(found.mode[1], 1.0, epsilon = 1e-7);
}

#[test]
fn a_gradient_in_single_precision_is_enough_for_two_digits() {
    let gaussian = Function(2, |z: &[f64]| {
        let d = [z[0] - 0.7, z[1] + 1.3];
        let slope = |d: f64, p: f64| f64::from((-p * d) as f32) + 1e-5 * (1e4 * d).sin();
        let value = -0.5 * (9.0 * d[0] * d[0] + 100.0 * d[1] * d[1]) - 100.0;
        (f64::from(value as f32), vec![slope(d[0], 9.0), slope(d[1], 100.0)])
    });
    let found = laplace(&gaussian, &[0.0, 0.0]).unwrap();
    let expected = -100.0 + TAU.ln() - 0.5 * 900.0_f64.ln();
    assert_abs_diff_eq!(found.log_evidence, expected, epsilon = 0.01);
}

#[test]
fn what_is_no_maximum_is_said_to_be_none() {
    let saddle =
        Function(2, |z: &[f64]| (z[0] * z[0] - z[1] * z[1], vec![2.0 * z[0], -2.0 * z[1]]));
    assert!(matches!(laplace(&saddle, &[0.0, 1.0]), Err(LaplaceError::NotAMaximum)));
    let plateau = Function(1, |_: &[f64]| (-170.0, vec![0.0]));
    assert!(matches!(laplace(&plateau, &[3.0]), Err(LaplaceError::NotAMaximum)));
    let slope = Function(1, |z: &[f64]| (z[0], vec![1.0]));
    assert!(matches!(
        laplace(&slope, &[0.0]),
        Err(LaplaceError::NoConvergence | LaplaceError::NotAMaximum)
    ));
}

#[test]
fn kinks_are_refused() {
    // Laplace's own density: −|z|, once reached from afar and once begun on the kink; then a kink
    // at the mode of something else smooth.
    let tent = Function(1, |z: &[f64]| {
        (-z[0].abs(), vec![if z[0] == 0.0 { 0.0 } else { -z[0].signum() }])
    });
    for start in [0.3, 0.0, -7.0] {
        assert!(matches!(laplace(&tent, &[start]), Err(LaplaceError::Kink)), "{start}");
    }
    let half = Function(1, |z: &[f64]| {
        let stiffness = if z[0] > 0.0 { 9.0 } else { 1.0 };
        let tilt = if z[0] > 0.005 { z[0] - 0.005 } else { 0.0 };
        let slope = if z[0] > 0.005 { -1.0 } else { 0.0 };
        (-0.5 * z[0] * z[0] * stiffness - tilt, vec![-stiffness * z[0] + slope])
    });
    assert!(matches!(laplace(&half, &[-1.0]), Err(LaplaceError::Kink)));
}

#[test]
fn bad_starts_and_bad_densities() {
    let gaussian = Function(1, |z: &[f64]| (-0.5 * z[0] * z[0], vec![-z[0]]));
    assert!(matches!(
        laplace(&gaussian, &[0.0, 0.0]),
        Err(LaplaceError::Dimension { expected: 1, found: 2 })
    ));
    assert!(matches!(laplace(&gaussian, &[f64::NAN]), Err(LaplaceError::NotFinite)));
    let nothing = Function(1, |_: &[f64]| (f64::NEG_INFINITY, vec![0.0]));
    assert!(matches!(laplace(&nothing, &[0.0]), Err(LaplaceError::NotFinite)));
}

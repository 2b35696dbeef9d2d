//! Tests of mixtures: densities, draws and gradients.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;

use super::super::{DiagonalGaussian, FullGaussian, checks};
use super::*;

/// Three Gaussians on the plane; mean (0.3, −0.1), covariance [[2.235, −0.76], [−0.76, 0.832]].
pub(crate) fn known() -> Mixture<FullGaussian> {
    let component = |mean: [f64; 2], covariance: [f64; 4]| {
        FullGaussian::from_covariance(mean.to_vec(), &covariance).unwrap()
    };
    let components = vec![
        component([0.0, 0.0], [1.0, 0.3, 0.3, 0.5]),
        component([2.0, -1.0], [0.25, 0.0, 0.0, 0.04]),
        component([-1.5, 1.0], [0.5, -0.2, -0.2, 0.4]),
    ];
    Mixture::new(components, &[5.0, 3.0, 2.0]).unwrap()
}

/// A mixture on the line, from means, standard deviations and weights.
fn line(parts: &[(f64, f64, f64)]) -> Mixture<DiagonalGaussian> {
    let components = parts
        .iter()
        .map(|&(mean, sd, _)| DiagonalGaussian::new(vec![mean], vec![sd]).unwrap())
        .collect();
    let weights: Vec<f64> = parts.iter().map(|part| part.2).collect();
    Mixture::new(components, &weights).unwrap()
}

#[test]
fn density_gradient_and_responsibilities() {
    // mpmath with 60 digits. At the last two points every component is 0 in double precision.
    let table = [
        (
            [0.5, -0.25],
            -2.393_593_146_048_940_6,
            [-0.823_103_522_668_400_4, 0.979_606_921_895_840_3],
        ),
        (
            [2.0, -1.0],
            -0.737_713_063_388_416,
            [-0.004_917_651_691_141_283, 0.006_049_855_027_857_133],
        ),
        ([-40.0, 55.0], -3_812.843_524_246_969, [28.75, -120.625]),
        ([1000.0, -2000.0], -5_005_005.031_024_247, [-2.5, 5_001.25]),
    ];
    let q = known();
    for (z, log_density, gradient) in table {
        let (values, found) = q.log_densities_and_gradients(&z).unwrap();
        assert_relative_eq!(values[0], log_density, max_relative = 1e-14);
        assert_abs_diff_eq!(found[0], gradient[0], epsilon = 1e-11);
        assert_abs_diff_eq!(found[1], gradient[1], epsilon = 1e-11);
    }
    let shares = q.responsibilities(&[0.5, -0.25, 1000.0, -2000.0]).unwrap();
    let expected = [0.988_314_815_817_186_9, 5.134_609_702_956_656e-5, 0.011_633_838_085_783_525];
    for (found, expected) in shares.iter().zip(expected) {
        assert_relative_eq!(*found, expected, max_relative = 1e-13);
    }
    assert_eq!(shares[3..], [0.0, 0.0, 1.0]);
    assert_eq!(q.entropy(), None);
}

#[test]
fn the_total_is_one() {
    // The narrowest standard deviation is 0.2.
    assert_abs_diff_eq!(checks::total_2d(&known(), 9.0, 0.1), 1.0, epsilon = 1e-12);
    let q = line(&[(0.0, 1.0, 0.5), (-3.0, 0.4, 0.2), (2.0, 0.3, 0.3)]);
    assert_abs_diff_eq!(checks::total_1d(&q, 0.0, 1.0), 1.0, epsilon = 1e-9);
}

#[test]
fn draws_have_the_moments() {
    // 2·10⁵ draws. Exact deviation √(Σ_ii/N) of a mean; of a covariance at most √(1.4 Σ_ii Σ_jj/N)
    // for this mixture (4·10⁶ NumPy draws: 0.97, 1.14 and 1.34). 5 figures within 5 deviations:
    // false-alarm rate 3e-6 together.
    let count = 200_000;
    let (means, covariances) = checks::moments(&known(), &[0.3, -0.1], count, 24);
    let (variances, n) = ([2.235_f64, 0.832], count as f64);
    assert_abs_diff_eq!(means[0], 0.3, epsilon = 5.0 * (variances[0] / n).sqrt());
    assert_abs_diff_eq!(means[1], -0.1, epsilon = 5.0 * (variances[1] / n).sqrt());
    let reach = |i: usize, j: usize| 5.0 * (1.4 * variances[i] * variances[j] / n).sqrt();
    assert_abs_diff_eq!(covariances[0], 2.235, epsilon = reach(0, 0));
    assert_abs_diff_eq!(covariances[1], -0.76, epsilon = reach(0, 1));
    assert_abs_diff_eq!(covariances[3], 0.832, epsilon = reach(1, 1));
}

#[test]
fn draws_come_from_the_components_by_their_weights() {
    // Components 100 apart, so that each draw identifies its component. Binomial counts of 10⁵ draws, 5 deviations of
    // √(w(1 − w)/N): false-alarm rate 2e-6 together.
    let weights = [0.0, 0.15, 0.0, 0.6, 0.25, 0.0];
    let parts: Vec<(f64, f64, f64)> =
        weights.iter().enumerate().map(|(c, w)| (100.0 * c as f64, 1.0, *w)).collect();
    let draws = checks::draws(&line(&parts), 100_000, 25);
    for (c, weight) in weights.into_iter().enumerate() {
        let near = |z: &&f64| (**z - 100.0 * c as f64).abs() < 50.0;
        let share = draws.iter().filter(near).count() as f64 / 1e5;
        let deviation = (weight * (1.0 - weight) / 1e5).sqrt();
        assert_abs_diff_eq!(share, weight, epsilon = 5.0 * deviation);
    }
}

#[test]
fn a_weight_of_zero_is_no_component() {
    let with = line(&[(0.0, 1.0, 1.0), (5.0, 1e-3, 0.0), (2.0, 0.5, 3.0)]);
    let without = line(&[(0.0, 1.0, 1.0), (2.0, 0.5, 3.0)]);
    // At 5 the absent component has by far the largest density.
    for z in [0.0, 5.0, -1e4, 1e4] {
        let (found, expected) = (
            with.log_densities_and_gradients(&[z]).unwrap(),
            without.log_densities_and_gradients(&[z]).unwrap(),
        );
        assert_eq!(found, expected);
        assert!(found.0[0].is_finite() && found.1[0].is_finite());
        assert_eq!(with.responsibilities(&[z]).unwrap()[1], 0.0);
    }
}

#[test]
fn where_even_the_logarithm_overflows_there_is_no_nan() {
    let q = line(&[(0.0, 1e-3, 1.0), (1.0, 1.0, 1.0)]);
    for z in [1e200, -1e200, f64::MAX] {
        let (values, gradient) = q.log_densities_and_gradients(&[z]).unwrap();
        assert_eq!(values[0], f64::NEG_INFINITY);
        assert!(!gradient[0].is_nan());
        assert_eq!(q.responsibilities(&[z]).unwrap(), [0.5, 0.5]);
    }
}

#[test]
fn two_hundred_dimensions() {
    // Equal components are one component, however the weights are split.
    let one = DiagonalGaussian::new(vec![0.5; 200], vec![1e-3; 200]).unwrap();
    let q = Mixture::new(vec![one.clone(), one.clone(), one.clone()], &[0.2, 0.0, 0.8]).unwrap();
    let z: Vec<f64> = (0..400).map(|d| 0.5 + 1e-3 * f64::from(d).sin()).collect();
    let (values, gradients) = q.log_densities_and_gradients(&z).unwrap();
    let (expected, slopes) = one.log_densities_and_gradients(&z).unwrap();
    for (found, expected) in values.iter().zip(&expected).chain(gradients.iter().zip(&slopes)) {
        assert_relative_eq!(found, expected, max_relative = 1e-13);
    }
}

#[test]
fn each_misfit_is_named() {
    let unit = |dimension| DiagonalGaussian::standard(dimension).unwrap();
    let new = |components, weights: &[f64]| Mixture::new(components, weights).unwrap_err();
    assert_eq!(new(vec![], &[]), MixtureError::Empty);
    let error = new(vec![unit(1)], &[0.5, 0.5]);
    assert_eq!(error, MixtureError::Count { components: 1, weights: 2 });
    let error = new(vec![unit(1), unit(2)], &[0.5, 0.5]);
    assert_eq!(error, MixtureError::Dimension { index: 1, expected: 1, found: 2 });
    for bad in [-0.5, f64::NAN, f64::INFINITY] {
        assert!(matches!(new(vec![unit(1); 2], &[1.0, bad]), MixtureError::Weight(_)), "{bad}");
    }
    assert_eq!(new(vec![unit(1); 2], &[0.0, 0.0]), MixtureError::Total(0.0));
    assert_eq!(new(vec![unit(1); 2], &[f64::MAX; 2]), MixtureError::Total(f64::INFINITY));
}

proptest! {
    #[test]
    fn the_gradient_is_the_slope(
        means in prop::array::uniform3(-3.0..3.0_f64),
        sds in prop::array::uniform3(0.05..2.0_f64),
        weights in prop::array::uniform3(0.01..1.0_f64),
        z in -5.0..5.0_f64,
    ) {
        let parts: Vec<_> = (0..3).map(|c| (means[c], sds[c], weights[c])).collect();
        // Between components the slope turns within a fraction of the narrowest.
        checks::assert_gradient(&line(&parts), &[z], &[0.02]);
    }

    #[test]
    fn it_lies_between_its_components_and_each_of_its_parts(
        means in prop::array::uniform3(-9.0..9.0_f64),
        sds in prop::array::uniform3(1e-3..2.0_f64),
        weights in prop::array::uniform3(0.0..1.0_f64),
        z in -1e4..1e4_f64,
    ) {
        prop_assume!(weights.iter().sum::<f64>() > 0.0);
        let parts: Vec<_> = (0..3).map(|c| (means[c], sds[c], weights[c])).collect();
        let q = line(&parts);
        let found = q.log_densities(&[z]).unwrap()[0];
        let components: Vec<f64> =
            q.components().iter().map(|c| c.log_densities(&[z]).unwrap()[0]).collect();
        let most = components.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let rounding = 1e-12 * (1.0 + found.abs());
        prop_assert!(found.is_finite() && found <= most + rounding);
        for (weight, component) in q.weights().iter().zip(components) {
            prop_assert!(found >= weight.ln() + component - rounding);
        }
        let total: f64 = q.responsibilities(&[z]).unwrap().iter().sum();
        prop_assert!((total - 1.0).abs() < 1e-12);
    }
}

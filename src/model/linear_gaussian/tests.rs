//! Tests of the linear-Gaussian model: closed forms by mpmath, and limits.

use approx::assert_abs_diff_eq;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;
use crate::known_gaussian::{
    LOG_EVIDENCE, NOISE_SD, OBSERVATION, OFFSET, POSTERIOR_MEAN, POSTERIOR_VARIANCE, WEIGHT,
};

/// The model whose values mpmath gave to 16 digits.
fn oracle(dimension: usize) -> LinearGaussian {
    LinearGaussian::independent(dimension, WEIGHT, OFFSET, NOISE_SD, OBSERVATION).unwrap()
}

fn random(dimension: usize, observations: usize, seed: u64) -> LinearGaussian {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut uniform =
        |count: usize| -> Vec<f64> { (0..count).map(|_| rng.random_range(-2.0..2.0)).collect() };
    let weights = uniform(dimension * observations);
    let (offset, observation) = (uniform(observations), uniform(observations));
    LinearGaussian::new(dimension, weights, offset, 0.7, observation).unwrap()
}

/// log N(x; b, W Wᵀ + s² I) through the M × M covariance of x.
fn log_marginal(model: &LinearGaussian) -> f64 {
    let Loading::Dense(weights) = &model.loading else { panic!("a dense model") };
    let rows: Vec<&[f64]> = weights.chunks_exact(model.dimension).collect();
    let mut covariance = Vec::new();
    for (i, left) in rows.iter().enumerate() {
        for (j, right) in rows.iter().enumerate() {
            let noise = if i == j { model.noise_sd * model.noise_sd } else { 0.0 };
            covariance.push(dot(left, right) + noise);
        }
    }
    let factor = Cholesky::new(rows.len(), &covariance).unwrap();
    let mut white = model.residual(None);
    factor.solve_lower(&mut white);
    -0.5 * (dot(&white, &white) + factor.log_determinant() + rows.len() as f64 * TAU.ln())
}

#[test]
fn one_dimension_has_its_known_values() {
    let model = oracle(1);
    assert_abs_diff_eq!(model.log_evidence(), LOG_EVIDENCE, epsilon = 1e-12);
    assert_abs_diff_eq!(model.posterior_mean()[0], POSTERIOR_MEAN, epsilon = 1e-12);
    assert_abs_diff_eq!(model.posterior_covariance()[0], POSTERIOR_VARIANCE, epsilon = 1e-12);
}

#[test]
fn two_hundred_copies_are_two_hundred_times_one() {
    let model = oracle(200);
    assert_abs_diff_eq!(model.log_evidence(), 200.0 * LOG_EVIDENCE, epsilon = 1e-10);
    for (index, entry) in model.posterior_covariance().into_iter().enumerate() {
        let expected = if index % 201 == 0 { POSTERIOR_VARIANCE } else { 0.0 };
        assert_abs_diff_eq!(entry, expected, epsilon = 1e-14);
    }
    for mean in model.posterior_mean() {
        assert_abs_diff_eq!(*mean, POSTERIOR_MEAN, epsilon = 1e-14);
    }
    let latents: Vec<f64> = (0..400).map(|index| f64::from(index % 7) - 3.0).collect();
    let one_by_one = oracle(1).log_densities(&latents).unwrap();
    let rows = model.log_densities(&latents).unwrap();
    for (row, ones) in rows.iter().zip(one_by_one.chunks(200)) {
        assert_abs_diff_eq!(*row, ones.iter().sum::<f64>(), epsilon = 1e-9);
    }
}

#[test]
fn a_diagonal_written_out_is_the_same_model() {
    let copies = oracle(5);
    let weights = (0..25).map(|index| if index % 6 == 0 { 1.5 } else { 0.0 }).collect();
    let dense = LinearGaussian::new(5, weights, vec![0.25; 5], 0.8, vec![1.75; 5]).unwrap();
    assert_abs_diff_eq!(dense.log_evidence(), copies.log_evidence(), epsilon = 1e-13);
    let latents = [0.3, -1.0, 2.0, 0.0, 0.7];
    let [(a, da), (b, db)] =
        [&dense, &copies].map(|model| model.log_densities_and_gradients(&latents).unwrap());
    assert_abs_diff_eq!(a[0], b[0], epsilon = 1e-13);
    for (a, b) in da.iter().zip(db) {
        assert_abs_diff_eq!(*a, b, epsilon = 1e-13);
    }
}

#[test]
fn two_hundred_dimensions_by_the_covariance_of_x() {
    for (dimension, observations) in [(200, 50), (50, 200)] {
        let model = random(dimension, observations, 3);
        let expected = log_marginal(&model);
        assert_abs_diff_eq!(model.log_evidence(), expected, epsilon = 1e-10 * expected.abs());
    }
}

#[test]
fn little_noise_loses_no_digits() {
    // One dimension: log N(x; b, w² + s²), here of a residual of 10⁵ noise deviations.
    let model = LinearGaussian::independent(1, 1.0, 0.0, 1e-5, 1.0).unwrap();
    let variance = 1.0 + 1e-10;
    let expected = -0.5 * (1.0 / variance + (TAU * variance).ln());
    assert_abs_diff_eq!(model.log_evidence(), expected, epsilon = 1e-10);
}

#[test]
fn without_an_observation_the_posterior_is_the_prior() {
    let model = LinearGaussian::new(3, vec![], vec![], 1.0, vec![]).unwrap();
    assert_abs_diff_eq!(model.log_evidence(), 0.0, epsilon = 1e-14);
    assert_eq!(model.posterior_mean(), [0.0; 3]);
    assert_eq!(model.posterior_covariance(), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
}

#[test]
fn draws_of_the_posterior_have_its_moments() {
    // z̄ and z̄z̄ᵀ of 20 000 draws, 5 deviations of each: 3 means and 6 products, false-alarm rate
    // below 6e-6. Var(z_i z_j) about the mean is Σ_ii Σ_jj + Σ_ij² ≤ 2 Σ_ii Σ_jj.
    const COUNT: usize = 20_000;
    let model = random(3, 4, 8);
    let draws = model.draw_posterior(COUNT, &mut Pcg64Mcg::seed_from_u64(1));
    let (mean, covariance) = (model.posterior_mean(), model.posterior_covariance());
    assert!(covariance[1].abs() > 0.01, "a correlation worth the name: {covariance:?}");
    let average =
        |f: &dyn Fn(&[f64]) -> f64| draws.chunks_exact(3).map(f).sum::<f64>() / COUNT as f64;
    for i in 0..3 {
        let epsilon = 5.0 * (covariance[4 * i] / COUNT as f64).sqrt();
        assert_abs_diff_eq!(average(&|z| z[i]), mean[i], epsilon = epsilon);
        for j in i..3 {
            let spread = (2.0 * covariance[4 * i] * covariance[4 * j] / COUNT as f64).sqrt();
            let product = average(&|z| (z[i] - mean[i]) * (z[j] - mean[j]));
            assert_abs_diff_eq!(product, covariance[3 * i + j], epsilon = 5.0 * spread);
        }
    }
}

#[test]
fn simulated_pairs_are_calibrated() {
    // For (z, x) of the model, (z − μ(x))ᵀ Σ⁻¹ (z − μ(x)) ~ χ²(D), and for x alone
    // (x − b)ᵀ(W Wᵀ + s² I)⁻¹(x − b) ~ χ²(M), so −2 log p(x) has mean M plus a constant. Sums over
    // 2000 pairs have deviation √(2·2000·3); 5 of them, false-alarm rate 6e-7 each.
    let model = random(3, 3, 9);
    let mut rng = Pcg64Mcg::seed_from_u64(2);
    let constant = log_marginal(&model.clone().with_observation(model.offset.clone()).unwrap());
    let (mut of_z, mut of_x) = (0.0, 0.0);
    for _ in 0..2000 {
        let (at_x, latent) = model.simulate(&mut rng).unwrap();
        let log_posterior = |z: &[f64]| at_x.log_joint(z) - at_x.log_evidence();
        of_z += 2.0 * (log_posterior(at_x.posterior_mean()) - log_posterior(&latent));
        of_x += 2.0 * (constant - at_x.log_evidence());
    }
    let epsilon = 5.0 * (2.0 * 2000.0 * 3.0_f64).sqrt();
    assert_abs_diff_eq!(of_z, 6000.0, epsilon = epsilon);
    assert_abs_diff_eq!(of_x, 6000.0, epsilon = epsilon);
}

#[test]
fn parameters_out_of_their_domain_are_refused() {
    let of = |dimension, noise| LinearGaussian::independent(dimension, 1.0, 0.0, noise, 0.0).err();
    assert_eq!(of(0, 1.0), Some(LinearGaussianError::Dimension(0)));
    assert_eq!(of(201, 1.0), Some(LinearGaussianError::Dimension(201)));
    assert_eq!(of(1, 0.0), Some(LinearGaussianError::Noise(0.0)));
    assert!(matches!(of(1, f64::NAN), Some(LinearGaussianError::Noise(_))));
    let of = |w, b, x| LinearGaussian::independent(1, w, b, 1.0, x).err();
    assert_eq!(of(f64::NAN, 0.0, 0.0), Some(LinearGaussianError::NotFinite("W/s")));
    assert_eq!(of(0.0, f64::INFINITY, 0.0), Some(LinearGaussianError::NotFinite("b")));
    assert_eq!(of(0.0, 0.0, f64::NAN), Some(LinearGaussianError::NotFinite("x")));
    let wrong = LinearGaussian::new(2, vec![0.0; 3], vec![0.0; 2], 1.0, vec![0.0; 2]).err();
    let size = |what, expected, found| LinearGaussianError::Size { what, expected, found };
    assert_eq!(wrong, Some(size("W", 4, 3)));
    let wrong = LinearGaussian::new(2, vec![0.0; 4], vec![0.0; 2], 1.0, vec![0.0; 3]).err();
    assert_eq!(wrong, Some(size("x", 2, 3)));
}

proptest! {
    #[test]
    fn evidence_by_posterior_and_by_the_covariance_of_x(
        dimension in 1..8_usize, observations in 1..8_usize, seed: u64,
    ) {
        let model = random(dimension, observations, seed);
        let expected = log_marginal(&model);
        prop_assert!((model.log_evidence() - expected).abs() < 1e-10 * (1.0 + expected.abs()));
    }

    #[test]
    fn bayes_rule_holds_at_every_latent(
        dimension in 1..6_usize, observations in 1..6_usize, seed: u64, scale in 0.1..5.0_f64,
    ) {
        // log p(x, z) − log N(z; μ, Σ) = log p(x), Σ taken from the covariance and factored anew.
        let model = random(dimension, observations, seed);
        let z: Vec<f64> = (0..dimension).map(|i| scale * (i as f64 + 0.3).sin()).collect();
        let covariance = Cholesky::new(dimension, &model.posterior_covariance()).unwrap();
        let mut white: Vec<f64> = z.iter().zip(model.posterior_mean()).map(|(z, m)| z - m).collect();
        covariance.solve_lower(&mut white);
        let log_posterior = -0.5
            * (dot(&white, &white) + covariance.log_determinant() + dimension as f64 * TAU.ln());
        let log_joint = model.log_densities(&z).unwrap()[0];
        prop_assert!(
            (log_joint - log_posterior - model.log_evidence()).abs() < 1e-8 * (1.0 + log_joint.abs())
        );
    }

    #[test]
    fn gradients_are_those_of_finite_differences(
        dimension in 1..6_usize, observations in 1..6_usize, seed: u64, scale in 0.1..5.0_f64,
    ) {
        let model = random(dimension, observations, seed);
        let z: Vec<f64> = (0..2 * dimension).map(|i| scale * (i as f64 - 0.6).cos()).collect();
        let (values, gradients) = model.log_densities_and_gradients(&z).unwrap();
        prop_assert_eq!(&values, &model.log_densities(&z).unwrap());
        for coordinate in 0..z.len() {
            // Central differences of a quadratic are exact but for rounding.
            let at = |shift: f64| {
                let mut z = z.clone();
                z[coordinate] += shift;
                model.log_densities(&z).unwrap()[coordinate / dimension]
            };
            let difference = (at(0.5) - at(-0.5)) / 1.0;
            let tolerance = 1e-10 * (1.0 + values[coordinate / dimension].abs());
            prop_assert!((gradients[coordinate] - difference).abs() < tolerance);
        }
    }
}

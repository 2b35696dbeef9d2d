//! Tests of bidirectional Monte Carlo: closed forms, bias, and unsuitable draws.

use approx::assert_abs_diff_eq;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::super::known_densities::{Gaussian, Perfect, Restricted, TwoModes, wide};
use super::super::run_parts::{count, hmc, oracle_draws, uniform};
use super::*;
use crate::density::{LogDensity, Proposal};
use crate::evidence::importance;
use crate::known_gaussian::{self, LOG_EVIDENCE};

#[test]
fn one_step_weighs_the_exact_draws() {
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let draws = oracle_draws(50, 1);
    let run = ReverseRun::new(&path, uniform(1), hmc(0.5, 3), &draws, 2).unwrap();
    let found = run.complete(&path).unwrap();
    let z = draws.positions();
    let (p, q) = (joint.log_densities(&z).unwrap(), q.log_densities(&z).unwrap());
    let expected: Vec<f64> = p.iter().zip(q).map(|(p, q)| -(p - q)).collect();
    assert_eq!(found.as_slice(), expected);
}

#[test]
fn perfect_kernels_give_the_right_riemann_sum_and_the_width_of_the_thermodynamic_bounds() {
    // U_T − L_T = (EUBO − ELBO)/T: .4521, .0452, .0045, from the oracle's own figures. U_T against
    // its closed form within 5 deviations, false-alarm rate 6e-7 each, at 2¹⁵ chains.
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let perfect = Perfect { mean: 0.5, variance: 0.4 };
    for (steps, width) in [(1, 0.4521), (10, 0.0452), (100, 0.0045)] {
        let at = |t: usize| perfect.log_weight_moments(t as f64 / steps as f64);
        let mean = |from: usize| (from..from + steps).map(|t| at(t).0).sum::<f64>() / steps as f64;
        let (left, right) = (mean(0), mean(1));
        assert_abs_diff_eq!(right - left, width, epsilon = 5e-5);
        assert!(left < LOG_EVIDENCE && LOG_EVIDENCE < right);

        let chains = 1 << 15;
        let draws = oracle_draws(chains, 3);
        let run = ReverseRun::new(&path, uniform(steps), perfect.clone(), &draws, 4).unwrap();
        let found = upper_bound(&run.complete(&path).unwrap());
        let variance = (1..=steps).map(|t| at(t).1).sum::<f64>() / (steps * steps) as f64;
        let deviation = (variance / chains as f64).sqrt();
        assert_abs_diff_eq!(found.bound, right, epsilon = 5.0 * deviation);
        // s is within 5 %: log w is quadratic in a Gaussian, of kurtosis at most 15, so its
        // relative deviation is at most √(14/2¹⁵)/2 = 1 %.
        assert_abs_diff_eq!(found.stderr.unwrap() / deviation, 1.0, epsilon = 0.05);
    }
}

#[test]
fn reverse_weights_are_unbiased_for_one_over_the_evidence() {
    // q²/p(z|x) has an integral (v < 2τ²), so even one step's weights have a variance. 5 standard
    // errors of 2¹⁴ weights: false-alarm rate below 1e-5.
    let (q, joint) = (Gaussian::diagonal(&[0.6], &[0.3_f64.sqrt()]), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let draws = oracle_draws(1 << 14, 5);
    let run = ReverseRun::new(&path, uniform(5), hmc(0.6, 3), &draws, 6).unwrap();
    let weights = run.complete(&path).unwrap();
    let estimate = importance(&weights);
    let stderr = estimate.log_stderr.unwrap();
    assert!(stderr < 0.01, "{estimate:?}");
    assert_abs_diff_eq!(estimate.log_evidence, -LOG_EVIDENCE, epsilon = 5.0 * stderr);
    let bound = upper_bound(&weights);
    assert!(bound.bound > LOG_EVIDENCE - 5.0 * bound.stderr.unwrap());
    // Jensen, for every sample: the log of the mean is at least the mean of the logs.
    assert!(-estimate.log_evidence <= bound.bound);
}

#[test]
fn the_bound_sinks_towards_the_evidence() {
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    // Gaps near .17, .02 and .002; standard errors of 2¹³ chains below .006: false-alarm rate
    // below 1e-6.
    let bounds = [1, 10, 100].map(|steps| {
        let draws = oracle_draws(1 << 13, 7);
        let run = ReverseRun::new(&path, uniform(steps), hmc(0.7, 3), &draws, 8).unwrap();
        upper_bound(&run.complete(&path).unwrap())
    });
    for pair in bounds.windows(2) {
        assert!(pair[1].bound < pair[0].bound, "{bounds:?}");
    }
    for bound in bounds {
        assert!(bound.bound > LOG_EVIDENCE - 5.0 * bound.stderr.unwrap(), "{bounds:?}");
    }
    assert!(bounds[2].bound < LOG_EVIDENCE + 0.02, "{bounds:?}");
}

#[test]
fn simulated_x_gives_a_bound_on_average() {
    // (z, x) drawn from the model 400 times, 8 chains each from its z: on average over x and z the
    // bound is not below log p(x), within 5 standard errors (false-alarm rate below 3e-7), and at
    // 20 temperatures not half a nat above.
    let q = Gaussian::diagonal(&[0.0], &[1.0]);
    let mut rng = Pcg64Mcg::seed_from_u64(9);
    let mut gaps = Vec::new();
    for seed in 0..400 {
        let [z, noise] = [q.draw(1, &mut rng)[0], q.draw(1, &mut rng)[0]];
        let x = 1.5 * z + 0.25 + 0.8 * noise;
        let joint = known_gaussian::model().with_observation(vec![x]).unwrap();
        let log_evidence = joint.log_evidence();
        let path = GeometricPath::new(&q, &joint).unwrap();
        let draws = ExactDraws::Simulated { latent: vec![z], chains: count(8) };
        let run = ReverseRun::new(&path, uniform(20), hmc(0.7, 3), &draws, seed).unwrap();
        gaps.push(upper_bound(&run.complete(&path).unwrap()).bound - log_evidence);
    }
    let mean = elbo(&LogWeights::new(gaps).unwrap());
    assert!(mean.elbo > -5.0 * mean.stderr.unwrap(), "{mean:?}");
    assert!(mean.elbo < 0.5, "{mean:?}");
}

#[test]
fn a_mode_that_the_proposal_misses_shows_from_above() {
    // Forward chains visit one mode of two: log p − ln 2, and no diagnostic warns. Half of the exact draws are in the
    // other mode, and their weights of some e^−22 keep U far above log p = 0. The lower bound is within 5 of its
    // deviations of 0.003: false-alarm rate 6e-7. U, some 11, is below 5 only if fewer than a quarter of the draws
    // are there, and the draws alternate between the modes.
    let (q, joint) = (Gaussian::diagonal(&[3.0], &[0.5]), TwoModes { centre: 3.0, sd: 0.4 });
    let path = GeometricPath::new(&q, &joint).unwrap();
    let forward =
        super::super::AnnealedRun::new(&path, uniform(50), hmc(0.4, 5), count(512), 10).unwrap();
    let lower = importance(&forward.complete(&path).unwrap()).log_evidence;
    assert_abs_diff_eq!(lower, -std::f64::consts::LN_2, epsilon = 0.015);
    let draws = ExactDraws::Independent(joint.draw(512, &mut Pcg64Mcg::seed_from_u64(11)));
    let run = ReverseRun::new(&path, uniform(50), hmc(0.4, 5), &draws, 12).unwrap();
    let upper = upper_bound(&run.complete(&path).unwrap()).bound;
    assert!(upper > 5.0, "{upper}");
}

#[test]
fn where_the_proposal_is_zero_nothing_is_bounded_and_nothing_is_nan() {
    // The joint is positive everywhere, q on one side only: half of the reverse weights are zero.
    struct Half(Restricted, Gaussian);
    impl LogDensity for Half {
        fn dimension(&self) -> usize {
            1
        }
        fn log_densities(&self, z: &[f64]) -> Result<Vec<f64>, crate::density::DensityError> {
            self.0.log_densities(z)
        }
    }
    impl crate::density::DifferentiableDensity for Half {
        fn log_densities_and_gradients(
            &self,
            z: &[f64],
        ) -> Result<(Vec<f64>, Vec<f64>), crate::density::DensityError> {
            self.0.log_densities_and_gradients(z)
        }
    }
    impl Proposal for Half {
        fn draw(&self, count: usize, rng: &mut dyn rand::Rng) -> Vec<f64> {
            self.1.draw(count, rng).iter().map(|z| z.abs()).collect()
        }
        fn entropy(&self) -> Option<f64> {
            None
        }
    }
    let normal = Gaussian::diagonal(&[0.0], &[1.0]);
    let q = Half(Restricted(|z| z > 0.0), normal.clone());
    let path = GeometricPath::new(&q, &normal).unwrap();
    let draws = ExactDraws::Independent(vec![-1.0, 1.0, -0.1, 0.1]);
    let mut run = ReverseRun::new(&path, uniform(5), hmc(0.5, 3), &draws, 13).unwrap();
    while run.advance(&path).unwrap().is_some() {
        assert!(run.log_weights().iter().all(|l| !l.is_nan()));
    }
    let weights = run.finish().unwrap();
    assert_eq!(weights.as_slice()[0], f64::NEG_INFINITY);
    let bound = upper_bound(&weights);
    assert_eq!((bound.bound, bound.stderr), (f64::INFINITY, None));
}

#[test]
fn draws_that_are_none_are_refused() {
    let (q, joint) = (Gaussian::diagonal(&[0.0; 2], &[1.0; 2]), Restricted(|z| z > 0.0));
    let path = GeometricPath::new(&q, &q).unwrap();
    let new = |draws: ExactDraws| ReverseRun::new(&path, uniform(2), hmc(0.5, 3), &draws, 1);
    let simulated =
        |latent: &[f64]| ExactDraws::Simulated { latent: latent.to_vec(), chains: count(2) };
    for (draws, values) in [
        (ExactDraws::Independent(vec![]), 0),
        (ExactDraws::Independent(vec![0.0; 3]), 3),
        (simulated(&[]), 0),
        (simulated(&[0.0]), 1),
        (simulated(&[0.0; 4]), 4),
    ] {
        let error = new(draws).err();
        let Some(AnnealedError::Draws { values: found, dimension: 2 }) = error else {
            panic!("{error:?}");
        };
        assert_eq!(found, values);
    }
    assert_eq!(new(simulated(&[0.5, 1.0])).unwrap().positions(), [0.5, 1.0, 0.5, 1.0]);

    let line = Gaussian::diagonal(&[0.0], &[1.0]);
    let path = GeometricPath::new(&line, &joint).unwrap();
    let draws = ExactDraws::Independent(vec![0.5, -0.5]);
    let error = ReverseRun::new(&path, uniform(2), hmc(0.5, 3), &draws, 1).err();
    assert!(matches!(error, Some(AnnealedError::NotFromPosterior { chain: 1 })));
}

#[test]
fn slices_go_down_from_one_and_repeat_themselves() {
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let new = || ReverseRun::new(&path, uniform(4), hmc(0.5, 3), &oracle_draws(3, 14), 15);
    let mut run = new().unwrap();
    assert_eq!(run.beta(), 1.0);
    for (beta, proposed) in [(0.75, 3), (0.5, 3), (0.25, 3), (0.0, 0)] {
        let stage = run.advance(&path).unwrap().unwrap();
        assert_eq!((stage.beta, run.beta(), stage.acceptance.proposed), (beta, beta, proposed));
    }
    assert_eq!(run.advance(&path).unwrap(), None);
    assert_eq!(run.finish().unwrap(), new().unwrap().complete(&path).unwrap());
}

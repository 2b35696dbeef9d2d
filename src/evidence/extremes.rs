//! Every estimator at the extremes that a page can reach: a correct value or a typed error, never NaN.
//!
//! K = 1 and 10⁶, every weight zero, a single weight that is not, σ = 10⁻³, D = 200, 2²⁰ states.

use approx::assert_abs_diff_eq;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::annealed::{
    AnnealedRun, ExactDraws, GeometricPath, Hmc, ReverseRun, Schedule, SmcPlan, SmcRun, Spacing,
    StepSizes, upper_bound,
};
use super::known_weights::lognormal;
use super::*;
use crate::density::Proposal;
use crate::family::{DiagonalGaussian, StudentT};
use crate::model::LinearGaussian;

const ZERO: f64 = f64::NEG_INFINITY;
const MILLION: usize = 1_000_000;

fn count(number: usize) -> std::num::NonZeroUsize {
    std::num::NonZeroUsize::new(number).unwrap()
}

fn pool(log_weights: Vec<f64>) -> LogWeights {
    LogWeights::new(log_weights).unwrap()
}

fn zeros_but_one(draws: usize) -> Vec<f64> {
    let mut weights = vec![ZERO; draws];
    weights[draws / 2] = -7.0;
    weights
}

/// Every estimate of log p(x) that is a function of log-weights, by its name; `None` where the estimator returns
/// none.
fn estimates(weights: &LogWeights) -> Vec<(&'static str, Option<f64>)> {
    let listed = ESTIMATORS.iter().map(|one| (one.name, (one.estimate)(weights)));
    let mut running = RunningImportance::new();
    running.push_slice(weights.as_slice()).unwrap();
    // SUMO takes as many draws as its law has drawn, 6 on average: 1000 would be divided by 1e-44.
    let law = SumoLaw::capped(count(1000));
    let first = &weights.as_slice()[..weights.len().get().min(8)];
    let others = [
        ("running", running.estimate().map(|estimate| estimate.log_evidence)),
        ("iwae", ladder(weights, &[weights.len()]).first().map(|rung| rung.mean)),
        ("prior-mc", Some(prior(weights).log_evidence)),
        ("uniform-mc", Some(uniform(weights, LogSize::of_binary_units(0)).log_evidence)),
        ("sumo", sumo(&pool(first.to_vec()), &law).ok()),
        ("eubo of posterior draws", Some(eubo::eubo(weights).eubo)),
        // Of reverse weights, which stand for 1/p(x).
        ("bdmc-upper", Some(-upper_bound(weights).bound)),
        ("renyi above 1", Some(renyi(weights, Alpha::new(1.5).unwrap()))),
        ("renyi below 0", Some(renyi(weights, Alpha::new(-8.0).unwrap()))),
        ("cubo-9", Some(cubo(weights, CuboOrder::new(9.0).unwrap()))),
    ];
    listed.chain(others).collect()
}

/// Every diagnostic and every error estimate.
fn diagnostics(weights: &LogWeights) -> Vec<(&'static str, Option<f64>)> {
    let sure = Confidence::new(0.95).unwrap();
    let ladder = ladder(weights, &[weights.len()]);
    vec![
        ("ess", effective_sample_size(weights)),
        ("max-share", max_share(weights)),
        ("khat", k_hat(weights).map(|k_hat| k_hat.value)),
        ("importance ±", importance(weights).log_stderr),
        ("elbo ±", elbo(weights).stderr),
        ("eubo ±", eubo::eubo(weights).stderr),
        ("bdmc ±", upper_bound(weights).stderr),
        ("iwae ±", ladder.first().and_then(|rung| rung.stderr)),
        ("uniform ±", uniform(weights, LogSize::of_binary_units(20)).log_stderr),
        ("prior ±", prior(weights).log_stderr),
        ("markov", Some(markov_lower_bound(weights, sure))),
        ("markov by mean", Some(markov_by_mean(weights, sure))),
        ("markov by minimum", Some(markov_by_minimum(weights, sure))),
    ]
}

/// Neither NaN nor +∞: no weight was infinite.
fn assert_numbers(place: &str, weights: &LogWeights) {
    for (name, value) in estimates(weights).into_iter().chain(diagnostics(weights)) {
        assert!(value.is_none_or(|value| value < f64::INFINITY), "{name} at {place}: {value:?}");
    }
}

#[test]
fn pools_of_every_shape_give_numbers_or_none() {
    for (place, log_weights) in [
        ("one draw", vec![-123.4]),
        ("one draw of zero", vec![ZERO]),
        ("two draws", vec![-3.0, 4.0]),
        ("a hundred zeros", vec![ZERO; 100]),
        ("a million zeros", vec![ZERO; MILLION]),
        ("one weight of two", zeros_but_one(2)),
        ("one weight of a hundred", zeros_but_one(100)),
        ("one weight of a million", zeros_but_one(MILLION)),
        ("a million equal weights", vec![-92.25; MILLION]),
        ("a million lognormal weights", lognormal(3.0, MILLION, 90).as_slice().to_vec()),
        ("weights beyond every exponential", vec![-1e100, 0.0, 1e100, 5e99]),
    ] {
        assert_numbers(place, &pool(log_weights));
    }
}

#[test]
fn without_a_weight_every_estimate_is_minus_infinity_or_none() {
    for draws in [1, 7, 1000, MILLION] {
        for (name, value) in estimates(&pool(vec![ZERO; draws])) {
            assert!(value.is_none_or(|value| value == ZERO), "{name} of {draws}: {value:?}");
        }
    }
}

#[test]
fn from_one_draw_every_estimate_is_its_weight_or_none() {
    for (name, value) in estimates(&pool(vec![-123.5])) {
        let off = value.map_or(0.0, |value| (value + 123.5).abs());
        assert!(off < 1e-12, "{name}: {value:?}");
    }
    for (name, value) in diagnostics(&pool(vec![-123.5])) {
        assert_eq!(value.is_none(), name.contains('±') || name == "khat", "{name}: {value:?}");
    }
}

#[test]
fn one_weight_among_zeros_is_averaged_with_them() {
    for draws in [2, 100, MILLION] {
        let weights = pool(zeros_but_one(draws));
        let expected = -7.0 - (draws as f64).ln();
        for (name, value) in estimates(&weights) {
            if ["importance", "iwae", "running", "prior-mc", "uniform-mc"].contains(&name) {
                assert_abs_diff_eq!(value.unwrap(), expected, epsilon = 1e-9);
            }
        }
        assert_abs_diff_eq!(effective_sample_size(&weights).unwrap(), 1.0, epsilon = 1e-9);
        assert_abs_diff_eq!(max_share(&weights).unwrap(), 1.0, epsilon = 1e-12);
    }
}

/// z ~ N(0, 1), x|z ~ N(z, 10⁻⁶), D times: a posterior a thousandth wide.
fn needle(dimension: usize) -> (LinearGaussian, f64) {
    let noise = 1e-3_f64;
    let model = LinearGaussian::independent(dimension, 1.0, 0.0, noise, 0.7).unwrap();
    (model, noise / (1.0 + noise * noise).sqrt())
}

#[test]
fn a_thousandth_of_width_in_1_2_and_200_dimensions() {
    for dimension in [1, 2, 200] {
        let (model, sd) = needle(dimension);
        let (log_p, mean) = (model.log_evidence(), model.posterior_mean().to_vec());
        let gaussian =
            |factor: f64| DiagonalGaussian::new(mean.clone(), vec![factor * sd; dimension]);
        let student = StudentT::new(&mean, &vec![sd; dimension], &vec![3.0; dimension]).unwrap();
        let far = DiagonalGaussian::standard(dimension).unwrap();
        let proposals: [(&str, &dyn Proposal); 4] = [
            ("the posterior", &gaussian(1.0).unwrap()),
            ("wider", &gaussian(1.3).unwrap()),
            ("a Student t", &student),
            ("the prior", &far),
        ];
        for (place, q) in proposals {
            for draws in [1, 1000] {
                let mut rng = Pcg64Mcg::seed_from_u64(91);
                let weights = weigh(&model, q, count(draws), &mut rng).unwrap();
                assert_numbers(&format!("{place}, D = {dimension}, K = {draws}"), &weights);
                // Every weight is p(x), up to the rounding of z/σ.
                if place == "the posterior" {
                    for (name, value) in estimates(&weights) {
                        let off = value.map_or(0.0, |value| (value - log_p).abs());
                        assert!(off < 1e-6, "{name}, D = {dimension}, K = {draws}: {off}");
                    }
                }
            }
        }
        let found = laplace(&model, &vec![0.0; dimension]).unwrap();
        assert_abs_diff_eq!(found.log_evidence, log_p, epsilon = 1e-6 * dimension as f64);
    }
}

#[test]
fn annealing_a_needle_in_200_dimensions() {
    // v = 1.44 τ²: an ELBO 200 · ½(0.44 − ln 1.44) = 7.5 nats low, and T = 20 leaves a twentieth of both
    // sides. Whatever the kernels do, 8 chains are within 5 nats of it, and never NaN.
    let (model, sd) = needle(200);
    let q = DiagonalGaussian::new(model.posterior_mean().to_vec(), vec![1.2 * sd; 200]).unwrap();
    let path = GeometricPath::new(&q, &model).unwrap();
    let schedule = || Schedule::spaced(Spacing::Uniform, count(20));
    let kernel = || Hmc::new(StepSizes::constant(0.3 * sd).unwrap(), count(4));
    let draws = model.draw_posterior(8, &mut Pcg64Mcg::seed_from_u64(92));
    let ais = AnnealedRun::new(&path, schedule(), kernel(), count(8), 93).unwrap();
    let plan = SmcPlan::new(count(2), count(8));
    let smc = SmcRun::new(&path, schedule(), kernel(), plan, 94).unwrap();
    let draws = ExactDraws::Independent(draws);
    let reverse = ReverseRun::new(&path, schedule(), kernel(), &draws, 95).unwrap();
    let weights =
        [ais.complete(&path), smc.complete(&path), reverse.complete(&path)].map(Result::unwrap);
    for (place, weights) in ["AIS", "SMC", "BDMC"].into_iter().zip(&weights) {
        assert_numbers(place, weights);
    }
    let log_p = model.log_evidence();
    let [ais, smc, reverse] = &weights;
    for found in
        [importance(ais).log_evidence, importance(smc).log_evidence, upper_bound(reverse).bound]
    {
        assert!((found - log_p).abs() < 5.0, "{found} for {log_p}");
    }
}

#[test]
fn a_million_states_counted_or_drawn_once() {
    // p(x, z) = 0.9 for every unit that is on, 0.1 for one that is off: log p(x) = 0 over 2²⁰ states.
    let log_joint = |state: u32| {
        let ones = f64::from(state.count_ones());
        ones * 0.9_f64.ln() + (20.0 - ones) * 0.1_f64.ln()
    };
    let size = LogSize::of_binary_units(20);
    let all = pool((0..1 << 20).map(log_joint).collect());
    assert_abs_diff_eq!(uniform(&all, size).log_evidence, 0.0, epsilon = 1e-9);
    assert_numbers("2²⁰ states", &all);
    for state in [0, 1, (1 << 20) - 1] {
        let one = pool(vec![log_joint(state)]);
        let expected = log_joint(state) + size.nats();
        assert_eq!(uniform(&one, size).log_evidence, expected);
        assert_numbers("one state", &one);
    }
}

//! Tests of the sandwich: widths, sides, confidence, and reproducibility.

use approx::assert_abs_diff_eq;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::super::known_densities::{Gaussian, Perfect, Restricted, wide};
use super::super::run_parts::{count, hmc, oracle_draws, uniform};
use super::*;
use crate::density::Proposal;
use crate::evidence::annealed::{Acceptance, upper_bound};
use crate::known_gaussian::{self, LOG_EVIDENCE};

fn plan(steps: &[usize], chains: usize, seed: u64) -> SandwichPlan {
    SandwichPlan {
        steps: steps.iter().map(|&t| count(t)).collect(),
        spacing: Spacing::Uniform,
        chains: count(chains),
        populations: count(16),
        seed,
    }
}

#[test]
fn the_thermodynamic_widths() {
    // Perfect kernels: U − L = .4521/T within 5 standard errors, false-alarm rate 6e-7 each, and
    // these are below a tenth of the width but for T = 100.
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let perfect = Perfect { mean: 0.5, variance: 0.4 };
    let draws = oracle_draws(1 << 15, 1);
    let sandwich = Sandwich::new(plan(&[1, 10, 100], 1 << 15, 2), perfect, Some(draws));
    let rungs = sandwich.complete(&path).unwrap();
    for (rung, width) in rungs.iter().zip([0.452_107, 0.045_210_7, 0.004_521_07]) {
        let (lower, upper) = (rung.ais, rung.bdmc.unwrap());
        let error = lower.stderr.unwrap().hypot(upper.stderr.unwrap());
        assert_abs_diff_eq!(upper.mean - lower.mean, width, epsilon = 5.0 * error);
        assert!(error < 0.1 * width || rung.steps.get() == 100);
    }
}

#[test]
fn a_rung_is_the_three_runs_of_its_seeds() {
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let (steps, draws) = (count(4), oracle_draws(50, 1));
    let sandwich = Sandwich::new(plan(&[4], 50, 2), hmc(0.7, 3), Some(draws.clone()));
    let rung = sandwich.complete(&path).unwrap()[0];
    let (schedule, seed) = (|| uniform(4), |method| seed_of(2, steps, method));

    let run = AnnealedRun::new(&path, schedule(), hmc(0.7, 3), count(50), seed(0)).unwrap();
    let weights = run.complete(&path).unwrap();
    assert_eq!(rung.ais, Bound::of(&weights));
    assert_eq!(rung.log_evidence_forward, log_mean_exp(weights.as_slice()));

    // 50 chains make 16 populations of 3.
    let populations = SmcPlan::new(count(16), count(3));
    let run = SmcRun::new(&path, schedule(), hmc(0.7, 3), populations, seed(1)).unwrap();
    assert_eq!(rung.smc, Bound::of(&run.complete(&path).unwrap()));

    let run = ReverseRun::new(&path, schedule(), hmc(0.7, 3), &draws, seed(2)).unwrap();
    let weights = run.complete(&path).unwrap();
    let upper = upper_bound(&weights);
    assert_eq!(rung.bdmc, Some(Bound { mean: upper.bound, stderr: upper.stderr }));
    assert_eq!(rung.log_evidence_reverse, Some(-log_mean_exp(weights.as_slice())));
}

#[test]
fn a_record_holds_every_temperature_and_changes_nothing() {
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let plain = Sandwich::new(plan(&[1, 4], 16, 3), hmc(0.7, 3), None);
    let mut recorded = plain.clone().recording(count(5));
    let mut lengths = Vec::new();
    while recorded.advance(&path).unwrap().is_some() {
        let forward = recorded.forward().filter(|run| run.progress().is_finished());
        lengths.extend(forward.map(|run| run.record().len()));
        assert!(forward.is_none_or(|run| run.record()[0].log_weights == [0.0; 5]));
    }
    assert_eq!(lengths, [2, 5]);
    assert_eq!(recorded.rungs(), plain.complete(&path).unwrap());
}

#[test]
fn both_sides_close_in_on_the_evidence() {
    // HMC; each bound on its side but for 5 standard errors: false-alarm rate below 1e-5 in all.
    // That the widths shrink is certain: they go down by about ten each time.
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let draws = Some(oracle_draws(2048, 3));
    let sandwich = Sandwich::new(plan(&[1, 10, 100], 2048, 4), hmc(0.7, 3), draws);
    let rungs = sandwich.complete(&path).unwrap();
    let mut before = f64::INFINITY;
    for rung in &rungs {
        let upper = rung.bdmc.unwrap();
        for lower in [rung.ais, rung.smc] {
            assert!(lower.interval(5.0).unwrap().low < LOG_EVIDENCE, "{rung:?}");
        }
        assert!(upper.interval(5.0).unwrap().high > LOG_EVIDENCE, "{rung:?}");
        // Populations of 128 chains lose far less than single chains.
        assert!(rung.smc.mean > rung.ais.mean || rung.steps.get() == 100, "{rung:?}");
        let width = upper.mean - rung.ais.mean;
        assert!(width < before, "{rungs:?}");
        before = width;
    }
    assert!(before < 0.02, "{before}");
}

#[test]
fn the_certificate_covers() {
    // 300 sandwiches of 4 chains and α = 0.2: at most 60 ± 7 misses if Markov's inequality were
    // an equality; 60 + 5 · 7 = 95 at most. It is far from one, so there must be fewer than 60.
    let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let misses = (0..300).filter(|&seed| {
        let sandwich = Sandwich::new(plan(&[3], 4, seed), hmc(0.7, 3), Some(oracle_draws(4, seed)));
        let rung = sandwich.complete(&path).unwrap()[0];
        let interval = rung.certificate(0.2).unwrap();
        !(interval.low <= LOG_EVIDENCE && LOG_EVIDENCE <= interval.high)
    });
    let misses = misses.count();
    assert!(misses < 60, "{misses}");
}

#[test]
fn a_certificate_by_hand() {
    let bound = Bound { mean: -3.0, stderr: Some(0.5) };
    let interval = bound.interval(-2.0).unwrap();
    assert_eq!((interval.low, interval.high), (-4.0, -2.0));
    let mut rung = SandwichRung {
        steps: count(1),
        ais: bound,
        smc: bound,
        bdmc: Some(bound),
        log_evidence_forward: -10.0,
        log_evidence_reverse: Some(-9.0),
        acceptance: Acceptance::default(),
    };
    let both = rung.certificate(0.1).unwrap();
    assert_abs_diff_eq!(both.low, -10.0 - 20.0_f64.ln(), epsilon = 1e-14);
    assert_abs_diff_eq!(both.high, -9.0 + 20.0_f64.ln(), epsilon = 1e-14);
    rung.log_evidence_reverse = None;
    let lower = rung.certificate(0.1).unwrap();
    assert_abs_diff_eq!(lower.low, -10.0 - 10.0_f64.ln(), epsilon = 1e-14);
    assert_eq!(lower.high, f64::INFINITY);
    for bad in [0.0, 1.0, -0.1, f64::NAN] {
        assert_eq!(rung.certificate(bad), None);
    }
}

#[test]
fn one_step_at_a_time_in_turn() {
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let new = || Sandwich::new(plan(&[2, 3], 32, 5), hmc(0.7, 3), Some(oracle_draws(32, 6)));
    let mut sandwich = new();
    assert_eq!(sandwich.progress(), AnnealingProgress { done: 0, of: 15 });
    for done in 1..=15 {
        let progress = sandwich.advance(&path).unwrap();
        assert_eq!(progress, Some(AnnealingProgress { done, of: 15 }));
        assert_eq!(sandwich.rungs().len(), if done < 6 { 0 } else { 1 + done / 15 });
        if let (Some(forward), Some(populations), Some(reverse)) =
            (sandwich.forward(), sandwich.populations(), sandwich.reverse())
        {
            let all = [forward.progress(), populations.progress(), reverse.progress()];
            let done = all.map(|progress| progress.done);
            assert!(done.is_sorted_by(|a, b| a >= b) && done[0] - done[2] <= 1, "{done:?}");
        }
    }
    assert_eq!(sandwich.advance(&path).unwrap(), None);
    assert_eq!(sandwich.rungs(), new().complete(&path).unwrap());
    // A rung depends on its own T only.
    let alone = Sandwich::new(plan(&[3], 32, 5), hmc(0.7, 3), Some(oracle_draws(32, 6)));
    assert_eq!(alone.complete(&path).unwrap()[0], sandwich.rungs()[1]);
}

#[test]
fn without_exact_draws_there_is_no_upper_side() {
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let rungs = Sandwich::new(plan(&[4], 64, 7), hmc(0.7, 3), None).complete(&path).unwrap();
    assert_eq!((rungs[0].bdmc, rungs[0].log_evidence_reverse), (None, None));
    assert_eq!(rungs[0].certificate(0.05).unwrap().high, f64::INFINITY);
    // No T, no work.
    let mut nothing = Sandwich::new(plan(&[], 64, 7), hmc(0.7, 3), None);
    assert_eq!(nothing.advance(&path).unwrap(), None);
}

#[test]
fn chains_from_one_simulated_draw_claim_no_error() {
    let (q, joint) = (wide(), known_gaussian::model());
    let path = GeometricPath::new(&q, &joint).unwrap();
    let draws = ExactDraws::Simulated { latent: vec![0.9], chains: count(32) };
    let rungs = Sandwich::new(plan(&[4], 32, 8), hmc(0.7, 3), Some(draws)).complete(&path).unwrap();
    let upper = rungs[0].bdmc.unwrap();
    assert!(upper.mean.is_finite() && upper.stderr.is_none());
    assert!(rungs[0].ais.stderr.is_some());
}

#[test]
fn weights_of_zero_open_the_sandwich_and_never_give_nan() {
    let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), Restricted(|z| z > 0.0));
    let path = GeometricPath::new(&q, &joint).unwrap();
    let half = q.draw(64, &mut Pcg64Mcg::seed_from_u64(9)).iter().map(|z| z.abs()).collect();
    let draws = Some(ExactDraws::Independent(half));
    let rungs = Sandwich::new(plan(&[5], 64, 10), hmc(0.7, 3), draws).complete(&path).unwrap();
    let rung = rungs[0];
    assert_eq!((rung.ais.mean, rung.ais.stderr), (f64::NEG_INFINITY, None));
    assert_eq!(rung.ais.interval(2.0), None);
    assert!(rung.log_evidence_forward.is_finite());
    assert!(rung.bdmc.unwrap().mean >= 0.5_f64.ln() - 1e-9);
}

#[test]
fn seeds_differ_between_rungs_and_methods() {
    let mut seeds: Vec<u64> = (0..20)
        .flat_map(|seed| (1..20).map(move |steps| (seed, count(steps))))
        .flat_map(|(seed, steps)| (0..3).map(move |method| seed_of(seed, steps, method)))
        .collect();
    seeds.sort_unstable();
    assert!(seeds.windows(2).all(|pair| pair[0] < pair[1]));
}

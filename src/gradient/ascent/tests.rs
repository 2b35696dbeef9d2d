//! Tests of the ascent: convergence, divergence, and reproducibility.

use super::*;
use crate::gradient::known_joints::{Plateau, ScalarLinearGaussian, one};
use crate::gradient::{METHODS, dreg, normals};

fn k(draws: usize) -> NonZeroUsize {
    NonZeroUsize::new(draws).unwrap()
}

fn run(
    method: MethodKind,
    log_constant: f64,
    settings: AscentSettings,
) -> Ascent<ScalarLinearGaussian> {
    let joint = ScalarLinearGaussian { log_constant, ..ScalarLinearGaussian::default() };
    Ascent::new(joint, joint.posterior(), one(-1.0, 1.5), method, settings).unwrap()
}

#[test]
fn the_first_steps_by_hand() {
    // SGD moves by rate · ĝ; Adam's first step is rate · sign ĝ, up to ε.
    let settings = AscentSettings { draws: k(3), seed: 5, ..AscentSettings::default() };
    let noise = normals(5, 3);
    let joint = ScalarLinearGaussian::default();
    let pool = DrawPool::new(&joint, &one(-1.0, 1.5), noise).unwrap();
    let gradient = dreg(&pool.whole()).unwrap();
    let start = run(MethodKind::DReG, 0.0, settings).here();
    let first = run(MethodKind::DReG, 0.0, settings).next().unwrap();
    assert_eq!(first.step, 1);
    assert_eq!(first.mean, start.mean + 0.02 * gradient.mean[0]);
    assert_eq!(first.log_sd, start.log_sd + 0.02 * gradient.log_sd[0]);
    let adam = AscentSettings { optimiser: Optimiser::Adam { rate: 0.1 }, ..settings };
    let first = run(MethodKind::DReG, 0.0, adam).next().unwrap();
    assert!((first.mean - start.mean - 0.1 * gradient.mean[0].signum()).abs() < 1e-8);
    assert!((first.log_sd - start.log_sd - 0.1 * gradient.log_sd[0].signum()).abs() < 1e-8);
}

#[test]
fn adam_as_by_its_paper() {
    // Slopes 1, −2, 3 in m, worked through algorithm 1 of the paper: steps of α m̂/√v̂.
    let settings =
        AscentSettings { optimiser: Optimiser::Adam { rate: 0.5 }, ..AscentSettings::default() };
    let mut ascent = run(MethodKind::Score, 0.0, settings);
    let (mut first, mut second) = (0.0, 0.0);
    for (step, slope) in [1.0_f64, -2.0, 3.0].into_iter().enumerate() {
        first = 0.9 * first + 0.1 * slope;
        second = 0.999 * second + 0.001 * slope * slope;
        let power = step as i32 + 1;
        let (m, v) = (first / (1.0 - 0.9_f64.powi(power)), second / (1.0 - 0.999_f64.powi(power)));
        let [found, other] = ascent.change([slope, -slope]);
        assert!((found - 0.5 * m / (v.sqrt() + 1e-8)).abs() < 1e-12);
        assert!((found + other).abs() < 1e-15);
        ascent.here.step += 1;
    }
}

#[test]
fn sticking_the_landing_arrives_exactly_where_pathwise_goes_on_shaking() {
    // No tolerance: all steps are taken. At the posterior the one has no noise, the other has.
    let settings = AscentSettings { tolerance: 0.0, ..AscentSettings::default() };
    let gap = |method: MethodKind| {
        let mut ascent = run(method, 0.0, settings);
        let last = ascent.by_ref().last().unwrap();
        assert_eq!((last.step, ascent.outcome()), (2000, Some(AscentOutcome::OutOfSteps)));
        ascent.posterior.log_evidence() - last.elbo
    };
    assert!(gap(MethodKind::StickingTheLanding).abs() < 1e-12);
    assert!(gap(MethodKind::Reparameterised) > 1e-6);
}

#[test]
fn a_constant_throws_the_plain_score_off_and_no_other_method() {
    for method in &METHODS {
        let settings = AscentSettings { draws: k(2), ..AscentSettings::default() };
        let mut ascent = run(method.kind, -170.0, settings);
        for at in ascent.by_ref() {
            assert!(at.mean.is_finite() && at.log_sd.is_finite() && at.elbo.is_finite());
        }
        let is_thrown_off = matches!(ascent.outcome(), Some(AscentOutcome::Diverged(_)));
        assert_eq!(is_thrown_off, method.kind == MethodKind::Score, "{}", method.name);
        assert_eq!(ascent.next(), None);
    }
}

#[test]
fn convergence_is_the_exact_gap_below_the_tolerance_for_as_long_as_was_asked() {
    // A shaky method, which comes near and leaves again before it stays.
    let settings = AscentSettings { draws: k(2), ..AscentSettings::default() };
    let mut ascent = run(MethodKind::Iwae, 0.0, settings);
    let path: Vec<AscentStep> = ascent.by_ref().collect();
    assert_eq!(ascent.outcome(), Some(AscentOutcome::Converged));
    let is_near = |at: &AscentStep| ascent.posterior.log_evidence() - at.elbo < 0.01;
    assert_eq!(path.iter().rev().take_while(|at| is_near(at)).count(), 20);
    assert!(path.iter().filter(|at| is_near(at)).count() > 20);
    let stays = path.windows(20).filter(|part| part.iter().all(is_near)).count();
    assert_eq!(stays, 1);
}

#[test]
fn a_run_taken_in_parts_is_the_run_taken_whole() {
    let settings = AscentSettings { draws: k(4), most_steps: 60, ..AscentSettings::default() };
    let whole: Vec<AscentStep> = run(MethodKind::Rloo, 0.0, settings).collect();
    let mut parts = run(MethodKind::Rloo, 0.0, settings);
    let mut found: Vec<AscentStep> = parts.by_ref().take(13).collect();
    let mut resumed = parts.clone();
    found.extend(resumed.by_ref());
    assert_eq!(found, whole);
    assert_eq!(parts.here(), whole[12]);
}

#[test]
fn methods_that_agree_draw_by_draw_take_the_same_path() {
    // With one draw, DReG is sticking the landing: the same noise, so the same path.
    let settings = AscentSettings { most_steps: 50, ..AscentSettings::default() };
    let path = |method: MethodKind| run(method, 0.0, settings).collect::<Vec<_>>();
    assert_eq!(path(MethodKind::DReG), path(MethodKind::StickingTheLanding));
    assert_ne!(path(MethodKind::Iwae), path(MethodKind::StickingTheLanding));
}

#[test]
fn each_cause_of_divergence_is_named() {
    let settings = AscentSettings::default();
    let mut ascent = run(MethodKind::Rloo, 0.0, settings);
    assert_eq!(ascent.next(), None);
    let too_few = EstimateError::TooFewDraws { needed: 2, given: 1 };
    let expected = AscentOutcome::Diverged(Divergence::NoGradient(too_few));
    assert_eq!(ascent.outcome(), Some(expected));
    let wild = AscentSettings { optimiser: Optimiser::Sgd { rate: f64::NAN }, ..settings };
    let mut ascent = run(MethodKind::Reparameterised, 0.0, wild);
    assert_eq!(ascent.next(), None);
    assert_eq!(ascent.outcome(), Some(AscentOutcome::Diverged(Divergence::OutOfRange)));
    // Plateau is NaN beyond ±3, where this q lives.
    let posterior = ScalarLinearGaussian::default().posterior();
    let (start, method) = (one(5.0, 0.01), MethodKind::Reparameterised);
    let mut ascent = Ascent::new(Plateau, posterior, start, method, settings).unwrap();
    assert_eq!(ascent.next(), None);
    assert_eq!(ascent.outcome(), Some(AscentOutcome::Diverged(Divergence::NoWeights)));
}

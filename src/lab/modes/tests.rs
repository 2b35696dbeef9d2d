//! Tests of the lab's numbers against independent quadrature, SciPy and closed forms.

use std::num::NonZeroUsize;
use std::rc::Rc;

use approx::assert_abs_diff_eq;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::setting::{FIELDS, Family};
use super::*;
use crate::density::LogDensity;
use crate::evidence::annealed::{AnnealedRun, GeometricPath, Hmc, Schedule, Spacing, StepSizes};
use crate::evidence::{importance, log_mean_exp};
use crate::exact::best_line_gaussian;
use crate::family::DiagonalGaussian;
use crate::lab::{LabState, Metric, Remark, Sheet};
use crate::state::Language;

fn finished(values: &[f64]) -> Modes {
    let mut lab = Modes::new(Setting::of(values)).unwrap();
    while lab.advance() {}
    lab
}

fn state(changes: &[(usize, f64)]) -> LabState {
    let mut state = LabState::new(&LAB);
    for &(place, value) in changes {
        state.set(place, value);
    }
    state
}

fn preset(label: &str) -> Modes {
    let preset = LAB.presets.iter().find(|preset| preset.label.english() == label).unwrap();
    finished(LabState::preset(&LAB, preset).values())
}

fn last(lab: &Modes) -> Sheet {
    lab.sheet(lab.steps(), Language::En)
}

fn metric(lab: &Modes, name: &str) -> Metric {
    last(lab).metrics.into_iter().find(|metric| metric.quantity.name() == name).unwrap()
}

fn value(lab: &Modes, name: &str) -> f64 {
    metric(lab, name).value.unwrap()
}

fn first_remark(lab: &Modes) -> Remark {
    last(lab).remarks.swap_remove(0)
}

/// log p(x), ELBO and EUBO by the trapezoid rule, without panels or landmarks.
fn by_trapezoid(lab: &Modes) -> [f64; 3] {
    // For a Student t the tail beyond 60 has 60^{-5} of the draws, with log-weights of z⁴/2s².
    let (reach, step) = (60.0, 1e-3);
    let count = (2.0 * reach / step) as usize;
    let places: Vec<f64> = (0..=count).map(|i| -reach + step * i as f64).collect();
    let log_joint = lab.world.model().log_densities(&places).unwrap();
    let log_q = lab.world.q.proposal.log_densities(&places).unwrap();
    let evidence: f64 = log_joint.iter().map(|l| l.exp() * step).sum();
    let (mut elbo, mut eubo) = (0.0, 0.0);
    for (p, q) in log_joint.iter().zip(&log_q) {
        elbo += if *q > -700.0 { q.exp() * (p - q) * step } else { 0.0 };
        eubo += if *p > -700.0 { p.exp() / evidence * (p - q) * step } else { 0.0 };
    }
    [evidence.ln(), elbo, eubo]
}

#[test]
fn every_exact_number_against_the_trapezoid_rule() {
    for (family, sd) in [
        (Family::Gaussian, 0.101_734),
        (Family::Mixture, 0.2),
        (Family::Defensive, 0.101_734),
        (Family::Gaussian, 1.3),
        (Family::Mixture, 0.05),
    ] {
        let state = state(&[
            FIELDS.family.at(family),
            FIELDS.sd.at(sd),
            FIELDS.share.at(0.3),
            FIELDS.draws.at(64),
        ]);
        let lab = finished(state.values());
        let [evidence, elbo, eubo] = by_trapezoid(&lab);
        assert_abs_diff_eq!(value(&lab, "log-evidence"), evidence, epsilon = 1e-10);
        assert_abs_diff_eq!(value(&lab, "elbo"), elbo, epsilon = 1e-8);
        assert_abs_diff_eq!(value(&lab, "kl-posterior"), evidence - elbo, epsilon = 1e-8);
        assert_abs_diff_eq!(value(&lab, "eubo"), eubo, epsilon = 1e-7);
        assert_abs_diff_eq!(lab.world.kl_forward.unwrap(), eubo - evidence, epsilon = 1e-7);
    }
}

#[test]
fn a_student_has_a_finite_elbo_and_its_tail_is_integrated() {
    // E_q z² = m² + v and E_q z⁴ = m⁴ + 6m²v + 25σ⁴ with v = 5σ²/3 for ν = 5; the entropy is the
    // family's.
    let lab = preset("Student t");
    let Setting { mean: m, sd, noise_sd: s, observation: x, .. } = lab.world.setting;
    let v = sd * sd * 5.0 / 3.0;
    let (second, fourth) = (m * m + v, m.powi(4) + 6.0 * m * m * v + 25.0 * sd.powi(4));
    let residual = x * x - 2.0 * x * second + fourth;
    let tau = std::f64::consts::TAU;
    let expected =
        -0.5 * (tau * s * s).ln() - 0.5 * residual / (s * s) - 0.5 * tau.ln() - 0.5 * second
            + lab.world.q.proposal.entropy().unwrap();
    assert_abs_diff_eq!(value(&lab, "elbo"), expected, epsilon = 1e-7);
    let gap = lab.world.truth.log_evidence() - expected;
    assert_abs_diff_eq!(value(&lab, "kl-posterior"), gap, epsilon = 1e-7);
}

#[test]
fn the_missed_mode_costs_ln_2_and_nothing_notices() {
    // SciPy: log p(x) = −2.420831455, gap .6968. The estimate's own error is 4e-4: 5 of them.
    let lab = preset("Missed mode");
    assert_abs_diff_eq!(value(&lab, "log-evidence"), -2.420_831_455, epsilon = 1e-9);
    assert_abs_diff_eq!(value(&lab, "kl-posterior"), 0.6968, epsilon = 5e-5);
    assert_abs_diff_eq!(value(&lab, "best-q-elbo"), value(&lab, "elbo"), epsilon = 1e-9);
    let half = value(&lab, "log-evidence") - std::f64::consts::LN_2;
    assert_abs_diff_eq!(value(&lab, "importance"), half, epsilon = 2e-3);
    assert_abs_diff_eq!(value(&lab, "iwae-exact"), half, epsilon = 1e-5);
    assert!(value(&lab, "ess") > 0.985 * 65_536.0);
    assert!(value(&lab, "khat") < 0.7);
    assert!(value(&lab, "max-share") < 1e-3);
    assert_eq!(lab.draws.reached().last().unwrap().sides, [0, 65_536]);
    let remark = first_remark(&lab);
    assert!(remark.is_warning && remark.text.contains("= ln 2 too low"));
    // With a tenth of the prior the estimate is right: 5 errors of √(χ²/K) = .03.
    let beside = lab.draws.reached().last().unwrap().comparison.unwrap();
    assert_abs_diff_eq!(beside, value(&lab, "log-evidence"), epsilon = 0.15);
}

#[test]
fn no_number_of_draws_is_enough() {
    // E L_K is still ln 2 too low at the largest K, for every seed and not for one only.
    let state = state(&[FIELDS.draws.at(131_072)]);
    let lab = finished(state.values());
    let gap = value(&lab, "log-evidence") - value(&lab, "iwae-exact");
    assert_abs_diff_eq!(gap, std::f64::consts::LN_2, epsilon = 1e-5);
    assert_eq!(metric(&lab, "iwae-exact").k, Some(131_072));
}

#[test]
fn the_prior_repairs_it_and_the_alarm_is_false() {
    let lab = preset("Repaired: 10 % prior");
    let estimate = metric(&lab, "importance");
    let stderr = estimate.stderr.unwrap();
    assert!(stderr < 0.05);
    assert_abs_diff_eq!(
        estimate.value.unwrap(),
        value(&lab, "log-evidence"),
        epsilon = 4.0 * stderr
    );
    // Half of the prior's tenth: 3277 ± 56.
    assert!(lab.draws.reached().last().unwrap().sides[0] > 2000);
    assert!(value(&lab, "khat") > 0.7 && !first_remark(&lab).is_warning);
    // No weight exceeds max p(x|z)/α.
    let bound = -0.5 * (std::f64::consts::TAU * 0.09).ln() - 0.1_f64.ln();
    let heaviest = lab.draws.reached().last().unwrap().heaviest[0];
    assert!(lab.draws.draw(heaviest).unwrap().1 <= bound);
    // The comparison is the Gaussian alone.
    let beside = lab.draws.reached().last().unwrap().comparison.unwrap();
    let half = value(&lab, "log-evidence") - std::f64::consts::LN_2;
    assert_abs_diff_eq!(beside, half, epsilon = 2e-3);
}

#[test]
fn two_components_close_the_gap() {
    let lab = preset("Two-component q");
    assert!(value(&lab, "kl-posterior") < 0.005);
    // 5 of its own errors of 4e-4.
    assert_abs_diff_eq!(value(&lab, "importance"), value(&lab, "log-evidence"), epsilon = 2e-3);
    assert!(!first_remark(&lab).is_warning);
}

#[test]
fn a_heavy_tail_finds_the_mode_and_is_warned_of() {
    let lab = preset("Student t");
    let estimate = metric(&lab, "importance");
    let moment = lab.draws.reached().last().unwrap().clone();
    // Binomial with mean 39.7: outside 10 and 90 with probability 5e-9.
    let mode = lab.world.mode.unwrap();
    let is_there = |index: &usize| (lab.draws.draw(*index).unwrap().0 + mode).abs() < 0.2;
    let found = (0..moment.draws).filter(is_there).count();
    assert!((10..90).contains(&found), "{found}");
    assert!(value(&lab, "khat") > 0.7 && first_remark(&lab).is_warning);
    let error = estimate.value.unwrap() - value(&lab, "log-evidence");
    assert!(error.abs() < 4.0 * estimate.stderr.unwrap() && error.abs() < 0.4, "{error}");
}

#[test]
fn mode_seeking_flips() {
    for (label, symmetric, one) in
        [("Symmetric wins", 0.548, 0.726), ("One mode wins", 2.29, 0.723)]
    {
        let lab = preset(label);
        assert_abs_diff_eq!(lab.landscape.symmetric, symmetric, epsilon = 5e-3);
        assert_abs_diff_eq!(lab.landscape.one_mode.unwrap()[1], one, epsilon = 5e-4);
        // The preset is the best Gaussian, which the library finds by another method.
        assert_abs_diff_eq!(value(&lab, "elbo"), value(&lab, "best-q-elbo"), epsilon = 1e-5);
        let least = symmetric.min(one);
        assert_abs_diff_eq!(value(&lab, "kl-posterior"), least, epsilon = 1e-3);
    }
}

#[test]
fn the_best_gaussian_is_the_one_that_the_climb_finds() {
    for (s, x) in [(0.3, 2.25), (0.5, 1.0), (0.3, 1.0), (1.5, -0.5), (0.1, 5.0), (0.8, 1.2)] {
        let lab = Modes::new(Setting::of(
            state(&[FIELDS.noise_sd.at(s), FIELDS.observation.at(x)]).values(),
        ))
        .unwrap();
        let climbed = best_line_gaussian(&lab.world.truth).unwrap();
        assert_abs_diff_eq!(value(&lab, "best-q-elbo"), climbed.elbo, epsilon = 1e-8);
    }
}

#[test]
fn curves_of_a_gaussian_are_those_in_closed_form() {
    let lab = preset("Symmetric wins");
    let curves = lab.divergences.borrow();
    let v = lab.world.setting.sd.powi(2);
    let (first, second) = (curves.points()[0], lab.world.truth.variance());
    for point in curves.points() {
        let reverse = lab.landscape.divergence(point.mean, v);
        assert_abs_diff_eq!(point.reverse.unwrap(), reverse, epsilon = 1e-8 * (1.0 + reverse));
        // E_p (z − m)² = Var + m² for an even posterior, so forward KL is a parabola.
        let rise = 0.5 * point.mean * point.mean / v;
        let forward = first.forward.unwrap() + rise;
        assert_abs_diff_eq!(point.forward.unwrap(), forward, epsilon = 1e-8 * (1.0 + forward));
    }
    assert_abs_diff_eq!(lab.world.truth.mean(), 0.0, epsilon = 1e-12);
    assert!(second > 0.5);
}

#[test]
fn the_exact_bound_is_the_mean_of_many_estimates() {
    // 3000 times 64 draws of the defensive q: 5 standard errors, false-alarm rate 6e-7.
    let state = state(&[FIELDS.family.at(Family::Defensive), FIELDS.draws.at(64)]);
    let lab = finished(state.values());
    let mut rng = Pcg64Mcg::seed_from_u64(11);
    let estimates: Vec<f64> = (0..3000)
        .map(|_| {
            let z = lab.world.q.proposal.draw(64, &mut rng);
            let log_q = lab.world.q.proposal.log_densities(&z).unwrap();
            let log_joint = lab.world.model().log_densities(&z).unwrap();
            let weights: Vec<f64> = log_joint.iter().zip(log_q).map(|(p, q)| p - q).collect();
            log_mean_exp(&weights)
        })
        .collect();
    let mean = estimates.iter().sum::<f64>() / 3000.0;
    let variance = estimates.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / 2999.0;
    let reach = 5.0 * (variance / 3000.0).sqrt();
    assert_abs_diff_eq!(value(&lab, "iwae-exact"), mean, epsilon = reach);
}

#[test]
fn annealing_from_the_prior_meets_the_truth_and_from_q_does_not() {
    // 5 standard errors: beyond them was none of 200 seeds at any of these T.
    for temperatures in [1, 16, 64] {
        let lab =
            finished(state(&[FIELDS.temperatures.at(temperatures), FIELDS.draws.at(64)]).values());
        let ais = metric(&lab, "ais");
        let reach = 5.0 * ais.stderr.unwrap();
        assert_abs_diff_eq!(ais.value.unwrap(), value(&lab, "log-evidence"), epsilon = reach);
    }
    let lab = finished(state(&[FIELDS.draws.at(64)]).values());
    assert!(metric(&lab, "ais").stderr.unwrap() < 0.1);
    let q = DiagonalGaussian::new(vec![1.474_432], vec![0.101_734]).unwrap();
    let path = GeometricPath::new(&q, lab.world.model()).unwrap();
    let steps = Schedule::spaced(Spacing::Sigmoidal, NonZeroUsize::new(64).unwrap());
    let kernel = Hmc::new(StepSizes::constant(0.1).unwrap(), NonZeroUsize::new(3).unwrap());
    let run = AnnealedRun::new(&path, steps, kernel, NonZeroUsize::new(256).unwrap(), 5).unwrap();
    let found = importance(&run.complete(&path).unwrap()).log_evidence;
    let half = value(&lab, "log-evidence") - std::f64::consts::LN_2;
    assert_abs_diff_eq!(found, half, epsilon = 0.02);
}

#[test]
fn every_moment_is_what_its_draws_say_together() {
    let lab = preset("Missed mode");
    for moment in lab.draws.reached().iter().filter(|m| m.draws <= 4096) {
        let pool = (0..moment.draws).map(|i| lab.draws.draw(i).unwrap().1).collect();
        let weights = crate::evidence::LogWeights::new(pool).unwrap();
        assert_eq!(moment.psis, Some(crate::evidence::psis(&weights)));
        let expected = importance(&weights);
        let found = moment.estimate;
        assert_abs_diff_eq!(found.log_evidence, expected.log_evidence, epsilon = 1e-12);
        let ess = crate::evidence::effective_sample_size(&weights).unwrap();
        assert_abs_diff_eq!(moment.effective_sample_size.unwrap(), ess, epsilon = 1e-8 * ess);
        let share = crate::evidence::max_share(&weights).unwrap();
        assert_abs_diff_eq!(moment.max_share.unwrap(), share, epsilon = 1e-12);
    }
}

#[test]
fn the_curves_of_kl_pass_through_the_handle_and_fit_the_picture() {
    for preset in LAB.presets {
        let lab = finished(LabState::preset(&LAB, preset).values());
        let figure = last(&lab).figures.swap_remove(2);
        let at = figure.handles[0].at;
        let lines = figure.marks.iter().filter_map(|mark| match &mark.shape {
            crate::figure::Shape::Line(points) => Some(points.clone()),
            _ => None,
        });
        let lines: Vec<Vec<[f64; 2]>> = lines.collect();
        assert!(lines.iter().any(|line| line.contains(&at)), "{}", preset.label.english());
        for line in &lines {
            assert!(
                line.windows(2).all(|pair| pair[0][0] <= pair[1][0]),
                "{}",
                preset.label.english()
            );
            let middle = line.iter().find(|point| point[0] == 0.0).unwrap();
            assert!((figure.y.range[0]..=figure.y.range[1]).contains(&middle[1]));
        }
    }
}

#[test]
fn what_does_not_depend_on_m_is_kept_while_it_is_dragged() {
    let first = finished(state(&[FIELDS.draws.at(64)]).values());
    let moved =
        Modes::new(Setting::of(state(&[FIELDS.draws.at(64), FIELDS.mean.at(1.0)]).values()))
            .unwrap();
    assert!(Rc::ptr_eq(&first.divergences, &moved.divergences));
    assert!(Rc::ptr_eq(&first.annealing, &moved.annealing));
    let wider =
        Modes::new(Setting::of(state(&[FIELDS.draws.at(64), FIELDS.sd.at(1.0)]).values())).unwrap();
    assert!(!Rc::ptr_eq(&first.divergences, &wider.divergences));
}

#[test]
fn moments_are_few_and_hold_every_power_of_two() {
    for draws in [64, 1024, 65_536, 131_072] {
        let lab = Modes::new(Setting::of(state(&[FIELDS.draws.at(draws)]).values())).unwrap();
        assert!(lab.steps() <= 120, "{}", lab.steps());
    }
    let lab = finished(state(&[FIELDS.draws.at(1024)]).values());
    let table = last(&lab).table;
    let column: Vec<f64> = table.rows.iter().map(|row| row[0].unwrap()).collect();
    assert_eq!(column, (0..=10).map(|i| 2_f64.powi(i)).collect::<Vec<_>>());
    assert!(lab.draws.reached().windows(2).all(|pair| pair[0].draws < pair[1].draws));
    assert!(lab.sheet(0, Language::En).table.rows.is_empty());
}

#[test]
fn portuguese_leaves_no_english_and_no_open_names() {
    for preset in LAB.presets {
        let lab = finished(LabState::preset(&LAB, preset).values());
        for step in [0, 1, lab.steps() / 2, lab.steps()] {
            for language in [Language::En, Language::Pt] {
                let sheet = lab.sheet(step, language);
                let summaries = sheet.figures.iter().map(|figure| figure.summary.clone());
                let remarks = sheet.remarks.iter().map(|remark| remark.text.clone());
                for text in summaries.chain(remarks) {
                    assert!(!text.contains(['{', '}']) && !text.contains("NaN"), "{text}");
                    let english = [" the ", " draws", " nats off", "prior,"];
                    let is_english = english.iter().any(|word| text.contains(word));
                    assert!(language == Language::En || !is_english, "{text}");
                }
            }
        }
    }
}

fn anywhere() -> impl Strategy<Value = Vec<f64>> {
    let each = LAB.parameters.iter().map(|parameter| {
        let [_, low, high, _] = parameter.slider(parameter.default);
        (0.0..=1.0_f64).prop_map(move |share| parameter.value_at(low + share * (high - low)))
    });
    each.collect::<Vec<_>>()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn wherever_the_sliders_are_nothing_is_nan(mut values in anywhere(), ends in any::<bool>()) {
        for (value, parameter) in values.iter_mut().zip(LAB.parameters) {
            let [min, max] = parameter.bounds();
            // Half of the cases are at the ends of the ranges.
            if ends {
                *value = if *value < 0.5 * (min + max) { min } else { max };
            }
        }
        let draws = &mut values[FIELDS.draws.place()];
        *draws = draws.min(2048.0);
        let mut lab = Modes::new(Setting::of(&values)).unwrap();
        let early = lab.sheet(lab.steps(), Language::Pt);
        prop_assert_eq!(early.figures.len(), 3);
        let mut slices = 0;
        while lab.advance() {
            slices += 1;
            prop_assert!(slices < 1000);
        }
        prop_assert!((lab.progress() - 1.0).abs() < 1e-12);
        for step in [0, 1, lab.steps()] {
            let sheet = lab.sheet(step, Language::Pt);
            for figure in &sheet.figures {
                prop_assert!(figure.handles.iter().flat_map(|h| h.at).all(f64::is_finite));
                prop_assert!(figure.x.range[0] < figure.x.range[1]);
                prop_assert!(figure.y.range[0] < figure.y.range[1]);
            }
            for metric in &sheet.metrics {
                prop_assert!(metric.value.is_none_or(|value| !value.is_nan()));
            }
        }
        let exact = value(&lab, "log-evidence");
        prop_assert!(value(&lab, "elbo") <= exact + 1e-9 * (1.0 + exact.abs()));
        prop_assert!(value(&lab, "eubo") >= exact - 1e-9 * (1.0 + exact.abs()));
        prop_assert!(value(&lab, "iwae-exact") <= exact + 1e-6);
        prop_assert!(value(&lab, "iwae-exact") >= value(&lab, "elbo") - 1e-6);
        prop_assert!(value(&lab, "ais").is_finite());
        prop_assert!(value(&lab, "best-q-elbo") <= exact + 1e-9 * (1.0 + exact.abs()));
    }
}

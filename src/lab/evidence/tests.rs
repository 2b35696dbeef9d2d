//! The lab's numbers against closed forms and other methods; the claims of the presets.

use approx::assert_abs_diff_eq;
use proptest::prelude::*;

use super::draws::LineDraws;
use super::pictures::Pictures;
use super::setting::FIELDS;
use super::truth::LineTruth;
use super::*;
use crate::evidence::{LogWeights, effective_sample_size, importance, k_hat, max_share, psis};
use crate::exact::{GaussianOracle, LinearModel, Normal};
use crate::figure::{Role, Shape};
use crate::known_gaussian::{LOG_EVIDENCE, PRIOR, WIDE};
use crate::lab::{LabState, Sheet};
use crate::state::Language;

fn run_of(values: &[f64]) -> EvidenceRun {
    let setting = Setting::of(values);
    let truth = LineTruth::of(&setting).unwrap();
    let (pictures, draws) = (Pictures::of(&setting, &truth), LineDraws::new(&setting));
    let mut run = EvidenceRun { setting, truth, draws, pictures };
    while run.advance() {}
    run
}

fn preset(label: &str, changes: &[(usize, f64)]) -> EvidenceRun {
    let preset = PRESETS.iter().find(|preset| preset.label.english() == label).unwrap();
    let mut state = LabState::preset(&LAB, preset);
    for &(place, value) in changes {
        state.set(place, value);
    }
    run_of(state.values())
}

fn last(run: &EvidenceRun) -> Sheet {
    run.sheet(run.steps(), Language::En)
}

fn value(sheet: &Sheet, name: &str) -> f64 {
    let metric = sheet.metrics.iter().find(|metric| metric.quantity.name() == name).unwrap();
    metric.value.unwrap_or_else(|| panic!("{name} has no value"))
}

fn stderr(sheet: &Sheet, name: &str) -> f64 {
    sheet
        .metrics
        .iter()
        .find(|metric| metric.quantity.name() == name)
        .and_then(|m| m.stderr)
        .unwrap()
}

fn warns(sheet: &Sheet, word: &str) -> bool {
    sheet.remarks.iter().any(|remark| remark.is_warning && remark.text.contains(word))
}

#[test]
fn exact_values_are_those_of_the_oracle() {
    for label in ["Wide q", "Narrow q", "Good ELBO, variance ∞", "q = prior", "q = posterior"] {
        let run = preset(label, &[FIELDS.count.at(1)]);
        let (mean, sd) = (run.setting.mean, run.setting.sd());
        let model = LinearModel { slope: 1.5, offset: 0.25, noise: 0.8, x: 1.75 };
        let q = Normal::new(mean, sd * sd).unwrap();
        let oracle = GaussianOracle::of_model(model, q).unwrap();
        let sheet = last(&run);
        assert_abs_diff_eq!(value(&sheet, "log-evidence"), oracle.log_evidence(), epsilon = 1e-11);
        assert_abs_diff_eq!(value(&sheet, "elbo"), oracle.elbo(), epsilon = 1e-8);
        assert_abs_diff_eq!(value(&sheet, "kl-posterior"), oracle.kl(), epsilon = 1e-8);
        // Exact for a Gaussian joint.
        assert_abs_diff_eq!(value(&sheet, "laplace"), oracle.log_evidence(), epsilon = 1e-8);
        let (found, expected) = (value(&sheet, "chi-square"), oracle.chi_squared());
        assert!(found == expected || (found - expected).abs() < 1e-8, "{label}: {found}");
    }
}

#[test]
fn estimates_are_unbiased_with_the_variance_of_the_closed_form() {
    // 131 072 draws, 5 exact standard errors √(χ²/K): false-alarm rate 6e-7 each.
    let sheet = last(&preset("Wide q", &[FIELDS.count.at(131_072)]));
    let error = |chi_square: f64| (chi_square / 131_072.0).sqrt();
    for (name, chi_square) in [("importance", WIDE.chi_squared), ("prior-mc", PRIOR.chi_squared)] {
        assert_abs_diff_eq!(value(&sheet, name), LOG_EVIDENCE, epsilon = 5.0 * error(chi_square));
        assert_abs_diff_eq!(stderr(&sheet, name) / error(chi_square), 1.0, epsilon = 0.05);
    }
}

#[test]
fn every_moment_is_what_the_estimators_say_of_the_draws_so_far() {
    let run = preset("Narrow q", &[FIELDS.count.at(512)]);
    for step in [1, 2, 20, 30, run.steps()] {
        let seen = run.draws.seen(step);
        let count = seen.latents.len();
        let joint = |z: f64| run.truth.log_joint(z) - run.setting.log_q(z);
        let weights = LogWeights::new(seen.latents.iter().map(|z| joint(*z)).collect()).unwrap();
        let now = seen.now().unwrap();
        assert_eq!((count, seen.moments.last()), (now.sampling.draws.get(), Some(&count)));
        let expected = importance(&weights);
        assert_abs_diff_eq!(now.sampling.log_evidence, expected.log_evidence, epsilon = 1e-12);
        assert_eq!(now.sampling.log_stderr.is_some(), count > 1);
        assert_eq!(now.psis.map(|psis| psis.log_evidence), psis(&weights).map(|p| p.log_evidence));
        assert_eq!(now.psis.map(|psis| psis.k_hat.value), k_hat(&weights).map(|k| k.value));
        let ess = effective_sample_size(&weights).unwrap();
        assert_abs_diff_eq!(now.effective.unwrap(), ess, epsilon = 1e-9 * ess);
        let share = max_share(&weights).unwrap();
        assert_abs_diff_eq!(now.max_share.unwrap(), share, epsilon = 1e-12);
        let heaviest = seen.log_weights[now.heaviest];
        assert!(seen.log_weights.iter().all(|weight| *weight <= heaviest));
    }
}

#[test]
fn wide_and_narrow_have_one_elbo_and_two_fates() {
    let (wide, narrow) = (last(&preset("Wide q", &[])), last(&preset("Narrow q", &[])));
    assert!((value(&wide, "elbo") - value(&narrow, "elbo")).abs() < 0.02);
    assert!(value(&wide, "chi-square") < 0.3 && value(&narrow, "chi-square") == f64::INFINITY);
    assert!(!wide.remarks.iter().any(|remark| remark.is_warning));
    assert!(warns(&narrow, "infinite variance"));

    let good = last(&preset("Good ELBO, variance ∞", &[]));
    assert!(value(&good, "kl-posterior") < 0.1 && warns(&good, "infinite variance"));
    assert!(good.remarks.iter().any(|remark| remark.text.contains("0.10")), "{:?}", good.remarks);
}

#[test]
fn importance_sampling_from_the_prior_repairs_its_elbo() {
    let sheet = last(&preset("q = prior", &[]));
    assert!(value(&sheet, "kl-posterior") > 2.3);
    // 256 draws, χ² = 1.24: 5 errors of 0.07.
    let gap = value(&sheet, "importance") - value(&sheet, "log-evidence");
    assert!(gap.abs() < 0.35, "{gap}");
}

#[test]
fn at_the_posterior_every_weight_is_the_evidence() {
    let run = preset("q = posterior", &[]);
    for step in [1, run.steps() / 2, run.steps()] {
        let sheet = run.sheet(step, Language::En);
        assert_abs_diff_eq!(
            value(&sheet, "importance"),
            value(&sheet, "log-evidence"),
            epsilon = 1e-12
        );
    }
    let sheet = last(&run);
    assert!(stderr(&sheet, "importance") < 1e-12);
    assert_abs_diff_eq!(value(&sheet, "ess"), 64.0, epsilon = 1e-9);
    assert!(sheet.remarks.iter().any(|remark| remark.text.contains("one draw")));
}

#[test]
fn the_missed_mode_is_missed_without_a_sign_in_the_weights() {
    let run = preset("Missed mode", &[]);
    let sheet = last(&run);
    assert_abs_diff_eq!(value(&sheet, "log-evidence"), -2.420_831_455, epsilon = 1e-8);
    assert_abs_diff_eq!(value(&sheet, "kl-posterior"), 0.6968, epsilon = 1e-4);
    let gap = value(&sheet, "importance") - value(&sheet, "log-evidence");
    assert_abs_diff_eq!(gap, -2.0_f64.ln(), epsilon = 0.01);
    assert!(gap.abs() > 100.0 * stderr(&sheet, "importance"));
    assert!(value(&sheet, "ess") > 0.98 * 65_536.0 && value(&sheet, "khat") < 0.7);
    assert!(warns(&sheet, "50%") && warns(&sheet, "99%"), "{:?}", sheet.remarks);
    // The prior's draws visit both modes: 5 of its own errors.
    let prior = value(&sheet, "prior-mc") - value(&sheet, "log-evidence");
    assert!(prior.abs() < 5.0 * stderr(&sheet, "prior-mc"));
    // Laplace's approximation covers one of the modes as well.
    assert!((value(&sheet, "laplace") - value(&sheet, "importance")).abs() < 0.02);
}

#[test]
fn three_shapes_have_the_evidence_as_their_area() {
    for preset in PRESETS {
        let run = run_of(LabState::preset(&LAB, preset).values());
        let sheet = last(&run);
        let figure = &sheet.figures[0];
        for role in [Role::Posterior, Role::Prior, Role::Q] {
            let mark = figure.marks.iter().find(|mark| mark.role == role).unwrap();
            let (Shape::Area { points, .. } | Shape::Line(points)) = &mark.shape else { panic!() };
            let area: f64 = points
                .windows(2)
                .map(|pair| 0.5 * (pair[1][0] - pair[0][0]) * (pair[0][1] + pair[1][1]))
                .sum();
            // The trapezoid rule on the points that are drawn; the prior ends at 4 deviations.
            let exact = value(&sheet, "log-evidence").exp();
            assert!((area / exact - 1.0).abs() < 5e-3, "{role:?} {area} {exact}");
        }
    }
}

#[test]
fn handles_hold_what_they_move() {
    for (m, v) in [(0.5, 0.4), (-3.0, 2.0), (4.0, 9.0), (1.2, 0.005)] {
        let run = run_of(&[0.0, 1.5, 0.25, 0.8, 1.75, m, v, 4.0, 1.0]);
        let figure = &last(&run).figures[0];
        for (handle, expected) in figure.handles.iter().zip([m, v]) {
            assert_abs_diff_eq!(
                handle.horizontal.unwrap().value(handle.at[0]),
                expected,
                epsilon = 1e-12
            );
            assert!((0.0..=1.0).contains(&figure.x.share(handle.at[0])));
            assert!((0.0..=1.0).contains(&figure.y.share(handle.at[1])));
        }
    }
}

#[test]
fn nothing_is_drawn_at_the_beginning_and_draws_fall_one_by_one() {
    let run = preset("Wide q", &[]);
    let begin = run.sheet(0, Language::Pt);
    let importance =
        begin.metrics.iter().find(|metric| metric.quantity.name() == "importance").unwrap();
    assert_eq!((importance.value, importance.stderr), (None, None));
    assert!(begin.remarks[0].text.contains("Nada"));
    for step in 1..=20 {
        assert_eq!(run.draws.seen(step).latents.len(), step);
    }
    assert!(run.steps() < 80);
    assert_eq!(run.draws.moments().last(), Some(&256));
}

fn values() -> impl Strategy<Value = Vec<f64>> {
    // The ends of every slider are as likely as all values between them.
    let each = PARAMETERS.iter().enumerate().map(|(place, parameter)| {
        let [min, max] = parameter.bounds();
        let max = if place == FIELDS.count.place() { 512.0 } else { max };
        prop_oneof![Just(min), Just(max), min..=max].prop_map(|v| parameter.clamp(v)).boxed()
    });
    each.collect::<Vec<_>>()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn every_corner_has_a_sheet_without_nan(values in values()) {
        let run = run_of(&values);
        prop_assert!(run.steps() <= 150);
        for step in [0, 1, run.steps()] {
            let sheet = run.sheet(step, Language::Pt);
            for metric in &sheet.metrics {
                prop_assert!(metric.value.is_none_or(|v| !v.is_nan()), "{}", metric.quantity.name());
            }
            let elbo = sheet.metrics.iter().find(|metric| metric.quantity.name() == "elbo").unwrap();
            prop_assert!(elbo.value.is_some_and(f64::is_finite), "{:?}", values);
            for figure in &sheet.figures {
                for axis in [&figure.x, &figure.y] {
                    prop_assert!(axis.range.iter().all(|end| end.is_finite()));
                    prop_assert!(axis.range[0] < axis.range[1]);
                }
                for handle in &figure.handles {
                    prop_assert!((-1e-9..=1.0 + 1e-9).contains(&figure.x.share(handle.at[0])));
                    prop_assert!((0.0..=1.0).contains(&figure.y.share(handle.at[1])));
                }
            }
        }
        // ELBO + KL = log p, computed as three integrals.
        let residual = run.truth.elbo.unwrap() + run.truth.kl.unwrap() - run.truth.log_evidence();
        let size = 1.0 + run.truth.kl.unwrap().abs();
        prop_assert!(residual.abs() < 1e-8 * size, "{} at {:?}", residual, values);
    }
}

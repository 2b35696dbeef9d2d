//! Every number of the lab against its closed form, the published figures, or theory.

use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::LAB;
use super::ascent_paths::STEPS;
use super::problem::Problem;
use super::run::{GradientsRun, LADDER};
use super::setting::{FIELDS, MEANS, PARAMETERS, PRESETS, Setting, VARIANCES};
use crate::exact::{GaussianOracle, LinearModel, Normal};
use crate::figure::Shape;
use crate::gradient::{AscentOutcome, METHODS, MethodKind, Moments, WeightTransform};
use crate::known_gaussian::{LOG_EVIDENCE, WIDE};
use crate::lab::{LabState, Metric, Run, Sheet};
use crate::state::Language;

fn k(draws: usize) -> NonZeroUsize {
    NonZeroUsize::new(draws).unwrap()
}

/// The lab with some parameters set, before any work.
fn begun(values: &[(usize, f64)]) -> GradientsRun {
    let mut state = LabState::new(&LAB);
    for &(place, value) in values {
        state.set(place, value);
    }
    GradientsRun::new(Setting::of(state.values())).unwrap()
}

/// The same, computed to the end.
fn run(values: &[(usize, f64)]) -> GradientsRun {
    let mut run = begun(values);
    while run.advance() {}
    run
}

fn preset(index: usize) -> GradientsRun {
    run(PRESETS[index].values)
}

fn metric(sheet: &Sheet, name: &str) -> Metric {
    sheet.metrics.iter().find(|metric| metric.quantity.name() == name).unwrap().clone()
}

fn value(sheet: &Sheet, name: &str) -> f64 {
    metric(sheet, name).value.unwrap()
}

fn variance(run: &GradientsRun, method: MethodKind, draws: usize) -> f64 {
    run.exact_at(method, k(draws)).unwrap().variance
}

fn oracle(mean: f64, variance: f64) -> GaussianOracle {
    let model = LinearModel { slope: 1.5, offset: 0.25, noise: 0.8, x: 1.75 };
    GaussianOracle::of_model(model, Normal::new(mean, variance).unwrap()).unwrap()
}

fn outcome(run: &GradientsRun, method: MethodKind) -> AscentOutcome {
    run.climbs.of(method).unwrap().outcome(STEPS).unwrap()
}

fn last_gap(run: &GradientsRun, method: MethodKind) -> f64 {
    let log_evidence = run.problem.posterior.log_evidence();
    run.climbs.of(method).unwrap().last_gap(log_evidence, STEPS)
}

#[test]
fn the_exact_numbers_of_wide_are_those_of_the_oracle() {
    let sheet = run(&[]).sheet(STEPS, Language::En);
    for (name, expected) in [
        ("log-evidence", LOG_EVIDENCE),
        ("elbo", WIDE.elbo),
        ("kl-posterior", WIDE.kl),
        // −(½ − μ)/τ².
        ("gradient-exact", 1.257_812_5),
    ] {
        assert!((value(&sheet, name) - expected).abs() < 1e-12, "{name}");
    }
}

#[test]
fn every_variance_of_wide_is_the_published_one() {
    let run = run(&[]);
    for (method, draws, expected) in [
        (MethodKind::Score, 1, 27.031_401_630_89),
        (MethodKind::ScoreMeanBaseline, 1, 7.226_928_710_94),
        (MethodKind::ScoreBestBaseline, 1, 5.601_831_054_69),
        (MethodKind::Rloo, 2, 5.601_831_054_69),
        (MethodKind::Rloo, 4, 2.138_126_627_60),
        (MethodKind::Reparameterised, 1, 8.156_347_656_25),
        (MethodKind::StickingTheLanding, 1, 1.625_097_656_25),
    ] {
        assert!((variance(&run, method, draws) - expected).abs() < 1e-9, "{method:?}");
    }
}

#[test]
fn every_cloud_agrees_with_theory() {
    // 8 methods, mean and variance, in m and ln σ: 32 comparisons within 5 standard errors, 6e-7 each if
    // they were normal; the seed is fixed.
    let run = run(&[FIELDS.draws.at(4), FIELDS.replicates.at(4096)]);
    for method in METHODS {
        let column = run.clouds.column(method.kind).unwrap();
        let transform = WeightTransform::new(&run.problem.weight);
        let exact = run.problem.exact(method.kind, k(4), transform.as_ref()).unwrap();
        for (values, exact) in column.values.iter().zip([exact.mean, exact.log_sd]) {
            assert_eq!(values.len(), 4096);
            let found = Moments::of(values).unwrap();
            let name = method.name;
            assert!((found.mean - exact.mean).abs() < 5.0 * found.mean_stderr, "{name}");
            let off = (found.variance - exact.variance).abs();
            assert!(off < 5.0 * found.variance_stderr, "{name}: {found:?} {exact:?}");
        }
    }
}

#[test]
fn the_sheet_says_what_the_first_estimates_say() {
    let run = run(&[FIELDS.replicates.at(64)]);
    let in_mean = &run.clouds.column(MethodKind::Score).unwrap().values[0];
    for step in [15, 150, STEPS] {
        let expected = Moments::of(&in_mean[..64 * step / STEPS]).unwrap();
        let sheet = run.sheet(step, Language::En);
        for (name, value, stderr) in [
            ("gradient-mean", expected.mean, expected.mean_stderr),
            ("gradient-variance", expected.variance, expected.variance_stderr),
            ("gradient-snr", expected.snr.unwrap().ratio, expected.snr.unwrap().stderr),
        ] {
            let metric = metric(&sheet, name);
            assert_eq!((metric.value, metric.stderr), (Some(value), Some(stderr)), "{name}");
        }
    }
    let nothing = run.sheet(0, Language::En);
    assert_eq!(metric(&nothing, "gradient-mean").value, None);
    assert!(metric(&nothing, "gradient-exact").value.is_some());
}

#[test]
fn the_ladder_is_that_of_the_published_table() {
    // IWAE falls as 1/√K, DReG rises as √K (Tucker et al. 2019); measured within 5 standard errors, 6e-7 each.
    let run = run(&[
        FIELDS.method.at(MethodKind::Iwae),
        FIELDS.versus.at(MethodKind::DReG),
        FIELDS.replicates.at(4096),
    ]);
    for (method, expected) in [
        (MethodKind::Iwae, [0.440, 0.161, 0.0756, 0.0373]),
        (MethodKind::DReG, [0.987, 1.052, 2.228, 4.521]),
    ] {
        for ((draws, rung), expected) in LADDER.into_iter().zip(&run.ladder).zip(expected) {
            let exact = run.exact_at(method, k(draws)).unwrap().snr().unwrap();
            assert!((exact / expected - 1.0).abs() < 2e-3, "{method:?} {draws} {exact}");
            let found = rung.moments(method, 4096, &run.problem).unwrap().snr.unwrap();
            assert!((found.ratio - exact).abs() < 5.0 * found.stderr, "{method:?} {draws}");
        }
    }
}

#[test]
fn wide_shows_the_score_noisier_than_pathwise() {
    let run = preset(0);
    let [score, pathwise] = [MethodKind::Score, MethodKind::Reparameterised];
    assert!(variance(&run, score, 2) > 3.0 * variance(&run, pathwise, 2));
    assert!(last_gap(&run, score) > last_gap(&run, pathwise));
    assert_eq!(outcome(&run, MethodKind::StickingTheLanding), AscentOutcome::Converged);
}

#[test]
fn at_the_posterior_sticking_the_landing_is_zero_and_pathwise_is_not() {
    let run = preset(1);
    let sheet = run.sheet(STEPS, Language::En);
    for name in ["gradient-mean", "gradient-variance", "gradient-exact", "gradient-variance-exact"]
    {
        assert_eq!(value(&sheet, name), 0.0, "{name}");
    }
    assert_eq!(metric(&sheet, "gradient-snr").value, None);
    // 1/τ².
    let pathwise = variance(&run, MethodKind::Reparameterised, 1);
    assert!((pathwise - (1.0 + 1.875 * 1.875)).abs() < 1e-12);
    assert!(value(&sheet, "kl-posterior").abs() < 1e-15);
    assert!(last_gap(&run, MethodKind::StickingTheLanding).abs() < 1e-12);
    assert!(last_gap(&run, MethodKind::Reparameterised) > 0.01);
    assert!(sheet.remarks[0].text.contains("every STL estimate is zero"));
}

#[test]
fn at_minus_170_nats_the_score_explodes_and_no_other_method_moves() {
    let (plain, shifted) = (run(&[FIELDS.draws.at(1)]), preset(2));
    let score = variance(&shifted, MethodKind::Score, 1);
    assert!((score / 7.477e4 - 1.0).abs() < 1e-3, "{score}");
    for method in METHODS.iter().filter(|method| method.kind != MethodKind::Score) {
        for draws in [2, 16] {
            let [before, after] = [&plain, &shifted].map(|run| variance(run, method.kind, draws));
            assert!((after / before - 1.0).abs() < 1e-9, "{} {before} {after}", method.name);
        }
    }
    let sheets = [&plain, &shifted].map(|run| run.sheet(STEPS, Language::En));
    for (name, change) in [("log-evidence", -170.0), ("elbo", -170.0), ("kl-posterior", 0.0)] {
        let [before, after] = [0, 1].map(|index: usize| value(&sheets[index], name));
        assert!((after - before - change).abs() < 1e-11, "{name}");
    }
    let found = metric(&sheets[1], "gradient-variance");
    assert!((found.value.unwrap() - score).abs() < 5.0 * found.stderr.unwrap());
    assert!(matches!(outcome(&shifted, MethodKind::Score), AscentOutcome::Diverged(_)));
    assert_eq!(outcome(&shifted, MethodKind::Reparameterised), AscentOutcome::OutOfSteps);
    assert!(sheets[1].remarks[0].is_warning && sheets[1].remarks[1].is_warning);
    assert!(sheets[1].remarks[1].text.contains("Score was thrown off"));
}

#[test]
fn at_64_draws_iwae_has_less_signal_than_at_one_and_its_climb_does_not_arrive() {
    let run = preset(3);
    let snr = |method, draws| run.exact_at(method, k(draws)).unwrap().snr().unwrap();
    assert!(snr(MethodKind::Iwae, 64) < 0.1 * snr(MethodKind::Iwae, 1));
    assert!(snr(MethodKind::DReG, 64) > 4.0 * snr(MethodKind::DReG, 1));
    assert_eq!(outcome(&run, MethodKind::Iwae), AscentOutcome::OutOfSteps);
    let remarks = run.sheet(STEPS, Language::Pt).remarks;
    assert!(remarks[0].text.contains("cai de 0,440 para 0,037"), "{}", remarks[0].text);
    assert!(remarks[1].text.contains("IWAE não convergiu"), "{}", remarks[1].text);
}

#[test]
fn on_a_narrow_q_sticking_the_landing_is_noisier() {
    let run = preset(5);
    let tau2 = run.problem.posterior.variance();
    let landing = variance(&run, MethodKind::StickingTheLanding, 1);
    let pathwise = variance(&run, MethodKind::Reparameterised, 1);
    // (τ² − v)²/(v τ⁴) against v/τ⁴ at v = 0.1.
    assert!((landing - (tau2 - 0.1).powi(2) / (0.1 * tau2 * tau2)).abs() < 1e-12);
    assert!((pathwise - 0.1 / (tau2 * tau2)).abs() < 1e-12);
    assert!(landing > 1.4 * pathwise);
    assert!(run.sheet(STEPS, Language::En).remarks[0].text.contains("STL is noisier"));
}

#[test]
fn leaving_one_out_needs_two() {
    let run =
        run(&[FIELDS.method.at(MethodKind::Rloo), FIELDS.draws.at(1), FIELDS.replicates.at(64)]);
    let sheet = run.sheet(STEPS, Language::En);
    for name in ["gradient-mean", "gradient-variance", "gradient-variance-exact", "gradient-snr"] {
        assert_eq!(metric(&sheet, name).value, None, "{name}");
    }
    assert!(sheet.remarks[0].is_warning && sheet.remarks[0].text.contains("K ≥ 2"));
}

#[test]
fn the_first_sheet_has_all_that_is_exact_and_a_part_of_the_rest() {
    let run = begun(&[FIELDS.draws.at(64), FIELDS.replicates.at(4096)]);
    assert!(run.progress() < 0.1);
    let sheet = run.sheet(STEPS, Language::En);
    let exact = value(&sheet, "gradient-variance-exact");
    assert!((exact - 27.031_401_630_89 / 64.0).abs() < 1e-10);
    assert!(value(&sheet, "gradient-variance") > 0.0);
}

#[test]
fn every_path_starts_at_q_and_every_handle_at_the_start() {
    let run = run(&[FIELDS.mean.at(-0.2), FIELDS.variance.at(0.9)]);
    let plane = &run.sheet(STEPS, Language::En).figures[0];
    assert_eq!(plane.handles[0].at, [-0.2, 0.9]);
    let lines = plane.marks.iter().filter_map(|mark| match &mark.shape {
        Shape::Line(points) => Some(points[0]),
        _ => None,
    });
    let starts: Vec<[f64; 2]> = lines.collect();
    assert_eq!(starts.len(), METHODS.len());
    for [mean, variance] in starts {
        assert!((mean + 0.2).abs() < 1e-12 && (variance - 0.9).abs() < 1e-12);
    }
}

#[test]
fn what_iwae_and_dreg_do_is_known_in_every_corner() {
    for mean in [MEANS[0], 0.78, MEANS[1]] {
        for variance in [VARIANCES[0], 0.22, VARIANCES[1]] {
            let problem = Problem::new(mean, variance, 0.0).unwrap();
            let transform = WeightTransform::new(&problem.weight);
            assert!(transform.is_some(), "{mean} {variance}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_exact_numbers_are_those_of_the_closed_forms(
        mean in MEANS[0]..=MEANS[1], variance in VARIANCES[0]..=VARIANCES[1], is_shifted: bool,
    ) {
        let shift = if is_shifted { -170.0 } else { 0.0 };
        let problem = Problem::new(mean, variance, shift).unwrap();
        let truth = oracle(mean, variance);
        let log_evidence = problem.posterior.log_evidence();
        prop_assert!((log_evidence - shift - truth.log_evidence()).abs() < 1e-11);
        prop_assert!((problem.weight.elbo() - shift - truth.elbo()).abs() < 1e-10);
        prop_assert!((problem.kl_to_posterior() - truth.kl()).abs() < 1e-10);
        // The ELBO comes from the log-weights and the divergence does not.
        let residual = log_evidence - problem.weight.elbo() - problem.kl_to_posterior();
        prop_assert!(residual.abs() < 1e-11, "{}", residual);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn wherever_the_controls_are_nothing_is_nan(
        shares in proptest::array::uniform10(0.0..=1.0_f64), step in 0..=STEPS, ends in 0..1024_u32,
    ) {
        let mut state = LabState::new(&LAB);
        for (place, (share, parameter)) in shares.into_iter().zip(PARAMETERS).enumerate() {
            // About every fourth parameter is at one of its ends.
            let share = if ends >> place & 1 == 1 && share < 0.5 { share.round() } else { share };
            let [_, min, max, _] = parameter.slider(parameter.default);
            state.set(place, parameter.value_at(min + share * (max - min)));
        }
        let mut setting = Setting::of(state.values());
        setting.replicates = setting.replicates.min(128);
        let mut run = GradientsRun::new(setting).unwrap();
        let mut slices = 0;
        loop {
            let sheet = run.sheet(step, Language::Pt);
            for metric in &sheet.metrics {
                prop_assert!(metric.value.is_none_or(|value| value.is_finite()), "{:?}", metric);
                prop_assert!(metric.stderr.is_none_or(|value| value.is_finite()), "{:?}", metric);
            }
            for figure in &sheet.figures {
                for axis in [&figure.x, &figure.y] {
                    prop_assert!(axis.range[0] < axis.range[1], "{} {:?}", figure.name, axis);
                    prop_assert!(axis.range.iter().all(|end| end.is_finite()));
                }
            }
            prop_assert!(sheet.table.rows.iter().flatten().flatten().all(|cell| cell.is_finite()));
            prop_assert!((0.0..=1.0 + 1e-9).contains(&run.progress()));
            slices += 1;
            // The first, the second, and then the last.
            if slices > 1 {
                if run.progress() > 1.0 - 1e-9 && !run.advance() {
                    break;
                }
                while run.advance() {
                    slices += 1;
                    prop_assert!(slices < 2000);
                }
            } else {
                run.advance();
            }
        }
    }
}

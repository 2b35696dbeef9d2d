//! The lab's numbers against mpmath, closed forms and simulation; the claims of the presets.

use approx::assert_abs_diff_eq;
use proptest::prelude::*;

use super::pictures::Theory;
use super::replicates::{CUBO, DELTA, ESTIMATORS, IWAE, JACKKNIFE_1, JACKKNIFE_2, RENYI};
use super::setting::FIELDS;
use super::*;
use crate::known_gaussian::{LOG_EVIDENCE, NARROW, PRIOR, WIDE};
use crate::lab::{LabState, Sheet};
use crate::state::Language;

/// The ends of the sliders of shift and ratio.
fn ends() -> [[f64; 2]; 2] {
    [FIELDS.shift.at(0.0), FIELDS.ratio.at(1.0)].map(|(place, _)| PARAMETERS[place].bounds())
}

fn preset(label: &str, changes: &[(usize, f64)]) -> BiasRun {
    let preset = PRESETS.iter().find(|preset| preset.label.english() == label).unwrap();
    let mut state = LabState::preset(&LAB, preset);
    for &(place, value) in changes {
        state.set(place, value);
    }
    whole(state.values())
}

fn whole(values: &[f64]) -> BiasRun {
    let mut run = BiasRun::new(Setting::of(values)).unwrap();
    while run.advance() {}
    run
}

/// The exact part alone.
fn exact(label: &str) -> BiasRun {
    let preset = PRESETS.iter().find(|preset| preset.label.english() == label).unwrap();
    BiasRun::new(Setting::of(LabState::preset(&LAB, preset).values())).unwrap()
}

fn gap(run: &BiasRun, k: usize) -> f64 {
    run.exact.at(k).unwrap().iwae
}

fn value(sheet: &Sheet, name: &str) -> f64 {
    let metric = sheet.metrics.iter().find(|metric| metric.quantity.name() == name).unwrap();
    metric.value.unwrap_or_else(|| panic!("{name} has no value"))
}

#[test]
fn exact_gaps_are_those_of_mpmath() {
    for (label, q) in [("Wide q", WIDE), ("Narrow q", NARROW), ("q = prior", PRIOR)] {
        let run = exact(label);
        for (k, expected) in q.iwae_gaps {
            assert_abs_diff_eq!(gap(&run, k), expected, epsilon = 1e-10);
        }
        assert_abs_diff_eq!(gap(&run, 1), -run.oracle.kl(), epsilon = 1e-11);
    }
}

#[test]
fn weights_of_the_noise_are_those_of_the_oracle() {
    for [shift, ratio] in [[0.3, 0.2], [-2.0, 7.0], [1.5, 1.0]] {
        let setting = Setting::of(&[shift, ratio, 8.0, 16.0, 0.5, 1.0]);
        let oracle = setting.oracle().unwrap();
        let (q, log_p) = (oracle.proposal(), oracle.log_evidence());
        for noise in [-3.0, 0.0, 0.7, 5.0] {
            let z = q.mean() + q.variance().sqrt() * noise;
            let expected = oracle.log_weight(z) - log_p;
            assert_abs_diff_eq!(setting.log_ratio(noise), expected, epsilon = 1e-11);
        }
    }
}

#[test]
fn replicates_agree_with_the_exact_bias() {
    // 512 replicates of 16 draws, so 8192 to 512 estimates at K = 1 … 16, of log-IS, both jackknives,
    // CUBO and the Rényi bound: 5 of their own errors. Means of so many are nearly normal: false-alarm rate 1e-6 each.
    for label in ["Wide q", "Lognormal weights", "Near the posterior"] {
        let run = preset(label, &[FIELDS.largest.at(16), FIELDS.replicates.at(512)]);
        let seen = run.experiment.seen(run.steps());
        assert_eq!(seen.replicates, 512);
        for (rung, k) in run.setting.rungs().enumerate() {
            let gaps = run.exact.at(k).unwrap();
            for (estimator, expected) in [
                (IWAE, Some(gaps.iwae)),
                (JACKKNIFE_1, gaps.jackknife_1),
                (JACKKNIFE_2, gaps.jackknife_2),
                (CUBO, Some(gaps.cubo)),
                (RENYI, Some(gaps.renyi)),
            ] {
                let mean = seen.means[estimator][rung];
                let (Some(expected), Some(found)) = (expected, mean.value()) else {
                    assert!(k <= 2, "{label} at {k}");
                    continue;
                };
                let error = (found - expected).abs() / mean.stderr().unwrap();
                assert_eq!(mean.count(), 512 * 16 / k);
                assert!(error < 5.0, "{label}, estimator {estimator} at {k}: {error} errors");
            }
        }
    }
}

#[test]
fn sumo_has_no_bias() {
    // 4096 estimates, 5 errors: false-alarm rate about 1e-6.
    let run = preset("Wide q", &[FIELDS.largest.at(64), FIELDS.replicates.at(512)]);
    let sumo = run.experiment.seen(run.steps()).sumo;
    assert_eq!(sumo.count(), 4096);
    let (mean, stderr) = (sumo.value().unwrap(), sumo.stderr().unwrap());
    assert!(mean.abs() < 5.0 * stderr && stderr < 0.05, "{mean} {stderr}");
    // For comparison: the ELBO with two draws fewer is 0.28 low.
    assert!(mean.abs() < 0.15);
    assert!((5.0..7.0).contains(&run.experiment.sumo_draws()));
}

#[test]
fn slopes_are_those_of_the_theory() {
    // Finite variance: the slope is −1 at K = 512 … 1024, and the bias −χ²/2K.
    for label in ["Wide q", "q = prior", "Near the posterior"] {
        let run = exact(label);
        let slope = (gap(&run, 1024) / gap(&run, 512)).log2();
        assert_abs_diff_eq!(slope, -1.0, epsilon = 0.01);
        let Theory::Inverse(half) = Theory::of(&run) else { panic!("{label}") };
        assert_abs_diff_eq!(gap(&run, 1024) * -1024.0 / half, 1.0, epsilon = 0.05);
    }
    // Infinite: −.6 at K = 256 … 1024 for the narrow one, whose limit is −.82.
    let run = exact("Narrow q");
    let slope = (gap(&run, 1024) / gap(&run, 256)).log2() / 2.0;
    assert_abs_diff_eq!(slope, -0.6, epsilon = 0.01);
    let Theory::Slower(limit) = Theory::of(&run) else { panic!() };
    assert_abs_diff_eq!(limit, -(1.0 / 0.548_437_5 - 1.0), epsilon = 1e-12);
    let warned = run.sheet(0, Language::En).remarks;
    assert!(warned.iter().any(|remark| remark.is_warning && remark.text.contains("−0.82")));
    // The needle: the gap hardly decreases.
    let run = exact("Needle q");
    assert!((gap(&run, 1024) / gap(&run, 512)).log2() > -0.3);
}

#[test]
fn corrections_help_where_moments_are_finite_and_hardly_where_they_are_not() {
    // JVI-1 leaves less than a tenth of the bias of "wide" from K = 8 on, JVI-2 less than JVI-1; of the
    // needle's bias more than half stays with either.
    let wide = exact("Wide q");
    for k in [8, 16, 64, 256] {
        let gaps = wide.exact.at(k).unwrap();
        let (first, second) = (gaps.jackknife_1.unwrap(), gaps.jackknife_2.unwrap());
        assert!(first.abs() < 0.1 * gaps.iwae.abs() && second.abs() < first.abs(), "{gaps:?}");
    }
    let needle = exact("Needle q");
    let gaps = needle.exact.at(1024).unwrap();
    assert!(gaps.jackknife_1.unwrap() < 0.5 * gaps.iwae, "{gaps:?}");
    assert!(gaps.jackknife_2.unwrap() < 0.5 * gaps.iwae, "{gaps:?}");
}

#[test]
fn the_same_elbo_and_a_sixtyfold_bias() {
    let [wide, narrow] = ["Wide q", "Narrow q"].map(exact);
    assert!((gap(&wide, 1) - gap(&narrow, 1)).abs() < 0.02);
    assert!(gap(&narrow, 1024) / gap(&wide, 1024) > 60.0);
}

#[test]
fn the_sheet_says_what_was_measured() {
    let run = preset("Narrow q", &[FIELDS.largest.at(64), FIELDS.replicates.at(64)]);
    let sheet = run.sheet(run.steps(), Language::En);
    let seen = run.experiment.seen(run.steps());
    assert_abs_diff_eq!(value(&sheet, "log-evidence"), LOG_EVIDENCE, epsilon = 1e-12);
    assert_abs_diff_eq!(value(&sheet, "elbo"), NARROW.elbo, epsilon = 1e-12);
    assert_eq!(value(&sheet, "chi-square"), f64::INFINITY);
    assert_abs_diff_eq!(
        value(&sheet, "iwae-exact"),
        LOG_EVIDENCE - 0.042_194_217_9,
        epsilon = 1e-10
    );
    for (name, estimator) in [("iwae", IWAE), ("delta", DELTA)] {
        let mean = seen.means[estimator].last().unwrap().value().unwrap();
        assert_abs_diff_eq!(value(&sheet, name), LOG_EVIDENCE + mean, epsilon = 1e-12);
    }
    assert_eq!(sheet.table.rows.len(), 7);
    // The same draws through the list of all estimators, mean by mean.
    assert_eq!(seen.means.len(), ESTIMATORS.len());
    let [first, .., last] = [1, run.steps() / 2, run.steps()].map(|s| run.experiment.seen(s));
    assert_eq!((first.replicates, last.replicates), (1, 64));
}

#[test]
fn nothing_is_drawn_at_the_beginning_but_the_truth_is_there() {
    let run = exact("Wide q");
    let sheet = run.sheet(0, Language::Pt);
    assert!(value(&sheet, "iwae-exact") < value(&sheet, "log-evidence"));
    let iwae = sheet.metrics.iter().find(|metric| metric.quantity.name() == "iwae").unwrap();
    assert_eq!((iwae.value, iwae.k), (None, Some(1024)));
    assert!(sheet.remarks.iter().any(|remark| remark.text.contains("sem nenhuma amostra")));
}

#[test]
fn handles_hold_what_they_move() {
    let [[left, right], [narrow, wide]] = ends();
    for [shift, ratio] in [[right, wide], [left, narrow], [0.5, 1.0]] {
        let run = whole(&[shift, ratio, 4.0, 16.0, 0.5, 1.0]);
        let sheet = run.sheet(1, Language::En);
        let figure = sheet.figures.iter().find(|figure| figure.name == "densities").unwrap();
        for (handle, expected) in figure.handles.iter().zip([shift, ratio]) {
            let found = handle.horizontal.unwrap().value(handle.at[0]);
            assert_abs_diff_eq!(found, expected, epsilon = 1e-12);
            assert!((0.0..=1.0).contains(&figure.x.share(handle.at[0])));
            assert!((0.0..=1.0).contains(&figure.y.share(handle.at[1])));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_corner_has_a_sheet_without_nan(
        shift in prop_oneof![Just(ends()[0][0]), Just(0.0), Just(ends()[0][1]), ends()[0][0]..ends()[0][1]],
        ratio in prop_oneof![
            Just(ends()[1][0]), Just(0.5), Just(1.0), Just(ends()[1][1]), ends()[1][0]..ends()[1][1],
        ],
        power in 2..8_i32,
        order in prop_oneof![Just(-1.5), Just(-1.0), Just(0.0), Just(1.0), Just(1.5), -1.5..1.5_f64],
        seed in 0..999_999_u32,
    ) {
        let run = whole(&[shift, ratio, 2.0_f64.powi(power), 16.0, order, f64::from(seed)]);
        for step in [0, 1, run.steps()] {
            let sheet = run.sheet(step, Language::Pt);
            for metric in &sheet.metrics {
                prop_assert!(metric.value.is_none_or(|v| !v.is_nan()), "{}", metric.quantity.name());
            }
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
        // Below log p(x), rising in K, the first minus the KL.
        let gaps = &run.exact.gaps;
        prop_assert!((gaps[0].iwae + run.oracle.kl()).abs() < 1e-9 * (1.0 + run.oracle.kl()));
        for pair in gaps.windows(2) {
            prop_assert!(pair[0].k < pair[1].k && pair[0].iwae <= pair[1].iwae + 1e-12);
        }
        prop_assert!(gaps.iter().all(|gap| gap.iwae <= 1e-12));
    }
}

//! Known answers: the sums over dimensions against the model in D dimensions, draws against both.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;
use crate::density::LogDensity;
use crate::lab::{LabState, Preset};
use crate::model::LinearGaussian;
use crate::state::Language;

fn preset(label: &str) -> &'static Preset {
    LAB.presets.iter().find(|preset| preset.label.english() == label).unwrap()
}

fn setting(label: &str) -> Setting {
    Setting::of(LabState::preset(&LAB, preset(label)).values())
}

fn finished(setting: Setting) -> Dimension {
    let mut lab = Dimension::new(setting).unwrap();
    while lab.advance() {}
    lab
}

fn value(lab: &Dimension, name: &str) -> f64 {
    let sheet = lab.sheet(lab.steps(), Language::En);
    let metric = sheet.metrics.iter().find(|metric| metric.quantity.name() == name).unwrap();
    metric.value.unwrap_or_else(|| panic!("no {name}"))
}

fn warns(lab: &Dimension) -> bool {
    lab.sheet(lab.steps(), Language::En).remarks.iter().any(|remark| remark.is_warning)
}

#[test]
fn one_dimension_by_the_oracle() {
    for (ratio, offset) in [(1.5, 0.0), (0.5, 0.3), (1.0, 2.0), (0.2, 1.0)] {
        let setting = Setting { ratio, offset, ..setting("D = 10") };
        let lab = Dimension::new(setting).unwrap();
        let (posterior, q) = (lab.one.posterior(), lab.one.proposal());
        assert_abs_diff_eq!(q.variance() / posterior.variance(), ratio, epsilon = 1e-12);
        for noise in [-3.0, 0.0, 0.7] {
            let z = q.mean() + q.variance().sqrt() * noise;
            let log_ratio = lab.one.log_weight(z) - lab.one.log_evidence();
            assert_abs_diff_eq!(setting.log_ratio()(noise), log_ratio, epsilon = 1e-11);
        }
        let kl = 0.5 * (ratio + offset * offset - 1.0 - ratio.ln());
        assert_abs_diff_eq!(lab.kl(7), 7.0 * kl, epsilon = 1e-11);
    }
}

#[test]
fn dimensions_by_the_model_of_all_of_them() {
    let setting = Setting { offset: 0.4, ..setting("D = 10") };
    let lab = Dimension::new(setting).unwrap();
    let (posterior, q) = (lab.one.posterior(), lab.one.proposal());
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    for dimension in [1, 10, 200] {
        let LinearModel { slope, offset, noise, x } = MODEL;
        let model = LinearGaussian::independent(dimension, slope, offset, noise, x).unwrap();
        assert_relative_eq!(
            lab.log_evidence(dimension),
            model.log_evidence(),
            max_relative = 1e-11
        );
        assert_abs_diff_eq!(model.posterior_mean()[0], posterior.mean(), epsilon = 1e-12);
        let noise: Vec<f64> = (0..dimension).map(|_| rng.random_range(-2.0..2.0)).collect();
        let latent: Vec<f64> =
            noise.iter().map(|noise| q.mean() + q.variance().sqrt() * noise).collect();
        let log_q: f64 = latent.iter().map(|z| q.log_density(*z)).sum();
        let log_weight = model.log_densities(&latent).unwrap()[0] - log_q;
        let log_ratio: f64 = noise.into_iter().map(setting.log_ratio()).sum();
        assert_abs_diff_eq!(log_weight - model.log_evidence(), log_ratio, epsilon = 1e-9);
    }
}

#[test]
fn what_a_ratio_of_one_and_a_half_costs() {
    // (1.5/√2)ᴰ.
    let lab = Dimension::new(setting("D = 10")).unwrap();
    for (dimension, expected) in [(1, 1.060_66), (10, 1.802), (50, 19.00), (200, 1.304e5)] {
        let found = lab.log_second_moment(dimension).exp();
        assert_relative_eq!(found, expected, max_relative = 1e-3);
        let exact = (1.5 / 2.0_f64.sqrt()).powi(dimension as i32);
        assert_relative_eq!(found, exact, max_relative = 1e-11);
    }
}

#[test]
fn ten_dimensions_are_no_trouble() {
    let lab = finished(setting("D = 10"));
    let Setting { draws, replicates, .. } = lab.setting;
    let exact = lab.log_evidence(10);
    // χ² = 0.80, √(χ²/K) = 0.028: 5 deviations, false-alarm rate 6e-7.
    assert_abs_diff_eq!(value(&lab, "importance"), exact, epsilon = 5.0 * 0.028);
    // The mean of all weights, by √(χ²/(K R)) = 0.007.
    let ratios = lab.sorted(10, |reading| reading.error.exp());
    let mean = ratios.iter().sum::<f64>() / replicates as f64;
    assert_abs_diff_eq!(mean, 1.0, epsilon = 5.0 * 0.007);
    // Weights are below 1.5⁵ = 7.6 p(x), so that the relative deviation of Σ r² is at most
    // 7.6/√(K R) = 0.06 and that of the ESS not much more; it is 0.55 K.
    let ess = lab.sorted(10, |reading| reading.ess).iter().sum::<f64>() / replicates as f64;
    assert_relative_eq!(ess / draws as f64, 1.0 / 1.802, max_relative = 0.2);
    assert!(value(&lab, "max-share") < 0.02 && !warns(&lab));
    // The estimate is much better than the ELBO.
    assert!(exact - value(&lab, "elbo") > 0.4);
}

#[test]
fn in_two_hundred_one_weight_has_a_large_part() {
    let lab = finished(setting("D = 200"));
    assert!(value(&lab, "max-share") > 0.25, "{}", value(&lab, "max-share"));
    assert!(value(&lab, "ess") < 15.0 && warns(&lab));
    // The measured ESS is far above the true one, which is less than one draw.
    let theory = 1024.0 * (-lab.log_second_moment(200)).exp();
    assert!(theory < 0.01 && value(&lab, "ess") > 100.0 * theory);
    let [exact, bound, elbo] = ["log-evidence", "iwae", "elbo"].map(|name| value(&lab, name));
    assert!(exact - bound > 1.0, "{}", exact - bound);
    assert!(bound > elbo + 3.0);
    assert_abs_diff_eq!(exact - elbo, 100.0 * (0.5 - 1.5_f64.ln()), epsilon = 1e-9);
}

#[test]
fn fifty_lie_between() {
    let lab = finished(setting("D = 50"));
    let ess = value(&lab, "ess");
    assert!((20.0..250.0).contains(&ess), "{ess}");
    assert_relative_eq!(value(&lab, "chi-square"), 18.00, max_relative = 1e-3);
}

#[test]
fn at_the_posterior_there_is_no_curse() {
    let lab = finished(setting("q = posterior"));
    for name in ["importance", "iwae", "elbo"] {
        assert_abs_diff_eq!(value(&lab, name), value(&lab, "log-evidence"), epsilon = 1e-9);
    }
    assert_abs_diff_eq!(value(&lab, "ess"), 1024.0, epsilon = 1e-6);
    assert_abs_diff_eq!(value(&lab, "chi-square"), 0.0, epsilon = 1e-9);
    assert!(!warns(&lab));
}

#[test]
fn half_the_variance_is_infinite_in_every_number_of_dimensions() {
    let lab = finished(setting("Infinite variance"));
    assert_eq!(value(&lab, "chi-square"), f64::INFINITY);
    let gap = value(&lab, "log-evidence") - value(&lab, "elbo");
    assert_abs_diff_eq!(gap, 25.0 * (2.0_f64.ln() - 0.5), epsilon = 1e-9);
    assert!(warns(&lab));
}

#[test]
fn fewer_dimensions_or_repetitions_are_the_beginning_of_more() {
    let many = Setting { dimension: 40, replicates: 3, draws: 64, ..setting("D = 10") };
    let (few, many) = (finished(Setting { dimension: 15, replicates: 2, ..many }), finished(many));
    for (few, many) in few.readings.iter().zip(&many.readings) {
        assert_eq!(few[..], many[..15]);
    }
}

#[test]
fn shares_fall_and_sum_to_no_more_than_everything() {
    let lab = finished(Setting { draws: 16, ..setting("D = 50") });
    for reading in &lab.readings[0] {
        assert!(reading.shares.windows(2).all(|pair| pair[0] >= pair[1]));
        // 16 draws are fewer than 20, so that none is omitted.
        assert_abs_diff_eq!(reading.shares.iter().sum::<f64>(), 1.0, epsilon = 1e-12);
        assert_abs_diff_eq!(reading.shares[0], reading.max_share, epsilon = 1e-12);
    }
}

#[test]
fn no_dimension_is_no_number() {
    let lab = finished(setting("D = 10"));
    let sheet = lab.sheet(0, Language::En);
    assert!(sheet.metrics.iter().all(|metric| metric.value.is_none()));
    assert!(sheet.table.rows.is_empty() && sheet.remarks.is_empty());
    // Nothing is computed, and yet the sheet has figures.
    let sheet = Dimension::new(setting("D = 200")).unwrap().sheet(200, Language::Pt);
    assert_eq!(sheet.figures.len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_state_has_whole_sheets(
        dimension in 1..=200_u32, ratio in 0.2..=5.0_f64, offset in 0.0..=2.0_f64,
        power in 4..=12_u32, replicates in 1..=32_u32, seed in 0..1_000_000_u32, corner in 0..8_u32,
    ) {
        let ratio = [0.2, 5.0, 0.5, 1.0].get(corner as usize).copied().unwrap_or(ratio);
        let values = [
            f64::from(dimension), ratio, offset, f64::from(1_u32 << power),
            f64::from(replicates.min(1 << (12 - power))), f64::from(seed),
        ];
        let mut run = start(&values, None).unwrap();
        while run.advance() {}
        prop_assert!((run.progress() - 1.0).abs() < 1e-9);
        for step in [0, 1, run.steps() / 2, run.steps()] {
            let sheet = run.sheet(step, Language::Pt);
            for metric in &sheet.metrics {
                prop_assert!(metric.value.is_none_or(|value| !value.is_nan()), "{}", metric.quantity.name());
            }
            prop_assert!(sheet.table.rows.len() <= 40);
            let marks = sheet.figures.iter().flat_map(|figure| &figure.marks);
            let drawn = format!("{:?}", marks.collect::<Vec<_>>());
            prop_assert!(!drawn.contains("NaN"));
        }
    }
}

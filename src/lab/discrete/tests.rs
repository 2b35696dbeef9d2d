//! Known answers: closed forms against enumeration, enumeration against a plain sum, draws against both.

use approx::{assert_abs_diff_eq, assert_relative_eq};
use proptest::prelude::*;

use super::countable_model::CountableModel;
use super::map::{Map, Masses};
use super::run::moments;
use super::setting::FIELDS;
use super::*;
use crate::evidence::log_sum_exp;
use crate::lab::{LabState, Preset, Sheet};
use crate::model::BinaryLatent;
use crate::state::Language;

fn preset(label: &str) -> &'static Preset {
    LAB.presets.iter().find(|preset| preset.label.english() == label).unwrap()
}

/// The parameters of a preset, with some of them changed.
fn values(label: &str, changes: &[(usize, f64)]) -> Vec<f64> {
    let mut state = LabState::preset(&crate::lab::discrete::LAB, preset(label));
    changes.iter().for_each(|(place, value)| state.set(*place, *value));
    state.values().to_vec()
}

fn counted<M: CountableModel>(values: &[f64]) -> Counting<M> {
    let mut run = Counting::<M>::new(Setting::of(values)).unwrap();
    while run.advance() {}
    run
}

/// The last sheet of a state.
fn sheet(values: &[f64]) -> Sheet {
    let mut run = start(values, None).unwrap();
    while run.advance() {}
    run.sheet(run.steps(), Language::En)
}

fn value(sheet: &Sheet, name: &str) -> f64 {
    let metric = sheet.metrics.iter().find(|metric| metric.quantity.name() == name).unwrap();
    metric.value.unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn counting_agrees_with_the_closed_form() {
    for (bits, sharpness, nearness) in
        [(1, 0.7, 0.3), (7, 0.95, 0.8), (13, 0.6, 1.0), (10, 0.5, 0.0)]
    {
        let values = values(
            "Mild",
            &[FIELDS.bits.at(bits), FIELDS.sharpness.at(sharpness), FIELDS.nearness.at(nearness)],
        );
        let known = Counting::<IndependentBits>::new(Setting::of(&values)).unwrap().state.known;
        let run = counted::<IndependentBits>(&values);
        let (closed, found) =
            (known.posterior.unwrap(), run.state.known.posterior.clone().unwrap());
        assert_abs_diff_eq!(closed.log_evidence, found.log_evidence, epsilon = 1e-12);
        assert_abs_diff_eq!(closed.entropy, found.entropy, epsilon = 1e-11);
        assert_relative_eq!(
            closed.uniform_variance,
            found.uniform_variance,
            max_relative = 1e-11,
            epsilon = 1e-12
        );
        assert_relative_eq!(
            closed.prior_variance,
            found.prior_variance,
            max_relative = 1e-11,
            epsilon = 1e-12
        );
        assert!(sharpness == 0.5 || closed.mode == found.mode);
        for (closed, found) in closed.marginals.iter().zip(&found.marginals) {
            assert_abs_diff_eq!(closed, found, epsilon = 1e-12);
        }
        let (closed, found) = (known.terms.unwrap(), run.state.known.terms.unwrap());
        assert_abs_diff_eq!(closed.elbo(), found.elbo(), epsilon = 1e-11);
        assert_abs_diff_eq!(closed.kl_posterior, found.kl_posterior, epsilon = 1e-11);
        assert_abs_diff_eq!(closed.kl_from_posterior, found.kl_from_posterior, epsilon = 1e-11);
        assert_relative_eq!(
            closed.chi_square,
            found.chi_square,
            max_relative = 1e-10,
            epsilon = 1e-12
        );
        // The figure of the costs contains the same numbers.
        let cost = run.state.costs[bits - 1];
        assert_relative_eq!(
            cost.uniform,
            found_uniform(&run),
            max_relative = 1e-10,
            epsilon = 1e-12
        );
        assert_relative_eq!(cost.q, found.chi_square, max_relative = 1e-10, epsilon = 1e-12);
    }
}

fn found_uniform(run: &Counting<IndependentBits>) -> f64 {
    run.state.known.posterior.as_ref().unwrap().uniform_variance
}

#[test]
fn the_belief_net_agrees_with_a_plain_sum() {
    let values = values("Belief net", &[FIELDS.bits.at(8)]);
    let run = counted::<SigmoidBeliefNet>(&values);
    let model = &run.model;
    let q = run.state.known.q.clone().unwrap();
    let joints: Vec<f64> = (0..256).map(|state| model.log_joint(state)).collect();
    let log_evidence = log_sum_exp(&joints);
    let sum = |term: &dyn Fn(u32, f64) -> f64| -> f64 {
        (0..256).map(|state| term(state, (joints[state as usize] - log_evidence).exp())).sum()
    };
    let sheet = run.sheet(run.steps(), Language::En);
    assert_abs_diff_eq!(value(&sheet, "log-evidence"), log_evidence, epsilon = 1e-11);
    for (name, expected) in [
        ("uniform-variance", sum(&|_, p| 256.0 * p * p) - 1.0),
        ("prior-variance", sum(&|state, p| p * p / model.log_prior(state).exp()) - 1.0),
        ("chi-square", sum(&|state, p| p * p / q.log_mass(state).exp()) - 1.0),
        ("kl-posterior", sum(&|state, p| q.log_mass(state).exp() * (q.log_mass(state) - p.ln()))),
    ] {
        assert_relative_eq!(value(&sheet, name), expected, max_relative = 1e-9);
    }
    let elbo = log_evidence - value(&sheet, "kl-posterior");
    assert_abs_diff_eq!(value(&sheet, "elbo"), elbo, epsilon = 1e-10);
    // The map is the posterior, and the last of the costs is this model's.
    let masses = run.state.masses.as_ref().unwrap();
    for (state, mass) in (0..256).zip(masses) {
        assert_abs_diff_eq!(*mass, (joints[state] - log_evidence).exp(), epsilon = 1e-12);
    }
    assert_eq!(run.state.costs.len(), 8);
    assert_eq!(Some(run.state.costs[7]), run.state.known.variances());
    // A smaller model is enumerated separately.
    let smaller = counted::<SigmoidBeliefNet>(&self::values("Belief net", &[FIELDS.bits.at(5)]));
    assert_eq!(Some(run.state.costs[4]), smaller.state.known.variances());
}

#[test]
fn the_needle_is_missed_by_chance_and_found_by_q() {
    let values = values("Needle", &[]);
    let run = counted::<IndependentBits>(&values);
    let (state, draws) = (&run.state, Setting::of(&values).draws);
    let sheet = run.sheet(run.steps(), Language::En);
    assert_relative_eq!(value(&sheet, "uniform-variance"), 702_899.54, max_relative = 1e-7);
    let (needle, mass) = state.needle.unwrap();
    assert_abs_diff_eq!(mass, 0.99_f64.powi(20), epsilon = 1e-12);
    assert_eq!((state.uniform.hits(needle, draws), state.prior.hits(needle, draws)), (0, 0));
    assert!(state.importance.as_ref().unwrap().hits(needle, draws) > 1000);
    let exact = value(&sheet, "log-evidence");
    assert_abs_diff_eq!(exact, -20.0 * 2.0_f64.ln(), epsilon = 1e-10);
    assert!(value(&sheet, "uniform-mc") < exact - 3.0 && value(&sheet, "prior-mc") < exact - 3.0);
    // χ² = 1.33: 5 exact deviations of √(χ²/N), false-alarm rate 6e-7.
    let deviation = (value(&sheet, "chi-square") / draws as f64).sqrt();
    assert_abs_diff_eq!(value(&sheet, "importance"), exact, epsilon = 5.0 * deviation);
    // Enumeration is cheaper than uniform draws, and q cheaper than enumeration.
    let cost = state.costs[19];
    assert!(pictures::needed(cost.uniform) > 1e7 && pictures::needed(cost.q) < 200.0);
    assert!(sheet.remarks[0].is_warning && sheet.remarks[0].text.contains("nats too low"));
    assert!(sheet.remarks[1].text.contains("1,048,576"), "{}", sheet.remarks[1].text);
}

#[test]
fn the_first_view_shows_a_method_that_misses_and_one_that_does_not() {
    let sheet = sheet(LabState::new(&crate::lab::discrete::LAB).values());
    let exact = value(&sheet, "log-evidence");
    assert!(value(&sheet, "uniform-mc") < exact - 1.0, "{}", value(&sheet, "uniform-mc"));
    assert!((value(&sheet, "importance") - exact).abs() < 0.4);
    assert!(sheet.remarks[0].is_warning);
}

#[test]
fn a_mild_posterior_is_within_reach_of_all() {
    // Relative variances 3.4, 3.4 and 0.17: 5 exact deviations each, false-alarm rate 6e-7.
    let values = values("Mild", &[]);
    let sheet = sheet(&values);
    let exact = value(&sheet, "log-evidence");
    for (estimate, variance) in [
        ("uniform-mc", "uniform-variance"),
        ("prior-mc", "prior-variance"),
        ("importance", "chi-square"),
    ] {
        let deviation = (value(&sheet, variance) / Setting::of(&values).draws as f64).sqrt();
        assert_abs_diff_eq!(value(&sheet, estimate), exact, epsilon = 5.0 * deviation);
    }
    assert!(sheet.remarks.iter().all(|remark| !remark.is_warning), "{:?}", sheet.remarks);
}

#[test]
fn equal_weights_say_everything_at_once() {
    let flat = sheet(&values("Uniform posterior", &[]));
    for name in ["uniform-mc", "prior-mc", "importance", "elbo"] {
        assert_abs_diff_eq!(value(&flat, name), value(&flat, "log-evidence"), epsilon = 1e-10);
    }
    let same = sheet(&values("q = posterior", &[]));
    for name in ["importance", "elbo"] {
        assert_abs_diff_eq!(value(&same, name), value(&same, "log-evidence"), epsilon = 1e-10);
    }
    assert_abs_diff_eq!(value(&same, "chi-square"), 0.0, epsilon = 1e-9);
    assert_abs_diff_eq!(value(&same, "ess"), 256.0, epsilon = 1e-6);
}

#[test]
fn the_right_marginals_are_not_the_posterior() {
    let net = sheet(&values("Net, q = marginals", &[]));
    assert!(value(&net, "kl-posterior") > 0.1, "{}", value(&net, "kl-posterior"));
    assert!(value(&net, "chi-square") < value(&net, "prior-variance"));
    assert!(value(&net, "chi-square") < value(&net, "uniform-variance"));
    // Of all factorised q the marginals are nearest in KL(p(z|x)‖q).
    let reverse = |nearness: f64| {
        let run = counted::<SigmoidBeliefNet>(&values(
            "Net, q = marginals",
            &[FIELDS.nearness.at(nearness)],
        ));
        run.state.known.terms.unwrap().kl_from_posterior
    };
    assert!(reverse(1.0) < reverse(0.9) && reverse(0.9) < reverse(0.5));
}

#[test]
fn before_the_first_draw_there_is_no_estimate() {
    let run = counted::<IndependentBits>(&values("Needle", &[]));
    let sheet = run.sheet(0, Language::En);
    for name in ["uniform-mc", "prior-mc", "importance", "ess", "khat"] {
        let metric = sheet.metrics.iter().find(|metric| metric.quantity.name() == name).unwrap();
        assert_eq!(metric.value, None, "{name}");
    }
    assert_abs_diff_eq!(value(&sheet, "log-evidence"), -13.862_943_611_198_906, epsilon = 1e-10);
}

#[test]
fn a_sheet_can_be_shown_before_anything_is_computed() {
    for label in ["Needle", "Belief net"] {
        let run = start(&values(label, &[]), None).unwrap();
        let sheet = run.sheet(run.steps(), Language::Pt);
        assert!(run.progress() < 1.0 && sheet.figures.len() == 3);
    }
}

#[test]
fn every_state_has_a_place_and_every_place_is_inside() {
    for bits in [1, 2, 5, 12, 15] {
        let map = Map::new(bits);
        let mut counts = vec![0; map.cells()];
        (0..1_u32 << bits).for_each(|state| counts[map.cell(state)] += 1);
        assert!(counts.iter().all(|count| *count == map.states_per_cell()), "{bits}");
        let places = (0..map.cells()).map(|cell| map.place(cell));
        let area: f64 = places.clone().map(|[x0, x1, y0, y1]| (x1 - x0) * (y1 - y0)).sum();
        assert_abs_diff_eq!(area, 1.0, epsilon = 1e-12);
        assert!(places.flatten().all(|edge| (0.0..=1.0).contains(&edge)));
    }
}

#[test]
fn blocks_have_the_mass_of_their_states() {
    let values = values("Needle", &[FIELDS.bits.at(14), FIELDS.sharpness.at(0.8)]);
    let model =
        <IndependentBits as CountableModel>::new(14, 0.8, Setting::of(&values).seed).unwrap();
    let closed =
        Counting::<IndependentBits>::new(Setting::of(&values)).unwrap().state.masses.unwrap();
    let mut masses = Masses::new(14);
    while masses.advance(&model, model.log_evidence()).is_some() {}
    let counted = masses.finished().unwrap();
    assert_abs_diff_eq!(counted.iter().sum::<f64>(), 1.0, epsilon = 1e-11);
    for (closed, counted) in closed.iter().zip(counted) {
        assert_relative_eq!(closed, counted, max_relative = 1e-10);
    }
}

#[test]
fn moments_begin_with_nothing_and_end_with_everything() {
    assert_eq!(moments(1), [0, 1]);
    for draws in [2, 37, 65_536] {
        let moments = moments(draws);
        assert!(moments.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((moments[0], moments.last()), (0, Some(&draws)));
        assert!(moments.len() < 140);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_state_has_whole_sheets(
        net: bool, bits in 1..=20_u32, sharpness in 0.5..=0.99_f64, nearness in 0.0..=1.0_f64,
        power in 0..=16_u32, seed in 0..1_000_000_u32, corner in 0..8_u32,
    ) {
        let sharpness = [0.5, 0.99].get(corner as usize).copied().unwrap_or(sharpness);
        let nearness = [0.0, 1.0].get(corner as usize % 4).copied().unwrap_or(nearness);
        let values = [
            f64::from(u8::from(net)), f64::from(bits), sharpness, nearness,
            f64::from(1_u32 << power), f64::from(seed),
        ];
        let mut run = start(&values, None).unwrap();
        let mut slices = 0;
        while run.advance() {
            slices += 1;
        }
        prop_assert!(slices < 3000 && (run.progress() - 1.0).abs() < 1e-9, "{slices} {}", run.progress());
        for step in [0, 1, run.steps() / 2, run.steps()] {
            let sheet = run.sheet(step, Language::Pt);
            for metric in &sheet.metrics {
                prop_assert!(metric.value.is_none_or(|value| !value.is_nan()), "{}", metric.quantity.name());
            }
            prop_assert!(sheet.table.rows.len() <= 40);
            prop_assert!(sheet.remarks.iter().all(|remark| !remark.text.contains('—')), "{:?}", sheet.remarks);
            let [exact, elbo] = ["log-evidence", "elbo"].map(|name| value(&sheet, name));
            prop_assert!(elbo <= exact + 1e-9);
        }
    }
}

//! Every number of the sheet against an independent value.
//!
//! Seeds are fixed; statistical comparisons state the rate at which another seed would fail.

use approx::assert_abs_diff_eq;
use proptest::prelude::*;

use super::plan::{self, ModelPlan};
use super::setting::{FIELDS, ModelName};
use super::*;
use crate::data::{Binarization, gallery};
use crate::density::LogDensity;
use crate::family::DiagonalGaussian;
use crate::known_gaussian::{LOG_EVIDENCE, WIDE, WIDE_PATH_MEANS};
use crate::lab::{LabState, Metric, Parameter, Sheet};
use crate::model::{VaeJoint, read_weights};
use crate::state::Language;

fn vae() -> Vae {
    read_weights(include_bytes!("../../../public/models/strokes.safetensors")).unwrap()
}

fn preset(label: &str) -> LabState {
    LabState::preset(
        &LAB,
        LAB.presets.iter().find(|preset| preset.label.english() == label).unwrap(),
    )
}

fn complete(state: &LabState) -> SandwichBounds {
    let mut run = SandwichBounds::new(Plan::of(state.values()), Some(&vae())).unwrap();
    let mut before = run.progress();
    while run.advance() {
        assert!((before..=1.0).contains(&run.progress()), "{before} {}", run.progress());
        before = run.progress();
    }
    assert_eq!(run.trouble, None);
    run
}

fn set(state: &mut LabState, (place, value): (usize, f64)) {
    state.set(place, value);
}

fn last(run: &SandwichBounds) -> Sheet {
    run.sheet(run.steps(), Language::En)
}

fn metric<'a>(sheet: &'a Sheet, name: &str) -> Option<&'a Metric> {
    sheet.metrics.iter().find(|metric| metric.quantity.name() == name)
}

fn value(sheet: &Sheet, name: &str) -> f64 {
    metric(sheet, name).and_then(|metric| metric.value).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn the_oracle_closes_as_its_closed_form_says() {
    // Width .4521/T, left and right sums, each within 5 standard errors: 23 comparisons of 6e-7.
    let run = complete(&preset("Oracle: T = 1, 10, 100"));
    for (rung, bounds) in run.rungs().iter().enumerate() {
        let [left, right] = run.thermodynamic_sums(rung).unwrap();
        let (lower, upper) = (bounds.ais, bounds.bdmc.unwrap());
        assert_abs_diff_eq!(lower.mean, left, epsilon = 5.0 * lower.stderr.unwrap());
        assert_abs_diff_eq!(upper.mean, right, epsilon = 5.0 * upper.stderr.unwrap());
        let steps = bounds.steps.get() as f64;
        assert_abs_diff_eq!(right - left, (WIDE.eubo - WIDE.elbo) / steps, epsilon = 1e-12);
    }
    let sheet = last(&run);
    let widths: Vec<&Metric> =
        sheet.metrics.iter().filter(|m| m.quantity.name() == "width").collect();
    assert_eq!(widths.iter().map(|m| m.k.unwrap()).collect::<Vec<_>>(), [1, 10, 100]);
    for (metric, width) in widths.iter().zip([0.4521, 0.0452, 0.0045]) {
        let (found, stderr) = (metric.value.unwrap(), metric.stderr.unwrap());
        assert_abs_diff_eq!(found, width, epsilon = 5.0 * stderr);
    }
    assert_abs_diff_eq!(value(&sheet, "log-evidence"), LOG_EVIDENCE, epsilon = 1e-14);
    assert_abs_diff_eq!(value(&sheet, "elbo"), WIDE.elbo, epsilon = 1e-13);
    assert_abs_diff_eq!(value(&sheet, "eubo"), WIDE.eubo, epsilon = 1e-13);
}

#[test]
fn the_thermodynamic_curve_of_the_oracle_by_mpmath() {
    let mut state = LabState::new(&LAB);
    set(&mut state, FIELDS.model.at(ModelName::LinePerfect));
    set(&mut state, FIELDS.temperatures.at(4));
    let run = complete(&state);
    assert_eq!(run.curves[2].len(), 5);
    for (found, exact) in run.curves[2].iter().zip(WIDE_PATH_MEANS) {
        assert_abs_diff_eq!(*found, exact, epsilon = 1e-13);
    }
}

#[test]
fn hmc_on_the_line_encloses_the_evidence_too() {
    // Each bound on its side but for 5 standard errors: 18 comparisons of 3e-7.
    let mut state = LabState::new(&LAB);
    set(&mut state, FIELDS.model.at(ModelName::Line));
    set(&mut state, FIELDS.chains.at(512));
    let run = complete(&state);
    for rung in run.rungs() {
        let (lower, upper) = (rung.ais, rung.bdmc.unwrap());
        assert!(lower.mean < LOG_EVIDENCE + 5.0 * lower.stderr.unwrap(), "{rung:?}");
        assert!(rung.smc.mean < LOG_EVIDENCE + 5.0 * rung.smc.stderr.unwrap(), "{rung:?}");
        assert!(upper.mean > LOG_EVIDENCE - 5.0 * upper.stderr.unwrap(), "{rung:?}");
    }
    assert!((0.6..0.95).contains(&value(&last(&run), "acceptance")));
}

#[test]
fn the_vae_closes_on_the_lattice() {
    let run = complete(&LabState::new(&LAB));
    let sheet = last(&run);
    let exact = value(&sheet, "log-evidence");
    // A large width at first, a small one at the end, the exact value inside.
    let width = |rung: usize| numbers::width(&run.rungs()[rung]).unwrap();
    assert!(width(0) > 5.0 && width(6) < 0.3, "{} {}", width(0), width(6));
    assert!(value(&sheet, "ais-lower") < exact && exact < value(&sheet, "bdmc-upper"));
    assert_eq!(metric(&sheet, "bdmc-upper").unwrap().stderr, None);
    // Two certificates of 97.5 % each.
    assert!(value(&sheet, "log-evidence-lower-95") < exact);
    assert!(value(&sheet, "log-evidence-upper-95") > exact);
    assert!(value(&sheet, "log-evidence-lower-95") > value(&sheet, "ais-lower") - 4.5);

    // Left and right sums enclose it, (EUBO − ELBO)/T apart; the chains, which lag, lie below the
    // left one on average: within 5 standard errors (3e-7 each).
    let [elbo, eubo] = ["elbo", "eubo"].map(|name| value(&sheet, name));
    for (rung, bounds) in run.rungs().iter().enumerate() {
        let [left, right] = run.thermodynamic_sums(rung).unwrap();
        assert!(left < exact && exact < right);
        let steps = bounds.steps.get() as f64;
        assert_abs_diff_eq!(right - left, (eubo - elbo) / steps, epsilon = 1e-9);
        assert!(bounds.ais.mean < left + 5.0 * bounds.ais.stderr.unwrap());
    }
    // ∫ f dβ = log p(x): Simpson's rule over 64 intervals. It has no term with its lattice in
    // common.
    let curve = &run.curves[6];
    let simpson = |(t, f): (usize, &f64)| f * if t % 2 == 1 { 4.0 } else { 2.0 };
    let inside: f64 = curve.iter().enumerate().skip(1).take(63).map(simpson).sum();
    let integral = (curve[0] + inside + curve[64]) / (3.0 * 64.0);
    assert_abs_diff_eq!(integral, exact, epsilon = 2e-3);
}

#[test]
fn a_digit_has_a_lower_side_only_and_its_truth_is_that_of_another_sum() {
    let run = complete(&preset("A digit: the lower side only"));
    let sheet = last(&run);
    assert!(
        ["bdmc-upper", "width", "log-evidence-upper-95"]
            .iter()
            .all(|n| metric(&sheet, n).is_none())
    );
    assert!(run.rungs().iter().all(|rung| rung.bdmc.is_none()));
    assert!(sheet.remarks.iter().any(|r| r.is_warning && r.text.contains("No BDMC bound")));
    let exact = value(&sheet, "log-evidence");
    let ais = metric(&sheet, "ais-lower").unwrap();
    let off = (ais.value.unwrap() - exact) / ais.stderr.unwrap();
    assert!((-8.0..5.0).contains(&off), "{off}"); // above: 3e-7

    // The decoder itself on a lattice about the encoder's mean, 10 deviations to each side.
    let model = vae().to_dtype(candle_core::DType::F64).unwrap();
    let image = Binarization::default().apply(&gallery()[3].image);
    let (mean, sd) = model.encode_image(&image).unwrap();
    let joint = VaeJoint::new(&model, &image).unwrap();
    let (side, reach) = (61_usize, 10.0);
    let step = [0, 1].map(|axis| 2.0 * reach * sd[axis] / (side - 1) as f64);
    let place =
        |axis: usize, index: usize| mean[axis] - reach * sd[axis] + index as f64 * step[axis];
    let rows: Vec<f64> =
        (0..side * side).flat_map(|i| [place(0, i / side), place(1, i % side)]).collect();
    let log_joints = joint.log_densities(&rows).unwrap();
    let sum: f64 = log_joints.iter().map(|l| (l - exact).exp()).sum();
    assert_abs_diff_eq!((sum * step[0] * step[1]).ln(), 0.0, epsilon = 1e-6);

    // E_q log w on the same nodes, which follow q.
    let q = DiagonalGaussian::new(mean, sd).unwrap();
    let log_q = q.log_densities(&rows).unwrap();
    let terms = log_q.iter().zip(&log_joints).map(|(q, p)| q.exp() * (p - q));
    let elbo = terms.sum::<f64>() * step[0] * step[1];
    assert_abs_diff_eq!(value(&sheet, "elbo"), elbo, epsilon = 1e-5);
}

#[test]
fn twenty_dimensions_with_a_truth() {
    let run = complete(&preset("D = 20, exact"));
    let sheet = last(&run);
    let exact = value(&sheet, "log-evidence");
    assert!(value(&sheet, "ais-lower") < exact && exact < value(&sheet, "bdmc-upper"));
    let widths: Vec<f64> = run.rungs().iter().filter_map(numbers::width).collect();
    assert!(widths[0] > 30.0 && widths[6] < 2.5, "{widths:?}");
    assert_eq!(run.plan.model.dimension(), 20);
}

#[test]
fn without_a_truth_the_sandwich_is_all_there_is() {
    let mut state = preset("D = 20, no truth");
    set(&mut state, FIELDS.temperatures.at(64));
    let run = complete(&state);
    let sheet = last(&run);
    assert_eq!(metric(&sheet, "log-evidence").unwrap().value, None);
    assert!(["tvo-lower", "tvo-upper", "eubo"].iter().all(|name| metric(&sheet, name).is_none()));
    let (lower, upper) = (value(&sheet, "ais-lower"), value(&sheet, "bdmc-upper"));
    assert!(lower < upper && upper - lower < 15.0, "{lower} {upper}");
    assert!(numbers::width(&run.rungs()[0]).unwrap() > 150.0);
    let certificate =
        ["log-evidence-lower-95", "log-evidence-upper-95"].map(|name| value(&sheet, name));
    assert!(certificate[0] < certificate[1], "{certificate:?}");
}

#[test]
fn the_beginning_is_empty_and_the_first_sheet_is_there_at_once() {
    let run = SandwichBounds::new(Plan::of(LabState::new(&LAB).values()), Some(&vae())).unwrap();
    let sheet = last(&run);
    assert_eq!((sheet.figures.len(), sheet.table.rows.len()), (3, 0));
    assert_eq!(value_of_none(&sheet, "ais-lower"), None);
    let mut state = LabState::new(&LAB);
    set(&mut state, FIELDS.model.at(ModelName::LinePerfect));
    let run = complete(&state);
    assert!(run.sheet(0, Language::Pt).table.rows.is_empty());
    // One more rung whenever its last moment is reached: T = 1 at step 1, T = 2 at step 3.
    let rows = [1, 2, 3].map(|step| run.sheet(step, Language::Pt).table.rows.len());
    assert_eq!(rows, [1, 1, 2]);
    assert!(last(&run).table.rows.len() <= 40);
}

fn value_of_none(sheet: &Sheet, name: &str) -> Option<f64> {
    metric(sheet, name).and_then(|metric| metric.value)
}

#[test]
fn without_the_vae_only_what_does_not_need_it_starts() {
    let mut state = LabState::new(&LAB);
    assert!(start(state.values(), None).is_err());
    for model in
        [ModelName::LinePerfect, ModelName::Line, ModelName::RandomTen, ModelName::RandomTwenty]
    {
        set(&mut state, FIELDS.model.at(model));
        assert!(start(state.values(), None).is_ok());
    }
}

prop_compose! {
    /// Any state that the controls can produce.
    fn any_values()(shares in prop::collection::vec(0.0..=1.0_f64, 8)) -> Vec<f64> {
        let at = |(parameter, share): (&Parameter, &f64)| {
            let [_, min, max, step] = parameter.slider(parameter.default);
            parameter.value_at(min + ((share * (max - min)) / step).round() * step)
        };
        LAB.parameters.iter().zip(&shares).map(at).collect()
    }
}

proptest! {
    #[test]
    fn whatever_is_asked_for_the_work_is_bounded(values in any_values()) {
        let plan = Plan::of(&values);
        let rungs: Vec<usize> = plan.rungs.iter().map(|rung| rung.get()).collect();
        prop_assert!(rungs[0] == 1 && rungs.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(rungs.len() <= 13 && plan.most() <= 1024);
        let temperatures: usize = rungs.iter().sum();
        let networks = match plan.model {
            ModelPlan::LinePerfect | ModelPlan::Line => return Ok(()),
            ModelPlan::Vaes(blocks) => blocks,
            ModelPlan::Random(_) => 1,
        };
        let moved = networks * plan.chains.get() * plan.leapfrog_steps.get();
        prop_assert!(moved <= plan::MOST_ROWS_PER_MOVE);
        prop_assert!(3 * moved * temperatures <= 450_000);
        prop_assert!(plan.populations <= plan.chains);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn every_corner_can_be_looked_at(values in any_values()) {
        let mut run = SandwichBounds::new(Plan::of(&values), Some(&vae())).unwrap();
        for _ in 0..12 {
            run.advance();
        }
        prop_assert_eq!(&run.trouble, &None);
        for step in [0, 1, run.steps()] {
            for language in Language::ALL {
                let sheet = run.sheet(step, language);
                for figure in &sheet.figures {
                    let ends = figure.x.range.iter().chain(&figure.y.range);
                    prop_assert!(ends.copied().all(f64::is_finite), "{}", figure.name);
                }
                prop_assert!(sheet.remarks.iter().all(|r| !r.text.contains("NaN")));
            }
        }
    }
}

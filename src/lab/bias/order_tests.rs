//! The Rényi bounds and CUBO against mpmath, double quadrature, their limits and experiment.

use std::f64::consts::TAU;
use std::num::NonZeroUsize;

use approx::assert_abs_diff_eq;

use super::orders::{ENDS, OrderCurve, PROBES, excess, pole};
use super::setting::FIELDS;
use super::*;
use crate::figure::Shape;
use crate::known_gaussian::{NARROW, PRIOR as KNOWN_PRIOR, WIDE as KNOWN_WIDE};
use crate::lab::{LabState, Sheet};
use crate::quantity::Quantity;
use crate::state::Language;

const FINE: f64 = 1.0 / 128.0;

fn state(label: &str, changes: &[(usize, f64)]) -> LabState {
    let preset = PRESETS.iter().find(|preset| preset.label.english() == label).unwrap();
    let mut state = LabState::preset(&LAB, preset);
    for &(place, value) in changes {
        state.set(place, value);
    }
    state
}

fn begun(label: &str, changes: &[(usize, f64)]) -> BiasRun {
    BiasRun::new(Setting::of(state(label, changes).values())).unwrap()
}

fn value(sheet: &Sheet, quantity: Quantity) -> f64 {
    sheet.value(quantity).unwrap_or_else(|| panic!("{quantity} has no value"))
}

fn k(draws: usize) -> NonZeroUsize {
    NonZeroUsize::new(draws).unwrap()
}

#[test]
fn exact_bounds_are_those_of_mpmath() {
    for (label, known) in [("Wide q", KNOWN_WIDE), ("Narrow q", NARROW), ("q = prior", KNOWN_PRIOR)]
    {
        for (order, name, expected) in [
            (0.5, Quantity::RenyiBound, known.renyi_half),
            (0.5, Quantity::CuboBound, known.cubo_2),
            (-1.0, Quantity::RenyiBound, known.cubo_2),
            (1.0, Quantity::RenyiBound, known.elbo),
        ] {
            let found =
                value(&begun(label, &[FIELDS.alpha.at(order)]).sheet(0, Language::En), name);
            let is_same = found == expected || (found - expected).abs() < 1e-12;
            assert!(is_same, "{label}, {name} at {order}: {found}");
        }
    }
}

#[test]
fn two_draws_by_double_quadrature() {
    // Plainly the definition: E log ((w₁^a + w₂^a)/2)/a, a = 1 − α, over two independent noises. Wide
    // and lognormal weights are smooth on this lattice.
    let step = 1.0 / 12.0;
    let noises: Vec<f64> = (-96..=96).map(|index| f64::from(index) * step).collect();
    let share = |noise: f64| step * (-0.5 * noise * noise).exp() / TAU.sqrt();
    for (label, order) in [("Wide q", -1.0), ("Wide q", 0.5), ("Lognormal weights", 1.5)] {
        let setting = begun(label, &[]).setting;
        let mut expected = 0.0;
        for &one in &noises {
            for &other in &noises {
                let [a, b] = [one, other].map(|noise| (1.0 - order) * setting.log_ratio(noise));
                let log_mean = a.max(b) + (-(a - b).abs()).exp().ln_1p() - 2.0_f64.ln();
                expected += share(one) * share(other) * log_mean / (1.0 - order);
            }
        }
        let found = OrderCurve::new(&setting, order, FINE).unwrap().at(k(2));
        assert_abs_diff_eq!(found, expected, epsilon = 1e-9);
    }
}

#[test]
fn from_one_draw_every_order_is_the_elbo_and_from_many_its_bound() {
    for preset in PRESETS {
        let setting = Setting::of(LabState::preset(&LAB, preset).values());
        let oracle = setting.oracle().unwrap();
        for order in [-1.5, -1.0, 0.0, 0.999_999_99, 1.0, 1.25] {
            let curve = OrderCurve::new(&setting, order, FINE).unwrap();
            assert_abs_diff_eq!(curve.at(k(1)), -oracle.kl(), epsilon = 1e-6);
            // Biased down below α = 1, up above: never on the other side of its bound.
            let (bound, side) = (excess(&oracle, order), if order <= 1.0 { 1.0 } else { -1.0 });
            for draws in [2, 16, 1024, 1 << 20] {
                let off = side * (bound - curve.at(k(draws)));
                assert!(off >= -1e-6, "{} at {order}, K = {draws}: {off}", preset.label.english());
            }
        }
    }
    // The variance is finite and of the order of χ²: 2^20 draws suffice.
    let setting = begun("Wide q", &[]).setting;
    for order in [-1.0, 0.5, 1.0] {
        let curve = OrderCurve::new(&setting, order, FINE).unwrap();
        let bound = excess(&setting.oracle().unwrap(), order);
        assert_abs_diff_eq!(curve.at(k(1 << 20)), bound, epsilon = 1e-5);
    }
}

#[test]
fn the_coarse_rule_of_the_picture_is_good_to_a_tenth_of_a_millinat() {
    let ends =
        [FIELDS.shift.at(0.0), FIELDS.ratio.at(1.0)].map(|(place, _)| PARAMETERS[place].bounds());
    let [[left, right], [narrow, wide]] = ends;
    let corners = [[left, narrow], [right, wide], [0.0, narrow], [right, 1.0]];
    let presets = PRESETS.iter().map(|preset| LabState::preset(&LAB, preset).values().to_vec());
    let corners = corners.map(|[shift, ratio]| vec![shift, ratio, 1024.0, 1.0, 0.5, 1.0]);
    for values in presets.chain(corners) {
        let setting = Setting::of(&values);
        for drawn in orders::Orders::of(&setting).unwrap().drawn {
            for [order, height] in drawn.points {
                let fine = OrderCurve::new(&setting, order, FINE).unwrap().at(k(drawn.k));
                let is_near = (height - fine).abs() < 1e-4 * (1.0 + fine.abs());
                assert!(is_near, "{values:?} at {order}, K = {}: {height} {fine}", drawn.k);
            }
        }
    }
}

#[test]
fn replicates_agree_at_every_probe() {
    // 1024 estimates from 16 draws at 7 orders: 5 of their own errors, false-alarm rate 4e-6 together.
    for label in ["Wide q", "Narrow q"] {
        let mut run = begun(label, &[FIELDS.largest.at(16), FIELDS.replicates.at(1024)]);
        while run.advance() {}
        let seen = run.experiment.seen(run.steps());
        for (order, mean) in PROBES.into_iter().zip(&seen.probes) {
            let exact = OrderCurve::new(&run.setting, order, FINE).unwrap().at(k(16));
            let error = (mean.value().unwrap() - exact).abs() / mean.stderr().unwrap();
            assert!(mean.count() == 1024 && error < 5.0, "{label} at {order}: {error} errors");
        }
    }
}

#[test]
fn an_upper_bound_estimated_from_few_draws_lies_below() {
    let narrow = begun("Narrow q", &[]);
    let sheet = narrow.sheet(0, Language::En);
    assert_eq!(value(&sheet, Quantity::CuboBound), f64::INFINITY);
    let warns = |sheet: &Sheet, words: &str| {
        sheet.remarks.iter().any(|remark| remark.is_warning && remark.text.contains(words))
    };
    assert!(warns(&sheet, "K = 1,024 draws estimate it"), "{:?}", sheet.remarks);
    // Wide, from two draws: the ELBO's gap of 0.28 shrinks, but stays a gap.
    let few = begun("Wide q", &[FIELDS.largest.at(4)]);
    assert!(few.exact.at(2).unwrap().cubo < 0.0 && excess(&few.oracle, -1.0) > 0.1);
    // With many draws it exceeds log p(x).
    let many = begun("Wide q", &[]);
    assert!(many.exact.at(1024).unwrap().cubo > 0.1);
    assert!(!warns(&many.sheet(0, Language::En), "CUBO"));
}

#[test]
fn the_line_leaves_the_picture_where_the_bound_is_infinite() {
    assert_abs_diff_eq!(pole(0.451_562_5).unwrap(), -0.823_361_823, epsilon = 1e-9);
    assert_eq!((pole(1.0), pole(1.1), pole(0.9)), (None, None, None));
    assert!(pole(4.515_625).is_some_and(|pole| (1.0..ENDS[1]).contains(&pole)));
    for (label, role) in
        [("Narrow q", crate::figure::Role::Upper), ("q = prior", crate::figure::Role::Elbo)]
    {
        let run = begun(label, &[]);
        let figure = run.sheet(0, Language::En).figures.pop().unwrap();
        let is_outside = figure.marks.iter().any(|mark| match &mark.shape {
            Shape::Line(points) if mark.role == role => {
                points.iter().any(|point| !(0.0..=1.0).contains(&figure.y.share(point[1])))
            }
            _ => false,
        });
        assert!(figure.name == "orders" && is_outside, "{label}");
    }
}

//! Interval arithmetic with outward rounding (Moore 1966): the interval always contains the true value.
//!
//! # What is assumed of the machine
//! Sums, products and quotients are those of IEEE 754, rounded to nearest, so that the float next to a
//! result lies beyond the true value. `exp`, `ln`, `tan` and `tanh` are within [`ULPS`] units in the last
//! place: glibc, used natively, documents at most 2, and the `libm` crate, used in wasm, is a port of
//! musl's, documented to be within 1.5. A test compares them with mpmath's.

use std::ops::{Add, Neg, Sub};

/// u: the largest relative error of rounding to nearest.
pub(super) const UNIT: f64 = f64::EPSILON / 2.0;
/// Bound on the error of an elementary function in units in the last place.
const ULPS: u64 = 8;
/// The same relatively; a unit in the last place is at most 2u.
const RELATIVE: f64 = 2.0 * ULPS as f64 * UNIT;
/// The same for results too small to have all digits.
const ABSOLUTE: f64 = f64::from_bits(ULPS);

/// All numbers from `lower` to `upper`, the infinities included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    lower: f64,
    upper: f64,
}

impl Interval {
    /// Everything.
    pub const ALL: Self = Self { lower: f64::NEG_INFINITY, upper: f64::INFINITY };

    /// From `lower` to `upper`. An end that is not a number, or ends in the wrong order, bound nothing
    /// and give [`Self::ALL`].
    pub const fn new(lower: f64, upper: f64) -> Self {
        if lower <= upper { Self { lower, upper } } else { Self::ALL }
    }

    /// One number.
    pub const fn point(value: f64) -> Self {
        Self::new(value, value)
    }

    /// All numbers that differ from `value` by at most `error`.
    pub(super) fn around(value: f64, error: f64) -> Self {
        Self::new(down(value - error), up(value + error))
    }

    /// The lower end.
    pub const fn lower(&self) -> f64 {
        self.lower
    }

    /// The upper end.
    pub const fn upper(&self) -> f64 {
        self.upper
    }

    /// Upper less lower end; infinite where one of them is.
    pub fn width(&self) -> f64 {
        up(self.upper - self.lower)
    }

    /// Whether `value` is in it.
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// The intersection of two enclosures of the same number.
    pub(super) fn intersection(self, other: Self) -> Self {
        Self::new(self.lower.max(other.lower), self.upper.min(other.upper))
    }

    /// e to the power of every number in it.
    pub(super) fn exp(self) -> Self {
        let lower = down(down(self.lower.exp() * (1.0 - RELATIVE)) - ABSOLUTE).max(0.0);
        Self::new(lower, up(up(self.upper.exp() * (1.0 + RELATIVE)) + ABSOLUTE))
    }

    /// The logarithm of every number in it that is not negative.
    pub(super) fn ln(self) -> Self {
        let slack = |value: f64| if value.is_finite() { up(RELATIVE * value.abs()) } else { 0.0 };
        let [lower, upper] = [self.lower.max(0.0).ln(), self.upper.ln()];
        Self::new(down(lower - slack(lower)), up(upper + slack(upper)))
    }

    /// log Σ e^v, with one v from each of `terms`.
    pub(super) fn log_sum_exp(terms: impl Iterator<Item = Self> + Clone) -> Self {
        // It rises with every v.
        let lower = log_sum_exp(terms.clone().map(|term| term.lower)).lower;
        Self::new(lower, log_sum_exp(terms.map(|term| term.upper)).upper)
    }
}

fn log_sum_exp(terms: impl Iterator<Item = f64> + Clone) -> Interval {
    let most = terms.clone().fold(f64::NEG_INFINITY, f64::max);
    if most.is_infinite() {
        return Interval::point(most);
    }
    let most = Interval::point(most);
    let sum = terms.fold(Interval::point(0.0), |sum, v| sum + (Interval::point(v) - most).exp());
    sum.ln() + most
}

impl Add for Interval {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(down(self.lower + other.lower), up(self.upper + other.upper))
    }
}

impl Neg for Interval {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(-self.upper, -self.lower)
    }
}

impl Sub for Interval {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

/// A number below every one that rounds to `value`; −∞ if that is not a number.
pub(super) fn down(value: f64) -> f64 {
    if value.is_nan() { f64::NEG_INFINITY } else { value.next_down() }
}

/// A number above every one that rounds to `value`; ∞ if that is not a number.
pub(super) fn up(value: f64) -> f64 {
    if value.is_nan() { f64::INFINITY } else { value.next_up() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// x, the float nearest to f(x), and f(x) less that float: by mpmath with 60 digits.
    type Known = (f64, f64, f64);

    const EXP: [Known; 8] = [
        (-300.75, 2.431_837_591_881_288_3e-131, -1.476263e-147),
        (-30.125, 8.258_073_285_555_92e-14, -2.887175e-30),
        (-1.0, 0.367_879_441_171_442_33, -1.242875e-17),
        (-0.000_976_562_5, 0.999_023_914_181_975_7, -7.400282e-18),
        (0.0, 1.0, 0.0),
        (0.3125, 1.366_837_941_173_796_3, 5.144945e-17),
        (20.5, 799_902_177.475_505_4, 5.468434e-8),
        (709.25, 1.055_264_406_533_276_7e308, -5.699361e291),
    ];

    const LN: [Known; 7] = [
        (0.000_976_562_5, -6.931_471_805_599_453, -9.860076e-18),
        (0.375, -0.980_829_253_011_726_2, -4.926207e-17),
        (0.999_984_741_210_937_5, -1.525_890_547_900_607_7e-5, -1.129543e-21),
        (1.0, 0.0, 0.0),
        (1.000_030_517_578_125, 3.051_711_247_318_638e-5, -1.124083e-21),
        (3.0, 1.098_612_288_668_109_8, -9.071297e-17),
        (97.25, 4.577_284_982_498_556, -3.023349e-16),
    ];

    const TAN: [Known; 5] = [
        (0.000_976_562_5, 0.000_976_562_810_440_976_5, 1.012379e-19),
        (0.3125, 0.323_086_244_351_745_54, -2.389399e-17),
        (0.75, 0.931_596_459_944_072_5, -1.354738e-17),
        (1.0, 1.557_407_724_654_902_3, -6.186464e-17),
        (1.375, 5.041_915_256_481_364, -3.063656e-16),
    ];

    const TANH: [Known; 6] = [
        (0.000_976_562_5, 0.000_976_562_189_559_260_3, -4.341380e-20),
        (0.3125, 0.302_709_729_332_108_5, -3.075979e-18),
        (1.0, 0.761_594_155_955_764_9, 3.709021e-17),
        (1.375, 0.879_826_699_651_984_8, -3.338043e-17),
        (4.5, 0.999_753_210_848_027_5, 5.170440e-17),
        (17.5, 0.999_999_999_999_998_8, -3.977802e-17),
    ];

    /// The distance of `found` from a known value, in units in the last place.
    fn ulps(found: f64, (_, leading, rest): Known) -> f64 {
        ((found - leading) - rest).abs() / (leading.abs().next_up() - leading.abs())
    }

    #[test]
    fn elementary_functions_are_well_within_what_is_assumed() {
        type Case<'a> = (&'a [Known], fn(f64) -> f64);
        let cases: [Case; 4] =
            [(&EXP, f64::exp), (&LN, f64::ln), (&TAN, f64::tan), (&TANH, f64::tanh)];
        for (known, function) in cases {
            for case in known {
                let off = ulps(function(case.0), *case);
                // Half of the assumed bound, and no more than a correct library needs.
                assert!(off < 4.0, "{case:?}: {off}");
            }
        }
    }

    #[test]
    fn functions_enclose_high_precision_values() {
        for (known, function) in
            [(&EXP[..], Interval::exp as fn(Interval) -> Interval), (&LN[..], Interval::ln)]
        {
            for &(x, leading, rest) in known {
                let found = function(Interval::point(x));
                assert!(found.lower - leading < rest && found.upper - leading > rest, "{x}");
                assert!(found.width() <= 40.0 * f64::EPSILON * leading.abs() + 1e-322, "{x}");
            }
        }
        // e^−745.125 = 2.49e−324 lies between no two floats but 0 and the smallest.
        let tiny = Interval::point(-745.125).exp();
        assert!(tiny.lower == 0.0 && tiny.upper > 0.0 && tiny.upper < 1e-321, "{tiny:?}");
    }

    #[test]
    fn functions_leave_room_for_what_is_assumed_of_the_machine() {
        for (known, function, of_interval) in [
            (&EXP[..], f64::exp as fn(f64) -> f64, Interval::exp as fn(Interval) -> Interval),
            (&LN[..], f64::ln, Interval::ln),
        ] {
            for (x, ..) in known {
                let (mut low, mut high) = (function(*x), function(*x));
                for _ in 0..if high == 0.0 { 0 } else { ULPS } {
                    (low, high) = (low.next_down(), high.next_up());
                }
                let found = of_interval(Interval::point(*x));
                assert!(found.contains(low) && found.contains(high), "{x}: {found:?}");
            }
        }
    }

    #[test]
    fn infinite_ends_bound_nothing_and_are_no_nan() {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(Interval::ALL - Interval::ALL, Interval::ALL);
        assert_eq!(Interval::new(f64::NAN, 1.0), Interval::ALL);
        assert_eq!(Interval::new(2.0, 1.0), Interval::ALL);
        assert_eq!(Interval::ALL.exp(), Interval::new(0.0, high));
        assert_eq!(Interval::new(0.0, 1.0).ln().lower, low);
        let half_open = Interval::new(low, -3.0);
        let sum = Interval::log_sum_exp([half_open, half_open].into_iter());
        assert!(sum.lower == low && (sum.upper + 3.0 - std::f64::consts::LN_2).abs() < 1e-12);
        let nothing = Interval::point(low);
        assert_eq!(Interval::log_sum_exp([nothing, nothing].into_iter()).lower, low);
        assert_eq!(Interval::log_sum_exp([Interval::ALL, nothing].into_iter()).upper, high);
        assert_eq!(Interval::ALL.width(), high);
    }

    proptest! {
        /// Integers below 2⁵³ are floats, and their sum is known exactly.
        #[test]
        fn sums_enclose_the_exact_ones(
            terms in prop::collection::vec(-(1_i64 << 53)..1 << 53, 2..60),
        ) {
            let point = |&term: &i64| Interval::point(term as f64);
            let found = terms.iter().map(point).fold(Interval::point(0.0), Interval::add);
            let exact: i128 = terms.iter().map(|&term| i128::from(term)).sum();
            let rounded = exact as f64;
            let rest = (exact - rounded as i128) as f64;
            prop_assert!(found.lower - rounded < rest && found.upper - rounded > rest);
        }

        #[test]
        fn every_number_in_it_stays_in_it(
            x in -700.0..700.0_f64, y in -700.0..700.0_f64, left in 0.0..3.0_f64, right in 0.0..3.0_f64,
        ) {
            let [a, b] = [x, y].map(|v| Interval::new(v - left, v + right));
            prop_assert!((a + b).contains(x + y) && (a - b).contains(x - y));
            prop_assert!(a.exp().contains(x.exp()) && (-a).contains(-x));
            prop_assert!(a.exp().ln().contains(x));
            prop_assert!(a.intersection(Interval::point(x)).contains(x));
            let sum = Interval::log_sum_exp([a, b].into_iter());
            let most = x.max(y);
            prop_assert!(sum.contains(most + ((x - most).exp() + (y - most).exp()).ln()));
            prop_assert!(sum.width() <= left + right + 1e-11);
        }

        #[test]
        fn one_number_and_its_logarithm_are_there_and_back(x in -700.0..700.0_f64) {
            let there = Interval::point(x).exp();
            prop_assert!(there.lower < x.exp() && x.exp() < there.upper);
            prop_assert!(there.ln().contains(x) && there.ln().width() < 1e-11);
        }
    }
}

//! How a number is written for people.

use serde::{Deserialize, Serialize};

use crate::state::{Language, number};

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Nats, with so many decimals.
    Nats(usize),
    /// Rounded to a whole number.
    Count,
    /// A share of one, in percent.
    Percent,
    /// With two decimals.
    Plain,
    /// One or two significant digits with a power of ten.
    Small,
    /// Whole seconds.
    Seconds,
    /// A tail index k̂, which from 1 on says the same whatever its size.
    TailIndex,
    /// A number without a value here is finite, but no double is large enough for it.
    Beyond,
}

impl Form {
    /// A value as it is written; a dash where there is none.
    pub fn write(self, value: Option<f64>, language: Language) -> String {
        let value = value.unwrap_or(f64::NAN);
        if value.is_infinite() {
            return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
        }
        match self {
            Self::Nats(decimals) => number::nats(value, decimals, language),
            Self::Count => number::grouped(value, 0, language),
            Self::Percent => number::share(value, language),
            Self::Plain => number::grouped(value, 2, language),
            Self::Small => number::small(value, language),
            Self::Seconds => format!("{} s", number::grouped(value, 0, language)),
            Self::TailIndex if value >= 1.0 => {
                format!("{} > 1", number::grouped(value, 2, language))
            }
            Self::TailIndex => number::grouped(value, 2, language),
            Self::Beyond => BEYOND.to_owned(),
        }
    }

    /// χ² or what follows from it, given log(1 + χ²): its value, +∞ only where it is infinite, and its form.
    pub fn of_variance(log_second_moment: f64) -> (Option<f64>, Self) {
        let value = log_second_moment.exp_m1();
        match value {
            _ if log_second_moment.is_infinite() => (Some(value), Self::Small),
            f64::INFINITY => (None, Self::Beyond),
            _ if value < 1e3 => (Some(value), Self::Plain),
            _ => (Some(value), Self::Small),
        }
    }
}

/// Finite, but larger than any double.
pub const BEYOND: &str = "> 10³⁰⁰";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_one_way() {
        for (form, value, en, pt) in [
            (Form::Count, 64_916.2, "64,916", "64.916"),
            (Form::Nats(0), 77_328.4, "77,328", "77.328"),
            (Form::Nats(2), -12_345.678, "−12,345.68", "−12.345,68"),
            (Form::Plain, 1234.5, "1,234.50", "1.234,50"),
            (Form::Percent, 0.002, "0.20%", "0,20%"),
            (Form::Seconds, 1234.5, "1,234 s", "1.234 s"),
            (Form::TailIndex, 0.446, "0.45", "0,45"),
            (Form::TailIndex, 60.318, "60.32 > 1", "60,32 > 1"),
            (Form::Small, f64::INFINITY, "∞", "∞"),
            (Form::Count, f64::NAN, "—", "—"),
        ] {
            assert_eq!(form.write(Some(value), Language::En), en, "{form:?}");
            assert_eq!(form.write(Some(value), Language::Pt), pt, "{form:?}");
        }
        assert_eq!(Form::Beyond.write(None, Language::En), "> 10³⁰⁰");
    }

    #[test]
    fn a_variance_is_infinite_only_if_it_is() {
        assert_eq!(Form::of_variance(2.0_f64.ln()), (Some(1.0), Form::Plain));
        assert_eq!(Form::of_variance(f64::INFINITY), (Some(f64::INFINITY), Form::Small));
        // e⁷¹⁰ is finite, and larger than the largest double, 1.8e308 = e^709.78.
        assert_eq!(Form::of_variance(710.0), (None, Form::Beyond));
        assert_eq!(Form::of_variance(20.0).1, Form::Small);
    }
}

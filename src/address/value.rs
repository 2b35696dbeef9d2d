//! Reads and writes single values of an address.

use std::num::{IntErrorKind, ParseIntError};
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::data::BinaryImage;
use crate::state::Part;
use crate::state::bench::{BinarizeState, DIGIT_RANGE, SEED_RANGE, THRESHOLD_RANGE, XSource};
use crate::state::number;
use crate::state::range::Range;

const DIGITS: &str = "digits.";
pub(super) const PIXELS: &str = "pixels.";
const THRESHOLD: &str = "threshold:";
const BERNOULLI: &str = "bernoulli:";

/// The result of reading a value.
#[derive(Debug, PartialEq)]
pub(super) enum ParsedValue<T> {
    Exact(T),
    Clamped(T),
    Unreadable,
}

impl<T> ParsedValue<T> {
    pub(super) fn map<U>(self, f: impl FnOnce(T) -> U) -> ParsedValue<U> {
        match self {
            Self::Exact(value) => ParsedValue::Exact(f(value)),
            Self::Clamped(value) => ParsedValue::Clamped(f(value)),
            Self::Unreadable => ParsedValue::Unreadable,
        }
    }
}

impl<T> From<Option<T>> for ParsedValue<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unreadable, Self::Exact)
    }
}

/// The names of parts; unknown names are left out.
pub(super) fn parts(text: &str) -> ParsedValue<Vec<Part>> {
    let mut parts = Vec::new();
    let mut is_exact = true;
    for name in text.split(',') {
        match Part::from_name(name.trim()) {
            Some(part) if !parts.contains(&part) => parts.push(part),
            _ => is_exact = false,
        }
    }
    match (parts.is_empty(), is_exact) {
        (true, _) => ParsedValue::Unreadable,
        (false, true) => ParsedValue::Exact(parts),
        (false, false) => ParsedValue::Clamped(parts),
    }
}

pub(super) fn parts_text(parts: &[Part]) -> Option<String> {
    let names: Vec<String> = parts.iter().map(|part| part.name()).collect();
    (!names.is_empty()).then(|| names.join(","))
}

pub(super) fn real(text: &str, range: Range) -> ParsedValue<f64> {
    match number::parse(text.trim()) {
        Some(value) if range.contains(value) => ParsedValue::Exact(value),
        Some(value) => ParsedValue::Clamped(range.clamp(value)),
        None => ParsedValue::Unreadable,
    }
}

pub(super) fn pair(text: &str, range: Range) -> ParsedValue<[f64; 2]> {
    use ParsedValue::{Clamped, Exact, Unreadable};
    let Some((first, second)) = text.split_once(',') else {
        return Unreadable;
    };
    match (real(first, range), real(second, range)) {
        (Unreadable, _) | (_, Unreadable) => Unreadable,
        (Exact(first), Exact(second)) => Exact([first, second]),
        (Exact(first) | Clamped(first), Exact(second) | Clamped(second)) => {
            Clamped([first, second])
        }
    }
}

pub(super) fn whole<T>(text: &str, range: RangeInclusive<T>) -> ParsedValue<T>
where
    T: FromStr<Err = ParseIntError> + PartialOrd + Copy,
{
    let (min, max) = (*range.start(), *range.end());
    let text = text.trim();
    match text.parse::<T>() {
        Ok(value) if value < min => ParsedValue::Clamped(min),
        Ok(value) if value > max => ParsedValue::Clamped(max),
        Ok(value) => ParsedValue::Exact(value),
        Err(error) => match error.kind() {
            IntErrorKind::PosOverflow => ParsedValue::Clamped(max),
            IntErrorKind::Zero => ParsedValue::Clamped(min),
            _ if is_negative_integer(text) => ParsedValue::Clamped(min),
            _ => ParsedValue::Unreadable,
        },
    }
}

fn is_negative_integer(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn source(text: &str) -> ParsedValue<XSource> {
    if let Some(index) = text.strip_prefix(DIGITS) {
        whole(index, DIGIT_RANGE).map(XSource::Digit)
    } else if let Some(pixels) = text.strip_prefix(PIXELS) {
        BinaryImage::from_base64(pixels).ok().map(XSource::Pixels).into()
    } else {
        ParsedValue::Unreadable
    }
}

pub(super) fn binarize(text: &str) -> ParsedValue<BinarizeState> {
    if let Some(level) = text.strip_prefix(THRESHOLD) {
        real(level, THRESHOLD_RANGE).map(BinarizeState::Threshold)
    } else if let Some(seed) = text.strip_prefix(BERNOULLI) {
        whole(seed, SEED_RANGE).map(BinarizeState::Bernoulli)
    } else {
        ParsedValue::Unreadable
    }
}

pub(super) fn pair_text([first, second]: [f64; 2]) -> String {
    format!("{first},{second}")
}

pub(super) fn source_text(source: XSource) -> String {
    match source {
        XSource::Digit(index) => format!("{DIGITS}{index}"),
        XSource::Pixels(image) => format!("{PIXELS}{}", image.to_base64()),
    }
}

pub(super) fn binarize_text(binarize: BinarizeState) -> String {
    match binarize {
        BinarizeState::Threshold(level) => format!("{THRESHOLD}{level}"),
        BinarizeState::Bernoulli(seed) => format!("{BERNOULLI}{seed}"),
    }
}

#[cfg(test)]
mod tests {
    use super::ParsedValue::{Clamped, Exact, Unreadable};
    use super::*;
    use crate::state::bench::{K_RANGE, MU_RANGE};

    #[test]
    fn reals() {
        for (text, reading) in [
            ("0.5", Exact(0.5)),
            ("-20", Exact(-20.0)),
            (" 1e-3 ", Exact(1e-3)),
            ("20.0000001", Clamped(20.0)),
            ("-1e300", Clamped(-20.0)),
            ("inf", Unreadable),
            ("NaN", Unreadable),
            ("1e999", Unreadable),
            ("", Unreadable),
            ("0,5", Unreadable),
        ] {
            assert_eq!(real(text, MU_RANGE), reading, "{text}");
        }
    }

    #[test]
    fn pairs() {
        for (text, reading) in [
            ("0.5,-0.2", Exact([0.5, -0.2])),
            ("90,-0.2", Clamped([20.0, -0.2])),
            ("90,-90", Clamped([20.0, -20.0])),
            ("9,x", Unreadable),
            ("1", Unreadable),
            ("1,2,3", Unreadable),
            (",", Unreadable),
        ] {
            assert_eq!(pair(text, MU_RANGE), reading, "{text}");
        }
    }

    #[test]
    fn whole_numbers() {
        for (text, reading) in [
            ("64", Exact(64)),
            ("0", Clamped(1)),
            ("-3", Clamped(1)),
            ("1025", Clamped(1024)),
            ("99999999999999999999999999", Clamped(1024)),
            ("-99999999999999999999999999", Clamped(1)),
            ("64.5", Unreadable),
            ("-", Unreadable),
            ("--3", Unreadable),
            ("", Unreadable),
        ] {
            assert_eq!(whole(text, K_RANGE).map(|k| k.get()), reading, "{text}");
        }
    }

    #[test]
    fn sources_and_binarizations() {
        assert_eq!(source("digits.29"), Exact(XSource::Digit(29)));
        assert_eq!(source("digits.30"), Clamped(XSource::Digit(29)));
        let blank = BinaryImage::from_fn(|_| false);
        let text = format!("pixels.{}", "A".repeat(131));
        assert_eq!(source(&text), Exact(XSource::Pixels(blank)));
        assert_eq!(source_text(XSource::Pixels(blank)), text);
        for text in ["", "digits", "digits.", "pixels.", "pixels.AAAA", "letters.3"] {
            assert_eq!(source(text), Unreadable, "{text}");
        }
        assert_eq!(binarize("threshold:0.99"), Clamped(BinarizeState::Threshold(0.95)));
        assert_eq!(binarize("bernoulli:7"), Exact(BinarizeState::Bernoulli(7)));
        assert_eq!(binarize("bernoulli:7.5"), Unreadable);
        assert_eq!(binarize("0.5"), Unreadable);
    }
}

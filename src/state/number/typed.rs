//! Parses numbers as people type them, in either language and on any keypad.
//!
//! Keypads, spreadsheets and lessons write the same number with different marks. The marks are parsed in the same way
//! in both languages; the kind of the field resolves what is ambiguous:
//!
//! | typed | in a field for whole numbers | in a field for real numbers |
//! |---|---|---|
//! | `1.024`, `1,024` | 1024 | 1.024 |
//! | `0.512`, `0,5` | not whole | 0.512, 0.5 |
//! | `1.048.576`, `1 024`, `1.024,0` | 1 048 576, 1024, 1024 | the same |
//! | `1.024,5`, `1,024.5` | not whole | 1024.5 |

/// The kind of numbers that a field accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Whole numbers: a single mark before three digits separates thousands.
    Whole,
    /// Real numbers: a single mark is the decimal mark.
    Real,
}

/// The characters that word processors, keypads and lessons use as a minus: hyphens, dashes, the minus sign.
const MINUSES: &[char] = &['-', '‐', '‑', '‒', '–', '—', '−', '﹣', '－'];
/// Separators of thousands besides point and comma: spaces of several widths, and the Swiss apostrophe.
const GROUPS: &[char] = &[' ', '\u{a0}', '\u{2007}', '\u{2009}', '\u{202f}', '\'', '’'];
/// Units that may follow the number.
const UNITS: [&str; 2] = ["nats", "nat"];
/// The marks between a number and its power of ten.
const TIMES_TEN: [&str; 4] = ["·10", "×10", "e", "E"];

impl Numbers {
    /// The number that a text denotes; `None` if the field does not accept it.
    pub fn read(self, text: &str) -> Option<f64> {
        let text = without_unit(text.trim());
        let (sign, unsigned) = match text.strip_prefix(MINUSES) {
            Some(rest) => ("-", rest),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = split_exponent(unsigned.trim_start());
        let exponent = exponent.map(read_exponent).unwrap_or(Some(0))?;
        let may_group = self == Self::Whole && exponent == 0;
        let (whole, fraction) = split_digits(mantissa, may_group)?;
        // The zeros supply a missing part: ",5" and "5." become readable.
        let plain = format!("{sign}0{whole}.{fraction}0e{exponent}");
        let value = super::parse(&plain)?;
        // Adding zero removes a negative zero.
        (self == Self::Real || value.fract() == 0.0).then_some(value + 0.0)
    }
}

fn without_unit(text: &str) -> &str {
    let number = UNITS.iter().find_map(|unit| {
        let start = text.len().checked_sub(unit.len())?;
        let end = text.get(start..)?;
        end.eq_ignore_ascii_case(unit).then(|| text[..start].trim_end())
    });
    number.unwrap_or(text)
}

/// The part before a power of ten, and the exponent as written: `1e3`, `3·10⁻⁹`.
fn split_exponent(text: &str) -> (&str, Option<&str>) {
    let found = TIMES_TEN.iter().find_map(|mark| text.split_once(mark));
    match found {
        Some((mantissa, exponent)) => (mantissa.trim_end(), Some(exponent)),
        None => (text, None),
    }
}

/// An exponent of at most three digits, plain or superscript.
fn read_exponent(text: &str) -> Option<i32> {
    const ABOVE: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let plain: String = text
        .trim_start_matches('^')
        .chars()
        .map(|character| match ABOVE.iter().position(|above| *above == character) {
            Some(digit) => char::from(b'0' + digit as u8),
            None if character == '⁻' || MINUSES.contains(&character) => '-',
            None if character == '⁺' => '+',
            None => character,
        })
        .collect();
    let digits = plain.trim_start_matches(['-', '+']);
    let is_number = (1..=3).contains(&digits.len()) && plain.len() <= digits.len() + 1;
    plain.parse().ok().filter(|_| is_number)
}

/// The digits before and after the decimal mark, without separators of groups.
fn split_digits(text: &str, may_group: bool) -> Option<(String, String)> {
    let marks: Vec<(usize, char)> =
        text.char_indices().filter(|(_, character)| matches!(character, '.' | ',')).collect();
    let decimal = match marks[..] {
        [] => None,
        [(place, _)] => (!(may_group && ungrouped(text).is_some())).then_some(place),
        // Two kinds: the last is the decimal mark and stands alone. One kind: all separate groups.
        [(_, first), .., (place, last)] => (first != last).then_some(place),
    };
    let (whole, fraction) = match decimal {
        Some(place) => (&text[..place], &text[place + 1..]),
        None => (text, ""),
    };
    let is_digits = |text: &str| text.chars().all(|character| character.is_ascii_digit());
    let whole = if is_digits(whole) { whole.to_owned() } else { ungrouped(whole)? };
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    (has_digits && is_digits(fraction)).then(|| (whole, fraction.to_owned()))
}

/// The digits of a number in groups of three with the same separator throughout; `None` for any other.
fn ungrouped(text: &str) -> Option<String> {
    let separator = text.chars().find(|character| !character.is_ascii_digit())?;
    if !matches!(separator, '.' | ',') && !GROUPS.contains(&separator) {
        return None;
    }
    let groups: Vec<&str> = text.split(separator).collect();
    let (first, others) = groups.split_first()?;
    let is_digits = |group: &str| group.chars().all(|character| character.is_ascii_digit());
    // Thousands are not separated after a leading zero.
    let is_first = (1..=3).contains(&first.len()) && is_digits(first) && !first.starts_with('0');
    let is_grouped = is_first && others.iter().all(|group| group.len() == 3 && is_digits(group));
    is_grouped.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::Numbers::{Real, Whole};
    use super::*;
    use crate::state::Language;
    use crate::state::number::{decimal, integer, small};
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_are_read_with_either_languages_separator() {
        for (text, value) in [
            ("64", 64.0),
            ("1.024", 1024.0),
            ("1,024", 1024.0),
            ("65.536", 65_536.0),
            ("1.048.576", 1_048_576.0),
            ("1,048,576", 1_048_576.0),
            ("1 024", 1024.0),
            ("1\u{a0}024", 1024.0),
            ("1\u{202f}024", 1024.0),
            ("1\u{2009}024", 1024.0),
            ("1'024", 1024.0),
            ("64.0", 64.0),
            ("64,", 64.0),
            ("1.024,0", 1024.0),
            ("1e3", 1000.0),
            ("1.024e3", 1024.0),
            ("1,5E3", 1500.0),
            ("2·10⁵", 200_000.0),
            ("  7 ", 7.0),
            ("−3", -3.0),
            ("007", 7.0),
        ] {
            assert_eq!(Whole.read(text), Some(value), "{text}");
        }
        for text in [
            "0.512",
            "0,512",
            "2.5",
            "1.02",
            "1.0245",
            "1.024,5",
            "12.34.567",
            "1.024.5",
            "1 02",
            "1 024,5",
            "1..024",
            "1.024 576",
            "1e-3",
            "½",
            "abc",
            "1024x",
            "",
        ] {
            assert_eq!(Whole.read(text), None, "{text}");
        }
    }

    #[test]
    fn real_numbers_are_read_with_either_languages_decimal_mark() {
        for (text, value) in [
            ("−0,5", -0.5),
            ("-0.5", -0.5),
            ("–0.5", -0.5),
            ("— 0,5", -0.5),
            ("－0.5", -0.5),
            ("−0,5 nats", -0.5),
            ("-91.27nats", -91.27),
            ("1 Nat", 1.0),
            (" 1.024 ", 1.024),
            ("1,024", 1.024),
            (",5", 0.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("+3", 3.0),
            ("1e3", 1000.0),
            ("1e-3", 1e-3),
            ("1e−3", 1e-3),
            ("2,5E2", 250.0),
            ("3·10⁻⁹", 3e-9),
            ("−2×10^-5", -2e-5),
            ("1.024,5", 1024.5),
            ("1,024.5", 1024.5),
            ("1 024,5", 1024.5),
            ("1.048.576", 1_048_576.0),
            ("1.048.576,25", 1_048_576.25),
        ] {
            assert_eq!(Real.read(text), Some(value), "{text}");
        }
        for text in [
            "", " ", "-", ",", ".", "e", "e3", "1e", "1e3.5", "1e--3", "1e9999", "1e999", "inf",
            "NaN", "−−1", "+-1", "1-2", "1,2,3", "1.02.03", "1.2,3.4", "1,024,5", "½", "abc", "٣",
            "nats", "0x10", "1 02", "1  024", "1_024", "12 nat s",
        ] {
            assert_eq!(Real.read(text), None, "{text}");
        }
    }

    #[test]
    fn zero_has_no_sign() {
        for kind in [Whole, Real] {
            assert!(kind.read("−0").is_some_and(|value| value == 0.0 && value.is_sign_positive()));
        }
    }

    /// Separators of thousands that are parsed, besides those that the program writes.
    fn separator() -> impl Strategy<Value = char> {
        prop::sample::select([GROUPS, &['.', ',']].concat())
    }

    proptest! {
        #[test]
        fn whole_numbers_are_read_as_they_are_written(value in 0..1_u64 << 53) {
            for language in Language::ALL {
                prop_assert_eq!(Whole.read(&integer(value, language)), Some(value as f64));
                prop_assert_eq!(Whole.read(&format!("−{value}")), Some(-(value as f64) + 0.0));
            }
        }

        #[test]
        fn whole_numbers_are_read_with_every_separator(
            value in 0..1_u64 << 53, separator in separator(),
        ) {
            let text = integer(value, Language::En).replace(',', &separator.to_string());
            prop_assert_eq!(Whole.read(&text), Some(value as f64));
            // In a field for real numbers a single point or comma is the decimal mark.
            if !(1_000..1_000_000).contains(&value) || GROUPS.contains(&separator) {
                prop_assert_eq!(Real.read(&text), Some(value as f64));
            }
        }

        #[test]
        fn real_numbers_are_read_as_they_are_written(value in -1e6..1e6_f64, decimals in 0..9_usize) {
            for language in Language::ALL {
                let text = decimal(value, decimals, language);
                // Half a unit of the last decimal, plus the rounding of the value and of the parsed number.
                let half = 0.5 * 10_f64.powi(-(decimals as i32)) + 2.0 * f64::EPSILON * value.abs();
                prop_assert!(Real.read(&text).is_some_and(|read| (read - value).abs() <= half), "{}", text);
                let with_unit = Real.read(&format!("{text} nats"));
                prop_assert_eq!(with_unit, Real.read(&text));
            }
        }

        #[test]
        fn small_numbers_are_read_as_they_are_written(exponent in -300.0..2.9_f64) {
            let value = 10_f64.powf(exponent);
            for language in Language::ALL {
                let read = Real.read(&small(value, language));
                // One significant digit is written.
                prop_assert!(read.is_some_and(|read| (read / value - 1.0).abs() < 0.51), "{:?}", read);
            }
        }

        #[test]
        fn never_panics_on_typed_text(text in ".*") {
            let _ = (Whole.read(&text), Real.read(&text));
        }

        #[test]
        fn what_is_read_is_finite_and_whole_where_it_must_be(text in "[-−0-9., e'·⁵]{0,12}") {
            if let Some(value) = Whole.read(&text) {
                prop_assert!(value.is_finite() && value.fract() == 0.0);
            }
            prop_assert!(Real.read(&text).is_none_or(f64::is_finite));
        }
    }
}

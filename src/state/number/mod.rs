//! Numbers as people read them, in the form of a language; how they are typed is beside it.

mod parse;
pub mod typed;

pub use parse::parse;

use super::Language;

/// U+2212, the minus sign that is as wide as a plus.
const MINUS: char = '−';
/// Limits in nats: from the first on without decimals, from the second on as a power of ten.
const WHOLE_NATS: f64 = 99_999.5;
const HUGE_NATS: f64 = 999_999.5;
/// A smaller share is written as below this, a share between the second and 1 as the second.
const SMALLEST_SHARE: f64 = 1e-6;
const LARGEST_SHARE: f64 = 0.999;

/// `value` with a fixed number of decimals: `−91.27` or `−91,27`.
///
/// A value that rounds to zero has no sign; the infinities are `∞` and `−∞`, NaN is a dash.
pub fn decimal(value: f64, decimals: usize, language: Language) -> String {
    if value.is_nan() {
        return "—".to_owned();
    }
    let digits = if value.is_infinite() {
        "∞".to_owned()
    } else {
        with_mark(format!("{:.*}", decimals, value.abs()), language)
    };
    let rounds_to_zero = digits.chars().all(|digit| matches!(digit, '0' | '.' | ','));
    if value < 0.0 && !rounds_to_zero { format!("{MINUS}{digits}") } else { digits }
}

/// `value` with a fixed number of decimals and its whole part in groups of three digits: `−12,345.67` or
/// `−12.345,67`. For numbers that are read; an editable field uses [`decimal`].
pub fn grouped(value: f64, decimals: usize, language: Language) -> String {
    let plain = decimal(value, decimals, language);
    let is_digit = |character: char| character.is_ascii_digit();
    let Some(start) = plain.find(is_digit) else { return plain };
    let digits = plain[start..].chars().take_while(|character| is_digit(*character)).count();
    let (sign, end) = (&plain[..start], start + digits);
    format!("{sign}{}{}", in_groups(&plain[start..end], language), &plain[end..])
}

/// A number of nats; the label beside it has the unit.
///
/// From 100,000 on it has no decimals, from a million on three digits and a power of ten.
pub fn nats(value: f64, decimals: usize, language: Language) -> String {
    match value.abs() {
        HUGE_NATS..f64::INFINITY => scientific(value, 2, language),
        WHOLE_NATS..HUGE_NATS => grouped(value, 0, language),
        _ => grouped(value, decimals, language),
    }
}

/// A count in groups of three digits: `1,024` or `1.024`.
pub fn integer(value: u64, language: Language) -> String {
    in_groups(&value.to_string(), language)
}

/// Digits in groups of three from the right.
fn in_groups(digits: &str, language: Language) -> String {
    let separator = language.group_mark();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// An error or a width to one significant digit: `0.02`, `3·10⁻⁹`.
///
/// From 0.001 up to 1000 in plain notation (whole from 1 on), otherwise as a power of ten.
pub fn small(value: f64, language: Language) -> String {
    let power = format!("{:.0e}", value.abs());
    let Some((_, exponent)) = power.split_once('e') else {
        return decimal(value, 0, language); // NaN and the infinities have no exponent
    };
    let decimals = match exponent {
        "0" | "1" | "2" => 0,
        "-1" => 1,
        "-2" => 2,
        "-3" => 3,
        _ => return scientific(value, 0, language),
    };
    decimal(value, decimals, language)
}

/// A finite number as a power of ten, `−5.87·10⁸`.
fn scientific(value: f64, decimals: usize, language: Language) -> String {
    let power = format!("{value:.decimals$e}");
    let (mantissa, exponent) = power.split_once('e').unwrap_or((&power, "0"));
    let mantissa = with_mark(mantissa.replace('-', "−"), language);
    let exponent: String = exponent.chars().map(superscript).collect();
    format!("{mantissa}·10{exponent}")
}

/// Digits with the language's decimal mark in place of the point.
fn with_mark(mut digits: String, language: Language) -> String {
    if let Some(point) = digits.find('.') {
        let mark = language.decimal_mark();
        digits.replace_range(point..=point, mark.encode_utf8(&mut [0; 4]));
    }
    digits
}

/// A fraction as a percentage, `0.19` as `19%`.
pub fn percent(fraction: f64, decimals: usize, language: Language) -> String {
    format!("{}%", grouped(100.0 * fraction, decimals, language))
}

/// A share as a percentage that is 0% only for 0 and 100% only for 1: `19%`, `5.4%`, `0.0025%`. Below a tenth it has
/// two significant digits.
pub fn share(share: f64, language: Language) -> String {
    if share > 0.0 && share < SMALLEST_SHARE {
        return format!("<{}", percent(SMALLEST_SHARE, 4, language));
    }
    if share.is_nan() {
        return decimal(share, 0, language);
    }
    match 100.0 * share {
        hundredths if (99.5..100.0).contains(&hundredths) => {
            percent(share.min(LARGEST_SHARE), 1, language)
        }
        hundredths if hundredths > 0.0 && hundredths < 9.95 => {
            // 9.95 with two digits would be 10.
            percent(share, (1.0 - hundredths.log10().floor()) as usize, language)
        }
        _ => percent(share, 0, language),
    }
}

fn superscript(character: char) -> char {
    match character {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        other => other,
    }
}

/// The shortest text that reads back as the same number, with JavaScript's names for the infinities.
pub fn full_precision(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Pt};

    #[test]
    fn nats_have_a_true_minus_and_the_languages_decimal_mark() {
        assert_eq!(nats(-91.274, 2, En), "−91.27");
        assert_eq!(nats(-91.274, 2, Pt), "−91,27");
        assert_eq!(nats(1.6, 2, En), "1.60");
        assert_eq!(nats(1234.5, 1, Pt), "1.234,5");
        assert_eq!(nats(12.0, 0, Pt), "12");
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(nats(-0.0, 2, En), "0.00");
        assert_eq!(nats(-0.004, 2, Pt), "0,00");
        assert_eq!(nats(-0.4, 0, En), "0");
        assert_eq!(nats(-0.006, 2, En), "−0.01");
    }

    #[test]
    fn what_is_not_finite_is_said_so() {
        assert_eq!(nats(f64::INFINITY, 2, En), "∞");
        assert_eq!(nats(f64::NEG_INFINITY, 2, Pt), "−∞");
        assert_eq!(nats(f64::NAN, 2, En), "—");
        assert_eq!(small(f64::NAN, En), "—");
        assert_eq!(small(f64::INFINITY, En), "∞");
        assert_eq!(percent(f64::NEG_INFINITY, 0, En), "−∞%");
    }

    #[test]
    fn integers_are_grouped() {
        for (value, en, pt) in [
            (0, "0", "0"),
            (64, "64", "64"),
            (999, "999", "999"),
            (1024, "1,024", "1.024"),
            (100_000, "100,000", "100.000"),
            (1_000_000, "1,000,000", "1.000.000"),
        ] {
            assert_eq!(integer(value, En), en);
            assert_eq!(integer(value, Pt), pt);
        }
    }

    #[test]
    fn whatever_is_written_has_the_groups_of_a_count() {
        for (value, decimals, en, pt) in [
            (64_916.4, 0, "64,916", "64.916"),
            (77_328.0, 0, "77,328", "77.328"),
            (999.6, 0, "1,000", "1.000"),
            (-12_345.678, 2, "−12,345.68", "−12.345,68"),
            (-548.36, 2, "−548.36", "−548,36"),
            (0.000_123_4, 6, "0.000123", "0,000123"),
            (1e6, 0, "1,000,000", "1.000.000"),
            (f64::INFINITY, 2, "∞", "∞"),
            (f64::NAN, 0, "—", "—"),
        ] {
            assert_eq!(grouped(value, decimals, En), en);
            assert_eq!(grouped(value, decimals, Pt), pt);
        }
        for value in [0_u64, 7, 1024, 65_536, 1_000_000] {
            assert_eq!(grouped(value as f64, 0, En), integer(value, En));
        }
        assert_eq!(percent(123.4, 0, En), "12,340%");
    }

    #[test]
    fn small_numbers_are_powers_of_ten() {
        for (value, en, pt) in [
            (3e-9, "3·10⁻⁹", "3·10⁻⁹"),
            (3.4e-14, "3·10⁻¹⁴", "3·10⁻¹⁴"),
            (9.7e-10, "1·10⁻⁹", "1·10⁻⁹"),
            (-2e-5, "−2·10⁻⁵", "−2·10⁻⁵"),
            (0.00097, "0.001", "0,001"),
            (0.0234, "0.02", "0,02"),
            (0.5, "0.5", "0,5"),
            (7.2, "7", "7"),
            (123.4, "123", "123"),
            (4e7, "4·10⁷", "4·10⁷"),
            (0.0, "0", "0"),
            (-0.0, "0", "0"),
        ] {
            assert_eq!(small(value, En), en);
            assert_eq!(small(value, Pt), pt);
        }
    }

    #[test]
    fn large_nats_have_no_decimals_and_huge_ones_a_power_of_ten() {
        for (value, en, pt) in [
            (-99_999.4, "−99,999.40", "−99.999,40"),
            (-99_999.6, "−100,000", "−100.000"),
            (999_999.4, "999,999", "999.999"),
            (999_999.5, "1.00·10⁶", "1,00·10⁶"),
            (-5_867_333.9, "−5.87·10⁶", "−5,87·10⁶"),
            (-586_733_390.0, "−5.87·10⁸", "−5,87·10⁸"),
        ] {
            assert_eq!(nats(value, 2, En), en);
            assert_eq!(nats(value, 2, Pt), pt);
        }
    }

    #[test]
    fn a_share_is_nothing_or_all_only_where_it_is() {
        for (value, en, pt) in [
            (0.0, "0%", "0%"),
            (1e-9, "<0.0001%", "<0,0001%"),
            (1e-6, "0.00010%", "0,00010%"),
            (0.000_025, "0.0025%", "0,0025%"),
            (8e-5, "0.0080%", "0,0080%"),
            (0.002, "0.20%", "0,20%"),
            (0.0123, "1.2%", "1,2%"),
            (0.0994, "9.9%", "9,9%"),
            (0.0996, "10%", "10%"),
            (0.19, "19%", "19%"),
            (0.9949, "99%", "99%"),
            (0.997, "99.7%", "99,7%"),
            (0.999_99, "99.9%", "99,9%"),
            (1.0, "100%", "100%"),
            (f64::NAN, "—", "—"),
        ] {
            assert_eq!(share(value, En), en);
            assert_eq!(share(value, Pt), pt);
        }
        // A positive share is never shown as 0%.
        for power in 1..300 {
            let written = share(10_f64.powi(-power), En);
            assert!(written.chars().any(|digit| matches!(digit, '1'..='9')), "{written}");
        }
    }

    #[test]
    fn percentages() {
        assert_eq!(percent(0.19, 0, En), "19%");
        assert_eq!(percent(0.005, 1, Pt), "0,5%");
        assert_eq!(percent(1.0, 0, Pt), "100%");
    }
}

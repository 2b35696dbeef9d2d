//! Parses decimal notation to f64, correctly rounded.

/// The f64 nearest to a number in plain decimal notation, such as `-12.5` or `1e-3`; `None` for any other text, and
/// beyond the range of finite numbers.
///
/// In a browser JavaScript parses it (ECMA-262, StringToNumber), which rounds as the standard library does; that one
/// would add 14 kB of tables to the page.
pub fn parse(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if !is_plain || !has_digit {
        return None;
    }
    nearest(text).filter(|value| value.is_finite())
}

#[cfg(not(target_arch = "wasm32"))]
fn nearest(text: &str) -> Option<f64> {
    text.parse().ok()
}

#[cfg(target_arch = "wasm32")]
fn nearest(text: &str) -> Option<f64> {
    // JavaScript returns NaN for an invalid text.
    text.parse().ok().map(|number: js_sys::Number| number.value_of())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_finite_decimal_numbers_are_read() {
        for (text, value) in [
            ("0", 0.0),
            ("-12.5", -12.5),
            ("+3", 3.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e-3", 1e-3),
            ("2E2", 200.0),
        ] {
            assert_eq!(parse(text), Some(value), "{text}");
        }
        for text in [
            "", ".", "-", "e3", "1e", "1e999", "inf", "Infinity", "NaN", "0x10", "1 ", "1_0",
            "1,5", "--1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in proptest::num::f64::NORMAL) {
            prop_assert_eq!(parse(&value.to_string()), Some(value));
            prop_assert_eq!(parse(&format!("{value:e}")), Some(value));
        }
    }
}

//! Parses the numbers in a sentence.

use elboscope::state::Language;

/// A number as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Written {
    pub value: f64,
    /// Half a unit of its last digit.
    pub half_unit: f64,
}

impl Written {
    /// Whether a value would be written like this.
    pub fn is(&self, value: f64) -> bool {
        (self.value - value).abs() <= self.half_unit * (1.0 + 1e-6) + 1e-12
    }
}

/// Every number of a sentence, in order: `1,024`, `−0.5`, `12%`, `3·10⁻⁹`.
pub fn numbers(text: &str, language: Language) -> Vec<Written> {
    let (group, point) = (language.group_mark(), language.decimal_mark());
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        // A digit of a name, as in JVI-1 or IWAE-K, is no number.
        let is_of_name =
            at > 0 && (characters[at - 1].is_alphabetic() || is_joint(&characters, at));
        if !characters[at].is_ascii_digit() || is_of_name {
            at += 1;
            continue;
        }
        let start = at;
        let (mut digits, mut decimals, mut is_fraction) = (String::new(), 0, false);
        while at < characters.len() {
            let is_before_digit = characters.get(at + 1).is_some_and(char::is_ascii_digit);
            match characters[at] {
                digit if digit.is_ascii_digit() => {
                    digits.push(digit);
                    decimals += i32::from(is_fraction);
                }
                mark if mark == point && is_before_digit && !is_fraction => {
                    digits.push('.');
                    is_fraction = true;
                }
                mark if mark == group && is_before_digit && !is_fraction => {}
                _ => break,
            }
            at += 1;
        }
        let mut exponent = 0;
        if characters[at..].starts_with(&['·', '1', '0']) {
            at += 3;
            let (power, length) = superscript(&characters[at..]);
            at += length;
            exponent = power;
        }
        let sign = if start > 0 && characters[start - 1] == '−' { -1.0 } else { 1.0 };
        let value: f64 = format!("{digits}e{exponent}").parse().expect("digits and an exponent");
        found.push(Written {
            value: sign * value,
            half_unit: 0.5 * 10_f64.powi(exponent - decimals),
        });
    }
    found
}

/// Whether the digit here is joined to a word by a hyphen or an underscore.
fn is_joint(characters: &[char], at: usize) -> bool {
    matches!(characters[at - 1], '-' | '_') && at > 1 && characters[at - 2].is_alphabetic()
}

/// An exponent and its length in characters.
fn superscript(characters: &[char]) -> (i32, usize) {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let is_negative = characters.first() == Some(&'⁻');
    let start = usize::from(is_negative);
    let digits = characters[start..].iter().map_while(|c| DIGITS.iter().position(|d| d == c));
    let (power, count) =
        digits.fold((0, 0), |(power, count), digit| (10 * power + digit as i32, count + 1));
    (if is_negative { -power } else { power }, start + count)
}

#[test]
fn numbers_of_a_sentence() {
    let values = |text, language| -> Vec<f64> {
        numbers(text, language).into_iter().map(|written| written.value).collect()
    };
    let text = "One of 1,024 draws holds 63% of −12.50, JVI-1 by 3·10⁻⁹; T = 8.";
    assert_eq!(values(text, Language::En), [1024.0, 63.0, -12.5, 3e-9, 8.0]);
    assert_eq!(values("de 65.536: 0,25, 4·10¹² nats.", Language::Pt), [65_536.0, 0.25, 4e12]);
    assert!(
        numbers("0.25", Language::En)[0].is(0.2549) && !numbers("0.25", Language::En)[0].is(0.256)
    );
    assert!(values("nothing here", Language::En).is_empty());
}

//! The numbers in a text: those with decimals and those from ten on.

use elboscope::state::Language;

/// A number as it is written in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The digits and marks.
    pub text: String,
    /// The value, without a sign.
    pub value: f64,
    /// The number of digits after the decimal mark.
    pub decimals: usize,
}

/// Parses digits and marks in a language; a misplaced mark is an error.
pub fn read(text: &str, language: Language) -> Result<Figure, String> {
    let (mark, group) = (language.decimal_mark(), language.group_mark());
    let wrong = || format!("{text} is not how {language:?} writes a number");
    let (whole, fraction) = text.split_once(mark).unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split(group).collect();
    let is_grouped = (1..=3).contains(&groups[0].len())
        && !groups[0].starts_with('0')
        && groups[1..].iter().all(|group| group.len() == 3);
    if (groups.len() > 1 && !is_grouped) || fraction.contains([mark, group]) {
        return Err(wrong());
    }
    let value = format!("{}.{fraction}0", groups.concat()).parse().map_err(|_| wrong())?;
    Ok(Figure { text: text.to_owned(), value, decimals: fraction.len() })
}

/// Every number in a text that has decimals or is at least ten, also as an exponent: 10⁴⁷.
pub fn figures_in(text: &str, language: Language) -> Result<Vec<Figure>, String> {
    let text = text.replace("{,}", ",");
    let mut found = Vec::new();
    let mut before = ' ';
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let length = length_of_number(rest);
        if length > 0 {
            // Digits after a letter are part of a name, as in CS236; of 10⁴⁷ only the exponent counts.
            let figure = read(&rest[..length], language)?;
            let is_raised = |c: char| c == '^' || raised_digit(c).is_some();
            let is_base = figure.text == "10" && rest[length..].starts_with(is_raised);
            let is_counted = figure.decimals > 0 || figure.value >= 10.0;
            if is_counted && !is_base && !before.is_ascii_alphabetic() {
                found.push(figure);
            }
        }
        let raised: String = rest.chars().map_while(raised_digit).collect();
        if raised.len() > 1 {
            found.push(read(&raised, language)?);
        }
        let characters = raised.len().max(1);
        let step: usize = rest.chars().take(characters).map(char::len_utf8).sum();
        let step = step.max(length);
        before = rest[..step].chars().next_back().unwrap_or(first);
        rest = &rest[step..];
    }
    Ok(found)
}

/// The number of bytes at the beginning that are digits with marks between them.
fn length_of_number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let is_mark = |place: usize| matches!(bytes.get(place), Some(b'.' | b','));
    let mut length = 0;
    while is_digit(length) || (length > 0 && is_mark(length) && is_digit(length + 1)) {
        length += 1;
    }
    length
}

fn raised_digit(character: char) -> Option<char> {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let place = digits.iter().position(|digit| *digit == character)?;
    char::from_digit(place as u32, 10)
}

#[test]
fn numbers_are_found_as_each_language_writes_them() {
    use Language::{En, Pt};
    let values = |text: &str, language| -> Vec<f64> {
        figures_in(text, language).unwrap().iter().map(|figure| figure.value).collect()
    };
    assert_eq!(
        values("−101.73 nats, 65,536 draws, 9 of 10, x² and 10⁴⁷.", En),
        [101.73, 65_536.0, 10.0, 47.0]
    );
    assert_eq!(
        values("−101,73 nats, 65.536, $-8{,}318$ e (0; 12).", Pt),
        [101.73, 65_536.0, 8.318, 12.0]
    );
    assert_eq!(values("CS236, z_1, 5% and 1.0", En), [1.0]);
    for (text, language) in
        [("0,5", En), ("0.5", Pt), ("1,0000", En), ("1.2.3", En), ("0,098", En), ("0.098", Pt)]
    {
        assert!(figures_in(text, language).is_err(), "{text}");
    }
    assert_eq!(read("19.0", En).unwrap().decimals, 1);
}

//! The arithmetic of a claim's check: `100 * max-share`, `ess < 4 and |a - b| < 0.1`.

use std::iter::Peekable;
use std::str::Chars;

/// The value of an expression with the numbers of a page.
pub fn value(text: &str, number_of: &dyn Fn(&str) -> Option<f64>) -> Result<f64, String> {
    let mut reader = Reader { rest: text.chars().peekable(), number_of };
    let value = reader.sum()?;
    match reader.next_visible() {
        None => Ok(value),
        Some(other) => Err(format!("{other:?} in {text:?}")),
    }
}

/// Whether every comparison holds, and each with its two values as text.
pub fn holds(
    text: &str,
    number_of: &dyn Fn(&str) -> Option<f64>,
) -> Result<(bool, String), String> {
    let (mut all, mut words) = (true, Vec::new());
    for comparison in text.split(" and ") {
        let relations = [" < ", " <= ", " > ", " >= "];
        let split = relations
            .iter()
            .find_map(|relation| Some((comparison.split_once(relation)?, relation.trim())));
        let ((left, right), relation) =
            split.ok_or_else(|| format!("{comparison:?} compares nothing"))?;
        let (left, right) = (value(left, number_of)?, value(right, number_of)?);
        all &= match relation {
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            _ => left >= right,
        };
        words.push(format!("{left} {relation} {right}"));
    }
    Ok((all, words.join(" and ")))
}

/// Parses `+ -`, `* /`, `^`, `( )`, `| |`, numbers, functions, and names, which may contain hyphens.
struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    number_of: &'a dyn Fn(&str) -> Option<f64>,
}

impl Reader<'_> {
    fn next_visible(&mut self) -> Option<char> {
        while self.rest.next_if(|character| character.is_whitespace()).is_some() {}
        self.rest.peek().copied()
    }

    fn take(&mut self, expected: char) -> bool {
        self.next_visible() == Some(expected) && self.rest.next().is_some()
    }

    fn sum(&mut self) -> Result<f64, String> {
        let mut sum = self.product()?;
        loop {
            if self.take('+') {
                sum += self.product()?;
            } else if self.take('-') {
                sum -= self.product()?;
            } else {
                return Ok(sum);
            }
        }
    }

    fn product(&mut self) -> Result<f64, String> {
        let mut product = self.signed()?;
        loop {
            if self.take('*') {
                product *= self.signed()?;
            } else if self.take('/') {
                product /= self.signed()?;
            } else {
                return Ok(product);
            }
        }
    }

    fn signed(&mut self) -> Result<f64, String> {
        if self.take('-') { Ok(-self.signed()?) } else { self.power() }
    }

    fn power(&mut self) -> Result<f64, String> {
        let base = self.atom()?;
        if self.take('^') { Ok(base.powf(self.signed()?)) } else { Ok(base) }
    }

    fn atom(&mut self) -> Result<f64, String> {
        match self.next_visible() {
            Some('(') => self.between('(', ')'),
            Some('|') => self.between('|', '|').map(f64::abs),
            Some(first) if first.is_ascii_digit() => {
                let digits = self.word(|c| c.is_ascii_digit() || c == '.');
                digits.parse().map_err(|_| format!("{digits:?} is no number"))
            }
            Some(first) if first.is_ascii_lowercase() => {
                let is_name =
                    |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-@".contains(c);
                let name = self.word(is_name);
                if self.rest.peek() != Some(&'(') {
                    return (self.number_of)(&name).ok_or_else(|| format!("there is no {name}"));
                }
                let inside = self.between('(', ')')?;
                match name.as_str() {
                    "log" => Ok(inside.ln()),
                    "log10" => Ok(inside.log10()),
                    "exp" => Ok(inside.exp()),
                    "sqrt" => Ok(inside.sqrt()),
                    _ => Err(format!("there is no function {name}")),
                }
            }
            other => Err(format!("{other:?} where a number belongs")),
        }
    }

    fn between(&mut self, open: char, close: char) -> Result<f64, String> {
        let value = if self.take(open) { self.sum()? } else { return Err(format!("no {open}")) };
        if self.take(close) { Ok(value) } else { Err(format!("no {close}")) }
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let mut word = String::new();
        while let Some(character) = self.rest.next_if(|character| belongs(*character)) {
            word.push(character);
        }
        word
    }
}

#[test]
fn arithmetic_is_that_of_a_calculator() {
    let number_of = |name: &str| match name {
        "log-evidence" => Some(-2.0),
        "iwae@64" => Some(3.0),
        _ => None,
    };
    for (text, expected) in [
        ("1 + 2 * 3 - 4 / 2", 5.0),
        ("-784 * log(2)", -784.0 * 2.0_f64.ln()),
        ("-2^2 + (1 + 1)^(1 + 2)", 4.0),
        ("iwae@64 - log-evidence", 5.0),
        ("|log-evidence - 1| / sqrt(4)", 1.5),
        ("exp(log-evidence + 2) * 10^-1", 0.1),
        ("log10(100) * 1.5", 3.0),
    ] {
        let found = value(text, &number_of).unwrap();
        assert!((found - expected).abs() < 1e-12, "{text} = {found}");
    }
    for text in ["", "1 +", "elbo", "1 2", "(1", "sin(1)", "1,5", "log-evidence-1"] {
        assert!(value(text, &number_of).is_err(), "{text}");
    }
    for (text, expected) in [
        ("log-evidence < 0 and 2 >= 2", true),
        ("log-evidence < 0 and 2 > 2", false),
        ("|log-evidence + 2| <= 0", true),
    ] {
        assert_eq!(holds(text, &number_of).unwrap().0, expected, "{text}");
    }
    assert!(holds("log-evidence", &number_of).is_err());
}

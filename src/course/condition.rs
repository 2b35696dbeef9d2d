//! Conditions on the numbers of the page, for goals and options: `iwae@64 - elbo > 0.5 and khat < 0.7`.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::quantity::Measure;

/// A conjunction of comparisons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition(Vec<Comparison>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Comparison {
    left: Expression,
    relation: Relation,
    right: Expression,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Relation {
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// A sum of numbers and measures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expression(Vec<SignedOperand>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SignedOperand {
    is_negative: bool,
    value: Operand,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Operand {
    Number(f64),
    Measured(Measure),
    Magnitude(Expression),
}

/// Why a text is no condition.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConditionError {
    /// Neither a number nor a name.
    #[error("{0:?} is neither a number nor the name of one")]
    NoValue(String),
    /// No relation, or two.
    #[error("{0:?} needs one of <, <=, > and >=, with spaces around it")]
    NoRelation(String),
    /// A bar without its counterpart.
    #[error("{0:?} has a bar | without its other one")]
    OpenBar(String),
}

impl Condition {
    /// Parses comparisons joined by `and`.
    ///
    /// # Errors
    /// Names the part that cannot be parsed.
    pub fn read(text: &str) -> Result<Self, ConditionError> {
        text.split(" and ").map(Comparison::read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether the condition holds; `None` while a number that it names is unknown.
    pub fn holds(&self, value_of: &impl Fn(&Measure) -> Option<f64>) -> Option<bool> {
        let mut all = true;
        for comparison in &self.0 {
            let (left, right) =
                (comparison.left.value(value_of)?, comparison.right.value(value_of)?);
            all &= match comparison.relation {
                Relation::Less => left < right,
                Relation::AtMost => left <= right,
                Relation::Greater => left > right,
                Relation::AtLeast => left >= right,
            };
        }
        Some(all)
    }

    /// Every measure that it names.
    pub fn measures(&self) -> Vec<&Measure> {
        self.0.iter().flat_map(|c| [&c.left, &c.right]).flat_map(Expression::measures).collect()
    }
}

impl Comparison {
    fn read(text: &str) -> Result<Self, ConditionError> {
        let no_relation = || ConditionError::NoRelation(text.to_owned());
        let spaced = text.replace('|', " | ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut relations = words.iter().enumerate().filter_map(|(place, word)| {
            let relation = match *word {
                "<" => Relation::Less,
                "<=" => Relation::AtMost,
                ">" => Relation::Greater,
                ">=" => Relation::AtLeast,
                _ => return None,
            };
            Some((place, relation))
        });
        let (place, relation) = relations.next().ok_or_else(no_relation)?;
        if relations.next().is_some() {
            return Err(no_relation());
        }
        let (left, right) =
            (Expression::of(&words[..place])?, Expression::of(&words[place + 1..])?);
        Ok(Self { left, relation, right })
    }
}

impl Expression {
    /// Parses an expression such as `best-q-elbo - 0.5`.
    ///
    /// # Errors
    /// Names the part that cannot be parsed.
    pub fn read(text: &str) -> Result<Self, ConditionError> {
        let spaced = text.replace('|', " | ");
        Self::of(&spaced.split_whitespace().collect::<Vec<_>>())
    }

    fn of(words: &[&str]) -> Result<Self, ConditionError> {
        let mut terms = Vec::new();
        let mut rest = words;
        loop {
            let is_negative = rest.first() == Some(&"-");
            if is_negative || (rest.first() == Some(&"+") && !terms.is_empty()) {
                rest = &rest[1..];
            } else if !terms.is_empty() {
                let word = rest.first().copied().unwrap_or_default();
                return Err(ConditionError::NoValue(word.to_owned()));
            }
            let word = rest.first().copied().unwrap_or_default();
            let value = if word == "|" {
                let inside = &rest[1..];
                let end = inside
                    .iter()
                    .position(|word| *word == "|")
                    .ok_or_else(|| ConditionError::OpenBar(words.join(" ")))?;
                rest = &inside[end + 1..];
                Operand::Magnitude(Self::of(&inside[..end])?)
            } else {
                rest = rest.get(1..).unwrap_or_default();
                let number = word.parse().ok().filter(|number: &f64| number.is_finite());
                number
                    .map(Operand::Number)
                    .or_else(|| Measure::read(word).map(Operand::Measured))
                    .ok_or_else(|| ConditionError::NoValue(word.to_owned()))?
            };
            terms.push(SignedOperand { is_negative, value });
            if rest.is_empty() {
                return Ok(Self(terms));
            }
        }
    }

    /// Its value; `None` while a number that it names is unknown.
    pub fn value(&self, value_of: &impl Fn(&Measure) -> Option<f64>) -> Option<f64> {
        let mut sum = 0.0;
        for term in &self.0 {
            let value = match &term.value {
                Operand::Number(number) => *number,
                Operand::Measured(measure) => value_of(measure)?,
                Operand::Magnitude(inside) => inside.value(value_of)?.abs(),
            };
            sum += if term.is_negative { -value } else { value };
        }
        Some(sum)
    }

    /// Every measure that it names.
    pub fn measures(&self) -> Vec<&Measure> {
        let mut found: Vec<&Measure> = Vec::new();
        for term in &self.0 {
            match &term.value {
                Operand::Number(_) => {}
                Operand::Measured(measure) => found.push(measure),
                Operand::Magnitude(inside) => found.extend(inside.measures()),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> Option<bool> {
        let value_of = |measure: &Measure| match (measure.quantity.name(), measure.k) {
            ("elbo", None) => Some(-2.5),
            ("iwae", Some(64)) => Some(-2.0),
            ("kl-posterior", None) => Some(0.5),
            _ => None,
        };
        Condition::read(text).unwrap().holds(&value_of)
    }

    #[test]
    fn compares_sums_of_numbers_and_measures() {
        for (text, expected) in [
            ("elbo < -2.4", true),
            ("elbo < -2.6", false),
            ("iwae@64 - elbo >= 0.5", true),
            ("iwae@64 - elbo > 0.5", false),
            ("elbo + kl-posterior <= iwae@64", true),
            ("|elbo - iwae@64| > 0.4", true),
            ("| iwae@64 - elbo | < 0.4", false),
            ("-2.1 < iwae@64 and kl-posterior < 0.6", true),
            ("-2.1 < iwae@64 and kl-posterior < 0.4", false),
            ("- elbo > 2", true),
        ] {
            assert_eq!(holds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_number_that_is_not_there_decides_nothing() {
        assert_eq!(holds("khat < 0.7"), None);
        assert_eq!(holds("elbo < 0 and iwae > 0"), None);
    }

    #[test]
    fn what_is_no_condition_says_why() {
        for (text, expected) in [
            ("elbo", ConditionError::NoRelation("elbo".into())),
            ("0 < elbo < 1", ConditionError::NoRelation("0 < elbo < 1".into())),
            ("elbo <", ConditionError::NoValue(String::new())),
            ("ELBO < 1", ConditionError::NoValue("ELBO".into())),
            ("elbo iwae < 1", ConditionError::NoValue("iwae".into())),
            ("|elbo < 1", ConditionError::OpenBar("| elbo".into())),
        ] {
            assert_eq!(Condition::read(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn measures_are_named_with_their_k() {
        let condition = Condition::read("|iwae@64 - elbo| < 1").unwrap();
        let names: Vec<String> = condition.measures().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["iwae@64", "elbo"]);
    }
}

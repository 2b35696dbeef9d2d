//! A prediction and its computed answer, as the notebook stores them.

use super::Guess;
use crate::quantity::Measure;

/// Stored in place of an answer that is not computed yet.
const PENDING: &str = "?";

/// A prediction and its computed answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Commitment {
    /// The number that was predicted, or the index of an option; for a place on the plot it is read when it is
    /// compared.
    pub said: Option<f64>,
    /// The computed number, or the indices of the correct options; `None` while being computed.
    pub found: Option<Vec<f64>>,
}

impl Commitment {
    /// A prediction without an answer.
    pub fn new(said: Option<f64>) -> Self {
        Self { said, found: None }
    }

    /// Parses what [`Self::text`] wrote; `None` for any other text.
    pub fn read(text: &str) -> Option<Self> {
        let (said, found) = text.split_once(';')?;
        let numbers = || found.split_whitespace().map_while(|number| number.parse().ok()).collect();
        Some(Self { said: said.parse().ok(), found: (found != PENDING).then(numbers) })
    }

    /// The text that is stored.
    pub fn text(&self) -> String {
        let said = self.said.map(|said| said.to_string()).unwrap_or_default();
        let found = self.found.as_ref().map_or_else(
            || PENDING.to_owned(),
            |found| found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        );
        format!("{said};{found}")
    }

    /// The prediction with its answer; `None` while a number that the guess names is unknown.
    pub fn compared(
        &self,
        guess: &Guess,
        value_of: &impl Fn(&Measure) -> Option<f64>,
    ) -> Option<Self> {
        let (said, found) = match guess {
            Guess::Number { measure, .. } => (self.said, vec![value_of(measure)?]),
            Guess::Place { measure, target, .. } => {
                (self.said.or(value_of(measure)), vec![target.value(value_of)?])
            }
            Guess::Choice(options) => {
                let holds: Option<Vec<bool>> =
                    options.iter().map(|option| option.condition.holds(value_of)).collect();
                let right = holds?.into_iter().enumerate().filter(|(_, holds)| *holds);
                (self.said, right.map(|(place, _)| place as f64).collect())
            }
        };
        said.map(|said| Self { said: Some(said), found: Some(found) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{ChoiceOption, Condition, Expression};
    use crate::quantity::Quantity;

    fn value_of(measure: &Measure) -> Option<f64> {
        match measure.quantity {
            Quantity::Elbo => Some(-2.5),
            Quantity::LogEvidence => Some(-2.0),
            _ => None,
        }
    }

    fn measure(name: &str) -> Measure {
        Measure::read(name).unwrap()
    }

    #[test]
    fn what_is_kept_is_read_back() {
        for commitment in [
            Commitment::new(Some(-1.5)),
            Commitment::new(None),
            Commitment { said: Some(0.25), found: Some(vec![-91.270_000_000_1]) },
            Commitment { said: Some(2.0), found: Some(vec![0.0, 3.0]) },
            Commitment { said: Some(1.0), found: Some(vec![]) },
            Commitment { said: None, found: Some(vec![f64::INFINITY]) },
        ] {
            assert_eq!(Commitment::read(&commitment.text()), Some(commitment));
        }
        assert_eq!(Commitment::read("nonsense"), None);
    }

    #[test]
    fn a_number_is_compared_with_that_of_the_page() {
        let guess = Guess::Number { measure: measure("elbo"), within: 0.1 };
        let said = Commitment::new(Some(-3.0));
        let compared = Commitment { said: Some(-3.0), found: Some(vec![-2.5]) };
        assert_eq!(said.compared(&guess, &value_of), Some(compared));
        let guess = Guess::Number { measure: measure("khat"), within: 0.1 };
        assert_eq!(said.compared(&guess, &value_of), None, "it is not there yet");
    }

    #[test]
    fn a_place_says_what_is_measured_at_it() {
        let target = Expression::read("log-evidence - 0.5").unwrap();
        let guess = Guess::Place { measure: measure("elbo"), within: 0.1, target };
        let compared = Commitment { said: Some(-2.5), found: Some(vec![-2.5]) };
        assert_eq!(Commitment::new(None).compared(&guess, &value_of), Some(compared));
    }

    #[test]
    fn of_options_all_that_hold_are_right() {
        let option = |condition: &str| ChoiceOption {
            condition: Condition::read(condition).unwrap(),
            text: String::new(),
        };
        let options = ["elbo < -3", "elbo < -2", "elbo < log-evidence"].map(option);
        let guess = Guess::Choice(options.to_vec());
        let compared = Commitment { said: Some(0.0), found: Some(vec![1.0, 2.0]) };
        assert_eq!(Commitment::new(Some(0.0)).compared(&guess, &value_of), Some(compared));
        let guess = Guess::Choice(vec![option("khat < 1")]);
        assert_eq!(Commitment::new(Some(0.0)).compared(&guess, &value_of), None);
    }
}

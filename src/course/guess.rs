//! Parses a typed guess.

use super::Guess;
use crate::state::number::typed::Numbers;

/// A guess with at least this tolerance is a count, which may be typed with a separator of thousands.
const COUNT_WITHIN: f64 = 10.0;

impl Guess {
    /// The number that a text denotes as this guess; `None` if it denotes none.
    pub fn read(&self, text: &str) -> Option<f64> {
        let is_count = matches!(self, Self::Number { within, .. } if *within >= COUNT_WITHIN);
        let count = is_count.then(|| Numbers::Whole.read(text)).flatten();
        count.or_else(|| Numbers::Real.read(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Measure;

    #[test]
    fn a_guess_is_read_by_what_is_guessed() {
        let guess = |metric: &str, within: f64| Guess::Number {
            measure: Measure::read(metric).expect("a measure"),
            within,
        };
        let (nats, count) = (guess("log-evidence", 0.2), guess("ess", 20.0));
        assert_eq!(nats.read("−1,512 nats"), Some(-1.512));
        assert_eq!((nats.read("1.024"), count.read("1.024")), (Some(1.024), Some(1024.0)));
        assert_eq!(count.read("12,5"), Some(12.5));
        assert_eq!((nats.read("½"), count.read("many")), (None, None));
    }
}

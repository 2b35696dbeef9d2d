//! One number of the page, as lessons name it: `iwae@64`.

use serde::{Deserialize, Serialize};

use super::Quantity;

/// A quantity, and K where it exists once for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Measure {
    /// What is measured.
    pub quantity: Quantity,
    /// K (or T), for those that exist once for each.
    pub k: Option<usize>,
}

impl Measure {
    /// Reads `iwae@64`; `None` if it is not the name of a quantity.
    pub fn read(text: &str) -> Option<Self> {
        let (name, k) = match text.split_once('@') {
            Some((name, k)) => (name, Some(k.parse().ok()?)),
            None => (text, None),
        };
        Some(Self { quantity: Quantity::named(name)?, k })
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.k {
            Some(k) => write!(formatter, "{}@{k}", self.quantity),
            None => self.quantity.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_is_read_as_it_is_written() {
        for text in ["iwae@64", "elbo", "log-evidence-lower-95"] {
            assert_eq!(
                Measure::read(text).map(|measure| measure.to_string()),
                Some(text.to_owned())
            );
        }
        for text in ["iwae@", "iwae@x", "ELBO", "elbow", ""] {
            assert_eq!(Measure::read(text), None, "{text}");
        }
    }
}

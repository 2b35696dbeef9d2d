//! The head of a table's column: a name, and the unit of what is below it.

use serde::{Deserialize, Serialize};

use super::{Label, Unit};

/// What a column of numbers is called, with its unit; the first line of a CSV file holds the same names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The name with the unit in brackets: "ELBO (nats)".
    pub name: String,
    is_share: bool,
}

impl Column {
    /// A column of values of a quantity of the registry, in its unit.
    pub fn of(label: Label) -> Self {
        let unit = label.quantity().unit();
        Self::new(label, unit)
    }

    /// A column of the standard errors of such values, in their unit.
    pub fn standard_errors_of(label: Label) -> Self {
        Self::of(label.standard_error())
    }

    /// A column of what is no quantity of the registry: a parameter such as K, a number of draws, a bias.
    pub fn new(name: impl Into<String>, unit: Unit) -> Self {
        let name = name.into();
        match unit {
            Unit::Share => Self { name, is_share: true },
            Unit::Count | Unit::One => Self { name, is_share: false },
            Unit::Nats | Unit::SmallNats | Unit::Seconds | Unit::Milliseconds => {
                Self { name, is_share: false }.in_unit(unit.symbol())
            }
        }
    }

    /// The same in a unit that only its page knows, for a pure number of the registry: "nats per unit of m".
    pub fn in_unit(self, unit: &str) -> Self {
        Self { name: format!("{} ({unit})", self.name), ..self }
    }

    /// It holds parts of one, which the page writes in percent and a file as they are.
    pub fn is_share(&self) -> bool {
        self.is_share
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Quantity;
    use crate::state::Language::{En, Pt};

    #[test]
    fn a_column_is_called_as_its_quantity_with_the_unit() {
        for language in [En, Pt] {
            let [elbo, ess] = [Quantity::Elbo, Quantity::Ess].map(|q| Label::of(q, language));
            let name = format!("{elbo}, K = 2 (nats)");
            assert_eq!(Column::of(elbo.clone().qualified("K = 2")).name, name);
            let error = elbo.clone().standard_error();
            assert_eq!(Column::standard_errors_of(elbo).name, format!("{error} (nats)"));
            assert_eq!(Column::of(ess.clone()).name, ess.to_string(), "a count has no unit");
            let share = Label::short(Quantity::MaxShare, language);
            let column = Column::of(share.clone());
            assert_eq!((column.name, column.is_share), (share.to_string(), true));
        }
        assert_eq!(Column::new("K", Unit::Count), Column { name: "K".into(), is_share: false });
        assert_eq!(Column::new("x", Unit::Seconds).name, "x (s)");
        assert_eq!(Column::new("g", Unit::One).in_unit("nats per m").name, "g (nats per m)");
    }
}

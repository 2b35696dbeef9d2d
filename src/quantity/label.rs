//! The label of a quantity in one language, with what tells one showing of it from another.

use std::fmt::{self, Display};

use super::Quantity;
use crate::state::{Language, Text, text};

const EXACT: Text = text!("exact");
const STANDARD_ERROR: Text = text!("standard error");

/// The registry's label of a quantity in one language, with qualifiers behind it: "ELBO = L₁, exact".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    quantity: Quantity,
    language: Language,
    text: String,
}

impl Label {
    /// The label of a quantity: "effective draws (ESS)".
    pub fn of(quantity: Quantity, language: Language) -> Self {
        Self { quantity, language, text: quantity.label().say(language).to_owned() }
    }

    /// Its short label: "ESS".
    pub fn short(quantity: Quantity, language: Language) -> Self {
        Self { quantity, language, text: quantity.short_label().say(language).to_owned() }
    }

    /// What is labelled.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// The same of one case among several: "Rényi, exact, α = 0.50".
    pub fn qualified(self, qualifier: impl Display) -> Self {
        Self { text: format!("{}, {qualifier}", self.text), ..self }
    }

    /// The same, with the standing said where the registry's label does not say it: "ELBO, exact".
    pub fn exact(self) -> Self {
        let exact = EXACT.say(self.language);
        self.qualified(exact)
    }

    /// The same with what it is equal to: "ELBO = L₁".
    pub fn equal_to(self, other: impl Display) -> Self {
        Self { text: format!("{} = {other}", self.text), ..self }
    }

    /// The same with its error, as it is written: "log p(x), exact ± 3·10⁻⁹".
    pub fn plus_minus(self, error: impl Display) -> Self {
        Self { text: format!("{} ± {error}", self.text), ..self }
    }

    /// The label of its standard error: "standard error, AIS".
    pub fn standard_error(self) -> Self {
        Self { text: format!("{}, {}", STANDARD_ERROR.say(self.language), self.text), ..self }
    }
}

impl Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualifiers_follow_the_label_in_the_order_in_which_they_are_given() {
        let elbo = |language| Label::of(Quantity::Elbo, language);
        for (language, exact, error) in
            [(Language::En, "exact", "standard error"), (Language::Pt, "exato", "erro-padrão")]
        {
            let name = Quantity::Elbo.label().say(language);
            let label = elbo(language).equal_to("L₁").exact().qualified("K = 2").plus_minus("0.1");
            assert_eq!(label.to_string(), format!("{name} = L₁, {exact}, K = 2 ± 0.1"));
            assert_eq!(label.quantity(), Quantity::Elbo);
            let label = elbo(language).standard_error();
            assert_eq!(String::from(label), format!("{error}, {name}"));
        }
    }

    #[test]
    fn a_short_label_is_the_label_where_there_is_no_shorter_one() {
        for &quantity in Quantity::ALL {
            for language in [Language::En, Language::Pt] {
                let [full, short] =
                    [Label::of(quantity, language), Label::short(quantity, language)];
                let [full, short] = [full, short].map(|label| label.text.chars().count());
                assert!(short <= full, "{quantity}");
            }
        }
    }
}

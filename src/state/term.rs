//! The terms of the decompositions, which link numbers, shapes and parts of formulas.

use serde::{Deserialize, Serialize};

use super::{Text, text};

/// A term of the decompositions: hovering it highlights its shape in every picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Term {
    /// log p(x).
    Evidence,
    /// The ELBO.
    Elbo,
    /// KL(q‖p(z|x)).
    Gap,
    /// E log p(x|z).
    Reconstruction,
    /// KL(q‖p(z)).
    KlPrior,
    /// E log p(x, z).
    Energy,
    /// H(q).
    Entropy,
    /// The draws, and the estimates from them.
    Sampling,
    /// q.
    Q,
    /// p(z).
    Prior,
    /// p(z|x).
    Posterior,
    /// A bound from above.
    Upper,
    /// The image x.
    Image,
}

/// Every term with its name in the style sheets and the lessons, and a description of its shape for screen readers.
const NAMES: [(Term, &str, Text); 13] = [
    (Term::Evidence, "evidence", text!("lights log p(x)")),
    (Term::Elbo, "elbo", text!("lights the ELBO")),
    (Term::Gap, "gap", text!("lights the gap")),
    (Term::Reconstruction, "reconstruction", text!("lights the reconstruction")),
    (Term::KlPrior, "kl-prior", text!("lights the prior")),
    (Term::Energy, "energy", text!("lights the decoded image")),
    (Term::Entropy, "entropy", text!("lights the spread of q")),
    (Term::Sampling, "sampling", text!("lights the draws")),
    (Term::Q, "q", text!("lights q")),
    (Term::Prior, "prior", text!("lights the prior")),
    (Term::Posterior, "posterior", text!("lights the posterior")),
    (Term::Upper, "upper", text!("lights the upper bound")),
    (Term::Image, "image", text!("lights the image")),
];

impl Term {
    /// Every term.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(term, ..)| *term)
    }

    /// The name in the style sheets and the lessons.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(term, ..)| *term == self).map_or("", |(_, name, _)| name)
    }

    /// The description of what hovering it highlights.
    pub fn lights(self) -> Text {
        NAMES.iter().find(|(term, ..)| *term == self).map_or(Text::same(""), |(.., text)| *text)
    }

    /// The term with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|term| term.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    #[test]
    fn every_term_has_a_name_of_its_own() {
        for term in Term::all() {
            assert_eq!(Term::from_name(term.name()), Some(term));
            for language in Language::ALL {
                assert!(!term.lights().say(language).is_empty());
            }
        }
        assert_eq!(Term::from_name("nobody"), None);
    }
}

//! The terms of the decompositions, which link numbers, shapes and parts of formulas.

use serde::{Deserialize, Serialize};

use super::Text;

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
    (Term::Evidence, "evidence", Text::new("lights log p(x)", "acende log p(x)")),
    (Term::Elbo, "elbo", Text::new("lights the ELBO", "acende o ELBO")),
    (Term::Gap, "gap", Text::new("lights the gap", "acende a lacuna")),
    (
        Term::Reconstruction,
        "reconstruction",
        Text::new("lights the reconstruction", "acende a reconstrução"),
    ),
    (Term::KlPrior, "kl-prior", Text::new("lights the prior", "acende a priori")),
    (Term::Energy, "energy", Text::new("lights the decoded image", "acende a imagem decodificada")),
    (Term::Entropy, "entropy", Text::new("lights the spread of q", "acende a extensão de q")),
    (Term::Sampling, "sampling", Text::new("lights the draws", "acende as amostras")),
    (Term::Q, "q", Text::new("lights q", "acende q")),
    (Term::Prior, "prior", Text::new("lights the prior", "acende a priori")),
    (Term::Posterior, "posterior", Text::new("lights the posterior", "acende a posterior")),
    (Term::Upper, "upper", Text::new("lights the upper bound", "acende a cota superior")),
    (Term::Image, "image", Text::new("lights the image", "acende a imagem")),
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
    use super::*;

    #[test]
    fn every_term_has_a_name_of_its_own() {
        for term in Term::all() {
            assert_eq!(Term::from_name(term.name()), Some(term));
            assert!(!term.lights().en.is_empty() && !term.lights().pt.is_empty());
        }
        assert_eq!(Term::from_name("nobody"), None);
    }
}

//! What a number, a shape or a part of a formula stands for.

/// A term of the decompositions: pointing at one lights its shape everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    Evidence,
    Elbo,
    Gap,
    Reconstruction,
    KlPrior,
    Energy,
    Entropy,
    Importance,
    Q,
    Prior,
    Posterior,
    Upper,
    /// The image x.
    Image,
}

/// Every term with its name in the style sheets and the lessons.
const NAMES: [(Term, &str); 13] = [
    (Term::Evidence, "evidence"),
    (Term::Elbo, "elbo"),
    (Term::Gap, "gap"),
    (Term::Reconstruction, "reconstruction"),
    (Term::KlPrior, "kl-prior"),
    (Term::Energy, "energy"),
    (Term::Entropy, "entropy"),
    (Term::Importance, "sampling"),
    (Term::Q, "q"),
    (Term::Prior, "prior"),
    (Term::Posterior, "posterior"),
    (Term::Upper, "upper"),
    (Term::Image, "image"),
];

impl Term {
    /// The name in the style sheets.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(term, _)| *term == self).map_or("", |(_, name)| name)
    }

    /// The term with this name in the style sheets.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(term, _)| *term)
    }
}

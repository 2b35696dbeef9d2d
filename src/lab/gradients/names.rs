//! The names of the methods, in two lengths.

use crate::gradient::MethodKind;
use crate::state::Text;

/// The name of a method for the end of a line.
pub(super) fn shortest(kind: MethodKind) -> Text {
    match kind {
        MethodKind::ScoreMeanBaseline => Text::new("Score − E", "Escore − E"),
        MethodKind::ScoreBestBaseline => Text::new("Score − c", "Escore − c"),
        MethodKind::Reparameterised => Text::new("Pathwise", "Reparam."),
        _ => short(kind),
    }
}

/// The name of a method for narrow places.
pub(super) fn short(kind: MethodKind) -> Text {
    match kind {
        MethodKind::Score => Text::new("Score", "Escore"),
        MethodKind::ScoreMeanBaseline => Text::new("Score − E log w", "Escore − E log w"),
        MethodKind::ScoreBestBaseline => Text::new("Score − best c", "Escore − melhor c"),
        MethodKind::Rloo => Text::same("RLOO"),
        MethodKind::Reparameterised => Text::new("Pathwise", "Reparametrização"),
        MethodKind::StickingTheLanding => Text::same("STL"),
        MethodKind::Iwae => Text::same("IWAE"),
        MethodKind::DReG => Text::same("DReG"),
    }
}

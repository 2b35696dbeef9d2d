//! The names of the methods, in two lengths.

use crate::gradient::MethodKind;
use crate::state::{Text, text};

/// The name of a method for the end of a line.
pub(super) fn shortest(kind: MethodKind) -> Text {
    match kind {
        MethodKind::ScoreMeanBaseline => text!("Score − E"),
        MethodKind::ScoreBestBaseline => text!("Score − c"),
        MethodKind::Reparameterised => text!("Pathwise", "abbreviated"),
        _ => short(kind),
    }
}

/// The name of a method for narrow places.
pub(super) fn short(kind: MethodKind) -> Text {
    match kind {
        MethodKind::Score => text!("Score"),
        MethodKind::ScoreMeanBaseline => text!("Score − E log w"),
        MethodKind::ScoreBestBaseline => text!("Score − best c"),
        MethodKind::Rloo => Text::same("RLOO"),
        MethodKind::Reparameterised => text!("Pathwise"),
        MethodKind::StickingTheLanding => Text::same("STL"),
        MethodKind::Iwae => Text::same("IWAE"),
        MethodKind::DReG => Text::same("DReG"),
    }
}

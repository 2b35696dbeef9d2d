//! The three themes of the interface.

/// A set of colours and sizes; where a `Theme` is optional, `None` follows the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark ink on a light background.
    Light,
    /// Light ink on a dark background.
    Dark,
    /// Large type and strong contrast for a lecture hall.
    Projector,
}

impl Theme {
    /// Every theme, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Projector];

    /// The name in the address and in the style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Projector => "projector",
        }
    }

    /// The theme with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

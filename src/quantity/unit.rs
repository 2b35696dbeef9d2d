//! What a number is measured in.

/// What a number is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Natural logarithms.
    Nats,
    /// Nats whose error or width is of interest, written by its size.
    SmallNats,
    /// A whole number.
    Count,
    /// A part of one, written in percent.
    Share,
    /// A pure number.
    One,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl Unit {
    /// As it is written behind a number; empty for a pure one.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Nats | Self::SmallNats => "nats",
            Self::Count | Self::One => "",
            Self::Share => "%",
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
        }
    }
}

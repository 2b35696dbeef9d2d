//! Where the thermometer's bars stand from left to right.

use elboscope::state::Loupe;

/// Width of the bar that stays as it was when the loupe is used, and of the room that it takes, in CSS pixels.
pub const WHOLE_BAR: f64 = 20.0;
const WHOLE_ROOM: f64 = 76.0;
/// Width of the bar as a part of the picture's, and its limits in CSS pixels.
const PART: f64 = 0.22;
const LIMITS: [f64; 2] = [40.0, 96.0];

/// In CSS pixels from the left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Columns {
    /// Left and right side of the ELBO's bar.
    pub bar: [f64; 2],
    /// Left side of the bar without the loupe, and how visible it is, from 0 to 1.
    pub whole: (f64, f64),
    /// The magnification that is written below the bars.
    pub loupe: Loupe,
}

impl Columns {
    /// The columns of a picture this wide whose numbers take `left`; with the loupe, the bar makes room for the one
    /// without it.
    pub fn new(width: f64, left: f64, magnification: f64, loupe: Loupe) -> Self {
        let opened = magnification.log10().clamp(0.0, 1.0);
        let begin = left + 8.0 + opened * WHOLE_ROOM;
        let [least, most] = LIMITS;
        let bar = [begin, begin + (PART * width).clamp(least, most)];
        Self { bar, whole: (left + 8.0, opened), loupe }
    }
}

//! The thermometer's scale in nats: zero is exact log p(x), and only the loupe changes what a nat is long.

/// Nats below log p(x) in the picture without the loupe: a q that is visibly wrong fits, and one of a tenth of a nat is
/// seen.
pub const WINDOW: f64 = 12.0;
/// Nats above log p(x), where the terms of a decomposition may stand, for every nat below it.
const HEADROOM: f64 = 1.0 / 12.0;

/// How many times closer the thermometer is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loupe {
    /// Twelve nats below log p(x).
    #[default]
    X1,
    /// A tenth of that.
    X10,
    /// A hundredth: what the best Gaussian lacks on most images.
    X100,
}

impl Loupe {
    /// Every magnification, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::X1, Self::X10, Self::X100];

    /// The magnification.
    pub fn factor(self) -> f64 {
        match self {
            Self::X1 => 1.0,
            Self::X10 => 10.0,
            Self::X100 => 100.0,
        }
    }

    /// The name in the address: the magnification in digits.
    pub fn name(self) -> &'static str {
        match self {
            Self::X1 => "1",
            Self::X10 => "10",
            Self::X100 => "100",
        }
    }

    /// The magnification called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|loupe| loupe.name() == name)
    }

    /// The weakest loupe that draws a gap, in nats, at a tenth of the window or more; the strongest one for less.
    pub fn for_gap(gap: f64) -> Self {
        let fits = |loupe: &Self| gap * loupe.factor() >= 0.1 * WINDOW;
        Self::ALL.into_iter().find(fits).unwrap_or(Self::X100)
    }
}

/// A linear scale in nats on which the line of log p(x) has a fixed height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NatsScale {
    /// Exact log p(x), in nats: the zero of the axis.
    pub log_evidence: f64,
    /// How many times closer than without the loupe, at least 1; between two loupes while one gives way to the other.
    pub magnification: f64,
}

impl NatsScale {
    /// Nats between the line of log p(x) and the bottom.
    pub fn depth(&self) -> f64 {
        WINDOW / self.magnification
    }

    /// Nats at the top and at the bottom, counted from log p(x).
    pub fn range(&self) -> [f64; 2] {
        [self.depth() * HEADROOM, -self.depth()]
    }

    /// Height of a value as a part of the whole, 0 at the top and 1 at the bottom, clipped to them.
    pub fn height(&self, nats: f64) -> f64 {
        let [top, bottom] = self.range();
        ((top - (nats - self.log_evidence)) / (top - bottom)).clamp(0.0, 1.0)
    }

    /// Height of log p(x) as a part of the whole: the same on every scale.
    pub fn zero() -> f64 {
        HEADROOM / (1.0 + HEADROOM)
    }

    /// Whether a value lies above the picture.
    pub fn is_above(&self, nats: f64) -> bool {
        nats - self.log_evidence > self.depth() * HEADROOM
    }

    /// Whether a value lies below the picture.
    pub fn is_below(&self, nats: f64) -> bool {
        nats - self.log_evidence < -self.depth()
    }

    /// Pixels that one nat takes in a picture of `height` pixels.
    pub fn pixels_per_nat(&self, height: f64) -> f64 {
        let [top, bottom] = self.range();
        height / (top - bottom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG_EVIDENCE: f64 = -91.27;

    fn scale(magnification: f64) -> NatsScale {
        NatsScale { log_evidence: LOG_EVIDENCE, magnification }
    }

    #[test]
    fn the_line_of_the_evidence_has_one_height() {
        for magnification in [1.0, 3.7, 10.0, 100.0] {
            let height = scale(magnification).height(LOG_EVIDENCE);
            assert!((height - 1.0 / 13.0).abs() < 1e-12, "{magnification}: {height}");
            assert!((NatsScale::zero() - 1.0 / 13.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_nat_is_as_long_for_every_gap() {
        // 12 nats below the line and 1 above it share 650 pixels.
        assert!((scale(1.0).pixels_per_nat(650.0) - 50.0).abs() < 1e-9);
        assert!((scale(10.0).pixels_per_nat(650.0) - 500.0).abs() < 1e-9);
        let length = |gap| scale(1.0).height(LOG_EVIDENCE - gap) - scale(1.0).height(LOG_EVIDENCE);
        assert!((length(0.22) - 0.22 / 13.0).abs() < 1e-12);
        assert!((length(5.52) - 5.52 / 13.0).abs() < 1e-12);
        assert!(length(0.22) < length(5.52) && length(5.52) < length(182.0));
    }

    #[test]
    fn what_lies_below_the_picture_says_so() {
        assert!(!scale(1.0).is_below(LOG_EVIDENCE - 11.9));
        assert!(scale(1.0).is_below(LOG_EVIDENCE - 12.1));
        assert!(scale(10.0).is_below(LOG_EVIDENCE - 1.3));
        assert!(scale(1.0).is_below(f64::NEG_INFINITY));
        assert!(
            !scale(1.0).is_above(LOG_EVIDENCE + 0.9) && scale(1.0).is_above(LOG_EVIDENCE + 1.1)
        );
        assert!(scale(10.0).is_above(LOG_EVIDENCE + 0.11));
        assert_eq!(scale(1.0).height(f64::NEG_INFINITY), 1.0);
    }

    #[test]
    fn the_loupe_that_fits_a_gap() {
        for (gap, loupe) in [
            (182.0, Loupe::X1),
            (1.3, Loupe::X1),
            (0.22, Loupe::X10),
            (0.018, Loupe::X100),
            (0.0, Loupe::X100),
        ] {
            assert_eq!(Loupe::for_gap(gap), loupe, "{gap}");
        }
    }
}

//! The thermometer's scale: which nats are on the screen, with exact log p(x) always at the same height.

/// A linear scale in nats whose line for log p(x) does not move while the depth below it adapts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NatsScale {
    /// Exact log p(x), in nats.
    pub log_evidence: f64,
    /// Nats between the line of log p(x) and the bottom.
    pub depth: f64,
}

/// Part of the height that lies above the line of log p(x): estimates may overshoot.
const HEADROOM: f64 = 0.2;
/// Smallest depth; below it the gap is a hair.
const LEAST_DEPTH: f64 = 0.05;
/// Air below the lowest thing that must be seen.
const AIR: f64 = 1.25;
/// A deeper scale than needed is kept until it is this many times too deep, so that it does not flicker.
const TOO_DEEP: f64 = 6.0;

impl NatsScale {
    /// The scale for a gap of `gap` nats below log p(x), staying at the depth of `previous` if that will
    /// do. Depths are 1, 2 or 5 times a power of ten.
    pub fn new(log_evidence: f64, gap: f64, previous: Option<Self>) -> Self {
        let needed = if gap.is_finite() { (AIR * gap).max(LEAST_DEPTH) } else { 1e6 };
        let kept = previous.map(|scale| scale.depth);
        let depth = kept
            .filter(|&depth| needed <= depth && depth <= TOO_DEEP * needed)
            .unwrap_or_else(|| round_up(needed));
        Self { log_evidence, depth }
    }

    /// Nats at the top and at the bottom.
    pub fn range(&self) -> [f64; 2] {
        let above = self.depth * HEADROOM / (1.0 - HEADROOM);
        [self.log_evidence + above, self.log_evidence - self.depth]
    }

    /// Height of a value as a part of the whole, 0 at the top and 1 at the bottom, clipped to them.
    pub fn height(&self, nats: f64) -> f64 {
        let [top, bottom] = self.range();
        ((top - nats) / (top - bottom)).clamp(0.0, 1.0)
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `value` > 0.
fn round_up(value: f64) -> f64 {
    let power = 10.0_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|digit| digit * power)
        .into_iter()
        .find(|&d| d >= value)
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_evidence_never_moves() {
        for gap in [0.0, 0.3, 7.0, 1e5, f64::INFINITY] {
            let scale = NatsScale::new(-91.27, gap, None);
            assert!((scale.height(-91.27) - 0.2).abs() < 1e-9, "{gap}");
            assert_eq!(scale.height(f64::NEG_INFINITY), 1.0);
        }
    }

    #[test]
    fn depths_are_round_and_hold_still() {
        let first = NatsScale::new(-90.0, 1.5, None);
        assert_eq!(first.depth, 2.0);
        assert_eq!(NatsScale::new(-90.0, 0.5, Some(first)).depth, 2.0);
        assert_eq!(NatsScale::new(-90.0, 0.2, Some(first)).depth, 0.5);
        assert_eq!(NatsScale::new(-90.0, 1.7, Some(first)).depth, 5.0);
    }
}

//! Numbers and words beside an axis as SVG, measured and kept inside the picture.

use std::fmt::Write;

use super::text_width;

/// Height of a capital or a digit, in font sizes.
const CAPITAL: f64 = 0.75;

/// The area in which labels are placed.
pub(super) struct Labels {
    /// Left and right limit.
    pub across: [f64; 2],
    /// Upper and lower limit.
    pub down: [f64; 2],
    /// The font size.
    pub line: f64,
}

impl Labels {
    /// A label centred at `x` on the baseline `y`.
    pub(super) fn centred(&self, text: &str, x: f64, y: f64, out: &mut String) {
        let half = 0.5 * text_width(text) * self.line;
        let middle = clamped(x, self.across[0] + half, self.across[1] - half);
        // Writing into a String cannot fail.
        let _ = write!(
            out,
            "<text x=\"{middle:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{text}</text>"
        );
    }

    /// A label that ends at `x`, vertically centred at `y`.
    pub(super) fn before(&self, text: &str, x: f64, y: f64, out: &mut String) {
        let capital = CAPITAL * self.line;
        let baseline = clamped(y + 0.5 * capital, self.down[0] + capital, self.down[1]);
        let _ =
            write!(out, "<text x=\"{x:.1}\" y=\"{baseline:.1}\" text-anchor=\"end\">{text}</text>");
    }
}

/// Like `clamp`, but limits that have crossed give their mean.
fn clamped(value: f64, low: f64, high: f64) -> f64 {
    if low <= high { value.clamp(low, high) } else { 0.5 * (low + high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, name: &str) -> f64 {
        text.split(&format!(" {name}=\""))
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .parse()
            .unwrap()
    }

    #[test]
    fn labels_are_moved_inside_and_no_further() {
        let labels = Labels { across: [10.0, 200.0], down: [0.0, 100.0], line: 20.0 };
        let centred = |x| {
            let mut out = String::new();
            labels.centred("−1.5", x, 50.0, &mut out);
            number(&out, "x")
        };
        // Inter: minus 0.659, digits 0.648, full stop 0.276.
        let half = 0.5 * 20.0 * (0.659 + 2.0 * 0.648 + 0.276);
        assert_eq!(centred(100.0), 100.0);
        assert!(
            (centred(12.0) - (10.0 + half)).abs() < 0.1
                && (centred(200.0) - (200.0 - half)).abs() < 0.1
        );
        let before = |y| {
            let mut out = String::new();
            labels.before("0", 8.0, y, &mut out);
            number(&out, "y")
        };
        assert_eq!([before(50.0), before(0.0), before(100.0)], [57.5, 15.0, 100.0]);
    }

    #[test]
    fn a_label_without_room_stands_in_the_middle() {
        assert_eq!(clamped(3.0, 20.0, 10.0), 15.0);
    }
}

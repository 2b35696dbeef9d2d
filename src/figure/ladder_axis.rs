//! The axes of the chart of L_K over K: nats from log p(x) upwards, the number of draws across.

use std::fmt::Write;

use super::labels::Labels;
use super::ruler::{Marking, Ruler};
use super::{Axis, NatsAxis, text_width};
use crate::evidence::LADDER;
use crate::state::{Language, NatsScale, number};

/// The chart shows half of what the thermometer shows: a bound of one draw more than the bar can hold is off both.
const PART: f64 = 0.5;
/// Nats above log p(x), where estimates may overshoot, for every nat below it.
const HEADROOM: f64 = 1.0 / 5.0;
/// Between two names of K, in font sizes.
const NAME_GAP: f64 = 0.8;
/// Height of the row of these names, in font sizes.
const ROW: f64 = 1.85;

/// What the axes look like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LadderAxis {
    /// The thermometer's scale, which the chart follows.
    pub scale: NatsScale,
    /// Width and height of the chart.
    pub size: [f64; 2],
    /// Space for the numbers at the left: the thermometer's, so that both zeros stand below each other.
    pub left: f64,
    /// The font's size.
    pub line: f64,
}

impl LadderAxis {
    /// Nats at the bottom and at the top, from log p(x).
    pub fn range(&self) -> [f64; 2] {
        let depth = PART * self.scale.depth();
        [-depth, HEADROOM * depth]
    }

    /// Left, top, right and bottom edge of the part with the marks, in pixels.
    pub fn inside(&self) -> [f64; 4] {
        let [width, height] = self.size;
        [self.left, 0.0, width, (height - ROW * self.line).max(0.0)]
    }

    /// The vertical axis.
    pub fn nats(&self) -> Axis {
        Axis::linear("", self.range()).of_view()
    }

    /// The horizontal one; each K stands in the middle of its part of the width.
    pub fn draws() -> Axis {
        Axis::log("K", [-0.5, LADDER.len() as f64 - 0.5].map(f64::exp2)).fixed()
    }

    /// Where K stands, in pixels from the left.
    pub fn x(&self, k: f64) -> f64 {
        let [left, _, right, _] = self.inside();
        left + Self::draws().share(k) * (right - left)
    }

    /// Where so many nats from log p(x) stand, in pixels from the top, inside the chart.
    pub fn y(&self, nats: f64) -> f64 {
        let [_, top, _, bottom] = self.inside();
        bottom - self.nats().share(nats).clamp(0.0, 1.0) * (bottom - top)
    }

    /// Grid and numbers, the line of log p(x), the names of as many K as do not touch.
    pub fn svg(&self, chosen: usize, language: Language) -> String {
        let mut out = String::with_capacity(1024);
        let [left, top, right, bottom] = self.inside();
        if bottom - top < 1.0 {
            return out;
        }
        let labels = Labels {
            across: [0.0, self.size[0]],
            down: [0.0, bottom + 0.4 * self.line],
            line: self.line,
        };
        // The numbers end at zero: above it stand estimates that came out too large.
        let ruler = Ruler { inside: [left, self.y(0.0), right, bottom], labels };
        out.push_str("<g class=\"axes\">");
        let axis = NatsAxis::below(-self.range()[0]);
        ruler.up(&axis, Marking::Grid, f64::NEG_INFINITY, language, &mut out);
        // Writing into a String cannot fail.
        let _ =
            write!(out, "<path class=\"truth\" d=\"M{left:.1} {:.1}H{right:.1}\"/>", self.y(0.0));
        let widest = LADDER.iter().map(|k| text_width(&number::integer(*k as u64, language)));
        let wanted = (widest.fold(0.0, f64::max) + NAME_GAP) * self.line;
        let every = (wanted / (self.x(2.0) - self.x(1.0)).max(1.0)).ceil().max(1.0) as usize;
        for (index, k) in LADDER.iter().enumerate() {
            // The chosen K is named in any case; it pushes away the names that it would touch.
            let is_chosen = *k == chosen;
            let from_chosen = (self.x(*k as f64) - self.x(chosen as f64)).abs();
            if is_chosen || index % every == 0 && from_chosen >= wanted {
                let class = if is_chosen { "chosen" } else { "" };
                let _ = write!(out, "<g class=\"{class}\">");
                ruler.below(self.x(*k as f64), &number::integer(*k as u64, language), &mut out);
                out.push_str("</g>");
            }
        }
        out.push_str("</g>");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(magnification: f64) -> LadderAxis {
        let scale = NatsScale { log_evidence: -151.95, magnification };
        LadderAxis { scale, size: [420.0, 120.0], left: 40.0, line: 10.0 }
    }

    #[test]
    fn values_stand_where_they_belong() {
        let axis = axis(1.0);
        // 101.5 pixels for 6 nats below log p(x) and 1.2 above it.
        assert!((axis.y(-6.0) - 101.5).abs() < 1e-9 && axis.y(1.2).abs() < 1e-9);
        assert!((axis.y(0.0) - 101.5 / 6.0).abs() < 1e-9, "{}", axis.y(0.0));
        assert_eq!(axis.y(-300.0), 101.5);
        // Eleven K share 380 pixels.
        assert!((axis.x(1.0) - (40.0 + 190.0 / 11.0)).abs() < 1e-9);
        assert!((axis.x(1024.0) - (420.0 - 190.0 / 11.0)).abs() < 1e-9);
    }

    #[test]
    fn the_chart_follows_the_loupe() {
        assert!((axis(10.0).range()[0] + 0.6).abs() < 1e-12);
        assert!((axis(10.0).y(0.0) - axis(1.0).y(0.0)).abs() < 1e-9);
    }

    #[test]
    fn the_chosen_number_of_draws_is_named_among_others_that_do_not_touch() {
        for chosen in [1, 2, 64, 100, 1024] {
            let drawn = axis(1.0).svg(chosen, Language::En);
            let names: Vec<(f64, &str)> = drawn
                .split("text-anchor=\"middle\"")
                .zip(drawn.split("text-anchor=\"middle\">").skip(1))
                .map(|(before, after)| {
                    let x = before.rsplit("x=\"").next().unwrap().split('"').next().unwrap();
                    (x.parse().unwrap(), after.split('<').next().unwrap())
                })
                .collect();
            assert!(names.len() >= 4, "{drawn}");
            let is_rung = LADDER.contains(&chosen);
            let written = number::integer(chosen as u64, Language::En);
            assert_eq!(names.iter().any(|(_, name)| *name == written), is_rung, "{names:?}");
            for pair in names.windows(2) {
                let room = 5.0 * (text_width(pair[0].1) + text_width(pair[1].1));
                assert!(pair[1].0 - pair[0].0 > room, "{chosen}: {pair:?}");
            }
        }
    }
}

//! A figure's axis as a coordinate of plotters: a chart's marks stand where the SVG beside it writes the numbers.

use std::ops::Range;

use elboscope::figure::Axis;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};

/// One direction of a chart.
pub struct ChartAxis(pub Axis);

impl Ranged for ChartAxis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        start + (self.0.share(*value) * f64::from(end - start)).round() as i32
    }

    /// None: the SVG writes the ticks, from the same axis.
    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        Vec::new()
    }

    fn range(&self) -> Range<f64> {
        self.0.range[0]..self.0.range[1]
    }
}

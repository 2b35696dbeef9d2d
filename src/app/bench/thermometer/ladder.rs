//! The IWAE ladder as a chart of the bound over K, by plotters.

use std::num::NonZeroUsize;

use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::estimates::Estimates;
use crate::app::canvas::{Palette, Rgb};
use elboscope::evidence::{LADDER, Rung};

/// Widths of the marks in CSS pixels: of an interval, of the exact curve; radii of a rung and of the chosen one.
const INTERVAL: f64 = 7.0;
const CURVE: f64 = 1.6;
const RUNG: f64 = 3.5;
const CHOSEN_RUNG: f64 = 6.0;

/// Where the chart stands on its canvas, in CSS pixels, and what its height means.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Distance of the chart from the left and the right edge of the canvas, and from its bottom.
    pub margins: [f64; 3],
    /// The lowest and the highest value, in nats.
    pub nats: [f64; 2],
    /// Device pixels per CSS pixel: plotters counts these.
    pub ratio: f64,
}

/// Draws for each K where the middle eight tenths of the replicates fall, the mean of the bound, and through the
/// means the exact curve.
pub fn draw(
    canvas: &HtmlCanvasElement,
    context: &CanvasRenderingContext2d,
    frame: Frame,
    palette: &Palette,
    estimates: &Estimates,
    (chosen, strength): (NonZeroUsize, f64),
) -> Option<()> {
    context.save();
    // The identity is invertible; plotters counts device pixels.
    let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    let drawn = draw_series(canvas, frame, palette, estimates, chosen, strength);
    context.restore();
    drawn
}

fn draw_series(
    canvas: &HtmlCanvasElement,
    frame: Frame,
    palette: &Palette,
    estimates: &Estimates,
    chosen: NonZeroUsize,
    strength: f64,
) -> Option<()> {
    let device = |length: f64| (length * frame.ratio).round().max(0.0) as u32;
    let color = |Rgb(red, green, blue): Rgb, alpha: f64| RGBColor(red, green, blue).mix(alpha);
    let [left, right, bottom] = frame.margins.map(device);
    let [lowest, highest] = frame.nats;
    let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
    // A rung stands in the middle of its part of the width.
    let mut chart = ChartBuilder::on(&area)
        .margin_left(left)
        .margin_right(right)
        .margin_bottom(bottom)
        .build_cartesian_2d(-0.5..LADDER.len() as f64 - 0.5, lowest..highest)
        .ok()?;
    let power = |rung: &Rung| (rung.k.get() as f64).log2();
    let rungs = || {
        let values = |rung: &&Rung| [rung.low, rung.mean, rung.high].iter().all(|v| v.is_finite());
        estimates.ladder.iter().filter(values)
    };
    let interval = color(palette.sampling, 0.45 * strength).stroke_width(device(INTERVAL));
    let intervals = rungs().map(|rung| {
        PathElement::new(vec![(power(rung), rung.low), (power(rung), rung.high)], interval)
    });
    chart.draw_series(intervals).ok()?;
    let exact = estimates.exact_ladder.iter().enumerate();
    let curve = exact
        .filter(|(_, exact)| exact.value.is_finite())
        .map(|(power, exact)| (power as f64, exact.value));
    let ink = color(palette.ink, strength).stroke_width(device(CURVE));
    chart.draw_series(LineSeries::new(curve, ink)).ok()?;
    let fill = color(palette.sampling_line, strength).filled();
    // A mean below the picture has an arrow instead.
    let means = rungs().filter(|rung| rung.mean >= lowest).map(|rung| {
        let radius = if rung.k == chosen { CHOSEN_RUNG } else { RUNG };
        Circle::new((power(rung), rung.mean), device(radius), fill)
    });
    chart.draw_series(means).ok()?;
    Some(())
}

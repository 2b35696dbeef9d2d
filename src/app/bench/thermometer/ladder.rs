//! The IWAE ladder as a chart of the bound over K, by plotters.

use std::num::NonZeroUsize;

use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::estimates::Estimates;
use crate::app::canvas::{ChartAxis, Palette, Rgb};
use elboscope::evidence::{LADDER, Rung};
use elboscope::figure::Axis;

/// Widths of the marks in CSS pixels: of an interval, of the exact curve; radii of a rung and of the chosen one.
const INTERVAL: f64 = 7.0;
const CURVE: f64 = 1.6;
const RUNG: f64 = 3.5;
const CHOSEN_RUNG: f64 = 6.0;

/// Where the chart stands on its canvas, in CSS pixels, and what its height means.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Distance of the chart from the left and the right edge of the canvas, and from its bottom.
    pub margins: [f64; 3],
    /// The vertical axis, in nats from log p(x).
    pub nats: Axis,
    /// log p(x) in nats.
    pub log_evidence: f64,
    /// Device pixels per CSS pixel: plotters counts these.
    pub ratio: f64,
}

/// Draws for each K where the middle eight tenths of the replicates fall, the mean of the bound, and through the
/// means the exact curve.
pub fn draw(
    canvas: &HtmlCanvasElement,
    context: &CanvasRenderingContext2d,
    frame: &Frame,
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
    frame: &Frame,
    palette: &Palette,
    estimates: &Estimates,
    chosen: NonZeroUsize,
    strength: f64,
) -> Option<()> {
    let device = |length: f64| (length * frame.ratio).round().max(0.0) as u32;
    let color = |Rgb(red, green, blue): Rgb, alpha: f64| RGBColor(red, green, blue).mix(alpha);
    let [left, right, bottom] = frame.margins.map(device);
    let nats = |value: f64| value - frame.log_evidence;
    let lowest = frame.nats.range[0];
    // A rung stands in the middle of its part of the width.
    let k = Axis::log("K", [-0.5, LADDER.len() as f64 - 0.5].map(f64::exp2)).fixed();
    let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin_left(left)
        .margin_right(right)
        .margin_bottom(bottom)
        .build_cartesian_2d(ChartAxis(k), ChartAxis(frame.nats.clone()))
        .ok()?;
    let k = |rung: &Rung| rung.k.get() as f64;
    let rungs = || {
        let values = |rung: &&Rung| [rung.low, rung.mean, rung.high].iter().all(|v| v.is_finite());
        estimates.ladder.iter().filter(values)
    };
    let interval = color(palette.sampling, 0.45 * strength).stroke_width(device(INTERVAL));
    let intervals = rungs().map(|rung| {
        PathElement::new(vec![(k(rung), nats(rung.low)), (k(rung), nats(rung.high))], interval)
    });
    chart.draw_series(intervals).ok()?;
    let exact = LADDER.iter().zip(estimates.exact_ladder.iter());
    let curve = exact
        .filter(|(_, exact)| exact.value.is_finite())
        .map(|(k, exact)| (*k as f64, nats(exact.value)));
    let ink = color(palette.ink, strength).stroke_width(device(CURVE));
    chart.draw_series(LineSeries::new(curve, ink)).ok()?;
    let fill = color(palette.sampling_line, strength).filled();
    // A mean below the picture has an arrow instead.
    let means = rungs().filter(|rung| nats(rung.mean) >= lowest).map(|rung| {
        let radius = if rung.k == chosen { CHOSEN_RUNG } else { RUNG };
        Circle::new((k(rung), nats(rung.mean)), device(radius), fill)
    });
    chart.draw_series(means).ok()?;
    Some(())
}

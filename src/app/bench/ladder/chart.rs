//! The marks of the chart, by plotters: what the replicates spread over, the exact curve, the means, the present draws.

use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

use super::estimates::Estimates;
use crate::app::canvas::{ChartAxis, Extent, Palette, Pen, Rgb, cleared};
use elboscope::evidence::{ImportanceEstimate, LADDER, Rung};
use elboscope::figure::LadderAxis;

/// Widths of the marks in CSS pixels: of an interval, of the exact curve; radii of a rung and of the present draws.
const INTERVAL: f64 = 8.0;
const CURVE: f64 = 1.6;
const RUNG: f64 = 3.0;
const DRAWS: f64 = 6.0;
const LIT_DRAWS: f64 = 9.0;
/// Standard errors in the interval of the importance-sampling estimate: 95 %.
const STANDARD_ERRORS: f64 = 1.96;
/// Strength of what belongs to a q before the present one.
const FAINT: f64 = 0.3;

/// Everything that the chart shows.
pub struct Picture<'a> {
    pub axis: LadderAxis,
    /// The importance-sampling estimate of the present draws.
    pub estimate: &'a ImportanceEstimate,
    pub present: &'a Estimates,
    /// Of a q before, drawn faintly.
    pub earlier: &'a Estimates,
    pub is_lit: bool,
}

/// Draws everything but the axes.
pub fn draw(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    palette: &Palette,
    picture: &Picture<'_>,
) -> Option<()> {
    let context = cleared(canvas, extent)?;
    let pen = Pen { context: &context };
    let [left, top, right, bottom] = picture.axis.inside();
    context.save();
    context.begin_path();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    for (estimates, strength) in [(picture.earlier, FAINT), (picture.present, 1.0)] {
        context.save();
        // The identity is invertible; plotters counts device pixels.
        let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        draw_series(canvas, extent.ratio, &picture.axis, palette, estimates, strength);
        context.restore();
        // An arrow stands for a mean below the chart.
        let log_evidence = picture.axis.scale.log_evidence;
        let is_beyond = |rung: &&Rung| rung.mean - log_evidence < picture.axis.range()[0];
        for rung in estimates.ladder.iter().filter(is_beyond) {
            let color = if rung.k.get() == 1 { palette.elbo } else { palette.sampling_line };
            pen.fill(color, strength);
            pen.arrow(picture.axis.x(rung.k.get() as f64), bottom - 2.0, true);
        }
    }
    present_draws(&pen, palette, picture);
    context.restore();
    Some(())
}

fn draw_series(
    canvas: &HtmlCanvasElement,
    ratio: f64,
    axis: &LadderAxis,
    palette: &Palette,
    estimates: &Estimates,
    strength: f64,
) -> Option<()> {
    let device = |length: f64| (length * ratio).round().max(0.0) as u32;
    let color = |Rgb(red, green, blue): Rgb, alpha: f64| RGBColor(red, green, blue).mix(alpha);
    let [left, top, right, bottom] = axis.inside();
    let [width, height] = axis.size;
    let log_evidence = axis.scale.log_evidence;
    let nats = |value: f64| value - log_evidence;
    let lowest = axis.range()[0];
    let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin_left(device(left))
        .margin_top(device(top))
        .margin_right(device(width - right))
        .margin_bottom(device(height - bottom))
        .build_cartesian_2d(ChartAxis(LadderAxis::draws()), ChartAxis(axis.nats()))
        .ok()?;
    let k = |rung: &Rung| rung.k.get() as f64;
    let rungs = || {
        let values = |rung: &&Rung| [rung.low, rung.mean, rung.high].iter().all(|v| v.is_finite());
        estimates.ladder.iter().filter(values)
    };
    let interval = color(palette.sampling, 0.4 * strength).stroke_width(device(INTERVAL));
    let intervals = rungs().map(|rung| {
        PathElement::new(vec![(k(rung), nats(rung.low)), (k(rung), nats(rung.high))], interval)
    });
    chart.draw_series(intervals).ok()?;
    let exact = LADDER.iter().zip(estimates.exact_ladder.iter());
    let curve = exact
        .filter(|(_, exact)| exact.value.is_finite())
        .map(|(k, exact)| (*k as f64, nats(exact.value)));
    let line = color(palette.sampling_line, strength).stroke_width(device(CURVE));
    chart.draw_series(LineSeries::new(curve, line)).ok()?;
    // A mean below the picture has an arrow instead. K = 1 is the ELBO.
    let means = rungs().filter(|rung| nats(rung.mean) >= lowest).map(|rung| {
        let is_elbo = rung.k.get() == 1;
        let fill = color(if is_elbo { palette.elbo } else { palette.sampling_line }, strength);
        let radius = if is_elbo { 1.5 * RUNG } else { RUNG };
        Circle::new((k(rung), nats(rung.mean)), device(radius), fill.filled())
    });
    chart.draw_series(means).ok()?;
    Some(())
}

/// The estimate from the present draws at their number: a diamond with its interval, or an arrow where it lies below the
/// chart.
fn present_draws(pen: &Pen<'_>, palette: &Palette, picture: &Picture<'_>) {
    let Picture { axis, estimate, is_lit, .. } = picture;
    let x = axis.x(estimate.draws.get() as f64);
    let y = |value: f64| axis.y(value - axis.scale.log_evidence);
    if let Some(interval) = estimate.interval(STANDARD_ERRORS) {
        pen.stroke(palette.sampling_line, 1.0, 2.0);
        pen.line([x, y(interval.high)], [x, y(interval.low)]);
    }
    pen.fill(palette.sampling_line, 1.0);
    let (y, [_, top, _, bottom]) = (y(estimate.log_evidence), axis.inside());
    if y >= bottom {
        return pen.arrow(x, bottom - 2.0, true);
    }
    if y <= top {
        return pen.arrow(x, top + 2.0, false);
    }
    let size = if *is_lit { LIT_DRAWS } else { DRAWS };
    pen.trace([[x, y - size], [x + size, y], [x, y + size], [x - size, y]].into_iter());
    pen.fill(palette.sampling, 1.0);
    pen.context.fill();
    pen.context.close_path();
    pen.stroke(palette.sampling_line, 1.0, 1.5);
    pen.context.stroke();
}

//! The thermometer's two canvases: plotters' axes, and the marks that move.

use std::num::NonZeroUsize;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::estimates::Estimates;
use crate::app::canvas::{Extent, Palette, Surface};
use crate::bench::Readings;
use crate::evidence::{LADDER, Rung};
use crate::exact::Decomposition;
use crate::state::{Language, NatsScale, Term, number};

/// Space for the labels at the bottom, in CSS pixels.
pub const BOTTOM: f64 = 26.0;
/// Width of the longest label at the left with a gap beside it, in font sizes.
const LONGEST_LABEL: f64 = 5.3;
/// Standard errors in the interval of the importance-sampling estimate: 95 %.
const STANDARD_ERRORS: f64 = 1.96;
/// Wanted distance between grid lines, in CSS pixels.
const LABEL_DISTANCE: f64 = 56.0;
/// Width of the longest label of the ladder with a gap beside it, in font sizes.
const WIDEST_LABEL: f64 = 3.0;

/// Strength of what belongs to a q before the present one.
const FAINT: f64 = 0.3;

/// Space for the labels at the left, in CSS pixels.
pub fn left(label_size: f64) -> f64 {
    LONGEST_LABEL * label_size
}

/// Where things stand from left to right, in CSS pixels.
pub struct Columns {
    /// Left and right side of the ELBO's bar.
    pub bar: [f64; 2],
    /// Middle of the importance-sampling estimate.
    importance: f64,
    /// The ladder's range.
    ladder: [f64; 2],
}

impl Columns {
    /// The columns of a picture this wide.
    pub fn new(width: f64, label_size: f64) -> Self {
        let left = left(label_size) + 8.0;
        let bar = [left, left + 40.0];
        let importance = bar[1] + (0.22 * width).clamp(86.0, 130.0);
        Self { bar, importance, ladder: [importance + 18.0, width - 22.0] }
    }

    /// Middle of the rung for 2^power samples.
    fn rung(&self, power: f64) -> f64 {
        let [left, right] = self.ladder;
        left + (power + 0.5) / LADDER.len() as f64 * (right - left)
    }
}

/// Everything that the moving canvas shows.
pub struct Picture<'a> {
    pub scale: NatsScale,
    pub readings: &'a Readings,
    pub decomposition: &'a Decomposition,
    pub estimates: &'a Estimates,
    /// Of a q before, drawn faintly.
    pub earlier: &'a Estimates,
    pub best_elbo: Option<f64>,
    pub encoder_elbo: Option<f64>,
    pub highlight: Option<Term>,
}

/// Grid, labels and the ladder's K, by plotters.
pub fn draw_axes(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    scale: &NatsScale,
    palette: &Palette,
    language: Language,
) -> Option<()> {
    let surface = Surface::fit(canvas, extent)?;
    let size = extent.size;
    let [top, bottom] = scale.range();
    let font = palette.font.as_str();
    let label_size = surface.device(palette.label_size);
    let style = || (font, label_size).into_font().color(&palette.soft);

    let decimals = (1.0 - scale.depth.log10()).ceil().clamp(0.0, 4.0) as usize;
    let nats = move |value: &f64| number::grouped(*value, decimals, language);
    let mut chart = ChartBuilder::on(&surface.area)
        .y_label_area_size(surface.device(left(palette.label_size)))
        .margin_bottom(surface.device(BOTTOM))
        .build_cartesian_2d(0.0..1.0, bottom..top)
        .ok()?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .light_line_style(TRANSPARENT)
        .bold_line_style(palette.line.stroke_width(surface.device(1.0)))
        .axis_style(TRANSPARENT)
        .y_labels(((size[1] - BOTTOM) / LABEL_DISTANCE).round() as usize)
        .y_label_formatter(&nats)
        .label_style(style())
        .draw()
        .ok()?;

    // The ladder's labels: as many as do not touch, 1024 among them.
    let columns = Columns::new(size[0], palette.label_size);
    let widest = WIDEST_LABEL * palette.label_size;
    let every = (widest / (columns.rung(1.0) - columns.rung(0.0))).ceil().max(1.0) as usize;
    let baseline = surface.device(size[1] - BOTTOM + 5.0) as i32;
    let write = |text: String, x: f64| {
        let position = Pos::new(HPos::Center, VPos::Top);
        let at = (surface.device(x) as i32, baseline);
        surface.area.draw(&Text::new(text, at, style().pos(position))).ok()
    };
    for (power, k) in LADDER.iter().enumerate().rev().step_by(every) {
        write(k.to_string(), columns.rung(power as f64))?;
    }
    write("IS".to_owned(), columns.importance)
}

/// Bar, gap, estimates, ladder.
pub fn draw_marks(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    palette: &Palette,
    picture: &Picture<'_>,
) -> Option<()> {
    let surface = Surface::fit(canvas, extent)?;
    let size = extent.size;
    surface.use_css_pixels();
    let pen = Pen {
        context: &surface.context,
        palette,
        scale: picture.scale,
        height: size[1] - BOTTOM,
        columns: Columns::new(size[0], palette.label_size),
        right: size[0],
    };
    pen.bar(picture);
    pen.bounds(picture);
    pen.running(picture.earlier, FAINT);
    pen.running(picture.estimates, 1.0);
    pen.importance(picture)?;
    let chosen = picture.readings.importance.draws;
    pen.ladder(picture.earlier, chosen, FAINT)?;
    pen.ladder(picture.estimates, chosen, 1.0)?;
    pen.evidence(picture);
    Some(())
}

struct Pen<'a> {
    context: &'a CanvasRenderingContext2d,
    palette: &'a Palette,
    scale: NatsScale,
    height: f64,
    columns: Columns,
    right: f64,
}

impl Pen<'_> {
    fn y(&self, nats: f64) -> f64 {
        self.scale.height(nats) * self.height
    }

    fn fill(&self, color: RGBColor, alpha: f64) {
        let RGBColor(red, green, blue) = color;
        self.context.set_fill_style_str(&format!("rgb({red} {green} {blue} / {alpha})"));
    }

    fn stroke(&self, color: RGBColor, alpha: f64, width: f64) {
        let RGBColor(red, green, blue) = color;
        self.context.set_stroke_style_str(&format!("rgb({red} {green} {blue} / {alpha})"));
        self.context.set_line_width(width);
    }

    fn line(&self, from: [f64; 2], to: [f64; 2]) {
        self.context.begin_path();
        self.context.move_to(from[0], from[1]);
        self.context.line_to(to[0], to[1]);
        self.context.stroke();
    }

    fn dot(&self, at: [f64; 2], radius: f64) -> Option<()> {
        self.context.begin_path();
        self.context.arc(at[0], at[1], radius, 0.0, std::f64::consts::TAU).ok()?;
        self.context.fill();
        Some(())
    }

    /// The ELBO as a solid bar, the gap above it hatched.
    fn bar(&self, picture: &Picture<'_>) {
        let [left, right] = self.columns.bar;
        let decomposition = picture.decomposition;
        let (top, middle) = (self.y(decomposition.log_evidence), self.y(decomposition.elbo()));
        let is_faint = |term| picture.highlight.is_some_and(|highlight| highlight != term);
        self.fill(self.palette.elbo, if is_faint(Term::Elbo) { 0.55 } else { 1.0 });
        self.context.fill_rect(left, middle, right - left, self.height - middle);

        let strength = if is_faint(Term::Gap) { 0.55 } else { 1.0 };
        self.fill(self.palette.gap, 0.14 * strength);
        self.context.fill_rect(left, top, right - left, middle - top);
        self.context.save();
        self.context.begin_path();
        self.context.rect(left, top, right - left, middle - top);
        self.context.clip();
        let width = if picture.highlight == Some(Term::Gap) { 2.5 } else { 1.5 };
        self.stroke(self.palette.gap, strength, width);
        let mut y = top - (right - left);
        while y < middle + (right - left) {
            self.line([left, y + (right - left)], [right, y]);
            y += 8.0;
        }
        self.context.restore();
    }

    /// Ticks beside the bar: the best q's ELBO and the encoder's.
    fn bounds(&self, picture: &Picture<'_>) {
        let [left, right] = self.columns.bar;
        for (elbo, dash) in [(picture.best_elbo, 3.0), (picture.encoder_elbo, 6.0)] {
            let Some(elbo) = elbo else { continue };
            // What lies below the picture is not drawn at its edge.
            if elbo < self.scale.range()[1] {
                continue;
            }
            self.dashed(dash);
            self.stroke(self.palette.ink, 0.9, 1.5);
            self.line([left - 5.0, self.y(elbo)], [right + 5.0, self.y(elbo)]);
        }
        self.dashed(0.0);
    }

    fn dashed(&self, length: f64) {
        let dashes = js_sys::Array::new();
        if length > 0.0 {
            dashes.push(&length.into());
            dashes.push(&3.0.into());
        }
        // Two positive numbers are a valid pattern.
        let _ = self.context.set_line_dash(&dashes);
    }

    /// The running estimate as a band across its column.
    fn running(&self, estimates: &Estimates, strength: f64) {
        let Some(running) = estimates.running else { return };
        let reach = STANDARD_ERRORS * running.log_stderr.unwrap_or(0.0);
        let (top, bottom) =
            (self.y(running.log_evidence + reach), self.y(running.log_evidence - reach));
        let x = self.columns.importance;
        self.fill(self.palette.sampling, 0.35 * strength);
        self.context.fill_rect(x - 14.0, top, 28.0, (bottom - top).max(1.0));
        self.stroke(self.palette.sampling_line, strength, 1.5);
        let y = self.y(running.log_evidence);
        self.line([x - 14.0, y], [x + 14.0, y]);
    }

    /// The estimate from K draws: a diamond with its interval.
    fn importance(&self, picture: &Picture<'_>) -> Option<()> {
        let estimate = &picture.readings.importance;
        let x = self.columns.importance;
        if let Some(interval) = estimate.interval(STANDARD_ERRORS) {
            self.stroke(self.palette.sampling_line, 1.0, 2.0);
            self.line([x, self.y(interval.high)], [x, self.y(interval.low)]);
        }
        let y = self.y(estimate.log_evidence);
        let size = if picture.highlight == Some(Term::Sampling) { 9.0 } else { 6.0 };
        self.fill(self.palette.sampling_line, 1.0);
        self.context.begin_path();
        self.context.move_to(x, y - size);
        self.context.line_to(x + size, y);
        self.context.line_to(x, y + size);
        self.context.line_to(x - size, y);
        self.context.fill();
        Some(())
    }

    /// For each K the mean of the bound, and where the middle eight tenths of the replicates fall.
    fn ladder(&self, estimates: &Estimates, chosen: NonZeroUsize, strength: f64) -> Option<()> {
        let at = |rung: &Rung| self.columns.rung((rung.k.get() as f64).log2());
        self.context.set_line_cap("round");
        for rung in estimates.ladder.iter() {
            self.stroke(self.palette.sampling, 0.45 * strength, 7.0);
            let x = at(rung);
            self.line([x, self.y(rung.high)], [x, self.y(rung.low)]);
        }
        self.context.set_line_cap("butt");
        // What the dots estimate, through them.
        self.stroke(self.palette.ink, strength, 1.6);
        self.context.begin_path();
        for (power, exact) in estimates.exact_ladder.iter().enumerate() {
            self.context.line_to(self.columns.rung(power as f64), self.y(exact.value));
        }
        self.context.stroke();
        for rung in estimates.ladder.iter() {
            self.fill(self.palette.sampling_line, strength);
            let radius = if rung.k == chosen { 6.0 } else { 3.5 };
            self.dot([at(rung), self.y(rung.mean)], radius)?;
        }
        Some(())
    }

    /// The fixed line, over everything.
    fn evidence(&self, picture: &Picture<'_>) {
        let y = self.y(picture.decomposition.log_evidence);
        let width = if picture.highlight == Some(Term::Evidence) { 4.0 } else { 2.0 };
        self.stroke(self.palette.ink, 1.0, width);
        self.line([left(self.palette.label_size), y], [self.right, y]);
    }
}

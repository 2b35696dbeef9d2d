//! The thermometer's canvas: the marks that move.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::estimates::Estimates;
use super::ladder;
use crate::app::canvas::{Extent, Palette, Rgb, cleared};
use elboscope::bench::Readings;
use elboscope::evidence::LADDER;
use elboscope::exact::Decomposition;
use elboscope::figure::{NatsAxis, text_width};
use elboscope::state::{NatsScale, Term};

/// Standard errors in the interval of the importance-sampling estimate: 95 %.
const STANDARD_ERRORS: f64 = 1.96;
/// Between two names of rungs, in font sizes.
const NAME_GAP: f64 = 0.6;
/// Strength of what belongs to a q before the present one.
const FAINT: f64 = 0.3;

/// Where things stand from left to right, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Columns {
    /// Where the picture begins, right of the numbers.
    pub left: f64,
    /// Left and right side of the ELBO's bar.
    pub bar: [f64; 2],
    /// Middle of the importance-sampling estimate.
    importance: f64,
    /// The ladder's range.
    ladder: [f64; 2],
    /// The font's size.
    line: f64,
}

impl Columns {
    /// The columns of a picture this wide whose numbers take `left`.
    pub fn new(width: f64, left: f64, line: f64) -> Self {
        let bar = [left + 8.0, left + 48.0];
        let importance = bar[1] + (0.22 * width).clamp(90.0, 130.0);
        Self { left, bar, importance, ladder: [importance + 18.0, width - 22.0], line }
    }

    /// Middle of the rung for 2^power samples.
    fn rung(&self, power: f64) -> f64 {
        let [left, right] = self.ladder;
        left + (power + 0.5) / LADDER.len() as f64 * (right - left)
    }

    /// The names below: of the estimate and of as many rungs as do not touch, the last among them.
    pub fn names(self) -> impl Iterator<Item = (f64, String)> {
        let widest = LADDER.iter().map(|k| text_width(&k.to_string())).fold(0.0, f64::max);
        let (wanted, rung) = ((widest + NAME_GAP) * self.line, self.rung(1.0) - self.rung(0.0));
        let every = (wanted / rung.max(1.0)).ceil().max(1.0) as usize;
        let rungs = LADDER.iter().enumerate().rev().step_by(every);
        let rungs = rungs.map(move |(power, k)| (self.rung(power as f64), k.to_string()));
        let room = self.importance + 0.5 * (wanted + text_width("IS") * self.line);
        std::iter::once((self.importance, "IS".to_owned()))
            .chain(rungs.filter(move |(x, _)| *x > room))
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

/// Bar, gap, estimates, ladder.
pub fn draw_marks(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    palette: &Palette,
    columns: Columns,
    picture: &Picture<'_>,
) -> Option<()> {
    let context = cleared(canvas, extent)?;
    let [width, height] = extent.size;
    let pen = Pen {
        context: &context,
        palette,
        scale: picture.scale,
        height: height - NatsAxis::bottom(palette.label_size),
        columns,
        right: width,
    };
    pen.bar(picture);
    pen.bounds(picture);
    pen.running(picture.earlier, FAINT);
    pen.running(picture.estimates, 1.0);
    pen.importance(picture)?;
    let chosen = picture.readings.importance.draws;
    let [highest, lowest] = picture.scale.range();
    let [left, right] = columns.ladder;
    let bottom = NatsAxis::bottom(palette.label_size);
    let frame = ladder::Frame {
        margins: [left, width - right, bottom],
        nats: [lowest, highest],
        ratio: extent.ratio,
    };
    for (estimates, strength) in [(picture.earlier, FAINT), (picture.estimates, 1.0)] {
        ladder::draw(canvas, &context, frame, palette, estimates, (chosen, strength))?;
    }
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

    fn fill(&self, color: Rgb, alpha: f64) {
        let Rgb(red, green, blue) = color;
        self.context.set_fill_style_str(&format!("rgb({red} {green} {blue} / {alpha})"));
    }

    fn stroke(&self, color: Rgb, alpha: f64, width: f64) {
        let Rgb(red, green, blue) = color;
        self.context.set_stroke_style_str(&format!("rgb({red} {green} {blue} / {alpha})"));
        self.context.set_line_width(width);
    }

    fn line(&self, from: [f64; 2], to: [f64; 2]) {
        self.context.begin_path();
        self.context.move_to(from[0], from[1]);
        self.context.line_to(to[0], to[1]);
        self.context.stroke();
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

    /// The fixed line, over everything.
    fn evidence(&self, picture: &Picture<'_>) {
        let y = self.y(picture.decomposition.log_evidence);
        let width = if picture.highlight == Some(Term::Evidence) { 4.0 } else { 2.0 };
        self.stroke(self.palette.ink, 1.0, width);
        self.line([self.columns.left, y], [self.right, y]);
    }
}

//! The thermometer's canvas: the marks that move.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::estimates::Estimates;
use super::ladder;
use crate::app::canvas::{Extent, Palette, Rgb, cleared};
use elboscope::bench::Readings;
use elboscope::evidence::LADDER;
use elboscope::exact::Decomposition;
use elboscope::figure::{NatsAxis, text_width};
use elboscope::state::{Loupe, NatsScale, Term};

/// Standard errors in the interval of the importance-sampling estimate: 95 %.
const STANDARD_ERRORS: f64 = 1.96;
/// Between two names of rungs, in font sizes.
const NAME_GAP: f64 = 0.6;
/// Strength of what belongs to a q before the present one.
const FAINT: f64 = 0.3;

/// Width of the bar that stays as it was when the loupe is used, and of the room that it takes, in CSS pixels.
const WHOLE_BAR: f64 = 16.0;
const WHOLE_ROOM: f64 = 42.0;
/// Half the height of a tear, its distance from the bottom, and half its teeth's width, in CSS pixels.
const TEAR: f64 = 6.0;
const TEAR_BOTTOM: f64 = 40.0;
const TOOTH: f64 = 5.0;
/// Half the width of the arrow that stands for a mark beyond the picture, in CSS pixels.
const ARROW: f64 = 5.0;
/// Where the ELBO's bar begins to fade, as a part of the height: an ELBO has no bottom.
const FADES: f64 = 0.7;

/// Where things stand from left to right, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Columns {
    /// Where the picture begins, right of the numbers.
    pub left: f64,
    /// Left and right side of the ELBO's bar.
    pub bar: [f64; 2],
    /// Left side of the bar without the loupe, and how visible it is, from 0 to 1.
    whole: (f64, f64),
    /// The magnification that is written below the bars.
    loupe: Loupe,
    /// Middle of the importance-sampling estimate.
    importance: f64,
    /// The ladder's range.
    ladder: [f64; 2],
    /// The font's size.
    line: f64,
}

impl Columns {
    /// The columns of a picture this wide whose numbers take `left`; with the loupe, the bar makes room for the one
    /// without it.
    pub fn new(width: f64, left: f64, line: f64, magnification: f64, loupe: Loupe) -> Self {
        let opened = magnification.log10().clamp(0.0, 1.0);
        let begin = left + 8.0 + opened * WHOLE_ROOM;
        let bar = [begin, begin + 40.0];
        let importance = bar[1] + (0.22 * width).clamp(84.0, 130.0);
        let ladder = [importance + 18.0, width - 22.0];
        Self { left, bar, whole: (left + 8.0, opened), loupe, importance, ladder, line }
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
        let [left, right] = self.bar;
        let bars = (self.loupe != Loupe::X1).then(|| {
            let magnified = format!("×{}", self.loupe.name());
            [(self.whole.0 + 0.5 * WHOLE_BAR, "×1".to_owned()), (0.5 * (left + right), magnified)]
        });
        std::iter::once((self.importance, "IS".to_owned()))
            .chain(bars.into_iter().flatten())
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
    pen.whole(picture);
    pen.bar(picture);
    pen.bounds(picture);
    pen.running(picture.earlier, FAINT);
    pen.running(picture.estimates, 1.0);
    pen.importance(picture);
    let chosen = picture.readings.importance.draws;
    let [left, right] = columns.ladder;
    let bottom = NatsAxis::bottom(palette.label_size);
    let frame = ladder::Frame {
        margins: [left, width - right, bottom],
        nats: NatsAxis::axis_of(&picture.scale),
        log_evidence: picture.scale.log_evidence,
        ratio: extent.ratio,
    };
    context.save();
    context.begin_path();
    context.rect(0.0, 0.0, width, pen.height);
    context.clip();
    for (estimates, strength) in [(picture.earlier, FAINT), (picture.estimates, 1.0)] {
        ladder::draw(canvas, &context, &frame, palette, estimates, (chosen, strength))?;
        pen.rungs_beyond(estimates, strength);
    }
    context.restore();
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

    /// The gap hatched from the line of log p(x) down, the ELBO below it.
    fn bar(&self, picture: &Picture<'_>) {
        let [left, right] = self.columns.bar;
        let elbo = picture.decomposition.elbo();
        let (top, middle) = (self.y(picture.decomposition.log_evidence), self.y(elbo));
        let is_faint = |term| picture.highlight.is_some_and(|highlight| highlight != term);
        self.fade(if is_faint(Term::Elbo) { 0.55 } else { 1.0 });
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
        self.stroke(self.palette.gap, strength, 1.5);
        self.context.stroke_rect(left, top, right - left, middle - top);
        if self.scale.is_below(elbo) {
            self.tear(strength);
        }
    }

    /// The fill of an ELBO's bar, fading out towards the bottom.
    fn fade(&self, alpha: f64) {
        let Rgb(red, green, blue) = self.palette.elbo;
        let gradient = self.context.create_linear_gradient(0.0, 0.0, 0.0, self.height);
        for (place, alpha) in [(FADES, alpha), (1.0, 0.06 * alpha)] {
            // A place between 0 and 1 and a colour that can be read are accepted.
            let _ = gradient
                .add_color_stop(place as f32, &format!("rgb({red} {green} {blue} / {alpha})"));
        }
        self.context.set_fill_style_canvas_gradient(&gradient);
    }

    /// The bar is longer than the picture: it is torn near the bottom.
    fn tear(&self, strength: f64) {
        let [left, right] = self.columns.bar;
        let middle = self.height - TEAR_BOTTOM;
        let teeth = ((right - left) / TOOTH).round() as usize;
        let edge = |side: f64, reversed: bool| {
            (0..=teeth).map(move |tooth| {
                let tooth = if reversed { teeth - tooth } else { tooth };
                let bite = if tooth % 2 == 0 { -0.5 } else { 0.5 };
                let x = left - 1.0 + (right - left + 2.0) * tooth as f64 / teeth as f64;
                [x, middle + (side + bite) * TEAR]
            })
        };
        self.context.save();
        self.trace(edge(-0.5, false).chain(edge(0.5, true)));
        // What is behind the canvas is seen through the tear.
        if self.context.set_global_composite_operation("destination-out").is_ok() {
            self.context.fill();
        }
        self.context.restore();
        self.stroke(self.palette.gap, strength, 1.5);
        for side in [-0.5, 0.5] {
            self.trace(edge(side, false));
            self.context.stroke();
        }
    }

    fn trace(&self, points: impl Iterator<Item = [f64; 2]>) {
        self.context.begin_path();
        for [x, y] in points {
            self.context.line_to(x, y);
        }
    }

    /// Under the loupe: the bar as it is without it, a bracket around what is enlarged, and a line that leads there.
    fn whole(&self, picture: &Picture<'_>) {
        let (left, opened) = self.columns.whole;
        if opened == 0.0 {
            return;
        }
        let right = left + WHOLE_BAR;
        let whole = NatsScale { magnification: 1.0, ..self.scale };
        let y = |nats: f64| whole.height(nats) * self.height;
        let log_evidence = self.scale.log_evidence;
        let (top, middle) = (y(log_evidence), y(picture.decomposition.elbo()));
        self.fade(opened);
        self.context.fill_rect(left, middle, WHOLE_BAR, self.height - middle);
        self.fill(self.palette.gap, opened);
        self.context.fill_rect(left, top, WHOLE_BAR, middle - top);
        let [above, below] = self.scale.range().map(|nats| y(log_evidence + nats));
        self.stroke(self.palette.ink, opened, 1.5);
        self.context.stroke_rect(left - 3.0, above, WHOLE_BAR + 6.0, below - above);
        self.dashed(3.0);
        self.stroke(self.palette.ink, 0.5 * opened, 1.0);
        self.line([right + 3.0, below], [self.columns.bar[0], self.height]);
        self.dashed(0.0);
    }

    /// Notches beside the bar: the best q's ELBO, solid, and the encoder's, dashed.
    fn bounds(&self, picture: &Picture<'_>) {
        let [left, right] = self.columns.bar;
        let best = (picture.best_elbo, 0.0, self.palette.q);
        let encoder = (picture.encoder_elbo, 5.0, self.palette.encoder);
        for (elbo, dash, color) in [best, encoder] {
            // What lies below the picture is not drawn at its edge.
            let Some(elbo) = elbo.filter(|elbo| !self.scale.is_below(*elbo)) else { continue };
            self.dashed(dash);
            self.stroke(color, 1.0, 2.0);
            self.line([left - 5.0, self.y(elbo)], [right + 7.0, self.y(elbo)]);
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
        // The estimate from K draws has its arrow in the same column.
        if self.scale.is_below(running.log_evidence) {
            return;
        }
        self.fill(self.palette.sampling, 0.35 * strength);
        self.context.fill_rect(x - 14.0, top, 28.0, (bottom - top).max(1.0));
        self.stroke(self.palette.sampling_line, strength, 1.5);
        let y = self.y(running.log_evidence);
        self.line([x - 14.0, y], [x + 14.0, y]);
    }

    /// The estimate from K draws: a diamond with its interval, or an arrow where it lies below the picture.
    fn importance(&self, picture: &Picture<'_>) {
        let estimate = &picture.readings.importance;
        let x = self.columns.importance;
        if let Some(interval) = estimate.interval(STANDARD_ERRORS) {
            self.stroke(self.palette.sampling_line, 1.0, 2.0);
            self.line([x, self.y(interval.high)], [x, self.y(interval.low)]);
        }
        if self.scale.is_below(estimate.log_evidence) {
            self.arrow(x, 1.0);
            return;
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
    }

    /// Arrows at the bottom for the rungs whose mean lies below the picture.
    fn rungs_beyond(&self, estimates: &Estimates, strength: f64) {
        for rung in estimates.ladder.iter().filter(|rung| self.scale.is_below(rung.mean)) {
            self.arrow(self.columns.rung((rung.k.get() as f64).log2()), strength);
        }
    }

    /// Points down at the bottom of the picture.
    fn arrow(&self, x: f64, strength: f64) {
        let y = self.height - 2.0;
        self.fill(self.palette.sampling_line, strength);
        self.trace([[x - ARROW, y - ARROW], [x + ARROW, y - ARROW], [x, y]].into_iter());
        self.context.fill();
    }

    /// The fixed line, over everything.
    fn evidence(&self, picture: &Picture<'_>) {
        let y = self.y(picture.decomposition.log_evidence);
        let width = if picture.highlight == Some(Term::Evidence) { 4.0 } else { 2.0 };
        self.stroke(self.palette.ink, 1.0, width);
        self.line([self.columns.left, y], [self.right, y]);
    }
}

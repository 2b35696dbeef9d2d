//! The thermometer's canvas: the bar with its piece between a level and the ELBO, the loupe's bars, the notches.

use web_sys::HtmlCanvasElement;

use super::columns::{Columns, WHOLE_BAR};
use super::cut::Cut;
use crate::app::canvas::{Extent, Palette, Pen, Rgb, cleared};
use elboscope::exact::Decomposition;
use elboscope::figure::NatsAxis;
use elboscope::state::{NatsScale, Term};

/// Half the height of a tear, its distance from the edge, and half its teeth's width, in CSS pixels.
const TEAR: f64 = 6.0;
const TEAR_INSET: f64 = 34.0;
const TOOTH: f64 = 6.0;
/// Distance between two lines of a hatch, in CSS pixels.
const HATCH: f64 = 9.0;
/// Where the ELBO's bar begins to fade, as a part of the height: an ELBO has no bottom.
const FADES: f64 = 0.7;
/// Strength of what is not pointed at while something else is.
const DIMMED: f64 = 0.55;

/// Everything that the canvas shows.
pub struct Picture<'a> {
    pub scale: NatsScale,
    pub decomposition: &'a Decomposition,
    pub cut: Cut,
    pub best_elbo: Option<f64>,
    pub encoder_elbo: Option<f64>,
    pub pinned_elbo: Option<f64>,
    pub highlight: Option<Term>,
}

/// Draws bar and notches; the line of log p(x) is an element of the page.
pub fn draw(
    canvas: &HtmlCanvasElement,
    extent: Extent,
    palette: &Palette,
    columns: Columns,
    picture: &Picture<'_>,
) -> Option<()> {
    let context = cleared(canvas, extent)?;
    let height = extent.size[1] - NatsAxis::bottom(palette.label_size);
    let marks =
        Marks { pen: Pen { context: &context }, palette, scale: picture.scale, height, columns };
    marks.whole(picture);
    marks.bar(picture);
    marks.notches(picture);
    Some(())
}

struct Marks<'a> {
    pen: Pen<'a>,
    palette: &'a Palette,
    scale: NatsScale,
    height: f64,
    columns: Columns,
}

impl Marks<'_> {
    fn y(&self, nats: f64) -> f64 {
        self.scale.height(nats) * self.height
    }

    /// The piece between the level of the cut and the ELBO, hatched; the ELBO below it.
    fn bar(&self, picture: &Picture<'_>) {
        let Marks { pen, palette, .. } = self;
        let [left, right] = self.columns.bar;
        let width = right - left;
        let (elbo, level) =
            (picture.decomposition.elbo(), picture.cut.level(picture.decomposition));
        let [high, low] = [level.max(elbo), level.min(elbo)];
        let (top, bottom) = (self.y(high), self.y(low));
        let strength = |term| {
            let is_faint = picture.highlight.is_some_and(|highlight| highlight != term);
            if is_faint { DIMMED } else { 1.0 }
        };
        self.fade(strength(Term::Elbo));
        pen.context.fill_rect(left, bottom, width, self.height - bottom);

        let term = picture.cut.term();
        let (color, strength) = (picture.cut.color(palette), strength(term));
        pen.fill(color, 0.14 * strength);
        pen.context.fill_rect(left, top, width, bottom - top);
        let line = if picture.highlight == Some(term) { 2.5 } else { 1.5 };
        pen.stroke(color, strength, line);
        self.hatch([left, top, right, bottom], picture.cut.slope());
        pen.context.stroke_rect(left, top, width, bottom - top);
        if self.scale.is_below(low) {
            self.tear(self.height - TEAR_INSET, color);
        }
        if self.scale.is_above(high) {
            self.tear(0.5 * NatsScale::zero() * self.height, color);
        }
    }

    /// Parallel lines in a rectangle, given by its edges; `slope` is 1 for lines that rise to the right.
    fn hatch(&self, [left, top, right, bottom]: [f64; 4], slope: f64) {
        let width = right - left;
        self.pen.context.save();
        self.pen.context.begin_path();
        self.pen.context.rect(left, top, width, bottom - top);
        self.pen.context.clip();
        let rise = slope * width;
        let mut y = top - rise.abs();
        while y < bottom + rise.abs() {
            self.pen.line([left, y + rise.max(0.0)], [right, y + rise.max(0.0) - rise]);
            y += HATCH;
        }
        self.pen.context.restore();
    }

    /// The fill of an ELBO's bar, fading out towards the bottom.
    fn fade(&self, alpha: f64) {
        let Rgb(red, green, blue) = self.palette.elbo;
        let gradient = self.pen.context.create_linear_gradient(0.0, 0.0, 0.0, self.height);
        for (place, alpha) in [(FADES, alpha), (1.0, 0.06 * alpha)] {
            // A place between 0 and 1 and a colour that can be read are accepted.
            let _ = gradient
                .add_color_stop(place as f32, &format!("rgb({red} {green} {blue} / {alpha})"));
        }
        self.pen.context.set_fill_style_canvas_gradient(&gradient);
    }

    /// The bar is longer than the picture: it is torn at this height.
    fn tear(&self, middle: f64, color: Rgb) {
        let [left, right] = self.columns.bar;
        let teeth = ((right - left) / TOOTH).round() as usize;
        let edge = |side: f64, reversed: bool| {
            (0..=teeth).map(move |tooth| {
                let tooth = if reversed { teeth - tooth } else { tooth };
                let bite = if tooth % 2 == 0 { -0.5 } else { 0.5 };
                let x = left - 1.0 + (right - left + 2.0) * tooth as f64 / teeth as f64;
                [x, middle + (side + bite) * TEAR]
            })
        };
        let context = self.pen.context;
        context.save();
        self.pen.trace(edge(-0.5, false).chain(edge(0.5, true)));
        // What is behind the canvas is seen through the tear.
        if context.set_global_composite_operation("destination-out").is_ok() {
            context.fill();
        }
        context.restore();
        self.pen.stroke(color, 1.0, 1.5);
        for side in [-0.5, 0.5] {
            self.pen.trace(edge(side, false));
            context.stroke();
        }
    }

    /// Under the loupe: the bar as it is without it, a bracket around what is enlarged, and a line that leads there.
    fn whole(&self, picture: &Picture<'_>) {
        let Marks { pen, palette, .. } = self;
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
        pen.context.fill_rect(left, middle, WHOLE_BAR, self.height - middle);
        pen.fill(palette.gap, opened);
        pen.context.fill_rect(left, top, WHOLE_BAR, middle - top);
        let [above, below] = self.scale.range().map(|nats| y(log_evidence + nats));
        pen.stroke(palette.ink, opened, 1.5);
        pen.context.stroke_rect(left - 3.0, above, WHOLE_BAR + 6.0, below - above);
        pen.dashed(3.0);
        pen.stroke(palette.ink, 0.5 * opened, 1.0);
        pen.line([right + 3.0, below], [self.columns.bar[0], self.height]);
        pen.dashed(0.0);
    }

    /// Notches right of the bar: the best q's ELBO, solid, the encoder's, dashed, and that of a pinned q, dotted.
    fn notches(&self, picture: &Picture<'_>) {
        let right = self.columns.bar[1];
        let best = (picture.best_elbo, 0.0, self.palette.q);
        let encoder = (picture.encoder_elbo, 5.0, self.palette.encoder);
        let pinned = (picture.pinned_elbo, 2.0, self.palette.prior);
        for (elbo, dash, color) in [best, encoder, pinned] {
            // What lies below the picture is not drawn at its edge.
            let Some(elbo) = elbo.filter(|elbo| !self.scale.is_below(*elbo)) else { continue };
            self.pen.dashed(dash);
            self.pen.stroke(color, 1.0, 2.5);
            self.pen.line([right - 4.0, self.y(elbo)], [right + 12.0, self.y(elbo)]);
        }
        self.pen.dashed(0.0);
    }
}

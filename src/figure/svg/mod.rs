//! A picture's axes and marks as SVG elements; classes say what each is, the style sheet how it looks.

use std::fmt::Write;

use base64::prelude::{BASE64_STANDARD, Engine};

use super::labels::Labels;
use super::ruler::{Marking, NUMBER_GAP, Ruler};
use super::{Axis, Direction, Figure, Mark, Scale, Shape, text_width};
use crate::state::Language;

/// Where a picture is on its sheet, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Width and height of the whole sheet.
    pub size: [f64; 2],
    /// Height of a line of labels.
    pub line: f64,
}

impl Frame {
    /// Left, top, right and bottom edge of the part inside the axes; an axis without numbers and words
    /// needs no room.
    pub fn inside(&self, figure: &Figure) -> [f64; 4] {
        let [width, height] = self.size;
        let is_bare = |axis: &Axis| axis.scale == Scale::Places && axis.label.is_empty();
        let bottom = height - self.line * if is_bare(&figure.x) { 0.9 } else { 2.9 };
        let (top, right) = (0.6 * self.line, width - 0.9 * self.line);
        let left = if is_bare(&figure.y) {
            0.9
        } else {
            // Numbers of usual length leave the axis where it is.
            let height = (bottom - top) / self.line;
            let numbers = figure.y.numbers(Direction::Up, height, Language::En);
            let widths = numbers.iter().map(|(_, text)| text_width(text));
            widths.fold(USUAL_NUMBER, f64::max) + NUMBER_GAP + LEFT_EDGE
        };
        with_equal_units(figure, [left * self.line, top, right, bottom])
    }

    /// Where a point of the picture is on the sheet.
    pub fn screen_from_data(&self, figure: &Figure, [x, y]: [f64; 2]) -> [f64; 2] {
        let [left, top, right, bottom] = self.inside(figure);
        let (x, y) = (figure.x.share(x), figure.y.share(y));
        [left + x * (right - left), bottom - y * (bottom - top)]
    }

    /// The point of the picture at a place on the sheet.
    pub fn data_from_screen(&self, figure: &Figure, [x, y]: [f64; 2]) -> [f64; 2] {
        let [left, top, right, bottom] = self.inside(figure);
        let shares = [(x - left) / (right - left), (bottom - y) / (bottom - top)];
        [figure.x.value(shares[0]), figure.y.value(shares[1])]
    }
}

/// The width that is kept for numbers at the left, and left of them, in font sizes.
const USUAL_NUMBER: f64 = 3.5;
const LEFT_EDGE: f64 = 0.2;

/// The part of a rectangle, in its middle, on which a unit of both axes of a plane is equally long.
fn with_equal_units(figure: &Figure, [left, top, right, bottom]: [f64; 4]) -> [f64; 4] {
    if figure.x.scale != Scale::Plane || figure.y.scale != Scale::Plane {
        return [left, top, right, bottom];
    }
    let length = |axis: &Axis| axis.range[1] - axis.range[0];
    let unit = ((right - left) / length(&figure.x)).min((bottom - top) / length(&figure.y));
    let spare = (right - left - unit * length(&figure.x)).max(0.0);
    [left + 0.5 * spare, bottom - unit * length(&figure.y), right - 0.5 * spare, bottom]
}

/// How far beyond the inside a mark is drawn, so that a line or a sign at zero is whole, in CSS pixels.
const BLEED: f64 = 3.0;

/// Everything inside the `<svg>` element: grid, axes, marks clipped to the inside, from back to front.
pub fn svg(figure: &Figure, frame: &Frame, language: Language) -> String {
    let mut out = String::with_capacity(8192);
    let pen = Pen { figure, frame, language };
    let [left, top, right, bottom] = frame.inside(figure);
    let (width, height) = (right - left, bottom - top);
    if width < 1.0 || height < 1.0 {
        return out;
    }
    pen.axes(&mut out);
    let clip = format!("inside-{}", figure.name);
    let (x, y) = (left - BLEED, top - BLEED);
    let (wide, high) = (width + 2.0 * BLEED, height + 2.0 * BLEED);
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "<clipPath id=\"{clip}\"><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" \
         height=\"{high:.1}\"/></clipPath><g clip-path=\"url(#{clip})\">"
    );
    for mark in &figure.marks {
        pen.mark(mark, &mut out);
    }
    out.push_str("</g>");
    out
}

/// Height of a capital with its accent, in lines.
const CAPITAL: f64 = 0.95;

struct Pen<'a> {
    figure: &'a Figure,
    frame: &'a Frame,
    language: Language,
}

impl Pen<'_> {
    /// A point on the sheet, kept within what every renderer can draw; `None` if it is not finite.
    fn place(&self, x: f64, y: f64) -> Option<[f64; 2]> {
        const FAR: f64 = 1e5;
        let [x, y] = self.frame.screen_from_data(self.figure, [x, y]);
        let is_known = !x.is_nan() && !y.is_nan();
        is_known.then(|| [x.clamp(-FAR, FAR), y.clamp(-FAR, FAR)])
    }

    fn axes(&self, out: &mut String) {
        let [left, top, right, bottom] = self.frame.inside(self.figure);
        let ([width, height], line) = (self.frame.size, self.frame.line);
        let labels = Labels { across: [0.0, width], down: [0.0, height], line };
        let (x, y) = (&self.figure.x, &self.figure.y);
        // Inside a plane a map may cover the name.
        let is_plane = y.scale == Scale::Plane;
        let label_y = (top + 0.5 * line).max(line);
        // Names that are too long for their side of the sheet begin further left, or end further right.
        let [x_width, y_width] = [x, y].map(|axis| text_width(&axis.label) * line);
        let x_end = right.max(x_width).min(width);
        let (label_x, anchor) = if is_plane {
            (left - NUMBER_GAP * line, "end")
        } else {
            ((left + 0.4 * line).min(width - y_width).max(0.0), "start")
        };
        out.push_str("<g class=\"axes\">");
        let ruler = Ruler { inside: [left, top, right, bottom], labels };
        if is_plane {
            // The name of a plane's axis stands where the topmost number would be.
            ruler.up(y, Marking::Ticks, label_y + 0.5 * line, self.language, out);
        } else {
            ruler.up(y, Marking::Grid, f64::NEG_INFINITY, self.language, out);
        }
        ruler.across(x, self.language, out);
        ruler.frame(is_plane, out);
        let _ = write!(
            out,
            "<text class=\"label\" x=\"{x_end:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
             <text class=\"label\" x=\"{label_x:.1}\" y=\"{label_y:.1}\" text-anchor=\"{anchor}\">{}</text></g>",
            bottom + 2.5 * line,
            escaped(&x.label),
            escaped(&y.label)
        );
    }

    fn mark(&self, mark: &Mark, out: &mut String) {
        let role = mark.role.name();
        match &mark.shape {
            Shape::Line(points) => self.path("line", role, points, "", out),
            Shape::Area { points, base } => {
                let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
                let around = [[first[0], *base]]
                    .iter()
                    .chain(points)
                    .chain(&[[last[0], *base]])
                    .copied()
                    .collect::<Vec<_>>();
                self.path("area", role, &around, "Z", out);
            }
            Shape::Band(points) => {
                let there = points.iter().map(|&[x, low, _]| [x, low]);
                let back = points.iter().rev().map(|&[x, _, high]| [x, high]);
                self.path("band", role, &there.chain(back).collect::<Vec<_>>(), "Z", out);
            }
            Shape::Dots(dots) => {
                let _ = write!(out, "<g class=\"dots {role}\">");
                for &[x, y, radius] in dots {
                    let Some([x, y]) = self.place(x, y) else { continue };
                    let _ = write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>");
                }
                out.push_str("</g>");
            }
            Shape::Intervals(intervals) => {
                let _ = write!(out, "<g class=\"intervals {role}\">");
                for &[x, low, middle, high] in intervals {
                    let (Some([_, low]), Some([_, high])) =
                        (self.place(x, low), self.place(x, high))
                    else {
                        continue;
                    };
                    let Some([x, y]) = self.place(x, middle) else { continue };
                    let _ = write!(
                        out,
                        "<path d=\"M{x:.1} {low:.1}V{high:.1}\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"
                    );
                }
                out.push_str("</g>");
            }
            Shape::Bars(bars) => {
                let _ = write!(out, "<g class=\"bars {role}\">");
                for &[left, right, bottom, top] in bars {
                    let (Some([x0, y1]), Some([x1, y0])) =
                        (self.place(left, bottom), self.place(right, top))
                    else {
                        continue;
                    };
                    let (width, height) = ((x1 - x0).abs(), (y1 - y0).abs());
                    let _ = write!(
                        out,
                        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>",
                        x0.min(x1),
                        y0.min(y1)
                    );
                }
                out.push_str("</g>");
            }
            Shape::Cells(cells) => self.cells(cells, role, out),
            Shape::Level(value) => {
                let [left, _, right, _] = self.frame.inside(self.figure);
                let Some([_, y]) = self.place(self.figure.x.range[0], *value) else { return };
                let _ =
                    write!(out, "<path class=\"line {role}\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>");
            }
            Shape::Plumb(value) => {
                let [_, top, _, bottom] = self.frame.inside(self.figure);
                let Some([x, _]) = self.place(*value, self.figure.y.range[0]) else { return };
                let _ =
                    write!(out, "<path class=\"line {role}\" d=\"M{x:.1} {top:.1}V{bottom:.1}\"/>");
            }
            Shape::Label(at, text) => self.note(*at, text, role, out),
            Shape::Signs(places, sign) => {
                let sign = escaped(sign);
                let _ = write!(out, "<g class=\"signs {role}\">");
                for &[x, y] in places {
                    let Some([x, y]) = self.place(x, y) else { continue };
                    let y = y + 0.3 * self.frame.line;
                    let _ = write!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\">{sign}</text>");
                }
                out.push_str("</g>");
            }
            Shape::Raster { png, place } => self.raster(png, *place, out),
        }
    }

    /// A path element, unless there is nothing to draw: an empty path is an error.
    fn path(&self, kind: &str, role: &str, points: &[[f64; 2]], end: &str, out: &mut String) {
        let path = self.line(points);
        if !path.is_empty() {
            let _ = write!(out, "<path class=\"{kind} {role}\" d=\"{path}{end}\"/>");
        }
    }

    /// A word beside a place, moved to the other side or down where the picture ends.
    fn note(&self, [x, y]: [f64; 2], text: &str, role: &str, out: &mut String) {
        const GAP: [f64; 2] = [6.0, 5.0];
        let Some([x, y]) = self.place(x, y) else { return };
        let [left, top, right, bottom] = self.frame.inside(self.figure);
        let [width, height] = [text_width(text), CAPITAL].map(|size| size * self.frame.line);
        let fits_right = x + GAP[0] + width <= right;
        let (x, anchor) = if fits_right {
            (x.max(left) + GAP[0], "start")
        } else if x - GAP[0] - width >= left {
            (x.min(right) - GAP[0], "end")
        } else {
            // Too long for either side.
            ((right - width).max(left), "start")
        };
        let y = (y - GAP[1]).min(bottom - GAP[1]).max(top + height);
        let _ = write!(
            out,
            "<text class=\"note {role}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
            escaped(text)
        );
    }

    /// Pixels in the largest square-pixelled rectangle that fits their place.
    fn raster(&self, png: &[u8], [left, right, bottom, top]: [f64; 4], out: &mut String) {
        let (Some([x0, y1]), Some([x1, y0])) = (self.place(left, bottom), self.place(right, top))
        else {
            return;
        };
        let _ = write!(
            out,
            "<image class=\"raster\" x=\"{x0:.1}\" y=\"{y0:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
             href=\"data:image/png;base64,{}\"/>",
            (x1 - x0).abs(),
            (y1 - y0).abs(),
            BASE64_STANDARD.encode(png)
        );
    }

    /// One path for all cells of about the same opacity: a page with thousands of elements is slow.
    fn cells(&self, cells: &[[f64; 5]], role: &str, out: &mut String) {
        const LEVELS: usize = 25;
        let mut paths = vec![String::new(); LEVELS + 1];
        for &[left, right, bottom, top, opacity] in cells {
            let (Some([x0, y1]), Some([x1, y0])) =
                (self.place(left, bottom), self.place(right, top))
            else {
                continue;
            };
            // NaN becomes 0, which is not drawn.
            let level = (opacity.clamp(0.0, 1.0) * LEVELS as f64).round() as usize;
            let (width, height) = (x1 - x0, y1 - y0);
            let _ = write!(paths[level], "M{x0:.1} {y0:.1}h{width:.1}v{height:.1}h{:.1}z", -width);
        }
        let _ = write!(out, "<g class=\"cells {role}\">");
        for (level, path) in paths.iter().enumerate().skip(1).filter(|(_, path)| !path.is_empty()) {
            let opacity = level as f64 / LEVELS as f64;
            let _ = write!(out, "<path fill-opacity=\"{opacity:.2}\" d=\"{path}\"/>");
        }
        out.push_str("</g>");
    }

    /// The path through points; one that is not finite breaks it.
    fn line(&self, points: &[[f64; 2]]) -> String {
        let mut path = String::with_capacity(12 * points.len());
        let mut is_down = false;
        for &[x, y] in points {
            let Some([x, y]) = self.place(x, y) else {
                is_down = false;
                continue;
            };
            let _ = write!(path, "{}{x:.1} {y:.1}", if is_down { 'L' } else { 'M' });
            is_down = true;
        }
        path
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;

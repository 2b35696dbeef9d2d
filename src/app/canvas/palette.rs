//! The colours of the present theme, as the canvas needs them.

use plotters::style::RGBColor;

use crate::app::dom;

/// Tokens of the style sheet that are drawn on canvases.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    pub paper: RGBColor,
    pub ink: RGBColor,
    pub soft: RGBColor,
    pub line: RGBColor,
    pub shade: RGBColor,
    pub elbo: RGBColor,
    pub gap: RGBColor,
    pub sampling: RGBColor,
    pub sampling_line: RGBColor,
    /// Font size of axis labels, in CSS pixels.
    pub label_size: f64,
    /// The style sheet's sans.
    pub font: String,
}

impl Palette {
    /// Reads the tokens that are in force now.
    pub fn read() -> Self {
        Self {
            paper: color("--plot"),
            ink: color("--ink"),
            soft: color("--soft"),
            line: color("--line"),
            shade: color("--shade"),
            elbo: color("--elbo"),
            gap: color("--gap"),
            sampling: color("--sampling"),
            sampling_line: color("--sampling-line"),
            label_size: dom::token("--plot-label").trim_end_matches("px").parse().unwrap_or(14.0),
            font: dom::token("--sans"),
        }
    }
}

/// A token of the form #rrggbb; anything else is black, which a look at the page would show.
pub fn color(token: &str) -> RGBColor {
    let text = dom::token(token);
    let part = |from: usize| {
        text.get(from..from + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0)
    };
    RGBColor(part(1), part(3), part(5))
}

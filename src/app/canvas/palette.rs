//! The colours of the present theme for drawing on canvases.

use crate::app::platform::dom;

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// A colour on the way to another, `share` of it.
    pub fn toward(self, other: Self, share: f64) -> Self {
        let mix =
            |a: u8, b: u8| (f64::from(a) + share * (f64::from(b) - f64::from(a))).round() as u8;
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// As the style sheet writes it.
    pub fn css(self) -> String {
        let Self(red, green, blue) = self;
        format!("rgb({red} {green} {blue})")
    }
}

/// Design tokens of the style sheet that canvases use.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    pub paper: Rgb,
    pub ink: Rgb,
    pub shade: Rgb,
    pub q: Rgb,
    pub encoder: Rgb,
    pub prior: Rgb,
    pub elbo: Rgb,
    pub gap: Rgb,
    pub sampling: Rgb,
    pub sampling_line: Rgb,
    /// Font size of axis labels, in CSS pixels.
    pub label_size: f64,
}

impl Palette {
    /// Reads the present values of the tokens.
    pub fn read() -> Self {
        Self {
            paper: color("--plot"),
            ink: color("--ink"),
            shade: color("--shade"),
            q: color("--q"),
            encoder: color("--encoder"),
            prior: color("--prior"),
            elbo: color("--elbo"),
            gap: color("--gap"),
            sampling: color("--sampling"),
            sampling_line: color("--sampling-line"),
            label_size: dom::pixels("--plot-label").unwrap_or(14.0),
        }
    }
}

/// A token of the form #rrggbb; black for any other, which would be noticed on the page.
pub fn color(token: &str) -> Rgb {
    let text = dom::token(token);
    let part = |from: usize| {
        text.get(from..from + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0)
    };
    Rgb(part(1), part(3), part(5))
}

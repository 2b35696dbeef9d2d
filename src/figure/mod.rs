//! Pictures as data: axes, marks and handles in the units of what is shown, and their drawing as SVG.
//!
//! A picture says what a mark *means* ([`Role`]); its colour, dash and hatch are the style sheet's.

mod axis;
mod callouts;
mod contours;
mod labels;
mod ladder_axis;
mod nats_axis;
mod plane_axes;
mod ruler;
mod stack;
mod svg;
mod text_width;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::state::keys::HandleKey;
use crate::state::{Language, say};

pub use axis::{Axis, Direction, Scale, ScalePolicy};
pub use callouts::{Callout, Ring, callouts};
pub use contours::{Segment, contour};
pub use ladder_axis::LadderAxis;
pub use nats_axis::NatsAxis;
pub use plane_axes::plane_axes;
pub use stack::stacked;
pub use svg::{Frame, svg};
pub use text_width::text_width;

/// A name in the page: written in the program, or read from a message.
pub type Name = Cow<'static, str>;

/// One picture with its axes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Its name in the page and in the names of exported files.
    pub name: Name,
    /// A short description, shown above the figure.
    pub caption: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The marks, from back to front.
    pub marks: Vec<Mark>,
    /// The handles.
    pub handles: Vec<Handle>,
    /// A description for screen readers.
    pub summary: String,
}

impl Figure {
    /// The description for screen readers, with what fixes its axes.
    pub fn description(&self, language: Language) -> String {
        let [x, y] = [&self.x, &self.y].map(|axis| axis.policy.say(language));
        let axes = say!(language, "Horizontal axis: {x}; vertical axis: {y}.", x, y);
        format!("{} {axes}", self.summary)
    }
}

/// A shape with its meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Its meaning.
    pub role: Role,
    /// Its entry in the legend, if it has one.
    pub name: Option<String>,
    /// Its geometry.
    pub shape: Shape,
}

impl Mark {
    /// A mark without an entry in the legend.
    pub fn new(role: Role, shape: Shape) -> Self {
        Self { role, name: None, shape }
    }

    /// A mark with an entry in the legend.
    pub fn named(role: Role, name: impl Into<String>, shape: Shape) -> Self {
        Self { role, name: Some(name.into()), shape }
    }
}

/// The meaning of a mark; each has a colour and a second, colour-independent sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// The exact value: black, solid.
    Evidence,
    /// q(z): blue.
    Q,
    /// The ELBO: green.
    Elbo,
    /// The KL gap: vermilion, hatched.
    Gap,
    /// Samples: orange.
    Sampling,
    /// The prior: grey, dotted.
    Prior,
    /// The posterior: dark blue-grey, filled.
    Posterior,
    /// An upper bound: purple, dashed.
    Upper,
    /// A second estimator beside the first: sky blue, dash-dotted.
    Other,
    /// A third one: brown, long dashes.
    Third,
    /// A guide without a meaning of its own.
    Guide,
    /// One class of images of ten; its second sign is the digit itself.
    Class(u8),
}

/// The names of the classes in the style sheets.
const CLASSES: [&str; 10] = [
    "class-0", "class-1", "class-2", "class-3", "class-4", "class-5", "class-6", "class-7",
    "class-8", "class-9",
];

impl Role {
    /// The name in the style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Q => "q",
            Self::Elbo => "elbo",
            Self::Gap => "gap",
            Self::Sampling => "sampling",
            Self::Prior => "prior",
            Self::Posterior => "posterior",
            Self::Upper => "upper",
            Self::Other => "other",
            Self::Third => "third",
            Self::Guide => "guide",
            Self::Class(class) => CLASSES[usize::from(class) % CLASSES.len()],
        }
    }
}

/// A geometry in data units. Points that are not finite are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// A line through points; a point that is not finite interrupts it.
    Line(Vec<[f64; 2]>),
    /// The area between a curve and a level.
    Area {
        /// The curve, from left to right.
        points: Vec<[f64; 2]>,
        /// The level.
        base: f64,
    },
    /// The band between two curves: x, low, high.
    Band(Vec<[f64; 3]>),
    /// Dots: x, y and the radius in pixels.
    Dots(Vec<[f64; 3]>),
    /// Estimates with their intervals: x, low, middle, high.
    Intervals(Vec<[f64; 4]>),
    /// Rectangles: left, right, bottom, top.
    Bars(Vec<[f64; 4]>),
    /// Cells of a map: left, right, bottom, top, and opacity in [0, 1].
    Cells(Vec<[f64; 5]>),
    /// A horizontal line across the picture.
    Level(f64),
    /// A vertical line across the picture.
    Plumb(f64),
    /// A word at a place, to its right.
    Label([f64; 2], String),
    /// The same short word centred at every point.
    Signs(Vec<[f64; 2]>, String),
    /// Pixels, as a PNG file.
    Raster {
        /// The file.
        png: Vec<u8>,
        /// The rectangle into which it is stretched: left, right, bottom, top.
        place: [f64; 4],
    },
}

/// A point in a figure that the user can drag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handle {
    /// Its name in the page.
    pub name: Name,
    /// Its accessible name.
    pub label: String,
    /// Its value in words.
    pub value_text: String,
    /// Its position in data units.
    pub at: [f64; 2],
    /// Its role, which decides its colour.
    pub role: Role,
    /// How the horizontal coordinate sets a parameter, if it does.
    pub horizontal: Option<Grip>,
    /// How the vertical coordinate sets a parameter, if it does.
    pub vertical: Option<Grip>,
}

impl Handle {
    /// The grip that a key uses: that of its axis, or the only one.
    pub fn grip_for(&self, key: HandleKey) -> Option<Grip> {
        match key {
            HandleKey::Move { axis: 1, .. } => self.vertical.or(self.horizontal),
            HandleKey::Move { .. } | HandleKey::Extreme { .. } => self.horizontal.or(self.vertical),
            HandleKey::Remove => None,
        }
    }

    /// The coordinate that represents the handle: the first of those that it moves.
    pub fn coordinate(&self) -> f64 {
        self.at[usize::from(self.horizontal.is_none())]
    }
}

/// The relation between a coordinate of a handle and a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grip {
    /// The parameter's index among the lab's.
    pub parameter: usize,
    /// The argument of `law` at coordinate zero.
    pub offset: f64,
    /// The change of that argument per unit of the coordinate; its sign is that of the parameter's change.
    pub slope: f64,
    /// The function from the argument to the parameter's value.
    pub law: Law,
}

/// A non-decreasing function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Law {
    /// The argument itself.
    Linear,
    /// The square, 0 for a negative argument: a variance from a standard deviation.
    Square,
}

impl Grip {
    /// A handle whose coordinate is the value itself.
    pub const fn direct(parameter: usize) -> Self {
        Self { parameter, offset: 0.0, slope: 1.0, law: Law::Linear }
    }

    /// A handle to the right of a point, which sets its distance from that point.
    pub const fn distance(parameter: usize, from: f64) -> Self {
        Self { parameter, offset: -from, slope: 1.0, law: Law::Linear }
    }

    /// A handle one standard deviation to the right (`side` = 1) or left (−1) of a mean, which sets the
    /// variance.
    pub const fn variance(parameter: usize, mean: f64, side: f64) -> Self {
        Self { parameter, offset: -side * mean, slope: side, law: Law::Square }
    }

    /// The parameter's value when the handle is at this coordinate.
    pub fn value(&self, coordinate: f64) -> f64 {
        let argument = self.offset + self.slope * coordinate;
        match self.law {
            Law::Linear => argument,
            Law::Square => argument.max(0.0).powi(2),
        }
    }

    /// Where the handle is when the parameter has this value.
    pub fn coordinate(&self, value: f64) -> f64 {
        let argument = match self.law {
            Law::Linear => value,
            Law::Square => value.max(0.0).sqrt(),
        };
        (argument - self.offset) / self.slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_one_deviation_away_sets_the_variance_on_either_side() {
        for (side, at) in [(1.0, 2.0), (-1.0, -1.0)] {
            let grip = Grip::variance(3, 0.5, side);
            assert_eq!(grip.value(at), 2.25);
            assert_eq!(grip.value(0.5 - 0.1 * side), 0.0);
        }
        assert_eq!(Grip::direct(3).value(-1.5), -1.5);
        assert_eq!(Grip::distance(3, 0.5).value(2.0), 1.5);
    }

    #[test]
    fn a_handle_is_found_where_its_value_puts_it() {
        let grips = [
            Grip::direct(0),
            Grip::distance(0, 0.5),
            Grip::variance(0, 0.5, 1.0),
            Grip::variance(0, 0.5, -1.0),
        ];
        for grip in grips {
            for value in [0.25, 1.0, 2.25] {
                assert_eq!(grip.value(grip.coordinate(value)), value, "{grip:?}");
            }
        }
    }

    #[test]
    fn a_key_moves_along_its_axis_or_the_only_one() {
        let [right, up] =
            [0, 1].map(|axis| HandleKey::Move { axis, pace: crate::state::Pace::Normal, sign: 1 });
        let handle = |horizontal: Option<usize>, vertical: Option<usize>| Handle {
            name: "m".into(),
            label: String::new(),
            value_text: String::new(),
            at: [1.0, 2.0],
            role: Role::Q,
            horizontal: horizontal.map(Grip::direct),
            vertical: vertical.map(Grip::direct),
        };
        let moved = |handle: &Handle, key| handle.grip_for(key).map(|grip| grip.parameter);
        let plane = handle(Some(3), Some(4));
        assert_eq!((moved(&plane, right), moved(&plane, up)), (Some(3), Some(4)));
        assert_eq!((moved(&plane, HandleKey::Remove), plane.coordinate()), (None, 1.0));
        let line = handle(None, Some(4));
        assert_eq!((moved(&line, right), moved(&line, up)), (Some(4), Some(4)));
        assert_eq!(
            (moved(&line, HandleKey::Extreme { is_high: true }), line.coordinate()),
            (Some(4), 2.0)
        );
    }
}

//! The axes of a scene: what the figures of a lab are drawn on from one preset, link or step of a lesson to the next.
//!
//! Lengths can only be compared on one scale, so a scale belongs to the scene and not to what it shows at the moment.
//! Where all of it goes elsewhere, as estimates do when log p(x) becomes another, the axis follows with the same length of
//! a unit.

use super::Sheet;
use crate::figure::{Axis, Figure, Mark, Name, Role, Scale, ScalePolicy, Shape};
use crate::state::{Language, number, say};

/// How far a figure's own axis may reach beyond the scene's, as a part of it, before that is said.
const TOLERANCE: f64 = 0.02;
/// A linear axis of which less than this part lies on the scene's has gone elsewhere: it keeps the length of a unit there.
const LEAST_OVERLAP: f64 = 0.3;
/// A figure whose own axis is a smaller part of the scene's could be seen better.
const LEAST_PART: f64 = 0.2;

/// The axes that the figures keep, and the areas that they began with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    held: Vec<Held>,
}

#[derive(Clone, Debug, PartialEq)]
struct Held {
    figure: Name,
    axes: [Axis; 2],
    areas: Vec<Vec<[f64; 2]>>,
}

impl Held {
    fn of(figure: &Figure) -> Self {
        let areas = figure.marks.iter().filter_map(|mark| match &mark.shape {
            Shape::Area { points, .. } if mark.role == Role::Posterior => Some(points.clone()),
            _ => None,
        });
        Self {
            figure: figure.name.clone(),
            axes: [figure.x.clone(), figure.y.clone()],
            areas: areas.collect(),
        }
    }
}

impl Scene {
    /// The scene that begins with a whole sheet.
    pub fn beginning_with(sheet: &Sheet) -> Self {
        Self { held: sheet.figures.iter().map(Held::of).collect() }
    }

    /// Whether it has begun.
    pub fn has_begun(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes the axes of one figure anew.
    pub fn fit(&mut self, figure: &Figure) {
        if let Some(held) = self.held.iter_mut().find(|held| held.figure == figure.name) {
            *held = Held::of(figure);
        }
    }

    /// Puts the scene's axes in the place of those that a sheet would have by itself; axes that are constants stay.
    ///
    /// What lies beyond them is said in the figure, with an arrow and the value; of an area that has changed the first
    /// outline stays. Returns for each figure whether it would be seen better on axes of its own.
    pub fn hold(&self, sheet: &mut Sheet, language: Language) -> Vec<bool> {
        let hold = |figure: &mut Figure| {
            let Some(held) = self.held.iter().find(|held| held.figure == figure.name) else {
                return false;
            };
            let now = Held::of(figure);
            let [x, y] = &held.axes;
            let across = settle(&mut figure.x, x);
            let up = settle(&mut figure.y, y);
            for (end, value) in up.beyond.into_iter().enumerate() {
                if let Some(value) = value {
                    figure.marks.push(arrow(figure, end, value, language));
                }
            }
            if now.areas != held.areas {
                let outline =
                    |points: &Vec<[f64; 2]>| Mark::new(Role::Guide, Shape::Line(points.clone()));
                figure.marks.splice(0..0, held.areas.iter().map(outline));
            }
            across.could_fit || up.could_fit
        };
        sheet.figures.iter_mut().map(hold).collect()
    }
}

/// What became of an axis that took a scene's range.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Settled {
    /// The lower and the upper end of its own range, if they lie beyond the scene's.
    beyond: [Option<f64>; 2],
    /// Whether its own range is another one by so much that it would show more.
    could_fit: bool,
}

/// Gives an axis the range of the scene's, or that of the same length around its own middle, if it has gone elsewhere.
fn settle(axis: &mut Axis, held: &Axis) -> Settled {
    let is_free = matches!(axis.policy, ScalePolicy::OfSetting | ScalePolicy::OfValues);
    // Another unit or another kind of scale is another picture.
    if !is_free || axis.label != held.label || axis.scale != held.scale {
        return Settled::default();
    }
    let own = axis.range;
    axis.range = held.range;
    axis.policy = ScalePolicy::OfScene;
    if has_left(own, held) {
        let half = 0.5 * (held.range[1] - held.range[0]);
        let middle = 0.5 * (own[0] + own[1]);
        axis.range = [middle - half, middle + half];
    }
    let [low, high] = own.map(|end| axis.share(end));
    let is_beyond = [low < -TOLERANCE, high > 1.0 + TOLERANCE];
    Settled {
        beyond: [0, 1].map(|end| is_beyond[end].then_some(own[end])),
        could_fit: is_beyond.contains(&true) || high - low < LEAST_PART,
    }
}

/// Whether hardly anything of a range lies on the scene's. Only a linear axis that does not begin at zero can follow: its
/// unit has the same length everywhere, and nothing on it is measured from its end.
fn has_left([low, high]: [f64; 2], held: &Axis) -> bool {
    let shared = high.min(held.range[1]) - low.max(held.range[0]);
    let length = (high - low).min(held.range[1] - held.range[0]);
    held.scale == Scale::Linear && held.range[0] != 0.0 && shared < LEAST_OVERLAP * length
}

/// An arrow at the lower (0) or the upper (1) edge of a figure with the value to which its marks would reach.
fn arrow(figure: &Figure, end: usize, value: f64, language: Language) -> Mark {
    let at = [figure.x.value(0.4), figure.y.value([0.04, 0.92][end])];
    let value = number::small(value, language);
    let text = match end {
        0 => say!(language, "↓ down to {value}", value),
        _ => say!(language, "↑ up to {value}", value),
    };
    Mark::new(Role::Guide, Shape::Label(at, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(range: [f64; 2], top: f64) -> Figure {
        let points = vec![[0.0, 0.0], [1.0, top], [2.0, 0.0]];
        Figure {
            name: "hill".into(),
            caption: String::new(),
            x: Axis::linear("z", [0.0, 2.0]).fixed(),
            y: Axis::linear("density", range).of_setting(),
            marks: vec![Mark::new(Role::Posterior, Shape::Area { points, base: 0.0 })],
            handles: Vec::new(),
            summary: String::new(),
        }
    }

    fn sheet(range: [f64; 2], top: f64) -> Sheet {
        Sheet { figures: vec![figure(range, top)], ..Sheet::default() }
    }

    #[test]
    fn a_smaller_hill_is_drawn_smaller() {
        let scene = Scene::beginning_with(&sheet([0.0, 0.3], 0.28));
        let mut later = sheet([0.0, 0.08], 0.07);
        let could_fit = scene.hold(&mut later, Language::En);
        let hill = &later.figures[0];
        assert_eq!((hill.y.range, hill.y.policy), ([0.0, 0.3], ScalePolicy::OfScene));
        assert_eq!(could_fit, [false], "a quarter of the height is seen well");
        // The first outline stays behind it.
        let outline = vec![[0.0, 0.0], [1.0, 0.28], [2.0, 0.0]];
        assert_eq!(hill.marks[0], Mark::new(Role::Guide, Shape::Line(outline)));
        assert_eq!(hill.marks.len(), 2);
    }

    #[test]
    fn what_is_too_large_is_said_with_its_value() {
        let scene = Scene::beginning_with(&sheet([0.0, 0.3], 0.28));
        let mut later = sheet([0.0, 0.9], 0.84);
        assert_eq!(scene.hold(&mut later, Language::En), [true]);
        let hill = &later.figures[0];
        assert_eq!(hill.y.range, [0.0, 0.3]);
        let Shape::Label([x, y], text) = &hill.marks.last().unwrap().shape else {
            panic!("no arrow: {:?}", hill.marks)
        };
        assert!(*x > 0.0 && *x < 2.0 && *y > 0.25 && *y < 0.3, "at {x}, {y}");
        assert_eq!(text, "↑ up to 0.9");
    }

    #[test]
    fn what_is_far_too_small_could_be_fitted_and_is_when_asked() {
        let mut scene = Scene::beginning_with(&sheet([0.0, 0.3], 0.28));
        let tiny = sheet([0.0, 0.03], 0.028);
        assert_eq!(scene.hold(&mut tiny.clone(), Language::En), [true]);
        scene.fit(&tiny.figures[0]);
        let mut again = tiny.clone();
        assert_eq!(scene.hold(&mut again, Language::En), [false]);
        assert_eq!(again.figures[0].y.range, [0.0, 0.03]);
        assert_eq!(again.figures[0].marks, tiny.figures[0].marks, "nothing is left of before");
    }

    #[test]
    fn where_everything_has_gone_elsewhere_a_unit_keeps_its_length() {
        let scene = Scene::beginning_with(&sheet([-2.2, -1.6], -1.8));
        let mut later = sheet([-6.6, -3.0], -3.3);
        assert_eq!(scene.hold(&mut later, Language::En), [true]);
        let [low, high] = later.figures[0].y.range;
        assert!((low + 5.1).abs() < 1e-12 && (high + 4.5).abs() < 1e-12, "{low} … {high}");
        // What overlaps stays where it is.
        let mut near = sheet([-2.0, -1.4], -1.8);
        scene.hold(&mut near, Language::En);
        assert_eq!(near.figures[0].y.range, [-2.2, -1.6]);
    }

    #[test]
    fn constants_and_other_units_are_left_alone() {
        let scene = Scene::beginning_with(&sheet([0.0, 0.3], 0.28));
        let mut other = sheet([0.0, 0.08], 0.07);
        other.figures[0].y.label = "density in units of 10⁻⁵".to_owned();
        scene.hold(&mut other, Language::En);
        assert_eq!(other.figures[0].y.range, [0.0, 0.08]);
        assert_eq!(other.figures[0].x.policy, ScalePolicy::Fixed);
        assert!(!Scene::default().has_begun() && scene.has_begun());
    }
}

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
/// Two peaks that are nearer, in parts of the axes, are one.
const SAME_PEAK: f64 = 0.01;
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

    /// Whether the areas have the same peaks: their points may lie elsewhere.
    fn has_the_areas_of(&self, other: &Self) -> bool {
        let [x, y] = &other.axes;
        let peak = |points: &Vec<[f64; 2]>| {
            points
                .iter()
                .copied()
                .max_by(|a, b| a[1].total_cmp(&b[1]))
                .map(|[at, height]| [x.share(at), y.share(height)])
        };
        let is_near = |a: Option<[f64; 2]>, b: Option<[f64; 2]>| match (a, b) {
            (Some(a), Some(b)) => (0..2).all(|axis| (a[axis] - b[axis]).abs() < SAME_PEAK),
            _ => a.is_none() && b.is_none(),
        };
        self.areas.len() == other.areas.len()
            && self.areas.iter().zip(&other.areas).all(|(a, b)| is_near(peak(a), peak(b)))
    }
}

/// The lowest and the highest value that the marks of a figure reach.
fn heights(figure: &Figure) -> [f64; 2] {
    let mut ends = [f64::INFINITY, f64::NEG_INFINITY];
    let mut take = |value: f64| {
        if value.is_finite() {
            ends = [ends[0].min(value), ends[1].max(value)];
        }
    };
    for mark in &figure.marks {
        match &mark.shape {
            Shape::Line(points) | Shape::Area { points, .. } => {
                points.iter().for_each(|[_, y]| take(*y));
            }
            Shape::Dots(dots) => dots.iter().for_each(|[_, y, _]| take(*y)),
            Shape::Band(points) => points.iter().for_each(|[_, low, high]| {
                take(*low);
                take(*high);
            }),
            Shape::Intervals(points) => points.iter().for_each(|[_, low, _, high]| {
                take(*low);
                take(*high);
            }),
            Shape::Bars(bars) => bars.iter().for_each(|[_, _, _, top]| take(*top)),
            Shape::Level(value) => take(*value),
            _ => {}
        }
    }
    ends
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
            let (now, reached) = (Held::of(figure), heights(figure));
            let [x, y] = &held.axes;
            let across = settle(&mut figure.x, x);
            let up = settle(&mut figure.y, y);
            let is_held = across.is_held && up.is_held && figure.y.range == y.range;
            if is_held && !now.has_the_areas_of(held) {
                let outline =
                    |points: &Vec<[f64; 2]>| Mark::new(Role::Guide, Shape::Line(points.clone()));
                figure.marks.splice(0..0, held.areas.iter().map(outline));
            }
            for (end, own) in up.beyond.into_iter().enumerate() {
                let Some(own) = own else { continue };
                // The axis leaves room around its marks, and curves may go on for ever.
                let value = if end == 0 { own.max(reached[0]) } else { own.min(reached[1]) };
                figure.marks.push(arrow(figure, end, value, language));
            }
            across.could_fit || up.could_fit
        };
        sheet.figures.iter_mut().map(hold).collect()
    }
}

/// What became of an axis that took a scene's range.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Settled {
    /// Whether it is the scene's now, or was the same constant before.
    is_held: bool,
    /// The lower and the upper end of its own range, if they lie beyond the scene's.
    beyond: [Option<f64>; 2],
    /// Whether its own range is another one by so much that it would show more.
    could_fit: bool,
}

/// Gives an axis the range of the scene's, or one of the same length near its own middle, if it has gone elsewhere.
fn settle(axis: &mut Axis, held: &Axis) -> Settled {
    let is_free = matches!(axis.policy, ScalePolicy::OfSetting | ScalePolicy::OfValues);
    // Another unit or another kind of scale is another picture.
    if !is_free || axis.label != held.label || axis.scale != held.scale {
        return Settled { is_held: axis == held, ..Settled::default() };
    }
    let own = axis.range;
    axis.range = held.range;
    axis.policy = ScalePolicy::OfScene;
    if has_left(own, held) {
        let half = 0.5 * (held.range[1] - held.range[0]);
        let [middle, wanted] = [held.range, own].map(|[low, high]| 0.5 * (low + high));
        // By whole halves of its length, so that it stays while a hand moves a little.
        let moved = middle + ((wanted - middle) / half).round() * half;
        axis.range = [moved - half, moved + half];
    }
    let [low, high] = own.map(|end| axis.share(end));
    let is_beyond = [low < -TOLERANCE, high > 1.0 + TOLERANCE];
    Settled {
        is_held: true,
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
    let value = match value.abs() {
        size if (1e-3..1e5).contains(&size) => {
            // Two digits, as an axis has.
            let decimals = (1.0 - size.log10().floor()).max(0.0) as usize;
            number::grouped(value, decimals, language)
        }
        _ => number::small(value, language),
    };
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
    fn the_same_hill_on_other_points_has_no_outline() {
        let scene = Scene::beginning_with(&sheet([0.0, 0.3], 0.28));
        let mut again = sheet([0.0, 0.3], 0.28);
        let finer = vec![[0.0, 0.0], [0.5, 0.14], [1.001, 0.2799], [2.0, 0.0]];
        again.figures[0].marks[0].shape = Shape::Area { points: finer, base: 0.0 };
        scene.hold(&mut again, Language::En);
        assert_eq!(again.figures[0].marks.len(), 1);
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
        assert_eq!(text, "↑ up to 0.84", "what the hill reaches, not the end of an axis");
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
        // The middle, −1.9, has gone ten halves of 0.3 towards −4.8.
        assert!((low + 5.2).abs() < 1e-9 && (high + 4.6).abs() < 1e-9, "{low} … {high}");
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
        assert_eq!(other.figures[0].marks.len(), 1, "an outline in another unit");
        assert!(!Scene::default().has_begun() && scene.has_begun());
    }
}

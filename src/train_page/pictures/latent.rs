//! The means of q(z|x) of the validation images, each drawn as the digit of its class.

use candle_core::{DType, Result};

use super::Moment;
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::state::{Language, Text, text};
use crate::training::pixel_tensor;

/// More signs would hide each other.
const MOST: usize = 400;
/// The range of the prior: ±2.6 contains 99 % of each dimension.
const REACH: f64 = 2.6;
/// A margin for a sign at the edge.
const MARGIN: f64 = 1.1;
/// Number of classes with a colour of their own.
const COLORS: u8 = 10;

/// The means of q(z|x) over two latent dimensions.
pub(super) struct Means {
    /// One for each image.
    places: Vec<[f64; 2]>,
    /// The dimension to the right, and the one upwards if there is one.
    axes: (usize, Option<usize>),
    /// Every figure of this plane extends this far to each side, so that all have the same scale.
    pub reach: f64,
}

/// The means over the two latent dimensions with the largest KL.
pub(super) fn means(moment: &Moment) -> Result<Means> {
    let images = moment.session.validation_images().images();
    let images = &images[..images.len().min(MOST)];
    let (means, _) = moment.model.encode(&pixel_tensor(images.iter(), DType::F32)?)?;
    let means = means.to_dtype(DType::F64)?.to_vec2::<f64>()?;
    let (first, second) = axes(moment);
    let place = |index: usize, mean: &[f64]| {
        // With one dimension the height has no meaning and only separates the signs.
        let height = second.map_or_else(|| 4.0 * (index as f64 * 0.618).fract() - 2.0, |j| mean[j]);
        [mean[first], height]
    };
    let places: Vec<[f64; 2]> =
        means.iter().enumerate().map(|(index, mean)| place(index, mean)).collect();
    let values = places.iter().flatten().map(|value| value.abs()).filter(|v| v.is_finite());
    let reach = MARGIN * values.fold(REACH, f64::max);
    Ok(Means { places, axes: (first, second), reach })
}

/// The means of q(z|x) on their plane.
pub(super) fn plane(moment: &Moment, means: &Means, language: Language) -> Figure {
    let say = |text: Text| text.say(language);
    let Means { places, axes: (first, second), reach } = means;
    let range = [-reach, *reach];
    let mut marks: Vec<Mark> = [1.0, 2.0]
        .map(|radius| {
            let turn = |step: u32| f64::from(step) * std::f64::consts::TAU / 72.0;
            let circle =
                (0..=72).map(|step| [radius * turn(step).cos(), radius * turn(step).sin()]);
            Mark::new(Role::Prior, Shape::Line(circle.collect()))
        })
        .into_iter()
        .filter(|_| second.is_some())
        .collect();
    match moment.session.validation_labels() {
        Some(labels) => marks.extend(classes(labels).map(|class| {
            let of_class = places.iter().zip(labels).filter(|&(_, &label)| label == class);
            let places = of_class.map(|(&place, _)| place).collect();
            Mark::new(Role::Class(class % COLORS), Shape::Signs(places, class.to_string()))
        })),
        None => {
            let dots = places.iter().map(|&[x, y]| [x, y, 2.5]).collect();
            marks.push(Mark::new(Role::Q, Shape::Dots(dots)));
        }
    }
    let name = |axis: usize| format!("z{}", subscript(axis + 1));
    Figure {
        name: "latent".into(),
        caption: say(text!("Means of q(z|x)")).to_owned(),
        x: Axis::plane(name(*first), range),
        y: second.map_or_else(|| Axis::places("", range), |axis| Axis::plane(name(axis), range)),
        marks,
        handles: Vec::new(),
        summary: say(text!(
            "Each validation image where the encoder puts it; images of one class gather as the \
             run goes on."
        ))
        .to_owned(),
    }
}

/// The ten digits, and all other labels.
fn classes(labels: &[u8]) -> impl Iterator<Item = u8> + use<> {
    let most = labels.iter().copied().fold(COLORS - 1, u8::max);
    let is_there: Vec<bool> =
        (0..=most).map(|class| class < COLORS || labels.contains(&class)).collect();
    (0..=most).filter(move |&class| is_there[usize::from(class)])
}

/// The two dimensions with the largest KL, in their own order; a network with one has no second.
fn axes(moment: &Moment) -> (usize, Option<usize>) {
    let latent = moment.model.latent();
    if latent == 1 {
        return (0, None);
    }
    let mut order: Vec<usize> = (0..latent).collect();
    if latent > 2
        && let Some(point) = moment.point()
    {
        order.sort_by(|&a, &b| point.validation.kl[b].total_cmp(&point.validation.kl[a]));
    }
    (order[0].min(order[1]), Some(order[0].max(order[1])))
}

/// A number as a subscript.
fn subscript(number: usize) -> String {
    let digit = |c: char| c.to_digit(10).and_then(|d| char::from_u32(0x2080 + d)).unwrap_or(c);
    number.to_string().chars().map(digit).collect()
}

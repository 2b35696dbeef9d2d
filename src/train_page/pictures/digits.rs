//! Images from the decoder: over the latent plane, from the prior, and reconstructions.

use candle_core::{DType, Result, Tensor};
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_pcg::Pcg64Mcg;

use super::super::raster::mosaic;
use super::Moment;
use crate::data::PIXELS;
use crate::figure::{Axis, Figure, Mark, Role, Shape};
use crate::model::mean_image;
use crate::state::{Language, Text, text};
use crate::training::pixel_tensor;

/// Digits along each side of the latent plane.
const GRID: usize = 12;
/// Half the side of a figure whose axes have no meaning.
const REACH: f64 = 2.5;
/// Number of reconstructed images.
const EXAMPLES: usize = 10;
/// Largest number of own drawings among them.
const MOST_DRAWINGS: usize = 5;
const SAMPLES_SEED: u64 = 3;

/// p(x|z) over the latent plane, up to `reach` to each side; with other than two latent dimensions p(x|z) at draws
/// from the prior.
pub(super) fn manifold(moment: &Moment, reach: f64, language: Language) -> Result<Figure> {
    let say = |text: Text| text.say(language);
    let latent = moment.model.latent();
    let is_plane = latent == 2;
    let reach = if is_plane { reach } else { REACH };
    let count = GRID * GRID;
    let latents: Vec<f64> = if is_plane {
        let place = |index: usize| reach * ((2 * index + 1) as f64 / GRID as f64 - 1.0);
        (0..count).flat_map(|index| [place(index % GRID), -place(index / GRID)]).collect()
    } else {
        let rng = Pcg64Mcg::seed_from_u64(SAMPLES_SEED);
        rng.sample_iter(StandardNormal).take(count * latent).collect()
    };
    let pixels = decoded(moment, &latents, count)?;
    let (caption, axes) = if is_plane {
        let axis = |name| Axis::plane(name, [-reach, reach]);
        (say(text!("p(x|z) over the plane")), [axis("z₁"), axis("z₂")])
    } else {
        let axis = || Axis::places("", [-reach, reach]);
        (say(text!("p(x|z), z from the prior")), [axis(), axis()])
    };
    let [x, y] = axes;
    Ok(Figure {
        name: "manifold".into(),
        caption: caption.to_owned(),
        x,
        y,
        marks: raster(&pixels, GRID, [-reach, reach, -reach, reach]),
        handles: Vec::new(),
        summary: say(text!("What the decoder draws at each place.")).to_owned(),
    })
}

/// Validation images, and below each of them p(x|z) at the mean of its q(z|x).
pub(super) fn reconstructions(moment: &Moment, language: Language) -> Result<Figure> {
    let say = |text: Text| text.say(language);
    let images = moment.session.validation_images().images();
    let chosen: Vec<_> = match moment.session.validation_labels() {
        // One of each class, as far as there is one.
        Some(labels) => (0..EXAMPLES)
            .map(|class| labels.iter().position(|&label| usize::from(label) == class))
            .enumerate()
            .filter_map(|(class, found)| images.get(found.unwrap_or(class)))
            .collect(),
        None => images.iter().take(EXAMPLES).collect(),
    };
    // Own drawings are the last ones.
    let drawings = moment.session.drawings();
    let drawings = &drawings[drawings.len().saturating_sub(MOST_DRAWINGS)..];
    let strokes = chosen.len().min(EXAMPLES - drawings.len());
    let chosen: Vec<_> = chosen.into_iter().take(strokes).chain(drawings).collect();
    let x = pixel_tensor(chosen.iter().copied(), DType::F32)?;
    let (means, _) = moment.model.encode(&x)?;
    let mut pixels = x.flatten_all()?.to_vec1::<f32>()?;
    pixels.extend(drawn(moment, &means)?);
    let width = chosen.len().max(1) as f64;
    Ok(Figure {
        name: "reconstructions".into(),
        caption: say(text!("x and its reconstruction")).to_owned(),
        x: Axis::places("", [0.0, width]),
        y: Axis::places("", [0.0, 2.0]),
        marks: raster(&pixels, chosen.len().max(1), [0.0, width, 0.0, 2.0]),
        handles: Vec::new(),
        summary: say(text!("Validation images, and what the decoder makes of their codes."))
            .to_owned(),
    })
}

fn decoded(moment: &Moment, latents: &[f64], count: usize) -> Result<Vec<f32>> {
    drawn(moment, &moment.model.latent_tensor(latents, count)?)
}

fn drawn(moment: &Moment, latents: &Tensor) -> Result<Vec<f32>> {
    mean_image(&moment.model.decode(latents)?)?.flatten_all()?.to_dtype(DType::F32)?.to_vec1()
}

/// Digits side by side; nothing for a network whose numbers are not finite.
fn raster(pixels: &[f32], columns: usize, place: [f64; 4]) -> Vec<Mark> {
    let png = mosaic(pixels.chunks_exact(PIXELS), columns);
    Vec::from_iter(png.map(|png| Mark::new(Role::Guide, Shape::Raster { png, place })))
}

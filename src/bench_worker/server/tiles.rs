//! The decoder's images at many latent points at once, for the picture behind the plane.

use candle_core::Result;

use crate::bench_worker::{BenchEvent, BenchOutgoing, TilePlace};
use crate::model::Vae;

/// Images that are to be decoded.
#[derive(Debug)]
pub(super) struct Tiles {
    pub(super) place: TilePlace,
    number: u32,
    latents: Vec<[f64; 2]>,
}

impl Tiles {
    pub(super) fn new(place: TilePlace, number: u32, latents: Vec<[f64; 2]>) -> Self {
        Self { place, number, latents }
    }

    /// All of them in one slice: two small matrix products.
    pub(super) fn decode(self, model: &Vae) -> Result<BenchOutgoing> {
        let means = model.mean_images(self.latents.as_flattened(), self.latents.len())?;
        let shades = means.iter().map(|mean| (mean * 255.0).round() as u8).collect();
        Ok(BenchEvent::Tiles { place: self.place, number: self.number, shades }.into())
    }
}

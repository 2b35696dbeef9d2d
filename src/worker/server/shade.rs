//! The posterior as a picture of its own, where the page's lattice cannot show it: narrow, or far away.

use crate::exact::{DecoderLikelihood, LatticePair, LogLikelihood, Posterior, Spot};
use crate::family::{BivariateGaussian, log_prior};
use crate::worker::{Event, Outgoing};

/// Nodes along a side.
const SIDE: usize = 141;
/// Nodes of one slice, some milliseconds.
const SLICE: usize = 400;
/// Standard deviations of the posterior from the middle to the edge.
const REACH: f64 = 5.0;
/// Steps of the lattice per standard deviation below which its picture is coarse.
const COARSE: f64 = 1.5;

/// log p(x, z) on a square about the posterior, some nodes at a time.
#[derive(Debug)]
pub(super) struct Shade {
    image: u32,
    center: [f64; 2],
    half_width: f64,
    values: Vec<f64>,
}

impl Shade {
    /// `None` where the page's lattice shows the posterior well.
    pub(super) fn new(image: u32, posterior: &Posterior) -> Option<Self> {
        let lattice = LatticePair::FINE.inner;
        let spots: Vec<BivariateGaussian> =
            posterior.spots.iter().filter_map(Spot::gaussian).collect();
        let narrowest =
            spots.iter().map(|q| q.principal_axes()[1].sd).fold(f64::INFINITY, f64::min);
        let [m1, m2] = posterior.mean;
        let [v1, _, v2] = posterior.covariance;
        let half_width = REACH * v1.max(v2).sqrt();
        let farthest = m1.abs().max(m2.abs()) + half_width;
        let is_shown = narrowest >= COARSE * lattice.step() && farthest <= lattice.half_width();
        let is_square = half_width > 0.0 && half_width.is_finite();
        (!is_shown && is_square).then(|| Self {
            image,
            center: posterior.mean,
            half_width,
            values: Vec::with_capacity(SIDE * SIDE),
        })
    }

    /// Adds some nodes; the picture once it is whole.
    pub(super) fn advance(&mut self, decoder: &DecoderLikelihood) -> Option<Outgoing> {
        let end = (self.values.len() + SLICE).min(SIDE * SIDE);
        let step = 2.0 * self.half_width / (SIDE - 1) as f64;
        let coordinate =
            |axis: usize, index: usize| self.center[axis] - self.half_width + step * index as f64;
        let points: Vec<[f64; 2]> = (self.values.len()..end)
            .map(|index| [coordinate(0, index / SIDE), coordinate(1, index % SIDE)])
            .collect();
        let first = self.values.len();
        decoder.extend(&points, &mut self.values);
        for (value, z) in self.values[first..].iter_mut().zip(&points) {
            *value += log_prior(*z);
        }
        (self.values.len() == SIDE * SIDE).then(|| Outgoing {
            event: Event::Shade {
                image: self.image,
                center: self.center,
                half_width: self.half_width,
            },
            values: std::mem::take(&mut self.values),
        })
    }
}

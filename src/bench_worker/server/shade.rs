//! A picture of the posterior for the page, where the posterior is too narrow or too far away for the page's lattice.

use crate::bench_worker::BenchEvent;
use crate::bench_worker::BenchOutgoing;
use crate::exact::{DecoderLikelihood, LatticePair, LogLikelihood, Posterior, Spot};
use crate::family::{BivariateGaussian, log_prior};

/// Nodes along a side.
const SIDE: usize = 141;
/// Nodes per slice, some milliseconds.
const SLICE: usize = 400;
/// Half the side of the square, in standard deviations of the posterior.
const REACH: f64 = 5.0;
/// Lattice steps per standard deviation below which the lattice is too coarse for a picture.
const COARSE: f64 = 1.5;

/// log p(x, z) on a square around the posterior, computed in slices.
#[derive(Debug)]
pub(super) struct ShadeTask {
    image: u32,
    center: [f64; 2],
    half_width: f64,
    values: Vec<f64>,
}

impl ShadeTask {
    /// `None` where the page's lattice resolves the posterior.
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

    /// Computes some nodes; returns the picture when it is complete.
    pub(super) fn advance(&mut self, decoder: &DecoderLikelihood) -> Option<BenchOutgoing> {
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
        (self.values.len() == SIDE * SIDE).then(|| BenchOutgoing {
            event: BenchEvent::Shade {
                image: self.image,
                center: self.center,
                half_width: self.half_width,
            },
            values: std::mem::take(&mut self.values),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::BinaryImage;
    use crate::exact::{PosteriorNode, Resolution};
    use crate::model::{Activation, Vae};

    fn posterior(mean: [f64; 2], sd: f64) -> Posterior {
        let covariance = [sd * sd, 0.0, sd * sd];
        Posterior {
            log_evidence: -100.0,
            resolution: Resolution::Resolved { error: 1e-9 },
            nodes: vec![PosteriorNode { z: mean, share: 1.0, log_likelihood: -90.0 }],
            mean,
            covariance,
            spots: vec![Spot { share: 1.0, mean, covariance }],
            evaluations: 1,
        }
    }

    #[test]
    fn only_what_the_lattice_cannot_show_has_a_picture_of_its_own() {
        for (mean, sd, has_one) in [
            ([0.5, -0.5], 0.1, false),
            ([0.5, -0.5], 0.07, false),
            ([0.5, -0.5], 0.01, true),
            ([8.0, -0.5], 0.1, true),
            ([0.0, -14.0], 0.2, true),
            ([0.0, 5.9], 0.1, true),
        ] {
            let shade = ShadeTask::new(1, &posterior(mean, sd));
            assert_eq!(shade.is_some(), has_one, "{mean:?} {sd}");
        }
    }

    #[test]
    fn its_nodes_hold_the_joint_from_border_to_border() {
        let model = Vae::seeded(4, 2, 1.0, Activation::Tanh, 5);
        let image = BinaryImage::from_fn(|pixel| pixel % 3 == 0);
        let decoder = DecoderLikelihood::new(&model, &image).unwrap();
        let mut shade = ShadeTask::new(7, &posterior([8.0, -1.0], 0.1)).unwrap();
        let mut slices = 0;
        let BenchOutgoing { event, values } = loop {
            slices += 1;
            if let Some(outgoing) = shade.advance(&decoder) {
                break outgoing;
            }
        };
        assert!(slices > 10, "{slices} slices");
        let BenchEvent::Shade { image: 7, center: [8.0, -1.0], half_width } = event else {
            panic!("{event:?}")
        };
        assert!((half_width - 0.5).abs() < 1e-12);
        assert_eq!(values.len(), SIDE * SIDE);
        // The second coordinate runs fastest.
        for (index, z) in
            [(0, [7.5, -1.5]), (SIDE - 1, [7.5, -0.5]), (SIDE * SIDE - SIDE, [8.5, -1.5])]
        {
            let expected = decoder.at(z) + log_prior(z);
            assert!((values[index] - expected).abs() < 1e-9, "{z:?}");
        }
    }
}

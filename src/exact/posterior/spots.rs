//! The separate places in which a posterior is, each with its share, mean and covariance.

use crate::exact::cubature::{CubatureNode, RefinedPatch};
use crate::family::{BivariateGaussian, log_prior};
use crate::ordering::sort_by_f64;

/// Two peaks are one spot if the path between them is nowhere this many nats below the lower one.
const SADDLE: f64 = 2.0;
/// Patches below this share are not part of a spot.
const LEAST_SHARE: f64 = 1e-7;
/// Spots below this share are not reported.
const LEAST_SPOT: f64 = 1e-4;
/// Largest number of reported spots.
const MOST_SPOTS: usize = 6;

/// One of the places in which the posterior is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Its part of the posterior.
    pub share: f64,
    /// Mean of the posterior in it.
    pub mean: [f64; 2],
    /// Covariance of the posterior in it, as [Σ₁₁, Σ₁₂, Σ₂₂].
    pub covariance: [f64; 3],
}

impl Spot {
    /// The Gaussian with its mean and covariance, if the latter is positive definite.
    pub fn gaussian(&self) -> Option<BivariateGaussian> {
        BivariateGaussian::from_covariance(self.mean, self.covariance).ok()
    }

    /// Smallest deviation divided by the distance from the origin.
    pub(super) fn relative_width(&self) -> f64 {
        let [a, b, c] = self.covariance;
        let root = (0.25 * (a - c) * (a - c) + b * b).sqrt();
        // The smaller eigenvalue as determinant over larger one.
        let smaller = (a * c - b * b).max(0.0) / (0.5 * (a + c) + root);
        smaller.sqrt() / self.mean[0].hypot(self.mean[1])
    }
}

/// Mean and covariance of weighted points.
pub(super) fn moments(
    points: impl Iterator<Item = ([f64; 2], f64)> + Clone,
) -> ([f64; 2], [f64; 3]) {
    let (mut total, mut first) = (0.0, [0.0; 2]);
    for (z, share) in points.clone() {
        total += share;
        first[0] += share * z[0];
        first[1] += share * z[1];
    }
    let mean = first.map(|sum| sum / total);
    let mut second = [0.0; 3];
    for (z, share) in points {
        let off = [z[0] - mean[0], z[1] - mean[1]];
        second[0] += share * off[0] * off[0];
        second[1] += share * off[0] * off[1];
        second[2] += share * off[1] * off[1];
    }
    (mean, second.map(|sum| sum / total))
}

fn height(piece: &RefinedPatch) -> f64 {
    let joints = piece.fine.iter().map(|node| node.log_likelihood + log_prior(node.z));
    joints.fold(f64::NEG_INFINITY, f64::max)
}

/// Floods the patches from the highest down: touching ones belong together, and so do two peaks between
/// which the saddle is high.
pub(super) fn spots<'a>(
    pieces: impl Iterator<Item = &'a RefinedPatch>,
    log_evidence: f64,
) -> Vec<Spot> {
    let mut patches: Vec<(f64, &RefinedPatch)> = pieces
        .filter(|piece| piece.log_value - log_evidence > LEAST_SHARE.ln())
        .map(|piece| (height(piece), piece))
        .collect();
    sort_by_f64(&mut patches, |patch| -patch.0);
    let boxes: Vec<_> = patches.iter().map(|(_, piece)| piece.patch.bounds()).collect();
    // The patch with the peak of the spot that a patch belongs to, found by following the links.
    let mut links: Vec<usize> = (0..patches.len()).collect();
    fn peak_of(links: &[usize], mut index: usize) -> usize {
        while links[index] != index {
            index = links[index];
        }
        index
    }
    for index in 0..patches.len() {
        let ([x, y], half_width) = boxes[index];
        for (other, &([u, v], other_half)) in boxes[..index].iter().enumerate() {
            let reach = (half_width + other_half) * (1.0 + 1e-9);
            if (x - u).abs() > reach || (y - v).abs() > reach {
                continue;
            }
            let [mine, theirs] = [peak_of(&links, index), peak_of(&links, other)];
            let (higher, lower) = (mine.min(theirs), mine.max(theirs));
            // Where they meet is as high as the lower of the two patches, which is this one.
            if patches[lower].0 - patches[index].0 <= SADDLE {
                links[lower] = higher;
            } else if mine == index {
                links[index] = theirs;
            }
        }
    }
    let mut spots: Vec<Spot> = (0..patches.len())
        .filter(|&peak| links[peak] == peak)
        .filter_map(|peak| {
            let members = (0..patches.len())
                .filter(|&index| peak_of(&links, index) == peak)
                .collect::<Vec<_>>();
            let share_of = |node: &CubatureNode| {
                let log_density = node.log_likelihood + log_prior(node.z) - log_evidence;
                (node.z, node.weight * log_density.exp())
            };
            let points = members.iter().flat_map(|&index| &patches[index].1.fine).map(share_of);
            let share = points.clone().map(|(_, share)| share).sum();
            let (mean, covariance) = moments(points);
            (share >= LEAST_SPOT).then_some(Spot { share, mean, covariance })
        })
        .collect();
    sort_by_f64(&mut spots, |spot| -spot.share);
    spots.truncate(MOST_SPOTS);
    spots
}

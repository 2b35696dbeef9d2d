//! What a person sets, and the q(z) that follows from it.

use crate::density::{LogDensity, Proposal};
use crate::exact::{Landmark, LineDensity};
use crate::family::{Defensive, DiagonalGaussian, Mixture, StudentT};
use crate::lab::LARGEST_SEED;

/// Places of the parameters in the lab's list.
pub(super) const FAMILY: usize = 0;
pub(super) const NOISE: usize = 1;
pub(super) const OBSERVATION: usize = 2;
pub(super) const MEAN: usize = 3;
pub(super) const SD: usize = 4;
pub(super) const SHARE: usize = 5;
pub(super) const DRAWS: usize = 6;
pub(super) const TEMPERATURES: usize = 7;
pub(super) const SEED: usize = 8;

/// Degrees of freedom of the Student t: the fewest whole number for which E z⁴, and so the ELBO, is
/// finite.
const DEGREES: f64 = 5.0;

/// Which q.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// N(m, sd²).
    Gaussian,
    /// (1 − α) N(m, sd²) + α N(−m, sd²).
    Mixture,
    /// (1 − α) N(m, sd²) + α N(0, 1).
    Defensive,
    /// t with 5 degrees of freedom, location m and scale sd.
    StudentT,
}

/// The parameters, by name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    pub family: Family,
    /// s.
    pub noise_sd: f64,
    /// x.
    pub observation: f64,
    /// m.
    pub mean: f64,
    /// sd of q, a scale for the Student t.
    pub sd: f64,
    /// α.
    pub share: f64,
    /// K.
    pub draws: usize,
    /// T.
    pub temperatures: usize,
    pub seed: u64,
}

impl Setting {
    pub fn new(values: &[f64]) -> Self {
        let value = |place: usize| values.get(place).copied().unwrap_or_default();
        let family = match value(FAMILY) as usize {
            0 => Family::Gaussian,
            1 => Family::Mixture,
            2 => Family::Defensive,
            _ => Family::StudentT,
        };
        Self {
            family,
            noise_sd: value(NOISE),
            observation: value(OBSERVATION),
            mean: value(MEAN),
            sd: value(SD),
            share: value(SHARE),
            draws: (value(DRAWS) as usize).max(1),
            temperatures: (value(TEMPERATURES) as usize).max(1),
            seed: value(SEED) as u64,
        }
    }

    /// A stream of random numbers of its own for each use; what differs in the seed differs in all.
    pub fn stream(&self, number: u64) -> u64 {
        self.seed + number * (u64::from(LARGEST_SEED) + 1)
    }

    /// The q that was chosen.
    pub fn proposal(&self) -> Option<Candidate> {
        self.proposal_at(self.mean)
    }

    /// The same q at another m.
    pub fn proposal_at(&self, mean: f64) -> Option<Candidate> {
        let at = Self { mean, ..*self };
        match self.family {
            Family::Gaussian => at.alone(),
            Family::Mixture => {
                let mirrored = DiagonalGaussian::new(vec![-mean], vec![self.sd]).ok()?;
                let parts = vec![at.gaussian()?, mirrored];
                let mixture = Mixture::new(parts, &[1.0 - self.share, self.share]).ok()?;
                let marks = vec![at.mark(), Landmark { at: -mean, scale: self.sd }];
                Some(Candidate::new(mixture, marks))
            }
            Family::Defensive => at.defended(at.gaussian()?),
            Family::StudentT => Some(Candidate::new(at.student()?, vec![at.mark()])),
        }
    }

    /// What is drawn beside it: a Gaussian or Student t with a share of the prior, a mixture
    /// without its other part.
    pub fn comparison(&self) -> Option<Candidate> {
        match self.family {
            Family::Gaussian => self.defended(self.gaussian()?),
            Family::StudentT => self.defended(self.student()?),
            Family::Mixture | Family::Defensive => self.alone(),
        }
    }

    /// Whether the comparison is the repaired one.
    pub fn comparison_is_repaired(&self) -> bool {
        matches!(self.family, Family::Gaussian | Family::StudentT)
    }

    fn gaussian(&self) -> Option<DiagonalGaussian> {
        DiagonalGaussian::new(vec![self.mean], vec![self.sd]).ok()
    }

    fn student(&self) -> Option<StudentT> {
        StudentT::new(&[self.mean], &[self.sd], &[DEGREES]).ok()
    }

    fn alone(&self) -> Option<Candidate> {
        let gaussian = Some([self.mean, self.sd * self.sd]);
        Some(Candidate { gaussian, ..Candidate::new(self.gaussian()?, vec![self.mark()]) })
    }

    fn defended(&self, q: impl Proposal + 'static) -> Option<Candidate> {
        let marks = vec![self.mark(), Landmark { at: 0.0, scale: 1.0 }];
        Some(Candidate::new(Defensive::new(self.share, q).ok()?, marks))
    }

    fn mark(&self) -> Landmark {
        Landmark { at: self.mean, scale: self.sd }
    }
}

/// A q(z) that can be drawn from, evaluated and integrated.
pub(super) struct Candidate {
    pub proposal: Box<dyn Proposal>,
    landmarks: Vec<Landmark>,
    /// Mean and variance, if it is a Gaussian.
    gaussian: Option<[f64; 2]>,
}

impl Candidate {
    fn new(proposal: impl Proposal + 'static, landmarks: Vec<Landmark>) -> Self {
        Self { proposal: Box::new(proposal), landmarks, gaussian: None }
    }

    /// The same for integrals.
    pub fn line(&self) -> Option<LineDensity<'_>> {
        let density: &dyn LogDensity = &*self.proposal;
        match self.gaussian {
            Some([mean, variance]) => LineDensity::gaussian(mean, variance).ok(),
            None => LineDensity::from_density(density, self.landmarks.clone()).ok(),
        }
    }

    /// q(z).
    pub fn density(&self, z: f64) -> f64 {
        self.proposal
            .log_densities(&[z])
            .ok()
            .and_then(|values| values.first().copied())
            .map_or(0.0, f64::exp)
    }

    /// Where it is, and how narrow there.
    pub fn landmarks(&self) -> &[Landmark] {
        &self.landmarks
    }
}

//! The q(z) of a setting.

use super::setting::{Family, Setting};
use crate::density::{LogDensity, Proposal};
use crate::exact::{Landmark, LineDensity};
use crate::family::{Defensive, DiagonalGaussian, Mixture, StudentT};

/// Degrees of freedom of the Student t: the smallest whole number for which E z⁴, and so the ELBO, is finite.
const DEGREES: f64 = 5.0;

impl Setting {
    /// The chosen q.
    pub(super) fn proposal(&self) -> Option<Candidate> {
        self.proposal_at(self.mean)
    }

    /// The same q at another m.
    pub(super) fn proposal_at(&self, mean: f64) -> Option<Candidate> {
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

    /// The q for comparison: a Gaussian or Student t with a share of the prior, a mixture without its second
    /// component.
    pub(super) fn comparison(&self) -> Option<Candidate> {
        match self.family {
            Family::Gaussian => self.defended(self.gaussian()?),
            Family::StudentT => self.defended(self.student()?),
            Family::Mixture | Family::Defensive => self.alone(),
        }
    }

    /// Whether the comparison is the one with the remedy.
    pub(super) fn comparison_is_repaired(&self) -> bool {
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

    /// The density for integrals.
    pub(super) fn line(&self) -> Option<LineDensity<'_>> {
        let density: &dyn LogDensity = &*self.proposal;
        match self.gaussian {
            Some([mean, variance]) => LineDensity::gaussian(mean, variance).ok(),
            None => LineDensity::from_density(density, self.landmarks.clone()).ok(),
        }
    }

    /// q(z).
    pub(super) fn density(&self, z: f64) -> f64 {
        self.proposal
            .log_densities(&[z])
            .ok()
            .and_then(|values| values.first().copied())
            .map_or(0.0, f64::exp)
    }

    /// Its location and scale.
    pub(super) fn landmarks(&self) -> &[Landmark] {
        &self.landmarks
    }
}

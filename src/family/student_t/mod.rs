//! Independent Student t coordinates: a q(z) with tails heavier than any Gaussian posterior's, so that
//! importance weights stay bounded (Geweke 1989, Bayesian inference in econometric models using Monte
//! Carlo integration).

use std::f64::consts::TAU;

use rand::Rng;
use rand_distr::Distribution;
use thiserror::Error;

use super::gamma_ratio::{digamma_half_step, log_gamma_half_step};
use crate::density::{DensityError, DifferentiableDensity, LogDensity, Proposal, Reparameterised};

/// Fewest degrees of freedom: with fewer, draws overflow with a noticeable probability.
const FEWEST_DEGREES: f64 = 0.1;

/// Beyond this t² is not taken: it would overflow.
const LARGE: f64 = 1e150;

/// ∏ t_ν(location, scale), each coordinate with its own degrees of freedom.
///
/// # Formula
/// log q(z) = Σ_d [ln Γ((ν+1)/2) − ln Γ(ν/2) − ½ ln(νπ) − ln s − ((ν+1)/2) ln(1 + t²/ν)] with
/// t = (z − m)/s; H = Σ_d [((ν+1)/2)(ψ((ν+1)/2) − ψ(ν/2)) + ½ ln ν + ln B(ν/2, ½) + ln s].
#[derive(Clone, Debug, PartialEq)]
pub struct StudentT {
    coordinates: Vec<Marginal>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Marginal {
    location: f64,
    scale: f64,
    degrees: f64,
    sampler: rand_distr::StudentT<f64>,
    /// The log-density at the location.
    log_peak: f64,
}

/// Which parameter is not one of a Student t.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum StudentTError {
    /// No coordinate.
    #[error("a Student t needs at least one coordinate")]
    Empty,
    /// Lists of different lengths.
    #[error("{expected} numbers are needed, found {found}")]
    Length {
        /// Number of locations.
        expected: usize,
        /// Number of scales or degrees.
        found: usize,
    },
    /// A location that is NaN or infinite.
    #[error("the location must be finite, found {0}")]
    Location(f64),
    /// A scale that is not positive and finite.
    #[error("a scale must be positive and finite, found {0}")]
    Scale(f64),
    /// Degrees of freedom that are not finite or too few.
    #[error("the degrees of freedom must be at least 0.1 and finite, found {0}")]
    Degrees(f64),
}

impl StudentT {
    /// Builds the density from the locations, scales and degrees of freedom of its coordinates.
    ///
    /// # Errors
    /// [`StudentTError`] says which parameter is out of its domain.
    pub fn new(location: &[f64], scale: &[f64], degrees: &[f64]) -> Result<Self, StudentTError> {
        let expected = location.len();
        if expected == 0 {
            return Err(StudentTError::Empty);
        }
        for found in [scale.len(), degrees.len()] {
            if found != expected {
                return Err(StudentTError::Length { expected, found });
            }
        }
        let each = location.iter().zip(scale).zip(degrees);
        let coordinates =
            each.map(|((&location, &scale), &degrees)| Marginal::new(location, scale, degrees));
        Ok(Self { coordinates: coordinates.collect::<Result<_, _>>()? })
    }

    /// Locations: the medians, and the means where ν > 1.
    pub fn location(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.coordinates.iter().map(|coordinate| coordinate.location)
    }

    /// Scales s; the variance is s² ν/(ν − 2) where ν > 2.
    pub fn scale(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.coordinates.iter().map(|coordinate| coordinate.scale)
    }

    /// Degrees of freedom ν.
    pub fn degrees(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.coordinates.iter().map(|coordinate| coordinate.degrees)
    }
}

impl Marginal {
    fn new(location: f64, scale: f64, degrees: f64) -> Result<Self, StudentTError> {
        if !location.is_finite() {
            return Err(StudentTError::Location(location));
        }
        if !(scale.is_finite() && scale > 0.0) {
            return Err(StudentTError::Scale(scale));
        }
        if !(degrees.is_finite() && degrees >= FEWEST_DEGREES) {
            return Err(StudentTError::Degrees(degrees));
        }
        let sampler =
            rand_distr::StudentT::new(degrees).map_err(|_| StudentTError::Degrees(degrees))?;
        // ln Γ((ν+1)/2) − ln Γ(ν/2) − ½ ln(νπ), where ½ ln ν has cancelled against ½ ln(ν/2).
        let log_peak = log_gamma_half_step(0.5 * degrees) - 0.5 * TAU.ln() - scale.ln();
        Ok(Self { location, scale, degrees, sampler, log_peak })
    }

    /// t = (z − m)/s.
    fn standardise(&self, z: f64) -> f64 {
        (z - self.location) / self.scale
    }

    fn log_density(&self, z: f64) -> f64 {
        let t = self.standardise(z).abs();
        let log_excess = if t < LARGE {
            (t * t / self.degrees).ln_1p()
        } else {
            2.0 * t.ln() - self.degrees.ln()
        };
        self.log_peak - 0.5 * (self.degrees + 1.0) * log_excess
    }

    /// −(ν + 1) t/(ν + t²)/s, divided through by t so that neither 0 nor ∞ makes a NaN.
    fn gradient(&self, z: f64) -> f64 {
        let t = self.standardise(z);
        -(self.degrees + 1.0) / (t + self.degrees / t) / self.scale
    }

    fn entropy(&self) -> f64 {
        // ½ ln ν + ln B(ν/2, ½) + ln s is minus the log-density at the peak.
        0.5 * (self.degrees + 1.0) * digamma_half_step(0.5 * self.degrees) - self.log_peak
    }

    /// z = m + s t.
    fn place(&self, t: f64) -> f64 {
        self.location + self.scale * t
    }
}

impl LogDensity for StudentT {
    fn dimension(&self) -> usize {
        self.coordinates.len()
    }

    fn log_densities(&self, latents: &[f64]) -> Result<Vec<f64>, DensityError> {
        let rows = latents.chunks_exact(self.dimension());
        let log_density = |row: &[f64]| {
            self.coordinates.iter().zip(row).map(|(coordinate, &z)| coordinate.log_density(z)).sum()
        };
        Ok(rows.map(log_density).collect())
    }
}

impl DifferentiableDensity for StudentT {
    fn log_densities_and_gradients(
        &self,
        latents: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), DensityError> {
        let rows = latents.chunks_exact(self.dimension());
        let gradients = rows.flat_map(|row| {
            self.coordinates.iter().zip(row).map(|(coordinate, &z)| coordinate.gradient(z))
        });
        Ok((self.log_densities(latents)?, gradients.collect()))
    }
}

impl Proposal for StudentT {
    fn draw(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        self.latents_from_noise(&self.noise(count, rng))
    }

    fn entropy(&self) -> Option<f64> {
        Some(self.coordinates.iter().map(Marginal::entropy).sum())
    }
}

impl Reparameterised for StudentT {
    /// Standard Student t of each coordinate's ν: the χ² that mixes the normal belongs to the noise, so
    /// that draws are smooth in m and s, for a ν that is held.
    fn noise(&self, count: usize, rng: &mut dyn Rng) -> Vec<f64> {
        let row = || self.coordinates.iter();
        (0..count).flat_map(|_| row()).map(|coordinate| coordinate.sampler.sample(rng)).collect()
    }

    /// z = m + s t.
    fn latents_from_noise(&self, noise: &[f64]) -> Vec<f64> {
        let rows = noise.chunks_exact(self.dimension());
        let latents =
            rows.flat_map(|row| self.coordinates.iter().zip(row).map(|(each, t)| each.place(*t)));
        latents.collect()
    }
}

#[cfg(test)]
mod tests;

//! A density q(z) on the line, as a function with landmarks for the quadrature.

use std::f64::consts::TAU;

use thiserror::Error;

use crate::density::LogDensity;

/// A place where a density has mass, with the distance over which it changes there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Landmark {
    /// The place, in units of z.
    pub at: f64,
    /// The distance: for a Gaussian component its standard deviation.
    pub scale: f64,
}

/// A normalised density on the line.
///
/// No quadrature can detect a needle between two nodes, so that a density given as a bare function needs a landmark
/// for every component.
pub struct LineDensity<'a> {
    log_density: Box<dyn Fn(f64) -> f64 + 'a>,
    landmarks: Vec<Landmark>,
    gaussian: Option<LineGaussian>,
}

/// Mean and variance of a density that is known to be Gaussian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LineGaussian {
    pub mean: f64,
    pub variance: f64,
}

/// Why something is not a [`LineDensity`].
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum LineDensityError {
    /// A place is NaN or infinite.
    #[error("a mean or landmark must be finite, found {0}")]
    Place(f64),
    /// A variance or scale is not positive and finite, or too small to be distinguished from zero.
    #[error("a variance or scale must be positive and finite, found {0}")]
    Scale(f64),
    /// Nowhere to look.
    #[error("at least one landmark is needed")]
    NoLandmark,
    /// A density over more than the line.
    #[error("the density must have one dimension, found {0}")]
    Dimension(usize),
}

impl LineDensity<'static> {
    /// N(m, v).
    ///
    /// # Errors
    /// [`LineDensityError`] if m is not finite or v not positive and finite.
    pub fn gaussian(mean: f64, variance: f64) -> Result<Self, LineDensityError> {
        if !(variance.is_finite() && variance > f64::MIN_POSITIVE) {
            return Err(LineDensityError::Scale(variance));
        }
        let scale = variance.sqrt();
        let log_norm = -0.5 * (TAU * variance).ln();
        let log_density = move |z: f64| log_norm - 0.5 * ((z - mean) / scale).powi(2);
        let density = LineDensity::new(vec![Landmark { at: mean, scale }], log_density)?;
        Ok(Self { gaussian: Some(LineGaussian { mean, variance }), ..density })
    }
}

impl<'a> LineDensity<'a> {
    /// A normalised density by its logarithm in nats, −∞ where the density is zero, with a landmark for every
    /// component.
    ///
    /// # Errors
    /// [`LineDensityError`] if there is no landmark, or one that is not finite.
    pub fn new(
        landmarks: Vec<Landmark>,
        log_density: impl Fn(f64) -> f64 + 'a,
    ) -> Result<Self, LineDensityError> {
        if landmarks.is_empty() {
            return Err(LineDensityError::NoLandmark);
        }
        for Landmark { at, scale } in &landmarks {
            if !at.is_finite() {
                return Err(LineDensityError::Place(*at));
            }
            if !(*scale > 0.0 && scale.is_finite()) {
                return Err(LineDensityError::Scale(*scale));
            }
        }
        let log_density = Box::new(log_density);
        Ok(Self { log_density, landmarks, gaussian: None })
    }

    /// A member of any variational family of one dimension. Where it cannot be evaluated it is NaN, which every
    /// integral reports.
    ///
    /// # Errors
    /// [`LineDensityError`] if its dimension is not 1, or if there is no landmark or one that is not finite.
    pub fn from_density(
        density: &'a dyn LogDensity,
        landmarks: Vec<Landmark>,
    ) -> Result<Self, LineDensityError> {
        if density.dimension() != 1 {
            return Err(LineDensityError::Dimension(density.dimension()));
        }
        let log_density = |z: f64| match density.log_densities(&[z]).as_deref() {
            Ok([value]) => *value,
            _ => f64::NAN,
        };
        Self::new(landmarks, log_density)
    }

    /// log q(z) in nats.
    pub fn log_density(&self, z: f64) -> f64 {
        (self.log_density)(z)
    }

    pub(super) fn landmarks(&self) -> &[Landmark] {
        &self.landmarks
    }

    pub(super) fn as_gaussian(&self) -> Option<LineGaussian> {
        self.gaussian
    }
}

impl std::fmt::Debug for LineDensity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LineDensity").field("landmarks", &self.landmarks).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;
    use crate::model::LinearGaussian;

    #[test]
    fn a_gaussian_has_its_density() {
        // log N(2.5; 0.5, 4) = −½ ln 8π − ½.
        let q = LineDensity::gaussian(0.5, 4.0).unwrap();
        let expected = -0.5 * (4.0 * TAU).ln() - 0.5;
        assert_abs_diff_eq!(q.log_density(2.5), expected, epsilon = 1e-15);
        assert_eq!(q.landmarks(), [Landmark { at: 0.5, scale: 2.0 }]);
    }

    #[test]
    fn what_is_no_density_on_the_line_is_refused() {
        assert_eq!(LineDensity::gaussian(0.0, 0.0).err(), Some(LineDensityError::Scale(0.0)));
        assert!(LineDensity::gaussian(0.0, f64::NAN).is_err());
        assert!(LineDensity::gaussian(0.0, f64::INFINITY).is_err());
        let infinite = LineDensityError::Place(f64::INFINITY);
        assert_eq!(LineDensity::gaussian(f64::INFINITY, 1.0).err(), Some(infinite));
        assert_eq!(LineDensity::new(vec![], |_| 0.0).err(), Some(LineDensityError::NoLandmark));
        let plane = LinearGaussian::independent(2, 1.0, 0.0, 1.0, 0.0).unwrap();
        let refused = LineDensity::from_density(&plane, vec![]).err();
        assert_eq!(refused, Some(LineDensityError::Dimension(2)));
    }
}

//! One x under one model: all that stays the same while q moves.

use candle_core::Result;

use crate::data::BinaryImage;
use crate::exact::{ExactEvidence, LogLikelihoodField, exact_elbo, exact_evidence};
use crate::family::{BivariateGaussian, log_prior};
use crate::model::Vae;

/// Smallest and largest standard deviation kept of an encoder's q, so that it is always a Gaussian.
const ENCODER_SD: [f64; 2] = [1e-3, 1e3];

/// A model, an image and their exact log p(x|z), with what follows from the three alone.
#[derive(Clone, Debug)]
pub struct Scene {
    /// log p(x|z) over the latent plane.
    pub field: LogLikelihoodField,
    /// Exact log p(x).
    pub evidence: ExactEvidence,
    /// The encoder's q(z|x).
    pub encoder: BivariateGaussian,
    /// Exact ELBO of the encoder's q, in nats.
    pub encoder_elbo: f64,
}

impl Scene {
    /// Sums the field once.
    pub fn new(field: LogLikelihoodField, encoder: BivariateGaussian) -> Self {
        let evidence = exact_evidence(&field);
        let encoder_elbo = exact_elbo(&encoder, &field);
        Self { field, evidence, encoder, encoder_elbo }
    }

    /// The posterior density at every node of the inner lattice, relative to its maximum there.
    pub fn relative_posterior(&self) -> impl Iterator<Item = f64> + '_ {
        let field = &self.field.inner;
        let (lattice, side) = (field.lattice(), field.lattice().side());
        let log_joint = move |(index, log_likelihood): (usize, &f64)| {
            let z = [lattice.coordinate(index / side), lattice.coordinate(index % side)];
            log_likelihood + log_prior(z)
        };
        let most =
            field.values().iter().enumerate().map(log_joint).fold(f64::NEG_INFINITY, f64::max);
        field.values().iter().enumerate().map(move |node| (log_joint(node) - most).exp())
    }
}

/// The encoder's q(z|x) for one image, for a model with two latent dimensions.
///
/// # Errors
/// Passes on candle's; a mean that is not finite is an error too.
pub fn encoder_proposal(model: &Vae, image: &BinaryImage) -> Result<BivariateGaussian> {
    let (mean, sd) = model.encode_image(image)?;
    let (&[m1, m2], &[s1, s2]) = (mean.as_slice(), sd.as_slice()) else {
        candle_core::bail!("the bench shows two latent dimensions, the model has {}", mean.len())
    };
    let clamp = |sd: f64| sd.clamp(ENCODER_SD[0], ENCODER_SD[1]);
    BivariateGaussian::new([m1, m2], [clamp(s1), clamp(s2)], 0.0).map_err(candle_core::Error::wrap)
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::data::PIXELS;
    use crate::exact::{Lattice, LogLikelihoodLattice};
    use crate::model::{Activation, Linear};

    fn flat_field(value: f64) -> LogLikelihoodField {
        let table = |lattice: Lattice| {
            LogLikelihoodLattice::from_values(lattice, vec![value; lattice.len()]).unwrap()
        };
        LogLikelihoodField {
            inner: table(Lattice::new(6.0, 120)),
            outer: table(Lattice::new(24.0, 240)),
        }
    }

    /// An encoder that gives `output` whatever the image.
    fn encoder(output: &[f32]) -> Vae {
        let device = &Device::Cpu;
        let latent = output.len() / 2;
        let zeros = |outputs: usize, inputs: usize| {
            Tensor::zeros((outputs, inputs), candle_core::DType::F32, device).unwrap()
        };
        let linear = |outputs: usize, inputs: usize, bias: &[f32]| Linear {
            weight: zeros(outputs, inputs),
            bias: Tensor::new(bias, device).unwrap(),
        };
        Vae {
            encoder: [linear(1, PIXELS, &[0.0]), linear(2 * latent, 1, output)],
            decoder: [linear(1, latent, &[0.0]), linear(PIXELS, 1, &[0.0; PIXELS])],
            activation: Activation::Tanh,
        }
    }

    fn proposal(output: &[f32]) -> Result<BivariateGaussian> {
        encoder_proposal(&encoder(output), &BinaryImage::from_fn(|_| true))
    }

    #[test]
    fn the_posterior_of_a_flat_likelihood_is_the_prior() {
        let scene = Scene::new(flat_field(-3.5), BivariateGaussian::standard());
        assert!((scene.evidence.log_evidence + 3.5).abs() < 1e-9);
        assert!((scene.encoder_elbo + 3.5).abs() < 1e-9);
        let lattice = scene.field.inner.lattice();
        let relative: Vec<f64> = scene.relative_posterior().collect();
        assert_eq!(relative.len(), lattice.len());
        for (index, found) in relative.into_iter().enumerate() {
            let z = [
                lattice.coordinate(index / lattice.side()),
                lattice.coordinate(index % lattice.side()),
            ];
            let expected = (-0.5 * (z[0] * z[0] + z[1] * z[1])).exp();
            assert!((found - expected).abs() < 1e-14, "{z:?}");
        }
    }

    #[test]
    fn the_encoder_gives_mean_and_log_variance_and_no_correlation() {
        let q = proposal(&[0.5, -2.0, 0.0, -2.0]).unwrap();
        assert_eq!((q.mean(), q.rho()), ([0.5, -2.0], 0.0));
        assert_eq!(q.sd()[0], 1.0);
        assert!((q.sd()[1] - (-1.0_f64).exp()).abs() < 1e-7);
    }

    #[test]
    fn extreme_variances_are_kept_within_reason() {
        let q = proposal(&[0.0, 0.0, -300.0, 300.0]).unwrap();
        assert_eq!(q.sd(), [1e-3, 1e3]);
    }

    #[test]
    fn what_is_no_gaussian_on_the_plane_is_an_error() {
        assert!(proposal(&[f32::NAN, 0.0, 0.0, 0.0]).is_err());
        assert!(proposal(&[f32::INFINITY, 0.0, 0.0, 0.0]).is_err());
        assert!(proposal(&[0.0, 0.0, f32::NAN, 0.0]).is_err());
        assert!(proposal(&[0.0, 0.0]).is_err());
        assert!(proposal(&[0.0; 6]).is_err());
    }

    #[test]
    fn an_encoder_that_ran_off_has_an_elbo_below_the_evidence() {
        // log p(x|z) = −170 everywhere: the ELBO is −170 − KL(q ‖ p(z)) wherever q is.
        for (mean, sd) in
            [([40.0, 0.0], [0.5, 0.5]), ([0.0, 0.0], [20.0, 20.0]), ([20.0, 0.0], [3.0, 3.0])]
        {
            let encoder = BivariateGaussian::new(mean, sd, 0.0).unwrap();
            let scene = Scene::new(flat_field(-170.0), encoder);
            let expected = -170.0 - encoder.kl_to_standard();
            assert!(
                (scene.encoder_elbo - expected).abs() < 1e-6,
                "{} {expected}",
                scene.encoder_elbo
            );
        }
    }
}

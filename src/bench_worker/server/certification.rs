//! The rigorous interval around log p(x) for the present x, narrowed in the background.

use crate::bench_worker::Event;
use crate::bench_worker::Outgoing;
use crate::data::BinaryImage;
use crate::exact::{Certificate, CertificateError};
use crate::model::{Activation, Vae};

/// Steps per slice, each about a millisecond in the browser with the shipped model.
const STEPS_PER_SLICE: usize = 6;
/// The same with ReLU, where a cell on several kinks is integrated piece by piece.
const STEPS_PER_SLICE_WITH_KINKS: usize = 2;
/// Nats at which the interval tells a right value from a wrong one; it comes before the fine lattices.
const FIRST_WIDTH: f64 = 0.01;
/// Nats at which the interval is narrow enough to referee the lattice's sixth decimal.
const WIDTH: f64 = 1e-6;

#[derive(Debug)]
pub(super) struct Certification {
    image: u32,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Nothing was done yet: most images are gone before their turn comes.
    Waiting(BinaryImage),
    Narrowing(Box<Certificate>),
    /// It is narrow; `None` if the model cannot have one.
    Over(Option<Box<Certificate>>),
}

impl Certification {
    pub(super) fn new(image: u32, pixels: BinaryImage) -> Self {
        Self { image, stage: Stage::Waiting(pixels) }
    }

    pub(super) fn wants_more(&self) -> bool {
        !matches!(self.stage, Stage::Over(_))
    }

    /// Whether a first, useful interval is still missing.
    pub(super) fn wants_first(&self) -> bool {
        match &self.stage {
            Stage::Waiting(_) => true,
            Stage::Narrowing(certificate) => !certificate.is_done(FIRST_WIDTH),
            Stage::Over(_) => false,
        }
    }

    /// The proof as far as it goes.
    pub(super) fn certificate(&self) -> Option<&Certificate> {
        match &self.stage {
            Stage::Waiting(_) => None,
            Stage::Narrowing(certificate) => Some(certificate),
            Stage::Over(certificate) => certificate.as_deref(),
        }
    }

    /// Narrows the interval a little and tells it. `model` must be the same at every call.
    ///
    /// # Errors
    /// Passes on candle's. A model of another latent dimension than two is none: it only has no interval.
    pub(super) fn advance(&mut self, model: &Vae) -> candle_core::Result<Option<Outgoing>> {
        if let Stage::Waiting(pixels) = &self.stage {
            self.stage = match Certificate::new(model, pixels) {
                Ok(certificate) => Stage::Narrowing(Box::new(certificate)),
                Err(CertificateError::Network(error)) => return Err(error),
                Err(CertificateError::Latent { .. }) => Stage::Over(None),
            };
        }
        let Stage::Narrowing(certificate) = &mut self.stage else { return Ok(None) };
        certificate.advance(match model.activation {
            Activation::Tanh => STEPS_PER_SLICE,
            Activation::Relu => STEPS_PER_SLICE_WITH_KINKS,
        });
        let (interval, cells) = (certificate.interval(), certificate.cells());
        let event = Event::Certified {
            image: self.image,
            lower: interval.lower(),
            upper: interval.upper(),
            cells,
        };
        if certificate.is_done(WIDTH)
            && let Stage::Narrowing(certificate) =
                std::mem::replace(&mut self.stage, Stage::Over(None))
        {
            self.stage = Stage::Over(Some(certificate));
        }
        Ok(Some(event.into()))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::model::Linear;

    fn model(activation: Activation, latents: usize) -> Vae {
        let linear = |outputs: usize, inputs: usize| {
            let values = (0..outputs * inputs).map(|index| (index as f32).sin()).collect();
            Linear {
                weight: Tensor::from_vec(values, (outputs, inputs), &Device::Cpu).unwrap(),
                bias: Tensor::zeros(outputs, candle_core::DType::F32, &Device::Cpu).unwrap(),
            }
        };
        Vae {
            encoder: [linear(2, 784), linear(2 * latents, 2)],
            decoder: [linear(2, latents), linear(784, 2)],
            activation,
        }
    }

    #[test]
    fn it_narrows_and_ends() {
        for activation in [Activation::Tanh, Activation::Relu] {
            let model = model(activation, 2);
            let mut certification =
                Certification::new(5, BinaryImage::from_fn(|pixel| pixel % 2 == 0));
            let (mut last, mut told) = ((f64::NEG_INFINITY, 0.0, 0), 0);
            while certification.wants_more() {
                let outgoing = certification.advance(&model).unwrap().unwrap();
                let Event::Certified { image: 5, lower, upper, cells } = outgoing.event else {
                    panic!("{outgoing:?}")
                };
                assert!(lower >= last.0 && upper <= last.1 && cells >= last.2 && lower <= upper);
                last = (lower, upper, cells);
                told += 1;
                assert!(told < 1000, "{last:?}");
            }
            assert!(last.1 - last.0 <= WIDTH && told > 10, "{activation:?}: {last:?} {told}");
            assert_eq!(certification.advance(&model).unwrap(), None);
        }
    }

    #[test]
    fn a_model_of_three_latent_dimensions_has_none_and_nothing_is_told() {
        let model = model(Activation::Tanh, 3);
        let mut certification = Certification::new(5, BinaryImage::from_fn(|_| false));
        assert!(certification.wants_more());
        assert_eq!(certification.advance(&model).unwrap(), None);
        assert!(!certification.wants_more());
    }
}

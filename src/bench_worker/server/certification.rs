//! The proven interval of log p(x) for the present x, narrowed in the background.

use crate::bench_worker::BenchEvent;
use crate::bench_worker::BenchOutgoing;
use crate::data::BinaryImage;
use crate::exact::{Certificate, CertificateError};
use crate::model::{Activation, Vae};

/// Steps per slice; each takes about a millisecond in the browser with the shipped model.
const STEPS_PER_SLICE: usize = 6;
/// Steps per slice with ReLU, where a cell that contains several kinks is integrated piece by piece.
const STEPS_PER_SLICE_WITH_KINKS: usize = 2;
/// Width in nats of a first interval, which is reached before the fine lattices are built.
const FIRST_WIDTH: f64 = 0.01;
/// Final width in nats, which suffices to check the sixth decimal of the lattice's value.
const WIDTH: f64 = 1e-6;

#[derive(Debug)]
pub(super) struct Certification {
    image: u32,
    stage: CertificationStage,
}

#[derive(Debug)]
enum CertificationStage {
    /// Nothing was done yet: most images are replaced before their proof begins.
    Waiting(BinaryImage),
    Narrowing(Box<Certificate>),
    /// The final width is reached; `None` if the model cannot have a proof.
    Over(Option<Box<Certificate>>),
}

impl Certification {
    pub(super) fn new(image: u32, pixels: BinaryImage) -> Self {
        Self { image, stage: CertificationStage::Waiting(pixels) }
    }

    pub(super) fn wants_more(&self) -> bool {
        !matches!(self.stage, CertificationStage::Over(_))
    }

    /// Whether the first interval is still missing.
    pub(super) fn wants_first(&self) -> bool {
        match &self.stage {
            CertificationStage::Waiting(_) => true,
            CertificationStage::Narrowing(certificate) => !certificate.is_done(FIRST_WIDTH),
            CertificationStage::Over(_) => false,
        }
    }

    /// The present state of the proof.
    pub(super) fn certificate(&self) -> Option<&Certificate> {
        match &self.stage {
            CertificationStage::Waiting(_) => None,
            CertificationStage::Narrowing(certificate) => Some(certificate),
            CertificationStage::Over(certificate) => certificate.as_deref(),
        }
    }

    /// Narrows the interval and reports it. `model` must be the same in every call.
    ///
    /// # Errors
    /// Returns candle's error. A model without exactly two latent dimensions is no error: it has no interval.
    pub(super) fn advance(&mut self, model: &Vae) -> candle_core::Result<Option<BenchOutgoing>> {
        if let CertificationStage::Waiting(pixels) = &self.stage {
            self.stage = match Certificate::new(model, pixels) {
                Ok(certificate) => CertificationStage::Narrowing(Box::new(certificate)),
                Err(CertificateError::Network(error)) => return Err(error),
                Err(CertificateError::Latent { .. }) => CertificationStage::Over(None),
            };
        }
        let CertificationStage::Narrowing(certificate) = &mut self.stage else { return Ok(None) };
        certificate.advance(match model.activation {
            Activation::Tanh => STEPS_PER_SLICE,
            Activation::Relu => STEPS_PER_SLICE_WITH_KINKS,
        });
        let (interval, cells) = (certificate.interval(), certificate.cells());
        let event = BenchEvent::Certified {
            image: self.image,
            lower: interval.lower(),
            upper: interval.upper(),
            cells,
        };
        if certificate.is_done(WIDTH)
            && let CertificationStage::Narrowing(certificate) =
                std::mem::replace(&mut self.stage, CertificationStage::Over(None))
        {
            self.stage = CertificationStage::Over(Some(certificate));
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
            let (mut last, mut intervals) = ((f64::NEG_INFINITY, 0.0, 0), 0);
            while certification.wants_more() {
                let outgoing = certification.advance(&model).unwrap().unwrap();
                let BenchEvent::Certified { image: 5, lower, upper, cells } = outgoing.event else {
                    panic!("{outgoing:?}")
                };
                assert!(lower >= last.0 && upper <= last.1 && cells >= last.2 && lower <= upper);
                last = (lower, upper, cells);
                intervals += 1;
                assert!(intervals < 1000, "{last:?}");
            }
            assert!(
                last.1 - last.0 <= WIDTH && intervals > 10,
                "{activation:?}: {last:?} {intervals}"
            );
            assert_eq!(certification.advance(&model).unwrap(), None);
        }
    }

    #[test]
    fn a_model_of_three_latent_dimensions_has_no_interval_and_no_event() {
        let model = model(Activation::Tanh, 3);
        let mut certification = Certification::new(5, BinaryImage::from_fn(|_| false));
        assert!(certification.wants_more());
        assert_eq!(certification.advance(&model).unwrap(), None);
        assert!(!certification.wants_more());
    }
}

//! log p(x|z) through the decoder itself, in f64, at any points of the latent plane.

use candle_core::{DType, Result, Tensor, bail};
use elboscope_kernels::{COLUMNS, SoftplusLayer, relu_f64, tanh_f64};

use super::{Kink, LogLikelihood};
use crate::data::BinaryImage;
use crate::model::{Activation, Vae, in_precision};

/// The decoder for one x.
///
/// With y_d = (1 − 2x_d) a_d the Bernoulli likelihood is log p(x|z) = −Σ_d softplus(y_d): the output layer
/// is kept with the signs of x, and no two large numbers are subtracted.
///
/// # Cost
/// 784·H products and 784 exponentials for a point.
#[derive(Clone, Debug)]
pub struct DecoderLikelihood {
    /// Both weights and the bias of every hidden unit.
    units: Vec<([f64; 2], f64)>,
    activation: Activation,
    output: SoftplusLayer,
    kinks: Vec<Kink>,
}

impl DecoderLikelihood {
    /// The decoder of `model`, of any precision, for `image`.
    ///
    /// # Errors
    /// A model of another latent dimension than two; passes on candle's.
    pub fn new(model: &Vae, image: &BinaryImage) -> Result<Self> {
        if model.latent() != 2 {
            bail!("the latent plane has two dimensions, the model has {}", model.latent())
        }
        let values =
            |tensor: &Tensor| in_precision(tensor, DType::F64)?.flatten_all()?.to_vec1::<f64>();
        let [input, output] = &model.decoder;
        let weights = values(&input.weight)?;
        let units: Vec<_> =
            weights.as_chunks::<2>().0.iter().copied().zip(values(&input.bias)?).collect();
        let (mut weights, mut biases) = (values(&output.weight)?, values(&output.bias)?);
        let rows = weights.chunks_exact_mut(units.len().max(1)).zip(&mut biases);
        for ((row, bias), _) in rows.zip(image.pixels()).filter(|(_, ink)| *ink) {
            *bias = -*bias;
            row.iter_mut().for_each(|weight| *weight = -*weight);
        }
        let kinks = match model.activation {
            Activation::Tanh => Vec::new(),
            Activation::Relu => units
                .iter()
                .filter(|(normal, _)| *normal != [0.0; 2])
                .map(|&(normal, offset)| Kink { normal, offset })
                .collect(),
        };
        let output = SoftplusLayer::new(&weights, &biases);
        Ok(Self { units, activation: model.activation, output, kinks })
    }
}

impl LogLikelihood for DecoderLikelihood {
    fn extend(&self, points: &[[f64; 2]], values: &mut Vec<f64>) {
        let activate = match self.activation {
            Activation::Tanh => tanh_f64,
            Activation::Relu => relu_f64,
        };
        let mut columns = Vec::with_capacity(self.units.len() * COLUMNS);
        for block in points.chunks(COLUMNS) {
            // A short last block is filled up with its first point.
            let z: [[f64; 2]; COLUMNS] =
                std::array::from_fn(|lane| block.get(lane).copied().unwrap_or(block[0]));
            columns.clear();
            for ([first, second], bias) in &self.units {
                columns.extend(z.map(|[z1, z2]| first * z1 + second * z2 + bias));
            }
            let hidden = activate(&columns);
            let sums = self.output.sums(hidden.as_chunks().0);
            values.extend(sums.iter().take(block.len()).map(|sum| -sum));
        }
    }

    fn kinks(&self) -> &[Kink] {
        &self.kinks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::field::tests::small_model;
    use crate::model::ImageTerm;

    #[test]
    fn it_is_the_likelihood_of_the_whole_network() -> Result<()> {
        let points = [[0.0, 0.0], [1.5, -0.25], [-3.0, 7.0], [20.0, -0.001], [0.1, 0.2]];
        let images = [
            BinaryImage::from_fn(|pixel| pixel % 3 == 0),
            BinaryImage::from_fn(|_| true),
            BinaryImage::from_fn(|_| false),
        ];
        for (activation, hidden) in
            [(Activation::Tanh, 4), (Activation::Relu, 4), (Activation::Tanh, 7)]
        {
            let mut model = Vae::seeded(hidden, 2, 1.0, activation, 5);
            for factor in [1.0, 300.0] {
                model.decoder[1].weight = (&model.decoder[1].weight * factor)?;
                for image in images {
                    let term = ImageTerm::new(&model, &image)?;
                    let expected =
                        term.log_likelihoods(&model, points.as_flattened(), points.len())?;
                    let decoder = DecoderLikelihood::new(&model, &image)?;
                    // Every length of the last block.
                    for count in 1..=points.len() {
                        let mut found = vec![7.0];
                        decoder.extend(&points[..count], &mut found);
                        assert_eq!((found.len(), found[0]), (count + 1, 7.0));
                        for (found, expected) in found[1..].iter().zip(&expected) {
                            let error = 1e-13 * (1e3 * factor + expected.abs());
                            assert!((found - expected).abs() < error, "{found} {expected}");
                        }
                    }
                }
            }
        }
        Ok(())
    }

    #[test]
    fn only_rectified_units_have_kinks_and_they_lie_where_the_unit_is_zero() -> Result<()> {
        let image = BinaryImage::from_fn(|_| false);
        let smooth = DecoderLikelihood::new(&small_model(Activation::Tanh, 1.0), &image)?;
        assert!(smooth.kinks().is_empty());
        let mut model = small_model(Activation::Relu, 1.0);
        let decoder = DecoderLikelihood::new(&model, &image)?;
        assert_eq!(decoder.kinks().len(), 4);
        for (kink, (weight, bias)) in decoder.kinks().iter().zip(&decoder.units) {
            let square = weight[0] * weight[0] + weight[1] * weight[1];
            let on_the_line = weight.map(|weight| -bias * weight / square);
            assert!(kink.side(on_the_line).abs() < 1e-14);
            assert!(kink.side(*weight) > kink.side([0.0; 2]));
        }
        // A unit that does not depend on z has none.
        model.decoder[0].weight = model.decoder[0].weight.zeros_like()?;
        assert!(DecoderLikelihood::new(&model, &image)?.kinks().is_empty());
        Ok(())
    }

    #[test]
    fn another_number_of_latents_is_refused() {
        let model = Vae::seeded(4, 3, 1.0, Activation::Tanh, 5);
        assert!(DecoderLikelihood::new(&model, &BinaryImage::from_fn(|_| false)).is_err());
    }
}

//! The written-out pass against plain candle in f64, difference quotients and mpmath.

use candle_core::{D, DType, Tensor, Var};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;
use crate::model::{Activation, log_likelihood};
use crate::training::elbo;
use crate::training::initialisation::tiny_vae;
use crate::training::objective::normal_numbers;
use crate::training::parameters::{movable, trainable};

/// No multiple of the kernels' eight lanes.
const PIXELS: usize = 13;
const HIDDEN: [usize; 2] = [9, 6];
const LATENT: usize = 3;
const IMAGES: usize = 5;

/// A tiny network with weights that matter, some images and noise for `draws` per image.
struct Case {
    /// In f32, as the pass requires.
    model: Vae,
    pixels: Tensor,
    noise: Vec<f32>,
    draws: usize,
}

impl Case {
    fn new(activation: Activation, draws: usize, seed: u64) -> Result<Self> {
        let mut model = tiny_vae(PIXELS, HIDDEN, LATENT, seed)?;
        model.activation = activation;
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        // In some cases less than a quarter is ink, in some more: the first layer has a way for each.
        let ink = |_| f32::from(u8::from(rng.random_bool(0.2)));
        let pixels: Vec<f32> = (0..IMAGES * PIXELS).map(ink).collect();
        Ok(Self {
            model: movable(&model)?.0,
            pixels: Tensor::from_vec(pixels, (IMAGES, PIXELS), &Device::Cpu)?,
            noise: normal_numbers(IMAGES * draws * LATENT, &mut rng),
            draws,
        })
    }

    fn pass(&self) -> Result<Pass<'_>> {
        Pass::forward(&self.model, &self.pixels, &self.noise, self.draws)
    }

    fn noise(&self) -> Result<Tensor> {
        let shape = (IMAGES * self.draws, LATENT);
        Tensor::from_slice(&self.noise, shape, &Device::Cpu)?.to_dtype(DType::F64)
    }

    /// log w of every draw, [images, draws], by the definition of its three densities; q's own
    /// parameters enter log q as they are, or as constants.
    fn log_weights(&self, model: &Vae, is_q_constant: bool) -> Result<Tensor> {
        let repeated = |tensor: &Tensor| -> Result<Tensor> {
            let (rows, columns) = tensor.dims2()?;
            let wide = tensor.unsqueeze(1)?.broadcast_as((rows, self.draws, columns))?;
            wide.reshape((rows * self.draws, columns))
        };
        let pixels = self.pixels.to_dtype(DType::F64)?;
        let (mean, log_variance) = model.encode(&pixels)?;
        let (mean, log_variance) = (repeated(&mean)?, repeated(&log_variance)?);
        let latents = (&mean + (&log_variance * 0.5)?.exp()? * self.noise()?)?;
        let (mean, log_variance) = if is_q_constant {
            (mean.detach(), log_variance.detach())
        } else {
            (mean, log_variance)
        };
        let log_q = (((&latents - &mean)?.sqr()? / log_variance.exp()?)? + &log_variance)?;
        let log_ratio = ((log_q - latents.sqr()?)? * 0.5)?.sum(D::Minus1)?;
        let fit = log_likelihood(&model.decode(&latents)?, &repeated(&pixels)?)?;
        (fit + log_ratio)?.reshape((IMAGES, self.draws))
    }

    /// The mean objective over the images in plain candle.
    fn plain(&self, model: &Vae, objective: Objective) -> Result<Tensor> {
        match objective {
            Objective::Elbo { kl_weight } => {
                let pixels = self.pixels.to_dtype(DType::F64)?;
                let terms = crate::training::ElboTerms::new(model, &pixels, &self.noise()?)?;
                (terms.log_likelihood - (terms.kl_to_prior * kl_weight)?)?.mean_all()
            }
            // As in code that takes binary cross-entropy plus KL for the ELBO.
            Objective::WrongSign => {
                let pixels = self.pixels.to_dtype(DType::F64)?;
                elbo(model, &pixels, &self.noise()?)?.neg()?.mean_all()
            }
            Objective::Iwae { draws, .. } => {
                let log_weights = self.log_weights(model, false)?;
                let most = log_weights.max_keepdim(1)?.detach();
                let sum = log_weights.broadcast_sub(&most)?.exp()?.sum_keepdim(1)?.log()?;
                ((sum + most)? - (draws as f64).ln())?.mean_all()
            }
        }
    }

    /// Gradients of minus the plain objective by candle's own backward pass in f64.
    fn plain_gradients(&self, objective: Objective) -> Result<Vec<Tensor>> {
        let (model, variables) = trainable(&self.model.to_dtype(DType::F64)?)?;
        gradients_of(&self.plain(&model, objective)?.neg()?, &variables)
    }

    /// DReG as its authors give it: w̃² and log q's own parameters are constants (Tucker et al.
    /// 2019).
    fn plain_dreg(&self) -> Result<Vec<Tensor>> {
        let (model, variables) = trainable(&self.model.to_dtype(DType::F64)?)?;
        let log_weights = self.log_weights(&model, true)?;
        let most = log_weights.max_keepdim(1)?;
        let weights = log_weights.broadcast_sub(&most)?.exp()?;
        let shares = weights.broadcast_div(&weights.sum_keepdim(1)?)?.detach();
        let surrogate = (shares.sqr()? * log_weights)?.sum(1)?.mean_all()?.neg()?;
        gradients_of(&surrogate, &variables[..4])
    }
}

fn gradients_of(loss: &Tensor, variables: &[Var]) -> Result<Vec<Tensor>> {
    let store = loss.backward()?;
    Ok(variables.iter().map(|variable| store.get(variable).expect("it matters").clone()).collect())
}

/// Every gradient to 1e-5 of the largest number in its tensor.
fn assert_same(found: &[Tensor], expected: &[Tensor]) -> Result<()> {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found.dims(), expected.dims());
        let scale = expected.abs()?.flatten_all()?.max(0)?.to_scalar::<f64>()?;
        assert!(scale > 0.0);
        let off = (found.to_dtype(DType::F64)? - expected)?.abs()?;
        let off = off.flatten_all()?.max(0)?.to_scalar::<f64>()?;
        assert!(off <= 1e-5 * scale, "tensor {index}: off by {off} of {scale}");
    }
    Ok(())
}

fn iwae(draws: usize, encoder: EncoderGradient) -> Objective {
    Objective::Iwae { draws, encoder }
}

const PLAIN: EncoderGradient = EncoderGradient::Reparameterised;
const DOUBLE: EncoderGradient = EncoderGradient::DoublyReparameterised;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_and_gradients_are_those_of_plain_candle(seed in 0..u64::MAX, is_tanh: bool) {
        let activation = if is_tanh { Activation::Tanh } else { Activation::Relu };
        for (objective, draws) in [
            (Objective::ELBO, 1),
            (Objective::Elbo { kl_weight: 2.5 }, 1),
            (Objective::WrongSign, 1),
            (iwae(1, PLAIN), 1),
            (iwae(4, PLAIN), 4),
        ] {
            let case = Case::new(activation, draws, seed).unwrap();
            let pass = case.pass().unwrap();
            let model = case.model.to_dtype(DType::F64).unwrap();
            let expected = case.plain(&model, objective).unwrap().to_scalar::<f64>().unwrap();
            let found = pass.objective_sum(objective).unwrap() / IMAGES as f64;
            prop_assert!((found - expected).abs() <= 1e-5 * expected.abs(), "{found} {expected}");
            let found = pass.backward(objective, IMAGES, Learn::Everything).unwrap();
            assert_same(&found, &case.plain_gradients(objective).unwrap()).unwrap();
        }
    }

    #[test]
    fn with_the_wrong_sign_every_gradient_is_minus_that_of_the_elbo(seed in 0..u64::MAX, draws in 1..4_usize) {
        let case = Case::new(Activation::Tanh, draws, seed).unwrap();
        let pass = case.pass().unwrap();
        let right = pass.backward(Objective::ELBO, IMAGES, Learn::Everything).unwrap();
        let wrong = pass.backward(Objective::WrongSign, IMAGES, Learn::Everything).unwrap();
        prop_assert_eq!(right.len(), wrong.len());
        for (right, wrong) in right.iter().zip(&wrong) {
            let numbers = |tensor: &Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            let minus: Vec<f32> = numbers(right).iter().map(|slope| -slope).collect();
            prop_assert_eq!(numbers(wrong), minus);
        }
        let sum = pass.objective_sum(Objective::WrongSign).unwrap();
        prop_assert_eq!(sum, -pass.elbo_sum());
    }

    #[test]
    fn dreg_is_its_authors_formula_in_the_encoder_and_iwae_in_the_decoder(seed in 0..u64::MAX) {
        let case = Case::new(Activation::Tanh, 4, seed).unwrap();
        let found = case.pass().unwrap().backward(iwae(4, DOUBLE), IMAGES, Learn::Everything);
        let found = found.unwrap();
        assert_same(&found[..4], &case.plain_dreg().unwrap()).unwrap();
        assert_same(&found[4..], &case.plain_gradients(iwae(4, PLAIN)).unwrap()[4..]).unwrap();
    }
}

#[test]
fn the_slope_along_a_direction_is_the_difference_quotient() -> Result<()> {
    const STEP: f64 = 1e-5;
    for (objective, draws) in [(Objective::Elbo { kl_weight: 0.5 }, 1), (iwae(5, PLAIN), 5)] {
        let case = Case::new(Activation::Tanh, draws, 3)?;
        let gradients = case.pass()?.backward(objective, IMAGES, Learn::Everything)?;
        let mut rng = Pcg64Mcg::seed_from_u64(4);
        for _ in 0..20 {
            let (model, variables) = trainable(&case.model.to_dtype(DType::F64)?)?;
            let (mut slope, mut size) = (0.0, 0.0);
            let mut directions = Vec::new();
            for (variable, gradient) in variables.iter().zip(&gradients) {
                let numbers = normal_numbers(variable.elem_count(), &mut rng);
                let direction = Tensor::from_vec(numbers, variable.shape(), &Device::Cpu)?;
                let direction = direction.to_dtype(DType::F64)?;
                let products = (gradient.to_dtype(DType::F64)? * &direction)?;
                slope += products.sum_all()?.to_scalar::<f64>()?;
                size += products.abs()?.sum_all()?.to_scalar::<f64>()?;
                directions.push(direction);
            }
            let at = |offset: f64| -> Result<f64> {
                for (variable, direction) in variables.iter().zip(&directions) {
                    variable.set(&(variable.as_tensor() + (direction * offset)?)?)?;
                }
                case.plain(&model, objective)?.neg()?.to_scalar()
            };
            let (above, below) = (at(STEP)?, at(-2.0 * STEP)?);
            let difference = (above - below) / (2.0 * STEP);
            // The quotient: truncation STEP² · |f'''| ≈ 1e-10 · 1e3, rounding 1e-15 · 10/STEP. The
            // slope: 1e-6 in each of its f32 terms.
            assert!((slope - difference).abs() < 2e-6 * size + 1e-6, "{slope} {difference}");
        }
    }
    Ok(())
}

/// E[DReG] = E[gradient of L_K] in the encoder (Tucker et al. 2019), on 60 means of 400 draws of K = 3
/// each. Of six components none may be off by 6.5 of its standard errors: by Student's t with 59 degrees
/// of freedom a false alarm comes once in 1e7. The gradient of the ELBO, another function, must be.
#[test]
fn dreg_and_iwae_agree_on_average_and_the_elbo_does_not() -> Result<()> {
    const GROUPS: usize = 60;
    const COPIES: usize = 400;
    const DRAWS: usize = 3;
    let mut case = Case::new(Activation::Tanh, DRAWS, 8)?;
    // Steeper than at the start, so that the weights differ and the posterior is far from q.
    for layer in &mut case.model.decoder {
        layer.weight = (&layer.weight * 3.0)?;
    }
    let pixels = case.pixels.narrow(0, 0, 1)?.repeat((COPIES, 1))?;
    let mut rng = Pcg64Mcg::seed_from_u64(9);
    let bias_gradient = |pass: &Pass, objective| -> Result<Vec<f32>> {
        pass.backward(objective, COPIES, Learn::Encoder)?[3].to_vec1()
    };
    let (mut differences, mut from_elbo) = (Vec::new(), Vec::new());
    for _ in 0..GROUPS {
        let noise = normal_numbers(COPIES * DRAWS * LATENT, &mut rng);
        let pass = Pass::forward(&case.model, &pixels, &noise, DRAWS)?;
        let plain = bias_gradient(&pass, iwae(DRAWS, PLAIN))?;
        let double = bias_gradient(&pass, iwae(DRAWS, DOUBLE))?;
        let elbo = bias_gradient(&pass, Objective::ELBO)?;
        let minus = |a: &[f32], b: &[f32]| -> Vec<f64> {
            a.iter().zip(b).map(|(a, b)| f64::from(a - b)).collect()
        };
        differences.push(minus(&plain, &double));
        from_elbo.push(minus(&elbo, &double));
    }
    let largest = |rows: &[Vec<f64>]| -> f64 {
        let count = rows.len() as f64;
        (0..2 * LATENT)
            .map(|axis| {
                let mean = rows.iter().map(|row| row[axis]).sum::<f64>() / count;
                let square = rows.iter().map(|row| (row[axis] - mean).powi(2)).sum::<f64>();
                mean.abs() / (square / (count - 1.0) / count).sqrt()
            })
            .fold(0.0, f64::max)
    };
    assert!(largest(&differences) < 6.5, "{}", largest(&differences));
    assert!(largest(&from_elbo) > 20.0, "{}", largest(&from_elbo));
    Ok(())
}

#[test]
fn parts_of_a_batch_add_up_to_it() -> Result<()> {
    let case = Case::new(Activation::Tanh, 2, 5)?;
    let objective = iwae(2, DOUBLE);
    let whole = case.pass()?.backward(objective, IMAGES, Learn::Everything)?;
    let part = |from: usize, count: usize| -> Result<Vec<Tensor>> {
        let pixels = case.pixels.narrow(0, from, count)?;
        let noise = &case.noise[from * 2 * LATENT..][..count * 2 * LATENT];
        let pass = Pass::forward(&case.model, &pixels, noise, 2)?;
        pass.backward(objective, IMAGES, Learn::Everything)
    };
    let sums =
        part(0, 2)?.iter().zip(part(2, 3)?).map(|(a, b)| a + b).collect::<Result<Vec<_>>>()?;
    let whole =
        whole.iter().map(|tensor| tensor.to_dtype(DType::F64)).collect::<Result<Vec<_>>>()?;
    assert_same(&sums, &whole)
}

#[test]
fn without_the_decoder_its_gradients_are_left_out() -> Result<()> {
    let pass_of = Case::new(Activation::Relu, 1, 6)?;
    let pass = pass_of.pass()?;
    let whole = pass.backward(Objective::ELBO, IMAGES, Learn::Everything)?;
    let encoder = pass.backward(Objective::ELBO, IMAGES, Learn::Encoder)?;
    assert_eq!((whole.len(), encoder.len()), (8, 4));
    for (encoder, whole) in encoder.iter().zip(&whole) {
        let numbers = |tensor: &Tensor| tensor.flatten_all()?.to_vec1::<f32>();
        assert_eq!(numbers(encoder)?, numbers(whole)?);
    }
    Ok(())
}

#[test]
fn the_parts_of_the_elbo_are_those_of_plain_candle() -> Result<()> {
    let case = Case::new(Activation::Tanh, 1, 7)?;
    let pass = case.pass()?;
    let model = case.model.to_dtype(DType::F64)?;
    let pixels = case.pixels.to_dtype(DType::F64)?;
    let expected = elbo(&model, &pixels, &case.noise()?)?.sum_all()?.to_scalar::<f64>()?;
    assert!((pass.elbo_sum() - expected).abs() < 1e-5 * expected.abs());
    let (mean, log_variance) = model.encode(&pixels)?;
    let kl = crate::training::kl_to_prior(&mean, &log_variance)?.to_vec1::<f64>()?;
    let found: Vec<f64> = pass.kl_to_prior().collect();
    for (found, expected) in found.chunks_exact(LATENT).zip(kl) {
        assert!((found.iter().sum::<f64>() - expected).abs() < 1e-6 * (1.0 + expected));
    }
    Ok(())
}

#[test]
fn noise_of_another_size_is_refused() -> Result<()> {
    let case = Case::new(Activation::Tanh, 1, 7)?;
    assert!(Pass::forward(&case.model, &case.pixels, &case.noise[1..], 1).is_err());
    assert!(Pass::forward(&case.model, &case.pixels, &case.noise, 2).is_err());
    Ok(())
}

/// Logits that reach where log(sigmoid) would be NaN or infinite, with softplus and σ from mpmath.
#[test]
fn pixels_of_extreme_logits_have_their_likelihood_and_slope() {
    const KNOWN: [(f32, f64, f64); 7] = [
        (-800.0, 0.0, 0.0),
        (-40.0, 4.248354255291589e-18, 4.248354255291589e-18),
        (-1.5, 0.2014132779827524, 0.1824255238063563),
        (0.0, std::f64::consts::LN_2, 0.5),
        (0.75, 1.1368710061148999, 0.679178699175393),
        (17.0, 17.000000041399376, 0.9999999586006244),
        (500.0, 500.0, 1.0),
    ];
    for length in [1, 7, 8, 53, 784, 803] {
        for pixel in [0.0, 1.0] {
            let known = |index: usize| KNOWN[index % 7];
            // Half of the logit is bias.
            let mut values: Vec<f32> = (0..length).map(|index| 0.5 * known(index).0).collect();
            let bias = values.clone();
            let found = bernoulli_slopes_f32(&mut values, &bias, &vec![pixel; length]);
            let expected: f64 = (0..length)
                .map(|index| f64::from(pixel) * f64::from(known(index).0) - known(index).1)
                .sum();
            assert!(
                (found - expected).abs() <= 1e-6 * (1.0 + expected.abs()),
                "{found} {expected}"
            );
            for (index, slope) in values.into_iter().enumerate() {
                let expected = f64::from(pixel) - known(index).2;
                assert!((f64::from(slope) - expected).abs() < 2e-7, "{slope} {expected}");
            }
        }
    }
}

#[test]
fn a_logit_that_is_not_finite_is_seen_in_the_likelihood() {
    for (logit, pixel) in [(f32::NAN, 0.0), (f32::NAN, 1.0), (f32::INFINITY, 0.0)] {
        let mut logits = [0.0, logit, 0.0];
        assert!(!bernoulli_slopes_f32(&mut logits, &[0.0; 3], &[1.0, pixel, 0.0]).is_finite());
    }
}

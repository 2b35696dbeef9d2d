//! Training in plain candle, for comparison with the written-out step.

use candle_core::{DType, Tensor, Var};
use elboscope::model::Vae;
use elboscope::training::standard_normal;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// The same training in candle alone: its layers, its ReLU, its binary cross-entropy in the form that
/// does not overflow, its backward pass, and Adam in a dozen operations per variable.
pub struct PlainTrainer {
    layers: Vec<(Var, Var)>,
    moments: Vec<(Tensor, Tensor)>,
    noise: u64,
    steps: i32,
}

impl PlainTrainer {
    /// Starts from the weights of `model`.
    pub fn new(model: &Vae) -> candle_core::Result<Self> {
        let layers = model.encoder.iter().chain(&model.decoder);
        let layers = layers
            .map(|layer| Ok((Var::from_tensor(&layer.weight)?, Var::from_tensor(&layer.bias)?)))
            .collect::<candle_core::Result<Vec<_>>>()?;
        let zeros = |variable: &Var| Ok((variable.zeros_like()?, variable.zeros_like()?));
        let moments = layers
            .iter()
            .flat_map(|(weight, bias)| [weight, bias])
            .map(zeros)
            .collect::<candle_core::Result<_>>()?;
        Ok(Self { layers, moments, noise: 0, steps: 0 })
    }

    /// One step on a batch [batch, 784]; the ELBO per image before it, in nats.
    pub fn step(&mut self, pixels: &Tensor) -> candle_core::Result<f64> {
        let linear = |layer: usize, input: &Tensor| -> candle_core::Result<Tensor> {
            let (weight, bias) = &self.layers[layer];
            input.matmul(&weight.t()?)?.broadcast_add(bias)
        };
        let (batch, latent) = (pixels.dim(0)?, self.layers[2].0.dim(1)?);
        let output = linear(1, &linear(0, pixels)?.relu()?)?;
        let mean = output.narrow(1, 0, latent)?;
        let log_variance = output.narrow(1, latent, latent)?;
        self.noise += 1;
        let mut rng = Pcg64Mcg::seed_from_u64(self.noise);
        let noise = standard_normal(batch, latent, DType::F32, &mut rng)?;
        let latents = (&mean + (&log_variance * 0.5)?.exp()? * noise)?;
        let logits = linear(3, &linear(2, &latents)?.relu()?)?;
        let softplus = (logits.relu()? + (logits.abs()?.neg()?.exp()? + 1.0)?.log()?)?;
        let fit = ((&logits * pixels)? - softplus)?.sum_all()?;
        let kl = (((log_variance.exp()? + mean.sqr()?)? - &log_variance)? - 1.0)?.sum_all()?;
        let loss = (((kl * 0.5)? - fit)? / batch as f64)?;
        let gradients = loss.backward()?;
        self.steps += 1;
        let scale = |decay: f64| 1.0 / (1.0 - decay.powi(self.steps));
        let variables = self.layers.iter().flat_map(|(weight, bias)| [weight, bias]);
        for (variable, (mean, square)) in variables.zip(&mut self.moments) {
            let gradient = gradients.get(variable).unwrap();
            *mean = ((&*mean * 0.9)? + (gradient * 0.1)?)?.detach();
            *square = ((&*square * 0.999)? + (gradient.sqr()? * 0.001)?)?.detach();
            let root = ((&*square * scale(0.999))?.sqrt()? + 1e-8)?;
            let step = ((&*mean * scale(0.9))? / root)?;
            variable.set(&(variable.as_tensor() - (step * 1e-3)?)?)?;
        }
        Ok(-f64::from(loss.to_scalar::<f32>()?))
    }
}

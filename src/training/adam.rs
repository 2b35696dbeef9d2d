//! Adam, the optimiser (Kingma & Ba 2015), with decoupled weight decay (Loshchilov & Hutter 2019).

use candle_core::{Result, Tensor, bail};
use elboscope_kernels::{AdamStep, adam_f32};

use super::numbers::{read, write};

/// How far and how steadily Adam moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamSettings {
    /// Length α of a step while the gradient's sign is steady.
    pub learning_rate: f64,
    /// β₁: how much of the mean gradient survives a step.
    pub mean_decay: f64,
    /// β₂: how much of the mean squared gradient survives a step.
    pub square_decay: f64,
    /// ε, added to the root of the mean square.
    pub epsilon: f64,
    /// λ: weights shrink by αλ of themselves per step. Biases are left alone.
    pub weight_decay: f64,
}

impl Default for AdamSettings {
    /// The paper's settings; no weight decay.
    fn default() -> Self {
        Self {
            learning_rate: 1e-3,
            mean_decay: 0.9,
            square_decay: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
        }
    }
}

/// The optimiser and its memory of past gradients, in f32.
///
/// With gradient g, m ← β₁m + (1 − β₁)g and s ← β₂s + (1 − β₂)g², a weight w becomes
/// w − α [ m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε) + λw ] in step t = 1, 2, ….
#[derive(Clone, Debug)]
pub struct Adam {
    /// May be changed between steps; the learning rate usually is.
    pub settings: AdamSettings,
    slots: Vec<TensorState>,
    steps: u32,
}

/// A tensor that is updated in place, and the running means of its gradient.
#[derive(Clone, Debug)]
struct TensorState {
    tensor: Tensor,
    mean: Vec<f32>,
    square: Vec<f32>,
}

impl Adam {
    /// Starts with zero means. Tensors that share memory with one of `tensors` change as well.
    pub fn new(tensors: Vec<Tensor>, settings: AdamSettings) -> Self {
        let slot = |tensor: Tensor| {
            let zeros = vec![0.0; tensor.elem_count()];
            TensorState { tensor, mean: zeros.clone(), square: zeros }
        };
        Self { settings, slots: tensors.into_iter().map(slot).collect(), steps: 0 }
    }

    /// Moves every tensor one step down its gradient, given in the same order.
    ///
    /// # Errors
    /// If there is not one gradient of the same shape for each, or something is not contiguous f32.
    pub fn step(&mut self, gradients: &[Tensor]) -> Result<()> {
        if gradients.len() != self.slots.len() {
            bail!("{} gradients for {} tensors", gradients.len(), self.slots.len())
        }
        self.steps = self.steps.saturating_add(1);
        let settings = self.settings;
        let all_so_far = |decay: f64| 1.0 - decay.powi(self.steps.min(i32::MAX as u32) as i32);
        let mean_weight = all_so_far(settings.mean_decay);
        let square_weight = all_so_far(settings.square_decay);
        for (TensorState { tensor, mean, square }, gradient) in self.slots.iter_mut().zip(gradients)
        {
            if gradient.shape() != tensor.shape() {
                bail!("a gradient of shape {:?} for {:?}", gradient.dims(), tensor.dims())
            }
            let is_weight = tensor.rank() > 1;
            let decay = if is_weight { settings.weight_decay } else { 0.0 };
            let step = AdamStep {
                mean_gain: (1.0 - settings.mean_decay) as f32,
                square_gain: (1.0 - settings.square_decay) as f32,
                length: (settings.learning_rate / mean_weight) as f32,
                square_scale: (1.0 / square_weight) as f32,
                epsilon: settings.epsilon as f32,
                shrink: (settings.learning_rate * decay) as f32,
            };
            read(gradient, |gradient| {
                write(tensor, |values| adam_f32(values, gradient, mean, square, &step))
            })??;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    fn vector(values: &[f32]) -> Tensor {
        Tensor::new(values, &Device::Cpu).expect("a vector")
    }

    #[test]
    fn three_steps_by_hand() -> Result<()> {
        let settings = AdamSettings {
            learning_rate: 0.1,
            mean_decay: 0.5,
            square_decay: 0.75,
            epsilon: 0.5,
            weight_decay: 0.0,
        };
        // First component, gradients 2, 0, −2:
        // t = 1: m = 1, s = 1, m̂ = 2, ŝ = 4, step 0.1 · 2/2.5 = 0.08.
        // t = 2: m = 1/2, s = 3/4, m̂ = 2/3, ŝ = (3/4)/(7/16) = 12/7.
        // t = 3: m = −3/4, s = 25/16, m̂ = −6/7, ŝ = (25/16)/(37/64) = 100/37.
        // The others have gradient 0 throughout.
        let steps = [
            0.08,
            0.1 * (2.0 / 3.0) / ((12.0_f64 / 7.0).sqrt() + 0.5),
            -0.1 * (6.0 / 7.0) / (10.0 / 37.0_f64.sqrt() + 0.5),
        ];
        // In a whole vector of the kernel, and in the rest after one.
        for at in [0, 9] {
            let weights = vector(&[1.0; 10]);
            let mut adam = Adam::new(vec![weights.clone()], settings);
            let mut expected = 1.0;
            for (slope, step) in [2.0, 0.0, -2.0].into_iter().zip(steps) {
                let mut gradient = [0.0; 10];
                gradient[at] = slope;
                adam.step(&[vector(&gradient)])?;
                expected -= step;
                for (index, value) in weights.to_vec1::<f32>()?.into_iter().enumerate() {
                    let expected = if index == at { expected } else { 1.0 };
                    assert!((f64::from(value) - expected).abs() < 2e-7, "{value} {expected}");
                }
            }
        }
        Ok(())
    }

    /// A thousand steps of the formula in plain f64, on gradients of very different size.
    #[test]
    fn many_steps_follow_the_formula_in_f64() -> Result<()> {
        const COUNT: usize = 11;
        let settings = AdamSettings { weight_decay: 0.1, ..AdamSettings::default() };
        let weights = Tensor::full(1.0_f32, (1, COUNT), &Device::Cpu)?;
        let mut adam = Adam::new(vec![weights.clone()], settings);
        let (mut w, mut m, mut s) = ([1.0_f64; COUNT], [0.0_f64; COUNT], [0.0_f64; COUNT]);
        for t in 1..=1000 {
            let slope = |i: usize| {
                10.0_f64.powi(i as i32 - 6) * (1.0 + (f64::from(t) * 0.7 + i as f64).sin())
            };
            let gradient: Vec<f32> = (0..COUNT).map(|i| slope(i) as f32).collect();
            adam.step(&[Tensor::from_vec(gradient, (1, COUNT), &Device::Cpu)?])?;
            for i in 0..COUNT {
                m[i] = 0.9 * m[i] + 0.1 * slope(i);
                s[i] = 0.999 * s[i] + 0.001 * slope(i) * slope(i);
                let (mean, square) =
                    (m[i] / (1.0 - 0.9_f64.powi(t)), s[i] / (1.0 - 0.999_f64.powi(t)));
                w[i] -= 1e-3 * (mean / (square.sqrt() + 1e-8) + 0.1 * w[i]);
            }
        }
        for (found, expected) in weights.flatten_all()?.to_vec1::<f32>()?.iter().zip(w) {
            // A thousand roundings of numbers near 1.
            assert!((f64::from(*found) - expected).abs() < 3e-5, "{found} {expected}");
        }
        Ok(())
    }

    #[test]
    fn the_first_step_has_the_length_of_the_learning_rate() -> Result<()> {
        for slope in [1e-3, 1.0, 1e6] {
            let weights = vector(&[0.0]);
            Adam::new(vec![weights.clone()], AdamSettings::default()).step(&[vector(&[slope])])?;
            let step = weights.to_vec1::<f32>()?[0];
            assert!((step + 1e-3).abs() < 1e-7, "{step}");
        }
        Ok(())
    }

    #[test]
    fn weights_decay_and_biases_do_not() -> Result<()> {
        let settings = AdamSettings { learning_rate: 0.1, weight_decay: 0.5, ..Default::default() };
        let weight = Tensor::new(&[[2.0_f32]], &Device::Cpu)?;
        let bias = vector(&[2.0]);
        let zeros = [weight.zeros_like()?, bias.zeros_like()?];
        Adam::new(vec![weight.clone(), bias.clone()], settings).step(&zeros)?;
        // 2 − 0.1 · 0.5 · 2
        assert!((weight.to_vec2::<f32>()?[0][0] - 1.9).abs() < 1e-7);
        assert_eq!(bias.to_vec1::<f32>()?, [2.0]);
        Ok(())
    }

    #[test]
    fn a_gradient_that_faded_leaves_no_subnormal_numbers_behind() -> Result<()> {
        let mut adam = Adam::new(vec![vector(&[0.0])], AdamSettings::default());
        adam.step(&[vector(&[1e-6])])?;
        for _ in 0..2000 {
            adam.step(&[vector(&[0.0])])?;
        }
        // 1e-7 · 0.9^2000 is below the smallest f32.
        assert_eq!(adam.slots[0].mean, [0.0]);
        Ok(())
    }

    #[test]
    fn gradients_that_do_not_fit_are_refused() -> Result<()> {
        let mut adam = Adam::new(vec![vector(&[0.0; 2])], AdamSettings::default());
        assert!(adam.step(&[]).is_err());
        assert!(adam.step(&[vector(&[0.0; 3])]).is_err());
        assert!(adam.step(&[Tensor::new(&[0.0_f64; 2], &Device::Cpu)?]).is_err());
        Ok(())
    }
}

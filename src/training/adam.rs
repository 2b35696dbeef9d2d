//! Adam, the optimiser (Kingma & Ba 2015), with decoupled weight decay (Loshchilov & Hutter 2019).

use std::cell::RefCell;

use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, InplaceOp2, Layout, Result, Var, WithDType, bail};

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

/// The optimiser and its memory of past gradients.
///
/// With gradient g, m ← β₁m + (1 − β₁)g and s ← β₂s + (1 − β₂)g², a variable w becomes
/// w − α [ m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε) + λw ] in step t = 1, 2, ….
#[derive(Clone, Debug)]
pub struct Adam {
    /// May be changed between steps; the learning rate usually is.
    pub settings: AdamSettings,
    slots: Vec<Slot>,
    steps: u32,
}

/// A variable and the running means of its gradient.
#[derive(Clone, Debug)]
struct Slot {
    variable: Var,
    moments: Moments,
}

#[derive(Clone, Debug)]
struct Moments {
    mean: Vec<f64>,
    square: Vec<f64>,
}

impl Adam {
    /// Starts without memory of any gradient.
    pub fn new(variables: Vec<Var>, settings: AdamSettings) -> Self {
        let slot = |variable: Var| {
            let zeros = vec![0.0; variable.elem_count()];
            Slot { variable, moments: Moments { mean: zeros.clone(), square: zeros } }
        };
        Self { settings, slots: variables.into_iter().map(slot).collect(), steps: 0 }
    }

    /// Moves every variable one step down its gradient. A variable without a gradient stays.
    ///
    /// # Errors
    /// If a variable is neither f32 nor f64, or its gradient is of another type.
    pub fn step(&mut self, gradients: &GradStore) -> Result<()> {
        self.steps = self.steps.saturating_add(1);
        let power = |decay: f64| 1.0 - decay.powi(self.steps.min(i32::MAX as u32) as i32);
        let settings = self.settings;
        let (mean_weight, square_weight) =
            (power(settings.mean_decay), power(settings.square_decay));
        for Slot { variable, moments } in &mut self.slots {
            let Some(gradient) = gradients.get(variable) else {
                continue;
            };
            let is_weight = variable.rank() > 1;
            let update = Update {
                settings,
                mean_weight,
                square_weight,
                weight_decay: if is_weight { settings.weight_decay } else { 0.0 },
                moments: RefCell::new(moments),
            };
            variable.inplace_op2(&gradient.contiguous()?, &update)?;
        }
        Ok(())
    }
}

/// One step of one variable, in one pass over its memory.
struct Update<'a> {
    settings: AdamSettings,
    /// 1 − β₁ᵗ, the weight that all gradients so far have in the mean.
    mean_weight: f64,
    /// 1 − β₂ᵗ
    square_weight: f64,
    weight_decay: f64,
    moments: RefCell<&'a mut Moments>,
}

impl Update<'_> {
    fn apply<T: WithDType>(&self, values: &mut [T], gradient: &[T]) {
        let AdamSettings { learning_rate, mean_decay, square_decay, epsilon, .. } = self.settings;
        let mut moments = self.moments.borrow_mut();
        let Moments { mean, square } = &mut **moments;
        for (((value, gradient), mean), square) in
            values.iter_mut().zip(gradient).zip(mean).zip(square)
        {
            let gradient = gradient.to_f64();
            *mean = mean_decay * *mean + (1.0 - mean_decay) * gradient;
            *square = square_decay * *square + (1.0 - square_decay) * gradient * gradient;
            let direction =
                *mean / self.mean_weight / ((*square / self.square_weight).sqrt() + epsilon);
            let old = value.to_f64();
            *value = T::from_f64(old - learning_rate * (direction + self.weight_decay * old));
        }
    }
}

impl InplaceOp2 for Update<'_> {
    fn name(&self) -> &'static str {
        "adam"
    }

    fn cpu_fwd(
        &self,
        variable: &mut CpuStorage,
        layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<()> {
        let (Some((start, end)), Some((from, to))) =
            (layout.contiguous_offsets(), gradient_layout.contiguous_offsets())
        else {
            bail!("adam needs contiguous tensors")
        };
        match (variable, gradient) {
            (CpuStorage::F32(values), CpuStorage::F32(gradient)) => {
                self.apply(&mut values[start..end], &gradient[from..to]);
            }
            (CpuStorage::F64(values), CpuStorage::F64(gradient)) => {
                self.apply(&mut values[start..end], &gradient[from..to]);
            }
            _ => bail!("adam is defined for f32 and f64, with the gradient in the same type"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Tensor};

    /// Gradient of Σ c·w is c.
    fn step_along(adam: &mut Adam, variable: &Var, slope: &[f64]) -> Result<()> {
        let slope = Tensor::from_slice(slope, variable.shape(), &Device::Cpu)?;
        let gradients = (variable.as_tensor() * slope)?.sum_all()?.backward()?;
        adam.step(&gradients)
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
        let variable = Var::new(&[1.0_f64, -1.0], &Device::Cpu)?;
        let mut adam = Adam::new(vec![variable.clone()], settings);
        // First component, gradients 2, 0, −2:
        // t = 1: m = 1, s = 1, m̂ = 2, ŝ = 4, step 0.1 · 2/2.5 = 0.08.
        // t = 2: m = 1/2, s = 3/4, m̂ = 2/3, ŝ = (3/4)/(7/16) = 12/7.
        // t = 3: m = −3/4, s = 25/16, m̂ = −6/7, ŝ = (25/16)/(37/64) = 100/37.
        // The second has gradient 0 throughout.
        let steps = [
            0.08,
            0.1 * (2.0 / 3.0) / ((12.0_f64 / 7.0).sqrt() + 0.5),
            -0.1 * (6.0 / 7.0) / (10.0 / 37.0_f64.sqrt() + 0.5),
        ];
        let mut expected = 1.0;
        for (slope, step) in [2.0, 0.0, -2.0].into_iter().zip(steps) {
            step_along(&mut adam, &variable, &[slope, 0.0])?;
            expected -= step;
            let values = variable.to_vec1::<f64>()?;
            assert!((values[0] - expected).abs() < 1e-15, "{} {expected}", values[0]);
            assert_eq!(values[1], -1.0);
        }
        Ok(())
    }

    #[test]
    fn the_first_step_has_the_length_of_the_learning_rate() -> Result<()> {
        for slope in [1e-3, 1.0, 1e6] {
            let variable = Var::new(&[0.0_f32], &Device::Cpu)?;
            let mut adam = Adam::new(vec![variable.clone()], AdamSettings::default());
            let slope = Tensor::new(&[slope as f32], &Device::Cpu)?;
            adam.step(&(variable.as_tensor() * slope)?.sum_all()?.backward()?)?;
            let step = variable.to_vec1::<f32>()?[0];
            assert!((step + 1e-3).abs() < 1e-7, "{step}");
        }
        Ok(())
    }

    #[test]
    fn weights_decay_and_biases_do_not() -> Result<()> {
        let settings = AdamSettings { learning_rate: 0.1, weight_decay: 0.5, ..Default::default() };
        let weight = Var::new(&[[2.0_f64]], &Device::Cpu)?;
        let bias = Var::new(&[2.0_f64], &Device::Cpu)?;
        for variable in [&weight, &bias] {
            let mut adam = Adam::new(vec![variable.clone()], settings);
            step_along(&mut adam, variable, &[0.0])?;
        }
        // 2 − 0.1 · 0.5 · 2
        assert!((weight.to_vec2::<f64>()?[0][0] - 1.9).abs() < 1e-15);
        assert_eq!(bias.to_vec1::<f64>()?, [2.0]);
        Ok(())
    }
}

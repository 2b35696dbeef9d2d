//! Adam (Kingma & Ba 2015) on a few numbers; the one for tensors is in the kernels.

/// ε, added to the root of the mean square.
const EPSILON: f64 = 1e-8;

/// The running means of a gradient with N components, and of its squares.
#[derive(Clone, Debug)]
pub(super) struct AdamMoments<const N: usize> {
    decay: [f64; 2],
    mean: [f64; N],
    square: [f64; N],
    steps: i32,
}

impl<const N: usize> AdamMoments<N> {
    /// Starts without memory; β₁ and β₂ say how much of the two means survives a step.
    pub(super) fn new(decay: [f64; 2]) -> Self {
        Self { decay, mean: [0.0; N], square: [0.0; N], steps: 0 }
    }

    /// Number of steps taken.
    pub(super) fn steps(&self) -> usize {
        self.steps as usize
    }

    /// How far to go uphill.
    ///
    /// # Formula
    /// With gradient g, m ← β₁m + (1 − β₁)g and s ← β₂s + (1 − β₂)g², the step is
    /// rate · m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε) in step t = 1, 2, ….
    pub(super) fn step(&mut self, gradient: [f64; N], rate: f64) -> [f64; N] {
        self.steps = self.steps.saturating_add(1);
        let [mean_share, square_share] = self.decay.map(|decay| 1.0 - decay);
        let [mean_weight, square_weight] = self.decay.map(|decay| 1.0 - decay.powi(self.steps));
        let mut change = [0.0; N];
        for (index, g) in gradient.into_iter().enumerate() {
            let (mean, square) = (&mut self.mean[index], &mut self.square[index]);
            *mean += mean_share * (g - *mean);
            *square += square_share * (g * g - *square);
            change[index] =
                rate * (*mean / mean_weight) / ((*square / square_weight).sqrt() + EPSILON);
        }
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_has_the_length_of_the_rate_whatever_the_slope() {
        let mut adam = AdamMoments::new([0.9, 0.999]);
        for (found, expected) in adam.step([1e-3, -1e5], 0.08).into_iter().zip([0.08, -0.08]) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        assert_eq!(adam.steps(), 1);
    }

    #[test]
    fn later_steps_are_those_of_the_sums_written_out() {
        // m_t = (1 − β₁) Σ β₁^(t−i) g_i and so for the squares.
        let (gradients, rate) = ([0.5_f64, -2.0, 3.0, 0.25], 0.1);
        let mut adam = AdamMoments::new([0.9, 0.99]);
        for t in 1..=gradients.len() {
            let sum = |decay: f64, power: i32| -> f64 {
                let terms = gradients[..t].iter().enumerate();
                let terms = terms.map(|(i, g)| decay.powi((t - 1 - i) as i32) * g.powi(power));
                (1.0 - decay) * terms.sum::<f64>() / (1.0 - decay.powi(t as i32))
            };
            let expected = rate * sum(0.9, 1) / (sum(0.99, 2).sqrt() + 1e-8);
            let [found] = adam.step([gradients[t - 1]], rate);
            assert!((found - expected).abs() < 1e-12, "{t}: {found} {expected}");
        }
    }
}

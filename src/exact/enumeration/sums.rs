//! Sums of exponentials that arrive one by one, kept relative to the largest so far.

/// log Σ exp(ℓ), and with the same weights the sum of further quantities.
///
/// Terms go first into a block of their own, which is added to the whole when it ends: a million terms
/// added one by one to their sum would lose digits.
#[derive(Clone, Debug)]
pub(super) struct WeightedSums {
    log_max: f64,
    block: Vec<f64>,
    whole: Vec<f64>,
}

impl WeightedSums {
    /// `quantities` sums.
    pub(super) fn new(quantities: usize) -> Self {
        let zeros = vec![0.0; quantities];
        Self { log_max: f64::NEG_INFINITY, block: zeros.clone(), whole: zeros }
    }

    /// Adds exp(`log_weight`) times what `add` finds, which is given the weight and the sums.
    pub(super) fn push(&mut self, log_weight: f64, add: impl FnOnce(f64, &mut [f64])) {
        if log_weight == f64::NEG_INFINITY {
            return;
        }
        if log_weight > self.log_max {
            let factor = (self.log_max - log_weight).exp();
            self.block.iter_mut().chain(&mut self.whole).for_each(|sum| *sum *= factor);
            self.log_max = log_weight;
        }
        add((log_weight - self.log_max).exp(), &mut self.block);
    }

    /// Ends a block.
    pub(super) fn end_block(&mut self) {
        for (whole, block) in self.whole.iter_mut().zip(&mut self.block) {
            *whole += std::mem::take(block);
        }
    }

    /// The scale: each true sum is exp(this) times the one in [`Self::scaled`].
    pub(super) fn log_scale(&self) -> f64 {
        self.log_max
    }

    /// The sums of all blocks that have ended, divided by exp of [`Self::log_scale`].
    pub(super) fn scaled(&self) -> &[f64] {
        &self.whole
    }

    /// log of sum `index`, in nats; −∞ if nothing was added.
    pub(super) fn log_sum(&self, index: usize) -> f64 {
        if self.log_max == f64::NEG_INFINITY {
            return self.log_max;
        }
        self.log_max + self.whole[index].ln()
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    #[test]
    fn rising_falling_and_vanishing_terms() {
        // Weights 1, 4, 2 and 0 with values 3, 5, 7: sums 7 and 37, whatever the level.
        for level in [0.0, -1e4, 1e4] {
            let mut sums = WeightedSums::new(2);
            for (weight, value) in [(1.0_f64, 3.0), (4.0, 5.0), (2.0, 7.0), (0.0, 1.0)] {
                sums.push(weight.ln() + level, |weight, sums| {
                    sums[0] += weight;
                    sums[1] += weight * value;
                });
            }
            sums.end_block();
            assert_abs_diff_eq!(sums.log_sum(0), 7.0_f64.ln() + level, epsilon = 1e-11);
            assert_abs_diff_eq!(sums.scaled()[1] / sums.scaled()[0], 37.0 / 7.0, epsilon = 1e-11);
        }
    }

    #[test]
    fn nothing_is_minus_infinity() {
        let mut sums = WeightedSums::new(1);
        sums.push(f64::NEG_INFINITY, |weight, sums| sums[0] += weight);
        sums.end_block();
        assert_eq!(sums.log_sum(0), f64::NEG_INFINITY);
    }
}

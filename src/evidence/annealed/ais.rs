//! Annealed importance sampling (Neal 2001, Annealed importance sampling; for decoders, Wu et al.
//! 2017, On the quantitative analysis of decoder-based generative models).

use std::num::NonZeroUsize;

use super::error::AnnealedError;
use super::hmc::Hmc;
use super::kernel::{Acceptance, AnnealingProgress, Kernel, TemperatureStage};
use super::path::GeometricPath;
use super::schedule::Schedule;
use super::walkers::Walkers;
use crate::evidence::LogWeights;

/// An AIS run in progress: all chains are at one temperature; [`Self::advance`] moves them to the next.
///
/// # Formula
/// z₀ ~ q and z_t by a kernel that leaves π_{β_t} invariant; the log-weight of a chain is
/// Σ_{t<T} (β_{t+1} − β_t)(log p(x, z_t) − log q(z_t)). No move is made at β = 1, which would change no
/// weight. With T = 1 this is importance sampling. With perfect kernels the mean log-weight is the
/// left Riemann sum of the thermodynamic integral.
///
/// # Bias
/// The mean *weight* is unbiased for p(x), however badly the kernels mix, as long as nothing is adapted during the
/// run. So the mean log-weight is biased **down**, and so is the log of the mean weight, by less. A mode that no
/// chain visits leaves no trace in the weights: compare with [`ReverseRun`](super::ReverseRun).
#[derive(Clone, Debug)]
pub struct AnnealedRun<K = Hmc> {
    walkers: Walkers<K>,
    recorded_chains: usize,
    record: Vec<ChainSnapshot>,
}

/// The first few chains at one temperature, for drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainSnapshot {
    /// The inverse temperature.
    pub beta: f64,
    /// The chains' positions, [recorded chains, D].
    pub positions: Vec<f64>,
    /// Their log-weights up to this temperature, in nats.
    pub log_weights: Vec<f64>,
}

impl<K: Kernel> AnnealedRun<K> {
    /// Draws the chains' starting points from q; the same seed gives the same run.
    ///
    /// # Errors
    /// [`AnnealedError`] if a density could not be evaluated, or is NaN or +∞ at a starting point.
    pub fn new(
        path: &GeometricPath<'_>,
        schedule: Schedule,
        kernel: K,
        chains: NonZeroUsize,
        seed: u64,
    ) -> Result<Self, AnnealedError> {
        let walkers = Walkers::from_initial(path, schedule.upwards(), kernel, chains.get(), seed)?;
        Ok(Self { walkers, recorded_chains: 0, record: Vec::new() })
    }

    /// Records the path of the first `chains` chains from here on, including the present position.
    pub fn recording(mut self, chains: NonZeroUsize) -> Self {
        self.recorded_chains = chains.get().min(self.log_weights().len());
        self.take_snapshot();
        self
    }

    /// Weights all chains for the next temperature and moves them there once; `None` at the end.
    ///
    /// # Errors
    /// [`AnnealedError`] if a density could not be evaluated or `path` has another dimension; the run is then
    /// unchanged and can be advanced again.
    pub fn advance(
        &mut self,
        path: &GeometricPath<'_>,
    ) -> Result<Option<TemperatureStage>, AnnealedError> {
        let stage = self.walkers.advance(path)?;
        if stage.is_some() {
            self.take_snapshot();
        }
        Ok(stage)
    }

    /// Advances to the end and returns the log-weights.
    ///
    /// # Errors
    /// As [`Self::advance`] and [`Self::finish`].
    pub fn complete(mut self, path: &GeometricPath<'_>) -> Result<LogWeights, AnnealedError> {
        while self.advance(path)?.is_some() {}
        self.finish()
    }

    /// The chains' log-weights, independent of each other: [`importance`](crate::evidence::importance())
    /// and all diagnostics apply, [`elbo`](crate::evidence::elbo()) is the single-chain bound.
    ///
    /// # Errors
    /// [`AnnealedError::Unfinished`] before the last temperature; [`AnnealedError::Weights`] if q was
    /// zero at its own draw.
    pub fn finish(self) -> Result<LogWeights, AnnealedError> {
        self.walkers.finish()
    }

    /// How many of the T temperatures are done.
    pub fn progress(&self) -> AnnealingProgress {
        self.walkers.progress()
    }

    /// The inverse temperature at which the chains are: 0 at the start, 1 at the end.
    pub fn beta(&self) -> f64 {
        self.walkers.beta()
    }

    /// The chains' positions, [chains, D].
    pub fn positions(&self) -> &[f64] {
        self.walkers.chains.positions()
    }

    /// The log-weights so far, in nats: of the chains as draws from π_β (unnormalised).
    pub fn log_weights(&self) -> &[f64] {
        &self.walkers.log_weights
    }

    /// Moves accepted so far, over all temperatures.
    pub fn acceptance(&self) -> Acceptance {
        self.walkers.acceptance
    }

    /// One snapshot per temperature since [`Self::recording`]; empty without it.
    pub fn record(&self) -> &[ChainSnapshot] {
        &self.record
    }

    fn take_snapshot(&mut self) {
        let count = self.recorded_chains;
        if count > 0 {
            let values = count * self.walkers.chains.dimension();
            self.record.push(ChainSnapshot {
                beta: self.beta(),
                positions: self.positions()[..values].to_vec(),
                log_weights: self.log_weights()[..count].to_vec(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::super::known_densities::{Gaussian, Perfect, Restricted, TwoModes, wide};
    use super::super::run_parts::{count, hmc, uniform};
    use super::*;
    use crate::density::{LogDensity, Proposal};
    use crate::evidence::{elbo, importance};
    use crate::family::BivariateGaussian;
    use crate::known_gaussian::{self, LOG_EVIDENCE, WIDE};

    const ZERO: f64 = f64::NEG_INFINITY;

    /// The log of the mean weight is within 5 of its own standard errors of `expected`, and these are
    /// at most `most`, or the check would say nothing: false-alarm rate below 1e-5, for errors that are
    /// themselves estimated.
    fn assert_unbiased(weights: &LogWeights, expected: f64, most: f64) {
        let estimate = importance(weights);
        let stderr = estimate.log_stderr.unwrap();
        assert!(stderr < most, "{estimate:?}");
        assert_abs_diff_eq!(estimate.log_evidence, expected, epsilon = 5.0 * stderr);
    }

    #[test]
    fn one_step_is_importance_sampling_with_the_same_draws() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let run = AnnealedRun::new(&path, uniform(1), hmc(0.5, 3), count(100), 8).unwrap();
        let found = run.complete(&path).unwrap();
        let draws = q.draw(100, &mut Pcg64Mcg::seed_from_u64(8));
        let (p, q) = (joint.log_densities(&draws).unwrap(), q.log_densities(&draws).unwrap());
        let expected: Vec<f64> = p.iter().zip(q).map(|(p, q)| p - q).collect();
        assert_eq!(found.as_slice(), expected);
    }

    #[test]
    fn perfect_kernels_give_the_left_riemann_sum() {
        // 2¹⁵ chains; mean and variance of the log-weight in closed form, steps being independent.
        // 5 deviations: false-alarm rate 6e-7 each. The closed form itself is checked first: at the
        // ends it is the oracle's ELBO and EUBO.
        let perfect = Perfect { mean: 0.5, variance: 0.4 };
        let at = |beta| perfect.log_weight_moments(beta).0;
        assert_abs_diff_eq!(at(0.0), WIDE.elbo, epsilon = 1e-13);
        assert_abs_diff_eq!(at(1.0), WIDE.eubo, epsilon = 1e-13);
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        for steps in [1, 10, 100] {
            let chains = 1 << 15;
            let run =
                AnnealedRun::new(&path, uniform(steps), perfect.clone(), count(chains), 9).unwrap();
            let found = elbo(&run.complete(&path).unwrap()).elbo;
            let moments = (0..steps).map(|t| perfect.log_weight_moments(t as f64 / steps as f64));
            let (means, variances): (Vec<f64>, Vec<f64>) = moments.unzip();
            let left = means.iter().sum::<f64>() / steps as f64;
            let variance = variances.iter().sum::<f64>() / (steps * steps) as f64;
            assert_abs_diff_eq!(found, left, epsilon = 5.0 * (variance / chains as f64).sqrt());
            assert!(left < LOG_EVIDENCE);
        }
    }

    #[test]
    fn unbiased_in_one_two_and_ten_dimensions() {
        // 5 standard errors of 2¹³ to 2¹⁴ weights: false-alarm rate below 1e-5 each.
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let run = AnnealedRun::new(&path, uniform(5), hmc(0.6, 3), count(1 << 14), 10).unwrap();
        let weights = run.complete(&path).unwrap();
        assert_unbiased(&weights, LOG_EVIDENCE, 0.01);

        let q = Gaussian::diagonal(&[0.0; 2], &[2.0; 2]);
        let joint = BivariateGaussian::new([1.0, -0.5], [0.5, 0.8], 0.6).unwrap();
        let path = GeometricPath::new(&q, &joint).unwrap();
        let run = AnnealedRun::new(&path, uniform(8), hmc(0.5, 4), count(1 << 14), 11).unwrap();
        assert_unbiased(&run.complete(&path).unwrap(), 0.0, 0.02);

        let q = Gaussian::diagonal(&[0.0; 10], &[1.0; 10]);
        let joint = Gaussian::diagonal(&[0.5; 10], &[0.6; 10]).with_evidence(-170.0);
        let path = GeometricPath::new(&q, &joint).unwrap();
        let run = AnnealedRun::new(&path, uniform(16), hmc(0.5, 4), count(1 << 13), 12).unwrap();
        assert_unbiased(&run.complete(&path).unwrap(), -170.0, 0.05);
    }

    #[test]
    fn a_kernel_that_hardly_moves_is_still_unbiased() {
        // Almost all the weight is that of importance sampling, whose χ² is 0.278.
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let run = AnnealedRun::new(&path, uniform(5), hmc(0.01, 1), count(1 << 14), 13).unwrap();
        let weights = run.complete(&path).unwrap();
        assert_unbiased(&weights, LOG_EVIDENCE, 0.01);
    }

    #[test]
    fn the_bound_rises_towards_the_evidence_with_every_tenfold_of_steps() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        // Gaps near .28, .03 and .003; standard errors of 2¹³ chains .011, .004 and .001: rising by
        // more than 5 of them is certain but for 1e-6, and so is staying 5 below log p or less.
        let bounds = [1, 10, 100].map(|steps| {
            let run =
                AnnealedRun::new(&path, uniform(steps), hmc(0.7, 3), count(1 << 13), 14).unwrap();
            elbo(&run.complete(&path).unwrap())
        });
        for pair in bounds.windows(2) {
            assert!(pair[1].elbo > pair[0].elbo, "{bounds:?}");
        }
        for bound in bounds {
            let highest = LOG_EVIDENCE + 5.0 * bound.stderr.unwrap();
            assert!(bound.elbo < highest, "{bounds:?}");
        }
        assert!(bounds[2].elbo > LOG_EVIDENCE - 0.02, "{bounds:?}");
    }

    #[test]
    fn two_hundred_dimensions() {
        // v = 1.5 τ² in every coordinate: ELBO 200 · ½(1.5 − 1 − ln 1.5) = 9.45 nats low, the weights'
        // second moment 1.3e5. 100 steps leave about 0.1, and the mean of 64 chains has a deviation of
        // 0.08: to be 0.6 nats low it must be off by 6 of them, false-alarm rate below 1e-6.
        let q = Gaussian::diagonal(&[0.0; 200], &[1.5_f64.sqrt(); 200]);
        let joint = Gaussian::diagonal(&[0.0; 200], &[1.0; 200]).with_evidence(-300.0);
        let path = GeometricPath::new(&q, &joint).unwrap();
        let run = AnnealedRun::new(&path, uniform(100), hmc(0.4, 4), count(64), 15).unwrap();
        let weights = run.complete(&path).unwrap();
        assert!(elbo(&weights).elbo > -300.6, "{:?}", elbo(&weights));
        assert_unbiased(&weights, -300.0, 0.2);
    }

    #[test]
    fn two_modes_and_a_proposal_that_covers_both() {
        let (q, joint) = (Gaussian::diagonal(&[0.0], &[3.0]), TwoModes { centre: 3.0, sd: 0.4 });
        let path = GeometricPath::new(&q, &joint).unwrap();
        let run = AnnealedRun::new(&path, uniform(20), hmc(0.6, 4), count(1 << 12), 16).unwrap();
        assert_unbiased(&run.complete(&path).unwrap(), 0.0, 0.02);
    }

    #[test]
    fn a_target_that_is_zero_in_places_never_gives_nan() {
        // The positive half of a normal, evidence 1/2; half of the chains start at weight zero.
        let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), Restricted(|z| z > 0.0));
        let path = GeometricPath::new(&q, &joint).unwrap();
        let mut run = AnnealedRun::new(&path, uniform(6), hmc(0.5, 3), count(1 << 12), 17).unwrap();
        while run.advance(&path).unwrap().is_some() {
            assert!(run.log_weights().iter().all(|l| !l.is_nan()));
            assert!(run.positions().iter().all(|z| z.is_finite()));
        }
        let weights = run.finish().unwrap();
        let zeros = weights.as_slice().iter().filter(|l| **l == ZERO).count();
        // 2048 ± 32: 5 deviations.
        assert!((1888..=2208).contains(&zeros), "{zeros}");
        assert_unbiased(&weights, 0.5_f64.ln(), 0.02);
    }

    #[test]
    fn a_target_that_is_zero_everywhere() {
        let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), Restricted(|_| false));
        let path = GeometricPath::new(&q, &joint).unwrap();
        let run = AnnealedRun::new(&path, uniform(4), hmc(0.5, 3), count(8), 18).unwrap();
        assert_eq!(run.complete(&path).unwrap().as_slice(), [ZERO; 8]);
    }

    #[test]
    fn slices_read_out_where_the_run_is() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let new = || AnnealedRun::new(&path, uniform(4), hmc(0.5, 3), count(5), 19).unwrap();
        let mut run = new().recording(count(2));
        assert_eq!((run.beta(), run.log_weights()), (0.0, &[0.0; 5][..]));
        assert!(matches!(run.clone().finish(), Err(AnnealedError::Unfinished { done: 0, of: 4 })));
        for (done, beta) in [(1, 0.25), (2, 0.5), (3, 0.75), (4, 1.0)] {
            let stage = run.advance(&path).unwrap().unwrap();
            assert_eq!((stage.beta, run.beta()), (beta, beta));
            assert_eq!(run.progress(), AnnealingProgress { done, of: 4 });
            // No move at β = 1.
            assert_eq!(stage.acceptance.proposed, if done < 4 { 5 } else { 0 });
        }
        assert_eq!(run.advance(&path).unwrap(), None);
        assert_eq!(run.acceptance().proposed, 15);
        let betas: Vec<f64> = run.record().iter().map(|snapshot| snapshot.beta).collect();
        assert_eq!(betas, [0.0, 0.25, 0.5, 0.75, 1.0]);
        let last = &run.record()[4];
        assert_eq!(last.positions, run.positions()[..2]);
        assert_eq!(last.log_weights, run.log_weights()[..2]);
        // Recording changes no number, and the same seed gives the same ones.
        assert_eq!(run.finish().unwrap(), new().complete(&path).unwrap());
    }

    #[test]
    fn one_chain_is_enough() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let run = AnnealedRun::new(&path, uniform(50), hmc(0.5, 3), count(1), 20).unwrap();
        let weights = run.complete(&path).unwrap();
        assert_eq!((weights.len().get(), importance(&weights).log_stderr), (1, None));
        assert!(weights.as_slice()[0].is_finite());
    }

    #[test]
    fn a_density_that_is_nan_or_another_path_is_an_error() {
        let q = Gaussian::diagonal(&[0.0], &[1.0]);
        let nan = q.clone().with_evidence(f64::NAN);
        let path = GeometricPath::new(&q, &nan).unwrap();
        let error = AnnealedRun::new(&path, uniform(2), hmc(0.5, 3), count(4), 21).err();
        assert!(matches!(error, Some(AnnealedError::Start { chain: 0 })));

        let path = GeometricPath::new(&q, &q).unwrap();
        let mut run = AnnealedRun::new(&path, uniform(2), hmc(0.5, 3), count(4), 21).unwrap();
        let plane = Gaussian::diagonal(&[0.0; 2], &[1.0; 2]);
        let other = GeometricPath::new(&plane, &plane).unwrap();
        let error = run.advance(&other).err();
        assert!(matches!(error, Some(AnnealedError::Dimension { expected: 1, found: 2 })));
        // Nothing was counted twice: q to q has weight one.
        assert_eq!(run.complete(&path).unwrap().as_slice(), [0.0; 4]);
    }
}

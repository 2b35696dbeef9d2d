//! log p(x) between a lower and an upper bound that close as the temperatures become more (Grosse,
//! Ghahramani & Adams 2015, Sandwiching the marginal likelihood using bidirectional Monte Carlo).

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::ais::AnnealedRun;
use super::bdmc::{ExactDraws, ReverseRun};
use super::error::AnnealedError;
use super::hmc::Hmc;
use super::kernel::{Acceptance, Kernel, Progress};
use super::path::GeometricPath;
use super::schedule::{Schedule, Spacing};
use super::smc::{SmcPlan, SmcRun};
use crate::evidence::sample_mean::SampleMean;
use crate::evidence::{LogInterval, LogWeights, log_mean_exp};

/// What a sandwich is to be made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SandwichPlan {
    /// The numbers of temperatures T, in the order in which they are worked off; usually rising.
    pub steps: Vec<NonZeroUsize>,
    /// How the temperatures are laid out.
    pub spacing: Spacing,
    /// Chains of AIS, and of SMC in all.
    pub chains: NonZeroUsize,
    /// Populations into which the chains of SMC are divided; a remainder is left out.
    pub populations: NonZeroUsize,
    /// The seed. A rung depends on it and on its own T, not on the other rungs.
    pub seed: u64,
}

/// A bound of log p(x) on average, as estimated from independent runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// The estimate, in nats; −∞ for a lower and +∞ for an upper one if a run has weight zero.
    pub mean: f64,
    /// Its standard error, in nats; `None` if the runs do not tell.
    pub stderr: Option<f64>,
}

/// What T temperatures say about log p(x).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SandwichRung {
    /// T.
    pub steps: NonZeroUsize,
    /// E log ŵ of a single AIS chain: a lower bound.
    pub ais: Bound,
    /// E log Ẑ of an SMC population: a lower bound, usually a tighter one.
    pub smc: Bound,
    /// U = −E log w_rev of a single reverse chain: an upper bound. `None` without exact draws.
    pub bdmc: Option<Bound>,
    /// log of the mean weight of all AIS chains, in nats: the best forward estimate.
    pub log_evidence_forward: f64,
    /// −log of the mean weight of all reverse chains, in nats. `None` without exact draws.
    pub log_evidence_reverse: Option<f64>,
    /// Moves accepted by the AIS chains.
    pub acceptance: Acceptance,
}

/// The bounds for one T after the other, one temperature of one method at a time.
///
/// # Bias
/// E ais and E smc ≤ log p(x) ≤ E bdmc hold on average, for every T and every kernel; `bdmc` only if
/// the exact draws are what they are called. A single estimate may be off by its error.
#[derive(Clone, Debug)]
pub struct Sandwich<K = Hmc> {
    plan: SandwichPlan,
    kernel: K,
    exact_draws: Option<ExactDraws>,
    rungs: Vec<SandwichRung>,
    current: Option<Layers<K>>,
    recorded_chains: Option<NonZeroUsize>,
}

/// The runs for one T. They advance in turn, so that both sides close in together.
#[derive(Clone, Debug)]
struct Layers<K> {
    forward: AnnealedRun<K>,
    populations: SmcRun<K>,
    reverse: Option<ReverseRun<K>>,
}

impl<K: Kernel + Clone> Sandwich<K> {
    /// A sandwich of which nothing is done. Without exact posterior draws it has no upper side.
    pub fn new(plan: SandwichPlan, kernel: K, exact_draws: Option<ExactDraws>) -> Self {
        let (rungs, current, recorded_chains) = (Vec::new(), None, None);
        Self { plan, kernel, exact_draws, rungs, current, recorded_chains }
    }

    /// Keeps the way of the first `chains` chains of every AIS run that is not yet begun: it is the
    /// record of [`Self::forward`] until its T is done.
    pub fn recording(self, chains: NonZeroUsize) -> Self {
        Self { recorded_chains: Some(chains), ..self }
    }

    /// Takes one method one temperature further; says how far it has come, `None` if it was at its end.
    ///
    /// # Errors
    /// [`AnnealedError`] if a density could not be evaluated or is NaN, or if the exact draws do not fit
    /// the path; the T at work then starts over.
    pub fn advance(&mut self, path: &GeometricPath<'_>) -> Result<Option<Progress>, AnnealedError> {
        let Some(&steps) = self.plan.steps.get(self.rungs.len()) else { return Ok(None) };
        let mut layers = match self.current.take() {
            Some(layers) => layers,
            None => self.start(path, steps)?,
        };
        if layers.advance(path)? {
            self.current = Some(layers);
        } else {
            let rung = layers.rung(steps, self.exact_draws.as_ref())?;
            self.rungs.push(rung);
        }
        Ok(Some(self.progress()))
    }

    /// Does what is left to do and returns all rungs.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub fn complete(
        mut self,
        path: &GeometricPath<'_>,
    ) -> Result<Vec<SandwichRung>, AnnealedError> {
        while self.advance(path)?.is_some() {}
        Ok(self.rungs)
    }

    /// The rungs that are done, in the order of the plan.
    pub fn rungs(&self) -> &[SandwichRung] {
        &self.rungs
    }

    /// Steps behind it and in all: one per temperature and method.
    pub fn progress(&self) -> Progress {
        let methods = if self.exact_draws.is_some() { 3 } else { 2 };
        let steps_of = |steps: &[NonZeroUsize]| steps.iter().map(|t| t.get() * methods).sum();
        let behind: usize = steps_of(&self.plan.steps[..self.rungs.len()]);
        let current = self.current.as_ref().map_or(0, Layers::done);
        Progress { done: behind + current, of: steps_of(&self.plan.steps) }
    }

    /// The AIS run of the T at work, for drawing.
    pub fn forward(&self) -> Option<&AnnealedRun<K>> {
        self.current.as_ref().map(|layers| &layers.forward)
    }

    /// The SMC run of the T at work, for drawing.
    pub fn populations(&self) -> Option<&SmcRun<K>> {
        self.current.as_ref().map(|layers| &layers.populations)
    }

    /// The reverse run of the T at work, for drawing.
    pub fn reverse(&self) -> Option<&ReverseRun<K>> {
        self.current.as_ref().and_then(|layers| layers.reverse.as_ref())
    }

    fn start(
        &self,
        path: &GeometricPath<'_>,
        steps: NonZeroUsize,
    ) -> Result<Layers<K>, AnnealedError> {
        let SandwichPlan { spacing, chains, populations, .. } = self.plan;
        let schedule = || Schedule::spaced(spacing, steps);
        let seed = |method| seed_of(self.plan.seed, steps, method);
        let per_population = NonZeroUsize::new(chains.get() / populations.get());
        let smc = SmcPlan::new(populations, per_population.unwrap_or(NonZeroUsize::MIN));
        let kernel = || self.kernel.clone();
        let reverse = |draws| ReverseRun::new(path, schedule(), kernel(), draws, seed(2));
        let forward = AnnealedRun::new(path, schedule(), kernel(), chains, seed(0))?;
        Ok(Layers {
            forward: match self.recorded_chains {
                Some(chains) => forward.recording(chains),
                None => forward,
            },
            populations: SmcRun::new(path, schedule(), kernel(), smc, seed(1))?,
            reverse: self.exact_draws.as_ref().map(reverse).transpose()?,
        })
    }
}

impl<K: Kernel> Layers<K> {
    /// Advances the method that is furthest behind; says whether anything is left to do after it.
    fn advance(&mut self, path: &GeometricPath<'_>) -> Result<bool, AnnealedError> {
        let forward = self.forward.progress().done;
        let populations = self.populations.progress().done;
        if forward <= populations && self.reverse_done().is_none_or(|reverse| forward <= reverse) {
            self.forward.advance(path)?;
        } else if self.reverse_done().is_none_or(|reverse| populations <= reverse) {
            self.populations.advance(path)?;
        } else if let Some(reverse) = &mut self.reverse {
            reverse.advance(path)?;
        }
        let reverse_finished = self.reverse.as_ref().is_none_or(|run| run.progress().is_finished());
        let lower = [self.forward.progress(), self.populations.progress()];
        Ok(!(reverse_finished && lower.iter().all(Progress::is_finished)))
    }

    fn reverse_done(&self) -> Option<usize> {
        self.reverse.as_ref().map(|run| run.progress().done)
    }

    fn done(&self) -> usize {
        let lower = self.forward.progress().done + self.populations.progress().done;
        lower + self.reverse_done().unwrap_or(0)
    }

    fn rung(
        self,
        steps: NonZeroUsize,
        exact_draws: Option<&ExactDraws>,
    ) -> Result<SandwichRung, AnnealedError> {
        let acceptance = self.forward.acceptance();
        let forward = self.forward.finish()?;
        let reverse = self.reverse.map(ReverseRun::finish).transpose()?;
        // Chains from one and the same draw do not know what another draw would have given.
        let independent = exact_draws.is_some_and(ExactDraws::are_independent);
        let upper = |weights: &LogWeights| {
            let Bound { mean, stderr } = Bound::of(weights);
            Bound { mean: -mean, stderr: stderr.filter(|_| independent) }
        };
        Ok(SandwichRung {
            steps,
            ais: Bound::of(&forward),
            smc: Bound::of(&self.populations.finish()?),
            bdmc: reverse.as_ref().map(upper),
            log_evidence_forward: log_mean_exp(forward.as_slice()),
            log_evidence_reverse: reverse.map(|weights| -log_mean_exp(weights.as_slice())),
            acceptance,
        })
    }
}

impl Bound {
    fn of(log_weights: &LogWeights) -> Self {
        let SampleMean { mean, stderr } = SampleMean::of(log_weights.as_slice());
        Self { mean, stderr }
    }

    /// The interval of z standard errors about the bound, in nats; `None` if its error is unknown.
    pub fn interval(&self, z: f64) -> Option<LogInterval> {
        let reach = z.abs() * self.stderr?;
        Some(LogInterval { low: self.mean - reach, high: self.mean + reach })
    }
}

impl SandwichRung {
    /// An interval that contains log p(x) with probability at least 1 − `error_rate`, whatever the
    /// kernels did, by Markov's inequality.
    ///
    /// # Formula
    /// P(log p̂ > log p + b) ≤ e^{−b} for the mean forward weight, which is unbiased for p(x), and
    /// P(−log r̂ < log p − b) ≤ e^{−b} for the mean reverse weight, unbiased for 1/p(x); b = ln(2/α),
    /// half of the error rate α on each side. Without exact draws the upper end is +∞ and b = ln(1/α).
    ///
    /// # Errors
    /// `None` unless `error_rate` lies strictly between 0 and 1.
    pub fn certificate(&self, error_rate: f64) -> Option<LogInterval> {
        if !(error_rate > 0.0 && error_rate < 1.0) {
            return None;
        }
        let sides = if self.log_evidence_reverse.is_some() { 2.0_f64 } else { 1.0 };
        let reach = (sides / error_rate).ln();
        let high = self.log_evidence_reverse.map_or(f64::INFINITY, |reverse| reverse + reach);
        Some(LogInterval { low: self.log_evidence_forward - reach, high })
    }
}

/// A seed of its own for every T and method (SplitMix64's finaliser: Steele, Lea & Flood 2014).
fn seed_of(seed: u64, steps: NonZeroUsize, method: u64) -> u64 {
    let mix = |value: u64| {
        let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    };
    let gap = 0x9e37_79b9_7f4a_7c15_u64;
    let add = |state: u64, value: u64| mix(state.wrapping_add(gap) ^ value);
    add(add(add(0, seed), steps.get() as u64), method)
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::super::known_densities::{Gaussian, Perfect, Restricted, wide};
    use super::super::run_parts::{count, hmc, oracle_draws};
    use super::*;
    use crate::density::Proposal;
    use crate::known_gaussian::{self, LOG_EVIDENCE};

    fn plan(steps: &[usize], chains: usize, seed: u64) -> SandwichPlan {
        SandwichPlan {
            steps: steps.iter().map(|&t| count(t)).collect(),
            spacing: Spacing::Uniform,
            chains: count(chains),
            populations: count(16),
            seed,
        }
    }

    #[test]
    fn the_thermodynamic_widths() {
        // Perfect kernels: U − L = .4521/T within 5 standard errors, false-alarm rate 6e-7 each, and
        // these are below a tenth of the width but for T = 100.
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let perfect = Perfect { mean: 0.5, variance: 0.4 };
        let draws = oracle_draws(1 << 15, 1);
        let sandwich = Sandwich::new(plan(&[1, 10, 100], 1 << 15, 2), perfect, Some(draws));
        let rungs = sandwich.complete(&path).unwrap();
        for (rung, width) in rungs.iter().zip([0.452_107, 0.045_210_7, 0.004_521_07]) {
            let (lower, upper) = (rung.ais, rung.bdmc.unwrap());
            let error = lower.stderr.unwrap().hypot(upper.stderr.unwrap());
            assert_abs_diff_eq!(upper.mean - lower.mean, width, epsilon = 5.0 * error);
            assert!(error < 0.1 * width || rung.steps.get() == 100);
        }
    }

    #[test]
    fn a_record_holds_every_temperature_and_changes_nothing() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let plain = Sandwich::new(plan(&[1, 4], 16, 3), hmc(0.7, 3), None);
        let mut recorded = plain.clone().recording(count(5));
        let mut lengths = Vec::new();
        while recorded.advance(&path).unwrap().is_some() {
            let forward = recorded.forward().filter(|run| run.progress().is_finished());
            lengths.extend(forward.map(|run| run.record().len()));
            assert!(forward.is_none_or(|run| run.record()[0].log_weights == [0.0; 5]));
        }
        assert_eq!(lengths, [2, 5]);
        assert_eq!(recorded.rungs(), plain.complete(&path).unwrap());
    }

    #[test]
    fn both_sides_close_in_on_the_evidence() {
        // HMC; each bound on its side but for 5 standard errors: false-alarm rate below 1e-5 in all.
        // That the widths shrink is certain: they go down by about ten each time.
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let draws = Some(oracle_draws(2048, 3));
        let sandwich = Sandwich::new(plan(&[1, 10, 100], 2048, 4), hmc(0.7, 3), draws);
        let rungs = sandwich.complete(&path).unwrap();
        let mut before = f64::INFINITY;
        for rung in &rungs {
            let upper = rung.bdmc.unwrap();
            for lower in [rung.ais, rung.smc] {
                assert!(lower.interval(5.0).unwrap().low < LOG_EVIDENCE, "{rung:?}");
            }
            assert!(upper.interval(5.0).unwrap().high > LOG_EVIDENCE, "{rung:?}");
            // Populations of 128 chains lose far less than single chains.
            assert!(rung.smc.mean > rung.ais.mean || rung.steps.get() == 100, "{rung:?}");
            let width = upper.mean - rung.ais.mean;
            assert!(width < before, "{rungs:?}");
            before = width;
        }
        assert!(before < 0.02, "{before}");
    }

    #[test]
    fn the_certificate_covers() {
        // 300 sandwiches of 4 chains and α = 0.2: at most 60 ± 7 misses if Markov's inequality were
        // an equality; 60 + 5 · 7 = 95 at most. It is far from one, so there must be fewer than 60.
        let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let misses = (0..300).filter(|&seed| {
            let sandwich =
                Sandwich::new(plan(&[3], 4, seed), hmc(0.7, 3), Some(oracle_draws(4, seed)));
            let rung = sandwich.complete(&path).unwrap()[0];
            let interval = rung.certificate(0.2).unwrap();
            !(interval.low <= LOG_EVIDENCE && LOG_EVIDENCE <= interval.high)
        });
        let misses = misses.count();
        assert!(misses < 60, "{misses}");
    }

    #[test]
    fn a_certificate_by_hand() {
        let bound = Bound { mean: -3.0, stderr: Some(0.5) };
        let interval = bound.interval(-2.0).unwrap();
        assert_eq!((interval.low, interval.high), (-4.0, -2.0));
        let mut rung = SandwichRung {
            steps: count(1),
            ais: bound,
            smc: bound,
            bdmc: Some(bound),
            log_evidence_forward: -10.0,
            log_evidence_reverse: Some(-9.0),
            acceptance: Acceptance::default(),
        };
        let both = rung.certificate(0.1).unwrap();
        assert_abs_diff_eq!(both.low, -10.0 - 20.0_f64.ln(), epsilon = 1e-14);
        assert_abs_diff_eq!(both.high, -9.0 + 20.0_f64.ln(), epsilon = 1e-14);
        rung.log_evidence_reverse = None;
        let lower = rung.certificate(0.1).unwrap();
        assert_abs_diff_eq!(lower.low, -10.0 - 10.0_f64.ln(), epsilon = 1e-14);
        assert_eq!(lower.high, f64::INFINITY);
        for bad in [0.0, 1.0, -0.1, f64::NAN] {
            assert_eq!(rung.certificate(bad), None);
        }
    }

    #[test]
    fn one_step_at_a_time_in_turn() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let new = || Sandwich::new(plan(&[2, 3], 32, 5), hmc(0.7, 3), Some(oracle_draws(32, 6)));
        let mut sandwich = new();
        assert_eq!(sandwich.progress(), Progress { done: 0, of: 15 });
        for done in 1..=15 {
            let progress = sandwich.advance(&path).unwrap();
            assert_eq!(progress, Some(Progress { done, of: 15 }));
            assert_eq!(sandwich.rungs().len(), if done < 6 { 0 } else { 1 + done / 15 });
            if let (Some(forward), Some(populations), Some(reverse)) =
                (sandwich.forward(), sandwich.populations(), sandwich.reverse())
            {
                let all = [forward.progress(), populations.progress(), reverse.progress()];
                let done = all.map(|progress| progress.done);
                assert!(done.is_sorted_by(|a, b| a >= b) && done[0] - done[2] <= 1, "{done:?}");
            }
        }
        assert_eq!(sandwich.advance(&path).unwrap(), None);
        assert_eq!(sandwich.rungs(), new().complete(&path).unwrap());
        // A rung depends on its own T only.
        let alone = Sandwich::new(plan(&[3], 32, 5), hmc(0.7, 3), Some(oracle_draws(32, 6)));
        assert_eq!(alone.complete(&path).unwrap()[0], sandwich.rungs()[1]);
    }

    #[test]
    fn without_exact_draws_there_is_no_upper_side() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let rungs = Sandwich::new(plan(&[4], 64, 7), hmc(0.7, 3), None).complete(&path).unwrap();
        assert_eq!((rungs[0].bdmc, rungs[0].log_evidence_reverse), (None, None));
        assert_eq!(rungs[0].certificate(0.05).unwrap().high, f64::INFINITY);
        // No T, no work.
        let mut nothing = Sandwich::new(plan(&[], 64, 7), hmc(0.7, 3), None);
        assert_eq!(nothing.advance(&path).unwrap(), None);
    }

    #[test]
    fn chains_from_one_simulated_draw_claim_no_error() {
        let (q, joint) = (wide(), known_gaussian::model());
        let path = GeometricPath::new(&q, &joint).unwrap();
        let draws = ExactDraws::Simulated { latent: vec![0.9], chains: count(32) };
        let rungs =
            Sandwich::new(plan(&[4], 32, 8), hmc(0.7, 3), Some(draws)).complete(&path).unwrap();
        let upper = rungs[0].bdmc.unwrap();
        assert!(upper.mean.is_finite() && upper.stderr.is_none());
        assert!(rungs[0].ais.stderr.is_some());
    }

    #[test]
    fn weights_of_zero_open_the_sandwich_and_never_give_nan() {
        let (q, joint) = (Gaussian::diagonal(&[0.0], &[1.0]), Restricted(|z| z > 0.0));
        let path = GeometricPath::new(&q, &joint).unwrap();
        let half = q.draw(64, &mut Pcg64Mcg::seed_from_u64(9)).iter().map(|z| z.abs()).collect();
        let draws = Some(ExactDraws::Independent(half));
        let rungs = Sandwich::new(plan(&[5], 64, 10), hmc(0.7, 3), draws).complete(&path).unwrap();
        let rung = rungs[0];
        assert_eq!((rung.ais.mean, rung.ais.stderr), (f64::NEG_INFINITY, None));
        assert_eq!(rung.ais.interval(2.0), None);
        assert!(rung.log_evidence_forward.is_finite());
        assert!(rung.bdmc.unwrap().mean >= 0.5_f64.ln() - 1e-9);
    }

    #[test]
    fn seeds_differ_between_rungs_and_methods() {
        let mut seeds: Vec<u64> = (0..20)
            .flat_map(|seed| (1..20).map(move |steps| (seed, count(steps))))
            .flat_map(|(seed, steps)| (0..3).map(move |method| seed_of(seed, steps, method)))
            .collect();
        seeds.sort_unstable();
        assert!(seeds.windows(2).all(|pair| pair[0] < pair[1]));
    }
}

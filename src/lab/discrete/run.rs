//! The computation: draws and enumeration, in slices.

use super::countable_model::CountableModel;
use super::counter::{Counter, ExactCounts, Variances, variances_of_bits};
use super::draws::StateDraws;
use super::map::{Map, Masses};
use super::setting::Setting;
use super::{numbers, pictures, remarks};
use crate::family::{BernoulliBits, MAX_BITS, is_one};
use crate::lab::{Run, Sheet};
use crate::model::{BinaryLatentError, open_bits};
use crate::state::Language;

/// The ratio of the numbers of draws of successive moments.
const GROWTH: f64 = 1.09;

/// Everything that is shown, as far as it is computed.
#[derive(Clone, Debug)]
pub(super) struct CountingState {
    pub setting: Setting,
    /// The number of draws at each step of the playback; the first is 0.
    pub moments: Vec<usize>,
    pub uniform: StateDraws,
    pub prior: StateDraws,
    pub importance: Option<StateDraws>,
    pub known: ExactCounts,
    /// The most probable state and its p(z|x), once computed.
    pub needle: Option<(u32, f64)>,
    /// The posterior mass of every cell of the map.
    pub masses: Option<Vec<f64>>,
    /// The relative variances with 1, 2, … bits.
    pub costs: Vec<Variances>,
}

/// The lab with one setting.
pub(super) struct Counting<M: CountableModel> {
    pub model: M,
    pub state: CountingState,
    counter: Counter<M>,
    masses: Masses,
    /// The enumeration of a model with fewer bits, for the figure of the costs.
    rung: Option<Counter<M>>,
    /// Draws and states done, and in all.
    work: [u64; 2],
}

impl<M: CountableModel> Counting<M> {
    /// Nothing is drawn or enumerated yet.
    ///
    /// # Errors
    /// [`BinaryLatentError`] if there is no such model.
    pub(super) fn new(setting: Setting) -> Result<Self, BinaryLatentError> {
        let Setting { bits, sharpness, nearness, draws, seed, .. } = setting;
        let model = M::new(bits, sharpness, seed)?;
        let counter = Counter::new(model.clone(), nearness)?;
        // Three streams for each seed.
        let stream = |method: u64| 3 * seed + method;
        let known = counter.known().clone();
        let costs = if model.posterior().is_some() {
            (1..=MAX_BITS as i32).map(|n| variances_of_bits(n, sharpness, nearness)).collect()
        } else {
            Vec::new()
        };
        let state = CountingState {
            setting,
            moments: moments(draws),
            uniform: StateDraws::new(open_bits(&vec![0.5; bits])?, stream(0)),
            prior: StateDraws::new(model.prior()?, stream(1)),
            importance: known.q.clone().map(|q| StateDraws::new(q, stream(2))),
            masses: model.posterior().map(|posterior| cell_masses(Map::new(bits), posterior)),
            needle: needle(&model, &known),
            known,
            costs,
        };
        // All draws; p(x, q) and the map; and the models with fewer bits, which have almost as many states together.
        let states = 1_u64 << bits;
        let rungs = if state.costs.is_empty() { 2 * (states - 2) } else { 0 };
        let map = if state.masses.is_none() { states } else { 0 };
        let total = 3 * state.moments.len() as u64 + 2 * states + map + rungs;
        let masses = Masses::new(bits);
        Ok(Self { model, state, counter, masses, rung: None, work: [0, total] })
    }

    /// Draws up to the next moment with every available method.
    fn draw(&mut self) -> bool {
        let CountingState { moments, uniform, prior, importance, known, setting, .. } =
            &mut self.state;
        if importance.is_none() {
            *importance = known.q.clone().map(|q| StateDraws::new(q, 3 * setting.seed + 2));
        }
        let each = [Some(uniform), Some(prior), importance.as_mut()].into_iter().flatten();
        // log p(x, z) is finite at every state, so that every weight is accepted.
        let drawn =
            each.filter_map(|draws| draws.advance(&self.model, moments).ok().filter(|d| *d));
        let count = drawn.count();
        self.work[0] += count as u64;
        count > 0
    }

    /// Enumerates states.
    fn count(&mut self) -> bool {
        let Some(states) = self.counter.advance() else { return false };
        self.state.known = self.counter.known().clone();
        self.state.needle = needle(&self.model, &self.state.known);
        self.work[0] += states;
        true
    }

    /// Sums the cells of the map.
    fn fill_map(&mut self) -> bool {
        let Some(log_evidence) = self.state.log_evidence() else { return false };
        if self.state.masses.is_some() {
            return false;
        }
        let Some(states) = self.masses.advance(&self.model, log_evidence) else { return false };
        self.state.masses = self.masses.finished().map(<[f64]>::to_vec);
        self.work[0] += states;
        true
    }

    /// Enumerates models with fewer bits.
    fn climb(&mut self) -> bool {
        let (Setting { bits, sharpness, nearness, seed, .. }, costs) =
            (self.state.setting, &mut self.state.costs);
        if costs.len() + 1 >= bits {
            // The last one is already enumerated.
            costs.extend(self.state.known.variances().filter(|_| costs.len() + 1 == bits));
            return false;
        }
        if self.rung.is_none() {
            let model = M::new(costs.len() + 1, sharpness, seed);
            self.rung = model.and_then(|model| Counter::new(model, nearness)).ok();
        }
        let Some(rung) = &mut self.rung else { return false };
        if let Some(states) = rung.advance() {
            self.work[0] += states;
        } else {
            costs.extend(rung.known().variances());
            self.rung = None;
        }
        true
    }
}

impl<M: CountableModel> Run for Counting<M> {
    fn advance(&mut self) -> bool {
        self.draw() || self.count() || self.fill_map() || self.climb()
    }

    fn progress(&self) -> f64 {
        self.work[0] as f64 / self.work[1] as f64
    }

    fn steps(&self) -> usize {
        self.state.moments.len() - 1
    }

    fn sheet(&self, step: usize, language: Language) -> Sheet {
        let step = step.min(self.steps());
        let state = &self.state;
        Sheet {
            figures: vec![
                pictures::map(state, step, language),
                pictures::trace(state, step, language),
                pictures::cost(state, language),
            ],
            metrics: numbers::metrics(state, step, language),
            table: numbers::table(state, step, language),
            remarks: remarks::remarks(state, step, language),
        }
    }
}

impl CountingState {
    /// log p(x), once computed.
    pub(super) fn log_evidence(&self) -> Option<f64> {
        self.known.posterior.as_ref().map(|posterior| posterior.log_evidence)
    }
}

/// The most probable state and p(z|x) there.
fn needle(model: &impl CountableModel, known: &ExactCounts) -> Option<(u32, f64)> {
    let posterior = known.posterior.as_ref()?;
    let log_mass = model.log_joint(posterior.mode) - posterior.log_evidence;
    Some((posterior.mode, log_mass.exp()))
}

/// Numbers of draws 0, 1, 2, …, with increasing distances, up to all.
pub(super) fn moments(draws: usize) -> Vec<usize> {
    let mut moments = vec![0];
    let mut last = 0;
    while last < draws {
        last = ((last as f64 * GROWTH).ceil() as usize).max(last + 1).min(draws);
        moments.push(last);
    }
    moments
}

/// The posterior mass of every cell, as a product over the bits that determine the cell.
fn cell_masses(map: Map, posterior: &BernoulliBits) -> Vec<f64> {
    let bits = map.cells().trailing_zeros() as usize;
    let mass = |cell: usize| {
        let log_probability = |bit: usize| posterior.log_probability(bit, is_one(cell as u32, bit));
        (0..bits).map(log_probability).sum::<f64>().exp()
    };
    (0..map.cells()).map(mass).collect()
}

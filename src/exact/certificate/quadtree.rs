//! The adaptive quadtree: its cells, the choice of the next one, and the sum of their masses.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::iter::once;

use super::CertificateError;
use super::cell::{Cell, log_tail};
use super::decoder::SignedDecoder;
use super::interval::Interval;
use super::range::{self, CELLS};
use super::{affine, integral};
use crate::data::BinaryImage;
use crate::model::{Activation, Vae};

/// R of the first square. Where p(x) is small, the tail's gap makes the square larger.
const FIRST_HALF_WIDTH: f64 = 8.0;
/// Most cells. Ordinary digits need 200 to 500 for 10⁻⁶ nat.
pub(super) const MOST_CELLS: usize = 20_000;

/// A rigorous interval around log p(x) that narrows with every step.
///
/// # Example
/// ```
/// use elboscope::data::{Binarization, gallery};
/// use elboscope::exact::Certificate;
/// use elboscope::model::read_weights;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let model = read_weights(&std::fs::read("public/models/strokes.safetensors")?)?;
/// let x = Binarization::default().apply(&gallery()[3].image);
/// let mut certificate = Certificate::new(&model, &x)?;
/// while !certificate.is_done(0.01) {
///     certificate.advance(10);
/// }
/// let interval = certificate.interval();
/// println!("{} ≤ log p(x) ≤ {}", interval.lower(), interval.upper());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Certificate {
    decoder: SignedDecoder,
    /// The square [−R, R]² that the roots tile.
    pub(super) square: Cell,
    roots: Vec<usize>,
    nodes: Vec<QuadtreeNode>,
    pub(super) leaves: usize,
    queue: BinaryHeap<RefinementTask>,
    log_evidence: Interval,
}

#[derive(Clone, Debug)]
struct QuadtreeNode {
    cell: Cell,
    log_mass: Interval,
    parent: Option<usize>,
    /// The first of its quarters, which lie in a row.
    quarters: Option<usize>,
    is_integrated: bool,
}

/// A possible refinement, the widest gap first.
#[derive(Clone, Copy, Debug)]
struct RefinementTask {
    /// Log of how much mass is in doubt.
    log_gap: f64,
    target: Target,
}

#[derive(Clone, Copy, Debug)]
enum Target {
    Tail,
    Node(usize),
}

impl RefinementTask {
    fn new(target: Target, log_mass: Interval) -> Self {
        let ratio = (log_mass.lower() - log_mass.upper()).min(0.0);
        Self { log_gap: log_mass.upper() + (-ratio.exp_m1()).ln(), target }
    }
}

impl Ord for RefinementTask {
    fn cmp(&self, other: &Self) -> Ordering {
        self.log_gap.total_cmp(&other.log_gap)
    }
}

impl PartialOrd for RefinementTask {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for RefinementTask {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for RefinementTask {}

impl Certificate {
    /// The first, wide interval for log p(x) of `image` under `model`.
    ///
    /// # Errors
    /// [`CertificateError::Latent`] for another latent dimension than two.
    pub fn new(model: &Vae, image: &BinaryImage) -> Result<Self, CertificateError> {
        let mut certificate = Self {
            decoder: SignedDecoder::new(model, image)?,
            square: Cell { center: [0.0; 2], half_width: FIRST_HALF_WIDTH },
            roots: Vec::new(),
            nodes: Vec::new(),
            leaves: 0,
            queue: BinaryHeap::new(),
            log_evidence: Interval::new(f64::NEG_INFINITY, 0.0),
        };
        if let Some(quarters) = certificate.square.quarters() {
            certificate.add_roots(quarters);
        }
        certificate.queue.push(RefinementTask::new(Target::Tail, certificate.log_tail()));
        certificate.sum_up();
        Ok(certificate)
    }

    /// The interval: log p(x) is in it, in nats.
    pub fn interval(&self) -> Interval {
        self.log_evidence
    }

    /// How many cells the square is cut into.
    pub fn cells(&self) -> usize {
        self.leaves
    }

    /// The cells, with the log of the mass in each.
    pub fn leaves(&self) -> impl Iterator<Item = (Cell, Interval)> + '_ {
        let leaves = self.nodes.iter().filter(|node| node.quarters.is_none());
        leaves.map(|node| (node.cell, node.log_mass))
    }

    /// Whether the interval is as narrow as `width`, or cannot be narrowed.
    pub fn is_done(&self, width: f64) -> bool {
        self.log_evidence.width() <= width || self.leaves >= MOST_CELLS || self.queue.is_empty()
    }

    /// Takes up the widest gaps, one at each of `steps`: a cell is integrated, at the cost of 64 points of a
    /// lattice and a few more, or split, at that of about 12. Where kinks of a ReLU decoder cross a cell, each
    /// of its pieces costs about a quarter of a cell.
    pub fn advance(&mut self, steps: usize) {
        for _ in 0..steps {
            let Some(task) = self.queue.pop() else { break };
            match task.target {
                Target::Tail => self.widen(),
                Target::Node(index) if self.nodes[index].is_integrated => self.split(index),
                Target::Node(index) => self.integrate(index),
            }
        }
        self.sum_up();
    }

    fn integrate(&mut self, index: usize) {
        let node = &mut self.nodes[index];
        let found = match self.decoder.activation {
            Activation::Tanh => integral::log_mass(&self.decoder, node.cell),
            Activation::Relu => affine::log_mass(&self.decoder, node.cell),
        };
        node.log_mass = node.log_mass.intersection(found);
        node.is_integrated = true;
        // The part due to rounding alone (see `integral`) would remain in the quarters, too.
        let error = self.decoder.log_likelihood_error(node.cell.reach(), node.log_mass.lower());
        if node.log_mass.width() > 8.0 * error {
            self.queue.push(RefinementTask::new(Target::Node(index), node.log_mass));
        }
        self.update_parents(index);
    }

    fn split(&mut self, index: usize) {
        // One too small to be split keeps its gap.
        let Some(quarters) = self.nodes[index].cell.quarters() else { return };
        let first = self.insert(quarters, Some(index));
        self.nodes[index].quarters = Some(first);
        self.leaves -= 1;
        self.update_parents(first);
    }

    /// Doubles R.
    fn widen(&mut self) {
        for cells in self.square.ring().as_chunks::<CELLS>().0 {
            self.add_roots(*cells);
        }
        self.square.half_width *= 2.0;
        self.queue.push(RefinementTask::new(Target::Tail, self.log_tail()));
    }

    fn add_roots(&mut self, cells: [Cell; CELLS]) {
        let first = self.insert(cells, None);
        self.roots.extend(first..first + CELLS);
    }

    fn insert(&mut self, cells: [Cell; CELLS], parent: Option<usize>) -> usize {
        let first = self.nodes.len();
        let log_masses = range::log_masses(&self.decoder, &cells);
        for (index, (cell, log_mass)) in cells.into_iter().zip(log_masses).enumerate() {
            self.nodes.push(QuadtreeNode {
                cell,
                log_mass,
                parent,
                quarters: None,
                is_integrated: false,
            });
            self.queue.push(RefinementTask::new(Target::Node(first + index), log_mass));
        }
        self.leaves += CELLS;
        first
    }

    pub(super) fn log_tail(&self) -> Interval {
        Interval::new(f64::NEG_INFINITY, log_tail(self.square.half_width))
    }

    /// Carries a new mass upwards. What was known of a parent stays known, so no interval ever grows.
    fn update_parents(&mut self, index: usize) {
        let mut parent = self.nodes[index].parent;
        while let Some(index) = parent {
            if let Some(first) = self.nodes[index].quarters {
                let quarters = self.nodes[first..first + CELLS].iter();
                let sum = Interval::log_sum_exp(quarters.map(|node| node.log_mass));
                self.nodes[index].log_mass = self.nodes[index].log_mass.intersection(sum);
            }
            parent = self.nodes[index].parent;
        }
    }

    fn sum_up(&mut self) {
        let roots = self.roots.iter().map(|&root| self.nodes[root].log_mass);
        let sum = Interval::log_sum_exp(roots.chain(once(self.log_tail())));
        self.log_evidence = self.log_evidence.intersection(sum);
    }
}

//! Many chains in latent space, with the densities at both ends of a path.

use super::path::between;

/// Chains side by side: their positions, with log q, log p and both gradients there.
///
/// Both ends are stored separately, so that a change of β needs no evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Chains {
    dimension: usize,
    positions: Vec<f64>,
    log_initial: Vec<f64>,
    log_joint: Vec<f64>,
    initial_gradients: Vec<f64>,
    joint_gradients: Vec<f64>,
}

impl Chains {
    /// Takes positions [count, D] with densities `[count]` and gradients [count, D] of q and of p.
    pub(super) fn new(
        dimension: usize,
        positions: Vec<f64>,
        (log_initial, initial_gradients): (Vec<f64>, Vec<f64>),
        (log_joint, joint_gradients): (Vec<f64>, Vec<f64>),
    ) -> Self {
        debug_assert_eq!(log_initial.len() * dimension, positions.len());
        debug_assert_eq!(log_joint.len() * dimension, positions.len());
        debug_assert_eq!(initial_gradients.len(), positions.len());
        debug_assert_eq!(joint_gradients.len(), positions.len());
        Self { dimension, positions, log_initial, log_joint, initial_gradients, joint_gradients }
    }

    /// The number of chains.
    pub fn count(&self) -> usize {
        self.log_joint.len()
    }

    /// D, the number of coordinates.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The positions, [count, D].
    pub fn positions(&self) -> &[f64] {
        &self.positions
    }

    /// The positions alone.
    pub(super) fn into_positions(self) -> Vec<f64> {
        self.positions
    }

    /// log p(x, z) of every chain, in nats.
    pub fn log_joint(&self) -> &[f64] {
        &self.log_joint
    }

    /// log q(z) of every chain, in nats.
    pub fn log_initial(&self) -> &[f64] {
        &self.log_initial
    }

    /// log π_β of one chain, unnormalised, in nats.
    pub fn log_density(&self, beta: f64, chain: usize) -> f64 {
        between(beta, self.log_initial[chain], self.log_joint[chain])
    }

    /// log p(x, z) − log q(z) of every chain, in nats: −∞ wherever p is zero, whatever q is there.
    pub fn log_ratios(&self) -> impl Iterator<Item = f64> + '_ {
        let ends = self.log_joint.iter().zip(&self.log_initial);
        ends.map(|(&p, &q)| if p == f64::NEG_INFINITY { p } else { p - q })
    }

    /// Writes the gradients of log π_β, [count, D], in nats per unit of z.
    pub fn gradients(&self, beta: f64, into: &mut [f64]) {
        let ends = self.initial_gradients.iter().zip(&self.joint_gradients);
        for (gradient, (&q, &p)) in into.iter_mut().zip(ends) {
            *gradient = between(beta, q, p);
        }
    }

    /// The first chain at which a log-density is NaN or +∞.
    pub(super) fn first_without_density(&self) -> Option<usize> {
        let bad = |l: f64| l.is_nan() || l == f64::INFINITY;
        let mut ends = self.log_initial.iter().zip(&self.log_joint);
        ends.position(|(&q, &p)| bad(q) || bad(p))
    }

    /// Moves one chain to the position of the same chain of `other`.
    pub(super) fn copy_chain(&mut self, chain: usize, other: &Self) {
        let row = chain * self.dimension..(chain + 1) * self.dimension;
        self.positions[row.clone()].copy_from_slice(&other.positions[row.clone()]);
        self.initial_gradients[row.clone()].copy_from_slice(&other.initial_gradients[row.clone()]);
        self.joint_gradients[row.clone()].copy_from_slice(&other.joint_gradients[row]);
        self.log_initial[chain] = other.log_initial[chain];
        self.log_joint[chain] = other.log_joint[chain];
    }

    /// Replaces chain i by the former chain `ancestors[i]`.
    pub(super) fn select(&mut self, ancestors: &[usize]) {
        let rows = |values: &[f64]| -> Vec<f64> {
            let row = |&a: &usize| &values[a * self.dimension..(a + 1) * self.dimension];
            ancestors.iter().flat_map(row).copied().collect()
        };
        let each = |values: &[f64]| ancestors.iter().map(|&a| values[a]).collect();
        *self = Self {
            dimension: self.dimension,
            positions: rows(&self.positions),
            log_initial: each(&self.log_initial),
            log_joint: each(&self.log_joint),
            initial_gradients: rows(&self.initial_gradients),
            joint_gradients: rows(&self.joint_gradients),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: f64 = f64::NEG_INFINITY;

    /// Three chains in the plane; every number encodes its chain and column.
    fn three() -> Chains {
        let rows = |column: f64| vec![column, column, 10.0 + column, 10.0 + column, 20.0, 20.0];
        let each = |column: f64| vec![column, 10.0 + column, 20.0];
        Chains::new(2, rows(1.0), (each(2.0), rows(3.0)), (each(4.0), rows(5.0)))
    }

    #[test]
    fn selecting_moves_whole_chains() {
        let mut chains = three();
        chains.select(&[2, 0, 0]);
        assert_eq!(chains.positions(), [20.0, 20.0, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!(chains.log_initial(), [20.0, 2.0, 2.0]);
        assert_eq!(chains.log_joint(), [20.0, 4.0, 4.0]);
        let mut gradients = [0.0; 6];
        chains.gradients(0.0, &mut gradients);
        assert_eq!(gradients, [20.0, 20.0, 3.0, 3.0, 3.0, 3.0]);
        chains.gradients(1.0, &mut gradients);
        assert_eq!(gradients, [20.0, 20.0, 5.0, 5.0, 5.0, 5.0]);
    }

    #[test]
    fn copying_one_chain_leaves_the_others() {
        let (mut chains, mut other) = (three(), three());
        other.select(&[2, 2, 2]);
        chains.copy_chain(1, &other);
        let mut expected = three();
        expected.select(&[0, 2, 2]);
        assert_eq!(chains, expected);
    }

    #[test]
    fn a_ratio_is_zero_wherever_the_joint_is() {
        let log_initial = vec![-1.0, -1.0, ZERO, ZERO];
        let log_joint = vec![-3.0, ZERO, ZERO, -1.0];
        let rows = vec![0.0; 4];
        let chains =
            Chains::new(1, rows.clone(), (log_initial, rows.clone()), (log_joint, rows.clone()));
        let ratios: Vec<f64> = chains.log_ratios().collect();
        assert_eq!(ratios, [-2.0, ZERO, ZERO, f64::INFINITY]);
        assert_eq!(chains.first_without_density(), None);
    }

    #[test]
    fn nan_and_plus_infinity_are_found_at_either_end() {
        for bad in [f64::NAN, f64::INFINITY] {
            for (log_initial, log_joint) in
                [(vec![0.0, bad], vec![0.0, ZERO]), (vec![0.0, ZERO], vec![0.0, bad])]
            {
                let rows = vec![0.0; 2];
                let (q, p) = ((log_initial, rows.clone()), (log_joint, rows.clone()));
                let chains = Chains::new(1, rows, q, p);
                assert_eq!(chains.first_without_density(), Some(1));
            }
        }
    }
}

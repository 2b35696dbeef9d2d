//! The networks of a run so far, evenly spread over its steps, in bounded memory.

use crate::model::Vae;

/// Memory for all checkpoints together.
const MOST_BYTES: usize = 64 << 20;
/// However small the network is, there are no more checkpoints.
const MOST: usize = 64;
/// However large it is, there may be as many.
const LEAST: usize = 8;

/// A network as it was after some step, in memory of its own.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// Steps taken.
    pub step: u32,
    /// The network in f32.
    pub model: Vae,
}

/// The checkpoints of a run, oldest first.
///
/// Their steps are multiples of one distance; in addition the newest one is always present. When there are more than
/// 64, or more than fit in 64 MiB, the distance doubles and checkpoints that are no multiples of it are dropped. The
/// first, at step 0, is never dropped.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    kept: Vec<Checkpoint>,
    distance: u32,
    most: usize,
}

impl Checkpoints {
    /// With the network before the first step; others come at multiples of `interval` steps.
    pub(super) fn new(first: Vae, interval: u32) -> Self {
        let layers = first.encoder.iter().chain(&first.decoder);
        let numbers: usize =
            layers.map(|layer| layer.weight.elem_count() + layer.bias.elem_count()).sum();
        let most = (MOST_BYTES / (4 * numbers)).clamp(LEAST, MOST);
        let first = Checkpoint { step: 0, model: first };
        Self { kept: vec![first], distance: interval.max(1), most }
    }

    /// Adds a network later than all before.
    pub(super) fn push(&mut self, newest: Checkpoint) {
        if self.newest().step >= newest.step {
            return;
        }
        if !self.newest().step.is_multiple_of(self.distance) {
            self.kept.pop();
        }
        self.kept.push(newest);
        while self.kept.len() > self.most {
            self.distance = self.distance.saturating_mul(2);
            let (distance, newest) = (self.distance, self.newest().step);
            self.kept.retain(|one| one.step.is_multiple_of(distance) || one.step == newest);
        }
    }

    pub(super) fn all(&self) -> &[Checkpoint] {
        &self.kept
    }

    /// The last good network.
    pub(super) fn newest(&self) -> &Checkpoint {
        // There is one from the start, it has step 0, and that is a multiple of every distance.
        &self.kept[self.kept.len() - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Activation;
    use crate::training::initial_vae;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    fn network(hidden: usize) -> Vae {
        initial_vae([hidden; 2], 2, Activation::Tanh, &mut Pcg64Mcg::seed_from_u64(1))
            .expect("a model")
    }

    fn steps_after(points: u32, interval: u32) -> Vec<u32> {
        let model = network(1);
        let mut checkpoints = Checkpoints::new(model.clone(), interval);
        for point in 1..=points {
            checkpoints.push(Checkpoint { step: point * interval, model: model.clone() });
        }
        checkpoints.all().iter().map(|one| one.step).collect()
    }

    #[test]
    fn first_and_newest_are_always_there_and_the_rest_is_even() {
        for points in [0, 1, 2, 63, 64, 65, 100, 127, 128, 129, 1000, 3001] {
            let steps = steps_after(points, 20);
            assert!(steps.len() <= 64, "{points}: {}", steps.len());
            assert!(steps.len() >= 32.min(points as usize + 1), "{points}: {}", steps.len());
            assert_eq!((steps[0], steps[steps.len() - 1]), (0, points * 20));
            let even = &steps[..steps.len().saturating_sub(1)];
            if let [first, second, ..] = even {
                let distance = second - first;
                assert!(even.windows(2).all(|pair| pair[1] - pair[0] == distance), "{steps:?}");
                let last = steps[steps.len() - 1] - even[even.len() - 1];
                assert!(last > 0 && last <= distance, "{steps:?}");
            }
        }
    }

    #[test]
    fn a_wide_network_has_fewer() {
        // 784·400 + 400 + 400·4 + 4 + 400·2 + 400 + 784·400 + 784 = 631 188 numbers of four bytes.
        assert_eq!(Checkpoints::new(network(400), 1).most, (64 << 20) / (4 * 631_188));
        assert_eq!(Checkpoints::new(network(64), 1).most, 64);
        assert_eq!(Checkpoints::new(network(4000), 1).most, 8);
    }

    #[test]
    fn an_older_one_is_not_taken() {
        let mut checkpoints = Checkpoints::new(network(1), 1);
        checkpoints.push(Checkpoint { step: 0, model: network(1) });
        assert_eq!(checkpoints.all().len(), 1);
    }
}

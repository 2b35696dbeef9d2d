//! The worker's estimates as the chart draws them: those of the present q, or those of an earlier one.

use std::sync::Arc;

use elboscope::bench::Scene;
use elboscope::bench_worker::ExactRung;
use elboscope::evidence::Rung;

/// What is estimated from many draws of one q.
#[derive(Clone, Debug, Default)]
pub struct Estimates {
    /// The IWAE ladder; empty while it is computed.
    pub ladder: Arc<[Rung]>,
    /// What its rungs estimate; empty while it is computed.
    pub exact_ladder: Arc<[ExactRung]>,
}

/// The last estimates that were whole. While q moves, its own come a frame late; those of the q before are
/// drawn faintly, without a number, so that the picture neither blinks nor claims them for the present q.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    estimates: Estimates,
    scene: Option<Arc<Scene>>,
}

impl Earlier {
    /// What is to be drawn faintly beside the present estimates: what they lack, unless it is of another
    /// model or x.
    pub fn beside(&mut self, present: &Estimates, scene: Option<&Arc<Scene>>) -> Estimates {
        if self.scene.as_ref().map(Arc::as_ptr) != scene.map(Arc::as_ptr) {
            *self = Self { estimates: Estimates::default(), scene: scene.cloned() };
        }
        let mut lacking = Estimates::default();
        if present.ladder.is_empty() {
            lacking.ladder = self.estimates.ladder.clone();
        } else {
            self.estimates.ladder = present.ladder.clone();
        }
        if present.exact_ladder.is_empty() {
            lacking.exact_ladder = self.estimates.exact_ladder.clone();
        } else {
            self.estimates.exact_ladder = present.exact_ladder.clone();
        }
        lacking
    }
}

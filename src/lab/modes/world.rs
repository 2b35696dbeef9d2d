//! Everything that is exact about one setting: p(z|x), and what q is worth.

use std::rc::Rc;

use super::proposal::{Candidate, Setting};
use crate::exact::{Decomposition, IwaeCurve, LinePosterior, WeightNode};
use crate::model::{Link, NonlinearGaussian};
use crate::state::Text;

/// What is said where a posterior or a proposal cannot be had.
const NO_POSTERIOR: Text = Text::new(
    "The posterior could not be integrated at this x and s.",
    "Não foi possível integrar a posterior com este x e este s.",
);
pub(super) const NO_PROPOSAL: Text =
    Text::new("This q has no density.", "Esta q não tem densidade.");

/// The exact side of the lab.
pub(super) struct World {
    pub setting: Setting,
    pub truth: Rc<LinePosterior>,
    pub q: Rc<Candidate>,
    /// The terms of the ELBO, each an integral of its own; `None` if one cannot be had.
    pub terms: Option<Decomposition>,
    /// EUBO and KL(p(z|x)‖q), each an integral of its own, in nats.
    pub eubo: Option<f64>,
    pub kl_forward: Option<f64>,
    /// √(x − s²/2), if there are two modes.
    pub mode: Option<f64>,
}

impl World {
    pub fn new(setting: Setting) -> Result<Self, Text> {
        let (s, x) = (setting.noise_sd, setting.observation);
        let model = NonlinearGaussian::new(Link::Square, 1.0, 0.0, s, x);
        let truth = model.ok().and_then(|model| LinePosterior::new(model).ok());
        let truth = truth.ok_or(NO_POSTERIOR)?;
        let q = setting.proposal().ok_or(NO_PROPOSAL)?;
        let line = q.line().ok_or(NO_PROPOSAL)?;
        let terms = truth.decomposition(&line).ok();
        let (eubo, kl_forward) = (truth.eubo(&line).ok(), truth.kl_from_posterior(&line).ok());
        drop(line);
        let square = x - 0.5 * s * s;
        Ok(Self {
            setting,
            truth: Rc::new(truth),
            q: Rc::new(q),
            terms,
            eubo,
            kl_forward,
            mode: (square > 0.0).then(|| square.sqrt()),
        })
    }

    /// The model at its x.
    pub fn model(&self) -> &NonlinearGaussian {
        self.truth.model()
    }

    /// Whether the modes are so far apart that draws on one side of 0 do not see the other: a
    /// valley of two nats and more.
    pub fn has_two_modes(&self) -> bool {
        let depth = |mode| self.model().log_joint(mode) - self.model().log_joint(0.0);
        self.mode.is_some_and(|mode| depth(mode) > 2.0)
    }

    /// E L_n, to about 1e-5 nat for n of 3 and more even where q has no variance.
    pub fn iwae_curve(&self) -> Option<IwaeCurve> {
        let q = self.q.line()?;
        let nodes = self.truth.proposal_nodes(&q).ok()?;
        let node =
            |z: f64, share: f64| WeightNode { log_weight: self.truth.log_weight(&q, z), share };
        let nodes: Vec<WeightNode> = nodes.iter().map(|n| node(n.z, n.weight)).collect();
        IwaeCurve::new(&nodes).ok()
    }
}

//! The exact results of one setting: p(z|x), and the terms of q.

use std::rc::Rc;

use super::proposal::Candidate;
use super::setting::Setting;
use crate::exact::{Decomposition, IwaeCurve, LinePosterior};
use crate::model::{Link, NonlinearGaussian};
use crate::state::{Text, text};

/// The messages if a posterior or a proposal does not exist.
const NO_POSTERIOR: Text = text!("The posterior could not be integrated at this x and s.");
pub(super) const NO_PROPOSAL: Text = text!("This q has no density.");

/// The exact results.
pub(super) struct ExactModes {
    pub setting: Setting,
    pub truth: Rc<LinePosterior>,
    pub q: Rc<Candidate>,
    /// The terms of the ELBO, each a separate integral; `None` if one cannot be computed.
    pub terms: Option<Decomposition>,
    /// EUBO and KL(p(z|x)‖q), each a separate integral, in nats.
    pub eubo: Option<f64>,
    pub kl_forward: Option<f64>,
    /// √(x − s²/2), if there are two modes.
    pub mode: Option<f64>,
}

impl ExactModes {
    pub(super) fn new(setting: Setting) -> Result<Self, Text> {
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
    pub(super) fn model(&self) -> &NonlinearGaussian {
        self.truth.model()
    }

    /// Whether the modes are so far apart that draws on one side of 0 do not reach the other: the density between
    /// them is lower by two nats or more.
    pub(super) fn has_two_modes(&self) -> bool {
        let depth = |mode| self.model().log_joint(mode) - self.model().log_joint(0.0);
        self.mode.is_some_and(|mode| depth(mode) > 2.0)
    }

    /// E L_n, to 1e-6 nat for every q.
    pub(super) fn iwae_curve(&self) -> Option<IwaeCurve> {
        let q = self.q.line()?;
        IwaeCurve::new(&self.truth.weight_nodes(&q).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::lab::modes::setting::Family;

    /// s = 0.3, x = 2.25 and N(m, sd²); E L_K for K = 1, 2, 8, 64 and 1024 by NumPy: the transform φ summed
    /// on 60 001 points of q out to 37 deviations, the integral over it with a step of 0.05
    /// (tests/reference/modes_curve.py). Its K = 1 is the ELBO to 1e-11.
    const REFERENCES: [(f64, f64, [f64; 5]); 5] = [
        (
            1.474432,
            0.101734,
            [-3.117679358446, -3.115934599229, -3.114555093931, -3.114063555521, -3.113984721920],
        ),
        (
            1.4,
            0.02,
            [-4.590546956531, -4.490490205162, -4.304441339348, -4.087658353152, -3.894693461855],
        ),
        (
            1.474432,
            0.05,
            [-3.449820866681, -3.386801539704, -3.283721706654, -3.192098752998, -3.142414754539],
        ),
        (
            0.5,
            0.1,
            [
                -23.704773044090,
                -22.960486889074,
                -21.409058279471,
                -19.302271001053,
                -16.987906177393,
            ],
        ),
        (
            -1.0,
            0.05,
            [
                -11.413441057996,
                -11.037983522277,
                -10.290943614727,
                -9.336717058038,
                -8.367121410467,
            ],
        ),
    ];

    #[test]
    fn the_curve_is_right_however_narrow_and_far_q_is() {
        for (mean, sd, expected) in REFERENCES {
            let setting = Setting {
                family: Family::Gaussian,
                noise_sd: 0.3,
                observation: 2.25,
                mean,
                sd,
                share: 0.5,
                draws: 64,
                temperatures: 1,
                seed: 1,
            };
            let world = ExactModes::new(setting).ok().unwrap();
            let curve = world.iwae_curve().unwrap();
            for (k, expected) in [1, 2, 8, 64, 1024].into_iter().zip(expected) {
                let found = curve.at(NonZeroUsize::new(k).unwrap());
                println!("{mean} {sd} {k}: {found} {:e}", found - expected);
                assert!((found - expected).abs() < 1e-6, "{mean} {sd} {k}: {found} {expected}");
            }
        }
    }
}

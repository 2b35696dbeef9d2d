//! The figures: the ascents over (m, v) or by their gaps, the clouds of gradients, their variances, and their ratios.

mod clouds;
mod gaps;
mod plane;
mod ratios;
mod variances;

pub(super) use clouds::clouds;
pub(super) use gaps::gaps;
pub(super) use plane::plane;
pub(super) use ratios::ratios;
pub(super) use variances::variances;

use super::run::RunAtStep;
use crate::figure::Role;
use crate::gradient::MethodKind;

/// The colour of a method: that of the first chosen one, of the second one, or of neither.
fn role(moment: &RunAtStep<'_>, method: MethodKind) -> Role {
    let setting = &moment.run.setting;
    if method == setting.method {
        Role::Sampling
    } else if method == setting.versus {
        Role::Other
    } else {
        Role::Guide
    }
}

/// The chosen methods with the one of larger variance first, so that it is drawn behind the other.
fn noisiest_first(moment: &RunAtStep<'_>) -> Vec<MethodKind> {
    let mut chosen = moment.run.setting.chosen();
    let variance = |method: &MethodKind| moment.exact(*method).map_or(0.0, |exact| exact.variance);
    chosen.sort_by(|a, b| variance(b).total_cmp(&variance(a)));
    chosen
}

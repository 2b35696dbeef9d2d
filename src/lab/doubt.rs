//! The warning of several labs that a pool of weights is not reliable.

use super::Remark;
use crate::evidence::{KHat, Pool, Tail, Verdict};
use crate::state::{Language, Text, number, text};

/// Why the estimate from these weights is not reliable, if its diagnostics show that; `of` names the distribution of
/// the draws: empty, or `from q`.
pub(super) fn doubt(pool: &Pool, of: Text, language: Language) -> Option<Remark> {
    let text = match (pool.verdict(), pool.tail()) {
        (Verdict::OneCarries, _) => {
            text!("One of {n} draws{of} holds {share} of the weight: do not trust this estimate.")
        }
        (Verdict::FewCarry, _) => {
            text!("The {n} draws{of} count as {ess}: do not trust this estimate.")
        }
        (Verdict::HeavyTail, Tail::NoMean) => text!(
            "k̂ = {khat}, above 1: the weights{of} look as if they had no finite mean, and this \
             estimate may still jump.",
        ),
        (Verdict::HeavyTail, _) => text!(
            "k̂ = {khat}, not below {limit}: the tail of the weights{of} looks too heavy to trust \
             the ±."
        ),
        (Verdict::Nothing | Verdict::TooFew | Verdict::Uneven | Verdict::Fine, _) => return None,
    };
    let of = of.say(language);
    let of = if of.is_empty() { String::new() } else { format!(" {of}") };
    let decimal = |value| number::grouped(value, 2, language);
    let filled = text.fill(
        language,
        &[
            ("of", of),
            ("n", number::integer(pool.draws.get() as u64, language)),
            ("share", number::share(pool.max_share.unwrap_or(1.0), language)),
            ("ess", number::grouped(pool.effective.unwrap_or(0.0), 1, language)),
            ("khat", pool.k_hat.map_or_else(String::new, |k_hat| decimal(k_hat.value))),
            ("limit", decimal(KHat::threshold(pool.draws))),
        ],
    );
    Some(Remark::warning(filled))
}

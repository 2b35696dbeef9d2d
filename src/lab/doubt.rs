//! The warning of several labs that a pool of weights is not reliable.

use super::Remark;
use crate::evidence::{KHat, Pool, Tail, Verdict};
use crate::state::{Language, Text, number};

/// Why the estimate from these weights is not reliable, if its diagnostics show that; `of` names the distribution of
/// the draws: empty, or `from q`.
pub(super) fn doubt(pool: &Pool, of: Text, language: Language) -> Option<Remark> {
    let say = |en, pt| Text::new(en, pt).say(language);
    let text = match (pool.verdict(), pool.tail()) {
        (Verdict::OneCarries, _) => say(
            "One of {n} draws{of} holds {share} of the weight: do not trust this estimate.",
            "Uma de {n} amostras{of} detém {share} do peso: não confie nesta estimativa.",
        ),
        (Verdict::FewCarry, _) => say(
            "The {n} draws{of} count as {ess}: do not trust this estimate.",
            "As {n} amostras{of} valem por {ess}: não confie nesta estimativa.",
        ),
        (Verdict::HeavyTail, Tail::NoMean) => say(
            "k̂ = {khat}, above 1: the weights{of} look as if they had no finite mean, and this estimate may still \
             jump.",
            "k̂ = {khat}, acima de 1: os pesos{of} parecem não ter média finita, e esta estimativa ainda \
             pode saltar.",
        ),
        (Verdict::HeavyTail, _) => say(
            "k̂ = {khat}, not below {limit}: the tail of the weights{of} looks too heavy to trust the ±.",
            "k̂ = {khat}, não abaixo de {limit}: a cauda dos pesos{of} parece pesada demais para confiar \
             no ±.",
        ),
        (Verdict::Nothing | Verdict::TooFew | Verdict::Uneven | Verdict::Fine, _) => return None,
    };
    let of = of.say(language);
    let of = if of.is_empty() { String::new() } else { format!(" {of}") };
    let decimal = |value| number::grouped(value, 2, language);
    let filled = text
        .replace("{of}", &of)
        .replace("{n}", &number::integer(pool.draws.get() as u64, language))
        .replace("{share}", &number::share(pool.max_share.unwrap_or(1.0), language))
        .replace("{ess}", &number::grouped(pool.effective.unwrap_or(0.0), 1, language))
        .replace("{khat}", &pool.k_hat.map_or_else(String::new, |k_hat| decimal(k_hat.value)))
        .replace("{limit}", &decimal(KHat::threshold(pool.draws)));
    Some(Remark::warning(filled))
}

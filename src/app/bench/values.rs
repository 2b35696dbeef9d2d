//! Where each number of the bench comes from.

use leptos::prelude::*;

use crate::app::store::Store;
use elboscope::evidence::{LADDER, Rung};
use elboscope::exact::Decomposition;
use elboscope::quantity::Quantity;
use elboscope::worker::Standing;

/// The present value of a quantity of the bench: `None` while it is not known, NaN where there is none.
pub fn value(store: Store, quantity: Quantity, k: Option<usize>) -> Option<f64> {
    let term = |get: fn(&Decomposition) -> f64| Some(get(&store.terms.get()?.decomposition));
    let place = || LADDER.iter().position(|&rung| Some(rung) == k);
    let rung = |get: fn(&Rung) -> f64| store.ladder.with(|ladder| ladder.get(place()?).map(get));
    let or_none = |value: Option<f64>| Some(value.unwrap_or(f64::NAN));
    match quantity {
        Quantity::LogEvidence => {
            let evidence = store.evidence.get()?;
            (!matches!(evidence.standing, Standing::Unresolved)).then_some(evidence.log_evidence)
        }
        Quantity::LogEvidenceError => match store.evidence.get()?.standing {
            Standing::Exact { error } => Some(error),
            Standing::FirstLook | Standing::Unresolved => None,
        },
        Quantity::LogEvidenceLower => Some(store.certified.get()?.0),
        Quantity::LogEvidenceUpper => Some(store.certified.get()?.1),
        Quantity::Elbo => term(Decomposition::elbo),
        Quantity::KlPosterior => term(|d| d.kl_posterior),
        Quantity::Reconstruction => term(|d| d.reconstruction),
        Quantity::KlPrior => term(|d| d.kl_prior),
        Quantity::ExpectedLogJoint => term(|d| d.expected_log_joint),
        Quantity::Entropy => term(|d| d.entropy),
        Quantity::IdentityResidual => term(Decomposition::identity_residual),
        Quantity::Importance => Some(store.readings.get()?.importance.log_evidence),
        Quantity::ImportanceStderr => or_none(store.readings.get()?.importance.log_stderr),
        Quantity::ImportanceRunning => Some(store.running.get()?.log_evidence),
        Quantity::ImportanceRunningStderr => or_none(store.running.get()?.log_stderr),
        Quantity::Iwae => rung(|rung| rung.mean),
        Quantity::IwaeLow => rung(|rung| rung.low),
        Quantity::IwaeHigh => rung(|rung| rung.high),
        Quantity::IwaeReplicates => rung(|rung| rung.replicates as f64),
        Quantity::IwaeExact => {
            store.exact_ladder.with(|ladder| ladder.get(place()?).map(|rung| rung.value))
        }
        Quantity::Ess => or_none(store.readings.get()?.effective_sample_size),
        Quantity::MaxShare => or_none(store.readings.get()?.max_share),
        Quantity::KHat => or_none(store.readings.get()?.k_hat.map(|k_hat| k_hat.value)),
        Quantity::BestQElbo => Some(store.best.get()?.elbo),
        Quantity::EncoderElbo => store.encoder_elbo.get(),
        // The labs' own.
        _ => None,
    }
}

//! The source of each number of the bench.

use leptos::prelude::*;

use super::BenchNumbers;
use elboscope::bench_worker::Accuracy;
use elboscope::evidence::{LADDER, Rung};
use elboscope::exact::Decomposition;
use elboscope::quantity::Quantity;

impl BenchNumbers {
    /// The present value of a quantity of the bench: `None` while unknown, NaN where it does not exist.
    pub fn value(&self, quantity: Quantity, k: Option<usize>) -> Option<f64> {
        let term = |get: fn(&Decomposition) -> f64| Some(get(&self.terms.get()?.decomposition));
        let place = || LADDER.iter().position(|&rung| Some(rung) == k);
        let rung = |get: fn(&Rung) -> f64| self.ladder.with(|ladder| ladder.get(place()?).map(get));
        let or_none = |value: Option<f64>| Some(value.unwrap_or(f64::NAN));
        match quantity {
            Quantity::LogEvidence => {
                let evidence = self.evidence.get()?;
                (!matches!(evidence.standing, Accuracy::Unresolved))
                    .then_some(evidence.log_evidence)
            }
            Quantity::LogEvidenceError => match self.evidence.get()?.standing {
                Accuracy::Exact { error } => Some(error),
                Accuracy::FirstLook | Accuracy::Unresolved => None,
            },
            Quantity::LogEvidenceLower => Some(self.certified.get()?.0),
            Quantity::LogEvidenceUpper => Some(self.certified.get()?.1),
            Quantity::Elbo => term(Decomposition::elbo),
            Quantity::KlPosterior => term(|d| d.kl_posterior),
            Quantity::Reconstruction => term(|d| d.reconstruction),
            Quantity::KlPrior => term(|d| d.kl_prior),
            Quantity::ExpectedLogJoint => term(|d| d.expected_log_joint),
            Quantity::Entropy => term(|d| d.entropy),
            Quantity::IdentityResidual => term(Decomposition::identity_residual),
            Quantity::Importance => Some(self.readings.get()?.importance.log_evidence),
            Quantity::ImportanceStderr => or_none(self.readings.get()?.importance.log_stderr),
            Quantity::ImportanceRunning => Some(self.running.get()?.log_evidence),
            Quantity::ImportanceRunningStderr => or_none(self.running.get()?.log_stderr),
            Quantity::Iwae => rung(|rung| rung.mean),
            Quantity::IwaeLow => rung(|rung| rung.low),
            Quantity::IwaeHigh => rung(|rung| rung.high),
            Quantity::IwaeReplicates => rung(|rung| rung.replicates as f64),
            Quantity::IwaeExact => {
                self.exact_ladder.with(|ladder| ladder.get(place()?).map(|rung| rung.value))
            }
            Quantity::Ess => or_none(self.readings.get()?.effective_sample_size),
            Quantity::MaxShare => or_none(self.readings.get()?.max_share),
            Quantity::KHat => or_none(self.readings.get()?.k_hat.map(|k_hat| k_hat.value)),
            Quantity::BestQElbo => Some(self.best.get()?.elbo),
            Quantity::EncoderElbo => self.encoder_elbo.get(),
            // Quantities that only labs have.
            _ => None,
        }
    }
}

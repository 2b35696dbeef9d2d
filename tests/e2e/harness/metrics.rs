//! Reading the documented numbers: `data-metric`, `data-value`, the fields of q.

use serde_json::json;

use super::page::Page;

/// The metrics of the documented interface that every bench state shows.
pub const METRICS: [&str; 17] = [
    "log-evidence",
    "log-evidence-error",
    "elbo",
    "kl-posterior",
    "reconstruction",
    "kl-prior",
    "expected-log-joint",
    "entropy",
    "identity-residual",
    "importance",
    "importance-stderr",
    "iwae",
    "ess",
    "max-share",
    "khat",
    "best-q-elbo",
    "encoder-elbo",
];

/// The largest accepted residual of the ELBO's identities, in nats.
pub const RESIDUAL_LIMIT: f64 = 1e-6;

/// One number on the screen, with the text of its full precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub name: String,
    pub k: Option<String>,
    pub value: String,
}

impl Page {
    /// Every number on the screen, in the order of the document.
    pub fn metrics(&self) -> Vec<Metric> {
        let script = "return [...document.querySelectorAll('[data-metric]')].map(
            (shown) => [shown.dataset.metric, shown.dataset.k ?? null, shown.dataset.value ?? ''])";
        let list = self.eval(script);
        let rows = list.as_array().cloned().unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        rows.iter()
            .map(|row| Metric {
                name: text(&row[0]).unwrap_or_default(),
                k: text(&row[1]),
                value: text(&row[2]).unwrap_or_default(),
            })
            .collect()
    }

    /// The full-precision text of a metric; waits while it is not shown because its inputs have changed.
    pub fn raw(&self, name: &str) -> String {
        let selector = format!("[data-metric={name}]");
        // The value is kept: at the next look it may be hidden again.
        let mut seen = None;
        self.wait_for(&format!("the metric {name}"), || {
            seen = self.attribute(&selector, "data-value");
            seen.is_some()
        });
        seen.unwrap_or_default()
    }

    /// The value of a metric.
    pub fn metric(&self, name: &str) -> f64 {
        let raw = self.raw(name);
        raw.parse().unwrap_or_else(|_| panic!("the metric {name} is {raw:?}"))
    }

    /// The value in a number field of q or the draws: `mu1` … `rho`, `k`, `seed`.
    pub fn field(&self, name: &str) -> f64 {
        let script = "const field = document.querySelector(arguments[0]);
            return field?.dataset.value ?? field?.value";
        let value = self.run(script, json!([format!("#number-{name}")]));
        let text = value.as_str().unwrap_or_else(|| panic!("there is no field {name}"));
        text.parse().unwrap_or_else(|_| panic!("the field {name} holds {text:?}"))
    }

    /// `[μ₁, μ₂]` as the number fields say.
    pub fn mean(&self) -> [f64; 2] {
        ["mu1", "mu2"].map(|name| self.field(name))
    }

    /// `[σ₁, σ₂]` as the number fields say.
    pub fn sigma(&self) -> [f64; 2] {
        ["sigma1", "sigma2"].map(|name| self.field(name))
    }

    /// All numbers are shown and finite; on the fine lattice the identities hold and the bound is a bound.
    ///
    /// The interval and the exact ladder of another x are computed in the background after the lattice: they are
    /// waited for.
    pub fn assert_sound(&self) {
        let mut metrics = Vec::new();
        self.wait_for("a value for every metric", || {
            metrics = self.metrics();
            metrics.iter().all(|metric| !metric.value.is_empty())
        });
        for name in METRICS {
            assert!(metrics.iter().any(|metric| metric.name == name), "no metric {name}");
        }
        for Metric { name, k, value } in &metrics {
            let finite = value.parse::<f64>().is_ok_and(f64::is_finite);
            assert!(finite, "the metric {name} (k {k:?}) is {value:?}");
        }
        if self.is_content() {
            // The coarse lattice promises no more than its own error, which is shown.
            return;
        }
        let residual = self.metric("identity-residual").abs();
        assert!(residual <= RESIDUAL_LIMIT, "identity-residual is {residual:e}");
        let (elbo, log_evidence) = (self.metric("elbo"), self.metric("log-evidence"));
        assert!(elbo <= log_evidence + RESIDUAL_LIMIT, "ELBO {elbo} above {log_evidence}");
    }
}

//! The numbers and the table.

use super::plan::Model;
use super::run::Bounds;
use crate::evidence::annealed::SandwichRung;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, number, text};

/// U − L of one T, in nats.
pub(super) fn width(rung: &SandwichRung) -> Option<f64> {
    Some(rung.bdmc?.mean - rung.ais.mean)
}

/// The standard error of U − L, in nats; `None` if that of either is unknown.
fn width_stderr(rung: &SandwichRung) -> Option<f64> {
    Some(rung.bdmc?.stderr?.hypot(rung.ais.stderr?))
}

/// The numbers for the T that are seen.
pub(super) fn metrics(run: &Bounds, rungs: &[SandwichRung], language: Language) -> Vec<Metric> {
    let say = |text: Text| text.say(language);
    let is_line = run.plan.model.is_line();
    let form = Form::Nats(if is_line { 4 } else { 3 });
    let truth = &run.world.truth;
    let [elbo, eubo] = run.ends();
    let last = rungs.last();
    let sums = rungs.len().checked_sub(1).and_then(|rung| run.thermodynamic_sums(rung));
    let of_last = |metric: Metric| match last {
        Some(rung) => metric.of(rung.steps.get()),
        None => metric,
    };
    let exact = match truth.known() {
        Some(known) if known.error > 0.0 => {
            format!("{} ± {}", say(text!("log p(x), exact")), number::small(known.error, language))
        }
        Some(_) => say(text!("log p(x), exact")).to_owned(),
        None => "log p(x)".to_owned(),
    };
    let evidence = truth.known().map(|known| known.log_evidence);
    let mut metrics = vec![Metric::new(Quantity::LogEvidence, exact, evidence, form)];

    let mut bound = |name, label: &str, value: Option<f64>, stderr: Option<f64>| {
        metrics.push(of_last(Metric::new(name, label, value, form).with_stderr(stderr)));
    };
    let ais = last.map(|rung| rung.ais);
    bound(
        Quantity::AisLower,
        say(text!("AIS, lower")),
        ais.map(|b| b.mean),
        ais.and_then(|b| b.stderr),
    );
    let smc = last.map(|rung| rung.smc);
    bound(Quantity::Smc, say(text!("SMC, lower")), smc.map(|b| b.mean), smc.and_then(|b| b.stderr));
    let upper = last.and_then(|rung| rung.bdmc);
    if run.world.exact_draws.is_some() {
        let (mean, stderr) = (upper.map(|b| b.mean), upper.and_then(|b| b.stderr));
        bound(Quantity::BdmcUpper, say(text!("BDMC, upper")), mean, stderr);
        if !is_line {
            let label = say(text!("width"));
            bound(Quantity::Width, label, last.and_then(width), last.and_then(width_stderr));
        }
    }
    if is_line {
        let shown = rungs.iter().filter(|rung| matches!(rung.steps.get(), 1 | 10 | 100));
        metrics.extend(shown.map(|rung| {
            let label = format!("{}, T = {}", say(text!("width")), rung.steps);
            Metric::new(Quantity::Width, label, width(rung), form)
                .with_stderr(width_stderr(rung))
                .of(rung.steps.get())
        }));
    }
    if evidence.is_some() {
        let sum = |side: usize| sums.map(|sums| sums[side]);
        let label = say(text!("TVO left sum"));
        metrics.push(of_last(Metric::new(Quantity::TvoLower, label, sum(0), form)));
        let label = say(text!("TVO right sum"));
        metrics.push(of_last(Metric::new(Quantity::TvoUpper, label, sum(1), form)));
        metrics.push(Metric::new(Quantity::Elbo, "ELBO", elbo, form));
        metrics.push(Metric::new(Quantity::Eubo, "EUBO", eubo, form));
    } else if let Some(first) = rungs.first().filter(|rung| rung.steps.get() == 1) {
        // AIS with one temperature is the mean log-weight of draws from q.
        let elbo = Metric::new(Quantity::Elbo, "ELBO", Some(first.ais.mean), form);
        metrics.push(elbo.with_stderr(first.ais.stderr));
    }
    if !is_line {
        let [low, high] = certificate(run, rungs);
        let label = say(text!("at least, 95% sure"));
        metrics.push(of_last(Metric::new(Quantity::LogEvidenceLower95, label, low, form)));
        if run.world.exact_draws.is_some() {
            let label = say(text!("at most, 95% sure"));
            metrics.push(of_last(Metric::new(Quantity::LogEvidenceUpper95, label, high, form)));
        }
    }
    if run.plan.model != Model::LinePerfect {
        let rate = last.and_then(|rung| rung.acceptance.rate());
        let label = say(text!("accepted moves"));
        metrics.push(of_last(Metric::new(Quantity::Acceptance, label, rate, Form::Percent)));
    }
    metrics
}

/// What holds with 95 %, whatever the kernels did: from the forward weights, and from the reverse
/// ones where there are any; then each side is wrong in 2.5 % at most.
pub(super) fn certificate(run: &Bounds, rungs: &[SandwichRung]) -> [Option<f64>; 2] {
    let Some(rung) = rungs.last() else { return [None, None] };
    let certificates = run.traces.get(rungs.len() - 1).map(|trace| trace.certificates);
    let low = certificates.and_then(|both| both[usize::from(rung.bdmc.is_some())]);
    // Chains from one z are not independent: only Markov's inequality for their mean applies.
    let high = rung.certificate(1.0 - super::trace::CONFIDENCE).map(|interval| interval.high);
    [low, high.filter(|high| high.is_finite())]
}

/// A row for each of them.
pub(super) fn table(run: &Bounds, rungs: &[SandwichRung], language: Language) -> Table {
    let say = |text: Text| text.say(language).to_owned();
    let header = vec![
        "T".to_owned(),
        "AIS (nats)".to_owned(),
        say(text!("AIS error (nats)")),
        "SMC (nats)".to_owned(),
        say(text!("SMC error (nats)")),
        "BDMC (nats)".to_owned(),
        say(text!("BDMC error (nats)")),
        say(text!("TVO left (nats)")),
        say(text!("TVO right (nats)")),
        say(text!("accepted")),
    ];
    let row = |(index, rung): (usize, &SandwichRung)| {
        let sums = run.thermodynamic_sums(index);
        vec![
            Some(rung.steps.get() as f64),
            Some(rung.ais.mean),
            rung.ais.stderr,
            Some(rung.smc.mean),
            rung.smc.stderr,
            rung.bdmc.map(|bound| bound.mean),
            rung.bdmc.and_then(|bound| bound.stderr),
            sums.map(|sums| sums[0]),
            sums.map(|sums| sums[1]),
            rung.acceptance.rate(),
        ]
    };
    Table { header, rows: rungs.iter().enumerate().map(row).collect() }
}

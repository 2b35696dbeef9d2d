//! The numbers and the table.

use super::plan::ModelPlan;
use super::run::SandwichBounds;
use crate::evidence::annealed::{Bound, SandwichRung};
use crate::lab::{Metric, Table};
use crate::quantity::{Column, Form, Label, Quantity, Unit};
use crate::state::{Language, number};

/// U − L of one T, in nats.
pub(super) fn width(rung: &SandwichRung) -> Option<f64> {
    Some(rung.bdmc?.mean - rung.ais.mean)
}

/// The standard error of U − L, in nats; `None` if that of either is unknown.
fn width_stderr(rung: &SandwichRung) -> Option<f64> {
    Some(rung.bdmc?.stderr?.hypot(rung.ais.stderr?))
}

/// The numbers of the T that are shown.
pub(super) fn metrics(
    run: &SandwichBounds,
    rungs: &[SandwichRung],
    language: Language,
) -> Vec<Metric> {
    let label = |quantity| Label::of(quantity, language);
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
            label(Quantity::LogEvidence).plus_minus(number::small(known.error, language))
        }
        Some(_) => label(Quantity::LogEvidence),
        None => Label::short(Quantity::LogEvidence, language),
    };
    let evidence = truth.known().map(|known| known.log_evidence);
    let mut metrics = vec![Metric::new(exact, evidence, form)];

    let nats = |quantity, value| Metric::new(label(quantity), value, form);
    let bound = |quantity, bound: Option<Bound>| {
        let stderr = bound.and_then(|bound| bound.stderr);
        of_last(nats(quantity, bound.map(|bound| bound.mean)).with_stderr(stderr))
    };
    metrics.push(bound(Quantity::AisLower, last.map(|rung| rung.ais)));
    metrics.push(bound(Quantity::Smc, last.map(|rung| rung.smc)));
    if run.world.exact_draws.is_some() {
        metrics.push(bound(Quantity::BdmcUpper, last.and_then(|rung| rung.bdmc)));
        if !is_line {
            let stderr = last.and_then(width_stderr);
            let width = nats(Quantity::Width, last.and_then(width));
            metrics.push(of_last(width.with_stderr(stderr)));
        }
    }
    if is_line {
        let shown = rungs.iter().filter(|rung| matches!(rung.steps.get(), 1 | 10 | 100));
        metrics.extend(shown.map(|rung| {
            let label = label(Quantity::Width).qualified(format!("T = {}", rung.steps));
            Metric::new(label, width(rung), form)
                .with_stderr(width_stderr(rung))
                .of(rung.steps.get())
        }));
    }
    if evidence.is_some() {
        let sum = |side: usize| sums.map(|sums| sums[side]);
        metrics.push(of_last(nats(Quantity::TvoLower, sum(0))));
        metrics.push(of_last(nats(Quantity::TvoUpper, sum(1))));
        metrics.push(nats(Quantity::Elbo, elbo));
        metrics.push(nats(Quantity::Eubo, eubo));
    } else if let Some(first) = rungs.first().filter(|rung| rung.steps.get() == 1) {
        // AIS with one temperature is the mean log-weight of draws from q.
        metrics.push(nats(Quantity::Elbo, Some(first.ais.mean)).with_stderr(first.ais.stderr));
    }
    if !is_line {
        let [low, high] = certificate(run, rungs);
        metrics.push(of_last(nats(Quantity::LogEvidenceLower95, low)));
        if run.world.exact_draws.is_some() {
            metrics.push(of_last(nats(Quantity::LogEvidenceUpper95, high)));
        }
    }
    if run.plan.model != ModelPlan::LinePerfect {
        let rate = last.and_then(|rung| rung.acceptance.rate());
        metrics.push(of_last(Metric::new(label(Quantity::Acceptance), rate, Form::Percent)));
    }
    metrics
}

/// The bounds that hold with 95 %, for every kernel: from the forward weights, and from the reverse ones where there
/// are any; then each side fails with 2.5 % at most.
pub(super) fn certificate(run: &SandwichBounds, rungs: &[SandwichRung]) -> [Option<f64>; 2] {
    let Some(rung) = rungs.last() else { return [None, None] };
    let certificates = run.traces.get(rungs.len() - 1).map(|trace| trace.certificates);
    let low = certificates.and_then(|both| both[usize::from(rung.bdmc.is_some())]);
    // Chains from one z are not independent: only Markov's inequality for their mean applies.
    let high = rung.certificate(1.0 - super::trace::CONFIDENCE).map(|interval| interval.high);
    [low, high.filter(|high| high.is_finite())]
}

/// A row for each of them.
pub(super) fn table(run: &SandwichBounds, rungs: &[SandwichRung], language: Language) -> Table {
    let short = |quantity| Label::short(quantity, language);
    let header = vec![
        Column::new("T", Unit::Count),
        Column::of(short(Quantity::AisLower)),
        Column::standard_errors_of(short(Quantity::AisLower)),
        Column::of(short(Quantity::Smc)),
        Column::standard_errors_of(short(Quantity::Smc)),
        Column::of(short(Quantity::BdmcUpper)),
        Column::standard_errors_of(short(Quantity::BdmcUpper)),
        Column::of(short(Quantity::TvoLower)),
        Column::of(short(Quantity::TvoUpper)),
        Column::of(short(Quantity::Acceptance)),
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

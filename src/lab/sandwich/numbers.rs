//! The numbers and the table.

use super::plan::ModelPlan;
use super::run::SandwichBounds;
use crate::evidence::annealed::SandwichRung;
use crate::lab::{Metric, Table};
use crate::quantity::{Form, Quantity};
use crate::state::{Language, Text, number};

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
    let say = |en, pt| Text::new(en, pt).say(language);
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
            format!(
                "{} ± {}",
                say("log p(x), exact", "log p(x), exato"),
                number::small(known.error, language)
            )
        }
        Some(_) => say("log p(x), exact", "log p(x), exato").to_owned(),
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
        say("AIS, lower", "AIS, inferior"),
        ais.map(|b| b.mean),
        ais.and_then(|b| b.stderr),
    );
    let smc = last.map(|rung| rung.smc);
    bound(
        Quantity::Smc,
        say("SMC, lower", "SMC, inferior"),
        smc.map(|b| b.mean),
        smc.and_then(|b| b.stderr),
    );
    let upper = last.and_then(|rung| rung.bdmc);
    if run.world.exact_draws.is_some() {
        let (mean, stderr) = (upper.map(|b| b.mean), upper.and_then(|b| b.stderr));
        bound(Quantity::BdmcUpper, say("BDMC, upper", "BDMC, superior"), mean, stderr);
        if !is_line {
            let label = say("width", "largura");
            bound(Quantity::Width, label, last.and_then(width), last.and_then(width_stderr));
        }
    }
    if is_line {
        let shown = rungs.iter().filter(|rung| matches!(rung.steps.get(), 1 | 10 | 100));
        metrics.extend(shown.map(|rung| {
            let label = format!("{}, T = {}", say("width", "largura"), rung.steps);
            Metric::new(Quantity::Width, label, width(rung), form)
                .with_stderr(width_stderr(rung))
                .of(rung.steps.get())
        }));
    }
    if evidence.is_some() {
        let sum = |side: usize| sums.map(|sums| sums[side]);
        let label = say("TVO left sum", "TVO, soma esquerda");
        metrics.push(of_last(Metric::new(Quantity::TvoLower, label, sum(0), form)));
        let label = say("TVO right sum", "TVO, soma direita");
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
        let label = say("at least, 95% sure", "mínimo, 95% de confiança");
        metrics.push(of_last(Metric::new(Quantity::LogEvidenceLower95, label, low, form)));
        if run.world.exact_draws.is_some() {
            let label = say("at most, 95% sure", "máximo, 95% de confiança");
            metrics.push(of_last(Metric::new(Quantity::LogEvidenceUpper95, label, high, form)));
        }
    }
    if run.plan.model != ModelPlan::LinePerfect {
        let rate = last.and_then(|rung| rung.acceptance.rate());
        let label = say("accepted moves", "movimentos aceitos");
        metrics.push(of_last(Metric::new(Quantity::Acceptance, label, rate, Form::Percent)));
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
    let say = |en, pt| Text::new(en, pt).say(language).to_owned();
    let header = vec![
        "T".to_owned(),
        "AIS (nats)".to_owned(),
        say("AIS error (nats)", "erro AIS (nats)"),
        "SMC (nats)".to_owned(),
        say("SMC error (nats)", "erro SMC (nats)"),
        "BDMC (nats)".to_owned(),
        say("BDMC error (nats)", "erro BDMC (nats)"),
        say("TVO left (nats)", "TVO esquerda (nats)"),
        say("TVO right (nats)", "TVO direita (nats)"),
        say("accepted", "aceitos"),
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

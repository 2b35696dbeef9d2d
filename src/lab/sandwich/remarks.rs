//! The remarks: at most three sentences.

use super::numbers::width;
use crate::evidence::annealed::{ExactDraws, SandwichRung};
use crate::lab::Remark;
use crate::lab::sandwich::plan::{ModelPlan, Source};
use crate::lab::sandwich::run::SandwichBounds;
use crate::state::{Language, Text, number};

/// A bound that is wrong by more than this many standard errors is not wrong by chance.
const ERRORS: f64 = 4.0;
/// Below this share of accepted moves chains hardly move.
const FEW: f64 = 0.5;

/// The remarks for the part that is shown.
pub(super) fn remarks(
    run: &SandwichBounds,
    rungs: &[SandwichRung],
    language: Language,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if let Some(trouble) = &run.trouble {
        let stopped = Text::new("The computation stopped", "O cálculo parou").say(language);
        remarks.push(Remark::warning(format!("{stopped}: {trouble}.")));
    }
    let Some(rung) = rungs.last() else {
        let text = Text::new(
            "The chains start at draws from a density we know and are led to the posterior, one \
            temperature \
             at a time; T is how many there are.",
            "As cadeias partem de amostras de uma densidade conhecida e são levadas à posterior, \
            uma \
             temperatura por vez; T é o número delas.",
        );
        remarks.push(Remark::note(text.say(language)));
        return remarks;
    };
    remarks.push(enclosure(run, rung, language));
    remarks.push(draws(run, language));
    remarks.extend(doubt(run, rung, language));
    remarks.truncate(3);
    remarks
}

/// The interval of log p(x) according to the last T.
fn enclosure(run: &SandwichBounds, rung: &SandwichRung, language: Language) -> Remark {
    let nats = |value: f64| number::nats(value, decimals(run), language);
    let steps = number::integer(rung.steps.get() as u64, language);
    let (lower, known) = (rung.ais.mean, run.world.truth.known().map(|known| known.log_evidence));
    let is_pt = language == Language::Pt;
    let Some((upper, width)) = rung.bdmc.map(|bound| bound.mean).zip(width(rung)) else {
        let off = known.map(|exact| (nats((exact - lower).abs()), lower <= exact));
        return Remark::note(match (off, is_pt) {
            (Some((off, is_below)), false) => {
                let side = if is_below { "below" } else { "above" };
                format!(
                    "At T = {steps} AIS lies {off} nats {side} the exact value; AIS alone cannot \
                    tell that."
                )
            }
            (Some((off, is_below)), true) => {
                let side = if is_below { "abaixo" } else { "acima" };
                format!(
                    "Com T = {steps} o AIS fica {off} nats {side} do valor exato; sozinho ele não \
                    sabe disso."
                )
            }
            (None, false) => format!(
                "At T = {steps} log p(x) is at least {} on average; how much more, nobody knows.",
                nats(lower)
            ),
            (None, true) => format!(
                "Com T = {steps} log p(x) é no mínimo {} em média; quanto a mais, ninguém sabe.",
                nats(lower)
            ),
        });
    };
    let (low, high, wide) = (nats(lower), nats(upper), nats(width.abs()));
    let text = match (known, is_pt) {
        (None, false) => format!(
            "Nobody knows log p(x) here, but on average it lies between the bounds: at T = {steps} \
            {low} and {high}, {wide} nats apart."
        ),
        (None, true) => format!(
            "Ninguém conhece log p(x) aqui, mas em média ele está entre as cotas: com T = {steps}, \
            {low} e {high}, a {wide} nats uma da outra."
        ),
        (Some(exact), _) => {
            let is_inside = (lower..=upper).contains(&exact);
            let off = nats((lower - exact).max(exact - upper));
            match (is_inside, is_pt) {
                (true, false) => format!(
                    "At T = {steps} the bounds are {wide} nats apart, and the exact value lies \
                    between them."
                ),
                (true, true) => format!(
                    "Com T = {steps} as cotas distam {wide} nats, e o valor exato está entre \
                    elas."
                ),
                (false, false) => format!(
                    "At T = {steps} the bounds are {wide} nats apart and the exact value is {off} \
                    outside: they hold on average, not for every run."
                ),
                (false, true) => format!(
                    "Com T = {steps} as cotas distam {wide} nats e o valor exato está {off} \
                    fora: elas valem em média, não em cada execução."
                ),
            }
        }
    };
    Remark::note(text)
}

/// The exact draws of the upper bound, or why there is none.
fn draws(run: &SandwichBounds, language: Language) -> Remark {
    let text = match (&run.world.exact_draws, run.plan.source, run.plan.model) {
        (_, Source::Digit(_), _) => {
            return Remark::warning(
                Text::new(
                    "No BDMC bound: this x was not simulated from the model, so no exact draw from its \
                    posterior came with it for the reverse chains to start from. In two dimensions one could \
                    be drawn; for a model of any size nobody can.",
                    "Sem cota BDMC: este x não foi simulado do modelo, então nenhuma amostra exata da sua \
                    posterior veio com ele, de onde as cadeias reversas pudessem partir. Em duas dimensões \
                    daria para sortear uma; para um modelo qualquer, ninguém consegue.",
                )
                .say(language),
            );
        }
        (_, _, ModelPlan::LinePerfect) => {
            let [elbo, eubo] = run.ends();
            let width = eubo.zip(elbo).map_or(f64::NAN, |(eubo, elbo)| eubo - elbo);
            let width = number::nats(width, 4, language);
            return Remark::note(match language {
                Language::En => format!(
                    "With perfect moves AIS is the left sum of the integral and BDMC the right \
                    one: the width is \
                     (EUBO − ELBO)/T = {width}/T on equal steps."
                ),
                Language::Pt => format!(
                    "Com movimentos perfeitos o AIS é a soma esquerda da integral e o BDMC, a \
                    direita: \
                    a largura é \
                     (EUBO − ELBO)/T = {width}/T em passos iguais."
                ),
            });
        }
        (Some(ExactDraws::Simulated { .. }), ..) => Text::new(
            "x was simulated, so the z that made it is an exact draw from the posterior; it is a \
            single one, and \
             the upper bound gets no ±.",
            "x foi simulado, então o z que o gerou é uma amostra exata da posterior; é uma só, e \
            a cota \
             superior fica sem ±.",
        ),
        _ => Text::new(
            "The posterior is known, so every reverse chain starts from an exact draw of its own.",
            "A posterior é conhecida, então cada cadeia reversa parte da sua própria amostra \
            exata.",
        ),
    };
    Remark::note(text.say(language))
}

/// A reason why the bounds are not reliable, or differ from what was set.
fn doubt(run: &SandwichBounds, rung: &SandwichRung, language: Language) -> Option<Remark> {
    let say = |en: String, pt: String| if language == Language::Pt { pt } else { en };
    if let Some(rate) = rung.acceptance.rate().filter(|rate| *rate < FEW) {
        let rate = number::share(rate, language);
        return Some(Remark::warning(say(
            format!(
                "Only {rate} of the moves are accepted: the chains hardly move, and lag behind the \
                temperatures."
            ),
            format!(
                "Só {rate} dos movimentos são aceitos: as cadeias quase não andam e se atrasam em \
                relação às temperaturas."
            ),
        )));
    }
    let crossed = rung.bdmc.zip(rung.ais.stderr).is_some_and(|(upper, error)| {
        rung.ais.mean - upper.mean > ERRORS * error.hypot(upper.stderr.unwrap_or(0.0)).max(1e-9)
    });
    if crossed {
        let is_of_one = matches!(run.world.exact_draws, Some(ExactDraws::Simulated { .. }));
        let text = if is_of_one {
            Text::new(
                "The bounds have crossed: the one z behind the upper bound is untypical. Try another \
                 seed.",
                "As cotas se cruzaram: o único z por trás da cota superior é atípico. Tente outra \
                 semente.",
            )
        } else {
            Text::new(
                "The bounds have crossed by more than their errors explain.",
                "As cotas se cruzaram mais do que seus erros explicam.",
            )
        };
        return Some(Remark::warning(text.say(language)));
    }
    run.plan.is_cut.then(|| {
        let chains = number::integer(run.plan.chains.get() as u64, language);
        let most = number::integer(run.plan.most() as u64, language);
        Remark::warning(say(
            format!(
                "So much would take minutes here: {chains} chains and T up to {most} are used."
            ),
            format!("Tudo isso levaria minutos aqui: usam-se {chains} cadeias e T até {most}."),
        ))
    })
}

fn decimals(run: &SandwichBounds) -> usize {
    if run.plan.model.is_line() { 4 } else { 3 }
}

//! Every sentence of the labs with the condition on the numbers beside it.

use elboscope::lab::{LabState, Sheet};
use elboscope::quantity::Quantity;

use crate::claims::written::Written;

/// A sentence, its numbers, and its sheet.
pub struct Seen<'a> {
    pub sheet: &'a Sheet,
    pub state: &'a LabState,
    pub numbers: &'a [Written],
    pub text: &'a str,
    /// Whether everything has been drawn.
    pub is_last: bool,
}

type Holds = Result<(), String>;

/// A kind of sentence.
pub struct Claim {
    /// Its lab, unless it occurs in several.
    pub lab: Option<&'static str>,
    /// Parts of its text; the first kind that matches is used.
    pub says: &'static [&'static str],
    /// The condition.
    pub holds: fn(&Seen) -> Holds,
}

impl Seen<'_> {
    fn value(&self, name: &str) -> Result<f64, String> {
        self.sheet.value(quantity(name)).ok_or_else(|| format!("no {name}"))
    }

    fn stderr(&self, name: &str) -> Result<f64, String> {
        let metric = self.sheet.metrics.iter().find(|metric| metric.quantity.name() == name);
        metric.and_then(|metric| metric.stderr).ok_or_else(|| format!("no error of {name}"))
    }

    fn number(&self, place: usize) -> Result<Written, String> {
        self.numbers.get(place).copied().ok_or_else(|| format!("no number {place}"))
    }

    /// The number at this index is that value, as it would be written.
    fn is(&self, place: usize, value: f64) -> Holds {
        let written = self.number(place)?;
        ensure(written.is(value), || format!("{} is not {value}", written.value))
    }

    /// An estimate minus log p(x).
    fn error(&self, name: &str) -> Result<f64, String> {
        Ok(self.value(name)? - self.value("log-evidence")?)
    }

    /// "low" or "high", "below" or "above" agree with the sign of an error.
    fn side(&self, error: f64, low: &str, high: &str) -> Holds {
        let says_low = self.text.contains(low);
        ensure(says_low != self.text.contains(high), || format!("neither {low} nor {high}"))?;
        ensure(says_low == (error < 0.0), || format!("an error of {error}"))
    }

    /// min(1 − 1/log₁₀ K, 0.7) for K draws.
    fn limit(draws: f64) -> f64 {
        (1.0 - 1.0 / draws.log10()).min(0.7)
    }
}

/// An unknown name is a mistake of this list.
fn quantity(name: &str) -> Quantity {
    Quantity::named(name).unwrap_or_else(|| panic!("no quantity {name}"))
}

fn ensure(is_so: bool, complaint: impl FnOnce() -> String) -> Holds {
    if is_so { Ok(()) } else { Err(complaint()) }
}

fn all(parts: impl IntoIterator<Item = Holds>) -> Holds {
    parts.into_iter().collect()
}

const fn claim(says: &'static [&'static str], holds: fn(&Seen) -> Holds) -> Claim {
    Claim { lab: None, says, holds }
}

const fn of(lab: &'static str, says: &'static [&'static str], holds: fn(&Seen) -> Holds) -> Claim {
    Claim { lab: Some(lab), says, holds }
}

/// A sentence without a number to be compared.
fn nothing(_: &Seen) -> Holds {
    Ok(())
}

fn infinite(seen: &Seen) -> Holds {
    ensure(seen.value("chi-square")? == f64::INFINITY, || "χ² is finite".to_owned())
}

fn is_posterior(seen: &Seen) -> Holds {
    let kl = seen.value("kl-posterior").or_else(|_| seen.error("elbo"))?;
    ensure(kl.abs() < 1e-7, || format!("KL = {kl}"))
}

/// A mean error within its ±.
fn excused(seen: &Seen) -> Holds {
    let (error, stderr) = (seen.error("importance")?, seen.stderr("importance")?);
    ensure(error.abs() <= 3.0 * stderr + 1e-9, || format!("{error} ± {stderr}"))
}

fn off_by(seen: &Seen, place: usize) -> Holds {
    seen.is(place, seen.error("importance")?.abs())
}

/// All kinds; a kind that contains another comes before it.
pub const CLAIMS: &[Claim] = &[
    // Pools of weights in any lab.
    claim(&["One of", "holds", "of the weight: do not trust"], |seen| {
        let share = seen.value("max-share")?;
        all([seen.is(1, 100.0 * share), ensure(share > 0.5, || format!("a share of {share}"))])
    }),
    claim(&["count as", "do not trust"], |seen| {
        let (ess, draws) = (seen.value("ess")?, seen.number(0)?.value);
        all([
            seen.is(1, ess),
            ensure(ess < 0.1 * draws && ess < 100.0, || format!("{ess} of {draws}")),
        ])
    }),
    claim(&["k̂ =", "above 1", "no finite mean"], |seen| {
        let (khat, share) = (seen.value("khat")?, seen.value("max-share")?);
        all([
            seen.is(0, khat),
            ensure(khat >= 1.0 && share <= 0.5, || format!("k̂ {khat}, share {share}")),
        ])
    }),
    claim(&["k̂ =", "not below", "looks too heavy"], |seen| {
        let (khat, limit) = (seen.value("khat")?, seen.number(1)?);
        all([
            seen.is(0, khat),
            ensure(khat < 1.0 && khat >= limit.value - limit.half_unit, || format!("k̂ {khat}")),
            ensure(limit.value <= 0.7, || format!("a limit of {}", limit.value)),
            ensure(seen.value("max-share")? <= 0.5, || "one draw carries it".to_owned()),
        ])
    }),
    // Evidence.
    of("evidence", &["Nothing is drawn yet"], |seen| {
        ensure(seen.value("ess").is_err(), || "something is drawn".to_owned())
    }),
    of("evidence", &["hardly ever goes where", "the estimate is"], |seen| {
        let error = seen.error("importance")?;
        all([seen.is(1, error.abs()), seen.side(error, "nats low", "nats high")])
    }),
    of("evidence", &["hardly ever goes where"], |seen| {
        ensure(seen.value("ess").is_err(), || "something is drawn".to_owned())
    }),
    of("evidence", &["infinite variance"], infinite),
    of("evidence", &["q is the posterior", "one draw would do"], |seen| {
        is_posterior(seen)?;
        match seen.error("importance") {
            Ok(error) => ensure(error.abs() < 1e-3, || format!("{error} off")),
            Err(_) => Ok(()),
        }
    }),
    of("evidence", &["Yet the ELBO lacks only"], |seen| {
        all([infinite(seen), seen.is(0, seen.value("kl-posterior")?)])
    }),
    of("evidence", &["The ELBO lacks KL", "on average only"], |seen| {
        let low = seen.value("chi-square")? / (2.0 * seen.number(1)?.value);
        // The 2 of χ²/2K comes before its value.
        let written = seen.numbers.last().ok_or("no number")?;
        let one_digit = written.half_unit.max(0.06 * low);
        all([
            seen.is(0, seen.value("kl-posterior")?),
            ensure(low < 0.2 && (written.value - low).abs() <= one_digit, || format!("{low}")),
        ])
    }),
    of("evidence", &["draws are too few for χ²"], |seen| {
        let chi_square = seen.value("chi-square").unwrap_or(f64::INFINITY);
        let draws = seen.number(0)?.value;
        ensure(chi_square / (2.0 * draws) >= 0.2, || format!("χ² {chi_square}, K {draws}"))
    }),
    // Discrete.
    of("discrete", &["hit the needle too early"], |seen| {
        let error = seen.error("uniform-mc")?;
        all([seen.is(0, error), ensure(error > 1.0, || format!("{error}"))])
    }),
    of("discrete", &["Uniform draws found", "stated error"], |seen| {
        let error = seen.error("uniform-mc")?;
        all([
            seen.is(1, -error),
            ensure(error <= -1.0, || format!("{error}")),
            seen.is(2, seen.stderr("uniform-mc")?),
        ])
    }),
    of("discrete", &["One uniform draw found"], |seen| seen.is(1, -seen.error("uniform-mc")?)),
    of("discrete", &["uniform draws; counting every state"], |seen| {
        let cost = seen.value("uniform-variance")? / 0.01;
        ensure(cost > seen.number(2)?.value, || format!("{cost}"))
    }),
    of("discrete", &["by uniform draws"], |seen| {
        let cost = seen.value("uniform-variance")? / 0.01;
        ensure(cost <= seen.number(2)?.value, || format!("{cost}"))
    }),
    of("discrete", &["q is the posterior"], is_posterior),
    of("discrete", &["q has the posterior's marginals"], nothing),
    of("discrete", &["fair coin per bit"], nothing),
    // Bias.
    of("bias", &["q is the posterior"], is_posterior),
    of("bias", &["From K =", "slope"], |seen| {
        let chi_square = seen.value("chi-square").unwrap_or(1e300);
        ensure(chi_square.is_finite(), || "χ² is infinite".to_owned())
    }),
    of("bias", &["Infinite variance"], infinite),
    of("bias", &["CUBO is +∞"], |seen| {
        ensure(seen.value("cubo-bound")? == f64::INFINITY, || "it is finite".to_owned())
    }),
    of("bias", &["CUBO is an upper bound, yet"], |seen| {
        ensure(seen.error("cubo-bound")? >= 0.0, || "it is none".to_owned())
    }),
    of("bias", &["The lines are exact"], |seen| {
        ensure(seen.stderr("iwae").is_err(), || "there are replicates".to_owned())
    }),
    of("bias", &["drowns in the noise"], |seen| {
        let (bias, stderr) = (seen.error("iwae-exact")?, seen.stderr("iwae")?);
        ensure(bias.abs() < 2.0 * stderr, || format!("{bias} ± {stderr}"))
    }),
    of("bias", &["stands out from the noise"], |seen| {
        let (bias, stderr) = (seen.error("iwae-exact")?, seen.stderr("iwae")?);
        ensure(bias.abs() > 1.9 * stderr, || format!("{bias} ± {stderr}"))
    }),
    of("bias", &["SUMO has no bias"], nothing),
    // Dimension.
    of("dimension", &["One of", "is luck"], |seen| {
        let (share, error) = (seen.value("max-share")?, seen.error("importance")?);
        all([
            seen.is(1, 100.0 * share),
            ensure(share > 0.25 && error.abs() < 0.05, || format!("{share} {error}")),
        ])
    }),
    of("dimension", &["One of", "of the estimate, which is"], |seen| {
        let (share, error) = (seen.value("max-share")?, seen.error("importance")?);
        all([
            seen.is(1, 100.0 * share),
            seen.is(2, error.abs()),
            ensure(share > 0.25, || format!("{share}")),
            seen.side(error, "too low", "too high"),
        ])
    }),
    of("dimension", &["q is the posterior"], is_posterior),
    of("dimension", &["Each dimension costs"], |seen| seen.is(2, seen.value("kl-posterior")?)),
    of("dimension", &["χ² is infinite"], infinite),
    of("dimension", &["±0.1 nat would take >"], |seen| {
        ensure(
            seen.value("chi-square").is_err_and(|_| true) || seen.value("chi-square")? > 1e305,
            || "χ² is a double".to_owned(),
        )
    }),
    of("dimension", &["±0.1 nat would take"], |seen| {
        let needed = seen.value("chi-square")? / 0.01;
        let written = seen.number(1)?;
        let one_digit = (written.value - needed).abs() <= written.half_unit.max(0.06 * needed);
        ensure(one_digit, || format!("{needed}"))
    }),
    // Gradients.
    of("gradients", &["RLOO compares draws"], |seen| {
        ensure(seen.state.named("k") < 2.0, || "K is enough".to_owned())
    }),
    of("gradients", &["raise the variance of the score"], |seen| {
        let (before, after) = (seen.number(1)?.value, seen.number(2)?.value);
        ensure(before <= after, || format!("{before} {after}"))
    }),
    of("gradients", &["STL is noisier than pathwise"], |seen| {
        // The 2 of τ²/2 comes before them.
        let (stl, pathwise) = (seen.number(1)?.value, seen.number(2)?.value);
        ensure(stl >= pathwise, || format!("{stl} {pathwise}"))
    }),
    of("gradients", &["SNR of IWAE falls from"], |seen| {
        let (from, to) = (seen.number(2)?.value, seen.number(3)?.value);
        ensure(from >= to, || format!("{from} {to}"))
    }),
    of("gradients", &["compare their SNR"], nothing),
    of("gradients", &["q is the posterior: every"], is_posterior),
    of("gradients", &["Here v = τ²"], |seen| {
        ensure(seen.value("kl-posterior")? > 1e-12, || "q is the posterior".to_owned())
    }),
    of("gradients", &["In m", "times as many estimates"], |seen| {
        let [high, low, times] = [0, 1, 2].map(|place| seen.number(place));
        let all = [high?, low?, times?];
        let rounding: f64 = all.iter().map(|written| written.half_unit / written.value).sum();
        let [high, low, times] = all.map(|written| written.value);
        ensure(high >= low && (times * low / high - 1.0).abs() <= 1.1 * rounding, || {
            format!("{high} {low} {times}")
        })
    }),
    of("gradients", &["Climb:"], nothing),
    // Modes.
    of("modes", &["Nothing is drawn yet"], |seen| {
        ensure(seen.value("ess").is_err(), || "something is drawn".to_owned())
    }),
    of("modes", &["ESS", "are fine", "lie in one mode"], missed_fine),
    of("modes", &["lie in one mode", "warns of a tail"], |seen| {
        let (error, draws) = (seen.error("importance")?, seen.number(0)?.value);
        let khat = seen.value("khat")?;
        all([
            seen.is(1, -error),
            ensure(khat >= Seen::limit(draws) - 1e-9, || format!("k̂ {khat} does not warn")),
        ])
    }),
    of("modes", &["lie in one mode", "ln 2 too low"], |seen| {
        seen.is(1, -seen.error("importance")?)
    }),
    of("modes", &["lie on one side"], |seen| {
        all([off_by(seen, 1), is_error(seen, seen.number(2)?, "importance")])
    }),
    of("modes", &["found the other mode"], |seen| all([off_by(seen, 1), excused(seen)])),
    of("modes", &["k̂", "warns: the tail"], |seen| {
        all([
            off_by(seen, 0),
            excused(seen),
            ensure(seen.value("max-share")? <= 0.5, || "one draw carries it".to_owned()),
        ])
    }),
    of("modes", &["one draw alone has"], |seen| {
        let share = seen.value("max-share")?;
        all([off_by(seen, 0), ensure(share > 0.5, || format!("{share}"))])
    }),
    of("modes", &["draws count as"], |seen| {
        let (ess, draws) = (seen.value("ess")?, seen.number(2)?.value);
        all([off_by(seen, 0), ensure(ess < 0.1 * draws, || format!("{ess} of {draws}"))])
    }),
    of("modes", &["so few say little"], |seen| {
        ensure(seen.number(0)?.value <= 10.0, || "these are not few".to_owned())
    }),
    of("modes", &["draws on the left"], |seen| all([off_by(seen, 2), excused(seen)])),
    of("modes", &["too low, more than three times"], |seen| {
        ensure(seen.error("importance")? < 0.0 && excused(seen).is_err(), || "excused".to_owned())
    }),
    of("modes", &["too high, more than three times"], |seen| {
        ensure(seen.error("importance")? > 0.0 && excused(seen).is_err(), || "excused".to_owned())
    }),
    of("modes", &["Reverse KL seeks a mode"], |seen| {
        let (one, both) = (seen.number(0)?.value, seen.number(1)?.value);
        ensure(one <= both, || format!("{one} {both}"))
    }),
    of("modes", &["Here even reverse KL covers both"], |seen| {
        let (both, one) = (seen.number(0)?.value, seen.number(1)?.value);
        ensure(both <= one, || format!("{one} {both}"))
    }),
    of("modes", &["Both directions of KL want m = 0"], nothing),
    of("modes", &["Reverse KL", "forward KL"], |seen| {
        all([
            seen.is(0, seen.value("kl-posterior")?),
            seen.error("eubo").map_or(Ok(()), |forward| seen.is(1, forward)),
        ])
    }),
    of("modes", &["AIS with T =", "beyond its error"], |seen| {
        let (error, stderr) = (seen.error("ais")?, seen.stderr("ais")?);
        all([seen.is(1, error.abs()), ensure(error.abs() > 3.0 * stderr, || "excused".to_owned())])
    }),
    of("modes", &["AIS", "evaluations"], |seen| {
        let (error, stderr) = (seen.error("ais")?, seen.stderr("ais")?);
        all([seen.is(0, error.abs()), ensure(error.abs() <= 3.0 * stderr, || "off".to_owned())])
    }),
    // Sandwich.
    of("sandwich", &["The chains start at draws"], |seen| {
        ensure(seen.value("ais-lower").is_err(), || "there are bounds".to_owned())
    }),
    of("sandwich", &["AIS lies", "the exact value"], |seen| {
        let error = seen.error("ais-lower")?;
        all([seen.is(1, error.abs()), seen.side(error, "nats below", "nats above")])
    }),
    of("sandwich", &["is at least", "on average"], |seen| seen.is(1, seen.value("ais-lower")?)),
    of("sandwich", &["Nobody knows log p(x) here"], |seen| {
        let (low, high) = (seen.value("ais-lower")?, seen.value("bdmc-upper")?);
        all([seen.is(1, low), seen.is(2, high), seen.is(3, (high - low).abs())])
    }),
    of("sandwich", &["the exact value lies between"], |seen| {
        let (low, high) = (seen.value("ais-lower")?, seen.value("bdmc-upper")?);
        let exact = seen.value("log-evidence")?;
        ensure(low <= exact && exact <= high, || format!("{low} {exact} {high}"))
    }),
    of("sandwich", &["the exact value is", "outside"], |seen| {
        let (low, high) = (seen.value("ais-lower")?, seen.value("bdmc-upper")?);
        let exact = seen.value("log-evidence")?;
        let off = (low - exact).max(exact - high);
        all([seen.is(2, off), ensure(off > 0.0, || format!("{off}"))])
    }),
    of("sandwich", &["No BDMC bound"], |seen| {
        ensure(seen.value("bdmc-upper").is_err(), || "there is one".to_owned())
    }),
    of("sandwich", &["With perfect moves"], |seen| {
        seen.is(0, seen.value("eubo")? - seen.value("elbo")?)
    }),
    of("sandwich", &["x was simulated"], |seen| {
        ensure(seen.stderr("bdmc-upper").is_err(), || "it has an error".to_owned())
    }),
    of("sandwich", &["The posterior is known"], |seen| seen.value("log-evidence").map(|_| ())),
    of("sandwich", &["of the moves are accepted"], |seen| {
        let rate = seen.value("acceptance")?;
        all([seen.is(0, 100.0 * rate), ensure(rate < 0.5, || format!("{rate}"))])
    }),
    of("sandwich", &["have crossed"], |seen| {
        let (low, high) = (seen.value("ais-lower")?, seen.value("bdmc-upper")?);
        ensure(low > high, || format!("{low} {high}"))
    }),
    of("sandwich", &["So much would take minutes"], |seen| {
        let (chains, most) = (seen.number(0)?.value, seen.number(1)?.value);
        let is_less =
            chains < seen.state.named("chains") || most < seen.state.named("temperatures");
        ensure(is_less, || format!("{chains} chains, T {most}"))
    }),
];

/// All diagnostics are fine, although half of the posterior was missed.
fn missed_fine(seen: &Seen) -> Holds {
    let (error, khat, ess) = (seen.error("importance")?, seen.value("khat")?, seen.value("ess")?);
    let draws = seen.numbers.last().ok_or("no number")?.value;
    all([
        ensure((error + 0.69).abs() < 0.01, || format!("{error}")),
        ensure(khat < Seen::limit(draws), || format!("k̂ {khat}")),
        ensure(ess >= 0.5 * draws, || format!("{ess} of {draws}")),
        ensure(!seen.is_last || draws == seen.state.named("k"), || format!("{draws} draws")),
    ])
}

/// The number is the standard error of an estimate, to one digit.
fn is_error(seen: &Seen, written: Written, name: &str) -> Holds {
    let stderr = seen.stderr(name)?;
    ensure((written.value - stderr).abs() <= written.half_unit.max(0.06 * stderr), || {
        format!("± {stderr}")
    })
}

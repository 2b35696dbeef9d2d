//! LaTeX to MathML, with terms that have a meaning on the page and live numbers beneath them.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use thiserror::Error;

use super::condition::Measure;

/// What a term of a formula may stand for; each has a colour.
pub const ROLES: [&str; 12] = [
    "evidence",
    "elbo",
    "gap",
    "reconstruction",
    "kl-prior",
    "energy",
    "entropy",
    "sampling",
    "q",
    "prior",
    "posterior",
    "upper",
];

/// Why a formula cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormulaError {
    /// LaTeX that is not understood.
    #[error("{latex:?}: {reason}")]
    Latex {
        /// The formula.
        latex: String,
        /// Why not.
        reason: String,
    },
    /// `\term` or `\live` without all of its arguments in braces.
    #[error("{0:?}: an argument in braces is missing")]
    Arguments(String),
    /// A meaning that the page does not know.
    #[error("{0:?} is no role")]
    Role(String),
    /// A number that cannot exist.
    #[error("{0:?} is no metric")]
    Metric(String),
}

/// Writes formulas as MathML.
pub struct Formulas(LatexToMathML);

/// A `\term` or `\live` with its content as MathML.
struct Marked {
    role: String,
    measure: Option<Measure>,
    content: String,
}

impl Formulas {
    /// A writer without macros of its own but `\term` and `\live`.
    pub fn new() -> Self {
        Self(LatexToMathML::new(MathCoreConfig::default()).unwrap_or_default())
    }

    /// A formula within a line of text, or on a line of its own.
    ///
    /// # Errors
    /// [`FormulaError`] with the part that is not understood.
    pub fn mathml(&self, latex: &str, is_display: bool) -> Result<String, FormulaError> {
        let (plain, marked) = self.take_marked(latex)?;
        let display = if is_display { MathDisplay::Block } else { MathDisplay::Inline };
        let converted = self.0.convert_with_local_state(&plain, display).map_err(|error| {
            FormulaError::Latex { latex: latex.to_owned(), reason: error.to_string() }
        })?;
        let mut mathml = converted.mathml;
        for (place, Marked { role, measure, content }) in marked.iter().enumerate() {
            let opening = format!(" class=\"term {role}\" data-term=\"{role}\" tabindex=\"0\"");
            let shown = match measure {
                Some(measure) => format!(
                    "<munder{opening}><mrow>{content}</mrow>\
                     <mtext class=\"live\" data-live=\"{measure}\">–</mtext></munder>"
                ),
                None => format!("<mrow{opening}>{content}</mrow>"),
            };
            mathml = mathml.replace(&format!("<mtext>{}</mtext>", stand_in(place)), &shown);
        }
        Ok(mathml)
    }

    /// The formula with a word in the place of each marked part, and the parts.
    fn take_marked(&self, latex: &str) -> Result<(String, Vec<Marked>), FormulaError> {
        let (mut plain, mut marked, mut rest) = (String::new(), Vec::new(), latex);
        while let Some((start, is_live)) = next_command(rest) {
            plain.push_str(&rest[..start]);
            let missing = || FormulaError::Arguments(latex.to_owned());
            let after = &rest[start + COMMAND_LENGTH..];
            let (role, after) = argument(after).ok_or_else(missing)?;
            let (measure, after) = if is_live {
                let (metric, after) = argument(after).ok_or_else(missing)?;
                let measure = Measure::read(metric);
                (Some(measure.ok_or_else(|| FormulaError::Metric(metric.to_owned()))?), after)
            } else {
                (None, after)
            };
            let (content, after) = argument(after).ok_or_else(missing)?;
            if !ROLES.contains(&role) {
                return Err(FormulaError::Role(role.to_owned()));
            }
            plain.push_str(&format!("\\text{{{}}}", stand_in(marked.len())));
            let content = inside(&self.mathml(content, true)?).to_owned();
            marked.push(Marked { role: role.to_owned(), measure, content });
            rest = after;
        }
        plain.push_str(rest);
        Ok((plain, marked))
    }
}

impl Default for Formulas {
    fn default() -> Self {
        Self::new()
    }
}

/// `\term` and `\live` are of the same length.
const COMMAND_LENGTH: usize = 5;

/// Where the next marked part begins, and whether it is `\live`.
fn next_command(latex: &str) -> Option<(usize, bool)> {
    let (term, live) = (latex.find("\\term{"), latex.find("\\live{"));
    match (term, live) {
        (Some(term), Some(live)) => Some((term.min(live), live < term)),
        (Some(term), None) => Some((term, false)),
        (None, live) => live.map(|live| (live, true)),
    }
}

/// A word that no formula contains.
fn stand_in(place: usize) -> String {
    format!("marked{place}part")
}

/// The content of the braces that the text begins with, and what follows them.
fn argument(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('{')?;
    let mut depth = 1;
    for (place, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return Some((&text[..place], &text[place + 1..]));
        }
    }
    None
}

/// What is between the tags of `<math>`.
fn inside(mathml: &str) -> &str {
    let start = mathml.find('>').map_or(0, |place| place + 1);
    mathml[start..].strip_suffix("</math>").unwrap_or(&mathml[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_formula_is_mathml() {
        let mathml = Formulas::new().mathml(r"\log p(x) = \int p(x, z)\,dz", false).unwrap();
        assert!(mathml.starts_with("<math>") && mathml.ends_with("</math>"), "{mathml}");
        assert!(mathml.contains("<mo>∫</mo>") || mathml.contains('∫'), "{mathml}");
    }

    #[test]
    fn terms_and_live_numbers_are_marked_at_any_depth() {
        let latex =
            r"\live{evidence}{log-evidence}{\log p(x)} = \frac{\term{q}{q(\term{prior}{z})}}{2}";
        let mathml = Formulas::new().mathml(latex, true).unwrap();
        assert!(mathml.contains("data-live=\"log-evidence\""), "{mathml}");
        assert!(mathml.contains("data-term=\"evidence\""), "{mathml}");
        let q = mathml.find("data-term=\"q\"").unwrap();
        let prior = mathml.find("data-term=\"prior\"").unwrap();
        assert!(mathml.find("<mfrac>").unwrap() < q && q < prior, "{mathml}");
        assert!(!mathml.contains("marked"), "{mathml}");
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        let formulas = Formulas::new();
        for (latex, part) in [
            (r"\frac{1", "frac"),
            (r"\nonsense x", "nonsense"),
            (r"\term{elbo}", "braces"),
            (r"\term{nobody}{x}", "no role"),
            (r"\live{elbo}{ELBO!}{x}", "no metric"),
        ] {
            let error = formulas.mathml(latex, false).unwrap_err().to_string();
            assert!(error.contains(part), "{latex}: {error}");
        }
    }
}

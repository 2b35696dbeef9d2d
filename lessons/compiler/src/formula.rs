//! LaTeX to MathML, with marked terms and live numbers.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use thiserror::Error;

use crate::quantity::Measure;
use crate::state::{Language, Term};

/// Why a formula cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormulaError {
    /// LaTeX that cannot be parsed.
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
    /// An unknown role.
    #[error("{0:?} is no role")]
    Role(String),
    /// An unknown metric.
    #[error("{0:?} is no metric")]
    Metric(String),
}

impl FormulaError {
    /// The faulty text, as written in the lesson.
    pub(crate) fn source_text(&self) -> String {
        match self {
            // In the pieces of a formula the braces at the beginning were added by the compiler.
            Self::Latex { latex, .. } => latex.strip_prefix("{}").unwrap_or(latex).to_owned(),
            Self::Arguments(latex) => latex.clone(),
            Self::Role(name) | Self::Metric(name) => format!("{{{name}}}"),
        }
    }
}

/// Converts formulas to MathML, in one language.
pub struct Formulas {
    latex: LatexToMathML,
    language: Language,
}

/// A `\term` or `\live` with its content as MathML.
struct Marked {
    term: Term,
    measure: Option<Measure>,
    content: String,
}

impl Formulas {
    /// A converter without further macros than `\term` and `\live`.
    pub fn new(language: Language) -> Self {
        Self { latex: LatexToMathML::new(MathCoreConfig::default()).unwrap_or_default(), language }
    }

    /// A formula within a line of text, or on a line of its own.
    ///
    /// # Errors
    /// [`FormulaError`] with the part that cannot be parsed.
    pub fn mathml(&self, latex: &str, is_display: bool) -> Result<String, FormulaError> {
        let (plain, marked) = self.take_marked(latex)?;
        let display = if is_display { MathDisplay::Block } else { MathDisplay::Inline };
        let converted = self.latex.convert_with_local_state(&plain, display).map_err(|error| {
            FormulaError::Latex { latex: latex.to_owned(), reason: error.to_string() }
        })?;
        let mut mathml = converted.mathml;
        for (place, Marked { term, measure, content }) in marked.iter().enumerate() {
            let (name, lights) = (term.name(), term.lights().say(self.language));
            let opening = format!(
                " class=\"term {name}\" data-term=\"{name}\" tabindex=\"0\" role=\"group\" \
                 aria-label=\"{lights}\""
            );
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

    /// A formula in display style, as the pieces between which it can be broken.
    ///
    /// # Errors
    /// As for [`Self::mathml`].
    pub fn display(&self, latex: &str) -> Result<String, FormulaError> {
        let pieces = pieces(latex);
        let pieces = pieces.iter().enumerate().map(|(place, piece)| {
            // With something before it a sign at the beginning keeps its space.
            let before = if place > 0 { "{}" } else { "" };
            self.mathml(&format!("{before}{piece}"), true)
        });
        Ok(format!("<span class=\"display\">{}</span>", pieces.collect::<Result<String, _>>()?))
    }

    /// The formula with a placeholder for each marked part, and the parts.
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
            let term = Term::from_name(role).ok_or_else(|| FormulaError::Role(role.to_owned()))?;
            plain.push_str(&format!("\\text{{{}}}", stand_in(marked.len())));
            let content = inside(&self.mathml(content, true)?).to_owned();
            marked.push(Marked { term, measure, content });
            rest = after;
        }
        plain.push_str(rest);
        Ok((plain, marked))
    }
}

/// `\term` and `\live` are of the same length.
const COMMAND_LENGTH: usize = 5;

/// The position of the next marked part, and whether it is `\live`.
fn next_command(latex: &str) -> Option<(usize, bool)> {
    let (term, live) = (latex.find("\\term{"), latex.find("\\live{"));
    match (term, live) {
        (Some(term), Some(live)) => Some((term.min(live), live < term)),
        (Some(term), None) => Some((term, false)),
        (None, live) => live.map(|live| (live, true)),
    }
}

/// These are allowed only between two pieces, outside of all brackets.
const GAPS: [&str; 2] = ["\\qquad", "\\allowbreak"];
/// Relations, before which a line can be broken as well.
const RELATIONS: [&str; 7] = ["=", "\\le", "\\ge", "\\ne", "\\approx", "\\propto", "\\sim"];

/// The parts of a formula between which a line can be broken: before a relation, or before a plus or minus between
/// two terms.
fn pieces(latex: &str) -> Vec<&str> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    let mut follows_term = false;
    let mut rest = latex;
    while let Some(first) = rest.chars().next() {
        let at = latex.len() - rest.len();
        let token = token_of(rest);
        rest = &rest[token.len()..];
        match token {
            "{" | "(" | "[" | "\\left" => depth += 1,
            "}" | ")" | "]" | "\\right" => depth -= 1,
            _ => {}
        }
        let is_break = RELATIONS.contains(&token) || GAPS.contains(&token);
        if depth == 0 && follows_term && (is_break || ["+", "-"].contains(&token)) {
            found.push(latex[start..at].trim());
            start = if GAPS.contains(&token) { at + token.len() } else { at };
        }
        if !first.is_whitespace() && token != "\\quad" {
            follows_term = !is_break;
        }
    }
    found.push(latex[start..].trim());
    found
}

/// The command or the character at the beginning. `\left(` counts as two opening brackets, as `\right)` does as two
/// closing ones.
fn token_of(latex: &str) -> &str {
    let Some(name) = latex.strip_prefix('\\') else {
        return &latex[..latex.chars().next().map_or(0, char::len_utf8)];
    };
    let letters = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len());
    &latex[..1 + letters.max(name.chars().next().map_or(0, char::len_utf8))]
}

/// A word that no formula contains.
fn stand_in(place: usize) -> String {
    format!("marked{place}part")
}

/// The content of the braces at the beginning of the text, and the text after them.
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

/// The content between the tags of `<math>`.
fn inside(mathml: &str) -> &str {
    let start = mathml.find('>').map_or(0, |place| place + 1);
    mathml[start..].strip_suffix("</math>").unwrap_or(&mathml[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_formula_is_mathml() {
        let mathml =
            Formulas::new(Language::En).mathml(r"\log p(x) = \int p(x, z)\,dz", false).unwrap();
        assert!(mathml.starts_with("<math>") && mathml.ends_with("</math>"), "{mathml}");
        assert!(mathml.contains("<mo>∫</mo>") || mathml.contains('∫'), "{mathml}");
    }

    #[test]
    fn terms_and_live_numbers_are_marked_at_any_depth() {
        let latex =
            r"\live{evidence}{log-evidence}{\log p(x)} = \frac{\term{q}{q(\term{prior}{z})}}{2}";
        let mathml = Formulas::new(Language::En).mathml(latex, true).unwrap();
        assert!(mathml.contains("data-live=\"log-evidence\""), "{mathml}");
        assert!(mathml.contains("data-term=\"evidence\""), "{mathml}");
        assert!(mathml.contains("aria-label=\"lights q\""), "{mathml}");
        let q = mathml.find("data-term=\"q\"").unwrap();
        let prior = mathml.find("data-term=\"prior\"").unwrap();
        assert!(mathml.find("<mfrac>").unwrap() < q && q < prior, "{mathml}");
        assert!(!mathml.contains("marked"), "{mathml}");
    }

    #[test]
    fn a_long_formula_can_be_broken_between_its_terms() {
        for (latex, expected) in [
            (r"p(x = 1|z)", vec!["p(x = 1|z)"]),
            (r"a \le b_{i=1} \le -c", vec!["a", r"\le b_{i=1}", r"\le -c"]),
            (
                r"\live{elbo}{elbo}{a} = \frac{1+2}{3} - \log(1-q) + 1",
                vec![r"\live{elbo}{elbo}{a}", r"= \frac{1+2}{3}", r"- \log(1-q)", "+ 1"],
            ),
            (r"-\left(a - b\right) \qquad \max x", vec![r"-\left(a - b\right)", r"\max x"]),
            (r"\log(1-r^2)", vec![r"\log(1-r^2)"]),
            (r"a \allowbreak \term{q}{-b}", vec!["a", r"\term{q}{-b}"]),
        ] {
            assert_eq!(pieces(latex), expected);
        }
        let display = Formulas::new(Language::En).display(r"\term{q}{q} = 1").unwrap();
        assert_eq!(display.matches("<math").count(), 2, "{display}");
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        let formulas = Formulas::new(Language::En);
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

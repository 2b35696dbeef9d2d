//! The text of a lesson, CommonMark with formulas and live numbers, as HTML.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};
use thiserror::Error;

use crate::formula::{FormulaError, Formulas};
use crate::quantity::Measure;
use crate::shown::shown_of;

/// Why a text cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProseError {
    /// A formula in it cannot.
    #[error(transparent)]
    Formula(#[from] FormulaError),
    /// `[[…]]` around something that is no number's name.
    #[error("{0:?} is no metric")]
    Metric(String),
    /// `{{…}}` around something that is no number with an expression and no words with a comparison.
    #[error(
        "{0:?} begins with {{{{ but is neither {{{{NUMBER = EXPRESSION}}}} nor {{{{WORDS: COMPARISON}}}}"
    )]
    Claim(String),
}

impl ProseError {
    /// The line of the text that it is about, counted from 0; the first that says something if it cannot be found.
    pub(crate) fn line_in(&self, text: &str) -> usize {
        let part = match self {
            Self::Formula(error) => error.source_text(),
            Self::Metric(name) => format!("[[{name}]]"),
            Self::Claim(line) => line.clone(),
        };
        let start = text.len() - text.trim_start().len();
        text[..text.find(&part).unwrap_or(start)].matches('\n').count()
    }
}

/// The text as HTML.
///
/// # Errors
/// [`ProseError`] with the part that cannot be shown.
pub fn html_of(text: &str, formulas: &Formulas) -> Result<String, ProseError> {
    let text = shown_of(text)
        .map_err(|claim| ProseError::Claim(claim.lines().next().unwrap_or_default().to_owned()))?;
    let text = with_live_numbers(&text)?;
    let options =
        Options::ENABLE_MATH | Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut events = Vec::new();
    for event in Parser::new_ext(&text, options) {
        events.push(match event {
            Event::InlineMath(latex) => Event::InlineHtml(formulas.mathml(&latex, false)?.into()),
            Event::DisplayMath(latex) => Event::InlineHtml(formulas.display(&latex)?.into()),
            Event::Start(Tag::Link { dest_url, .. }) => opening_of_link(&dest_url),
            Event::End(pulldown_cmark::TagEnd::Link) => Event::InlineHtml("</a>".into()),
            other => other,
        });
    }
    let mut out = String::with_capacity(2 * text.len());
    html::push_html(&mut out, events.into_iter());
    Ok(with_punctuation(&out))
}

/// Holds a formula and the mark after it together: browsers break lines on both sides of a formula, so that
/// a line would begin with its comma.
fn with_punctuation(html: &str) -> String {
    const END: &str = "</math>";
    let (mut out, mut rest) = (String::with_capacity(html.len()), html);
    while let Some(place) = rest.find(END) {
        let (formula, after) = rest.split_at(place + END.len());
        let behind = after.trim_start_matches([',', '.', ';', ':', '?', '!', ')']);
        let marks = &after[..after.len() - behind.len()];
        match formula.rfind("<math").filter(|_| !marks.is_empty()) {
            Some(start) => {
                let (before, formula) = formula.split_at(start);
                out.push_str(&format!("{before}<span class=\"joined\">{formula}{marks}</span>"));
            }
            None => out.push_str(formula),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A link into the app opens in place, a link to a paper in a new window.
fn opening_of_link(address: &str) -> Event<'static> {
    let escaped = address.replace('&', "&amp;").replace('"', "&quot;");
    let elsewhere =
        if address.starts_with('#') { "" } else { " target=\"_blank\" rel=\"noopener\"" };
    Event::InlineHtml(CowStr::from(format!("<a href=\"{escaped}\"{elsewhere}>")))
}

/// `[[elbo]]` as the element that is given the present number.
fn with_live_numbers(text: &str) -> Result<String, ProseError> {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find("[[") {
        let Some(length) = rest[start..].find("]]") else { break };
        let name = &rest[start + 2..start + length];
        let measure = Measure::read(name).ok_or_else(|| ProseError::Metric(name.to_owned()))?;
        out.push_str(&rest[..start]);
        out.push_str(&format!("<span class=\"live\" data-live=\"{measure}\">–</span>"));
        rest = &rest[start + length + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Language;

    #[test]
    fn text_formulas_numbers_and_links_become_html() {
        let formulas = Formulas::new(Language::En);
        let text = "The *gap* $x_1 * y_1$ is [[kl-posterior]], see \
                    [here](#/labs/modes?k=64&seed=1) or [Burda](https://arxiv.org/abs/1509.00519).";
        let html = html_of(text, &formulas).unwrap();
        assert!(html.starts_with("<p>The <em>gap</em> <math>"), "{html}");
        assert!(html.contains("<span class=\"live\" data-live=\"kl-posterior\">–</span>"));
        assert!(html.contains("<a href=\"#/labs/modes?k=64&amp;seed=1\">here</a>"), "{html}");
        assert!(html.contains("abs/1509.00519\" target=\"_blank\" rel=\"noopener\">Burda</a>"));
    }

    #[test]
    fn a_comma_stays_with_its_formula() {
        let html = html_of("From $x$, to $z$ (or $y$).", &Formulas::new(Language::En)).unwrap();
        let joined: Vec<&str> = html.split("<span class=\"joined\">").skip(1).collect();
        assert_eq!(joined.len(), 2, "{html}");
        assert!(joined[0].contains("</math>,</span> to "), "{html}");
        assert!(joined[1].ends_with("</math>).</span></p>\n"), "{html}");
    }

    #[test]
    fn a_claim_is_shown_without_its_check() {
        let formulas = Formulas::new(Language::En);
        let said = html_of(
            "It was {{−1.839 = log-evidence @ #/bench}} [a {{0.1 = b}}](#/bench).",
            &formulas,
        );
        assert_eq!(said, html_of("It was −1.839 [a 0.1](#/bench).", &formulas));
        let error = html_of("It is {{elbo}}.", &formulas).unwrap_err();
        assert_eq!(error, ProseError::Claim("{{elbo}}.".into()));
    }

    #[test]
    fn the_line_of_what_is_wrong_is_found() {
        let formulas = Formulas::new(Language::En);
        for (wrong, line) in [
            ("[[ELBO]]", 2),
            ("{{elbo}}\nand {{1 = elbo}}", 2),
            ("$\\nonsense x$", 2),
            ("\n$$a = b\n\\le \\nonsense$$", 4),
            ("$\\term{elbo}$", 2),
            ("$\\term{nobody}{x}$", 2),
            ("$\\live{elbo}{ELBO!}{x}$", 2),
            // The text that is shown differs from the text of the file.
            ("$\\nonsense {{1 = elbo}}$", 1),
        ] {
            let text = format!("\nIt is [[elbo]], $a$.\nIt is {wrong}.\nEnd.");
            let error = html_of(&text, &formulas).unwrap_err();
            assert_eq!(error.line_in(&text), line, "{wrong}: {error}");
        }
    }

    #[test]
    fn a_number_without_a_name_is_an_error() {
        let error = html_of("It is [[Not a name]].", &Formulas::new(Language::En)).unwrap_err();
        assert_eq!(error, ProseError::Metric("Not a name".into()));
    }
}

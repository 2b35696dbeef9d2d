//! A lesson's file, read: front matter, steps, blocks. `lessons/README.md` describes the format.

mod blocks;

use thiserror::Error;

use self::blocks::blocks_of;
use crate::course::{ConditionError, Html, Lesson, Step};
use crate::formula::Formulas;
use crate::prose::{ProseError, html_of};
use crate::state::{Part, Term};

/// A fault in a file, with its line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {fault}")]
pub struct ReadError {
    /// Counted from 1.
    pub line: usize,
    /// The fault.
    pub fault: Fault,
}

/// The faults of a lesson's file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// It does not begin with `---`, keys and `---`.
    #[error("the file begins with ---, title, minutes, outcome and ---")]
    FrontMatter,
    /// A key is missing.
    #[error("the key {0:?} is missing")]
    MissingKey(&'static str),
    /// A key that is not known here.
    #[error("the key {0:?} is unknown")]
    UnknownKey(String),
    /// A number was expected.
    #[error("{0:?} is not a number")]
    Number(String),
    /// A name of a part that no page has.
    #[error("{0:?} is no part of a page")]
    Part(String),
    /// An unknown term.
    #[error("{0:?} is no term")]
    Term(String),
    /// Something that is not a name, `=` and a value.
    #[error("{0:?} is not NAME=VALUE")]
    Pair(String),
    /// A tolerance that nothing or everything is within.
    #[error("{0:?} is no distance within which a number is near")]
    Within(String),
    /// Text before the first step.
    #[error("text before the first ## step")]
    NoStep,
    /// A block of a kind that does not exist, or with other arguments.
    #[error("{0:?} is no kind of block")]
    Block(String),
    /// A block without its end.
    #[error("the block has no ::: at its end")]
    OpenBlock,
    /// A part of a block is missing.
    #[error("the block has no ::: {0}")]
    MissingPart(&'static str),
    /// An option that does not begin with its condition.
    #[error("an option is `- `, a condition in backquotes, and a text: {0:?}")]
    Choice(String),
    /// A condition.
    #[error(transparent)]
    Condition(#[from] ConditionError),
    /// A text.
    #[error(transparent)]
    Prose(#[from] ProseError),
}

/// Lines with their numbers.
type Lines<'a> = Vec<(usize, &'a str)>;

/// Reads a lesson.
///
/// # Errors
/// [`ReadError`] for the first thing that is wrong.
pub fn lesson_of(text: &str, formulas: &Formulas) -> Result<Lesson, ReadError> {
    let lines: Lines = text.lines().enumerate().map(|(index, line)| (index + 1, line)).collect();
    let at = |line: usize, fault: Fault| ReadError { line, fault };
    let rules: Vec<usize> = lines
        .iter()
        .filter(|(_, line)| *line == "---")
        .map(|(number, _)| *number)
        .take(2)
        .collect();
    let [1, end] = rules[..] else { return Err(at(1, Fault::FrontMatter)) };

    let mut keys = Keys::read(&lines[1..end - 1], &["title", "minutes", "outcome"])?;
    let mut key = |name| keys.take(name).ok_or(at(end, Fault::MissingKey(name)));
    let (title, minutes, outcome) = (key("title")?, key("minutes")?, key("outcome")?);
    let minutes = minutes.parse().map_err(|_| at(end, Fault::Number(minutes)))?;

    let body = &lines[end..];
    let starts: Vec<usize> = headings(body);
    let first = starts.first().copied().unwrap_or(body.len());
    if let Some((number, _)) = body[..first].iter().find(|(_, line)| !line.trim().is_empty()) {
        return Err(at(*number, Fault::NoStep));
    }
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    let steps = starts.iter().zip(ends).map(|(&start, end)| step_of(&body[start..end], formulas));
    Ok(Lesson { title, minutes, outcome, steps: steps.collect::<Result<_, _>>()? })
}

/// Reads a page that is text alone.
///
/// # Errors
/// [`ReadError`] for the first thing that is wrong.
pub fn page_of(text: &str, formulas: &Formulas) -> Result<Html, ReadError> {
    html_of(text, formulas)
        .map_err(|error| ReadError { line: error.line_in(text) + 1, fault: error.into() })
}

/// Where steps begin: headings that are not inside a block.
fn headings(lines: &[(usize, &str)]) -> Vec<usize> {
    let mut is_inside = false;
    let mut found = Vec::new();
    for (index, (_, line)) in lines.iter().enumerate() {
        if let Some(rest) = line.strip_prefix(":::") {
            is_inside = !rest.trim().is_empty();
        } else if !is_inside && line.starts_with("## ") {
            found.push(index);
        }
    }
    found
}

/// `name: value` lines.
struct Keys(Vec<(String, String)>);

impl Keys {
    fn read(lines: &[(usize, &str)], known: &[&str]) -> Result<Self, ReadError> {
        let mut keys = Vec::new();
        for (line, text) in lines {
            let (name, value) = text.split_once(':').unwrap_or((text, ""));
            if !known.contains(&name.trim()) {
                let fault = Fault::UnknownKey(name.to_owned());
                return Err(ReadError { line: *line, fault });
            }
            keys.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        Ok(Self(keys))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(place).1)
    }
}

fn step_of(lines: &[(usize, &str)], formulas: &Formulas) -> Result<Step, ReadError> {
    let (heading, title) = lines[0];
    let at = |fault: Fault| ReadError { line: heading, fault };
    let end = lines.iter().position(|(_, line)| line.trim().is_empty()).unwrap_or(lines.len());
    let mut keys = Keys::read(&lines[1..end], &["state", "veil", "light"])?;
    let veil = keys.take("veil").unwrap_or_default();
    let names = veil.split(',').map(str::trim).filter(|name| !name.is_empty());
    let veil = names
        .map(|name| Part::from_name(name).ok_or_else(|| at(Fault::Part(name.to_owned()))))
        .collect::<Result<_, _>>()?;
    let light = keys.take("light").map(|name| term_of(&name).map_err(at)).transpose()?;
    Ok(Step {
        title: title.trim_start_matches('#').trim().to_owned(),
        state: keys.take("state").ok_or_else(|| at(Fault::MissingKey("state")))?,
        veil,
        light,
        blocks: blocks_of(&lines[end..], formulas)?,
    })
}

fn term_of(name: &str) -> Result<Term, Fault> {
    Term::from_name(name).ok_or_else(|| Fault::Term(name.to_owned()))
}

#[cfg(test)]
mod tests;

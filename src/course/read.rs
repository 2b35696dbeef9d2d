//! A lesson's file, read: front matter, steps, blocks. `lessons/README.md` describes the format.

use thiserror::Error;

use super::condition::{Condition, ConditionError, Expression, Measure};
use super::formula::Formulas;
use super::lesson::{
    Block, ChoiceOption, Goal, Guess, Html, Lesson, Line, Prediction, Question, Step,
};
use super::prose::{ProseError, html_of};
use crate::state::Part;

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {fault}")]
pub struct ReadError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What can be wrong with a lesson's file.
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
    Ok(Step {
        title: title.trim_start_matches('#').trim().to_owned(),
        state: keys.take("state").ok_or_else(|| at(Fault::MissingKey("state")))?,
        veil,
        light: keys.take("light"),
        blocks: blocks_of(&lines[end..], formulas)?,
    })
}

fn blocks_of(lines: &[(usize, &str)], formulas: &Formulas) -> Result<Vec<Block>, ReadError> {
    let mut blocks = Vec::new();
    let mut rest = lines;
    while !rest.is_empty() {
        let start = rest.iter().position(|(_, line)| line.starts_with(":::")).unwrap_or(rest.len());
        let (prose, from) = rest.split_at(start);
        if prose.iter().any(|(_, line)| !line.trim().is_empty()) {
            blocks.push(Block::Prose(html(prose, formulas)?));
        }
        let Some((number, _)) = from.first() else { break };
        let end = from
            .iter()
            .position(|(_, line)| line.trim() == ":::")
            .ok_or(ReadError { line: *number, fault: Fault::OpenBlock })?;
        blocks.push(block_of(&Fence::read(&from[..end]), formulas)?);
        rest = &from[end + 1..];
    }
    Ok(blocks)
}

/// A block: what stands behind `:::` and the lines below, for the block itself and for each part.
struct Fence<'a>(Vec<(usize, &'a str, Lines<'a>)>);

impl<'a> Fence<'a> {
    fn read(lines: &[(usize, &'a str)]) -> Self {
        let mut parts: Vec<(usize, &str, Lines)> = Vec::new();
        for &(number, line) in lines {
            if let Some(head) = line.strip_prefix(":::") {
                parts.push((number, head.trim(), Vec::new()));
            } else if let Some((_, _, content)) = parts.last_mut() {
                content.push((number, line));
            }
        }
        Self(parts)
    }

    /// The part of this name: its line, its arguments, its content.
    fn part(&self, name: &str) -> Option<(usize, &'a str, &Lines<'a>)> {
        self.0.iter().skip(1).find_map(|(number, head, content)| {
            let (first, arguments) = head.split_once(' ').unwrap_or((head, ""));
            (first == name).then_some((*number, arguments.trim(), content))
        })
    }
}

fn block_of(fence: &Fence, formulas: &Formulas) -> Result<Block, ReadError> {
    let (number, head, content) = &fence.0[0];
    let at = |fault: Fault| ReadError { line: *number, fault };
    let needed = |name| fence.part(name).ok_or_else(|| at(Fault::MissingPart(name)));
    for (line, part, _) in fence.0.iter().skip(1) {
        let name = part.split(' ').next().unwrap_or_default();
        if !["reveal", "hint", "solution", "answer"].contains(&name) {
            let fault = Fault::Block((*part).to_owned());
            return Err(ReadError { line: *line, fault });
        }
    }
    let words: Vec<&str> = head.split_whitespace().collect();
    match words[..] {
        ["predict", kind, ref arguments @ ..] => {
            let (guess, text) = guess_of(*number, kind, arguments, content, formulas)?;
            let (_, state, revealed) = needed("reveal")?;
            let state = (!state.is_empty()).then(|| state.to_owned());
            Ok(Block::Prediction(Prediction {
                text,
                guess,
                state,
                revealed: html(revealed, formulas)?,
            }))
        }
        ["goal", ref condition @ ..] => {
            let condition =
                Condition::read(&condition.join(" ")).map_err(|error| at(error.into()))?;
            let (_, solution, _) = needed("solution")?;
            let solution = solution.split_whitespace().map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (name.to_owned(), value.to_owned())
            });
            let hint = fence.part("hint").map(|(_, _, hint)| html(hint, formulas)).transpose()?;
            Ok(Block::Goal(Goal {
                text: html(content, formulas)?,
                condition,
                hint,
                solution: solution.collect(),
            }))
        }
        ["question", ref name @ ..] => Ok(Block::Question(Question {
            name: (!name.is_empty()).then(|| name.join(" ")),
            text: html(content, formulas)?,
            answer: html(needed("answer")?.2, formulas)?,
        })),
        ["correction"] => Ok(Block::Correction(html(content, formulas)?)),
        ["listing"] => {
            let lines = content.iter().filter(|(_, line)| !line.starts_with("```"));
            Ok(Block::Listing(lines.map(|(_, line)| line_of(line)).collect()))
        }
        _ => Err(at(Fault::Block((*head).to_owned()))),
    }
}

/// What is guessed, and the text that asks for it.
fn guess_of(
    number: usize,
    kind: &str,
    arguments: &[&str],
    content: &Lines,
    formulas: &Formulas,
) -> Result<(Guess, Html), ReadError> {
    let at = |fault: Fault| ReadError { line: number, fault };
    let measure = |name: &str| {
        Measure::read(name)
            .ok_or_else(|| at(Fault::Condition(ConditionError::NoValue(name.to_owned()))))
    };
    let tolerance =
        |text: &str| text.parse::<f64>().map_err(|_| at(Fault::Number(text.to_owned())));
    match (kind, arguments) {
        ("number", [name, "within", within]) => {
            let guess = Guess::Number { measure: measure(name)?, within: tolerance(within)? };
            Ok((guess, html(content, formulas)?))
        }
        ("place", [name, "within", within, "of", target @ ..]) => {
            let target = Expression::read(&target.join(" ")).map_err(|error| at(error.into()))?;
            let (measure, within) = (measure(name)?, tolerance(within)?);
            Ok((Guess::Place { measure, within, target }, html(content, formulas)?))
        }
        ("choice", []) => {
            let (options, text): (Lines, Lines) =
                content.iter().partition(|(_, line)| line.starts_with("- "));
            let options = options.iter().map(|(line, text)| option_of(*line, text, formulas));
            Ok((Guess::Choice(options.collect::<Result<_, _>>()?), html(&text, formulas)?))
        }
        _ => Err(at(Fault::Block(format!("predict {kind} {}", arguments.join(" "))))),
    }
}

/// ``- `elbo > -2` It is higher.``
fn option_of(line: usize, text: &str, formulas: &Formulas) -> Result<ChoiceOption, ReadError> {
    let at = |fault: Fault| ReadError { line, fault };
    let split = text.strip_prefix("- `").and_then(|rest| rest.split_once('`'));
    let (condition, text) = split.ok_or_else(|| at(Fault::Choice(text.to_owned())))?;
    Ok(ChoiceOption {
        condition: Condition::read(condition).map_err(|error| at(error.into()))?,
        text: html(&[(line, text)], formulas)?,
    })
}

/// `h = encoder(x) #| light=image shape=[1, 400] value=elbo`
fn line_of(line: &str) -> Line {
    let (code, notes) = line.split_once("#|").unwrap_or((line, ""));
    let mut found =
        Line { code: code.trim_end().to_owned(), light: None, shape: None, value: None };
    let mut rest = notes.trim();
    while let Some((name, after)) = rest.split_once('=') {
        // A shape has spaces in it and ends with its bracket.
        let length = match after.strip_prefix('[').and_then(|_| after.find(']')) {
            Some(end) => end + 1,
            None => after.find(' ').unwrap_or(after.len()),
        };
        let value = after[..length].to_owned();
        match name.trim() {
            "light" => found.light = Some(value),
            "shape" => found.shape = Some(value),
            "value" => found.value = Measure::read(&value),
            _ => {}
        }
        rest = after[length..].trim_start();
    }
    found
}

fn html(lines: &[(usize, &str)], formulas: &Formulas) -> Result<Html, ReadError> {
    let text: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
    let line = lines.first().map_or(0, |(number, _)| *number);
    html_of(&text.join("\n"), formulas).map_err(|error| ReadError { line, fault: error.into() })
}

#[cfg(test)]
mod tests;

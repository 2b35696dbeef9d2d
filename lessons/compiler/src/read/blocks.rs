//! The blocks of a step: text, predictions, goals, questions, corrections, listings.

use super::{Fault, Lines, ReadError, term_of};
use crate::course::{
    Block, ChoiceOption, CodeLine, Condition, ConditionError, Expression, Goal, Guess, Html,
    Prediction, Question,
};
use crate::formula::Formulas;
use crate::prose::html_of;
use crate::quantity::Measure;

/// The blocks of a step, from the lines below its keys.
pub(super) fn blocks_of(
    lines: &[(usize, &str)],
    formulas: &Formulas,
) -> Result<Vec<Block>, ReadError> {
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

/// A block: the text after `:::` and the lines below, for the block itself and for each part.
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
                let (name, value) =
                    pair.split_once('=').ok_or_else(|| at(Fault::Pair(pair.to_owned())))?;
                Ok((name.to_owned(), value.to_owned()))
            });
            let hint = fence.part("hint").map(|(_, _, hint)| html(hint, formulas)).transpose()?;
            Ok(Block::Goal(Goal {
                text: html(content, formulas)?,
                condition,
                hint,
                solution: solution.collect::<Result<_, ReadError>>()?,
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
            let lines = lines.map(|(number, line)| {
                line_of(line).map_err(|fault| ReadError { line: *number, fault })
            });
            Ok(Block::Listing(lines.collect::<Result<_, _>>()?))
        }
        _ => Err(at(Fault::Block((*head).to_owned()))),
    }
}

/// The guess of a prediction, and its text.
fn guess_of(
    number: usize,
    kind: &str,
    arguments: &[&str],
    content: &Lines,
    formulas: &Formulas,
) -> Result<(Guess, Html), ReadError> {
    let at = |fault: Fault| ReadError { line: number, fault };
    let measure = |name: &str| measure_of(name).map_err(at);
    let tolerance = |text: &str| {
        let within = text.parse().ok().filter(|within: &f64| within.is_finite() && *within > 0.0);
        within.ok_or_else(|| at(Fault::Within(text.to_owned())))
    };
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

fn measure_of(name: &str) -> Result<Measure, Fault> {
    Measure::read(name).ok_or_else(|| ConditionError::NoValue(name.to_owned()).into())
}

/// `h = encoder(x) #| light=image shape=[1, 400] value=elbo`
fn line_of(line: &str) -> Result<CodeLine, Fault> {
    let (code, notes) = line.split_once("#|").unwrap_or((line, ""));
    let mut found =
        CodeLine { code: code.trim_end().to_owned(), light: None, shape: None, value: None };
    let mut rest = notes.trim();
    while !rest.is_empty() {
        let no_pair = || Fault::Pair(rest.to_owned());
        let (name, after) = rest.split_once('=').ok_or_else(no_pair)?;
        // A shape has spaces in it and ends with its bracket.
        let length = match after.strip_prefix('[') {
            Some(_) => after.find(']').ok_or_else(no_pair)? + 1,
            None => after.find(' ').unwrap_or(after.len()),
        };
        let value = &after[..length];
        match name {
            "light" => found.light = Some(term_of(value)?),
            "shape" => found.shape = Some(value.to_owned()),
            "value" => found.value = Some(measure_of(value)?),
            _ => return Err(Fault::UnknownKey(name.to_owned())),
        }
        rest = after[length..].trim_start();
    }
    Ok(found)
}

fn html(lines: &[(usize, &str)], formulas: &Formulas) -> Result<Html, ReadError> {
    let text: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
    let text = text.join("\n");
    html_of(&text, formulas).map_err(|error| {
        let line = lines.get(error.line_in(&text)).map_or(0, |(number, _)| *number);
        ReadError { line, fault: error.into() }
    })
}

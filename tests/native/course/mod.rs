//! The lessons: both languages have the same structure, every state can be opened, every number that is named is on
//! the page, every choice has its correct option, and every goal is open at first and reached by its solution.

mod claims;
mod code;
mod form;
mod goals;
mod notes;
mod numbers;

use elboscope::address::{self, Page};
use elboscope::course::{Block, Course, Guess, LESSONS, Lesson, Step, course_in};
use elboscope::state::Language;

fn course(language: Language) -> Course {
    course_in(language).unwrap_or_else(|error| panic!("{language:?}: {error}"))
}

/// The page of an address that is taken literally.
fn page(text: &str) -> Page {
    let parsed = address::parse(text);
    assert_eq!(parsed.notes, [], "{text}");
    parsed.address.page
}

fn steps(course: &Course) -> impl Iterator<Item = (String, &Lesson, &Step)> {
    LESSONS.iter().zip(&course.lessons).flat_map(|(name, lesson)| {
        let steps = lesson.steps.iter().enumerate();
        steps.map(move |(index, step)| (format!("{name}/{}", index + 1), lesson, step))
    })
}

/// Every HTML text of a step.
fn texts(step: &Step) -> Vec<&str> {
    let mut texts = Vec::new();
    for block in &step.blocks {
        match block {
            Block::Prose(html) | Block::Correction(html) => texts.push(html.as_str()),
            Block::Prediction(prediction) => {
                texts.extend([prediction.text.as_str(), &prediction.revealed]);
                if let Guess::Choice(options) = &prediction.guess {
                    texts.extend(options.iter().map(|option| option.text.as_str()));
                }
            }
            Block::Goal(goal) => {
                texts.push(&goal.text);
                texts.extend(goal.hint.as_deref());
            }
            Block::Question(question) => texts.extend([question.text.as_str(), &question.answer]),
            Block::Listing(_) => {}
        }
    }
    texts
}

/// Every value of an attribute in a text.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!("{name}=\"");
    let parts = html.split(opening.as_str()).skip(1);
    parts.filter_map(|part| part.split_once('"').map(|(value, _)| value)).collect()
}
